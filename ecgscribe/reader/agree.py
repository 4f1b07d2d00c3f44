"""Caption, findings and measurements held against each other: what contradicts is said, never hidden.

Each rule is one line of a table below; thresholds lie beyond the textbook limit by the error of a reading from paper
(5 bpm, 10 to 20 ms), so that a value at the limit is no disagreement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from ecgscribe.core.report import Finding, Measurement, Problem, Statement
from ecgscribe.reader.raised_st import raised_st
from ecgscribe.text.statement_table import kinds
from ecgscribe.text.writing import written

IRREGULAR_PERCENT = 12.0
"""RMSSD over the mean RR from which a rhythm is called irregular; sinus arrhythmia may reach it, regular rhythms lie
below 8 on paper."""
REGULAR_PERCENT = 5.0
UNEVEN_PERCENT = 50.0
"""RMSSD over the mean RR beyond what any rhythm but bigeminy shows (fibrillation 20 to 40): beats were missed in the
reading, and neither rate nor regularity is worth a comparison."""
_NORMAL = "NORM"
_CHECK = "Look at the ECG itself: one of the two is wrong."


@dataclass(frozen=True)
class Contradiction:
    """`between` which two: "caption and measurements", "findings and measurements", "caption and findings"; `about`
    what: the measurement's name or the statement's code; `message` both values in words."""

    between: str
    about: str
    message: str


@dataclass(frozen=True)
class _Limit:
    """`code` said present does not go with `name` where `contradicts(value)`; `expected` in words. Who also says one
    of the codes `unless` has told the deviation ("sinus tachycardia, otherwise normal")."""

    code: str
    name: str
    contradicts: Callable[[float], bool]
    expected: str
    unless: frozenset[str] = frozenset()


_FAST = frozenset({"STACH", "TACHY", "SVTAC", "PSVT", "AFIB", "AFLT", "AFIB/AFL"})
_SLOW = frozenset({"SBRAD", "BRADY"})
_WIDE = frozenset({"CLBBB", "CRBBB", "IRBBB", "ILBBB", "IVCD", "WPW", "PACE"})
_LIMITS = (
    _Limit(_NORMAL, "rate", lambda v: v > 105, "at most 100 bpm", _FAST),
    _Limit(_NORMAL, "rate", lambda v: v < 45, "at least 50 bpm", _SLOW),
    _Limit(_NORMAL, "qrs", lambda v: v > 130, "at most 120 ms", _WIDE),
    _Limit(_NORMAL, "pr", lambda v: v > 220, "at most 200 ms", frozenset({"1AVB", "LPR"})),
    _Limit(_NORMAL, "qtc_fridericia", lambda v: v > 490, "at most 460 ms"),
    _Limit("STACH", "rate", lambda v: v < 90, "over 100 bpm"),
    _Limit("TACHY", "rate", lambda v: v < 90, "over 100 bpm"),
    _Limit("SBRAD", "rate", lambda v: v > 67, "below 60 bpm"),
    _Limit("BRADY", "rate", lambda v: v > 67, "below 60 bpm"),
    _Limit("AFIB", "rr_variation", lambda v: v < REGULAR_PERCENT, "irregular RR intervals"),
    _Limit("1AVB", "pr", lambda v: v < 180, "over 200 ms"),
    _Limit("LPR", "pr", lambda v: v < 180, "over 200 ms"),
    _Limit("CLBBB", "qrs", lambda v: v < 105, "at least 120 ms"),
    _Limit("CRBBB", "qrs", lambda v: v < 105, "at least 120 ms"),
    _Limit("LNGQT", "qtc_fridericia", lambda v: v < 430, "over 460 ms"),
    _Limit("LAD", "axis", lambda v: 10 < v < 120, "below -30 degrees"),
    _Limit("RAD", "axis", lambda v: -60 < v < 70, "over 90 degrees"),
    # PTB-XL's 87 validation records with MID measure -8 to 101 degrees
    _Limit("MID", "axis", lambda v: v < -30 or v > 110, "-30 to 90 degrees"),
)
_NARROW_MS = 120.0
_INFERIOR = frozenset({"inferior", "inferoposterior", "posterior"})
_RAISING = frozenset({"MI", "STE_", "EREP", "PERIC", "ANEUR"})
_SAYS = {
    "caption": "The caption says",
    "findings": "The findings say",
    "caption and findings": "Caption and findings say",
}
_UNITS = {"deg": "degrees"}
_ABSENT_CODES = frozenset({"AFIB", "AFLT"})
_SINUS = frozenset({"SR", "SARRH", "SBRAD", "STACH"})
_PREMATURE = frozenset({"PAC", "PVC", "SVARR", "BIGU", "TRIGU", "PRC(S)"})
"""What makes sinus rhythm irregular, its P waves not to be seen before every beat."""
_KIN = (
    frozenset({"CRBBB", "IRBBB"}),
    frozenset({"CLBBB", "ILBBB"}),
    frozenset({"LVH", "VCLVH", "HVOLT"}),
    frozenset({"1AVB", "LPR"}),
    frozenset({"NDT", "NT_", "LOWT", "INVT", "TAB_"}),
    frozenset({"NST_", "STD_"}),
    frozenset({"ISC_", "ISCAL", "ISCAN", "ISCAS", "ISCIL", "ISCIN", "ISCLA"}),
    frozenset({"IMI", "ILMI", "IPMI", "IPLMI"}),
    frozenset({"AMI", "ASMI", "ALMI"}),
)
"""Statements that two readers use for the same thing: where one is found, its kin do not contradict it."""
_UNREMARKABLE = frozenset({_NORMAL, "SR", "MID"})
_NO_SINUS = ("AFIB", "AFLT", "AFIB/AFL", "PACE")
"""Findings that no sinus rhythm shows; the first that is present is told."""
_SAME = {"AFIB": "AFIB/AFL", "AFLT": "AFIB/AFL", "STACH": "TACHY", "SVTAC": "TACHY", "PSVT": "TACHY"}
"""Statement -> the pooled label of a classifier that answers it too."""


def disagreements(
    statements: Sequence[Statement], findings: Sequence[Finding], measurements: Sequence[Measurement]
) -> tuple[Problem, ...]:
    """A warning for each of `contradictions`; never fatal."""
    found = contradictions(statements, findings, measurements)
    return tuple(Problem("agreement", "disagreement", held.message, _CHECK) for held in found)


def contradictions(
    statements: Sequence[Statement], findings: Sequence[Finding], measurements: Sequence[Measurement]
) -> tuple[Contradiction, ...]:
    """What contradicts between the caption's `statements`, `findings` and `measurements`.

    () where nothing contradicts or only one of the three is there. Each pair is named once.
    """
    values = {m.name: m for m in measurements if m.known and not m.lead}
    said = {s.code: s for s in statements if s.present}
    denied = {s.code for s in statements if not s.present}
    found = {f.code: f for f in findings if f.verdict == "present"}
    if "rr_variation" in values and values["rr_variation"].value > UNEVEN_PERCENT:
        values = {name: m for name, m in values.items() if name not in ("rate", "rr_variation")}
    problems = _against_values(
        {_open(s): _words(s) for s in said.values()}, {code: f.name for code, f in found.items()}, values
    )
    problems += _rhythm_unsaid(said, found, values)
    problems += _st_unsaid(said, found, values, measurements)
    problems += _caption_against_findings(said, denied, findings)
    return tuple(dict.fromkeys(problems))


def _against_values(said: dict[str, str], found: dict[str, str], values: dict[str, Measurement]) -> list[Contradiction]:
    """What caption (`said`) and findings (`found`), code -> words, say against a measurement; both at once where they
    say the same."""
    problems = []
    for limit in _LIMITS:
        measured = values.get(limit.name)
        if measured is None or not limit.contradicts(measured.value):
            continue
        who = [("caption", "The caption says", said), ("findings", "The findings say", found)]
        who = [
            (source, says, codes[limit.code])
            for source, says, codes in who
            if limit.code in codes and not limit.unless & codes.keys()
        ]
        if len(who) == 2:
            who = [("caption, findings", "Caption and findings say", who[1][2])]
        for source, says, words in who:
            problems.append(
                Contradiction(
                    f"{source} and measurements",
                    limit.name,
                    f"{says} {words!r}, which goes with {limit.expected} ({_name(limit.name)}); "
                    f"measured: {measured.value:.0f} {_UNITS.get(measured.unit, measured.unit)}.",
                )
            )
    return problems


def _rhythm_unsaid(
    said: dict[str, Statement], found: dict[str, Finding], values: dict[str, Measurement]
) -> list[Contradiction]:
    """Sinus rhythm is said although the RR intervals are irregular and no P waves are seen; not where the findings bear
    it out, or where premature beats explain it."""
    variation, p_waves = values.get("rr_variation"), values.get("p_present")
    if variation is None or variation.value < IRREGULAR_PERCENT or p_waves is None or p_waves.value > 0:
        return []
    explained = _ABSENT_CODES | _PREMATURE | {"SARRH"}
    calm = "SR" in said and not (explained & (said.keys() | found.keys()) or _SINUS & found.keys())
    text = f"The caption says sinus rhythm; RR intervals vary by {variation.value:.0f} % and no P waves were found."
    return [Contradiction("caption and measurements", "rr_variation", text)] if calm else []


def _st_unsaid(
    said: dict[str, Statement],
    found: dict[str, Finding],
    values: dict[str, Measurement],
    measurements: Sequence[Measurement],
) -> list[Contradiction]:
    """Normal is said although ST is raised in neighbouring leads; or ST is raised after narrow QRS complexes, and
    nobody names a reason. After wide ones ST rises by itself."""
    levels = raised_st(measurements)
    if not levels or not (said or found):
        return []
    listed = ", ".join(f"{lead} {mv:+.2f}" for lead, mv in levels.items())
    told = f"ST is raised in neighbouring leads (mV at J + 60 ms: {listed})"
    normal = [source for source, codes in (("caption", said), ("findings", found)) if _NORMAL in codes]
    if normal:
        text = f"{_SAYS[' and '.join(normal)]} 'normal ECG'; {told}."
        return [Contradiction(f"{', '.join(normal)} and measurements", "st", text)]
    qrs = values.get("qrs")
    fresh = {code for code, statement in said.items() if statement.age != "old"}
    if qrs is None or qrs.value >= _NARROW_MS or _raising(levels.keys()) & (fresh | found.keys()):
        return []
    text = f"{told}, and neither caption nor findings name a fresh infarct there or another reason for it."
    return [Contradiction("caption, findings and measurements", "st", text)]


def _raising(leads: Set[str]) -> frozenset[str]:
    """The statements that go with raised ST in `leads`: infarct or injury among them, of the inferior wall alone only
    where inferior leads are raised."""
    inferior = bool(leads & {"II", "III", "aVF"})
    walls = {
        code
        for code, kind in kinds().items()
        if kind.family in ("MI", "INJ") and (inferior or not kind.walls or not set(kind.walls) <= _INFERIOR)
    }
    return _RAISING | walls


def kin_of(code: str) -> frozenset[str]:
    """The statement and those that say nearly the same."""
    return frozenset({code}).union(*(family for family in _KIN if code in family))


def _caption_against_findings(
    said: dict[str, Statement], denied: set[str], findings: Sequence[Finding]
) -> list[Contradiction]:
    problems = []
    by_code = {finding.code: finding for finding in findings}
    if _NORMAL in said:
        abnormal = [f for f in findings if f.present and f.task == "superclass" and f.code != _NORMAL]
        # "sinus rhythm, left axis deviation, otherwise normal" does not claim to be normal
        if not abnormal and said.keys() <= _UNREMARKABLE:
            abnormal = [f for f in findings if f.present and f.task == "normal"]
        if abnormal:
            names = ", ".join(f"{f.name} ({f.probability:.0%})" for f in abnormal)
            problems.append(_apart(_NORMAL, f"The caption says 'normal ECG', the findings say {names}."))
    fibrillation = next((by_code[code] for code in _NO_SINUS if code in by_code and by_code[code].present), None)
    if "SR" in said and fibrillation is not None:
        told = f"{fibrillation.name} ({fibrillation.probability:.0%})"
        problems.append(_apart("SR", f"The caption says sinus rhythm, the findings say {told}."))
    for code, statement in said.items():
        finding = by_code.get(code) or by_code.get(_SAME.get(code, ""))
        firm = statement.certainty in ("certain", "probable")
        borne_out = any(by_code[kin].present for kin in kin_of(code) if kin in by_code)
        asked = firm and not borne_out and code not in (_NORMAL, "SR")
        if finding is not None and finding.verdict == "absent" and asked:
            problems.append(
                _apart(
                    code,
                    f"The caption says {_told(statement)}, the findings give it {finding.probability:.0%} "
                    f"(present from {finding.threshold:.0%}).",
                )
            )
    for code in sorted(denied):
        finding = by_code.get(code)
        if finding is not None and finding.present:
            problems.append(
                _apart(code, f"The caption denies {finding.name!r}, the findings give it {finding.probability:.0%}.")
            )
    return problems


def _open(statement: Statement) -> str:
    """Its code; "fibrillation or flutter" is a code of its own here, since flutter can be regular."""
    return "AFIB/AFL" if statement.code == "AFIB" and "flutter" in statement.text else statement.code


def _words(statement: Statement) -> str:
    """The words it was read from, the walls they speak of before them where they do not name them."""
    words = statement.text or statement.code
    walls = [place for place in statement.territory if place.islower() and place not in words]
    return written(" ".join([*walls, words]))


def _told(statement: Statement) -> str:
    """Its words in quotes, and what they stand for where they do not tell it alone ('depressed' (ST depression))."""
    words = _words(statement)
    meant = written(kinds()[statement.code].words) if statement.code in kinds() else words
    plain, full = ("".join(filter(str.isalnum, text.lower())) for text in (words, meant))
    return f"{words!r}" if full in plain else f"{words!r} ({meant})"


def _name(name: str) -> str:
    from ecgscribe.measure.names import NAMES

    words = NAMES[name][0].split(" (")[0]
    return words if words[:2].isupper() else words[0].lower() + words[1:]


def _apart(code: str, message: str) -> Contradiction:
    return Contradiction("caption and findings", code, message)
