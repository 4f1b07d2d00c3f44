"""Where the rows' traces begin and end, as the network sees them: panels moved along the time axis to fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgscribe.core.page import Panel
from ecgscribe.digitize.strips import ACROSS_PX_PER_MM, MARGIN_MM, Strip

FAR_MM = 4.0
"""A move from which the strips are worth cutting again, around the moved panels."""

_SMOOTHED_MM = 1.0  # presence of a trace is judged over so much paper
_NEAR_MM = 1.2  # an end of a row so close to the common one belongs to it
_LEAST_GAIN_MM = 0.5  # paper a row, rightly traced or left out, that a move must win
_LEAST_ROWS = 2  # rows whose ends must agree
_INWARD_MM = 16.0  # a row taken with its calibration pulse begins or ends so far inside
_SPREAD_MM = 0.6  # they agree to this
_SHORT_MM, _LEAST_SHORT_MM = 3.0, 0.6  # columns end so far before a strip, of a row of 250 mm
_TOGETHER_MM = 0.4  # rows that end together
_LEAST_COLUMN_ROWS = 3
_SHARPNESS = 12
"""Power of an end's sharpness in its weight. On 40 validation pages a clear end (0.85 on) is off by 0.03 mm in the
median, a left end beside a letter or pulse (0.67 to 0.76) by 0.2 to 0.4 mm, always to the right."""


def shift_of_ends(panels: tuple[Panel, ...], strips: list[Strip], probabilities: list[np.ndarray]) -> float:
    """Page px by which all panels should move to the right so that rows begin and end where their traces do.

    `probabilities` (C, H) of each strip. The move that puts most traced columns inside and most empty ones outside the
    rows, refined by left and right ends (what is seen too short or too long at both ends cancels), the sharper side
    counting for more: a pulse or an unclear end blurs the other. 0 where the rows do not tell.
    """
    rows = [_Row.of(panels, strip, probability) for strip, probability in zip(strips, probabilities, strict=True)]
    rows = [row for row in rows if row is not None]
    if len(rows) < _LEAST_ROWS:
        return 0.0
    reach = int(MARGIN_MM * 0.95 / rows[0].step_mm)
    moves = np.arange(-reach, reach + 1)
    won = np.mean([row.fit(moves) for row in rows], axis=0)
    # the least move among equals
    best = int(moves[np.lexsort((np.abs(moves), -np.round(won, 3)))[0]])
    if won[moves == best][0] - won[moves == 0][0] < _LEAST_GAIN_MM:
        best = 0
    sides = zip(*(row.ends(best) for row in rows), strict=True)
    known = [end for end in (_agreed(np.array(side)) for side in sides) if end is not None]
    if len(known) < 2:
        return best * rows[0].step_px
    (left, left_weight), (right, right_weight) = known
    exact = (left * left_weight + right * right_weight) / (left_weight + right_weight)
    return float(exact) * rows[0].step_px


def shifts_of_ends(
    panels: tuple[Panel, ...], strips: list[Strip], probabilities: list[np.ndarray]
) -> tuple[float, float]:
    """Page px by which the left and the right end of all rows should move to the right, each for itself: where the
    scale of the page is known from its rows only. (0, 0) where either end is not seen by enough rows."""
    rows = [_Row.of(panels, strip, probability) for strip, probability in zip(strips, probabilities, strict=True)]
    rows = [row for row in rows if row is not None]
    if len(rows) < _LEAST_ROWS:
        return 0.0, 0.0
    out, inward = (int(mm / rows[0].step_mm) for mm in (MARGIN_MM * 0.95, _INWARD_MM))
    found = []
    for side, moves in enumerate((np.arange(-out, inward + 1), np.arange(-inward, out + 1))):
        won = np.mean([row.fit_of(side, moves) for row in rows], axis=0)
        best = int(moves[np.lexsort((np.abs(moves), -np.round(won, 3)))[0]])
        end = _agreed(np.array([row.ends(best)[side] for row in rows]))
        if end is None:
            return 0.0, 0.0
        found.append(end[0] * rows[0].step_px)
    return found[0], found[1]


def shortened(panels: tuple[Panel, ...], strips: list[Strip], probabilities: list[np.ndarray]) -> tuple[Panel, ...]:
    """The panels, columns narrower where their rows end together before a rhythm strip does.

    Some printers leave out the last samples of every column and set the columns close: the next lead then stands in
    what is taken for the end of each. Columns keep the second at which they start. As they are without a strip that
    goes on, or where the rows do not agree.
    """
    rows = [
        (_Row.of(panels, strip, probability), panels[strip.panels[0]].rhythm)
        for strip, probability in zip(strips, probabilities, strict=True)
    ]
    ends = {
        kind: [row.ends(0, _SHORT_MM)[1][0] for row, rhythm in rows if row and rhythm is kind] for kind in (False, True)
    }
    columns, whole = np.array(ends[False]), np.array(ends[True])
    if len(columns) < _LEAST_COLUMN_ROWS or not np.isfinite(columns).all() or not np.isfinite(whole).any():
        return panels
    known = next(row for row, _ in rows if row)
    columns, whole = columns * known.step_mm, whole[np.isfinite(whole)] * known.step_mm
    short = float(np.median(columns))
    if np.ptp(columns) > _TOGETHER_MM or short > -_LEAST_SHORT_MM or np.abs(whole).max() > _TOGETHER_MM:
        return panels
    left = min(panel.box_px[0] for panel in panels)
    share = 1.0 + short / known.step_mm * known.step_px / _width(panels, left)
    return tuple(
        panel if panel.rhythm else replace(panel.along(0.0, share - 1.0, left), length_s=panel.length_s * share)
        for panel in panels
    )


def _width(panels: tuple[Panel, ...], left: float) -> float:
    return max(panel.box_px[2] for panel in panels if not panel.rhythm) - left


def moved(panels: tuple[Panel, ...], shift_px: float, right_px: float | None = None) -> tuple[Panel, ...]:
    """The panels `shift_px` further to the right; stretched where the right end of all moves by `right_px` instead."""
    left = min(panel.box_px[0] for panel in panels)
    right = max(panel.box_px[2] for panel in panels)
    growth = 0.0 if right_px is None else (right_px - shift_px) / (right - left)
    if not shift_px and not growth:
        return panels
    return tuple(panel.along(shift_px, growth, left) for panel in panels)


def _agreed(ends: np.ndarray) -> tuple[float, float] | None:
    """(median of the ends, weight) of one side's (R, 2) ends and sharpness, NaN = unknown; None where too few of them
    agree."""
    ends = ends[np.isfinite(ends[:, 0])]
    if len(ends) < _LEAST_ROWS:
        return None
    middle, sharpness = np.median(ends, axis=0)
    close = np.abs(ends[:, 0] - middle) <= _SPREAD_MM * ACROSS_PX_PER_MM * 2
    if close.sum() < max(_LEAST_ROWS, 0.5 * len(ends)):
        return None
    return float(middle), float(sharpness**_SHARPNESS) + 1e-6


class _Row:
    """One strip's presence of trace by column, and the columns between which its panels lie."""

    def __init__(self, presence: np.ndarray, first: float, end: float, step_px: float, step_mm: float):
        self.presence, self.first, self.end = presence, first, end
        self.step_px, self.step_mm = step_px, step_mm
        self.total = np.concatenate([[0.0], np.cumsum(presence - 0.5)])

    @classmethod
    def of(cls, panels: tuple[Panel, ...], strip: Strip, probability: np.ndarray) -> _Row | None:
        """None where hardly any trace is seen."""
        present = probability.sum(axis=1)
        columns = len(present)
        across = columns / strip.image.shape[2]
        width = max(int(_SMOOTHED_MM * ACROSS_PX_PER_MM * across), 1)
        present = np.convolve(np.pad(present, width // 2, mode="edge"), np.ones(width) / width, "valid")[:columns]
        left = min(panels[k].box_px[0] for k in strip.panels)
        right = max(panels[k].box_px[2] for k in strip.panels)
        first, end = ((x - strip.origin_px[0]) * strip.scale[0] * across for x in (left, right))
        if present[max(int(first), 0) : int(end)].mean() < 0.5:
            return None
        return cls(present, first, end, 1 / (strip.scale[0] * across), 1 / (ACROSS_PX_PER_MM * across))

    def fit(self, moves: np.ndarray) -> np.ndarray:
        """(M,) mm of paper rightly inside or outside the row after each move, up to a constant."""
        places = np.arange(len(self.total))
        inside = np.interp(self.end + moves, places, self.total) - np.interp(self.first + moves, places, self.total)
        return 2 * inside * self.step_mm

    def fit_of(self, side: int, moves: np.ndarray) -> np.ndarray:
        """(M,) as `fit`, of the left (0) or right (1) end alone."""
        place, sign = ((self.first, -1), (self.end, 1))[side]
        return 2 * sign * np.interp(place + moves, np.arange(len(self.total)), self.total) * self.step_mm

    def ends(self, move: int, near_mm: float = _NEAR_MM) -> tuple[tuple[float, float], tuple[float, float]]:
        """(columns further right than the panels, sharpness 0 to 1) of the left and the right end; NaN where none is
        near."""
        above = self.presence > 0.5
        edges = np.diff(above.astype(int))
        reach = near_mm / self.step_mm
        half = max(int(_SMOOTHED_MM / self.step_mm / 2), 1)
        found = []
        for place, sign in ((self.first, 1), (self.end, -1)):
            # the border after column k is k + 1
            borders = np.flatnonzero(edges == sign) + 1
            off = borders - place
            near = np.abs(off - move) <= reach
            if not near.any():
                found.append((np.nan, np.nan))
                continue
            k = int(np.abs(off - move).argmin())
            inner, outer = (int(np.clip(borders[k] + d * sign, 0, len(above) - 1)) for d in (half, -half))
            found.append((float(off[k]), max(float(self.presence[inner] - self.presence[outer]), 0.0)))
        return found[0], found[1]
