"""Connected pieces of a mask with their boxes and areas, told from runs of pixels: OpenCV's own statistics look at
every pixel of the ground too, and take three times as long."""

from __future__ import annotations

import cv2
import numpy as np


def pieces_of(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(labels int32 (H, W), pieces int32 (N, 5) x y width height area) of what is connected, corners included, in a
    mask uint8 (H, W) of 0 and 1.

    Label and row 0 are the ground, whose numbers are 0; others as `cv2.connectedComponentsWithStats` gives them.
    """
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    pieces = np.zeros((count, 5), np.int32)
    if count == 1:
        return labels, pieces
    # a blank column on the right keeps runs from going on in the next row
    flat = cv2.copyMakeBorder(mask, 0, 0, 0, 1, cv2.BORDER_CONSTANT, value=0).ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        changes = np.r_[0, changes]
    wide = mask.shape[1] + 1
    y, first = np.divmod(changes[::2], wide)
    length = changes[1::2] - changes[::2]
    own = labels[y, first]
    low, high = np.full((2, count), wide), np.zeros((2, count), int)
    np.minimum.at(low[0], own, first)
    np.maximum.at(high[0], own, first + length)
    # runs come row by row: of each piece the first is in its highest row and the last in its lowest
    low[1, own[::-1]], high[1, own] = y[::-1], y + 1
    pieces[1:, :2], pieces[1:, 2:4] = low.T[1:], (high - low).T[1:]
    pieces[1:, 4] = np.bincount(own, length, count)[1:]
    return labels, pieces
