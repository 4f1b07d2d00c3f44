"""Which layout a page has: rows of traces and lead names vote over `standards.LAYOUTS` and parts of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ecgscribe.core.standards import LAYOUTS, Layout
from ecgscribe.page.names import LABELS, Word

_PRIOR = {"3x4+1": 0.5, "3x4": 0.17, "6x2": 0.09, "3x4+3": 0.08, "6x2+1": 0.06, "3x4+2": 0.05, "12x1": 0.05}
"""Shares of layouts among real pages, rounded (64 pages counted)."""

_CABRERA = 0.03
_LEAST_NAME = 0.3  # likelihood from which a word takes part
_LEVEL_MM = 1.8  # names of one line stand so near their common height over the baseline
ABOVE_MM, BELOW_MM = 19.0, 12.0  # a name's foot over and under its baseline
BEFORE_MM, SIDE_MM, AFTER_MM = 4.0, 17.0, 16.0  # a name's left end before a column, before a row, after either
_ROW_COST, _SPARE_COST, _PART_COST = 2.5, 3.0, 3.0  # a row of the layout not seen; a row too many; columns cut off
_ODD_COST, _ODD_PITCH = 3.0, 0.12  # columns of another width than the usual: half a page is likelier than 12.5 mm/s
_STROKE = 0.55  # weight of a single stroke read as I
_STROKE_VOTE = 0.3  # of it among others for the height at which names stand: pieces of traces stand at any
_UNEVEN = 0.4  # of two rows' distance: that of their names differs less
_READABLE = 0.92  # of names are read at best
_RHYTHM_LEADS = ("II", "V1", "V5")
_OTHER_RHYTHM, _ODD_RHYTHM = 1.0, 1.6  # cost of another lead in a rhythm row than the layout's: one of those, any


@dataclass(frozen=True)
class RowSet:
    """Rows of traces in mm: `levels_mm` y of their baselines, top to bottom; `left_mm`, `right_mm` of the time shown;
    `pulsed` which a pulse gave; `sure` when both ends were seen by several rows; `whole` when the width is that of
    ten seconds; `source` the number of the reading of the ink that they come from."""

    levels_mm: tuple[float, ...]
    left_mm: float
    right_mm: float
    pulsed: tuple[bool, ...]
    sure: bool
    whole: bool
    source: int


@dataclass(frozen=True)
class Fit:
    """One way to read a page: the rows `first_level` on are the rows `first_row` on of the layout, `count` of them;
    columns `first_column` on begin at `edge_mm` and are `pitch_mm` wide. `labels` (row, column) -> name, rhythm rows in
    column 0; `matched` names read where they belong, `contrary` read elsewhere; `score` in nats."""

    layout: Layout
    rows: RowSet
    first_level: int
    first_row: int
    count: int
    first_column: int
    edge_mm: float
    pitch_mm: float
    labels: dict[tuple[int, int], str]
    matched: int
    contrary: int
    score: float

    @property
    def partial(self) -> bool:
        """Whether rows or columns of the layout are missing."""
        return self.count < self.layout.row_count or len(self.columns) < self.layout.columns

    @property
    def columns(self) -> range:
        """Columns of the layout that are on the page."""
        free = self.rows.right_mm - self.edge_mm
        seen = min(max(int(np.ceil(free / self.pitch_mm - 0.12)), 1), self.layout.columns - self.first_column)
        return range(self.first_column, self.first_column + seen)


def best_fits(row_sets: list[RowSet], words: list[Word], panel_mm: tuple[float, ...] = (62.5, 125.0)) -> list[Fit]:
    """All fits worth a look, the best first; `panel_mm` usual widths of a column for pages that are cut off."""
    named = [word for word in words if word.chances.sum() >= _LEAST_NAME]
    gains = _gains(named)
    boxes = np.array([word.box_mm for word in named]).reshape(-1, 4)
    weights = np.array([_STROKE_VOTE if word.chances.argmax() == 0 else 1.0 for word in named])
    fits = []
    for rows in row_sets:
        for placed in _row_choices(rows, boxes, weights):
            for first_level, first_row, count, layout in _row_parts(len(rows.levels_mm)):
                for first_column, edge, pitch in _column_choices(rows, layout, boxes, panel_mm):
                    fits.append(
                        _fit(
                            rows,
                            layout,
                            (first_level, first_row, count),
                            (first_column, edge, pitch),
                            placed,
                            boxes,
                            gains,
                            panel_mm,
                        )
                    )
    return sorted(fits, key=lambda fit: -fit.score)


def margin(fits: list[Fit]) -> float:
    """By how much the best fit beats the best that calls a place otherwise, in nats."""
    best = fits[0]
    # the fits come best first
    other = next((fit for fit in fits[1:] if not _same(best, fit)), None)
    return np.inf if other is None else best.score - other.score


def _same(one: Fit, other: Fit) -> bool:
    """Whether two fits call every place by one name, whatever the layout is called."""
    apart = one.rows.levels_mm[one.first_level] - other.rows.levels_mm[other.first_level]
    return _places(one) == _places(other) and abs(apart) < 6.0


def _places(fit: Fit) -> frozenset[tuple[str, int, int, bool]]:
    """(name, number of the row, number of the column, whether a rhythm strip) of all that is seen."""
    rows = len(fit.layout.rows)
    return frozenset(
        (label, row - fit.first_row, (row < rows) * (column - fit.first_column), row >= rows)
        for (row, column), label in fit.labels.items()
        if row >= rows or column in fit.columns
    )


def _gains(named: list[Word]) -> np.ndarray:
    """(words, labels) nats in favour of a word being each name, in the measure that it is a name at all."""
    if not named:
        return np.zeros((0, len(LABELS)))
    chances = np.array([word.chances for word in named])
    total = chances.sum(axis=1, keepdims=True)
    even = 1 / len(LABELS)
    # many a piece of a trace looks like the name I
    total = total * np.where(chances[:, :1] > 0.5 * total, _STROKE, 1.0)
    chances = chances / np.maximum(chances.sum(axis=1, keepdims=True), 1e-9)
    return total * np.log((chances + 0.02) / (even + 0.02))


def _row_choices(rows: RowSet, boxes: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
    """Ways to give words, voting by their `weights` (words,), to rows: (words,) number of the row, -1 for none.

    Names stand at one height over their baselines, those at the left of the rows perhaps at another.
    """
    if not len(boxes):
        return [np.zeros(0, int)]
    levels = np.array(rows.levels_mm)
    over = boxes[:, 3][:, None] - levels
    first = boxes[:, 0] < rows.left_mm + 3.0
    choices = []
    for at_first in _heights(over[first], weights[first]) or [None]:
        for at_others in _heights(over[~first], weights[~first]) or [None]:
            placed = np.full(len(boxes), -1)
            for part, height in ((first, at_first), (~first, at_others)):
                if height is not None:
                    off = np.abs(over[part] - height)
                    placed[part] = np.where(off.min(axis=1) <= _LEVEL_MM + 1.2, off.argmin(axis=1), -1)
            choices.append(placed)
    return [*choices, *_in_order(boxes, first, levels)]


def _in_order(boxes: np.ndarray, first: np.ndarray, levels: np.ndarray) -> list[np.ndarray]:
    """Words given to rows by their order alone, where the names at the left stand in as many lines as there are rows:
    some machines set names and traces at different distances. Not at very different ones: with a row unseen and another
    row's names unread there are as many lines as rows, too."""
    lines: list[list[float]] = []
    for foot in np.sort(boxes[first, 3]):
        if lines and foot - lines[-1][-1] <= _LEVEL_MM:
            lines[-1].append(float(foot))
        else:
            lines.append([float(foot)])
    if len(lines) != len(levels):
        return []
    feet = np.array([np.median(line) for line in lines])
    if (np.abs(np.diff(feet) / np.diff(levels) - 1) > _UNEVEN).any():
        return []
    off = np.abs(boxes[:, 3][:, None] - feet)
    return [np.where(off.min(axis=1) <= _LEVEL_MM, off.argmin(axis=1), -1)]


def _heights(over: np.ndarray, weights: np.ndarray) -> list[float]:
    """Up to two heights over the baseline, of `over` (words, rows), at which most names stand."""
    near = (over > -ABOVE_MM) & (over < BELOW_MM)
    usual, weight = over[near], np.broadcast_to(weights[:, None], over.shape)[near]
    if not len(usual):
        return []
    votes = ((np.abs(usual[:, None] - usual) <= _LEVEL_MM) * weight).sum(axis=1)
    chosen: list[float] = []
    for k in np.argsort(-votes, kind="stable"):
        if all(abs(usual[k] - other) > 2 * _LEVEL_MM for other in chosen):
            chosen.append(float(np.median(usual[np.abs(usual - usual[k]) <= _LEVEL_MM])))
        if len(chosen) == 2:
            break
    return chosen


@lru_cache(maxsize=32)
def _row_parts(seen: int) -> tuple[tuple[int, int, int, Layout], ...]:
    """(first level, first row, count, layout): all of the layout's rows, a part of them, or a part of those seen."""
    parts = []
    for layout in LAYOUTS.values():
        rows = layout.row_count
        if seen >= rows:
            parts += [(level, 0, rows, layout) for level in range(seen - rows + 1) if seen - rows <= 2]
        else:
            parts += [(0, row, seen, layout) for row in range(rows - seen + 1)]
    return tuple(parts)


def _column_choices(rows: RowSet, layout: Layout, boxes: np.ndarray, panel_mm: tuple[float, ...]):
    """(first column, left edge, pitch): the whole width, or columns of usual width from a row's or a name's left."""
    width = rows.right_mm - rows.left_mm
    yield 0, rows.left_mm, width / layout.columns
    if rows.whole or layout.columns == 1:
        return
    pitch = panel_mm[0] if layout.columns == 4 else panel_mm[1]
    if width > 0.93 * pitch * layout.columns:
        return
    starts = {round(rows.left_mm, 1)}
    starts |= {round(float(x) - 1.0, 1) for x in boxes[:, 0] if rows.left_mm < x < rows.left_mm + pitch}
    for start in sorted(starts):
        for first in range(layout.columns):
            if start - rows.left_mm > 2.0 and first > 0:
                yield first - 1, start - pitch, pitch
            if (layout.columns - first) * pitch >= 0.8 * width:
                yield first, start, pitch


def _fit(
    rows: RowSet,
    layout: Layout,
    part,
    across,
    placed: np.ndarray,
    boxes: np.ndarray,
    gains: np.ndarray,
    panel_mm: tuple[float, ...],
) -> Fit:
    first_level, first_row, count = part
    first_column, edge, pitch = across
    labels = _labels_of(layout.name)
    usual = {place: label for place, label in labels.items() if first_row <= place[0] < first_row + count}
    row = placed - first_level + first_row
    on_rows = (placed >= first_level) & (placed < first_level + count)
    offset = boxes[:, 0] - edge if len(boxes) else np.zeros(0)
    column = np.floor((offset + BEFORE_MM) / pitch).astype(int)
    column[(column == -1) & (offset >= -SIDE_MM)] = 0
    inside = offset - column * pitch
    fits = on_rows & (column >= 0) & (inside <= min(AFTER_MM, 0.4 * pitch))
    fits &= (inside >= -BEFORE_MM) | (column == 0)
    best: dict[tuple[int, int], tuple[float, int, str]] = {}
    for k in np.flatnonzero(fits):
        place = (int(row[k]), int(column[k]) + first_column)
        if place not in usual:
            continue
        label, gain = usual[place], 0.0
        if place[0] >= len(layout.rows):
            label, gain = _rhythm_label(label, gains[k])
        else:
            gain = float(gains[k, LABELS.index(label)])
        if place not in best or gain > best[place][0]:
            best[place] = (gain, k, label)
    matched = sum(gain > 0.9 for gain, _, _ in best.values())
    contrary = sum(gain < -0.8 for gain, _, _ in best.values())
    named = {place: label for place, (gain, _, label) in best.items() if gain > 0.5}
    fit = Fit(
        layout, rows, first_level, first_row, count, first_column, edge, pitch, {**usual, **named}, matched, contrary, 0
    )
    places = [place for place in usual if place[0] >= len(layout.rows) or place[1] in fit.columns]
    share = min(matched / max(len(places), 1), _READABLE)
    score = sum(gain for gain, _, _ in best.values()) + _prior(layout.name)
    score += float(np.log(1 - share)) * sum(place not in best for place in places)  # names that should be there
    score -= _ROW_COST * (layout.row_count - count) + _SPARE_COST * (len(rows.levels_mm) - count)
    score -= _PART_COST * (len(fit.columns) < layout.columns or first_column > 0) + 0.3 * (not rows.whole)
    if layout.columns > 1:
        usual = panel_mm[0] if layout.columns == 4 else panel_mm[1]
        score -= _ODD_COST * (abs(pitch / usual - 1) > _ODD_PITCH)
    return Fit(**{**fit.__dict__, "score": float(score)})


def _rhythm_label(usual: str, gains: np.ndarray) -> tuple[str, float]:
    """(name, nats) of a rhythm row: the usual lead, or another that the word says clearly."""
    best = int(gains.argmax())
    own = float(gains[LABELS.index(usual)])
    other = float(gains[best]) - (_OTHER_RHYTHM if LABELS[best] in _RHYTHM_LEADS else _ODD_RHYTHM)
    return (LABELS[best], other) if other > own else (usual, own)


@lru_cache(maxsize=32)
def _labels_of(name: str) -> dict[tuple[int, int], str]:
    """(row, column) -> label, rhythm rows last, in column 0."""
    layout = LAYOUTS[name]
    labels = {(r, c): label for r, row in enumerate(layout.rows) for c, label in enumerate(row)}
    labels |= {(len(layout.rows) + k, 0): label for k, label in enumerate(layout.rhythm)}
    return labels


def _prior(name: str) -> float:
    plain = name.removesuffix("-cabrera")
    return float(np.log(_PRIOR[plain]) + (np.log(_CABRERA) if plain != name else 0.0))
