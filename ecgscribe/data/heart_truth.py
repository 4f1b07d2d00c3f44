"""What a simulated record shows, measured from the events and shapes that it was made of."""

from __future__ import annotations

import numpy as np

from ecgscribe.data.conditions import Request, variants_of
from ecgscribe.data.heart import Heart
from ecgscribe.data.rhythm import Beat, Rhythm
from ecgscribe.data.shape_model import T_RISE
from ecgscribe.data.shapes import Shape, axis_deg, bumps_mv


def truth_of(request: Request, rhythm: Rhythm, heart: Heart, duration_s: float) -> dict:
    """The truth of a record; simulate.Simulated names its keys."""
    marks = {}
    for kind in {beat.kind for beat in rhythm.beats}:
        shape = heart.shape(kind, rhythm.ordinary)
        marks[kind] = (_peak_fraction(shape), _t_onset_fraction(shape))
    listed = [_beat_truth(beat, *marks[beat.kind], heart) for beat in rhythm.beats]
    inside = [entry for entry in listed if 0.0 <= entry["r_s"] < duration_s]
    beats_s = [entry["r_s"] for entry in inside]
    rr_s = float(np.mean(np.diff(beats_s))) if len(beats_s) > 1 else 60.0 / request.rate_bpm
    ordinary = [beat for beat in rhythm.beats if beat.kind == rhythm.ordinary]
    prs_ms = [1000.0 * beat.pr_s for beat in ordinary if beat.pr_s is not None and 0 <= beat.qrs_onset_s < duration_s]
    prs_ms = prs_ms or [1000.0 * beat.pr_s for beat in ordinary if beat.pr_s is not None]
    alone = [(wave, wave.onset_s, wave.onset_s + heart.p_length_s(None, wave)) for wave in rhythm.alone]
    heart_axis_deg = axis_deg(heart.main)
    return {
        "rate_bpm": round(60.0 / rr_s, 2),
        "atrial_rate_bpm": None if rhythm.atrial_rate_bpm is None else round(rhythm.atrial_rate_bpm, 2),
        "rr_ms": round(1000.0 * rr_s, 1),
        "pr_ms": round(float(np.median(prs_ms)), 1) if prs_ms else None,
        "pr_range_ms": [round(min(prs_ms), 1), round(max(prs_ms), 1)] if prs_ms else None,
        "qrs_ms": round(1000.0 * float(np.median([beat.qrs_s for beat in ordinary])), 1),
        "qt_ms": round(1000.0 * float(np.median([beat.qt_s for beat in ordinary])), 1),
        "axis_deg": round(heart_axis_deg, 1),
        "axis_shown_deg": round(_shown_deg(heart_axis_deg, request), 1),
        "variant": request.variant,
        "variants": variants_of(request),
        "electrodes": request.electrodes,
        "missing_lead": request.missing_lead or None,
        "beats_s": beats_s,
        "beats": inside,
        "p_waves": [
            {"kind": wave.kind, "p_onset_s": round(onset_s, 4), "p_end_s": round(end_s, 4)}
            for wave, onset_s, end_s in alone
            if onset_s < duration_s and end_s > 0.0
        ],
    }


def _shown_deg(axis: float, request: Request) -> float:
    """The axis that the leads show: with the arms' electrodes swapped it is mirrored at the vertical."""
    if request.electrodes != "arms_swapped":
        return axis
    mirrored = 180.0 - axis
    return mirrored - 360.0 if mirrored > 180.0 else mirrored


def _t_onset_fraction(shape: Shape) -> float:
    """Where T begins between the J point and its end: where its bump has a sixth of its height."""
    return max(0.0, shape.t_peak - 1.9 * T_RISE * shape.t_width)


def _peak_fraction(shape: Shape) -> float:
    """Where in the QRS complex its vector is longest: the R peak."""
    fraction = np.linspace(0.0, 1.0, 201)
    return float(fraction[int(np.argmax(np.sum(bumps_mv(shape.qrs, fraction) ** 2, axis=0)))])


def _beat_truth(beat: Beat, peak: float, t_onset: float, heart: Heart) -> dict:
    onset_s = beat.qrs_onset_s
    j_point_s, st_t_s = onset_s + beat.qrs_s, beat.qt_s - beat.qrs_s
    wave = beat.p
    return {
        "kind": beat.kind,
        "p_kind": None if wave is None else wave.kind,
        "p_onset_s": None if wave is None else round(wave.onset_s, 4),
        "p_end_s": None if wave is None else round(wave.onset_s + heart.p_length_s(beat.pr_s, wave), 4),
        "qrs_onset_s": round(onset_s, 4),
        "r_s": round(onset_s + peak * beat.qrs_s, 4),
        "qrs_end_s": round(j_point_s, 4),
        "t_onset_s": round(j_point_s + t_onset * st_t_s, 4),
        "t_end_s": round(onset_s + beat.qt_s, 4),
    }
