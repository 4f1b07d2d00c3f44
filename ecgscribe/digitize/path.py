"""From a distribution over heights in every column to one sub-pixel height, or none: path first, then its mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_POOL = 4  # columns of which the path takes one: 10 ms at 25 mm/s and 16 columns a mm
_JUMP_COST = 0.06  # nats a bin of height between neighbouring path columns: steep strokes must stay affordable
_FLOOR = 1e-4  # no column rules a height out for good
_WINDOW = 3  # bins on either side of the path over which the mean is taken


@dataclass(frozen=True, eq=False)
class Curve:
    """`height` (C,) float64 in bins from the strip's top (bin k covers k to k+1), `mass` (C,) 0 to 1 the probability
    near the path, `spread` (C,) its standard deviation in bins."""

    height: np.ndarray
    mass: np.ndarray
    spread: np.ndarray


def best_paths(probability: np.ndarray) -> np.ndarray:
    """(R, C', H) probabilities -> (R, C') bins of the cheapest path: -log p plus a cost of height differences.

    Method: dynamic programming; a cost linear in the height makes each step two running minima.
    """
    cost = -np.log(probability + _FLOOR).astype(np.float32)
    strips, columns, height = cost.shape
    ramp = (_JUMP_COST * np.arange(height)).astype(np.float32)
    total = np.empty_like(cost)
    total[:, 0] = cost[:, 0]
    for column in range(1, columns):
        before = total[:, column - 1]
        down = np.minimum.accumulate(before - ramp, axis=1) + ramp
        up = np.minimum.accumulate((before + ramp)[:, ::-1], axis=1)[:, ::-1] - ramp
        total[:, column] = cost[:, column] + np.minimum(down, up)
    path = np.empty((strips, columns), np.int64)
    path[:, -1] = total[:, -1].argmin(axis=1)
    bins = np.arange(height)
    for column in range(columns - 2, -1, -1):
        away = _JUMP_COST * np.abs(bins[None, :] - path[:, column + 1, None])
        path[:, column] = (total[:, column] + away).argmin(axis=1)
    return path


def decode(probability: np.ndarray) -> list[Curve]:
    """(R, C, H) probabilities of the height in each column (sums below 1 where absence takes a share) -> R curves."""
    strips, columns, height = probability.shape
    count = columns // _POOL
    pooled = probability[:, : count * _POOL].reshape(strips, count, _POOL, height).mean(axis=2)
    path = best_paths(pooled)
    places, at = np.arange(columns), (np.arange(count) + 0.5) * _POOL - 0.5
    curves = []
    for row in range(strips):
        line = np.interp(places, at, path[row])
        # a steep stroke may be anywhere between the neighbouring path points
        low = np.minimum(np.minimum(line, np.roll(line, _POOL)), np.roll(line, -_POOL)) - _WINDOW
        high = np.maximum(np.maximum(line, np.roll(line, _POOL)), np.roll(line, -_POOL)) + _WINDOW
        curves.append(_mean_between(probability[row], np.floor(low), np.ceil(high)))
    return curves


def _mean_between(probability: np.ndarray, low: np.ndarray, high: np.ndarray) -> Curve:
    """Mean, mass and deviation of (C, H) probabilities over the bins low <= k <= high (C,)."""
    columns, height = probability.shape
    first = np.clip(low, 0, height).astype(int)
    last = np.clip(high + 1, 0, height).astype(int)
    centre = np.arange(height) + 0.5
    sums = [np.zeros((columns, height + 1)) for _ in range(3)]
    for power, total in enumerate(sums):
        np.cumsum(probability * centre**power, axis=1, out=total[:, 1:])
    rows = np.arange(columns)
    mass, first_moment, second = (total[rows, last] - total[rows, first] for total in sums)
    safe = np.maximum(mass, 1e-9)
    mean = np.where(mass > 1e-9, first_moment / safe, (low + high + 1) / 2)
    spread = np.sqrt(np.maximum(second / safe - mean**2, 0))
    return Curve(mean, np.clip(mass, 0, 1), spread)
