"""Whether the columns of a page follow one another in time, or all show the same seconds.

Most pages go on from column to column. Some recorders print the same 2.5 s of all twelve leads; then the augmented
leads of the second column are what the standard leads of the first say of them (Goldberger 1942), beat by beat.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgscribe.core.report import Problem
from ecgscribe.core.standards import LEADS
from ecgscribe.digitize.identities import FROM_I_AND_II
from ecgscribe.digitize.signals import PanelReading

_AUGMENTED = ("aVR", "aVL", "aVF")
_LEAST_SHARE = 0.7  # of a panel that all leads of a comparison show
_LEAST_S = 1.0
_EARLY_S = 0.012  # columns of one page stand right to that
_LEAST_LEADS = 2  # that can be held against the first column
_LEAST_LIKENESS = 0.93
"""Median correlation of the augmented leads with what the first column says of them. On 12 drawn pages of the
same seconds, clean to bad-phone, at least 0.97; on 53 others at most 0.22. Of 324 real records cut into columns that
follow one another one passes: a heart that beats like a clock and so that 2.5 s hold whole beats."""


def put_together(
    readings: dict[int, PanelReading], rate_hz: float
) -> tuple[dict[int, PanelReading], tuple[Problem, ...]]:
    """The readings, all columns at the first one's time where they show the same seconds, and that in words.

    `rate_hz` of the readings. Strips keep their time. Pages whose limb leads are not all in two columns stay as they
    are: their columns cannot be held against each other.
    """
    panels = {reading.panel.lead: reading for reading in readings.values() if not reading.panel.rhythm}
    if not {"I", "II", *_AUGMENTED} <= panels.keys():
        return readings, ()
    first = panels["I"].first
    if panels["II"].first != first or any(panels[lead].first == first for lead in _AUGMENTED):
        return readings, ()
    likeness = [_likeness(panels["I"].mv, panels["II"].mv, panels[lead], rate_hz) for lead in _AUGMENTED]
    known = [one for one in likeness if one is not None]
    if len(known) < _LEAST_LEADS or np.median(known) < _LEAST_LIKENESS:
        return readings, ()
    start_s = panels["I"].panel.start_s
    moved = {number: _at(reading, first, start_s) for number, reading in readings.items()}
    return moved, (_TOGETHER,)


def _likeness(one: np.ndarray, two: np.ndarray, reading: PanelReading, rate_hz: float) -> float | None:
    """Correlation of an augmented lead with what I and II (N,) say of it, at the best of small delays; None where
    little of the three is seen."""
    a, b = FROM_I_AND_II[LEADS.index(reading.panel.lead)]
    count = min(len(one), len(two), len(reading.mv))
    told, seen = (a * one + b * two)[:count], reading.mv[:count]
    known = np.isfinite(told) & np.isfinite(seen)
    if known.sum() < max(_LEAST_SHARE * count, _LEAST_S * rate_hz):
        return None
    reach = int(np.ceil(_EARLY_S * rate_hz))
    return max(_correlation(told, np.roll(seen, move)) for move in range(-reach, reach + 1))


def _correlation(told: np.ndarray, seen: np.ndarray) -> float:
    known = np.isfinite(told) & np.isfinite(seen)
    pair = np.stack([told[known], seen[known]])
    pair -= pair.mean(axis=1, keepdims=True)
    power = float(np.sqrt((pair**2).sum(axis=1).prod()))
    return float((pair[0] * pair[1]).sum()) / power if power > 0 else 0.0


def _at(reading: PanelReading, first: int, start_s: float) -> PanelReading:
    if reading.panel.rhythm:
        return reading
    return replace(reading, first=first, panel=replace(reading.panel, start_s=start_s))


_TOGETHER = Problem(
    "traces",
    "columns-together",
    "All columns of this page show the same seconds: the leads of different columns fit together beat by beat.",
    "Compare the beats of the columns; a page whose columns follow one another has its beats elsewhere in each.",
)
