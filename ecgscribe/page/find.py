"""The outline of the sheet in a scan or photograph: bright paper around the ruling, against a darker ground."""

from __future__ import annotations

import cv2
import numpy as np

_COPY_PX = 600
_DIMMEST = 0.62  # paper in shadow against the paper of the ruled area
_WHOLE = 0.93  # of the frame: then the frame is the sheet
_SOLID = 0.88  # of its convex hull: a sheet has no bays


def find_outline(picture: np.ndarray, ruled_px: np.ndarray) -> np.ndarray:
    """(N, 2) convex outline of the sheet in picture points.

    `ruled_px` (N, 2): points known to lie on ruled paper. The picture's own frame where no darker ground shows.
    """
    height, width = picture.shape[:2]
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    factor = min(_COPY_PX / max(height, width), 1.0)
    size = (max(round(width * factor), 8), max(round(height * factor), 8))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).min(axis=2)
    # closing lets lines and letters vanish into the paper
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    small = cv2.medianBlur(small, 5)
    inside = np.clip((ruled_px * factor).astype(int), 0, np.array(size) - 1)
    paper = float(np.median(small[inside[:, 1], inside[:, 0]]))
    bright = (small > _DIMMEST * paper).astype(np.uint8)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, labels = cv2.connectedComponents(bright, connectivity=4)
    on_sheet = labels[inside[:, 1], inside[:, 0]]
    if not (on_sheet > 0).any():
        return frame
    mask = (labels == np.bincount(on_sheet[on_sheet > 0]).argmax()).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(contour).reshape(-1, 2).astype(float) + 0.5
    area, hull_area = cv2.contourArea(contour), max(cv2.contourArea(hull.astype(np.float32)), 1.0)
    if hull_area > _WHOLE * size[0] * size[1] or area < _SOLID * hull_area or len(hull) < 4:
        return frame
    holds = [cv2.pointPolygonTest(hull.astype(np.float32), tuple(map(float, p * factor)), False) >= 0 for p in ruled_px]
    return hull / factor if np.mean(holds) > 0.9 else frame


def corners_of(outline: np.ndarray) -> np.ndarray:
    """(4, 2) corners of an outline (N, 2), clockwise from top left: the points furthest out on the diagonals."""
    total, difference = outline.sum(axis=1), outline[:, 0] - outline[:, 1]
    return outline[[total.argmin(), difference.argmax(), total.argmax(), difference.argmin()]]
