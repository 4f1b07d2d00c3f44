"""Strokes: polylines drawn into a mask of ink at sub-pixel places, and ink laid onto a sheet."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.style_model import Colour

_SUBPIXEL_BITS = 6  # OpenCV takes integer coordinates with this many binary places
_SIMPLIFY_PX = 0.05  # overlapping anti-aliased crumbs would thicken the line; this keeps the curve within 1/20 px
_FAR_PX = 1e5  # coordinates beyond this would overflow OpenCV's fixed point
_PALENESS_STEPS = 4
_STEEP = 2.0  # slope at which a stroke begins to pale; it is palest at eight times this


def line_px(width_px: float) -> int:
    """The whole number of pixels in which a line of this width is drawn; thinner lines are drawn paler."""
    return max(int(round(width_px)), 1)


def stroke(
    ink: np.ndarray, line: np.ndarray, width_px: float, upstroke: float = 0.0, corner: tuple[int, int] = (0, 0)
) -> None:
    """Draws a polyline (N, 2) into the ink mask uint8 (H, W), broken at NaN, anti-aliased.

    `corner` (x, y) whole pixels: where the mask lies on the page the line's points belong to.

    `upstroke` 0 to 1 takes that share of the ink from the steepest strokes, as a fast stylus does.
    """
    thickness = line_px(width_px)
    strength = int(round(255 * min(1.0, width_px / thickness + 0.15)))
    shift = np.array(corner, np.int32) * (1 << _SUBPIXEL_BITS)
    broken = np.isnan(line).any(axis=1)
    for piece in np.split(line, np.flatnonzero(np.diff(broken.astype(np.int8))) + 1):
        if len(piece) < 2 or np.isnan(piece[0]).any():
            continue
        points = np.clip(piece, -_FAR_PX, _FAR_PX).astype(np.float32).reshape(-1, 1, 2)
        points = cv2.approxPolyDP(points, _SIMPLIFY_PX, False)
        fixed = (
            np.round((points - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32) - shift
        )  # OpenCV counts from pixel centres
        if upstroke <= 0 or len(points) < 2:
            cv2.polylines(ink, [fixed], False, strength, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
            continue
        for level, run in _paler_first(points[:, 0]):
            grey = int(round(strength * (1 - upstroke * level)))
            cv2.polylines(ink, [fixed[run]], False, grey, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)


def _paler_first(points: np.ndarray) -> list[tuple[float, slice]]:
    """Runs of segments of like steepness, (0 to 1, slice of points), the steepest first: darker ink covers them."""
    step = np.abs(np.diff(points, axis=0))
    slope = step[:, 1] / np.maximum(step[:, 0], 1e-6)
    steepness = np.clip(np.log2(np.maximum(slope / _STEEP, 1.0)) / 3.0, 0, 1)
    level = np.round(steepness * _PALENESS_STEPS).astype(int)
    ends = np.r_[np.flatnonzero(np.diff(level)) + 1, len(level)]
    starts = np.r_[0, ends[:-1]]
    runs = [(level[a] / _PALENESS_STEPS, slice(a, b + 1)) for a, b in zip(starts, ends, strict=True)]
    return sorted(runs, key=lambda run: -run[0])


def inked_box(lines: list[np.ndarray], width_px: float, size_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) whole pixels that hold all these lines, inside a picture of `size_px` (H, W)."""
    height, width = size_px
    points = np.concatenate([line for line in lines if len(line)] or [np.zeros((0, 2))])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return 0, 0, 0, 0
    room = line_px(width_px) + 2
    low, high = points.min(axis=0) - room, points.max(axis=0) + room
    x0, x1 = (int(v) for v in np.clip([low[0], high[0]], 0, width))
    y0, y1 = (int(v) for v in np.clip([low[1], high[1]], 0, height))
    return x0, y0, x1, y1


def lay(picture: np.ndarray, ink: np.ndarray, colour: Colour) -> None:
    """Blends `colour` into the uint8 picture (H, W, 3) as the mask (H, W) says; only inked pixels are touched."""
    rows, columns = np.nonzero(ink)
    if not len(rows):
        return
    cover = ink[rows, columns][:, None].astype(np.float32) / 255
    under = picture[rows, columns]
    picture[rows, columns] = np.round(under * (1 - cover) + np.array(colour, np.float32) * cover).astype(np.uint8)
