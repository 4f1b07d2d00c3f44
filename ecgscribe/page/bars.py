"""Bars that a recorder draws between columns of leads: they tell where a column ends better than its length does."""

from __future__ import annotations

import numpy as np

from ecgscribe.core.page import Panel
from ecgscribe.page.darkness import lightest

_NEAR_MM = 3.0  # a bar is looked for so near to where the next column should begin
_BARE_MM = 1.5  # paper to either side of it, against which it must stand out
_BROKEN = 0.2  # of the height between the outer rows that may be without ink
_LEAST_HIGH_MM = 10.0  # between those rows
_DARK = 0.35  # darkness from which ink is black: bars are drawn like traces
_DARKER = 0.25  # than the darkest line of the ruling
_STRAIGHT_MM = 0.2  # bars of columns of one length stray no further from them
_LEAST_BARS = 3  # two give a stretch, the third proves it
_MOST_GROWTH = 0.03  # of a column: further off it is another layout


def at_bars(picture: np.ndarray, panels: tuple[Panel, ...], px_per_mm: float) -> tuple[Panel, ...]:
    """The panels of a page uint8 (H, W, 3), moved and stretched together so that columns meet at the bars between
    them; as they are where the columns have no bars.

    Some recorders print 2.5 s on a little less paper than their own speed says: the bars of 3x4 pages stand 61.9 mm
    apart on 8 of 8 pages of one maker, and the rates printed there fit the bars.
    """
    columns = [panel for panel in panels if not panel.rhythm]
    starts = sorted({round(panel.box_px[0], 1) for panel in columns})
    lines = sorted({panel.baseline_px for panel in columns})
    if len(starts) <= _LEAST_BARS or len(lines) < 2:
        return panels
    top, bottom = (int(np.clip(y, 0, picture.shape[0])) for y in (lines[0], lines[-1]))
    if bottom - top < _LEAST_HIGH_MM * px_per_mm:
        return panels
    # coloured rulings vanish in the brightest channel
    ink = 1.0 - np.quantile(lightest(picture[top:bottom]), 1.0 - _BROKEN, axis=0) / 255.0
    ruling = _ruling(ink, starts, px_per_mm)
    bars = [_bar(ink, start, px_per_mm, ruling) for start in starts[1:]]
    if None in bars:
        return panels
    along = np.array(starts[1:]) - starts[0]
    moves = np.array(bars) - starts[1:]
    growth, shift = np.polyfit(along, moves, 1)
    if np.abs(shift + growth * along - moves).max() > _STRAIGHT_MM * px_per_mm or abs(growth) > _MOST_GROWTH:
        return panels
    return tuple(panel.along(float(shift), float(growth), starts[0]) for panel in panels)


def _ruling(ink: np.ndarray, starts: list[float], px_per_mm: float) -> float:
    """Darkness (0 to 1) of the darkest upright line away from where columns begin."""
    away = np.ones(len(ink), bool)
    for start in starts:
        away[max(int(start - _NEAR_MM * px_per_mm), 0) : int(start + _NEAR_MM * px_per_mm) + 1] = False
    away[: int(max(starts[0], 0))] = False
    away[int(2 * starts[-1] - starts[-2]) :] = False
    return float(ink[away].max(initial=0.0))


def _bar(ink: np.ndarray, start: float, px_per_mm: float, ruling: float) -> float | None:
    """x in px of the middle of the bar near `start`, None without one."""
    first, end = int(start - _NEAR_MM * px_per_mm), int(start + _NEAR_MM * px_per_mm) + 1
    if first < 0 or end > len(ink):
        return None
    part = ink[first:end]
    best = int(part.argmax())
    if part[best] < max(_DARK, ruling + _DARKER):
        return None
    side = int(_BARE_MM * px_per_mm)
    near = np.arange(max(best - side, 0), min(best + side + 1, len(part)))
    weights = np.maximum(part[near] - part[best] / 2, 0)
    return first + float((weights * (near + 0.5)).sum() / weights.sum())
