"""Words that the glossary lacks but nearly has: other endings, one slip of the pen, two words run together."""

from collections.abc import Iterable

_ENDINGS = ("er", "es", "en", "em", "e", "n", "s", "r", "t")
_LONG = 6
_LONGEST = 40
"""Longer strings are no words: they are not looked up."""


class Speller:
    """Finds the glossary word that a word of at least six letters stands for."""

    def __init__(self, words: Iterable[str]):
        self._words = frozenset(words)
        self._by_deletion: dict[str, set[str]] = {}
        for word in self._words:
            if len(word) >= _LONG:
                for form in _deletions(word):
                    self._by_deletion.setdefault(form, set()).add(word)

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
        """All glossary words within one slip (a letter more, less, other, or two swapped) of `word`."""
        if not _LONG <= len(word) <= _LONGEST:
            return set()
        found = {known for form in _deletions(word) for known in self._by_deletion.get(form, ())}
        return {known for known in found if _one_slip(word, known)}

    def split(self, word: str) -> tuple[str, str] | None:
        """Two glossary words of at least four letters that make up `word`; the longest first word wins."""
        if len(word) > _LONGEST:
            return None
        for cut in range(len(word) - 4, 3, -1):
            if word[:cut] in self._words and word[cut:] in self._words:
                return word[:cut], word[cut:]
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
