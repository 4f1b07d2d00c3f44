"""The answers of the online translator, kept on disk so that no text is asked for twice."""

import json
import os
from pathlib import Path

from ecgscribe.core.errors import BadOption


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
        try:
            content = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise BadOption(f"Cannot read the cache {path}: {error.strerror}.", "Name another --cache.") from None
        for line in content.decode("utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                self._answers[row["language"], row["source"]] = row["english"]
            except (ValueError, KeyError, TypeError):
                continue
        self._torn = bool(content) and not content.endswith(b"\n")

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._answers

    def get(self, language: str, source: str) -> str | None:
        """The answer kept for `source`, or None."""
        return self._answers.get((language, source))

    def put(self, language: str, answers: dict[str, str]) -> None:
        """Keep the English of each source text, on disk too; raises BadOption when the file cannot be written."""
        rows = [{"language": language, "source": source, "english": english} for source, english in answers.items()]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(("\n" if self._torn else "") + text)
        except OSError as error:
            raise BadOption(f"Cannot write the cache {self.path}: {error.strerror}.", "Name another --cache.") from None
        self._torn = False
        self._answers.update({(language, source): english for source, english in answers.items()})
