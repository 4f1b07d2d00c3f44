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
from .spelling import Speller

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
        self.longest = max(map(len, self._by_keys), default=1)
        self._vocabulary = frozenset(key for keys in self._by_keys for key in keys)
        self._speller = Speller(key for key in self._vocabulary if key.isalpha())
        self._mended: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._by_keys)

    def mended(self, key: str) -> str:
        """`key` itself if any phrase has it, else the word of the glossary that it misspells or inflects."""
        if key in self._vocabulary or not key.isalpha():
            return key
        if key not in self._mended:
            self._mended[key] = self._nearest(key)
        return self._mended[key]

    def _nearest(self, key: str) -> str:
        stem = self._speller.stem(key)
        if stem is not None:
            return stem
        near = sorted(self._speller.near(key))
        # One slip is mended only where all candidates mean the same: never across a meaning.
        entries = [self.word(word) for word in near]
        same = len({entry.english if entry else word for entry, word in zip(entries, near, strict=True)}) == 1
        return near[0] if near and same else key

    def split(self, key: str) -> list[Entry]:
        """The two entries whose words `key` runs together, or none."""
        halves = self._speller.split(key)
        return [entry for half in halves if (entry := self.word(half))] if halves else []

    def word(self, key: str) -> Entry | None:
        """The entry of one folded word."""
        return self._by_keys.get((key,))

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
