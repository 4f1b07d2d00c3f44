"""All rhythms by name."""

from __future__ import annotations

from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import Request, rhythm_part, rule_of, variants_of
from ecgscribe.data.rhythm import Rhythm
from ecgscribe.data.rhythm_block import complete_block, mobitz, wenckebach
from ecgscribe.data.rhythm_fast import fibrillation, flutter, supraventricular_tachycardia, ventricular_tachycardia
from ecgscribe.data.rhythm_sinus import Plan, bigeminy, paced, premature, sinus, trigeminy
from ecgscribe.data.sinus import breath_of

RHYTHMS = {
    "sinus": sinus,
    "premature": premature,
    "bigeminy": bigeminy,
    "trigeminy": trigeminy,
    "paced": paced,
    "fibrillation": fibrillation,
    "flutter": flutter,
    "supraventricular_tachycardia": supraventricular_tachycardia,
    "ventricular_tachycardia": ventricular_tachycardia,
    "wenckebach": wenckebach,
    "mobitz": mobitz,
    "complete_block": complete_block,
}
"""Name, as `Rule.rhythm` says it -> what makes it."""


def rhythm_of(request: Request, seed: int, duration_s: float) -> Rhythm:
    """All events of a record and around it.

    Raises `BadOption` where a rhythm cannot have the asked rate.
    """
    variant = variants_of(request).get(rhythm_part(request.condition), "")
    plan = Plan(request, variant, Chance(seed, "rhythm"), breath_of(seed), duration_s)
    return RHYTHMS[rule_of(request.condition).rhythm](plan)
