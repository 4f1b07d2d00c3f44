"""Tips of narrow waves: how high they reach is told by how long the trace stays beyond each height.

Where the network is unsure by a column or two in which column a tip stands, the mean of every column lies between tip
and limbs: R waves of real scans were read 5 to 9 % too low. The time spent beyond a height (the sum of that probability
over the columns) does not suffer: a tip is rebuilt from the widths and middles of these stretches.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgscribe.digitize.path import Curve

_LEAST_BINS = 10.0  # a wave lower than that (0.2 mV) is no sharp one
_REACH = 24  # columns to either side in which a wave's limbs are followed: 60 ms
_WIDEST = 8.0  # columns over which a tip is rebuilt: 20 ms
_NARROWEST = 0.3  # columns: what stays for less is too little to place
_RISE_BINS = 0.3  # a limb may turn back by so much
_ROOM_BINS = 24  # on either side of the path: what lies further is something else
_SURE = 0.5  # least mass of every column of the wave
_BEYOND_BINS = 6.0  # a tip is carried on at most so far beyond the narrowest stretch
_LEAST_LEVELS = 4


def with_tips(curve: Curve, probability: np.ndarray) -> Curve:
    """The curve of a stretch with its narrow tips rebuilt from the (C, H) probabilities that gave it."""
    height = curve.height.copy()
    rows = probability.shape[1]
    upward = (curve.height, probability)
    downward = (rows - curve.height, probability[:, ::-1])
    for turned, (line, likely) in enumerate((upward, downward)):
        places = np.flatnonzero((line[1:-1] <= line[:-2]) & (line[1:-1] < line[2:])) + 1
        bins = line.tolist()  # looked at one by one, which lists are quick at
        for place in places.tolist():
            first, end = _wave(bins, place)
            if min(bins[first], bins[end - 1]) - bins[place] < _LEAST_BINS:
                continue
            tip = _tip(line, likely, place, first, end)
            if tip is not None:
                columns, values = tip
                height[columns] = rows - values if turned else values
    return replace(curve, height=height)


def _wave(line: list[float], place: int) -> tuple[int, int]:
    """(first, end) of the columns over which both limbs of the tip at `place` lead away from it (bins grow)."""
    first, end = place, place + 1
    while first > 0 and place - first < _REACH and line[first - 1] >= line[first] - _RISE_BINS:
        first -= 1
    while end < len(line) and end - 1 - place < _REACH and line[end] >= line[end - 1] - _RISE_BINS:
        end += 1
    return first, end


def _tip(
    line: np.ndarray, likely: np.ndarray, place: int, first: int, end: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """(columns, heights in bins) of the tip at `place` that points to bin 0, of a wave in the columns `first` to `end`;
    None where there is none to rebuild."""
    base = min(line[first], line[end - 1])
    top, bottom = max(int(line[place] - 2 * _ROOM_BINS), 0), int(base)
    # nothing far from the path: a steep limb may be anywhere between its neighbours
    padded = np.pad(line[first:end], 1, mode="edge")
    around = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    low, high = around.min(axis=0) - _ROOM_BINS, around.max(axis=0) + _ROOM_BINS
    bins = np.arange(likely.shape[1]) + 0.5
    likely = np.where((bins >= low[:, None]) & (bins <= high[:, None]), likely[first:end], 0.0)
    mass = likely.sum(axis=1, keepdims=True)
    if mass.min() < _SURE:
        return None
    beyond = np.cumsum(likely[:, top:bottom] / mass, axis=1)
    width = beyond.sum(axis=0)
    known = (width > _NARROWEST) & (width <= _WIDEST)
    if known.sum() < _LEAST_LEVELS:
        return None
    middle = ((np.arange(first, end) + 0.5) @ beyond)[known] / width[known]
    level, width = np.arange(top, bottom)[known] + 1.0, width[known]
    left, right = np.minimum.accumulate(middle - width / 2), np.maximum.accumulate(middle + width / 2)
    # the limbs go on to where they meet
    lower = min(int(np.searchsorted(width, 2 * width[0] + 0.5)), len(width) - 1)
    slope = (level[lower] - level[0]) / max(width[lower] - width[0], 1e-3)
    summit = level[0] - min(slope * width[0], _BEYOND_BINS)
    x = np.r_[left[::-1], middle[0], right]
    columns = np.arange(int(np.ceil(x[0] - 0.5)), int(np.floor(x[-1] - 0.5)) + 1)
    return columns, np.interp(columns + 0.5, x, np.r_[level[::-1], summit, level])
