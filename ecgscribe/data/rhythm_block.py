"""Blocks between atria and ventricles: of the second degree (Wenckebach, Mobitz) and the third."""

from __future__ import annotations

from ecgscribe.data.atria import AtrialWave
from ecgscribe.data.rhythm import Beat, Rhythm
from ecgscribe.data.rhythm_sinus import Plan

_LONGER_BY_S = (0.0, 0.085, 0.130, 0.155)
"""How much longer PR is at the second, third ... conducted beat of a Wenckebach period.

The increments shrink, so the RR intervals shrink too until a P wave is not conducted.
"""


def wenckebach(plan: Plan) -> Rhythm:
    """PR grows from the asked one over two to four beats, then a P wave stays alone."""
    conducted = plan.chance.whole(2, 4)
    node = plan.node(plan.mean_s * conducted / (conducted + 1))
    place = plan.chance.whole(0, conducted)
    beats, alone = [], []
    for time_s in node.times_s(plan.end_s):
        if place == conducted:
            alone.append(AtrialWave(time_s, conducted=False))
            place = 0
        else:
            pr_s = plan.request.pr_ms / 1000.0 + _LONGER_BY_S[place]
            beats.append(plan.beat(time_s + pr_s, "sinus", p=AtrialWave(time_s)))
            place += 1
    return Rhythm(beats, "sinus", alone, 60.0 / node.mean_s)


def mobitz(plan: Plan) -> Rhythm:
    """PR is constant; each second or third P wave alone is conducted, or one in three to five is dropped."""
    if plan.variant == "dropped":
        group = plan.chance.whole(3, 5)
        blocked = {group - 1}
    else:
        group = int(plan.variant[0])
        blocked = set(range(1, group))
    node = plan.node(plan.mean_s * (group - len(blocked)) / group)
    place = plan.chance.whole(0, group - 1)
    beats, alone = [], []
    for time_s in node.times_s(plan.end_s):
        if place in blocked:
            alone.append(AtrialWave(time_s, conducted=False))
        else:
            beats.append(plan.beat(time_s + plan.request.pr_ms / 1000.0, "sinus", p=AtrialWave(time_s)))
        place = (place + 1) % group
    return Rhythm(beats, "sinus", alone, 60.0 / node.mean_s)


def complete_block(plan: Plan) -> Rhythm:
    """Nothing is conducted: P waves at their own rate, an escape rhythm at the asked one."""
    kind = "escape" if plan.variant == "wide" else "supraventricular"
    beats: list[Beat] = [plan.beat(time_s, kind) for time_s in plan.node().times_s(plan.end_s)]
    # the atria are faster, and at no simple ratio to the ventricles, so that the P waves march through
    atrial_bpm = plan.request.rate_bpm * plan.chance.between(1.58, 1.86)
    atrial_bpm = max(atrial_bpm, plan.chance.between(66, 92))
    node = plan.node(60.0 / atrial_bpm, swing=0.012)
    alone = [AtrialWave(time_s, conducted=False) for time_s in node.times_s(plan.end_s)]
    return Rhythm(beats, kind, alone, atrial_bpm)
