"""Whether P waves stand at a fixed distance before the QRS complexes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.measure.average import Average
from ecgscribe.measure.prepare import RATE_HZ
from ecgscribe.measure.waves import Waves

LEAST_BEATS = 3
LEAST_RATIO, LEAST_RATIO_IRREGULAR = 10.0, 45.0
"""How much stronger than by chance the average of the stretch before the QRS must be; 1 when nothing repeats there.
More is asked of irregular beats, where single waves of fibrillation meet by chance.
"""

IRREGULAR = 0.12
"""RMSSD over mean RR from which beats count as irregular."""

FLUTTER_S, FLUTTER_SIZE = (0.15, 0.34), (0.6, 1.6)
"""How long before the P wave an equal wave stands in flutter, and the bounds of their ratio in size."""

FLUTTER_ALIKE, FLUTTER_ALIKE_SLOW, SLOW_S = 0.93, 0.80, 0.6
"""Their least correlation; less is asked where RR intervals of `SLOW_S` or more keep the T wave away from the P wave.
Over 169 records of PTB-XL's training split without flutter it never passed 0.90, and 0.80 only at 102 bpm or more.
"""

FAST_S = 0.5
"""RR interval below which P and T waves may lie on each other."""


@dataclass(frozen=True)
class Atria:
    """`present` None when it cannot be told (`reason` says why); `ratio` the statistic; `beats` of how many."""

    present: bool | None
    ratio: float
    beats: int
    reason: str = ""


def p_waves(average: Average, waves: Waves) -> Atria:
    """Compares the average of the P wave's stretch with what chance leaves of the single beats.

    Statistic: beats times the power of the mean, over the variance between beats, summed over leads, each beat less
    the straight line through its ends. Fibrillation and atria that beat apart from the ventricles give about 1.
    """
    onset, end = waves.overall["p_onset"], waves.overall["p_end"]
    rr_s = average.rr_s
    if not np.isfinite(waves.overall["t_end"]) and len(rr_s) and rr_s.mean() < FAST_S:
        return Atria(None, float("nan"), len(rr_s) + 1, "P and T waves cannot be told apart at this rate.")
    hidden = not np.isfinite(onset)
    if hidden:
        onset = waves.overall["p_peak"] - 0.05 * RATE_HZ
    if not (np.isfinite(onset) and np.isfinite(end)):
        return Atria(False, float("nan"), 0, "No wave stands out before the QRS complexes.")
    margin = int(0.012 * RATE_HZ)
    window = slice(max(int(onset) - margin, 0), int(end) + margin + 1)
    slow = len(rr_s) > 0 and rr_s.mean() >= SLOW_S
    flutter_s = _repeats_after(average.signal_mv, window, FLUTTER_ALIKE_SLOW if slow else FLUTTER_ALIKE)
    if flutter_s is not None:
        words = f"Equal waves follow one another every {1000 * flutter_s:.0f} ms ({60 / flutter_s:.0f} a minute)"
        return Atria(False, float("nan"), len(rr_s) + 1, f"{words}: flutter waves, not P waves.")
    power, chance, counts = 0.0, 0.0, {}
    for stack, at in zip(average.stacks_mv, average.at, strict=True):
        part = stack[:, window]
        part = part[np.isfinite(part).all(axis=1)]
        if len(part) < 2:
            continue
        part = _off_line(part)
        power += len(part) * float(np.sum(part.mean(axis=0) ** 2))
        chance += float(np.sum(part.var(axis=0, ddof=1)))
        counts[tuple(at)] = max(len(part), counts.get(tuple(at), 0))
    # leads seen at the same time share their beats; on a page without a rhythm strip each column has its own
    most = max(sum(counts.values()) if len(average.rhythm_leads) == len(average.leads) else 0, *counts.values(), 0)
    if most < LEAST_BEATS:
        return Atria(None, float("nan"), most, f"Only {most} whole beats are seen; {LEAST_BEATS} are needed.")
    ratio = power / max(chance, 1e-9)
    irregular = len(rr_s) > 2 and np.sqrt(np.mean(np.diff(rr_s) ** 2)) > IRREGULAR * rr_s.mean()
    if ratio >= (LEAST_RATIO_IRREGULAR if irregular else LEAST_RATIO):
        return Atria(None if hidden else True, ratio, most, "The P wave begins in the T wave before it." * hidden)
    return Atria(False, ratio, most, "No P wave stands at a fixed distance before the QRS complexes.")


def _repeats_after(signal_mv: np.ndarray, window: slice, alike_from: float) -> float | None:
    """The seconds after which the wave in `window` repeats in all leads (L, N) at once as flutter waves do, or None."""
    width = window.stop - window.start
    seen = signal_mv[np.isfinite(signal_mv[:, window]).all(axis=1)]
    wave = _off_line(seen[:, window])
    wave = wave - wave.mean(axis=1, keepdims=True)
    best = (alike_from, None)
    for lag in range(int(FLUTTER_S[0] * RATE_HZ), int(FLUTTER_S[1] * RATE_HZ)):
        first = window.start - lag
        if first < 0 or len(seen) == 0 or not np.isfinite(seen[:, first : first + width]).all():
            continue
        other = _off_line(seen[:, first : first + width])
        other = other - other.mean(axis=1, keepdims=True)
        own, product = float(np.sum(wave**2)), float(np.sum(wave * other))
        alike = product / np.sqrt(own * float(np.sum(other**2)) + 1e-12)
        if alike >= best[0] and FLUTTER_SIZE[0] <= product / max(own, 1e-12) <= FLUTTER_SIZE[1]:
            best = (alike, lag / RATE_HZ)
    return best[1]


def _off_line(rows: np.ndarray) -> np.ndarray:
    """(K, W) each row less the straight line through its ends."""
    line = np.linspace(0, 1, rows.shape[1])
    return rows - (rows[:, :1] * (1 - line) + rows[:, -1:] * line)
