"""The manual way out: a page made from corners, scale and layout that a person gives, and the picture read again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.report import Interpretation, Problem
from ecgscribe.core.standards import STANDARD_SCALE, Layout, labelled_lead, layout_named

if TYPE_CHECKING:
    from ecgscribe.page.flat import FlatPage
    from ecgscribe.page.locate import Seen
    from ecgscribe.reader.reader import Reader

FINEST_PX_PER_MM = 10.0
"""A page made finer than this shows nothing more."""
_COARSEST_PX_PER_MM = 2.0
_MOST_PX = 60_000_000
_ASPECT = 0.3  # a ruling whose scales differ by more than this (logarithm) was misread
_FILLS = 0.04  # layouts as wide as the corners, up to this share, fill them
_LEAST_AREA = 0.002  # of the picture
FORMAT = "x,y x,y x,y x,y"


@dataclass(frozen=True, eq=False)
class Correction:
    """What a person says about a picture; None is left to the reader.

    `corners_px` (4, 2) picture points of the sheet or of the ruled area, clockwise from its top left; its scale as
    `px_per_mm` (picture pixels a millimetre along top and bottom) or as `width_mm` between left and right corners;
    `layout` a name of `standards.LAYOUTS`; `mm_per_s` paper speed; `mm_per_mv` gain.
    Raises `BadOption` for corners that are no convex quadrilateral that way round, numbers that are not positive, an
    unknown layout.
    """

    corners_px: np.ndarray
    px_per_mm: float | None = None
    width_mm: float | None = None
    layout: str | None = None
    mm_per_s: float | None = None
    mm_per_mv: float | None = None

    def __post_init__(self):
        corners = np.asarray(self.corners_px, np.float64)
        if corners.shape != (4, 2) or not np.isfinite(corners).all():
            raise BadOption(f"Four corners are needed, got {corners.tolist()}.", f"Give them as {FORMAT}.")
        sides = np.roll(corners, -1, axis=0) - corners
        turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
        if not (turns > 0).all():
            told = " ".join(f"{x:g},{y:g}" for x, y in corners)
            raise BadOption(
                f"The corners {told} do not go round a page.",
                "Give top left, top right, bottom right, bottom left.",
            )
        for name in ("px_per_mm", "width_mm", "mm_per_s", "mm_per_mv"):
            value = getattr(self, name)
            if value is not None and not (0 < value < math.inf):
                raise BadOption(f"{name} is {value}; it must be positive.")
        if self.layout is not None:
            layout_named(self.layout)
        object.__setattr__(self, "corners_px", corners)


def parsed_corners(text: str) -> np.ndarray:
    """(4, 2) of "x,y x,y x,y x,y". Raises `BadOption`."""
    try:
        numbers = [float(word) for word in text.replace(",", " ").replace(";", " ").split()]
    except ValueError:
        numbers = []
    if len(numbers) != 8:
        raise BadOption(
            f"The corners {text!r} are not four points.", f"Give them as {FORMAT}, clockwise from top left."
        )
    return np.array(numbers).reshape(4, 2)


def corrected_page(picture: np.ndarray, correction: Correction) -> Page:
    """The page of a picture uint8 (H, W, 3), straightened by its given corners.

    Rows and leads are located as on any page; where that fails, or finds another layout than the given one, the given
    layout is laid out evenly: on the rows of traces that are seen if they are as many as it has, else on the page.
    Without a given scale the ruling tells it. The page has no panels where no layout is given and none is found.
    Raises `BadOption` when the corners are not in the picture, or nothing tells the scale.
    """
    return _corrected(picture, correction)[0]


def _corrected(picture: np.ndarray, correction: Correction) -> tuple[Page, tuple[Problem, ...]]:
    """(page, what is still assumed about it)."""
    from ecgscribe.page.carriage import steadied

    flat = _flattened(picture, correction)
    page, doubts = _located(flat, correction)
    steady = steadied(flat.picture, replace(page, to_source=Transform()))
    if steady is None:
        return page, doubts
    even, as_seen = steady
    return _located(replace(flat, picture=even, to_source=as_seen.then(flat.to_source)), correction)


def _located(flat: FlatPage, correction: Correction) -> tuple[Page, tuple[Problem, ...]]:
    """The same of a page that is straight."""
    from ecgscribe.page.locate import locate, look

    seen = look(flat)
    located = locate(seen)
    panels, layout, mm_per_s, doubts = located.panels, located.layout, located.mm_per_s, located.problems
    if correction.layout is not None and layout != correction.layout:
        layout, mm_per_s = correction.layout, correction.mm_per_s or STANDARD_SCALE.mm_per_s
        panels = _laid_out(layout_named(layout), flat, seen, mm_per_s)
        doubts = tuple(problem for problem in doubts if problem.step == "page") + _assumed(correction)
    settled = _settled(correction)
    doubts = tuple(problem for problem in doubts if not problem.code.startswith(settled))
    panels, mm_per_s = _at_speed(panels, mm_per_s, correction.mm_per_s)
    if correction.mm_per_mv is not None:
        panels = tuple(replace(panel, mm_per_mv=correction.mm_per_mv) for panel in panels)
    return Page(flat.picture, flat.to_source, flat.px_per_mm, layout, panels, mm_per_s), doubts


def _settled(correction: Correction) -> tuple[str, ...]:
    """The beginnings of the codes of doubts that the correction ends."""
    said = {"layout-": correction.layout, "speed-": correction.mm_per_s, "gain-": correction.mm_per_mv}
    return tuple(start for start, value in said.items() if value is not None)


def _assumed(correction: Correction) -> tuple[Problem, ...]:
    """What a layout laid out evenly takes for granted."""
    usual = STANDARD_SCALE
    standard = {
        "speed-assumed": (correction.mm_per_s, f"The paper speed {usual.mm_per_s:g} mm/s was assumed."),
        "gain-assumed": (correction.mm_per_mv, f"The gain {usual.mm_per_mv:g} mm/mV was assumed."),
    }
    hint = "Give it too if the page says otherwise."
    return tuple(Problem("layout", code, text, hint) for code, (given, text) in standard.items() if given is None)


def reread(
    reader: Reader,
    picture: np.ndarray,
    correction: Correction,
    source: str = "",
    on_step: Callable[[str], None] | None = None,
) -> Interpretation:
    """The picture read again as corrected, with a note that says so. Raises `BadOption` as `corrected_page` does."""
    if on_step is not None:
        on_step("page")
    page, doubts = _corrected(picture, correction)
    notes = (by_hand(page), *doubts)
    read = reader.read_page(page, source, on_step)
    return replace(read, problems=(*notes, *read.problems))


def by_hand(page: Page) -> Problem:
    """The note on a page that was put right by hand."""
    scale = " by ".join(f"{value:.2f}" for value in page.px_per_mm)
    layout = f"layout {page.layout}" if page.layout else "layout unknown"
    speed = "" if page.mm_per_s is None else f", {page.mm_per_s:g} mm/s"
    return Problem(
        "page",
        "by-hand",
        f"Read with corners given by hand: {layout}{speed}, {scale} pixels of the page a millimetre.",
        "Compare the traces with the picture.",
    )


def _flattened(picture: np.ndarray, correction: Correction) -> FlatPage:
    """The page between the corners, at the given scale or at that of its ruling."""
    from ecgscribe.page.flat import FlatPage
    from ecgscribe.page.ruling import find_ruling
    from ecgscribe.page.straighten import warp

    corners = correction.corners_px
    height, width = picture.shape[:2]
    if (corners < -0.5 * max(height, width)).any() or (corners > 1.5 * max(height, width)).any():
        raise BadOption(f"Corners lie far outside the picture of {width} x {height} pixels.", "Give pixels of it.")
    top, right, bottom, left = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    wide, high = (top + bottom) / 2, (left + right) / 2
    if wide * high < _LEAST_AREA * width * height:
        raise BadOption("The corners enclose next to nothing.", "Give the corners of the page.")
    per_mm = correction.px_per_mm or (correction.width_mm and wide / correction.width_mm)
    shrink = 1.0 if per_mm is None else min(1.0, FINEST_PX_PER_MM / per_mm)
    shrink = min(shrink, math.sqrt(_MOST_PX / (wide * high)))
    size = (max(round(high * shrink), 1), max(round(wide * shrink), 1))
    to_page = Transform.from_corners(corners, np.array([[0, 0], [size[1], 0], [size[1], size[0]], [0, size[0]]], float))
    fill = tuple(int(v) for v in np.median(picture[::8, ::8].reshape(-1, 3), axis=0))
    page = warp(picture, to_page, size, fill)
    ruling = find_ruling(page)
    # foreshortening makes the sides shorter than they are: only a ruling shows by how much
    measured = None if ruling is None else ruling.px_per_mm
    if measured is not None and abs(math.log(measured[0] / measured[1])) > _ASPECT:
        measured = None
    if per_mm is None and measured is None:
        raise BadOption(
            "No ruling is seen between the corners that would tell the scale.",
            "Give the width between left and right corners in mm, or the pixels a mm.",
        )
    across = measured[0] if per_mm is None else size[1] / wide * per_mm
    down = across if measured is None else across * measured[1] / measured[0]
    if min(across, down) < _COARSEST_PX_PER_MM:
        raise BadOption(
            f"Only {min(across, down):.1f} pixels a millimetre are left; {_COARSEST_PX_PER_MM:g} are needed.",
            "Check the corners and the scale.",
        )
    return FlatPage(page, to_page.inverse, (across, down), (0.0, 0.0, float(size[1]), float(size[0])))


def _laid_out(layout: Layout, flat: FlatPage, seen: Seen, mm_per_s: float) -> tuple[Panel, ...]:
    """The panels of a layout, its columns equally wide: on the rows seen, else between the corners."""
    baselines, left, right = _rows(layout, flat, seen, mm_per_s)
    pitch = (right - left) / layout.columns
    panel_s = pitch / flat.px_per_mm[0] / mm_per_s
    if abs(panel_s - layout.panel_s) < _FILLS * layout.panel_s:
        panel_s = layout.panel_s
    gaps = np.diff(baselines)
    edge = float(np.median(gaps)) / 2 if len(gaps) else flat.picture.shape[0] / 2
    middles = (baselines[:-1] + baselines[1:]) / 2
    tops, bottoms = np.r_[baselines[0] - edge, middles], np.r_[middles, baselines[-1] + edge]
    panels = []
    for row, labels in enumerate((*layout.rows, *((label,) for label in layout.rhythm))):
        rhythm = row >= len(layout.rows)
        for column, label in enumerate(labels):
            x0, x1 = (left, right) if rhythm else (left + column * pitch, left + (column + 1) * pitch)
            length_s = panel_s * (layout.columns if rhythm else 1)
            lead, sign = labelled_lead(label)
            box = (float(x0), float(tops[row]), float(x1), float(bottoms[row]))
            start_s = 0.0 if rhythm else column * panel_s
            baseline = float(baselines[row])
            panels.append(Panel(lead, box, start_s, length_s, baseline, rhythm, sign, STANDARD_SCALE.mm_per_mv))
    return tuple(panels)


def _rows(layout: Layout, flat: FlatPage, seen: Seen, mm_per_s: float) -> tuple[np.ndarray, float, float]:
    """(baselines (rows,), left, right) in page pixels."""
    from ecgscribe.page.layout import row_baselines
    from ecgscribe.page.traces import FLAT_PX_PER_MM

    height, width = flat.picture.shape[:2]
    across, down = (side / FLAT_PX_PER_MM for side in flat.px_per_mm)
    baselines = (np.arange(layout.row_count) + 0.5) / layout.row_count * height
    for rows in seen.readings:
        if len(rows.levels) == layout.row_count:
            baselines = np.array(row_baselines(rows), float) * down
            seconds = (rows.right - rows.left) / FLAT_PX_PER_MM / mm_per_s
            if rows.sure and abs(seconds - layout.width_s) < _FILLS * layout.width_s:
                return baselines, rows.left * across, rows.right * across
            break
    usual = layout.width_s * mm_per_s * flat.px_per_mm[0]
    # a page that has room for more than the rows shows margins on both sides
    margin = (width - usual) / 2 if width > (1 + _FILLS) * usual else 0.0
    return baselines, margin, width - margin


def _at_speed(
    panels: tuple[Panel, ...], found: float | None, given: float | None
) -> tuple[tuple[Panel, ...], float | None]:
    """The same boxes at the given paper speed: as much paper shows less time when it ran faster."""
    if given is None or found is None or given == found:
        return panels, given or found
    share = found / given
    return tuple(replace(p, start_s=p.start_s * share, length_s=p.length_s * share) for p in panels), given
