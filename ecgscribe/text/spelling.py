"""Words that the glossary lacks but nearly has: endings, slips of the pen, abbreviations, words run together."""

from collections.abc import Iterable

_ENDINGS = ("er", "es", "en", "em", "e", "n", "s", "r", "t", "a")
_LONG = 6
_VERY_LONG = 11
"""From this length on a word may hold two slips."""
_LONGEST = 40
"""Longer strings are no words: they are not looked up."""
_LINKING = ("", "s", "es", "n", "en")
"""Letters between the parts of a German compound."""


class Speller:
    """Finds the glossary words that an unknown word stands for."""

    def __init__(self, words: Iterable[str]):
        self._words = frozenset(words)
        self._by_deletion: dict[str, set[str]] = {}
        self._by_end: dict[str, set[str]] = {}
        for word in self._words:
            if len(word) >= _LONG:
                for form in _deletions(word):
                    self._by_deletion.setdefault(form, set()).add(word)
            if len(word) >= _VERY_LONG - 1:
                for end in (word[:3], word[-4:]):
                    self._by_end.setdefault(end, set()).add(word)

    def stem(self, word: str) -> str | None:
        """The glossary word that differs from `word` by its ending only."""
        if not _LONG <= len(word) <= _LONGEST:
            return None
        for ending in ("", *_ENDINGS):
            if ending and not word.endswith(ending):
                continue
            stem = word.removesuffix(ending)
            for other in ("", *_ENDINGS):
                if len(stem) >= _LONG - 1 and stem + other in self._words:
                    return stem + other
        return None

    def near(self, word: str) -> set[str]:
        """All glossary words within one slip (a letter more, less, other, or two swapped) of `word`.

        A word of eleven letters or more may hold two slips, where none is near enough with one, if its first three or
        last four letters are right.
        """
        if not _LONG <= len(word) <= _LONGEST:
            return set()
        forms = _deletions(word)
        found = {known for form in forms for known in self._by_deletion.get(form, ()) if _one_slip(word, known)}
        if found or len(word) < _VERY_LONG:
            return found
        alike = self._by_end.get(word[:3], set()) | self._by_end.get(word[-4:], set())
        return {known for known in alike if abs(len(known) - len(word)) <= 2 and _slips(word, known) <= 2}

    def beginning(self, part: str) -> set[str]:
        """All glossary words that `part`, at least four letters, abbreviates: they begin with it."""
        if not 4 <= len(part) <= _LONGEST:
            return set()
        return {word for word in self._words if word.startswith(part)}

    def split(self, word: str) -> tuple[str, ...] | None:
        """Two or three glossary words that make up `word`, with or without a linking letter.

        A part has at least four letters, or three where the other parts are long; the longest first word wins.
        """
        if not 7 <= len(word) <= _LONGEST:
            return None
        for cut in range(len(word) - 3, 2, -1):
            head = self._part(word[:cut])
            if head is None:
                continue
            rest = word[cut:]
            if rest in self._words and (min(cut, len(rest)) >= 4 or max(cut, len(rest)) >= 5):
                return head, rest
            inner = self.split(rest) if cut >= 4 and len(rest) >= 8 else None
            if inner and len(inner) == 2:
                return head, *inner
        return None

    def _part(self, text: str) -> str | None:
        """The glossary word of a compound's first part, without its linking letters."""
        for linking in _LINKING:
            if text.endswith(linking) and (bare := text.removesuffix(linking)) in self._words and len(bare) >= 3:
                return bare
        return None


def _deletions(word: str) -> set[str]:
    return {word} | {word[:index] + word[index + 1 :] for index in range(len(word))}


def _one_slip(one: str, other: str) -> bool:
    """Whether one insertion, deletion, change or swap of neighbours turns `one` into `other`."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a == b or a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _slips(one: str, other: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours between two words (optimal string alignment)."""
    before, row = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]
