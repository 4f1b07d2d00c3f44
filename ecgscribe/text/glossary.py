"""The glossary: German and Swedish phrases with their English, loaded from glossary.tsv.

First line: its version. Columns: language, source, english, kind, origin (its head tells where rows come from). `kind`
is the part that the phrase plays in a statement:

noun   a statement or noun phrase that stands alone; adj  goes before what follows; pred  follows its noun in the source
and goes before it in English; tail  follows its noun after a blank; after  follows after a comma; link  joins both
sides; open  begins a statement that goes on; leads  a lead group by name; drop  no part of the caption; word  an
English word or abbreviation in its standard form.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources

from .folding import mend, tokens_of
from .spelling import Speller

KINDS = ("noun", "adj", "pred", "tail", "after", "link", "open", "leads", "drop", "word")


_WITH_DIGIT = re.compile(r"[a-z]{3,}\d[a-z]*")  # "linksanteri9rer": a digit beside the letter meant


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
        self._uses = Counter(key for keys in self._by_keys for key in keys)
        self._vocabulary = frozenset(self._uses)
        self._speller = Speller(key for key in self._vocabulary if key.isalpha())
        self._mended: dict[tuple[str, bool], str] = {}

    def __len__(self) -> int:
        return len(self._by_keys)

    def mended(self, key: str, shortened: bool = False) -> str:
        """`key` itself if any phrase has it, else the word of the glossary that it misspells or inflects.

        A `shortened` word (a full stop follows) may also be the beginning of one.
        """
        if key in self._vocabulary or not (key.isalpha() or _WITH_DIGIT.fullmatch(key)):
            return key
        if (key, shortened) not in self._mended:
            self._mended[key, shortened] = self._nearest(key, shortened)
        return self._mended[key, shortened]

    def _nearest(self, key: str, shortened: bool) -> str:
        stem = self._speller.stem(key)
        if stem is not None:
            return stem
        # One slip is mended only where all candidates mean the same: never across a meaning.
        near = self._of_one_meaning(self._speller.near(key))
        if near is None and shortened:
            near = self._of_one_meaning(self._speller.beginning(key))
        return near or key

    def _of_one_meaning(self, words: set[str]) -> str | None:
        """Of `words` the one that most phrases have, if all of them say the same in English."""
        entries = [self.word(word) for word in words]
        meanings = {_stem_of(entry.english) if entry else word for entry, word in zip(entries, words, strict=True)}
        return max(sorted(words), key=lambda word: self._uses.get(word, 0)) if len(meanings) == 1 else None

    def split(self, key: str) -> list[Entry]:
        """The entries whose words `key` runs together, or none."""
        parts = self._speller.split(key) or ()
        entries = [entry for part in parts if (entry := self.word(part))]
        return entries if len(entries) == len(parts) else []

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

    def rows_at(self, keys: tuple[str, ...], start: int) -> list[Entry]:
        """All rows that match `keys` from `start` on, the longest first."""
        longest = min(self._longest.get(keys[start], 0), len(keys) - start)
        found = (self._by_keys.get(keys[start : start + length]) for length in range(longest, 0, -1))
        return [entry for entry in found if entry is not None]


@cache
def load() -> tuple[str, dict[str, Glossary]]:
    """(version, glossary by language) of the glossary file that comes with the package."""
    lines = resources.files(__package__).joinpath("glossary.tsv").read_text(encoding="utf-8").splitlines()
    version = lines[0].removeprefix("# version").strip()
    table = [line for line in lines if not line.startswith("#")]
    rows: dict[str, list[Entry]] = {}
    for line in table[1:]:
        language, source, english, kind, origin = line.split("\t")
        rows.setdefault(language, []).append(Entry(source, english, kind, origin))
    return version, {language: Glossary(entries) for language, entries in rows.items()}


def _stem_of(english: str) -> str:
    """`english` without the endings that do not change what it says (plural, adverb)."""
    return re.sub(r"(?:ly|es|s)$", "", english)
