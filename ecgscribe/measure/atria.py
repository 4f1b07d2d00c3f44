"""Whether P waves stand at a fixed distance before the QRS complexes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.measure.average import Average
from ecgscribe.measure.prepare import RATE_HZ
from ecgscribe.measure.waves import Waves

LEAST_BEATS = 3
LEAST_RATIO = 6.0
"""How much stronger than by chance the average of the stretch before the QRS must be; 1 when nothing repeats there."""


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
    if not (np.isfinite(onset) and np.isfinite(end)):
        return Atria(False, float("nan"), 0, "No wave stands out before the QRS complexes.")
    margin = int(0.012 * RATE_HZ)
    window = slice(max(int(onset) - margin, 0), int(end) + margin + 1)
    power, chance, most = 0.0, 0.0, 0
    for stack in average.stacks_mv:
        part = stack[:, window]
        part = part[np.isfinite(part).all(axis=1)]
        if len(part) < LEAST_BEATS:
            continue
        line = np.linspace(0, 1, part.shape[1])
        part = part - (part[:, :1] * (1 - line) + part[:, -1:] * line)
        power += len(part) * float(np.sum(part.mean(axis=0) ** 2))
        chance += float(np.sum(part.var(axis=0, ddof=1)))
        most = max(most, len(part))
    if most < LEAST_BEATS:
        return Atria(None, float("nan"), most, f"Only {most} whole beats are seen; {LEAST_BEATS} are needed.")
    ratio = power / max(chance, 1e-9)
    if ratio >= LEAST_RATIO:
        return Atria(True, ratio, most)
    return Atria(False, ratio, most, "No P wave stands at a fixed distance before the QRS complexes.")
