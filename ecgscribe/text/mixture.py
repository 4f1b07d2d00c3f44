"""Reports in two languages: which clauses are written in another language than the rest."""

import re

from .language import NAMES, marker_of, scores_of

_CLAUSE = re.compile(r"[^.;\n]+(?:\.(?=\d)[^.;\n]+)*[.;\n]*")
_FOREIGN = 2
"""Distinct marker words that a clause needs before it counts as foreign: "low voltage" alone is a loan."""


def by_language(text: str, main: str) -> list[tuple[str, str]]:
    """Mended `text` in runs of (language, part): a part belongs to `main` unless its words speak for another language.

    A change is looked for at sentence marks, and within a sentence where the marker words change sides.
    """
    scores = scores_of(text)
    if all(scores[language] < _FOREIGN for language in NAMES if language != main):
        return [(main, text)]
    runs: list[tuple[str, str]] = []
    for clause in _CLAUSE.findall(text):
        for language, part in _sides(clause, main):
            if runs and runs[-1][0] == language:
                runs[-1] = (language, runs[-1][1] + part)
            else:
                runs.append((language, part))
    return runs


def _sides(clause: str, main: str) -> list[tuple[str, str]]:
    """One clause cut where its marker words change the language, parts with too few markers left to `main`."""
    cuts: list[tuple[str, int, set[str]]] = []
    for match in re.finditer(r"[^\W\d_]+", clause):
        language = marker_of(match.group())
        if not language:
            continue
        if cuts and cuts[-1][0] == language:
            cuts[-1][2].add(match.group())
        else:
            cuts.append((language, match.start() if cuts else 0, {match.group()}))
    if not cuts:
        return [(main, clause)]
    sides: list[tuple[str, str]] = []
    ends = [start for _, start, _ in cuts[1:]] + [len(clause)]
    for (language, start, words), end in zip(cuts, ends, strict=True):
        language = language if len(words) >= _FOREIGN else main
        if sides and sides[-1][0] == language:
            sides[-1] = (language, sides[-1][1] + clause[start:end])
        else:
            sides.append((language, clause[start:end]))
    return sides
