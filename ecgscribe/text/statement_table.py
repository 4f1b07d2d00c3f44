"""What statements there are and which words say them: statement_codes.tsv and statement_terms.tsv, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from .statement_words import words_of

GROUPS = ("rhythm", "av", "axis", "conduction", "hypertrophy", "infarct", "st-t", "ectopy", "conclusion")
"""The order of the canonical sentence."""
FAMILIES = {"MI": "MI", "INJ": "INJ", "ISC_": "ISC_"}
"""Findings whose code depends on the wall of the heart, by the code that names no wall."""
_NOUNS = {"infarct": "MI", "subendocardial injury": "INJ", "ischaemia": "ISC_"}


@dataclass(frozen=True)
class Kind:
    """One code: its `group` and `place` in the canonical sentence, whose code it is (`origin`: scp, axis, own), what
    it `takes` ("", "leads", "wall"), the `walls` that belong to it, its canonical `words`, and its `family`."""

    code: str
    place: int
    group: str
    origin: str
    takes: str
    walls: tuple[str, ...]
    words: str
    family: str

    @property
    def ages(self) -> bool:
        """Whether it can be old or new."""
        return bool(self.family)


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every code that a caption can say, in canonical order."""
    lines = table_lines("statement_codes.tsv")
    found = [
        Kind(code, 0, group, origin, takes, tuple(w for w in walls.split(",") if w), words,
             _NOUNS[words] if takes == "wall" else "")
        for code, group, origin, takes, walls, words in lines
    ]  # fmt: skip
    found.sort(key=lambda kind: GROUPS.index(kind.group))
    return {kind.code: Kind(**vars(kind) | {"place": place}) for place, kind in enumerate(found)}


@lru_cache(maxsize=1)
def codes_by_wall() -> dict[tuple[str, str], str]:
    """(family, wall) -> code, such as ("MI", "inferior") -> "IMI"."""
    return {(kind.family, wall): kind.code for kind in kinds().values() for wall in kind.walls}


@lru_cache(maxsize=1)
def terms() -> dict:
    """The terms as a tree of words: word -> tree; the key '' holds the (kind, value) of the term that ends there."""
    tree: dict = {}
    for term, kind, value in table_lines("statement_terms.tsv"):
        branch = tree
        for word in words_of(term):
            branch = branch.setdefault(word, {})
        held = branch.setdefault("", [])
        if (kind, value) not in held:
            held.append((kind, value))
    return tree


def table_lines(name: str) -> list[list[str]]:
    """The lines of a table without remarks and heading, split at tabs."""
    text = files("ecgscribe.text").joinpath(name).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return rows[1:]
