"""`find_page`: picture -> straight, scaled page with its leads located, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

import numpy as np

from ecgscribe.core.page import Page
from ecgscribe.core.report import Problem
from ecgscribe.core.standards import LAYOUTS
from ecgscribe.core.warp import Bend
from ecgscribe.page.bare import find_bare
from ecgscribe.page.bars import at_bars
from ecgscribe.page.carriage import steadied
from ecgscribe.page.complexes import shows_ecg
from ecgscribe.page.doubts import bent, no_ecg, no_grid, no_trace, scale_assumed, too_small, turned, two_pages, unscaled
from ecgscribe.page.find import find_sheet
from ecgscribe.page.flat import FlatPage, flatten
from ecgscribe.page.locate import Located, Seen, locate, look
from ecgscribe.page.ruling import Ruling, find_rulings
from ecgscribe.page.told import LEAST_NAMES

_COARSEST = 2.2  # px a mm: below, traces cannot be told from the ruling
_NAMES = 4  # lead names in their places: specks of a wooden table pass for two
_LEAST_PULSES = 2  # calibration pulses above one another
_OTHER_SCALE = 1.15  # of two ways to read a picture: they contradict each other
_MORE_RULINGS = 2  # of a picture that are tried where the likeliest is not sure
_PULSES_PROVE, _WIDTH_PROVES = 3, 2  # calibration pulses and rows of ten seconds count for so many lead names
_PROVES, _PROVEN = 5, 8  # so much makes another reading thinkable, and the search for others needless
_MISJUDGED = 1.1  # the scale of a page without a grid is never further off
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

    @cached_property
    def located(self) -> Located:
        return locate(self.seen)

    @property
    def told(self) -> bool:
        """Whether pulses or lead names in their places stand upright this way."""
        return self.seen.pulses >= 2 or self.located.names >= _NAMES


@dataclass(frozen=True, eq=False)
class _Attempt:
    """What one ruling, or none, makes of the picture; `proof` how much on the page bears it out: lead names in their
    places, pulses, rows of ten seconds; `sure` whether its ruling has lines of 1 and 5 mm."""

    result: PageResult
    proof: int = 0
    sure: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether nothing else need be tried."""
        return self.worth > (0 if self.sure else _PROVEN)

    @property
    def several(self) -> bool:
        """Whether more than one page is in the picture."""
        return self.result.problems[:1] == (two_pages(),)

    @property
    def worth(self) -> int:
        """The greater, the rather it is believed; 0 where no leads were located: then the likeliest ruling speaks."""
        page = self.result.page
        return 1 + self.proof if page is not None and page.panels else 0


def find_page(picture: np.ndarray) -> PageResult:
    """Finds, straightens and scales the page in a picture uint8 (H, W, 3) and locates its leads.

    Never raises for a poor picture. Codes: no-grid, too-small, no-trace, no-ecg, two-pages (fatal, no page);
    layout-unknown (page without panels); layout-assumed, layout-partial, speed-assumed, speed-disagrees, gain-assumed,
    gain-disagrees, way-up-assumed, scale-assumed, scale-unknown, page-bent.
    """
    result = _found(picture)
    steady = None if result.page is None else steadied(picture, result.page)
    if steady is None:
        return result
    even, as_seen = steady
    again = _found(even)
    if again.page is None or len(again.page.panels) < len(result.page.panels):
        return result
    return _moved(again, as_seen)


def _moved(result: PageResult, into: Bend) -> PageResult:
    """The result, which has a page, for the picture that `into` leads to."""
    page = replace(result.page, to_source=result.page.to_source.then(into))
    return replace(result, page=page, corners_px=into.points(result.corners_px))


def _found(picture: np.ndarray) -> PageResult:
    """`find_page` of a picture as it is given."""
    rulings = find_rulings(picture)
    attempts = [_on_ruling(picture, ruling) for ruling in islice(rulings, 1)]
    # lines of one kind only may be the raster of a printer or a screen: what else is there is looked at
    if not any(attempt.is_sure for attempt in attempts):
        attempts.append(_alike(attempts, _without_grid(picture)))
        for ruling in islice(rulings, _MORE_RULINGS):
            if not any(attempt.is_sure for attempt in attempts):
                attempts.append(_on_ruling(picture, ruling))
    if attempts[-1].several:
        return attempts[-1].result
    # another way than the likeliest ruling's must prove itself
    better = [attempt for attempt in attempts[1:] if attempt.worth > _PROVES]
    return max([attempts[0], *better], key=lambda attempt: attempt.worth).result


def _alike(attempts: list[_Attempt], bare: _Attempt) -> _Attempt:
    """What was read without the grid; refused where a sure ruling has another scale: rows of half a page are not whole
    ones."""
    page, ruled = bare.result.page, next((one.result.page for one in attempts if one.sure), None)
    if page is None or ruled is None or page.px_per_mm is None or ruled.px_per_mm is None:
        return bare
    scales = [float(np.sqrt(np.prod(one.px_per_mm))) for one in (page, ruled)]
    return bare if 1 / _OTHER_SCALE < scales[0] / scales[1] < _OTHER_SCALE else _refused(no_grid())


def _on_ruling(picture: np.ndarray, ruling: Ruling) -> _Attempt:
    finest = min(ruling.px_per_mm)
    if finest < _COARSEST:
        return _refused(too_small(finest, _COARSEST), ruling.sure)
    outline, corners = find_sheet(picture, ruling)
    way = _best_way_up(flatten(picture, ruling, outline))
    if not way.seen.traces:
        return _refused(no_trace(), ruling.sure)
    located = way.located
    if located.several:
        return _refused(two_pages(), True)
    if not _is_ecg(way.seen, located):
        return _refused(no_ecg(), ruling.sure)
    result = _with_layout(way, located, corners, ruling.sure)
    if result.page.px_per_mm is not None:
        spread = _spread(ruling, result.page, way.turns)
        result = replace(result, page=replace(result.page, px_per_mm_spread=spread))
    if ruling.bend_mm > _BENT_MM and ruling.bent is None:
        result = replace(result, problems=(*result.problems, bent(ruling.bend_mm)))
    return _Attempt(result, _proof(way.seen, located), ruling.sure)


def _without_grid(picture: np.ndarray) -> _Attempt:
    """A page that shows no ruling is read when rows of heart beats with their lead names or pulses are there."""
    bare = find_bare(picture)
    located = None if bare is None else locate(bare.seen)
    if located is not None and located.several:
        return _refused(two_pages(), True)
    if located is None or not located.panels or not _is_bare_ecg(bare.seen, located):
        return _refused(no_grid())
    finest = min(bare.seen.flat.px_per_mm)
    if finest < _COARSEST:
        return _refused(too_small(finest, _COARSEST))
    result = _with_layout(_Way(bare.seen), located, bare.corners_px, True)
    page = _of_whole_rows(result.page)
    page = replace(page, px_per_mm_spread=tuple(bare.spread * side for side in page.px_per_mm))
    result = replace(result, page=page, problems=(*result.problems, scale_assumed(bare.seen.pulses >= 2)))
    return _Attempt(result, _proof(bare.seen, located))


def _of_whole_rows(page: Page) -> Page:
    """The page with its rows as long as its layout says, not as its millimetres: these come from the rows themselves.

    Rows that a pulse lengthened are found a few hundredths too short after the scale was taken from them.
    """
    first = min(panel.start_s for panel in page.panels)
    shown_s = max(panel.start_s + panel.length_s for panel in page.panels) - first
    longer = LAYOUTS[page.layout].width_s / shown_s
    if not 1 / _MISJUDGED < longer < _MISJUDGED:
        return page  # a part of a page
    panels = tuple(
        replace(panel, start_s=round(panel.start_s * longer, 4), length_s=round(panel.length_s * longer, 4))
        for panel in page.panels
    )
    return replace(page, panels=panels, px_per_mm=tuple(float(side / longer) for side in page.px_per_mm))


def _proof(seen: Seen, located: Located) -> int:
    return located.names + _PULSES_PROVE * (seen.pulses >= 2) + _WIDTH_PROVES * located.scale_confirmed


def _printed(seen: Seen, located: Located) -> bool:
    """Whether what only an ECG page prints was found: lead names in their places, or pulses above one another."""
    return located.names >= _NAMES or seen.pulses >= _LEAST_PULSES


def _is_bare_ecg(seen: Seen, located: Located) -> bool:
    """Without a ruling more is asked for: lead names and pulses both, or one of them and heart beats, which may drown
    in the noise of a thick trace."""
    both = located.names >= _NAMES and seen.pulses >= _LEAST_PULSES
    return both or (_printed(seen, located) and shows_ecg(seen.all_readings))


def _is_ecg(seen: Seen, located: Located) -> bool:
    return _printed(seen, located) or shows_ecg(seen.all_readings)


def _spread(ruling: Ruling, page: Page, turns: int) -> tuple[float, float]:
    """The ruling's own uncertainty, in px of the page."""
    shares = [spread / scale for spread, scale in zip(ruling.spread, ruling.px_per_mm, strict=True)]
    if turns % 2:
        shares = shares[::-1]
    return shares[0] * page.px_per_mm[0], shares[1] * page.px_per_mm[1]


def _refused(problem: Problem, sure: bool = False) -> _Attempt:
    return _Attempt(PageResult(None, (problem,)), sure=sure)


def _best_way_up(flat: FlatPage) -> _Way:
    """Looks at the page as it stands, and turned where that shows no rows, or rows without an upright pulse.

    Pulses point up, so they tell a page from the same page on its head; without them the lead names do.
    """
    upright = _Way(look(flat))
    # a reading of names in their places is worth more than what may pass for pulses on a page on its head
    if upright.seen.pulses >= 2 or upright.located.names >= (_NAMES if upright.seen.count >= 3 else LEAST_NAMES):
        return upright
    likelier, others = ((2,), (1, 3)) if upright.seen.count >= 3 else ((1, 3), (2,))
    best = _best_of([upright, *(_Way(look(flat.turned(turns)), turns) for turns in likelier)])
    if best.told:
        return best
    # the beats of a page on its side stand above one another, too
    ways = [_Way(look(flat.turned(turns)), turns) for turns in others]
    told = max(ways, key=lambda way: (way.told, bool(way.located.panels), way.located.names, way.seen.pulses))
    if not (told.told and told.located.panels):
        return best
    # what passes for pulses may stand on any page, names do not
    return told if told.located.names >= _NAMES or not best.located.panels else best


def _best_of(ways: list[_Way]) -> _Way:
    """The first of equals is the page as it stands."""
    best = max(ways, key=lambda way: way.seen.upright)
    rivals = [way for way in ways if way.seen.upright[0] == best.seen.upright[0]]
    if best.seen.pulses >= 2 or best.seen.count < 3 or len(rivals) == 1:
        return best
    return max(rivals, key=lambda way: (way.located.names, way.seen.pulses))


def _with_layout(way: _Way, located: Located, corners: np.ndarray, sure: bool) -> PageResult:
    flat = way.seen.flat
    # a scale that neither both rulings nor the rows' width confirm is not given out
    known = sure or located.scale_confirmed
    problems = located.problems if known else (*located.problems, unscaled())
    if not known:
        located = replace(located, layout=None, panels=(), mm_per_s=None)
    if located.layout is not None and way.turns and way.seen.pulses < 2:
        problems += (turned(way.turns),)
    px_per_mm = flat.px_per_mm if known else None
    panels = at_bars(flat.picture, located.panels, flat.px_per_mm[0])
    page = Page(
        flat.picture,
        flat.to_source,
        px_per_mm,
        located.layout,
        panels,
        located.mm_per_s,
    )
    return PageResult(page, problems, corners, located.printed)
