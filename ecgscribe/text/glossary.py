"""The glossary: German and Swedish phrases with their English, loaded from glossary.tsv.

Columns: language, source, english, kind, origin. `kind` is the part that the phrase plays in a statement:

noun   a statement or noun phrase that stands alone; adj  goes before what follows; pred  follows its noun in the source
and goes before it in English; tail  follows its noun after a blank; after  follows after a comma; link  joins both
sides; open  begins a statement that goes on; leads  a lead group by name; drop  no part of the caption; word  an
English word or abbreviation in its standard form.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from .folding import mend, tokens_of

KINDS = ("noun", "adj", "pred", "tail", "after", "link", "open", "leads", "drop", "word")


@dataclass(frozen=True)
class Entry:
    """One row of the glossary."""

    source: str
    english: str
    kind: str
    origin: str


class Glossary:
    """The rows of one language, for longest match on folded tokens."""

    def __init__(self, entries: list[Entry]):
        self.entries = entries
        self._by_keys: dict[tuple[str, ...], Entry] = {}
        self._longest: dict[str, int] = {}
        for entry in entries:
            keys = tuple(token.key for token in tokens_of(mend(entry.source))[0])
            if keys not in self._by_keys:
                self._by_keys[keys] = entry
                self._longest[keys[0]] = max(self._longest.get(keys[0], 0), len(keys))

    def __len__(self) -> int:
        return len(self._by_keys)

    def __contains__(self, key: str) -> bool:
        return (key,) in self._by_keys

    def match(self, keys: tuple[str, ...], start: int, limit: int) -> tuple[Entry | None, int]:
        """The longest entry that begins at `start` and ends before `limit`, with its number of tokens."""
        longest = min(self._longest.get(keys[start], 0), limit - start)
        for length in range(longest, 0, -1):
            entry = self._by_keys.get(keys[start : start + length])
            if entry is not None:
                return entry, length
        return None, 0


@cache
def load() -> tuple[str, dict[str, Glossary]]:
    """(version, glossary by language) of the glossary file that comes with the package."""
    lines = resources.files(__package__).joinpath("glossary.tsv").read_text(encoding="utf-8").splitlines()
    version = lines[0].removeprefix("# version").strip()
    rows: dict[str, list[Entry]] = {}
    for line in lines[2:]:
        language, source, english, kind, origin = line.split("\t")
        rows.setdefault(language, []).append(Entry(source, english, kind, origin))
    return version, {language: Glossary(entries) for language, entries in rows.items()}
