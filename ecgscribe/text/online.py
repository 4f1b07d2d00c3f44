"""The online translator: Google through deep-translator, each text asked at most once, ever."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ecgscribe.core.errors import BadOption, Offline

from .answers import AnswerCache, default_cache
from .folding import mend
from .language import language_of
from .masking import Masked, masked
from .translate import GlossaryTranslator, Translation

_ATTEMPTS = 4
_REQUEST = 1500
"""Characters of joined texts in one request: the text travels in the address, and servers refuse long addresses."""
TIMEOUT_S = 20.0
"""Seconds without a byte from the service before a request counts as failed."""


class GoogleTranslator:
    """German and Swedish by the online service; English gets the glossary's standard terms without a request.

    What the glossary knows as a term is not sent (masking.py), and a report made of terms only is not asked for at all.
    An answer that lost a placeholder is not used: the report gets the glossary's translation and counts in `damaged`;
    so does one too long to ask (`too_long`). The texts leave this machine in the address of a web request: not for
    texts that name a patient.
    """

    def __init__(
        self,
        cache: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
        timeout_s: float = TIMEOUT_S,
    ):
        self.cache = AnswerCache(cache or default_cache())
        self.damaged = 0
        self.too_long = 0
        self._sleep = sleep
        self._timeout_s = timeout_s
        self._glossary = GlossaryTranslator()

    def translate(self, report: str) -> Translation:
        """The English of one report; raises Offline when it is not in the cache and the service cannot be reached."""
        language, request = self._request(report)
        if request is None:
            return self._glossary.translate(report)
        if len(request.text) > _REQUEST:
            self.too_long += 1
            return self._glossary.translate(report)
        answer = self.cache.get(language, request.text)
        if answer is None:
            answer = self._ask(language, [request.text])[request.text]
        english = request.restored(answer)
        if english is None:
            self.damaged += 1
            return self._glossary.translate(report)
        return Translation(english, language)

    def fetch(self, reports: Iterable[str], progress: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Ask for all `reports` that the cache lacks, many in one request; `progress(done, of)` after each request.

        Raises Offline as `translate` does; what was answered till then is kept, and the next run goes on from there.
        """
        wanted: dict[str, dict[str, None]] = {}
        for report in reports:
            language, request = self._request(report)
            if request and len(request.text) <= _REQUEST and (language, request.text) not in self.cache:
                wanted.setdefault(language, {})[request.text] = None
        total, done = sum(map(len, wanted.values())), 0
        for language, texts in wanted.items():
            for batch in _batches(texts):
                self._ask(language, batch)
                done += len(batch)
                progress(done, total)

    def _request(self, report: str) -> tuple[str, Masked | None]:
        """The language of `report` and what is to be asked for it, None when nothing is."""
        text = mend(report)
        language = language_of(text)
        if language not in ("de", "sv"):
            return language, None
        request = masked(*self._glossary.segments(text, language))
        return language, request if request.wants_asking else None

    def _ask(self, language: str, texts: list[str]) -> dict[str, str]:
        """The answers for `texts`, kept in the cache: joined line by line, one by one if the lines do not come back."""
        lines = self._answer(language, "\n".join(texts)).split("\n")
        if len(lines) != len(texts):
            lines = [self._answer(language, text) for text in texts]
        answers = dict(zip(texts, (" ".join(line.split()) for line in lines), strict=True))
        self.cache.put(language, answers)
        return answers

    def _answer(self, language: str, text: str) -> str:
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
        for attempt in range(_ATTEMPTS):
            try:
                with _in_time(deep_translator.google, self._timeout_s):
                    return deep_translator.GoogleTranslator(source=language, target="en").translate(text) or text
            except exceptions.TranslationNotFound:
                return text
            except (exceptions.TooManyRequests, exceptions.RequestError):
                if attempt + 1 < _ATTEMPTS:
                    self._sleep(2.0**attempt)
            except requests.exceptions.Timeout:
                raise self._offline(f"did not answer within {self._timeout_s:g} seconds") from None
            except (requests.exceptions.RequestException, OSError):
                raise self._offline("could not be reached") from None
        raise self._offline(f"refused {_ATTEMPTS} requests in a row")

    def _offline(self, what: str) -> Offline:
        return Offline(
            f"The online translator {what}; {len(self.cache)} translations are kept in {self.cache.path}.",
            "Run again later to go on from there, or choose --translator glossary.",
        )


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """`texts` in lists that fit into one request each."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and size + len(text) >= _REQUEST:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text) + 1
    if batch:
        yield batch


@contextmanager
def _in_time(module: Any, timeout_s: float) -> Iterator[None]:
    """Give the requests of deep-translator's `module` a time limit.

    It calls `requests.get` without one and takes no session, and requests overrides the default of sockets, so that a
    silent server would hang it for ever. For the time of the call its name `requests` stands for a `get` with a limit.
    """
    real = module.requests

    def get(address: str, **options: Any) -> Any:
        return real.get(address, **{"timeout": timeout_s, **options})

    module.requests = SimpleNamespace(get=get, exceptions=real.exceptions)
    try:
        yield
    finally:
        module.requests = real
