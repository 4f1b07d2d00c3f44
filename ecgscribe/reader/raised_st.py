"""ST raised further than any normal ECG shows it, in leads that look at neighbouring parts of the heart."""

from __future__ import annotations

from collections.abc import Sequence

from ecgscribe.core.report import Measurement
from ecgscribe.core.standards import LEADS

_BESIDE = (
    ("V1", "V2"), ("V2", "V3"), ("V3", "V4"), ("V4", "V5"), ("V5", "V6"), ("II", "III"), ("II", "aVF"), ("III", "aVF"),
    ("I", "aVL"),
)  # fmt: skip
_RAISED_MV = {"V1": 0.4, "V2": 0.4, "V3": 0.4, "V4": 0.4}
_RAISED_ELSEWHERE_MV = 0.25
"""The fourth universal definition of myocardial infarction (2018) counts from 0.1 mV, in V2 and V3 from 0.15 to 0.25
mV; of PTB-XL's 152 validation records coded normal 3 pass 0.25 and 0.2 mV, none these, and of the 172 others 11, all
with QRS complexes of 138 ms and more."""


def raised_st(measurements: Sequence[Measurement]) -> dict[str, float]:
    """Lead -> mV at J + 60 ms over the level before QRS, of leads raised together with a neighbour; {} without."""
    level = {m.lead: m.value for m in measurements if m.name == "st" and m.known}
    raised = {lead: mv for lead, mv in level.items() if mv >= _RAISED_MV.get(lead, _RAISED_ELSEWHERE_MV)}
    together = {lead for pair in _BESIDE if raised.keys() >= set(pair) for lead in pair}
    return {lead: raised[lead] for lead in LEADS if lead in together}
