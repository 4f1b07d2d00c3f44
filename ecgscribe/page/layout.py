"""Rows of traces that share one stretch of time, with their calibration pulses and baselines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.core.standards import STANDARD_SCALE, Layout
from ecgscribe.core.threads import side_by_side
from ecgscribe.page.pulses import Pulse, find_pulses
from ecgscribe.page.traces import FLAT_PX_PER_MM, ROWS_APART_MM, TraceRow, find_rows, flat_strokes, is_rule, line_mask

_SHORT_MM, _LONG_MM = 4.0, 2.5  # a row may be so much shorter or longer than the paper speed demands
_PULSE_MM = 15.0  # a calibration pulse, its feet and the gap add at most this to a row
_AGREE_MM = 1.5  # row ends that are the same end
_UNEVEN = 1.75  # the widest gap between rows over the narrowest (a drifting trace lies off its row)
_FOOT_MM = 2.0  # a pulse's foot and the gap between it and the trace
_LEAST_COVER = 0.7  # of the row's width that holds ink
_FAINTEST = 0.06  # darkness of the ink that is looked for first
_PALE = (0.08, 0.055, 0.04)  # darkness of traces far paler than the page's lettering
_PACE_OFF = 1.08  # gaps of one pace: the widest over the narrowest
_FILLED_ROWS = 4  # gaps that tell a pace from which one row is missing
_LEAST_ROWS = 3  # of a page: fewer, and paler ink is looked for
_NARROW_ROWS, _NARROW_MM, _PACE = 12, 5.0, 0.3  # rows of a 12x1 page on narrow paper; gaps differ by so much of a gap


@dataclass(frozen=True)
class Rows:
    """Full-width rows, in px of the flat copy: `levels` y of each row's line or of its pulse's foot, `left`,
    `right` the stretch of time shown; `pulsed` which rows a pulse gave; `mask` the ink they were read from;
    `sure` when both ends of the stretch were seen."""

    levels: tuple[float, ...]
    left: float
    right: float
    pulsed: tuple[bool, ...]
    mask: np.ndarray
    sure: bool = True


def find_layout_rows(
    ink: np.ndarray, box: tuple[float, float, float, float], width_mm: float
) -> tuple[list[Rows], int, float | None]:
    """(readings, rows of any width, height of the calibration pulses in mm) of the ink (H, W) of a flat copy.

    `box` (x0, y0, x1, y1) the ruled area. The ink's threshold is not known beforehand (pens, printers and screens
    differ), so several are read; each gives rows of `width_mm` if there are any, and rows of whatever width most of
    them share, those with more rows first.
    """
    x0, y0, x1, y1 = area = tuple(int(v) for v in box)
    inside = ink[y0:y1, x0:x1]
    if inside.size == 0:
        return [], 0, None
    level = float(np.quantile(inside[::2, ::2], 0.998))
    readings, seen, heights = [], 0, []
    thresholds = [max(share * level, _FAINTEST) for share in (0.3, 0.45, 0.2)]
    looks = side_by_side(lambda threshold: _lines_at(ink, threshold, area), thresholds)
    # black lettering may hide that the traces are far paler than it
    palest = [pale for pale in _PALE if pale < min(thresholds)]
    for pale, look in [*((None, look) for look in looks), *((pale, None) for pale in palest)]:
        if pale and max((len(rows.levels) for rows in readings), default=0) >= _LEAST_ROWS:
            break
        mask, found, pulses = _lines_at(ink, pale, area) if pale else look
        if pale and len(found) < _LEAST_ROWS:
            continue
        seen = max(seen, len(found))
        heights += [pulses[0].height_mm] if pulses else []
        if not found:
            continue
        stretches = [_stretch(found, pulses, width_mm * FLAT_PX_PER_MM)]
        # where pale ink ends is not where the row ends
        stretches += [] if pale else [_own_stretch(found, pulses)]
        for stretch in stretches:
            rows = None if stretch is None else _full_rows(found, mask, pulses, stretch)
            if rows is not None and (not pale or len(rows.levels) >= _LEAST_ROWS):
                readings.append(rows)
        narrow = None if pale else _narrow_rows(mask, width_mm * FLAT_PX_PER_MM)
        readings += [] if narrow is None else [narrow]
    return readings, seen, max(heights, key=heights.count) if heights else None


def _lines_at(
    ink: np.ndarray, threshold: float, area: tuple[int, int, int, int]
) -> tuple[np.ndarray, list[TraceRow], list[Pulse]]:
    """(mask of lines, rows, pulses) in an area (x0, y0, x1, y1) of the ink that is over a threshold."""
    x0, y0, x1, y1 = area
    mask = line_mask(ink, threshold)
    mask[:y0], mask[y1:], mask[:, :x0], mask[:, x1:] = False, False, False, False
    return mask, find_rows(mask), find_pulses(ink, threshold, area)


def _narrow_rows(mask: np.ndarray, width: float) -> Rows | None:
    """Twelve rows at an even pace nearer to one another than rows of other layouts are; None where there are not.

    On narrow paper the twelve leads' rows are 7 to 8 mm apart and their strokes cross one another, so each row's own
    extent says little: the ends that most of them share are taken.
    """
    found = find_rows(mask, apart_mm=_NARROW_MM)
    if len(found) < _NARROW_ROWS:
        return None
    levels = np.array([row.level for row in found])
    for first in range(len(found) - _NARROW_ROWS + 1):
        part = found[first : first + _NARROW_ROWS]
        gaps = np.diff(levels[first : first + _NARROW_ROWS])
        usual = float(np.median(gaps))
        if usual >= ROWS_APART_MM * FLAT_PX_PER_MM or np.abs(gaps - usual).max() > _PACE * usual:
            continue
        stretch = _stretch(part, [], width)
        covers = [] if stretch is None else [_cover(mask, row.level, usual / 2, *stretch[:2]) for row in part]
        if covers and min(covers) >= _LEAST_COVER:
            return Rows(tuple(row.level for row in part), *stretch[:2], (False,) * len(part), mask, stretch[2])
    return None


def _full_rows(
    found: list[TraceRow], mask: np.ndarray, pulses: list[Pulse], stretch: tuple[float, float, bool]
) -> Rows | None:
    """The rows that share one stretch (left, right, sure); None when none does."""
    unit = FLAT_PX_PER_MM
    left, right, sure = stretch
    reach = 8 * unit if len(pulses) < 3 else 16 * unit
    levels = {pulse.foot: True for pulse in pulses if _cover(mask, pulse.foot, reach, left, right) >= _LEAST_COVER}
    feet = list(levels)
    apart = 0.4 * min([40 * unit, *np.diff(feet)])
    for row in found:
        beside = min((abs(row.level - foot) for foot in feet), default=np.inf) < apart
        if not beside and row.wiggle_mm > 0.05 and _cover(mask, row.level, 8 * unit, left, right) >= _LEAST_COVER:
            levels[row.level] = False
    ordered = _together(sorted(levels))
    if not ordered:
        return None
    return Rows(tuple(ordered), left, right, tuple(levels[level] for level in ordered), mask, sure)


def without_rules(rows: Rows) -> Rows:
    """Without ruled lines, and with the row that is missing in the pace of those left. Where nothing but rules is there
    they may be the traces of a heart that stands still, and are kept."""
    pulsed = dict(zip(rows.levels, rows.pulsed, strict=True))
    kept = [level for level in rows.levels if pulsed[level] or not is_rule(rows.mask, level, rows.left, rows.right)]
    levels = _filled(_together(kept), rows) if kept else list(rows.levels)
    return replace(rows, levels=tuple(levels), pulsed=tuple(pulsed.get(level, False) for level in levels))


def _stretch(found: list[TraceRow], pulses: list[Pulse], width: float) -> tuple[float, float, bool] | None:
    """(left, right, sure) of the time shown.

    Of all pairs of row ends that fit the width, with or without a pulse, the one that most rows share; failing
    that, counted back from the right end of three rows, and not sure.
    """
    unit = FLAT_PX_PER_MM
    lefts, rights = _voted([row.left for row in found]), _voted([row.right for row in found])
    pairs = [
        (left_votes + right_votes, right - left, left, right, min(left_votes, right_votes) >= 2)
        for left, left_votes in lefts
        for right, right_votes in rights
        if -_SHORT_MM <= (right - left - width) / unit <= _PULSE_MM
    ]
    if not pairs:
        right, votes = max(rights, key=lambda end: end[1])
        return (right - width, right, False) if votes >= 3 and right > width else None
    _, _, left, right, sure = max(pairs)
    if (right - left - width) / unit <= _LONG_MM:
        return left, right, sure
    # a pulse stands at one end of the rows; the other end is the traces' own
    if pulses and pulses[0].left > (left + right) / 2:
        return left, left + width, sure
    return right - width, right, sure


def _own_stretch(found: list[TraceRow], pulses: list[Pulse]) -> tuple[float, float, bool] | None:
    """(left, right, sure) of the time shown when the width is not known: the ends that most rows share, the pulses
    with their feet left out."""
    unit = FLAT_PX_PER_MM
    left, left_votes = max(_voted([row.left for row in found]), key=lambda end: (end[1], -end[0]))
    right, right_votes = max(_voted([row.right for row in found]), key=lambda end: (end[1], end[0]))
    if pulses:
        inner, outer = max(pulse.right for pulse in pulses), min(pulse.left for pulse in pulses)
        if inner < (left + right) / 2:
            left = max(left, inner + _FOOT_MM * unit)
        else:
            right = min(right, outer - _FOOT_MM * unit)
    if right - left < 25 * unit:
        return None
    return left, right, min(left_votes, right_votes) >= 2


def _voted(ends: list[float]) -> list[tuple[float, int]]:
    """(place, number of rows) of each row end, rows that nearly agree put together."""
    groups = [[other for other in ends if abs(end - other) <= _AGREE_MM * FLAT_PX_PER_MM] for end in ends]
    return [(float(np.median(group)), len(group)) for group in groups]


def _filled(levels: list[float], rows: Rows) -> list[float]:
    """With the row that one gap of twice the pace of all others has room for, where ink runs: a trace that wanders off
    or hangs on to its neighbours' beats was passed over."""
    gaps = np.diff(levels)
    if len(gaps) < _FILLED_ROWS:
        return levels
    wide = int(gaps.argmax())
    others = np.delete(gaps, wide)
    twice = gaps[wide] / (2 * float(np.median(others)))
    if max(twice, 1 / twice, float(others.max() / others.min())) > _PACE_OFF:
        return levels
    middle = (levels[wide] + levels[wide + 1]) / 2
    reach = min(8 * FLAT_PX_PER_MM, 0.45 * float(np.median(others)))
    covered = _cover(rows.mask, middle, reach, rows.left, rows.right) >= _LEAST_COVER
    return sorted([*levels, middle]) if covered else levels


def _together(levels: list[float]) -> list[float]:
    """Without rows far off above or below the others: the sheet's edge, a rule under the header."""
    while len(levels) > 3:
        gaps = np.diff(levels)
        usual = float(np.median(gaps)) * _UNEVEN
        if gaps[0] > usual and gaps[0] >= gaps[-1]:
            levels = levels[1:]
        elif gaps[-1] > usual:
            levels = levels[:-1]
        else:
            break
    return levels


def _cover(mask: np.ndarray, level: float, reach: float, left: float, right: float) -> float:
    band = mask[max(int(level - reach), 0) : int(level + reach), max(int(left), 0) : int(right)]
    return float(band.any(axis=0).mean()) if band.size else 0.0


def is_narrow(rows: Rows) -> bool:
    """Whether the rows are nearer to one another than those of any layout but 12x1 on narrow paper."""
    return len(rows.levels) > 2 and float(np.median(np.diff(rows.levels))) < ROWS_APART_MM * FLAT_PX_PER_MM


def row_baselines(rows: Rows) -> list[float]:
    """y of 0 mV of each row (flat px).

    A pulse stands on 0 mV; without one the line's usual level is taken: the mean over the row's four quarters of
    the median height of its level strokes.
    """
    strokes = flat_strokes(rows.mask)
    return [
        level if pulsed else _usual_level(strokes, rows, level)
        for level, pulsed in zip(rows.levels, rows.pulsed, strict=True)
    ]


def _usual_level(strokes: np.ndarray, rows: Rows, level: float) -> float:
    reach = int(7 * FLAT_PX_PER_MM)
    top = max(int(level) - reach, 0)
    quarters = np.linspace(rows.left, rows.right, 5).astype(int)
    levels = []
    for left, right in zip(quarters[:-1], quarters[1:], strict=True):
        band = strokes[top : int(level) + reach, max(left, 0) : right]
        columns = band.any(axis=0)
        if columns.sum() > 0.3 * band.shape[1]:
            y = np.arange(band.shape[0])[:, None] + top + 0.5
            levels.append(float(np.median((band * y).sum(axis=0)[columns] / band.sum(axis=0)[columns])))
    return float(np.mean(levels)) if levels else level


def longest_run(levels: tuple[float, ...]) -> range:
    """The numbers of the rows that follow one another at one pace, most of them; of fewer than three none do."""
    best = range(0)
    for first in range(len(levels) - 2):
        gaps = np.diff(levels[first:])
        off = np.maximum.accumulate(gaps) > _PACE_OFF * np.minimum.accumulate(gaps)
        count = 1 + (int(off.argmax()) if off.any() else len(gaps))
        if count >= 3 and count > len(best):
            best = range(first, first + count)
    return best


def evenly_spaced(rows: Rows) -> bool:
    """Whether the rows follow one another as on a printed page; a missed or false row breaks the pace."""
    gaps = np.diff(rows.levels)
    return len(gaps) == 0 or float(gaps.max()) <= _UNEVEN * float(gaps.min())


def layout_width_mm(layout: Layout) -> float:
    """Width of the traces at the standard paper speed."""
    return layout.width_s * STANDARD_SCALE.mm_per_s
