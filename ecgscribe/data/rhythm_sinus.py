"""Rhythms of the sinus node, with premature beats, and of a pacemaker."""

from __future__ import annotations

from dataclasses import dataclass

from ecgscribe.data.atria import AtrialWave
from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import Request
from ecgscribe.data.rhythm import AFTER_S, Beat, Rhythm, qt_s
from ecgscribe.data.sinus import LEAD_IN_S, Breath, SinusNode


@dataclass(frozen=True)
class Plan:
    """What every maker of a rhythm is given: the request, the variant of the rhythm, chance and time."""

    request: Request
    variant: str
    chance: Chance
    breath: Breath
    duration_s: float

    @property
    def mean_s(self) -> float:
        """The asked mean RR interval."""
        return 60.0 / self.request.rate_bpm

    @property
    def end_s(self) -> float:
        """Until when events are made."""
        return self.duration_s + AFTER_S

    def node(self, mean_s: float | None = None, swing: float | None = None) -> SinusNode:
        """A sinus node with the asked interval and swing, or with these."""
        swing = self.request.arrhythmia if swing is None else swing
        return SinusNode(self.mean_s if mean_s is None else mean_s, swing, self.chance, self.breath)

    def beat(self, onset_s: float, kind: str, rr_s: float | None = None, p: AtrialWave | None = None) -> Beat:
        """A beat with the asked QRS, and the QT that fits an RR interval."""
        request = self.request
        return Beat(onset_s, kind, request.qrs_ms / 1000.0, qt_s(request.qtc_ms, rr_s or self.mean_s), p)


def sinus(plan: Plan) -> Rhythm:
    """Every P wave conducted, at the asked PR."""
    return _regular(plan, "sinus", "sinus")


def paced(plan: Plan) -> Rhythm:
    """A pacemaker: both chambers one after the other (ddd), or the ventricle under fibrillating atria (vvi)."""
    if plan.variant == "vvi":
        rhythm = _regular(plan, "paced", None)
        return Rhythm(rhythm.beats, "paced", fibrillation=0.4)
    return _regular(plan, "paced", "paced")


def _regular(plan: Plan, kind: str, p_kind: str | None) -> Rhythm:
    beats, before_s = [], None
    for time_s in plan.node().times_s(plan.end_s):
        wave = None if p_kind is None else AtrialWave(time_s - plan.request.pr_ms / 1000.0, p_kind)
        # the QT interval follows the rate slowly: half the way to this beat's own RR
        rr_s = plan.mean_s if before_s is None else 0.5 * (plan.mean_s + time_s - before_s)
        beats.append(plan.beat(time_s, kind, rr_s, wave))
        before_s = time_s
    return Rhythm(beats, kind, atrial_rate_bpm=None if p_kind is None else plan.request.rate_bpm)


def premature(plan: Plan, every: int | None = None) -> Rhythm:
    """Sinus rhythm in which each `every`-th beat is premature, or one of three to five.

    Atrial: the sinus node starts anew, so the pause is about one RR. Ventricular: the node is not
    disturbed, its P is hidden in the premature beat, and the next one comes at its own time (full
    compensatory pause). The node is slowed where premature atrial beats alone would raise the asked rate.
    """
    atrial = plan.variant in ("low", "high", "atrial")
    count = every or 4
    mean_s = plan.mean_s * (count / (count - 0.28) if atrial else 1.0)
    node, chance = plan.node(mean_s), plan.chance
    pr_s, qt = plan.request.pr_ms / 1000.0, qt_s(plan.request.qtc_ms, plan.mean_s)
    early_s = chance.between(0.60, 0.72) * mean_s
    early_s = max(early_s, qt + pr_s + 0.01) if atrial else max(early_s, qt + 0.05)
    early_s = min(early_s, 0.86 * mean_s)
    p_kind = chance.chosen(("low", "high")) if plan.variant == "atrial" else plan.variant
    # the left ventricle's or the right one's premature beats are wide
    wide_s = min(0.17, max(0.13, plan.request.qrs_ms / 1000.0 + 0.05))
    until = every or chance.whole(3, 4)
    time_s = -LEAD_IN_S + chance.between(0, mean_s)
    beats, alone = [], []
    while time_s < plan.end_s:
        beats.append(plan.beat(time_s, "sinus", p=AtrialWave(time_s - pr_s)))
        rr_s = node.interval_s(time_s)
        until -= 1
        if until <= (1 if every else 0):
            until = every or chance.whole(3, 5)
            if atrial:
                beats.append(plan.beat(time_s + early_s, "atrial", p=AtrialWave(time_s + early_s - pr_s, p_kind)))
                time_s += early_s + 1.06 * rr_s
            else:
                beats.append(Beat(time_s + early_s, "ventricular", wide_s, qt + 0.05))
                alone.append(AtrialWave(time_s + rr_s - pr_s, "sinus", conducted=False))
                time_s += 2.0 * rr_s
        else:
            time_s += rr_s
    return Rhythm(beats, "sinus", alone, 60.0 / node.mean_s)


def bigeminy(plan: Plan) -> Rhythm:
    """Every second beat is premature."""
    return premature(plan, 2)


def trigeminy(plan: Plan) -> Rhythm:
    """Every third beat is premature."""
    return premature(plan, 3)
