"""`find_page`: picture -> straight, scaled page with its leads located, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.page import Page
from ecgscribe.core.report import Problem
from ecgscribe.core.standards import LAYOUTS, Layout
from ecgscribe.page.find import corners_of, find_outline
from ecgscribe.page.flat import FlatPage, flatten
from ecgscribe.page.layout import Rows, evenly_spaced, find_layout_rows, layout_width_mm, panels_of, row_baselines
from ecgscribe.page.ruling import Ruling, find_ruling
from ecgscribe.page.traces import FLAT_PX_PER_MM, fine_lines, flat_copy, ink_of

_COARSEST = 2.2  # px a mm: below, traces cannot be told from the ruling
_FINE = 5.5  # px a mm from which hair lines are worth a second look at full resolution
_STANDARD = LAYOUTS["3x4+1"]
_WHOLE_PAGE = "Use a straight, sharp picture of the whole page."


@dataclass(frozen=True, eq=False)
class PageResult:
    """`page` None when the picture shows no ECG (then a fatal problem says why); `corners_px` (4, 2) of the sheet in
    the user's picture, clockwise from top left, None without a page."""

    page: Page | None
    problems: tuple[Problem, ...] = ()
    corners_px: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class _Reading:
    """One way up of the page, with what was found on it."""

    flat: FlatPage
    rows: Rows | None
    seen: int


def find_page(picture: np.ndarray) -> PageResult:
    """Finds, straightens and scales the page in a picture uint8 (H, W, 3) and locates its leads.

    Never raises for a poor picture. Codes: no-grid, too-small, no-trace (fatal, no page); layout-unknown (page
    without panels); layout-assumed.
    """
    ruling = find_ruling(picture)
    if ruling is None:
        return _refused("no-grid", "No ECG grid was found in the picture.", "Use a picture of an ECG on ruled paper.")
    finest = min(ruling.px_per_mm)
    if finest < _COARSEST:
        return _refused(
            "too-small",
            f"The picture shows only about {finest:.1f} pixels a millimetre of paper; {_COARSEST} are needed.",
            "Scan or photograph the page at a higher resolution.",
        )
    outline = find_outline(picture, ruling.ruled_px)
    reading = _best_way_up(picture, ruling, outline)
    if reading.rows is None and reading.seen == 0:
        return _refused(
            "no-trace", "The picture shows ruled paper but no ECG trace on it.", "Use a picture of a recorded ECG."
        )
    return _with_layout(reading, corners_of(outline))


def _refused(code: str, message: str, hint: str) -> PageResult:
    return PageResult(None, (Problem("page", code, message, hint, fatal=True),))


def _best_way_up(picture: np.ndarray, ruling: Ruling, outline: np.ndarray) -> _Reading:
    """Reads the page as it stands; lying on its side only when it shows no rows standing."""
    upright = _read(picture, ruling, outline, 0)
    if upright.rows is not None and len(upright.rows.levels) >= 3:
        return upright
    readings = [upright, *(_read(picture, ruling, outline, turns) for turns in (1, 3))]
    return max(readings, key=lambda reading: len(reading.rows.levels) if reading.rows else 0)


def _read(picture: np.ndarray, ruling: Ruling, outline: np.ndarray, turns: int) -> _Reading:
    flat = flatten(picture, ruling, outline, turns)
    scale = [FLAT_PX_PER_MM / side for side in flat.px_per_mm * 2]
    box = tuple(v * s for v, s in zip(flat.ruled_px, scale, strict=True))
    width_mm, wanted = layout_width_mm(_STANDARD), _STANDARD.row_count
    rows, seen = find_layout_rows(ink_of(flat_copy(flat.picture, flat.px_per_mm)), box, width_mm, wanted)
    if (rows is None or len(rows.levels) < 3) and min(flat.px_per_mm) > _FINE:
        finer, seen_finer = find_layout_rows(fine_lines(flat.picture, flat.px_per_mm), box, width_mm, wanted)
        if finer is not None and len(finer.levels) >= 3:
            return _Reading(flat, finer, seen_finer)
    return _Reading(flat, rows, seen)


def _with_layout(reading: _Reading, corners: np.ndarray) -> PageResult:
    flat, rows = reading.flat, reading.rows
    count = len(rows.levels) if rows is not None else 0
    layout = _matching(count) if rows is not None and evenly_spaced(rows) else None
    if layout is None or rows is None:
        page = Page(flat.picture, flat.to_source, flat.px_per_mm)
        return PageResult(page, (_unknown(reading, count),), corners)
    baselines = row_baselines(rows)
    to_page = tuple(side / FLAT_PX_PER_MM for side in flat.px_per_mm)
    panels = panels_of(layout, baselines, rows.left, rows.right, to_page)
    problems = () if layout is _STANDARD else (_assumed(layout),)
    return PageResult(Page(flat.picture, flat.to_source, flat.px_per_mm, layout.name, panels), problems, corners)


def _matching(count: int) -> Layout | None:
    return next((layout for layout in (_STANDARD, LAYOUTS["3x4"]) if layout.row_count == count), None)


def _assumed(layout: Layout) -> Problem:
    return Problem(
        "layout",
        "layout-assumed",
        f"The page shows {layout.row_count} rows of traces, read as the layout {layout.name}; that was not confirmed.",
        "Compare the lead names on the page with those shown.",
    )


def _unknown(reading: _Reading, count: int) -> Problem:
    number, width = (count, "each") if count else (reading.seen, "none")
    return Problem(
        "layout",
        "layout-unknown",
        f"The leads were not located: {number} row{'s' * (number != 1)} of traces seen, {width} 250 mm wide; "
        f"the standard page (3x4 leads and a rhythm strip) has {_STANDARD.row_count}.",
        _WHOLE_PAGE,
    )
