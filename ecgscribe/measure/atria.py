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
    if not (np.isfinite(onset) and np.isfinite(end)):
        return Atria(False, float("nan"), 0, "No wave stands out before the QRS complexes.")
    margin = int(0.012 * RATE_HZ)
    window = slice(max(int(onset) - margin, 0), int(end) + margin + 1)
    power, chance, counts = 0.0, 0.0, {}
    for stack, at in zip(average.stacks_mv, average.at, strict=True):
        part = stack[:, window]
        part = part[np.isfinite(part).all(axis=1)]
        if len(part) < 2:
            continue
        line = np.linspace(0, 1, part.shape[1])
        part = part - (part[:, :1] * (1 - line) + part[:, -1:] * line)
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
        return Atria(True, ratio, most)
    return Atria(False, ratio, most, "No P wave stands at a fixed distance before the QRS complexes.")
