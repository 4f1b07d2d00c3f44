"""Rows told by lead names alone, where traces are too pale for their own rows to be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.standards import LAYOUTS, STANDARD_SCALE
from ecgscribe.page.layout import Rows
from ecgscribe.page.names import LABELS, READ, Word
from ecgscribe.page.traces import FLAT_PX_PER_MM, flat_strokes, line_mask
from ecgscribe.page.vote import SIDE_MM

LEAST_NAMES = 7
"""Names of different leads that tell a page's rows by themselves."""

_ARRANGEMENTS = ("3x4", "6x2", "3x4-cabrera", "6x2-cabrera")
_COLUMN_MM, _ROW_MM = 4.0, 2.5  # names stand so near their common column and row
_PACE_MM = (11.0, 60.0)  # from row to row
_MOST_STRIPS = 3
_BEHIND_MM = 0.8  # a name's usual way behind its column's beginning
_UNDER = (-0.25, 0.75)  # of the pace: the line runs so far under its name's foot
_USUAL_UNDER, _DOUBT = 0.3, 0.8  # of the pace; share of the best peak that a whole pace away costs
_SHARES = (0.3, 0.15, 0.08)  # of the darkest ink
_FAINTEST = 0.02
_NEAR, _STRIP, _LEAST_STRIP, _MOST_ROWS = 0.15, 0.8, 0.3, 7
"""Of the pace: a strip's ink lies so near; of the rows' least ink, and of its width: a strip has so much."""
_MILLIMETRE = int(FLAT_PX_PER_MM)


@dataclass(frozen=True)
class Told:
    """`feet_mm` y of the names' feet, top to bottom, strips last; `left_mm`, `right_mm` of the time shown; `names` how
    many different leads' names bear it out."""

    feet_mm: tuple[float, ...]
    left_mm: float
    right_mm: float
    names: int


def told_by_names(words: list[Word]) -> Told | None:
    """The arrangement that most names agree with; None where fewer than `LEAST_NAMES` leads' names do.

    Names of one column stand under one another, those of one row beside one another, at the paces of a page at
    25 mm/s; strips under the rows go on at the rows' pace.
    """
    clear = [(LABELS[int(word.chances.argmax())], word.box_mm) for word in words if word.chances.max() >= READ]
    found = [_arranged(clear, name) for name in _ARRANGEMENTS]
    return max((one for one in found if one is not None), key=lambda one: one.names, default=None)


def _arranged(clear: list[tuple[str, tuple[float, float, float, float]]], name: str) -> Told | None:
    layout = LAYOUTS[name]
    pitch = layout.panel_s * STANDARD_SCALE.mm_per_s
    places = {label: (r, c) for r, row in enumerate(layout.rows) for c, label in enumerate(row)}
    named = [(label, box) for label, box in clear if label in places]
    if len({label for label, _ in named}) < LEAST_NAMES:
        return None
    row, column = np.array([places[label] for label, _ in named], float).T
    x, foot = np.array([(box[0], box[3]) for _, box in named]).T
    start = _common(x - column * pitch, _COLUMN_MM)
    first, second = np.triu_indices(len(named), 1)
    apart = row[second] - row[first]
    paces = (foot[second] - foot[first])[apart != 0] / apart[apart != 0]
    paces = paces[(paces >= _PACE_MM[0]) & (paces <= _PACE_MM[1])]
    if not len(paces):
        return None
    pace = _common(paces, 1.0)
    top = _common(foot - row * pace, _ROW_MM)
    fits = (np.abs(x - column * pitch - start) <= _COLUMN_MM) & (np.abs(foot - row * pace - top) <= _ROW_MM)
    names = {label for (label, _), fit in zip(named, fits, strict=True) if fit}
    if len(names) < LEAST_NAMES or len(np.unique(row[fits])) < 2 or len(np.unique(column[fits])) < 2:
        return None
    pace, top = np.polyfit(row[fits], foot[fits], 1)
    count = len(layout.rows)
    for strip in range(count, count + _MOST_STRIPS):
        level = top + strip * pace
        if not any(abs(b[3] - level) <= _ROW_MM and -SIDE_MM <= b[0] - start <= _COLUMN_MM for _, b in clear):
            break
        count += 1
    left = start - _BEHIND_MM
    return Told(tuple(float(top + k * pace) for k in range(count)), left, left + pitch * layout.columns, len(names))


def _common(values: np.ndarray, near: float) -> float:
    """The median of the values around which most lie."""
    votes = (np.abs(values[:, None] - values) <= near).sum(axis=1)
    return float(np.median(values[np.abs(values - values[votes.argmax()]) <= near]))


def _strips(mask: np.ndarray, levels: list[float], pace: float) -> list[float]:
    """Levels of strips under the rows whose names were not read: at the rows' pace, with as much ink as a row has."""

    def inked(level: float) -> float:
        near = int(_NEAR * pace)
        return float(mask[max(int(level) - near, 0) : int(level) + near + 1].any(axis=0).mean())

    least, found = _STRIP * min(inked(level) for level in levels), []
    while len(levels) + len(found) < _MOST_ROWS and levels[-1] + (len(found) + 1) * pace < len(mask):
        level = levels[-1] + (len(found) + 1) * pace
        if inked(level) < max(least, _LEAST_STRIP):
            break
        found.append(level)
    return found


def told_rows(told: Told, ink: np.ndarray) -> Rows | None:
    """Rows at one height under their names, that at which most of the ink (H, W) of the flat copy runs along in all of
    them; None where they do not lie on the page or no ink runs there."""
    unit = FLAT_PX_PER_MM
    left, right = (int(round(side * unit)) for side in (told.left_mm, told.right_mm))
    pace = told.feet_mm[1] - told.feet_mm[0]
    under = np.arange(_UNDER[0] * pace * unit, _UNDER[1] * pace * unit).astype(int)
    feet = np.round(np.array(told.feet_mm) * unit).astype(int)
    if left < -2 * unit or right > ink.shape[1] + 2 * unit or feet[-1] + _USUAL_UNDER * pace * unit > len(ink):
        return None
    darkest = float(np.quantile(ink[::2, ::2], 0.998))
    doubt = _DOUBT * np.abs(under / (pace * unit) - _USUAL_UNDER)
    best = None
    for share in _SHARES:
        mask = line_mask(ink, max(share * darkest, _FAINTEST))
        along = flat_strokes(mask)[:, max(left, 0) : right].mean(axis=1)
        smooth = np.convolve(along, np.hanning(2 * _MILLIMETRE + 1) / _MILLIMETRE, mode="same")
        padded = np.pad(smooth, len(under))
        # half of the rows, the weakest, speak for all: a header's rule or a word stands in one
        seen = np.sort([padded[foot + under + len(under)] for foot in feet], axis=0)[: max(len(feet) // 2, 1)]
        profile = seen.mean(axis=0)
        relief = profile.max() / max(float(np.median(profile)), 1e-3)
        if profile.max() > 0 and (best is None or relief > best[0]):
            best = relief, int(under[int((profile / profile.max() - doubt).argmax())]), mask
    if best is None:
        return None
    levels = [float(foot + best[1]) + 0.5 for foot in feet]
    levels += _strips(best[2][:, max(left, 0) : right], levels, pace * unit)
    levels = tuple(levels)
    return Rows(levels, float(max(left, 0)), float(min(right, ink.shape[1])), (False,) * len(levels), best[2], False)
