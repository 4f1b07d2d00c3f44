"""From a distribution over heights in every column to one sub-pixel height, or none: path first, then its mean."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_POOL = 2  # columns of which the path takes one: 5 ms at 25 mm/s and 16 columns a mm
_JUMP_COST = 0.03  # nats a bin of height between neighbouring path columns
_DEAREST_JUMP = 2.0  # nats: no jump costs more, so that deep strokes stay affordable
_BLUR = 3  # bins to either side whose probability counts for the path: on steep strokes it is thinly spread
_FLOOR = 1e-4  # no column rules a height out for good
_ALIKE = 0.6  # of the longest: stretches at least so long go with it
_WINDOW = 16  # bins on either side of the path over which the mean is taken


@dataclass(frozen=True, eq=False)
class Curve:
    """`height` (C,) float64 in bins from the strip's top (bin k covers k to k+1), `mass` (C,) 0 to 1 the probability
    near the path, `spread` (C,) its standard deviation in bins."""

    height: np.ndarray
    mass: np.ndarray
    spread: np.ndarray


def best_paths(probability: np.ndarray, trust: np.ndarray | None = None) -> np.ndarray:
    """(R, C', H) probabilities -> (R, C') bins of the cheapest path: -log p, times the column's `trust` (R, C') if
    given, plus a cost of height differences.

    Method: dynamic programming; a cost linear in the height up to a limit makes each step two running minima and one
    over all.
    """
    cost = -np.log(probability + _FLOOR).astype(np.float32)
    if trust is not None:
        cost *= trust[:, :, None].astype(np.float32)
    strips, columns, height = cost.shape
    cost = np.ascontiguousarray(cost.transpose(1, 0, 2))
    total = _totals(cost)
    path = np.empty((columns, strips), np.int64)
    path[-1] = total[-1].argmin(axis=1)
    bins = np.arange(height)
    jumps = np.minimum(_JUMP_COST * np.abs(bins[None, :] - bins[:, None]), _DEAREST_JUMP)
    for column in range(columns - 2, -1, -1):
        (total[column] + jumps[path[column + 1]]).argmin(axis=1, out=path[column])
    return np.ascontiguousarray(path.T)


def _totals(cost: np.ndarray) -> np.ndarray:
    """(C', R, H) costs -> (C', R, H) cost of the cheapest path to every height of every column."""
    ramp = (_JUMP_COST * np.arange(cost.shape[2])).astype(np.float32)
    up_ramp, back = ramp[::-1].copy(), np.stack([ramp, -ramp[::-1]])[:, None]
    dearest = np.float32(_DEAREST_JUMP)
    total = np.empty_like(cost)
    total[0] = cost[0]
    # the same few arrays in every step: a step is short, and a new array costs as much as what is done with it
    both = np.empty((2, *cost.shape[1:]), np.float32)  # jumps down the strip, and up it, from its last bin on
    down, upward, up = both[0], both[1], both[1, :, ::-1]
    anywhere = np.empty((cost.shape[1], 1), np.float32)
    for before, here, own in zip(total[:-1], total[1:], cost[1:], strict=True):
        np.subtract(before, ramp, out=down)
        np.add(before[:, ::-1], up_ramp, out=upward)
        np.minimum.accumulate(both, axis=2, out=both)
        np.add(both, back, out=both)
        np.minimum.reduce(before, axis=1, keepdims=True, out=anywhere)
        np.add(anywhere, dearest, out=anywhere)
        np.minimum(down, up, out=here)
        np.minimum(here, anywhere, out=here)
        np.add(here, own, out=here)
    return total


def decode(probabilities: list[np.ndarray], trusts: list[np.ndarray] | None = None) -> list[Curve]:
    """One (C, H) float32 of the height's probability in each column (sums below 1 where absence takes a share) for each
    stretch -> as many curves. `trusts` (C,) 0 to 1 how much each column's own probability counts for the path.

    Stretches of like length are walked through side by side, which costs little more than one alone.
    """
    trusts = [np.ones(len(one), np.float32) for one in probabilities] if trusts is None else trusts
    curves: dict[int, Curve] = {}
    left = sorted(range(len(probabilities)), key=lambda k: -len(probabilities[k]))
    while left:
        longest = len(probabilities[left[0]])
        group = [k for k in left if len(probabilities[k]) > _ALIKE * longest]
        left = left[len(group) :]
        found = _decoded([probabilities[k] for k in group], [trusts[k] for k in group])
        curves |= dict(zip(group, found, strict=True))
    return [curves[k] for k in range(len(probabilities))]


def _decoded(probabilities: list[np.ndarray], trusts: list[np.ndarray]) -> list[Curve]:
    counts = [-(-len(probability) // _POOL) for probability in probabilities]
    height = probabilities[0].shape[1]
    pooled = np.full((len(counts), max(counts), height), 1.0 / height, np.float32)
    weights = np.ones(pooled.shape[:2], np.float32)
    for row, (probability, trust, count) in enumerate(zip(probabilities, trusts, counts, strict=True)):
        odd = count * _POOL - len(probability)
        if odd:
            probability, trust = np.r_[probability, probability[-odd:]], np.r_[trust, trust[-odd:]]
        pooled[row, :count] = probability.reshape(count, _POOL, height).mean(axis=1)
        weights[row, :count] = trust.reshape(count, _POOL).mean(axis=1)
    paths = best_paths(_blurred(pooled), weights)
    return [
        _along(probability, path[:count]) for probability, path, count in zip(probabilities, paths, counts, strict=True)
    ]


def _blurred(pooled: np.ndarray) -> np.ndarray:
    """(R, C', H) probabilities -> the probability within `_BLUR` bins, a little more for the middle ones."""
    strips, columns, height = pooled.shape
    weights = np.array([1.0 - 0.5 * abs(k) / _BLUR for k in range(-_BLUR, _BLUR + 1)], np.float32)
    flat = cv2.sepFilter2D(
        pooled.reshape(-1, height), -1, weights, np.ones(1, np.float32), borderType=cv2.BORDER_CONSTANT
    )
    return flat.reshape(strips, columns, height)


def _along(probability: np.ndarray, path: np.ndarray) -> Curve:
    """Mean, mass and deviation of (C, H) probabilities near the path (C / _POOL,)."""
    columns, height = probability.shape
    place = np.minimum(np.arange(columns) // _POOL, len(path) - 1)
    line = path[place]
    # a steep stroke may be anywhere between the neighbouring path points
    padded = np.pad(path, 1, mode="reflect", reflect_type="odd") if len(path) > 1 else np.pad(path, 1, mode="edge")
    around = np.stack([padded[place], line, padded[place + 2]])
    low, high = around.min(axis=0) - _WINDOW, around.max(axis=0) + _WINDOW
    bins = np.arange(height, dtype=np.float32)
    near = (bins >= low[:, None]) & (bins <= high[:, None])
    middle = height / 2  # moments about the middle keep float32 exact enough
    powers = np.stack([np.ones(height), bins + 0.5 - middle, (bins + 0.5 - middle) ** 2], axis=1).astype(np.float32)
    mass, first, second = (np.where(near, probability, np.float32(0)) @ powers).astype(np.float64).T
    safe = np.maximum(mass, 1e-9)
    mean = np.where(mass > 1e-6, first / safe, line + 0.5 - middle)
    spread = np.sqrt(np.maximum(second / safe - mean**2, 0.0))
    return Curve(mean + middle, np.clip(mass, 0, 1), spread)
