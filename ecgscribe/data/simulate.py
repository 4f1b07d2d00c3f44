"""Simulated 12-lead ECGs whose beats, intervals, axis and codes are known.

The heart is one dipole that moves in three dimensions (shapes.py), beat after beat (rhythm.py), seen
through a fixed lead field (leadfield.py), with disturbances at each electrode (disturbance.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import CONDITIONS, Request, changed, codes_of, draw_request, rule_of
from ecgscribe.data.disturbance import disturbance_mv, fibrillation_mv
from ecgscribe.data.leadfield import project, twelve
from ecgscribe.data.reports import report_of
from ecgscribe.data.rhythm import Beat, beats_of, breath_hz
from ecgscribe.data.shapes import (
    ECTOPIC_P,
    SHAPES,
    Shape,
    axis_deg,
    bumps_mv,
    recovery_mv,
    scaled,
    with_axis,
)

__all__ = ["CONDITIONS", "NOTE", "Simulated", "simulate"]

NOTE = "simulated ECG, not a patient"
"""Printed on every page drawn from a simulated record."""

FINE_HZ = 1000
"""The rate at which the dipole moves; every other rate is filtered and read from it."""

P_LENGTH_S = 0.105
SPIKE_BEFORE_S = 0.012


@dataclass(frozen=True, eq=False)
class Simulated:
    """A simulated record and its truth.

    `scp_codes` statement -> likelihood in per cent, `report` English in the corpus' manner, `request` what
    was asked or drawn. `truth`: rate_bpm, rr_ms, pr_ms (None without P waves before the QRS), qrs_ms,
    qt_ms (median of the record's ordinary beats), axis_deg, variant; `beats_s` the R peaks (greatest QRS
    vector) inside the record; `beats` one dict for each of these: kind, p_onset_s and p_end_s (or None),
    qrs_onset_s, r_s, qrs_end_s, t_end_s, which may lie outside the record at its ends.
    """

    ecg: Ecg
    condition: str
    scp_codes: dict[str, float]
    report: str
    truth: dict
    request: Request


def simulate(condition: str, seed: int, rate_hz: float = 500, duration_s: float = 10.0, **wishes) -> Simulated:
    """A record of this condition; the same seed gives the same numbers.

    `wishes` set fields of `Request` instead of drawing them (rate_bpm=72, muscle_mv=0 ...). Signals are
    rounded to 1 uV in I, II and the chest leads; the other limb leads follow from I and II. Raises
    `BadOption` for an unknown condition or wish, or a rate or length that cannot be made.
    """
    if not 50 <= rate_hz <= FINE_HZ:
        raise BadOption(f"Cannot simulate at {rate_hz} Hz.", f"Use 50 to {FINE_HZ} Hz.")
    if not 1.0 <= duration_s <= 3600.0:
        raise BadOption(f"Cannot simulate {duration_s} s.", "Use 1 to 3600 s.")
    request = changed(draw_request(condition, seed), wishes)
    beats = beats_of(request, seed, duration_s)
    shapes = _shapes(request, seed)
    margin_s = 0.2  # for the filter, at both ends
    times_s = np.arange(round((duration_s + 2 * margin_s) * FINE_HZ)) / FINE_HZ - margin_s
    dipole = _dipole_mv(request, seed, beats, shapes, times_s)
    if request.pr_ms is None:
        dipole += fibrillation_mv(seed, times_s) * (0.4 if request.condition == "paced" else 1.0)
    leads = project(dipole) + disturbance_mv(request, seed, times_s, breath_hz(seed))
    wanted_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    sampled = _sampled(leads, times_s, wanted_s, rate_hz)
    signal = twelve(np.round(sampled, 3))
    ecg = Ecg(signal, rate_hz, record=f"sim-{condition}-{seed}", patient=f"sim-{seed}", note=NOTE)
    truth = _truth(request, beats, shapes, duration_s)
    return Simulated(ecg, condition, codes_of(request), report_of("en", condition, truth), truth, request)


def _shapes(request: Request, seed: int) -> dict[str, Shape]:
    """Kind of beat -> its shape, with this seed's axis, size and small personal differences."""
    chance = Chance(seed, "shape")
    rule = rule_of(request.condition)
    name = rule.variant_shapes.get(request.variant, rule.shape)
    gain = request.gain
    main = _personal(SHAPES[name], chance)
    if request.axis_deg is not None:
        main = with_axis(main, request.axis_deg)
    main = scaled(main, gain)
    kinds = {kind: main for kind in ("sinus", "fibrillation", "paced", "atrial")}
    if request.condition == "premature_atrial":
        weight = 1.0 if request.variant == "low" else -0.45
        ectopic = tuple(replace(b, vector=tuple(weight * v for v in b.vector)) for b in ECTOPIC_P)
        kinds["atrial"] = replace(main, p=ectopic)
    if request.condition == "premature_ventricular":
        kinds["ventricular"] = scaled(_personal(SHAPES[f"premature_{request.variant}"], chance), gain)
    return kinds


def _personal(shape: Shape, chance: Chance) -> Shape:
    """Every heart lies and grows a little differently: each vector varies by some per cent, T most."""

    def varied(vector, spread: float, noise_mv: float):
        factor = min(1.6, max(0.5, 1.0 + spread * chance.normal()))
        return tuple(factor * v + noise_mv * chance.normal() for v in vector)

    return replace(
        shape,
        qrs=tuple(replace(bump, vector=varied(bump.vector, 0.07, 0.02)) for bump in shape.qrs),
        p=tuple(replace(bump, vector=varied(bump.vector, 0.15, 0.004)) for bump in shape.p),
        t=varied(shape.t, 0.16, 0.012),
        st=varied(shape.st, 0.2, 0.004),
    )


def _dipole_mv(request: Request, seed: int, beats: list[Beat], shapes: dict, times_s: np.ndarray) -> np.ndarray:
    """(3, N) dipole of all beats at these times; the breath moves their size by some per cent."""
    total = np.zeros((3, len(times_s)))
    chance = Chance(seed, "breath moves")
    depth, phase, breath = chance.between(0.01, 0.04), chance.between(0, 6.28), breath_hz(seed)
    spike_mv = chance.between(3.6, 6.0)  # 2 ms long: at 100 Hz a fifth of this height is left
    for beat in beats:
        shape = shapes[beat.kind]
        size = 1.0 + depth * math.sin(2 * math.pi * breath * beat.qrs_onset_s + phase)
        st_t_s = beat.qt_s - beat.qrs_s
        start_s = beat.qrs_onset_s - (beat.pr_s or 0.0) - 0.02
        first, last = np.searchsorted(times_s, (start_s, beat.qrs_onset_s + beat.qt_s + 0.02))
        now = times_s[first:last] - beat.qrs_onset_s
        part = bumps_mv(shape.qrs, now / beat.qrs_s)
        part += recovery_mv(shape, (now - beat.qrs_s) / st_t_s, beat.qrs_s / st_t_s)
        if beat.pr_s is not None:
            length_s = min(P_LENGTH_S, 0.8 * beat.pr_s)
            part += bumps_mv(shape.p, (now + beat.pr_s) / length_s)
        if beat.kind == "paced":
            part += spike_mv * _spike(now + SPIKE_BEFORE_S, (0.25, -0.55, 0.35))
            if beat.pr_s is not None:
                part += 0.6 * spike_mv * _spike(now + beat.pr_s + SPIKE_BEFORE_S, (0.15, 0.45, -0.2))
        total[:, first:last] += size * part
    return total


def _spike(since_s: np.ndarray, vector: tuple[float, float, float]) -> np.ndarray:
    """(3, N): a pacing impulse of 2 ms."""
    inside = ((since_s >= 0.0) & (since_s < 0.002)).astype(np.float64)
    return np.stack([component * inside for component in vector])


def _sampled(leads_mv: np.ndarray, times_s: np.ndarray, wanted_s: np.ndarray, rate_hz: float) -> np.ndarray:
    """Low pass at 150 Hz, or at 45% of the rate where that is lower, then the values at the wanted times."""
    cut_hz = min(150.0, 0.45 * rate_hz)
    half = round(1.6 * FINE_HZ / cut_hz)
    steps = np.arange(-half, half + 1)
    taps = np.sinc(2 * cut_hz / FINE_HZ * steps) * (0.54 + 0.46 * np.cos(np.pi * steps / half))
    taps /= taps.sum()
    return np.stack([np.interp(wanted_s, times_s, np.convolve(row, taps, mode="same")) for row in leads_mv])


def _truth(request: Request, beats: list[Beat], shapes: dict, duration_s: float) -> dict:
    """What the record shows, from the beats themselves."""
    listed = [_beat_truth(beat, shapes[beat.kind]) for beat in beats]
    inside = [entry for entry in listed if 0.0 <= entry["r_s"] < duration_s]
    beats_s = [entry["r_s"] for entry in inside]
    rr_s = float(np.mean(np.diff(beats_s))) if len(beats_s) > 1 else 60.0 / request.rate_bpm
    main = "fibrillation" if request.condition == "atrial_fibrillation" else "sinus"
    ordinary = [beat for beat in beats if beat.kind not in ("atrial", "ventricular")]
    return {
        "rate_bpm": round(60.0 / rr_s, 2),
        "rr_ms": round(1000.0 * rr_s, 1),
        "pr_ms": request.pr_ms,
        "qrs_ms": request.qrs_ms,
        "qt_ms": round(1000.0 * float(np.median([beat.qt_s for beat in ordinary])), 1),
        "axis_deg": round(axis_deg(shapes[main]), 1),
        "variant": request.variant,
        "beats_s": beats_s,
        "beats": inside,
    }


def _beat_truth(beat: Beat, shape: Shape) -> dict:
    fraction = np.linspace(0.0, 1.0, 201)
    peak = fraction[int(np.argmax(np.sum(bumps_mv(shape.qrs, fraction) ** 2, axis=0)))]
    onset_s = beat.qrs_onset_s
    has_p = beat.pr_s is not None
    p_onset_s = onset_s - beat.pr_s if has_p else None
    return {
        "kind": beat.kind,
        "p_onset_s": round(p_onset_s, 4) if has_p else None,
        "p_end_s": round(p_onset_s + min(P_LENGTH_S, 0.8 * beat.pr_s), 4) if has_p else None,
        "qrs_onset_s": round(onset_s, 4),
        "r_s": round(onset_s + float(peak) * beat.qrs_s, 4),
        "qrs_end_s": round(onset_s + beat.qrs_s, 4),
        "t_end_s": round(onset_s + beat.qt_s, 4),
    }
