"""Sets of rows that a page may have: read from its ink at several thresholds, and mended by the lead names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgscribe.page.layout import Rows, evenly_spaced
from ecgscribe.page.names import Word
from ecgscribe.page.traces import FLAT_PX_PER_MM
from ecgscribe.page.vote import RowSet

_CLEAR = 0.6  # likelihood from which a name stands for a row
_SAME_MM = 3.0  # names of one row, and a row of ink that a name confirms
_SIDE_MM = 17.0  # names of the first column stand so far left of the traces
_AFTER_MM = 10.0
_COLUMN_MM = (-4.0, 6.0)  # names stand so far from their column's left end
_APART_MM = 9.0  # a row that only a name tells is no closer to another
_LEAST_INK = 0.2  # of a row's width that holds ink where only a name tells the row


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
    for rows in list(kept):
        wider = _by_columns(rows, words, whole_mm)
        if wider is not None and not any(_alike(wider, other) for other in kept):
            kept.append(wider)
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


def _by_columns(rows: Rows, words: list[Word], whole_mm: float) -> Rows | None:
    """The rows over the whole width, where names of columns stand at their quarters beyond the ink's right end: a trace
    in shadow or glare ends too early. None where no two names do."""
    unit = FLAT_PX_PER_MM
    left, right = rows.left / unit, rows.right / unit
    if right - left > 0.93 * whole_mm or (left + whole_mm) * unit > rows.mask.shape[1]:
        return None
    beyond = 0
    for word in words:
        # a single stroke may be anything
        if word.chances[1:].max() < _CLEAR or word.box_mm[0] < right - _COLUMN_MM[1]:
            continue
        column = round((word.box_mm[0] - left) / (whole_mm / 4))
        off = word.box_mm[0] - left - column * whole_mm / 4
        over = min(abs(level / unit - word.box_mm[3]) for level in rows.levels)
        beyond += column in (1, 2, 3) and _COLUMN_MM[0] <= off <= _COLUMN_MM[1] and over <= _SIDE_MM
    return replace(rows, right=rows.left + whole_mm * unit, sure=False) if beyond >= 2 else None


def _inked(rows: Rows, level: float) -> bool:
    """Whether a row that a name tells holds ink, though less than a row found by its ink."""
    reach = 8 * FLAT_PX_PER_MM
    band = rows.mask[max(int(level - reach), 0) : max(int(level + reach), 0), max(int(rows.left), 0) : int(rows.right)]
    return bool(band.size) and float(band.any(axis=0).mean()) >= _LEAST_INK


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
        level = rows.levels[nearest] if known else float(foot - height) * unit
        # specks of the ground and pieces of traces are read as names too
        if not known and (off[nearest] < _APART_MM or not _inked(rows, level)):
            continue
        levels.append(level)
        pulsed.append(rows.pulsed[nearest] if known else False)
        added |= not known
    if len(levels) < 3:
        return None
    # rows above or below the named ones may be rhythm rows whose names were not read: dropping them costs in the vote
    between = [level for level in rows.levels if levels[0] <= level <= levels[-1]]
    if any(
        proof and level in between and level not in levels
        for level, proof in zip(rows.levels, rows.pulsed, strict=True)
    ):
        return None  # a calibration pulse proves its row
    if not added and len(between) == len(levels):
        return None
    mended = replace(rows, levels=tuple(levels), pulsed=tuple(pulsed))
    # a row whose name was not read leaves a gap in the pace of a page
    return None if evenly_spaced(rows) and not evenly_spaced(mended) else mended
