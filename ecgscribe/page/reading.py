"""`find_page`: picture -> straight, scaled page with its leads located, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
_BENT_MM = 1.5  # from here on the panels suffer; flat photographs measure up to 1.2, a crumpled one 1.7
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
    turns: int = 0

    @property
    def count(self) -> int:
        return len(self.rows.levels) if self.rows is not None else 0

    @property
    def pulses(self) -> int:
        return sum(self.rows.pulsed) if self.rows is not None else 0


def find_page(picture: np.ndarray) -> PageResult:
    """Finds, straightens and scales the page in a picture uint8 (H, W, 3) and locates its leads.

    Never raises for a poor picture. Codes: no-grid, too-small, no-trace (fatal, no page); layout-unknown (page without
    panels); layout-assumed, way-up-assumed, scale-unknown, page-bent.
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
    result = _with_layout(reading, corners_of(outline), ruling.sure)
    if ruling.bend_mm > _BENT_MM:
        result = replace(result, problems=(*result.problems, _bent(ruling.bend_mm)))
    return result


def _refused(code: str, message: str, hint: str) -> PageResult:
    return PageResult(None, (Problem("page", code, message, hint, fatal=True),))


def _best_way_up(picture: np.ndarray, ruling: Ruling, outline: np.ndarray) -> _Reading:
    """Reads the page as it stands, and turned where that shows no rows, or rows without an upright pulse.

    Pulses point up, so they tell a page from the same page on its head.
    """
    upright = _read(picture, ruling, outline, 0)
    if upright.pulses >= 2:
        return upright
    others = (2,) if upright.count >= 3 else (1, 3)
    readings = [_read(picture, ruling, outline, turns) for turns in others]
    return max((upright, *readings), key=lambda reading: (min(reading.count, 3), reading.pulses))


def _read(picture: np.ndarray, ruling: Ruling, outline: np.ndarray, turns: int) -> _Reading:
    flat = flatten(picture, ruling, outline, turns)
    scale = [FLAT_PX_PER_MM / side for side in flat.px_per_mm * 2]
    box = tuple(v * s for v, s in zip(flat.ruled_px, scale, strict=True))
    width_mm, wanted = layout_width_mm(_STANDARD), _STANDARD.row_count
    rows, seen = find_layout_rows(ink_of(flat_copy(flat.picture, flat.px_per_mm)), box, width_mm, wanted)
    if (rows is None or len(rows.levels) < 3) and min(flat.px_per_mm) > _FINE:
        finer, seen_finer = find_layout_rows(fine_lines(flat.picture, flat.px_per_mm), box, width_mm, wanted)
        if finer is not None and len(finer.levels) >= 3:
            return _Reading(flat, finer, seen_finer, turns)
    return _Reading(flat, rows, seen, turns)


def _with_layout(reading: _Reading, corners: np.ndarray, sure: bool) -> PageResult:
    flat, rows = reading.flat, reading.rows
    layout = _matching(reading.count) if rows is not None and evenly_spaced(rows) else None
    if layout is None or rows is None:
        # a scale that neither both rulings nor the rows' width confirm is not given out
        known = sure or reading.count > 0
        page = Page(flat.picture, flat.to_source, flat.px_per_mm if known else None)
        return PageResult(page, (_unknown(reading),) if known else (_unknown(reading), _unscaled()), corners)
    baselines = row_baselines(rows)
    to_page = tuple(side / FLAT_PX_PER_MM for side in flat.px_per_mm)
    panels = panels_of(layout, baselines, rows.left, rows.right, to_page)
    problems = () if layout is _STANDARD and rows.sure else (_assumed(layout, rows.sure),)
    if reading.turns and reading.pulses < 2:
        problems += (_turned(reading.turns),)
    return PageResult(Page(flat.picture, flat.to_source, flat.px_per_mm, layout.name, panels), problems, corners)


def _matching(count: int) -> Layout | None:
    return next((layout for layout in (_STANDARD, LAYOUTS["3x4"]) if layout.row_count == count), None)


def _assumed(layout: Layout, sure: bool) -> Problem:
    if not sure:
        return Problem(
            "layout",
            "layout-assumed",
            f"The rows' left ends differ: the time was counted back from their right ends, layout {layout.name}.",
            "Use a flat, evenly lit picture of the page.",
        )
    return Problem(
        "layout",
        "layout-assumed",
        f"The page shows {layout.row_count} rows of traces, read as the layout {layout.name}; that was not confirmed.",
        "Compare the lead names on the page with those shown.",
    )


def _unknown(reading: _Reading) -> Problem:
    pace = "" if reading.rows is None or evenly_spaced(reading.rows) else ", unevenly spaced"
    number, width = (reading.count, "each") if reading.count else (reading.seen, "none")
    return Problem(
        "layout",
        "layout-unknown",
        f"The leads were not located: {number} row{'s' * (number != 1)} of traces seen, {width} 250 mm wide{pace}; "
        f"the standard page (3x4 leads and a rhythm strip) has {_STANDARD.row_count}.",
        _WHOLE_PAGE,
    )


def _unscaled() -> Problem:
    return Problem(
        "page",
        "scale-unknown",
        "Lines of one kind only are seen, which may be 1 mm or 5 mm apart: the scale is unknown.",
        "Scan or photograph the page at a higher resolution.",
    )


def _bent(bend_mm: float) -> Problem:
    return Problem(
        "page",
        "page-bent",
        f"The paper is not flat: parts of it lie {bend_mm:.1f} mm and more from where they should.",
        "Flatten the page and take the picture again.",
    )


def _turned(turns: int) -> Problem:
    return Problem(
        "page",
        "way-up-assumed",
        f"The page lay turned by {90 * turns} degrees, and no calibration pulse shows which way is up.",
        "Give the picture upright.",
    )
