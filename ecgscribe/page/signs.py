"""Solid signs among lettering, such as the heart before a heart rate: larger than any stroke, in no alphabet."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.page.pieces import pieces_of

_SOLID_MM = 0.8  # strokes of ordinary letters are thinner
_LEAST_MM, _MOST_MM = 1.3, 3.5  # a sign's sides
_ROUND = 1.35  # the longer side in shorter ones
_FULL = 0.64  # of its box is ink: of a heart 0.67 to 0.78
_BESIDE_MM = 0.4
_CROSSED = 0.17  # of a rim of `_BESIDE_MM` that may be ink: of a heart 0.10 to 0.15, a thick place of a trace has more
_PAST_MM = 0.15
_BEFORE_MM, _AFTER_MM = (0.8, 0.3), (0.3, 1.6)
"""From the sign: nothing is to its left, a number to its right."""
_MOST = 3
"""A page has no more signs: where more are seen its lettering is bold."""


def solid_signs(dark: np.ndarray, ink: float, px_per_mm: tuple[float, float]) -> np.ndarray:
    """Boxes float (N, 4) x0 y0 x1 y1 of solid signs in darkness (H, W), where more than `ink` is ink."""
    binary = (dark > ink).astype(np.uint8)
    size = tuple(max(round(_SOLID_MM * side), 3) for side in px_per_mm)
    solid = cv2.morphologyEx(binary, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size))
    pieces = pieces_of(solid)[1][1:]
    x, y, wide, high, area = pieces.T
    sides = np.stack([wide / px_per_mm[0], high / px_per_mm[1]])
    least, most = sides.min(axis=0), sides.max(axis=0)
    like = (least >= _LEAST_MM) & (most <= _MOST_MM) & (most <= _ROUND * least) & (area >= _FULL * wide * high)
    signs = [box for piece in pieces[like] if (box := _alone(binary, piece[:4], px_per_mm)) is not None]
    return np.array(signs if len(signs) <= _MOST else [], float).reshape(-1, 4)


def _alone(binary: np.ndarray, piece: np.ndarray, px_per_mm: tuple[float, float]) -> list[float] | None:
    """The box of the whole sign whose solid part is `piece` x y w h; None where much ink is beside it."""
    x, y, wide, high = (int(v) for v in piece)
    across, down = (max(round(_BESIDE_MM * side), 1) for side in px_per_mm)
    left, top = max(x - across, 0), max(y - down, 0)
    near = binary[top : y + high + down, left : x + wide + across]
    beside = int(near.sum()) - int(binary[y : y + high, x : x + wide].sum())
    if beside > _CROSSED * (near.size - wide * high):
        return None
    level = binary[y : y + high]
    before, after = (np.array(reach) * px_per_mm[0] for reach in (_BEFORE_MM, _AFTER_MM))
    left_of = level[:, max(x - round(before[0]), 0) : max(x - round(before[1]), 0)]
    right_of = level[:, x + wide + round(after[0]) : x + wide + round(after[1])]
    if left_of.any() or not right_of.any():
        return None
    # the points of a heart reach beyond what is solid; to the right a number may begin at once
    return [left, top, x + wide + _PAST_MM * px_per_mm[0], top + near.shape[0]]


def without_signs(dark: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Darkness (H, W) with the boxes (N, 4) blank."""
    clean = dark.copy()
    for x0, y0, x1, y1 in np.round(signs).astype(int):
        clean[y0:y1, x0:x1] = 0.0
    return clean
