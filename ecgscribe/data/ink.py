"""Strokes: polylines drawn into a mask of ink at sub-pixel places, and ink laid onto a sheet.

OpenCV's anti-aliased lines come in few widths: 1 covers 1.39 px across, 2 covers 3.49, 3 and 4 5.49, 5 and 6 7.49
(measured). The "whole" pen takes the rounded width as it is, so the line is wider than asked (the standard style,
which models were trained on); the "exact" pen covers the width that is asked for, at every scale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.data.style_model import Colour

_SUBPIXEL_BITS = 6  # OpenCV takes integer coordinates with this many binary places
_SIMPLIFY_PX = 0.05  # overlapping anti-aliased crumbs would thicken the line; this keeps the curve within 1/20 px
_FAR_PX = 1e5  # coordinates beyond this would overflow OpenCV's fixed point
_PALENESS_STEPS = 4
_STEEP = 2.0  # slope at which a stroke begins to pale; it is palest at eight times this
_THINNEST_PX = 1.39  # what OpenCV's thickness 1 covers
_PER_GAIN_PX = 0.98  # what sharpening its edges adds to thickness 1
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def covered_px(thickness: int) -> float:
    """How wide OpenCV draws a line of this whole thickness."""
    return _THINNEST_PX if thickness <= 1 else 2.0 * ((thickness + 1) // 2) + 1.49


def inked(
    lines: Iterable[np.ndarray],
    rows: tuple[int, int],
    width: int,
    width_px: float,
    pen: str,
    upstroke: float = 0.0,
    straight: Iterable[np.ndarray] = (),
) -> np.ndarray:
    """The mask uint8 of polylines (N, 2), broken at NaN, in the `rows` (y0, y1) of a page so wide.

    `upstroke` 0 to 1 takes that share of the ink from the steepest strokes of `lines`, as a fast stylus does;
    `straight` lines keep theirs.
    """
    ink = np.zeros((rows[1] - rows[0], width), np.uint8)
    nib = _nib(width_px, pen)
    for line in lines:
        _stroke(ink, line, nib, upstroke, (0, rows[0]))
    for line in straight:
        _stroke(ink, line, nib, 0.0, (0, rows[0]))
    if nib.gain > 1.0:
        ink = cv2.convertScaleAbs(ink, alpha=nib.gain)
    if nib.brim > 0.02:
        ink = cv2.addWeighted(ink, 1 - nib.brim, cv2.dilate(ink, _CROSS), nib.brim, 0)
    return ink


def drawn_px(width_px: float, pen: str) -> float:
    """How wide a line of this width comes out."""
    nib = _nib(width_px, pen)
    return (covered_px(nib.thickness) + _PER_GAIN_PX * (nib.gain - 1) + 2 * nib.brim) * nib.strength / 255


@dataclass(frozen=True)
class _Nib:
    """How OpenCV is asked for a width: whole `thickness`, `strength` 0-255, `gain` that sharpens the anti-aliased
    edges, and the share of a one pixel wider `brim`."""

    thickness: int
    strength: int = 255
    gain: float = 1.0
    brim: float = 0.0


def _nib(width_px: float, pen: str) -> _Nib:
    if pen == "whole":
        thickness = max(int(round(width_px)), 1)
        return _Nib(thickness, int(round(255 * min(1.0, width_px / thickness + 0.15))))
    if width_px <= _THINNEST_PX:
        return _Nib(1, max(int(round(255 * width_px / _THINNEST_PX)), 1))
    thickness = max(2 * int((width_px - 1.49) / 2), 1)
    missing_px = width_px - covered_px(thickness)
    gain = 1.0 + (min(missing_px / _PER_GAIN_PX, 0.4) if thickness == 1 else 0.0)
    return _Nib(thickness, 255, gain, min((missing_px - _PER_GAIN_PX * (gain - 1)) / 2, 1.0))


def _stroke(ink: np.ndarray, line: np.ndarray, nib: _Nib, upstroke: float, corner: tuple[int, int]) -> None:
    shift = np.array(corner, np.int32) * (1 << _SUBPIXEL_BITS)
    broken = np.isnan(line).any(axis=1)
    for piece in np.split(line, np.flatnonzero(np.diff(broken.astype(np.int8))) + 1):
        if len(piece) < 2 or np.isnan(piece[0]).any():
            continue
        points = np.clip(piece, -_FAR_PX, _FAR_PX).astype(np.float32).reshape(-1, 1, 2)
        points = cv2.approxPolyDP(points, _SIMPLIFY_PX, False)
        # OpenCV counts from pixel centres
        fixed = np.round((points - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32) - shift
        if upstroke <= 0 or len(points) < 2:
            cv2.polylines(ink, [fixed], False, nib.strength, nib.thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
            continue
        for level, run in _paler_first(points[:, 0]):
            grey = int(round(nib.strength * (1 - upstroke * level)))
            cv2.polylines(ink, [fixed[run]], False, grey, nib.thickness, cv2.LINE_AA, _SUBPIXEL_BITS)


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


def inked_rows(lines: Iterable[np.ndarray], width_px: float, height: int) -> tuple[int, int]:
    """(y0, y1) the whole rows of pixels that hold all these lines, of a picture so high; NaN points are passed over."""
    room = int(width_px) + 4
    lows = [np.fmin.reduce(line[:, 1]) for line in lines if len(line)]
    highs = [np.fmax.reduce(line[:, 1]) for line in lines if len(line)]
    low, high = min(filter(np.isfinite, lows), default=0.0), max(filter(np.isfinite, highs), default=0.0)
    if low == high == 0.0:
        return 0, 0
    y0, y1 = (int(v) for v in np.clip([low - room, high + room], 0, height))
    return y0, y1


def lay(picture: np.ndarray, ink: np.ndarray, colour: Colour) -> None:
    """Blends `colour` into the uint8 picture (H, W, 3), as the mask (H, W) says; only inked pixels are touched."""
    places = np.flatnonzero(ink.ravel() != 0)
    if not len(places):
        return
    flat = picture.reshape(-1, 3)
    if not np.shares_memory(flat, picture):
        raise BadOption("Ink is laid onto whole rows of a picture only.", "Give a contiguous picture.")
    cover, under = ink.ravel()[places].astype(np.intp) << 8, flat[places]
    mixed = np.stack([_mixed(value)[cover | under[:, k]] for k, value in enumerate(colour)], axis=1)
    flat[places] = mixed


@lru_cache(maxsize=64)
def _mixed(value: int) -> np.ndarray:
    """(65536,) what cover * 256 + paper gives when ink of this value is blended into it."""
    cover = np.arange(256, dtype=np.float32)[:, None] / 255
    under = np.arange(256, dtype=np.float32)
    return np.round(under * (1 - cover) + np.float32(value) * cover).astype(np.uint8).ravel()
