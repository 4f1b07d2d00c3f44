"""Caption, findings and measurements held against each other: what contradicts is said, never hidden.

Each rule is one line of a table below; thresholds lie beyond the textbook limit by the error of a reading from paper
(5 bpm, 10 to 20 ms), so that a value at the limit is no disagreement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ecgscribe.core.report import Finding, Measurement, Problem, Statement

IRREGULAR_PERCENT = 12.0
"""RMSSD over the mean RR from which a rhythm is called irregular; sinus arrhythmia may reach it, regular rhythms lie
below 8 on paper."""
REGULAR_PERCENT = 5.0
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
    """`code` said present does not go with `name` where `contradicts(value)`; `expected` in words."""

    code: str
    name: str
    contradicts: Callable[[float], bool]
    expected: str


_LIMITS = (
    _Limit(_NORMAL, "rate", lambda v: v > 105, "at most 100 bpm"),
    _Limit(_NORMAL, "rate", lambda v: v < 45, "at least 50 bpm"),
    _Limit(_NORMAL, "qrs", lambda v: v > 130, "at most 120 ms"),
    _Limit(_NORMAL, "pr", lambda v: v > 220, "at most 200 ms"),
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
)
_ABSENT_CODES = frozenset({"AFIB", "AFLT"})
_NO_SINUS = ("AFIB", "AFLT", "AFIB/AFL")
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
    problems = _against_values("caption", "The caption says", {code: _words(s) for code, s in said.items()}, values)
    problems += _against_values("findings", "The findings say", {code: f.name for code, f in found.items()}, values)
    problems += _rhythm_unsaid(said, found, values)
    problems += _caption_against_findings(said, denied, findings)
    return tuple(dict.fromkeys(problems))


def _against_values(
    source: str, who: str, codes: dict[str, str], values: dict[str, Measurement]
) -> list[Contradiction]:
    problems = []
    for limit in _LIMITS:
        measured = values.get(limit.name)
        if limit.code in codes and measured is not None and limit.contradicts(measured.value):
            told = f"{measured.value:.0f} {measured.unit}"
            problems.append(
                Contradiction(
                    f"{source} and measurements",
                    limit.name,
                    f"{who} {codes[limit.code]!r}, which goes with {limit.expected} ({_name(limit.name)}); "
                    f"measured: {told}.",
                )
            )
    return problems


def _rhythm_unsaid(
    said: dict[str, Statement], found: dict[str, Finding], values: dict[str, Measurement]
) -> list[Contradiction]:
    """Sinus rhythm is said although the RR intervals are irregular and no P waves are seen."""
    variation, p_waves = values.get("rr_variation"), values.get("p_present")
    if variation is None or variation.value < IRREGULAR_PERCENT or p_waves is None or p_waves.value > 0:
        return []
    calm = "SR" in said and not _ABSENT_CODES & (said.keys() | found.keys())
    text = f"The caption says sinus rhythm; RR intervals vary by {variation.value:.0f} % and no P waves were found."
    return [Contradiction("caption and measurements", "rr_variation", text)] if calm else []


def _caption_against_findings(
    said: dict[str, Statement], denied: set[str], findings: Sequence[Finding]
) -> list[Contradiction]:
    problems = []
    by_code = {finding.code: finding for finding in findings}
    if _NORMAL in said:
        abnormal = [f for f in findings if f.present and f.task == "superclass" and f.code != _NORMAL]
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
        if finding is not None and finding.verdict == "absent" and firm and code not in (_NORMAL, "SR"):
            problems.append(
                _apart(
                    code,
                    f"The caption says {_words(statement)!r}, the findings give it {finding.probability:.0%} "
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


def _words(statement: Statement) -> str:
    return statement.text or statement.code


def _name(name: str) -> str:
    from ecgscribe.measure.names import NAMES

    words = NAMES[name][0].split(" (")[0]
    return words if words[:2].isupper() else words[0].lower() + words[1:]


def _apart(code: str, message: str) -> Contradiction:
    return Contradiction("caption and findings", code, message)
