"""Where the leads are on a straight page: rows of traces, words, the layout that both vote for, and its panels."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ecgscribe.core.page import Panel
from ecgscribe.core.report import Problem
from ecgscribe.core.standards import STANDARD_LAYOUT, Layout
from ecgscribe.page.aligned import align
from ecgscribe.page.complexes import beats, without_idle
from ecgscribe.page.flat import FlatPage
from ecgscribe.page.layout import (
    Rows,
    evenly_spaced,
    find_layout_rows,
    is_narrow,
    layout_width_mm,
    row_baselines,
    without_rules,
)
from ecgscribe.page.names import Word, read_words
from ecgscribe.page.panels import panels_of
from ecgscribe.page.printed import Printed, read_printed
from ecgscribe.page.rows import row_sets
from ecgscribe.page.scale import borne_out, scale_of
from ecgscribe.page.sheets import two_sheets
from ecgscribe.page.silent import contradicted, without_silent_columns
from ecgscribe.page.told import told_by_names, told_rows
from ecgscribe.page.traces import FLAT_PX_PER_MM, fine_lines, flat_copy, ink_of
from ecgscribe.page.vote import Fit, best_fits, margin
from ecgscribe.page.words import find_words

_FINE = 5.5  # px a mm from which hair lines are worth a second look at full resolution
_WIDTH_MM = layout_width_mm(STANDARD_LAYOUT)
_SURE_NAMES, _SURE_NATS = 3, 3.0  # names read in their places, and lead over the next best reading, of a sure layout
_CONTRARY = 3  # names that stand where the layout has others: so many speak against it
_FEW_NAMES, _MORE_NAMES = 6, 3  # of twelve: so few are looked for again, fewer more may be pieces of traces
_BY_ROWS = {3: "3x4", 4: "3x4+1", 5: "3x4+2", 7: "6x2+1", 12: "12x1"}
"""What so many rows usually are when no name can be read; six may be 6x2 or 3x4+3."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The rows of traces seen on one way up of the page: `readings` of the ink, the best as `rows`; `seen` counts rows
    of any width; `pulse_mm` the height of the calibration pulses; `all_readings` with the rows that were left out,
    rules and idle ones, by which it is judged whether this is an ECG: an EEG's quiet rows speak against it."""

    flat: FlatPage
    readings: tuple[Rows, ...]
    seen: int
    pulse_mm: float | None = None
    all_readings: tuple[Rows, ...] = ()

    @property
    def rows(self) -> Rows | None:
        return max(self.readings, key=_worth) if self.readings else None

    @property
    def count(self) -> int:
        return len(self.rows.levels) if self.rows is not None else 0

    @property
    def pulses(self) -> int:
        return max((sum(rows.pulsed) for rows in self.readings), default=0)

    @property
    def traces(self) -> bool:
        """Whether any trace was seen."""
        return bool(self.readings) or self.seen > 0

    @property
    def upright(self) -> tuple[int, int]:
        """The greater, the likelier the page stands upright this way: pulses point up."""
        return min(self.count, 3), self.pulses


@dataclass(frozen=True, eq=False)
class Located:
    """`layout` a name of `standards.LAYOUTS`, None when unknown (then no `panels`); `panels` in page pixels;
    `problems` what was assumed; `scale_confirmed` whether the rows' width or what is printed bears the scale out;
    `printed` the values that the page prints of itself (rate_bpm, pr_ms, qrs_ms, qt_ms, qtc_ms, axis_deg), as far as
    they can be read;
    `mm_per_s` the paper speed; `names` how many lead names were read where the layout has them;
    `several` whether the names are those of two pages."""

    layout: str | None
    panels: tuple[Panel, ...]
    problems: tuple[Problem, ...]
    scale_confirmed: bool
    printed: dict[str, float]
    mm_per_s: float | None = None
    names: int = 0
    several: bool = False


def look(flat: FlatPage) -> Seen:
    """Looks for rows of traces on a page as it stands."""
    scale = [FLAT_PX_PER_MM / side for side in flat.px_per_mm * 2]
    box = tuple(v * s for v, s in zip(flat.ruled_px, scale, strict=True))
    readings, seen, pulse = find_layout_rows(ink_of(flat_copy(flat.picture, flat.px_per_mm)), box, _WIDTH_MM)
    if max((len(rows.levels) for rows in readings), default=0) < 3 and min(flat.px_per_mm) > _FINE:
        finer, seen_finer, pulse_finer = find_layout_rows(fine_lines(flat.picture, flat.px_per_mm), box, _WIDTH_MM)
        if max((len(rows.levels) for rows in finer), default=0) >= 3:
            return Seen(flat, _alive(finer), seen_finer, pulse_finer, _wide(finer))
    return Seen(flat, _alive(readings), seen, pulse, _wide(readings))


def _alive(readings: list[Rows]) -> tuple[Rows, ...]:
    """Without rules and idle rows; narrow rows only where most of them beat, as the rest of a ruling does not."""
    kept = [rows if is_narrow(rows) else without_idle(without_rules(rows)) for rows in readings]
    return tuple(rows for rows in kept if not is_narrow(rows) or _mostly_beating(rows))


def _wide(readings: list[Rows]) -> tuple[Rows, ...]:
    return tuple(rows for rows in readings if not is_narrow(rows))


def _mostly_beating(rows: Rows) -> bool:
    return 2 * sum(row.beats for row in beats(rows)) > len(rows.levels)


def locate(seen: Seen) -> Located:
    """The layout and the panels of a page whose rows were looked for.

    Codes: layout-unknown, layout-assumed, layout-partial, speed-assumed, speed-disagrees, gain-assumed, gain-disagrees.
    """
    flat = seen.flat
    words = _words(flat)
    printed = read_printed(words)
    if two_sheets(words):
        return Located(None, (), (), False, printed.values, several=True)
    sets, sources = row_sets(list(seen.readings), words, _WIDTH_MM)
    whole = any(rows.whole for rows in sets)
    fits = best_fits(sets, words) if sets else []
    named, told = None, told_by_names(words)
    if told is not None and (not fits or fits[0].matched < told.names):
        named = told_rows(told, ink_of(flat_copy(flat.picture, flat.px_per_mm)))
        if named is not None:
            sets, sources = row_sets([*seen.readings, named], words, _WIDTH_MM)
            fits = best_fits(sets, words)
    chosen, problems = _chosen(fits, seen)
    if chosen is None:
        return Located(None, (), problems, whole, printed.values)
    rows = sources[chosen.rows.source]
    aligned = align(chosen, [*seen.readings, rows], words, rows is named)
    if aligned is not chosen:
        left, right = (side * FLAT_PX_PER_MM for side in (aligned.rows.left_mm, aligned.rows.right_mm))
        rows = replace(rows, left=left, right=right)
    if contradicted(chosen, words) or contradicted(aligned, words):
        return Located(None, (), (_unknown(seen),), whole, printed.values)
    heard, unheard = without_silent_columns(aligned, words)
    return _panelled(heard, rows, seen, printed, (*problems, *unheard))


def _words(flat: FlatPage) -> list[Word]:
    """The words of a page; where hardly a lead name is among them, its lines are perhaps dotted."""
    words = read_words(find_words(flat.picture, flat.px_per_mm))
    names = _names(words)
    if names >= _FEW_NAMES:
        return words
    others = read_words(find_words(flat.picture, flat.px_per_mm, dotted=True))
    return others if _names(others) >= names + _MORE_NAMES else words


def _names(words: list[Word]) -> int:
    """How many lead names were read; a single stroke is no I."""
    labels = [int(word.chances.argmax()) for word in words if word.chances.max() > 0.5]
    return len({label for label in labels if label > 0})


def _panelled(fit: Fit, rows: Rows, seen: Seen, printed: Printed, problems: tuple[Problem, ...]) -> Located:
    levels = slice(fit.first_level, fit.first_level + fit.count)
    part = replace(rows, levels=rows.levels[levels], pulsed=rows.pulsed[levels])
    baselines_mm = [level / FLAT_PX_PER_MM for level in row_baselines(part)]
    # pulses of narrow rows cross one another
    scale, doubts = scale_of(printed, None if is_narrow(part) else seen.pulse_mm, fit)
    panels = panels_of(fit, baselines_mm, scale, seen.flat.px_per_mm)
    doubts = (*problems, *doubts)
    confirmed = fit.rows.whole or borne_out(printed, seen.pulse_mm, fit)
    return Located(fit.layout.name, panels, doubts, confirmed, printed.values, scale.mm_per_s, fit.matched)


def _worth(rows: Rows) -> tuple[int, bool]:
    """For the choice of one reading before names are known: more rows first, those of ten seconds before others."""
    whole = abs((rows.right - rows.left) / FLAT_PX_PER_MM - _WIDTH_MM) < 0.02 * _WIDTH_MM
    return (len(rows.levels) if whole else min(len(rows.levels), 2)), whole


def _chosen(fits: list[Fit], seen: Seen) -> tuple[Fit | None, tuple[Problem, ...]]:
    """The fit to take and what must be said about it."""
    if fits and fits[0].matched >= 2 and fits[0].matched > 2 * fits[0].contrary:
        best = fits[0]
        whole = best.rows.sure and not best.contrary and best.count >= max(len(best.rows.levels_mm), seen.count)
        if best.matched >= _SURE_NAMES and margin(fits) >= _SURE_NATS and whole:
            return best, (_partial(best),) if best.partial else ()
        return best, (_assumed(best),)
    for fit in fits:
        rows = seen.rows
        usual = rows is not None and evenly_spaced(rows) and fit.rows.whole and fit.contrary < _CONTRARY
        name = fit.layout.name.removesuffix("-cabrera")
        if usual and fit.count == len(fit.rows.levels_mm) == seen.count and _BY_ROWS.get(fit.count) == name:
            return fit, (_assumed(fit),)
    return None, (_unknown(seen),)


def _assumed(fit: Fit) -> Problem:
    names = f"{fit.matched} lead name{'s' * (fit.matched != 1)} read" if fit.matched else "no lead name read"
    ends = "" if fit.rows.sure else ", the rows' ends differing"
    return Problem(
        "layout",
        "layout-assumed",
        f"The page shows {_counted(fit.count)} of traces, {names}{ends}: read as the layout {fit.layout.name}, not "
        "confirmed.",
        "Compare the lead names on the page with those shown.",
    )


def _partial(fit: Fit) -> Problem:
    shown = [label for place, label in sorted(fit.labels.items()) if place[1] in fit.columns or place[0] >= _rows(fit)]
    return Problem(
        "layout",
        "layout-partial",
        f"Only a part of a {fit.layout.name} page is seen, with the leads {', '.join(shown)}.",
        "Use a picture of the whole page.",
    )


def _rows(fit: Fit) -> int:
    return len(fit.layout.rows)


def _unknown(seen: Seen) -> Problem:
    rows: Rows | None = seen.rows
    if max(seen.count, seen.seen) == 1:
        return Problem(
            "layout",
            "layout-unknown",
            "The leads were not located: one row of traces is seen, and single rhythm strips are not read.",
            "Use a picture of a whole page with all its leads.",
        )
    pace = "" if rows is None or evenly_spaced(rows) else ", unevenly spaced"
    layout: Layout = STANDARD_LAYOUT
    return Problem(
        "layout",
        "layout-unknown",
        f"The leads were not located: {_counted(max(seen.count, seen.seen))} of traces seen{pace}, and no lead names "
        f"that would tell them; the standard page (3x4 leads and a rhythm strip) has {layout.row_count}.",
        "Use a straight, sharp picture of the whole page.",
    )


def _counted(rows: int) -> str:
    return f"{rows} row{'s' * (rows != 1)}"
