"""Where the waves of an average beat begin and end, in each lead and over all leads.

QRS: where the slope rises above a share of its largest and above the noise (as in Laguna, Jane & Caminal, Comput Biomed
Res 27:45, 1994, who do it on derivatives of single leads). P and T: from the steepest point of a flank outward until
the slope has sunk to a share of that. All thresholds were set on the first half of LUDB's records (bench/intervals.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ecgscribe.measure.average import LENGTH, ZERO, Average
from ecgscribe.measure.prepare import RATE_HZ, smooth

WAVES = ("p_onset", "p_peak", "p_end", "qrs_onset", "qrs_end", "t_peak", "t_end")

GLOBAL_QUANTILE = {
    "p_onset": 0.4,
    "p_peak": 0.5,
    "p_end": 0.7,
    "t_peak": 0.5,
    "t_end": 0.75,
}
"""Which quantile of the leads' marks is the mark of all leads. The marks of QRS come from all leads' slopes at once."""

QRS_ONSET_SHARE, QRS_END_SHARE, QRS_QUIET_S = 0.05, 0.05, 0.014
QRS_SMOOTH_S, QRS_NOISE_TIMES = 0.005, 3.5
LEAD_ONSET_SHARE, LEAD_END_SHARE, OWN_SHARE = 0.04, 0.07, 0.3
"""`OWN_SHARE` of a lead's own distance from the common mark is believed: cardiologists' marks differ less over leads
than where single leads grow steep.
"""

OWN_SHARES = {"p_onset": 0.6, "p_end": 0.6, "t_end": 0.8}
"""The same of the other marks, towards the median lead."""

LONGEST_QRS_S, LONGEST_QRS_OF_RR = 0.25, 0.6
"""What seems longer has run into the T wave, as in fast ventricular tachycardia."""

AFTER_SPIKE_S, BEFORE_SPIKE_S = 0.010, 0.012
P_ONSET_SHARE, P_END_SHARE, T_END_SHARE = 0.34, 0.58, 0.33
P_SMOOTH_S, T_SMOOTH_S = 0.010, 0.014
NOISE_TIMES, STEEP_SHARE, AGAIN_SHARE = 2.5, 0.15, 0.33
LEAST_T_MV, LEAST_P_MV = 0.025, 0.012


@dataclass(frozen=True, eq=False)
class Waves:
    """Marks of the average beat in samples of its axis (see average.ZERO), NaN where a wave was not found.

    `lead` wave -> (L,) by lead; `overall` wave -> one number. `leads` their names.
    """

    leads: tuple[str, ...]
    lead: dict[str, np.ndarray]
    overall: dict[str, float] = field(default_factory=dict)


def delineate(average: Average) -> Waves:
    """The marks of an average beat."""
    signal = average.signal_mv
    rr_s = float(np.median(average.rr_s)) if len(average.rr_s) else 1.0
    marks = {wave: np.full(len(signal), np.nan) for wave in WAVES}
    bounds = qrs_bounds(signal, average.spike)
    if bounds is None or bounds[1] - bounds[0] > min(LONGEST_QRS_S, LONGEST_QRS_OF_RR * rr_s) * RATE_HZ:
        return Waves(average.leads, marks, dict.fromkeys(WAVES, float("nan")))
    _qrs_by_lead(signal, bounds, marks)
    level = _level(signal, bounds[0])
    zeroed = signal - level[:, None]
    _t_by_lead(zeroed, bounds, rr_s, marks)
    before = bounds[0]
    if np.isfinite(average.spike):
        before = min(before, int(average.spike - BEFORE_SPIKE_S * RATE_HZ))
    _p_by_lead(zeroed, (before, bounds[1]), rr_s, marks)
    overall = {wave: _quantile(marks[wave], share) for wave, share in GLOBAL_QUANTILE.items()}
    if np.isfinite(marks["p_onset"]).sum() < 0.5 * np.isfinite(marks["p_peak"]).sum():
        overall["p_onset"] = float("nan")
    for wave, share in OWN_SHARES.items():
        marks[wave] += (1 - share) * (_quantile(marks[wave], 0.5) - marks[wave])
    overall["qrs_onset"], overall["qrs_end"] = map(float, bounds)
    return Waves(average.leads, marks, overall)


def qrs_bounds(signal_mv: np.ndarray, spike: float = float("nan")) -> tuple[int, int] | None:
    """(onset, end) of the QRS complex over all leads, None when nothing moves: where the root mean square over leads of
    the slopes rises above a share of its largest. Not before a pacemaker's `spike`.
    """
    slope = np.abs(np.gradient(smooth(signal_mv, QRS_SMOOTH_S), axis=1)) * RATE_HZ
    whole = np.isfinite(slope[:, ZERO - int(0.17 * RATE_HZ) : ZERO + int(0.26 * RATE_HZ)]).all(axis=1)
    if not whole.any():
        return None
    slope = slope[whole]
    speed = np.sqrt(np.mean(np.nan_to_num(slope) ** 2, axis=0))
    near = slice(ZERO - int(0.06 * RATE_HZ), ZERO + int(0.06 * RATE_HZ))
    peak = near.start + int(np.argmax(speed[near]))
    most = speed[peak]
    if not most > 0:
        return None
    around = slice(max(0, peak - int(0.25 * RATE_HZ)), peak + int(0.45 * RATE_HZ))
    seen = np.isfinite(slope[:, around]).all(axis=0)
    noise = QRS_NOISE_TIMES * float(np.percentile(speed[around][seen], 12)) if seen.any() else 0.0
    quiet = int(QRS_QUIET_S * RATE_HZ)
    first = _last_steep(speed, peak, -1, int(0.14 * RATE_HZ))
    last = _last_steep(speed, peak, 1, int(0.18 * RATE_HZ))
    onset = _walk(speed, first, -1, max(QRS_ONSET_SHARE * most, noise), quiet)
    end = _walk(speed, last, 1, max(QRS_END_SHARE * most, noise), quiet)
    if np.isfinite(spike):
        onset = max(onset, round(spike + AFTER_SPIKE_S * RATE_HZ))
    return onset, end


def _last_steep(speed: np.ndarray, peak: int, step: int, most: int) -> int:
    """The outermost sample as steep as `STEEP_SHARE` of the peak; past a gentler gap of up to 34 ms only where it grows
    as steep as `AGAIN_SHARE`, since T waves follow too.
    """
    place = last = reached = peak
    while 0 < place < len(speed) - 1 and abs(place - peak) < most and abs(place - reached) <= 0.034 * RATE_HZ:
        share = speed[place] / speed[peak]
        if share > AGAIN_SHARE or (share > STEEP_SHARE and abs(place - last) <= 1):
            last = place
        if share > STEEP_SHARE:
            reached = place
        place += step
    return last


def _walk(speed: np.ndarray, start: int, step: int, threshold: float, quiet: int) -> int:
    """From `start` outward to where the speed stays below the threshold for `quiet` samples, else to where it is least
    within 50 ms (a steep ST segment).
    """
    path = np.arange(start, start + step * (int(0.05 * RATE_HZ) + quiet), step)
    path = path[(path > 0) & (path < len(speed) - 1)]
    calm = 0
    for place in path:
        calm = calm + 1 if speed[place] < threshold else 0
        if calm >= quiet:
            return int(place) - step * (quiet - 1)
    near = path[: int(0.05 * RATE_HZ)]
    return int(near[np.argmin(speed[near])]) if len(near) else start


def _qrs_by_lead(signal: np.ndarray, bounds: tuple[int, int], marks: dict) -> None:
    """Onset and end in each lead: its first and last steep moment near the bounds of all leads."""
    slope = np.abs(np.gradient(smooth(signal, 0.004), axis=1)) * RATE_HZ
    early, late = bounds[0] - int(0.02 * RATE_HZ), bounds[1] + int(0.024 * RATE_HZ)
    for k, row in enumerate(slope):
        part = row[early:late]
        if not np.isfinite(part).all() or np.ptp(signal[k, early:late]) < 0.05:
            continue
        before = row[max(0, early - int(0.06 * RATE_HZ)) : early]
        noise = NOISE_TIMES * float(np.nanpercentile(before, 40)) if np.isfinite(before).any() else 0.0
        steep = np.flatnonzero(part > max(LEAD_ONSET_SHARE * part.max(), noise))
        marks["qrs_onset"][k] = bounds[0] + OWN_SHARE * (early + steep[0] - bounds[0]) if len(steep) else np.nan
        steep = np.flatnonzero(part > max(LEAD_END_SHARE * part.max(), noise))
        marks["qrs_end"][k] = bounds[1] + OWN_SHARE * (early + steep[-1] - bounds[1]) if len(steep) else np.nan


def _level(signal: np.ndarray, onset: int) -> np.ndarray:
    """(L,) the level right before the QRS complex: the isoelectric line of all amplitudes."""
    part = signal[:, max(0, onset - int(0.018 * RATE_HZ)) : onset - int(0.002 * RATE_HZ)]
    seen = np.isfinite(part)
    mean = np.where(seen, part, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return np.where(seen.any(axis=1), mean, 0.0)


def _t_by_lead(zeroed: np.ndarray, bounds: tuple[int, int], rr_s: float, marks: dict) -> None:
    quiet = smooth(zeroed, T_SMOOTH_S)
    first = bounds[1] + int(0.07 * RATE_HZ)
    last = min(bounds[0] + int(min(0.56, 0.24 + 0.36 * rr_s, 0.78 * rr_s) * RATE_HZ), LENGTH - 5)
    if last - first < 20:
        return
    place = _common_top(quiet, first, last)
    if place is None:
        return
    end_limit = min(int(place + 0.22 * RATE_HZ), int(bounds[0] + (rr_s - 0.10) * RATE_HZ), LENGTH - 2)
    for k, row in enumerate(quiet):
        near = slice(max(first, place - int(0.06 * RATE_HZ)), min(last, place + int(0.06 * RATE_HZ)))
        if not np.isfinite(row[near.start : min(end_limit, near.stop + 20)]).all():
            continue
        chord = _bump(row, near.start - int(0.02 * RATE_HZ), min(near.stop + int(0.06 * RATE_HZ), end_limit))
        if chord is None or chord[1] < LEAST_T_MV:
            continue
        peak = chord[0]
        marks["t_peak"][k] = peak
        marks["t_end"][k] = _flank_end(row, peak, 1, end_limit, T_END_SHARE, int(0.13 * RATE_HZ))


def _p_by_lead(zeroed: np.ndarray, bounds: tuple[int, int], rr_s: float, marks: dict) -> None:
    quiet = smooth(zeroed, P_SMOOTH_S)
    t_end = _quantile(marks["t_end"], 0.75)
    t_end_s = 0.17 + 0.26 * rr_s if np.isnan(t_end) else (t_end - bounds[0]) / RATE_HZ
    first = max(bounds[0] - int(min(0.40, max(rr_s - t_end_s, 0.10)) * RATE_HZ), 10)
    last = bounds[0] - int(0.012 * RATE_HZ)
    if last - first < 25:
        return
    place = _common_bump(quiet, first, last)
    if place is None:
        return
    for k, row in enumerate(quiet):
        near = (max(first, place - int(0.05 * RATE_HZ)), min(last, place + int(0.05 * RATE_HZ)))
        if not np.isfinite(row[max(0, near[0] - 15) : last]).all():
            continue
        chord = _bump(row, max(near[0] - 15, 0), min(near[1] + 15, last + 4))
        if chord is None or chord[1] < LEAST_P_MV:
            continue
        peak = chord[0]
        marks["p_peak"][k] = peak
        limit = max(first - 4, 2)
        onset = _flank_end(row, peak, -1, limit, P_ONSET_SHARE, int(0.05 * RATE_HZ))
        marks["p_onset"][k] = onset if onset > limit else np.nan
        marks["p_end"][k] = _flank_end(row, peak, 1, bounds[0], P_END_SHARE, int(0.05 * RATE_HZ))


def _common_top(quiet: np.ndarray, first: int, last: int) -> int | None:
    """Where the leads are together farthest from a straight line through their ends between two samples."""
    part = quiet[:, first : last + 1]
    good = np.isfinite(part).all(axis=1)
    if not good.any():
        return None
    part = part[good]
    line = np.linspace(0, 1, part.shape[1])
    away = part - (part[:, :1] * (1 - line) + part[:, -1:] * line)
    return first + int(np.argmax(np.sum(away**2, axis=0)))


def _common_bump(quiet: np.ndarray, first: int, last: int, sigma_s: float = 0.022) -> int | None:
    """Where the leads together most resemble a bump of a P wave's width."""
    half = int(3.2 * sigma_s * RATE_HZ)
    t = np.arange(-half, half + 1) / (sigma_s * RATE_HZ)
    taps = (1 - t**2) * np.exp(-0.5 * t**2)
    taps -= taps.mean()
    total = np.zeros(last - first + 1)
    any_lead = False
    for row in quiet:
        part = row[max(first - half, 0) : last + half + 1]
        if not np.isfinite(row[first : last + 1]).all():
            continue
        # beyond the search the QRS complex begins: its own level is held instead
        held = np.where(np.arange(len(part)) + max(first - half, 0) > last, row[last], part)
        seen = np.flatnonzero(np.isfinite(held))
        held = np.interp(np.arange(len(held)), seen, held[seen])
        padded = np.pad(held, (half - (first - max(first - half, 0)), 0), mode="edge")
        response = np.convolve(padded, taps, "valid")
        total[: len(response)] += response[: len(total)] ** 2
        any_lead = True
    if not any_lead:
        return None
    total = np.sqrt(total)
    tops = np.flatnonzero((total[1:-1] >= total[:-2]) & (total[1:-1] > total[2:])) + 1
    if len(tops) == 0:
        return None
    # of bumps alike in size the one nearer to the QRS complex: the other is the T wave before
    return first + int(max(tops, key=lambda k: total[k] * (0.6 + 0.4 * k / len(total))))


def _bump(row: np.ndarray, first: int, last: int) -> tuple[int, float] | None:
    """(sample, height) of the greatest distance from the chord between two samples; None for too short a stretch."""
    if last - first < 6:
        return None
    part = row[first : last + 1]
    away = np.abs(part - np.linspace(part[0], part[-1], len(part)))
    k = int(np.argmax(away))
    return first + k, float(away[k])


def _flank_end(row: np.ndarray, peak: int, step: int, limit: int, share: float, reach: int) -> float:
    """From a wave's peak outward: its steepest point within `reach`, then where the slope has sunk to `share` of it."""
    slope = np.gradient(row)
    stop = int(np.clip(peak + step * reach, min(peak, limit), max(peak, limit)))
    path = np.arange(peak, stop + step, step)
    if len(path) < 4:
        return float("nan")
    direction = -np.sign(row[peak] - row[path[-1]])
    falling = slope[path] * step * direction
    if not np.isfinite(falling).any():  # the lead was not seen where the flank ends
        return float("nan")
    steepest = int(np.nanargmax(falling))
    most = falling[steepest]
    if not most > 0:
        return float("nan")
    for place in np.arange(path[steepest], limit + step, step):
        if not 0 < place < len(row) - 1 or not slope[place] * step * direction > share * most:
            return float(place)
    return float(limit)


def _quantile(marks: np.ndarray, share: float) -> float:
    known = marks[np.isfinite(marks)]
    return float(np.quantile(known, share)) if len(known) else float("nan")
