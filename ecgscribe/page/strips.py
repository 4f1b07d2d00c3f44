"""Strips of lettering cut out of a page for the line reader, and the alphabet it writes."""

from __future__ import annotations

import cv2
import numpy as np

ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;/-+()[]|%*'=<>~_&#!?"
"""The letters that can be read; class k + 1 of the reader is letter k, class 0 its blank."""

STRIP_PX = 24
"""Height of a strip."""

LETTER_PX = 16
"""Height that the box of a line takes up in its strip."""

_WIDEST_PX = 640
_SIDE = 0.4  # of the box's height, shown at its left and right
_FAINTEST = 0.12  # darkness of the palest letters


def strip_of(dark: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """float32 (STRIP_PX, W), 0 paper to 1 ink: the box (x0, y0, x1, y1) of darkness (H, W), with room around it.

    W is even, at least 16 and at most 640; beyond that the line is squeezed.
    """
    x0, y0, x1, y1 = box
    high = max(y1 - y0, 2.0)
    room = high * (STRIP_PX - LETTER_PX) / (2 * LETTER_PX)
    zoom = LETTER_PX / high
    left, right = x0 - _SIDE * high, x1 + _SIDE * high
    wide = int(np.clip(2 * round((right - left) * zoom / 2), 16, _WIDEST_PX))
    top, bottom = y0 - room, y1 + room
    columns, rows = slice(max(int(left) - 1, 0), max(int(right) + 2, 1)), slice(max(int(top) - 1, 0), int(bottom) + 2)
    part = dark[rows, columns]
    if part.size == 0:
        return np.zeros((STRIP_PX, wide), np.float32)
    across, down = wide / (right - left), STRIP_PX / (bottom - top)
    if down < 0.75:  # area averaging first, or thin strokes would break
        size = (max(round(part.shape[1] * across), 1), max(round(part.shape[0] * down), 1))
        shrunk = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        grown = np.array([size[0] / part.shape[1], size[1] / part.shape[0]])
    else:
        shrunk, grown = part, np.ones(2)
    scale = np.array([across, down]) / grown
    shift = (np.array([columns.start, rows.start]) + 0.5 / grown - (left, top)) * (across, down) - 0.5
    matrix = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])
    strip = cv2.warpAffine(shrunk, matrix, (wide, STRIP_PX), flags=cv2.INTER_LINEAR)
    return np.clip(strip / max(float(np.quantile(strip, 0.97)), _FAINTEST), 0, 1).astype(np.float32)
