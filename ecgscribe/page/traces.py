"""The rows of traces on a straight page: where their baselines are and how far they reach, from the ink alone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.polynomial import Polynomial

from ecgscribe.page.darkness import darkness, lightest
from ecgscribe.page.pieces import pieces_of

FLAT_PX_PER_MM = 4.0
"""Scale at which traces are looked for, in both directions."""

_LEAST_MM = 8.0  # narrower ink is lettering
ROWS_APART_MM = 12.0
"""Rows of traces are not closer, but for those of twelve leads on narrow paper."""

_STROKE_MM = 1.6  # a line runs rather along than up where its ink is no higher
_STRAIGHT_MM = 25.0  # straight ink of this length is a ruled line
_RULED_SHARE = 0.12  # of the ink in such upright lines: the ruling is as dark as the traces
_RULED_LINES, _THICK_MM = 8, 2.0  # upright lines of a ruling that a row of the page crosses at least, none so thick
_DOT_MM = 1.6  # longer than the dots of a dotted ruling
_FAINT = 0.12  # darkness of the palest hair line
_TINTED = 0.05  # colour difference from which a ruling counts as coloured
_SLIVER_MM = 1.5  # of a row's width: less is an upright line
_RULE, _RULE_OFF_MM = 0.94, 0.4  # of a ruled line lies within so much of a smooth curve
_RULE_EVERY = 4  # columns that are looked at
_RULE_REACH_MM, _RULE_NEAR_PX = 5.0, (20, 8, 5, 3)  # where it is looked for, and what takes part, from round to round
_EDGE_MM = 5.0  # no baseline stands so near the edge of the sheet
_BRIDGE_MM = 12.0  # gaps up to this do not end a row


@dataclass(frozen=True)
class TraceRow:
    """One row of traces, in px of the flat copy: `level` y where its line runs most, `left`, `right` its
    ends, `covered` the share between them that holds ink, `wiggle_mm` how far the line strays from level."""

    level: float
    left: float
    right: float
    covered: float
    wiggle_mm: float


def flat_copy(picture: np.ndarray, px_per_mm: tuple[float, float]) -> np.ndarray:
    """The page at `FLAT_PX_PER_MM` in both directions."""
    size = tuple(
        max(int(round(side / scale * FLAT_PX_PER_MM)), 8)
        for side, scale in zip(picture.shape[1::-1], px_per_mm, strict=True)
    )
    shrinks = px_per_mm[0] >= FLAT_PX_PER_MM
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def ink_of(flat: np.ndarray) -> np.ndarray:
    """float32 (H, W) darkness of traces and letters, the ruling taken away.

    Ink is dark in all three channels, a coloured ruling less so in its own colour: what a pixel's colour says of the
    ruling is subtracted. A grey ruling is subtracted where it runs through a whole stretch of the page.
    """
    cell = int(8 * FLAT_PX_PER_MM)
    red, green, blue = (darkness(channel, cell) for channel in cv2.split(flat))
    least = cv2.min(cv2.min(red, green), blue)
    colour = cv2.max(cv2.max(red, green), blue) - least
    tint = float(np.quantile(colour[::2, ::2], 0.96))
    dark = least
    if tint > _TINTED:
        ruled = colour > 0.7 * tint
        share = float(np.median(least[ruled] / colour[ruled]))
        dark = np.maximum(least - min(1.2 * share, 3.0) * colour, 0)
    ruled = np.maximum(_ruled(dark), _ruled(dark.T).T)
    ink = np.maximum(dark - 1.15 * ruled, 0)
    if np.quantile(ruled[::2, ::2], 0.97) > 0.3 * np.quantile(dark[::2, ::2], 0.998):
        # a ruling nearly as dark as the traces cuts them where it crosses them
        ink = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return ink


def fine_lines(picture: np.ndarray, px_per_mm: tuple[float, float]) -> np.ndarray:
    """float32 (H, W) of the flat copy's size: what is connected at full resolution, for hair lines on a dotted ruling.

    Dots and crumbs shorter than `_DOT_MM` are dropped before the page is reduced, so that they do not blend with a line
    that is paler than they.
    """
    grey = lightest(picture)
    dark = darkness(grey, int(8 * px_per_mm[0]))
    binary = (dark > _FAINT).astype(np.uint8)
    labels, stats = pieces_of(binary)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH] / px_per_mm[0], stats[:, cv2.CC_STAT_HEIGHT] / px_per_mm[1])
    keep = (size >= _DOT_MM).astype(np.float32)
    keep[0] = 0
    lines = cv2.GaussianBlur(keep[labels], (3, 3), 0)
    flat = flat_copy(lines, px_per_mm)
    return np.clip(flat * 3, 0, 1)


def _ruled(dark: np.ndarray, stretch_mm: float = 80.0) -> np.ndarray:
    """What runs along x everywhere and comes again 5 mm further: a low percentile of each row over stretches of the
    page. A quiet trace runs along too, but does not come again."""
    rows, columns = dark.shape
    count = max(round(columns / (stretch_mm * FLAT_PX_PER_MM)), 1)
    cells = dark[:, ::2]
    cells = cells[:, : count * (cells.shape[1] // count)].reshape(rows, count, -1)
    place = int(cells.shape[2] * 0.25)
    low = np.partition(cells, place, axis=2)[:, :, place]
    step = int(5 * FLAT_PX_PER_MM)
    padded = np.pad(low, ((step, step), (0, 0)), mode="reflect" if rows > step else "edge")
    wide = cv2.dilate(padded, np.ones((3, 1), np.uint8))
    again = np.maximum(wide[: -2 * step], wide[2 * step :])
    return cv2.resize(np.minimum(low, again), (columns, rows), interpolation=cv2.INTER_LINEAR)


def line_mask(ink: np.ndarray, threshold: float) -> np.ndarray:
    """bool (H, W): ink over a threshold that belongs to something as wide as a trace; a ruling as dark is taken out."""
    binary = _unruled((ink > threshold).astype(np.uint8))
    labels, stats = pieces_of(binary)
    keep = stats[:, cv2.CC_STAT_WIDTH] >= _LEAST_MM * FLAT_PX_PER_MM
    keep &= stats[:, cv2.CC_STAT_AREA] >= _LEAST_MM * FLAT_PX_PER_MM
    keep[0] = False
    return np.take(keep, labels)


def _unruled(binary: np.ndarray) -> np.ndarray:
    """Takes long straight lines out of a mask (H, W) of 0 and 1 where a ruling is as dark as the traces: many lines in
    both directions. A copier's streaks and the black around a sheet are few and wide."""
    length = int(_STRAIGHT_MM * FLAT_PX_PER_MM) | 1
    upright = cv2.morphologyEx(
        cv2.dilate(binary, np.ones((1, 3), np.uint8)), cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)
    )
    if (binary & upright).sum() < _RULED_SHARE * max(int(binary.sum()), 1) or _lines_across(upright) < _RULED_LINES:
        return binary
    along = cv2.morphologyEx(
        cv2.dilate(binary, np.ones((3, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, length), np.uint8)
    )
    left = binary & (1 - upright) & (1 - along)
    return cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))


def _lines_across(upright: np.ndarray) -> float:
    """How many upright lines most rows of a mask that hold any cross, thick ones left out."""
    thick = int(_THICK_MM * FLAT_PX_PER_MM)
    thin = upright & (1 - cv2.morphologyEx(upright, cv2.MORPH_OPEN, np.ones((1, thick), np.uint8)))
    starts = (np.diff(np.pad(thin, ((0, 0), (1, 0))).astype(np.int8), axis=1) == 1).sum(axis=1)
    return float(np.median(starts[starts > 0])) if starts.any() else 0.0


def flat_strokes(mask: np.ndarray) -> np.ndarray:
    """bool (H, W): where the line runs along rather than up or down."""
    kernel = np.ones((int(_STROKE_MM * FLAT_PX_PER_MM) + 1, 1), np.uint8)
    upright = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    return mask & (upright == 0)


def find_rows(mask: np.ndarray, least_mm: float = 60.0, apart_mm: float = ROWS_APART_MM) -> list[TraceRow]:
    """Rows of traces at least `least_mm` long and `apart_mm` from one another, top to bottom, in a line mask."""
    strokes = flat_strokes(mask)
    profile = strokes.sum(axis=1).astype(np.float32)
    sigma = 1.2 * FLAT_PX_PER_MM
    smooth = cv2.GaussianBlur(profile[:, None], (1, 2 * int(3 * sigma) + 1), sigmaX=1, sigmaY=sigma)[:, 0]
    # the first and last millimetres of a sheet cut from a photograph may show the table's dark edge
    edge = int(_EDGE_MM * FLAT_PX_PER_MM)
    smooth[:edge] = smooth[len(smooth) - edge :] = 0
    levels = _peaks(smooth, apart_mm * FLAT_PX_PER_MM, 0.15)
    rows = []
    for k, level in enumerate(levels):
        above = (level - levels[k - 1]) / 2 if k else 20 * FLAT_PX_PER_MM
        below = (levels[k + 1] - level) / 2 if k + 1 < len(levels) else 20 * FLAT_PX_PER_MM
        row = _row(mask, strokes, level, min(above, 15 * FLAT_PX_PER_MM), min(below, 15 * FLAT_PX_PER_MM))
        if row is not None and row.right - row.left >= least_mm * FLAT_PX_PER_MM:
            rows.append(row)
    return rows


def _peaks(profile: np.ndarray, apart: float, least: float) -> list[int]:
    """Indices of maxima, strongest first kept, at least `apart` from each other, over `least` of the greatest."""
    chosen: list[int] = []
    inner = (profile >= np.r_[profile[1:], 0]) & (profile >= np.r_[0, profile[:-1]]) & (profile > 0)
    for index in sorted(np.flatnonzero(inner), key=lambda i: -profile[i]):
        if profile[index] < least * profile.max():
            break
        if all(abs(index - other) >= apart for other in chosen):
            chosen.append(int(index))
    return sorted(chosen)


def _row(mask: np.ndarray, strokes: np.ndarray, level: int, above: float, below: float) -> TraceRow | None:
    """The row around a level: its longest stretch without a wide gap."""
    top, bottom = max(int(level - above), 0), min(int(level + below) + 1, mask.shape[0])
    band = mask[top:bottom]
    # upright strokes alone are a frame or a rule, not the end of a trace
    covered = _without_slivers(band.any(axis=0), int(_SLIVER_MM * FLAT_PX_PER_MM))
    left, right = _longest(covered, int(_BRIDGE_MM * FLAT_PX_PER_MM))
    if right - left < 2:
        return None
    near = strokes[top:bottom, left:right]
    columns = near.any(axis=0)
    y = np.arange(top, bottom)[:, None] + 0.5
    if not columns.any():
        return None
    centre = (near * y).sum(axis=0)[columns] / near.sum(axis=0)[columns]
    wiggle = float(np.percentile(np.abs(centre - np.median(centre)), 90)) / FLAT_PX_PER_MM
    return TraceRow(float(level) + 0.5, float(left), float(right), float(covered[left:right].mean()), wiggle)


def is_rule(mask: np.ndarray, level: float, left: float, right: float) -> bool:
    """Whether what runs at `level` is a ruled line, as under a header or around a grid: its ink follows one smooth
    curve. Traces leave theirs with every beat (of their rows on validation pages 0.26 to 0.91 lies on it, of rules
    0.96 to 1)."""
    reach = int(_RULE_REACH_MM * FLAT_PX_PER_MM)
    top, first = max(int(level) - reach, 0), max(int(left), 0)
    band = mask[top : int(level) + reach, first : int(right) : _RULE_EVERY]
    if band.shape[1] < reach:
        return False
    y = np.arange(len(band))[:, None] + 0.5
    curve = np.full(band.shape[1], level - top)
    for near in _RULE_NEAR_PX:
        away = np.where(band, np.abs(y - curve), np.inf)
        columns = np.flatnonzero(away.min(axis=0) < near)
        if len(columns) < _RULE * band.shape[1]:
            return False
        middle = Polynomial.fit(columns, y[away.argmin(axis=0)[columns], 0], 3)
        curve = middle(np.arange(band.shape[1]))
    away = np.where(band, np.abs(y - curve), np.inf).min(axis=0)
    return bool((away <= _RULE_OFF_MM * FLAT_PX_PER_MM).mean() >= _RULE)


def _without_slivers(covered: np.ndarray, least: int) -> np.ndarray:
    """Without runs of True shorter than `least`."""
    kernel = np.ones((1, least | 1), np.uint8)  # odd: an even one would shift the ends
    return cv2.morphologyEx(covered.astype(np.uint8)[None, :], cv2.MORPH_OPEN, kernel)[0].astype(bool)


def _longest(covered: np.ndarray, bridge: int) -> tuple[int, int]:
    """[start, end) of the longest run of True that no gap wider than `bridge` breaks."""
    places = np.flatnonzero(covered)
    if len(places) == 0:
        return 0, 0
    cuts = np.flatnonzero(np.diff(places) > bridge + 1)
    starts, ends = np.r_[places[0], places[cuts + 1]], np.r_[places[cuts], places[-1]] + 1
    best = int((ends - starts).argmax())
    return int(starts[best]), int(ends[best])
