"""Lettering without the ruling it stands on: long straight lines are taken out, letters that cross them stay."""

from __future__ import annotations

import cv2
import numpy as np

RULE_MM = 7.0
"""Straight ink of this length is a ruling, a frame or a separator; no stroke of a letter is so long."""

_FAINTEST = 0.05  # a ruling paler than this share of black does not touch letters
_SHARE = 1.2  # of a line's darkness that is taken out: lines vary along their way
_MEND_MM = 0.6  # a letter that a line crossed is closed over so much


def without_ruling(dark: np.ndarray, px_per_mm: tuple[float, float], dotted: bool = False) -> np.ndarray:
    """float32 (H, W) darkness, 0 paper to 1 black, without straight lines along x or y longer than `RULE_MM`.

    Lines may lean or waver by a pixel; `dotted` ones, as copies and dithered scans have, are closed along their way, at
    the cost of letters that line up with one another. Method: grey openings by segments; where a letter was crossed,
    what stands on both sides of the line is joined again, no darker than the page was. The same array where no such
    line is seen.
    """
    page = dark * np.float32(255.0)
    page = np.minimum(page, 255.0, out=page).astype(np.uint8)
    across, down = (int(RULE_MM * side) | 1 for side in px_per_mm)
    thick = np.ones((3, 3 if dotted else 1), np.uint8)
    along_x = cv2.morphologyEx(cv2.dilate(page, thick), cv2.MORPH_OPEN, np.ones((1, across), np.uint8))
    along_y = cv2.morphologyEx(cv2.dilate(page, thick.T), cv2.MORPH_OPEN, np.ones((down, 1), np.uint8))
    ruled = cv2.max(along_x, along_y)
    if float(np.quantile(ruled[::3, ::3], 0.98)) < 255 * _FAINTEST:
        return dark
    left = cv2.subtract(page, cv2.convertScaleAbs(ruled, alpha=_SHARE))
    size = tuple(max(int(_MEND_MM * side) | 1, 3) for side in px_per_mm)
    mended = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones(size[::-1], np.uint8))
    touched = cv2.compare(ruled, 255 * _FAINTEST, cv2.CMP_GT)
    clean = cv2.copyTo(cv2.max(left, cv2.min(mended, page)), touched, page)
    return cv2.LUT(clean, np.arange(256, dtype=np.float32) / np.float32(255.0))
