"""The canonical sentence of statements: fixed order, fixed words; the second target beside the report's own text.

`statements_of(caption_from(s)) == s` for every canonical s (`canonical` in text/statements.py), so that nothing is
lost between the two, and `structured_caption` changes a structured caption no more. In a row it is the column
`structured`, beside `caption`. Order: rhythm, AV conduction, axis, conduction, hypertrophy, infarct, ST-T, ectopy,
conclusion.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecgscribe.core.report import Statement
from ecgscribe.core.standards import LEADS

from .statement_table import kinds
from .statements import canonical, statements_of

_NORMAL = {
    ("present", "certain"): "normal ecg",
    ("present", "probable"): "probably normal ecg",
    ("present", "possible"): "borderline ecg",
    ("absent", "certain"): "abnormal ecg",
    ("absent", "probable"): "probably abnormal ecg",
}
_UNREMARKABLE = frozenset(("SR", "MID", "NORM"))


def caption_from(statements: Iterable[Statement]) -> str:
    """The canonical sentence of `statements`, in normal form; '' for none."""
    ordered = canonical(statements)
    remarkable = any(statement.present and statement.code not in _UNREMARKABLE for statement in ordered)
    phrases = [_phrase(statement) for statement in ordered]
    if remarkable:
        phrases = ["otherwise normal ecg" if phrase == "normal ecg" else phrase for phrase in phrases]
    return " ".join(phrase + "." for phrase in phrases)


def structured_caption(caption: str) -> str:
    """`caption` said again in canonical words; '' when it says nothing that has a code."""
    return caption_from(statements_of(caption))


def _phrase(statement: Statement) -> str:
    """One statement in words."""
    if statement.code == "NORM":
        return _NORMAL[statement.polarity, statement.certainty]
    kind = kinds()[statement.code]
    age = statement.age if statement.age != "undetermined" else ""
    wall = " and ".join(statement.territory) if kind.takes == "wall" else ""
    noun = " ".join(part for part in (age, wall, kind.words) if part)
    if kind.takes == "leads" and statement.territory:
        noun += _place(statement.territory)
    if not statement.present:
        return f"no {noun}" if statement.certainty == "certain" else f"{noun} is unlikely"
    if statement.certainty == "cannot be excluded":
        noun += " cannot be excluded"
    elif statement.certainty != "certain":
        noun = f"{statement.certainty} {noun}"
    return noun + (", age undetermined" if statement.age == "undetermined" else "")


def _place(territory: tuple[str, ...]) -> str:
    """ " in the inferior and lateral leads", " in i, v4-v6", " throughout", or several of these."""
    walls = [name for name in territory if name not in LEADS and name != "throughout"]
    leads = _ranges([name for name in territory if name in LEADS])
    place = f" in the {' and '.join(walls)} leads" if walls else ""
    if leads:
        place += f"{' and' if walls else ''} in {', '.join(leads)}"
    return place + (" throughout" if "throughout" in territory else "")


def _ranges(leads: list[str]) -> list[str]:
    """Leads in lower case; three chest leads or more in a row as a range."""
    runs: list[list[str]] = []
    for lead in leads:
        if runs and lead[0] == "V" and runs[-1][-1][0] == "V" and int(lead[1]) == int(runs[-1][-1][1]) + 1:
            runs[-1].append(lead)
        else:
            runs.append([lead])
    found = []
    for run in runs:
        found += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else run
    return [name.lower() for name in found]
