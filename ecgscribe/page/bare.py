"""Pages without a ruling: rows of traces alone tell the turn of the page, and their width its scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.core.geometry import Transform
from ecgscribe.page.darkness import darkness, lightest, reduced
from ecgscribe.page.find import corners_of, find_outline
from ecgscribe.page.flat import FlatPage
from ecgscribe.page.locate import Seen, look
from ecgscribe.page.straighten import warp
from ecgscribe.page.traces import FLAT_PX_PER_MM

_COPY_PX = 1600
_INK = 0.25  # darkness of ink on paper without a ruling
_WIDE = 0.07  # of the copy's width: what is as wide may be a trace
_MOST_INK = 4.0  # a page whose rows hang together shows so much more ink in them than elsewhere
_FLAT_PX = 6  # a line runs rather along than up where its ink is no higher
_TURN_DEG, _STEP_DEG, _FINE_DEG = 8.0, 0.25, 0.03
_UNTURNED_DEG = 0.1
_MOST_POINTS = 20000
_ROWS_MM = 250.0  # ten seconds at 25 mm/s
_WITH_PULSE_MM = 258.0
_LEAST_ROWS = 3
_SAME = 0.004  # of the scale
_COARSEST, _FINEST = 1.5, 40.0  # px a mm: below, rows cannot be told
_INSET = 0.012  # of the sheet's sides: its own edge is no trace
_ROUNDS = 7  # a row end that a pulse hides is told apart once the scale is nearly right
_PULSED, _UNPULSED = 0.01, 0.03  # standard deviation of the scale, of the scale


@dataclass(frozen=True, eq=False)
class BarePage:
    """`seen` on the page; `corners_px` (4, 2) of the sheet in the picture; `spread` of the scale, of the scale."""

    seen: Seen
    corners_px: np.ndarray
    spread: float


def find_bare(picture: np.ndarray) -> BarePage | None:
    """The page of a picture uint8 (H, W, 3) that shows no ruling, scaled by its rows' width; None unless at least
    three rows are seen. Whether they are an ECG's is not asked here.

    Assumes that a whole row shows ten seconds at 25 mm/s.
    """
    copy, factor = reduced(picture, _COPY_PX)
    ink = darkness(lightest(copy), max(max(copy.shape[:2]) // 40, 8)) > _INK
    lines = _wide(ink)
    if lines is None:
        return None
    inked = np.argwhere(lines)[:: max(int(lines.sum()) // 400, 1), ::-1] / factor
    outline = find_outline(picture, inked)
    lines &= _inside(outline * factor, lines.shape)
    turn = _turn_deg(lines)
    if turn is None:
        return None
    flat = _flattened(picture, outline, turn, _width_px(lines, turn) / factor / _WITH_PULSE_MM)
    for _ in range(_ROUNDS):
        if not _COARSEST < flat.px_per_mm[0] < _FINEST:
            return None
        seen = look(flat)
        rows = seen.rows
        if rows is None or len(rows.levels) < _LEAST_ROWS:
            return None
        ratio = _own_width_mm(seen) / _ROWS_MM
        if abs(ratio - 1) < _SAME:
            break
        flat = replace(flat, px_per_mm=(flat.px_per_mm[0] * ratio, flat.px_per_mm[1] * ratio))
    return BarePage(seen, corners_of(outline), _PULSED if seen.pulses >= 2 else _UNPULSED)


def _own_width_mm(seen: Seen) -> float:
    """Width of the rows as their ends were seen; readings of exactly ten seconds were cut to that."""
    own = [rows for rows in seen.readings if abs((rows.right - rows.left) / FLAT_PX_PER_MM - _ROWS_MM) > 1e-3]
    most = max(((rows.sure, len(rows.levels)) for rows in own), default=None)
    best = [rows for rows in own if (rows.sure, len(rows.levels)) == most]
    widths = [(rows.right - rows.left) / FLAT_PX_PER_MM for rows in best]
    # a shadow's edge or the sheet's may lengthen the rows of one reading
    return min(widths, key=lambda width: abs(width - _ROWS_MM), default=_ROWS_MM)


def _wide(ink: np.ndarray) -> np.ndarray | None:
    """bool (H, W) of the pieces of ink as wide as a trace and no frame; None where there are none.

    Rows whose complexes cross one another are one piece, as high as the page: it is taken apart where ink runs up.
    """
    lines, high = _pieces(ink.astype(np.uint8))
    if high.any():
        parts, _ = _pieces((high & ~_upright(high)).astype(np.uint8))
        if parts.sum() > _MOST_INK * lines.sum():
            lines = lines | parts
    return lines if lines.any() else None


def _pieces(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two bool (H, W): the pieces of ink as wide as a trace, and those of them that are as high as a frame."""
    height, width = ink.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide = stats[:, cv2.CC_STAT_WIDTH] >= _WIDE * width
    wide[0] = False
    low = stats[:, cv2.CC_STAT_HEIGHT] < 0.5 * height
    return (wide & low)[labels], (wide & ~low)[labels]


def _upright(lines: np.ndarray) -> np.ndarray:
    """bool (H, W): where ink runs rather up than along."""
    return cv2.morphologyEx(lines.astype(np.uint8), cv2.MORPH_OPEN, np.ones((_FLAT_PX, 1), np.uint8)) > 0


def _inside(outline: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """bool (H, W) of what lies inside an outline (N, 2), a little drawn in."""
    middle = outline.mean(axis=0)
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(middle + (outline - middle) * (1 - 2 * _INSET)).astype(np.int32)], 1)
    return mask.astype(bool)


def _turn_deg(lines: np.ndarray) -> float | None:
    """Clockwise turn of the rows: the one at which what runs along falls on the fewest lines."""
    y, x = np.nonzero(lines & ~_upright(lines))
    if len(x) < 200:
        return None
    some = slice(None, None, max(len(x) // _MOST_POINTS, 1))
    x, y = x[some] - lines.shape[1] / 2, y[some].astype(float)

    def gathered(turn: float) -> float:
        places = y * np.cos(np.radians(turn)) - x * np.sin(np.radians(turn))
        counts = np.bincount(np.round(places - places.min()).astype(int))
        return float((counts.astype(float) ** 2).sum())

    coarse = max(np.arange(-_TURN_DEG, _TURN_DEG + _STEP_DEG, _STEP_DEG), key=gathered)
    return float(max(np.arange(coarse - _STEP_DEG, coarse + _STEP_DEG, _FINE_DEG), key=gathered))


def _width_px(lines: np.ndarray, turn: float) -> float:
    """Width of all rows together."""
    y, x = np.nonzero(lines)
    along = x * np.cos(np.radians(turn)) + y * np.sin(np.radians(turn))
    return float(np.quantile(along, 0.998) - np.quantile(along, 0.002))


def _flattened(picture: np.ndarray, outline: np.ndarray, turn: float, px_per_mm: float) -> FlatPage:
    """The sheet cut out and turned upright; its own pixels where it stands so already."""
    upright = Transform() if abs(turn) < _UNTURNED_DEG else Transform.rotation(-turn)
    placed = upright.points(outline)
    low, high = np.floor(placed.min(axis=0)), np.ceil(placed.max(axis=0))
    width, height = (high - low).astype(int)
    if abs(turn) < _UNTURNED_DEG:
        x, y = low.astype(int)
        page = np.ascontiguousarray(picture[y : y + height, x : x + width])
    else:
        fill = tuple(int(v) for v in np.median(picture[::8, ::8].reshape(-1, 3), axis=0))
        page = warp(picture, upright.then(Transform.shift(*-low)), (height, width), fill)
    inset = _INSET * max(width, height)
    box = (inset, inset, width - inset, height - inset)
    return FlatPage(page, upright.then(Transform.shift(*-low)).inverse, (px_per_mm, px_per_mm), box)
