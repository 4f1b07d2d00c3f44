"""Rhythms that the sinus node does not lead: fibrillation, flutter, tachycardias."""

from __future__ import annotations

import math

from ecgscribe.core.errors import BadOption
from ecgscribe.data.atria import AtrialWave
from ecgscribe.data.rhythm import Beat, Rhythm, qt_s
from ecgscribe.data.rhythm_sinus import Plan
from ecgscribe.data.sinus import LEAD_IN_S

FLUTTER_BPM = (200, 360)
"""What atria can make in flutter."""


def fibrillation(plan: Plan) -> Rhythm:
    """Irregularly irregular: independent intervals, none shorter than the node lets through."""
    chance, mean_s = plan.chance, plan.mean_s
    shortest_s = max(0.30, 0.55 * mean_s)
    # stratified: one interval of each fifth of the distribution in every five, so that ten seconds
    # have the mean that was asked for, in an order that nobody can foresee
    pool: list[float] = []
    time_s = -LEAD_IN_S + chance.between(0, mean_s)
    beats = []
    while time_s < plan.end_s:
        beats.append(plan.beat(time_s, "fibrillation"))
        if not pool:
            shares = [0.72, 0.86, 0.97, 1.12, 1.33]
            pool = chance.shuffled([s + chance.between(-0.06, 0.06) for s in shares])
        time_s += max(shortest_s, mean_s * pool.pop())
    return Rhythm(beats, "fibrillation", fibrillation=1.0)


def flutter(plan: Plan) -> Rhythm:
    """Every second, third or fourth flutter wave is conducted, or now this one, now that (variable)."""
    chance = plan.chance
    # three waves a beat on average: 2:1 and 4:1 as often, 3:1 between
    ratio = 3 if plan.variant == "variable" else int(plan.variant[0])
    atrial_bpm = ratio * plan.request.rate_bpm
    if not FLUTTER_BPM[0] <= atrial_bpm <= FLUTTER_BPM[1]:
        low, high = (round(limit / ratio) for limit in FLUTTER_BPM)
        raise BadOption(
            f"Flutter conducted {plan.variant} cannot have a rate of {plan.request.rate_bpm}.", f"Use {low} to {high}."
        )
    cycle_s = 60.0 / atrial_bpm
    time_s = -LEAD_IN_S + chance.between(0, ratio * cycle_s)
    origin_s = time_s - chance.between(0.35, 0.75) * cycle_s
    pool: list[int] = []
    beats = []
    while time_s < plan.end_s:
        if not pool:
            pool = chance.shuffled([2, 2, 3, 4, 4]) if plan.variant == "variable" else [ratio]
        rr_s = pool.pop() * cycle_s
        beats.append(plan.beat(time_s, "flutter", min(plan.mean_s, rr_s)))
        time_s += rr_s
    return Rhythm(beats, "flutter", atrial_rate_bpm=atrial_bpm, flutter_origin_s=origin_s)


def supraventricular_tachycardia(plan: Plan) -> Rhythm:
    """Fast, regular and narrow; P hidden in the QRS complex, or just behind it and backwards (retrograde)."""
    beats = [plan.beat(time_s, "supraventricular") for time_s in plan.node().times_s(plan.end_s)]
    if plan.variant == "hidden":
        return Rhythm(beats, "supraventricular")
    behind_s = plan.request.qrs_ms / 1000.0 + plan.chance.between(0.0, 0.03)
    alone = [AtrialWave(beat.qrs_onset_s + behind_s, "retrograde", conducted=False) for beat in beats]
    return Rhythm(beats, "supraventricular", alone, plan.request.rate_bpm)


def ventricular_tachycardia(plan: Plan) -> Rhythm:
    """Fast, regular and wide; the sinus node goes on at its own rate and is not heard (dissociation)."""
    beats = [_without_rest(plan, time_s) for time_s in plan.node().times_s(plan.end_s)]
    atrial_bpm = plan.chance.between(64, 96)
    if abs(plan.request.rate_bpm / atrial_bpm - 2.0) < 0.08:
        atrial_bpm *= 0.9
    node = plan.node(60.0 / atrial_bpm, swing=0.015)
    alone = [AtrialWave(time_s, conducted=False) for time_s in node.times_s(plan.end_s)]
    return Rhythm(beats, "ventricular", alone, atrial_bpm)


def _without_rest(plan: Plan, time_s: float) -> Beat:
    """A beat whose T fills the time to the next one, as in a tachycardia of the ventricles."""
    request = plan.request
    qt = max(qt_s(request.qtc_ms, plan.mean_s), request.qrs_ms / 1000.0 + 0.12)
    return Beat(time_s, "ventricular", request.qrs_ms / 1000.0, math.floor(1000 * qt) / 1000.0)
