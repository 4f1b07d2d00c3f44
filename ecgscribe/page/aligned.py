"""Columns put where their names stand, when the rows' ends were misread: a pulse, a frame or shade lengthened them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgscribe.core.standards import STANDARD_SCALE
from ecgscribe.page.layout import Rows
from ecgscribe.page.names import LABELS, READ, Word
from ecgscribe.page.traces import FLAT_PX_PER_MM
from ecgscribe.page.vote import ABOVE_MM, BELOW_MM, Fit

_LEAST = 3  # names behind the first column that tell where columns are
_SCATTER_MM = 1.5  # names of one page stand so evenly behind their columns' beginnings
_USUAL = 0.015  # the pitch of names is the paper speed's own to this share
_SPEEDS = (1.0, 0.5, 2.0)  # times the usual paper speed
_EVEN = 0.015  # names that stand so evenly may tell a page's own pitch
_BETTER = 0.3  # of -2 to 2 by which the ink must bear it out rather than the rows' ends,
_WHOLLY = 1.6  # or so far, and no less than them: a frame around the traces bears its own width out
_BEHIND_MM = (-6.0, 6.5)  # names stand so far behind the beginning of their column
_LIKELY_MM = 0.8  # and mostly here (of 146 drawn pages 90 % between -0.5 and 1.6)
_REACH_MM = 8.0  # of a row's ink above and below its level
_SEEN_MM, _CLEAR_MM = 4.0, 2.5  # ink within a row's end, none beyond it
_SLACK_MM = 0.4  # an end is no sharper
_STEP_MM = 0.25
_DOUBT = 0.06  # of a mm away from the likely place, in shares of rows that end there


def align(fit: Fit, readings: list[Rows], words: list[Word], told: bool = False) -> Fit:
    """The fit with columns at the names' pitch where names of two columns contradict the rows' ends by their pitch or
    by standing too far from their columns, or where names are all that tells them (`told`); the fit itself else.

    Names give the pitch; of the places that they leave for the first column's beginning the one is taken at which most
    rows of ink (`readings`) begin and end.
    """
    layout = fit.layout
    if layout.columns < 2 or fit.columns != range(layout.columns):
        return fit
    column, x = _names(fit, words)
    if len(x) < _LEAST:
        return fit
    pitch = _pitch(column, x, fit)
    if pitch is None:
        return fit
    starts = x - column * pitch
    start = float(np.median(starts))
    if float(np.median(np.abs(starts - start))) > _SCATTER_MM:
        return fit
    near = abs(fit.pitch_mm / pitch - 1) <= _USUAL and _BEHIND_MM[0] <= start - fit.edge_mm <= _BEHIND_MM[1]
    if near and not told:
        return fit
    edge, borne = _edge(fit, readings, start, pitch * layout.columns)
    if not told and pitch not in _usual(fit):
        own = _borne_out(fit, readings, np.array([fit.edge_mm]), fit.pitch_mm * layout.columns)
        if borne < own[0] + (0.0 if borne >= _WHOLLY else _BETTER):
            return fit  # names at a pitch of their own over columns of another
    rows = replace(fit.rows, left_mm=edge, right_mm=edge + pitch * layout.columns)
    return replace(fit, rows=rows, edge_mm=edge, pitch_mm=pitch)


def _names(fit: Fit, words: list[Word]) -> tuple[np.ndarray, np.ndarray]:
    """((N,) column, (N,) left end in mm) of the names behind the first column that stand over their row."""
    found = []
    for (row, column), label in fit.labels.items():
        if column == 0 or row >= len(fit.layout.rows) or not fit.first_row <= row < fit.first_row + fit.count:
            continue
        level = fit.rows.levels_mm[fit.first_level + row - fit.first_row]
        for word in words:
            over = word.box_mm[3] - level
            if word.chances[LABELS.index(label)] >= READ and -ABOVE_MM <= over <= BELOW_MM:
                found.append((column, word.box_mm[0]))
    return tuple(np.array(found, float).reshape(-1, 2).T)


def _pitch(column: np.ndarray, x: np.ndarray, fit: Fit) -> float | None:
    """The columns' pitch in mm: the usual one where names or, with names of one column, the rows agree with it; that of
    names which stand evenly; None where they do not."""
    first, second = np.triu_indices(len(x), 1)
    apart = column[second] - column[first]
    told = (x[second] - x[first])[apart != 0] / apart[apart != 0]
    pitch = float(np.median(told)) if len(told) else fit.pitch_mm
    for usual in _usual(fit):
        # names waver; rows as long as they should be weigh against them
        own = abs(fit.pitch_mm / usual - 1) <= _USUAL
        if abs(pitch / usual - 1) <= (2 if own or not len(told) else 1) * _USUAL:
            return usual
    # a page's own pitch is believed of names that stand evenly; else the rows' ends are left as they are
    even = len(told) >= _LEAST and float(np.median(np.abs(told - pitch))) <= _EVEN * pitch
    return pitch if even else None


def _usual(fit: Fit) -> tuple[float, ...]:
    """The columns' pitch in mm at the usual paper speeds, the likeliest first."""
    return tuple(factor * fit.layout.panel_s * STANDARD_SCALE.mm_per_s for factor in _SPEEDS)


def _edge(fit: Fit, readings: list[Rows], start: float, width: float) -> tuple[float, float]:
    """(where the first column begins in mm, its names' common place being `start`; how far the rows' ink bears it
    out, -2 to 2)."""
    places = np.arange(start - _BEHIND_MM[1], start - _BEHIND_MM[0], _STEP_MM)
    ends = _borne_out(fit, readings, places, width)
    best = int((ends - _DOUBT * np.abs(start - places - _LIKELY_MM)).argmax())
    return float(places[best]), float(ends[best])


def _borne_out(fit: Fit, readings: list[Rows], places: np.ndarray, width: float) -> np.ndarray:
    """(places,) how far the rows' ink begins at each place and ends `width` mm further, -2 to 2."""
    levels = fit.rows.levels_mm[fit.first_level : fit.first_level + fit.count]
    apart = float(np.min(np.diff(levels))) if len(levels) > 1 else 2 * _REACH_MM
    reach = min(_REACH_MM, apart / 2)
    masks = {id(rows.mask): rows.mask for rows in readings}
    return np.mean([_ends(mask, level, reach, places, width) for mask in masks.values() for level in levels], axis=0)


def _ends(mask: np.ndarray, level: float, reach: float, places: np.ndarray, width: float) -> np.ndarray:
    """(places,) -2 to 2: how far a row's ink is there within a stretch that begins at each place and gone beyond it."""
    unit = FLAT_PX_PER_MM
    band = mask[max(int((level - reach) * unit), 0) : max(int((level + reach) * unit), 0)]
    total = np.r_[0.0, np.cumsum(band.any(axis=0))]

    def share(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        a, b = (np.clip(np.round(side * unit).astype(int), 0, len(total) - 1) for side in (low, high))
        return (total[b] - total[a]) / np.maximum(b - a, 1)

    right = places + width
    within = share(places, places + _SEEN_MM) + share(right - _SEEN_MM, right)
    beyond = share(places - _CLEAR_MM, places - _SLACK_MM) + share(right + _SLACK_MM, right + _CLEAR_MM)
    return within - beyond
