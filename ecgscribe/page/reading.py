"""`find_page`: picture -> straight, scaled page with its leads located, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ecgscribe.core.page import Page
from ecgscribe.core.report import Problem
from ecgscribe.page.bare import BarePage, find_bare
from ecgscribe.page.complexes import shows_ecg
from ecgscribe.page.find import find_sheet
from ecgscribe.page.flat import FlatPage, flatten
from ecgscribe.page.locate import Located, Seen, locate, look
from ecgscribe.page.ruling import Ruling, find_ruling

_COARSEST = 2.2  # px a mm: below, traces cannot be told from the ruling
_NAMES = 4  # lead names in their places: specks of a wooden table pass for two
_BENT_MM = 1.5  # from here on the panels suffer; flat photographs measure up to 1.2, a crumpled one 1.7


@dataclass(frozen=True, eq=False)
class PageResult:
    """`page` None when the picture shows no ECG (then a fatal problem says why); `corners_px` (4, 2) of the sheet in
    the user's picture, clockwise from top left, None without a page; `printed` the values that the page prints of
    itself (rate_bpm, pr_ms, qrs_ms, qt_ms, qtc_ms, axis_deg), as far as they could be read."""

    page: Page | None
    problems: tuple[Problem, ...] = ()
    corners_px: np.ndarray | None = None
    printed: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Way:
    """One way up of the page, turned clockwise by `turns` right angles, with the rows seen on it."""

    seen: Seen
    turns: int = 0


def find_page(picture: np.ndarray) -> PageResult:
    """Finds, straightens and scales the page in a picture uint8 (H, W, 3) and locates its leads.

    Never raises for a poor picture. Codes: no-grid, too-small, no-trace, no-ecg (fatal, no page); layout-unknown (page
    without panels); layout-assumed, layout-partial, speed-assumed, speed-disagrees, gain-assumed, gain-disagrees,
    way-up-assumed, scale-assumed, scale-unknown, page-bent.
    """
    ruling = find_ruling(picture)
    if ruling is None:
        return _without_grid(picture)
    finest = min(ruling.px_per_mm)
    if finest < _COARSEST:
        return _refused(
            "too-small",
            f"The picture shows only about {finest:.1f} pixels a millimetre of paper; {_COARSEST} are needed.",
            "Scan or photograph the page at a higher resolution.",
        )
    outline, corners = find_sheet(picture, ruling)
    way = _best_way_up(flatten(picture, ruling, outline))
    if not way.seen.traces:
        return _refused(
            "no-trace", "The picture shows ruled paper but no ECG trace on it.", "Use a picture of a recorded ECG."
        )
    located = locate(way.seen)
    if not _is_ecg(way.seen, located):
        return _refused(
            "no-ecg",
            "The picture shows ruled paper, but nothing on it looks like an ECG: no heart beats, lead names or pulses.",
            "Use a picture of a recorded ECG.",
        )
    result = _with_layout(way, located, corners, ruling.sure)
    if result.page.px_per_mm is not None:
        spread = _spread(ruling, result.page, way.turns)
        result = replace(result, page=replace(result.page, px_per_mm_spread=spread))
    if ruling.bend_mm > _BENT_MM and ruling.bent is None:
        result = replace(result, problems=(*result.problems, _bent(ruling.bend_mm)))
    return result


def _without_grid(picture: np.ndarray) -> PageResult:
    """A page that shows no ruling is read when rows of heart beats with their lead names or pulses are there."""
    bare = find_bare(picture)
    located = None if bare is None else locate(bare.seen)
    if located is None or not located.panels or not _printed(bare.seen, located):
        return _refused("no-grid", "No ECG grid was found in the picture.", "Use a picture of an ECG on ruled paper.")
    result = _with_layout(_Way(bare.seen), located, bare.corners_px, True)
    spread = tuple(bare.spread * side for side in result.page.px_per_mm)
    page = replace(result.page, px_per_mm_spread=spread)
    return replace(result, page=page, problems=(*result.problems, _scale_assumed(bare)))


def _printed(seen: Seen, located: Located) -> bool:
    """Whether what only an ECG page prints was found: lead names in their places, or pulses above one another."""
    return located.names >= _NAMES or seen.pulses >= 2


def _is_ecg(seen: Seen, located: Located) -> bool:
    return _printed(seen, located) or shows_ecg(seen.readings)


def _spread(ruling: Ruling, page: Page, turns: int) -> tuple[float, float]:
    """The ruling's own uncertainty, in px of the page."""
    shares = [spread / scale for spread, scale in zip(ruling.spread, ruling.px_per_mm, strict=True)]
    if turns % 2:
        shares = shares[::-1]
    return shares[0] * page.px_per_mm[0], shares[1] * page.px_per_mm[1]


def _refused(code: str, message: str, hint: str) -> PageResult:
    return PageResult(None, (Problem("page", code, message, hint, fatal=True),))


def _best_way_up(flat: FlatPage) -> _Way:
    """Looks at the page as it stands, and turned where that shows no rows, or rows without an upright pulse.

    Pulses point up, so they tell a page from the same page on its head; without them the lead names do.
    """
    upright = _Way(look(flat))
    if upright.seen.pulses >= 2:
        return upright
    others = (2,) if upright.seen.count >= 3 else (1, 3)
    ways = [_Way(look(flat.turned(turns)), turns) for turns in others]
    best = max((upright, *ways), key=lambda way: way.seen.upright)
    rivals = [way for way in (upright, *ways) if way.seen.upright[0] == best.seen.upright[0]]
    if best.seen.pulses >= 2 or best.seen.count < 3 or len(rivals) == 1:
        return best
    # the first of equals is the page as it stands
    return max(rivals, key=lambda way: (locate(way.seen).names, way.seen.pulses))


def _with_layout(way: _Way, located: Located, corners: np.ndarray, sure: bool) -> PageResult:
    flat = way.seen.flat
    # a scale that neither both rulings nor the rows' width confirm is not given out
    known = sure or located.scale_confirmed
    problems = located.problems if known else (*located.problems, _unscaled())
    if not known:
        located = replace(located, layout=None, panels=(), mm_per_s=None)
    if located.layout is not None and way.turns and way.seen.pulses < 2:
        problems += (_turned(way.turns),)
    px_per_mm = flat.px_per_mm if known else None
    page = Page(flat.picture, flat.to_source, px_per_mm, located.layout, located.panels, located.mm_per_s)
    return PageResult(page, problems, corners, located.printed)


def _unscaled() -> Problem:
    return Problem(
        "page",
        "scale-unknown",
        "Lines of one kind only are seen, which may be 1 mm or 5 mm apart: the scale is unknown.",
        "Scan or photograph the page at a higher resolution.",
    )


def _scale_assumed(bare: BarePage) -> Problem:
    borne = ", which its calibration pulses bear out" if bare.seen.pulses >= 2 else ""
    return Problem(
        "page",
        "scale-assumed",
        f"The page shows no grid: its rows were taken for ten seconds at 25 mm/s{borne}.",
        "Use a picture with the grid switched on.",
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
