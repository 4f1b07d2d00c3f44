"""The online translator: Google through deep-translator, each text asked at most once, ever."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from ecgscribe.core.errors import BadOption, Offline

from .folding import mend
from .language import language_of
from .translate import GlossaryTranslator, Translation

_ATTEMPTS = 4


def default_cache() -> Path:
    """Where answers are kept unless another file is named: in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ecgscribe" / "google-translations.jsonl"


class AnswerCache:
    """Answers in a JSON-lines file: one object a line with language, source, english.

    Each answer is written at once, so that an interruption loses none; a line cut short by one is passed over.
    """

    def __init__(self, path: Path):
        self.path = path
        self._answers: dict[tuple[str, str], str] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            try:
                row = json.loads(line)
                self._answers[row["language"], row["source"]] = row["english"]
            except (ValueError, KeyError, TypeError):
                continue
        self._torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, language: str, source: str) -> str | None:
        """The answer kept for `source`, or None."""
        return self._answers.get((language, source))

    def put(self, language: str, source: str, english: str) -> None:
        """Keep an answer, on disk too."""
        self._answers[language, source] = english
        self.path.parent.mkdir(parents=True, exist_ok=True)
        row = {"language": language, "source": source, "english": english}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(("\n" if self._torn else "") + json.dumps(row, ensure_ascii=False) + "\n")
        self._torn = False


class GoogleTranslator:
    """German and Swedish by the online service; English gets the glossary's standard terms without a request.

    The texts leave this machine in the address of a web request: not for texts that name a patient.
    """

    def __init__(self, cache: Path | None = None, sleep: Callable[[float], None] = time.sleep):
        self.cache = AnswerCache(cache or default_cache())
        self._sleep = sleep
        self._glossary = GlossaryTranslator()

    def translate(self, report: str) -> Translation:
        """The English of one report; raises Offline when it is not in the cache and the service cannot be reached."""
        text = " ".join(mend(report).split())
        language = language_of(text)
        if language not in ("de", "sv"):
            return self._glossary.translate(report)
        english = self.cache.get(language, text)
        if english is None:
            english = self._ask(language, text)
            self.cache.put(language, text, english)
        return Translation(english, language)

    def _ask(self, language: str, text: str) -> str:
        """One answer from the service, asked again after a growing pause when it is busy."""
        try:
            import deep_translator
            import requests
            from deep_translator import exceptions
        except ImportError:
            raise BadOption(
                "The online translator needs the package deep-translator, which is not installed.",
                "Install it with: pip install 'ecgscribe[train]', or choose --translator glossary.",
            ) from None
        service = deep_translator.GoogleTranslator(source=language, target="en")
        for attempt in range(_ATTEMPTS):
            try:
                return service.translate(text) or text
            except exceptions.TranslationNotFound:
                return text
            except (exceptions.TooManyRequests, exceptions.RequestError):
                if attempt + 1 < _ATTEMPTS:
                    self._sleep(2.0**attempt)
            except requests.exceptions.RequestException:
                raise self._offline("could not be reached") from None
        raise self._offline(f"refused {_ATTEMPTS} requests in a row")

    def _offline(self, what: str) -> Offline:
        return Offline(
            f"The online translator {what}; {len(self.cache)} translations are kept in {self.cache.path}.",
            "Run again later to go on from there, or choose --translator glossary.",
        )
