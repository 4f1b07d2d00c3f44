"""Where the leads are on a straight page: rows of traces first, then layout and panels."""

from __future__ import annotations

from dataclasses import dataclass

from ecgscribe.core.page import Panel
from ecgscribe.core.report import Problem
from ecgscribe.core.standards import LAYOUTS, Layout
from ecgscribe.page.flat import FlatPage
from ecgscribe.page.layout import Rows, evenly_spaced, find_layout_rows, layout_width_mm, panels_of, row_baselines
from ecgscribe.page.traces import FLAT_PX_PER_MM, fine_lines, flat_copy, ink_of

_FINE = 5.5  # px a mm from which hair lines are worth a second look at full resolution
_STANDARD = LAYOUTS["3x4+1"]
_WHOLE_PAGE = "Use a straight, sharp picture of the whole page."


@dataclass(frozen=True, eq=False)
class Seen:
    """The rows of traces seen on one way up of the page; `seen` counts rows of any width."""

    flat: FlatPage
    rows: Rows | None
    seen: int

    @property
    def count(self) -> int:
        return len(self.rows.levels) if self.rows is not None else 0

    @property
    def pulses(self) -> int:
        return sum(self.rows.pulsed) if self.rows is not None else 0

    @property
    def traces(self) -> bool:
        """Whether any trace was seen."""
        return self.rows is not None or self.seen > 0

    @property
    def upright(self) -> tuple[int, int]:
        """The greater, the likelier the page stands upright this way: pulses point up."""
        return min(self.count, 3), self.pulses


@dataclass(frozen=True, eq=False)
class Located:
    """`layout` a name of `standards.LAYOUTS`, None when unknown (then no `panels`); `panels` in page pixels;
    `problems` what was assumed; `scale_confirmed` whether the rows' width bears the scale out; `printed` the values
    that the page prints of itself (rate_bpm, pr_ms, qrs_ms, qt_ms, qtc_ms, axis_deg), as far as they can be read;
    `mm_per_s` the paper speed."""

    layout: str | None
    panels: tuple[Panel, ...]
    problems: tuple[Problem, ...]
    scale_confirmed: bool
    printed: dict[str, float]
    mm_per_s: float | None = None


def look(flat: FlatPage) -> Seen:
    """Looks for rows of traces on a page as it stands."""
    scale = [FLAT_PX_PER_MM / side for side in flat.px_per_mm * 2]
    box = tuple(v * s for v, s in zip(flat.ruled_px, scale, strict=True))
    width_mm, wanted = layout_width_mm(_STANDARD), _STANDARD.row_count
    rows, seen = find_layout_rows(ink_of(flat_copy(flat.picture, flat.px_per_mm)), box, width_mm, wanted)
    if (rows is None or len(rows.levels) < 3) and min(flat.px_per_mm) > _FINE:
        finer, seen_finer = find_layout_rows(fine_lines(flat.picture, flat.px_per_mm), box, width_mm, wanted)
        if finer is not None and len(finer.levels) >= 3:
            return Seen(flat, finer, seen_finer)
    return Seen(flat, rows, seen)


def locate(seen: Seen) -> Located:
    """The layout and the panels of a page whose rows were looked for. Codes: layout-unknown, layout-assumed."""
    flat, rows = seen.flat, seen.rows
    layout = _matching(seen.count) if rows is not None and evenly_spaced(rows) else None
    if layout is None or rows is None:
        return Located(None, (), (_unknown(seen),), seen.count > 0, {})
    baselines = row_baselines(rows)
    to_page = tuple(side / FLAT_PX_PER_MM for side in flat.px_per_mm)
    panels = panels_of(layout, baselines, rows.left, rows.right, to_page)
    problems = () if layout is _STANDARD and rows.sure else (_assumed(layout, rows.sure),)
    return Located(layout.name, panels, problems, True, {})


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


def _unknown(seen: Seen) -> Problem:
    pace = "" if seen.rows is None or evenly_spaced(seen.rows) else ", unevenly spaced"
    number, width = (seen.count, "each") if seen.count else (seen.seen, "none")
    return Problem(
        "layout",
        "layout-unknown",
        f"The leads were not located: {number} row{'s' * (number != 1)} of traces seen, {width} 250 mm wide{pace}; "
        f"the standard page (3x4 leads and a rhythm strip) has {_STANDARD.row_count}.",
        _WHOLE_PAGE,
    )
