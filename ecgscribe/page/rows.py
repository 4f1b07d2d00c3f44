"""Sets of rows that a page may have: read from its ink at several thresholds, and mended by the lead names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgscribe.page.layout import Rows
from ecgscribe.page.names import Word
from ecgscribe.page.traces import FLAT_PX_PER_MM
from ecgscribe.page.vote import RowSet

_CLEAR = 0.6  # likelihood from which a name stands for a row
_SAME_MM = 3.0  # names of one row, and a row of ink that a name confirms
_SIDE_MM = 17.0  # names of the first column stand so far left of the traces
_AFTER_MM = 10.0


def row_sets(readings: list[Rows], words: list[Word], whole_mm: float) -> tuple[list[RowSet], list[Rows]]:
    """(sets in mm, the rows that each comes from): the readings without repeats, and with rows that names add."""
    kept: list[Rows] = []
    for rows in readings:
        if not any(_alike(rows, other) for other in kept):
            kept.append(rows)
    for rows in list(kept):
        mended = _by_names(rows, words)
        if mended is not None and not any(_alike(mended, other) for other in kept):
            kept.append(mended)
    return [_in_mm(rows, k, whole_mm) for k, rows in enumerate(kept)], kept


def _in_mm(rows: Rows, number: int, whole_mm: float) -> RowSet:
    unit = FLAT_PX_PER_MM
    width = (rows.right - rows.left) / unit
    return RowSet(
        tuple(level / unit for level in rows.levels),
        rows.left / unit,
        rows.right / unit,
        rows.pulsed,
        rows.sure,
        abs(width - whole_mm) <= 0.02 * whole_mm,
        number,
    )


def _alike(one: Rows, other: Rows) -> bool:
    """Whether two readings give the same rows, to a millimetre."""
    if len(one.levels) != len(other.levels):
        return False
    places = [*zip(one.levels, other.levels, strict=True), (one.left, other.left), (one.right, other.right)]
    return max(abs(a - b) for a, b in places) <= 1.5 * FLAT_PX_PER_MM


def _by_names(rows: Rows, words: list[Word]) -> Rows | None:
    """The rows that the names of the first column tell, on the ink's own levels where there are any; None when they
    tell nothing new."""
    unit = FLAT_PX_PER_MM
    left = rows.left / unit
    feet = sorted(
        word.box_mm[3]
        for word in words
        if word.chances.max() >= _CLEAR and -_SIDE_MM <= word.box_mm[0] - left <= _AFTER_MM
    )
    lines: list[list[float]] = []
    for foot in feet:
        if lines and foot - lines[-1][-1] <= _SAME_MM:
            lines[-1].append(foot)
        else:
            lines.append([foot])
    if len(lines) < 3:
        return None
    feet_mm = np.array([float(np.median(line)) for line in lines])
    levels_mm = np.array(rows.levels) / unit
    over = (feet_mm[:, None] - levels_mm).ravel()
    over = over[(over > -19.0) & (over < 12.0)]
    if not len(over):
        return None
    votes = (np.abs(over[:, None] - over) <= 1.5).sum(axis=1)
    if votes.max() < 2:
        return None
    height = float(np.median(over[np.abs(over - over[votes.argmax()]) <= 1.5]))
    levels, pulsed, added = [], [], False
    for foot in feet_mm:
        off = np.abs(levels_mm - (foot - height))
        nearest = int(off.argmin())
        known = off[nearest] <= _SAME_MM
        levels.append(rows.levels[nearest] if known else float(foot - height) * unit)
        pulsed.append(rows.pulsed[nearest] if known else False)
        added |= not known
    # rows above or below the named ones may be rhythm rows whose names were not read: dropping them costs in the vote
    between = [level for level in rows.levels if levels[0] <= level <= levels[-1]]
    if not added and len(between) == len(levels):
        return None
    return replace(rows, levels=tuple(levels), pulsed=tuple(pulsed))
