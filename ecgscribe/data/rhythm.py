"""When the heart beats: times and kinds of the beats of a rhythm."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import Request, rule_of


@dataclass(frozen=True)
class Beat:
    """One beat. `qrs_onset_s` from the record's start (may lie outside it); `pr_s` None without a P wave.

    `kind`: sinus, atrial (premature), ventricular (premature), fibrillation, paced.
    """

    qrs_onset_s: float
    kind: str
    pr_s: float | None
    qrs_s: float
    qt_s: float


LEAD_IN_S = 2.5
"""Beats begin this long before the record, so that its first sample may lie anywhere in a beat."""


def qt_s(qtc_ms: float, rr_s: float) -> float:
    """QT at an RR interval from the corrected one by Fridericia's cube root (1920)."""
    return qtc_ms / 1000.0 * rr_s ** (1.0 / 3.0)


def breath_hz(seed: int) -> float:
    """The breathing frequency of this seed's patient."""
    return Chance(seed, "breath").between(0.20, 0.32)


def beats_of(request: Request, seed: int, duration_s: float) -> list[Beat]:
    """All beats from `LEAD_IN_S` before the record to one second after it."""
    make = {
        "sinus": _sinus,
        "paced": _sinus,
        "fibrillation": _fibrillation,
        "premature_atrial": _premature,
        "premature_ventricular": _premature,
    }[rule_of(request.condition).rhythm]
    return make(request, Chance(seed, "rhythm"), breath_hz(seed), duration_s)


def _rr_s(request: Request, chance: Chance, breath: float, phase: float, time_s: float) -> float:
    """The next RR interval: breath, a slow wave (0.1 Hz, Mayer) and a little chance around the mean."""
    swing = request.arrhythmia
    share = swing * math.sin(2 * math.pi * breath * time_s + phase)
    share += 0.3 * swing * math.sin(2 * math.pi * 0.1 * time_s + 2.1 * phase)
    share += 0.15 * swing * max(-2.0, min(2.0, chance.normal()))
    return 60.0 / request.rate_bpm * (1.0 + share)


def _sinus(request: Request, chance: Chance, breath: float, duration_s: float) -> list[Beat]:
    phase = chance.between(0, 2 * math.pi)
    mean_s = 60.0 / request.rate_bpm
    kind = "paced" if request.condition == "paced" else "sinus"
    pr_s = None if request.pr_ms is None else request.pr_ms / 1000.0
    time_s = -LEAD_IN_S + chance.between(0, mean_s)
    beats = []
    rr_s = mean_s
    while time_s < duration_s + 1.0:
        # the QT interval follows the rate slowly: half the way to this beat's own RR
        settled_s = 0.5 * (mean_s + rr_s)
        beats.append(Beat(time_s, kind, pr_s, request.qrs_ms / 1000.0, qt_s(request.qtc_ms, settled_s)))
        rr_s = _rr_s(request, chance, breath, phase, time_s)
        time_s += rr_s
    return beats


def _fibrillation(request: Request, chance: Chance, breath: float, duration_s: float) -> list[Beat]:
    """Irregularly irregular: independent intervals, none shorter than the node lets through."""
    mean_s = 60.0 / request.rate_bpm
    shortest_s = max(0.30, 0.55 * mean_s)
    # stratified: one interval of each fifth of the distribution in every five, so that ten seconds
    # have the mean that was asked for, in an order that nobody can foresee
    pool: list[float] = []
    time_s = -LEAD_IN_S + chance.between(0, mean_s)
    beats = []
    while time_s < duration_s + 1.0:
        beats.append(Beat(time_s, "fibrillation", None, request.qrs_ms / 1000.0, qt_s(request.qtc_ms, mean_s)))
        if not pool:
            shares = [0.72, 0.86, 0.97, 1.12, 1.33]
            pool = chance.shuffled([s + chance.between(-0.06, 0.06) for s in shares])
        time_s += max(shortest_s, mean_s * pool.pop())
    return beats


def _premature(request: Request, chance: Chance, breath: float, duration_s: float) -> list[Beat]:
    """Sinus rhythm with a premature beat after every few beats.

    Atrial: the sinus node starts anew, so the pause is about one RR. Ventricular: the node is not
    disturbed, so the next sinus beat comes at its own time (full compensatory pause).
    """
    phase = chance.between(0, 2 * math.pi)
    mean_s = 60.0 / request.rate_bpm
    pr_s, qrs_s, qt = request.pr_ms / 1000.0, request.qrs_ms / 1000.0, qt_s(request.qtc_ms, mean_s)
    atrial = request.condition == "premature_atrial"
    early = chance.between(0.60, 0.72) * mean_s
    early = max(early, qt + pr_s + 0.01) if atrial else max(early, qt + 0.05)
    early = min(early, 0.86 * mean_s)
    until = chance.whole(3, 4)
    time_s = -LEAD_IN_S + chance.between(0, mean_s)
    beats = []
    while time_s < duration_s + 1.0:
        beats.append(Beat(time_s, "sinus", pr_s, qrs_s, qt))
        rr_s = _rr_s(request, chance, breath, phase, time_s)
        until -= 1
        if until == 0:
            until = chance.whole(3, 5)
            if atrial:
                beats.append(Beat(time_s + early, "atrial", pr_s, qrs_s, qt))
                time_s += early + 1.06 * rr_s
            else:
                wide_s = min(0.17, max(0.13, qrs_s + 0.05))
                beats.append(Beat(time_s + early, "ventricular", None, wide_s, qt + 0.05))
                time_s += 2.0 * rr_s
        else:
            time_s += rr_s
    return beats
