"""The findings that a caption must not miss, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from ecgscribe.core.report import Statement
from ecgscribe.text.statement_table import kinds

CRITICAL = {
    "VT": "ventricular tachycardia: may turn into arrest within minutes",
    "VF": "ventricular fibrillation: arrest",
    "PAUSE": "pause or asystole: arrest threatens",
    "3AVB": "complete AV block: pacing at once",
    "HAVB": "high-grade AV block: may become complete",
    "2AVB": "second-degree AV block: may become complete",
    "AFIB": "atrial fibrillation: risk of stroke, decision on anticoagulants",
    "AFLT": "atrial flutter: risk of stroke, decision on anticoagulants",
    "SVTAC": "supraventricular tachycardia: to be ended when not borne",
    "PSVT": "paroxysmal supraventricular tachycardia: to be ended when not borne",
    "LNGQT": "long QT: torsade de pointes, drugs to be stopped",
    "WPW": "pre-excitation: sudden death in atrial fibrillation, some drugs forbidden",
    "PACE": "paced rhythm: ST, T and QRS must not be read as without a pacemaker",
    "CLBBB": "left bundle branch block: hides an infarct, when new treated as one",
    "PE": "pulmonary embolism: to be treated at once",
    "PERIC": "pericarditis: looks like an infarct, other treatment",
}
"""Code -> reason, whatever the territory."""
ACUTE = "acute or recent infarct or injury: reperfusion within hours"


def critical_reason(statement: Statement) -> str | None:
    """Why a present statement must not be missed; None for others.

    Besides the codes of `CRITICAL`: an infarct, injury or ischaemia called acute or recent, and any injury.
    """
    if not statement.present:
        return None
    kind = kinds().get(statement.code)
    if kind is not None and kind.family and (kind.family == "INJ" or statement.age in ("acute", "recent")):
        return ACUTE
    return CRITICAL.get(statement.code)


def critical_findings(statements: Iterable[Statement]) -> dict[str, str]:
    """The critical findings among `statements`: name -> reason; acute infarct and injury count as one, "ACUTE"."""
    found = {}
    for statement in statements:
        reason = critical_reason(statement)
        if reason is not None:
            found["ACUTE" if reason == ACUTE else statement.code] = reason
    return found
