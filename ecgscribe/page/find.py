"""The outline of the sheet in a scan or photograph: its straight edges, else bright paper against a darker ground."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.page.darkness import darkest
from ecgscribe.page.edges import find_edges, is_sold
from ecgscribe.page.ruling import Ruling

_COPY_PX = 600
_DIMMEST = 0.62  # paper in shadow against the paper of the ruled area
_WHOLE = 0.93  # of the frame: then the frame is the sheet
_SOLID = 0.88  # of its convex hull: a sheet has no bays
_BESIDE_MM = 15.0  # an outermost place of the ruling may lie so far beyond the sheet
_EXACT_MM = 1.0
_ALONG = np.linspace(0, 1, 24, endpoint=False)[:, None]


def find_sheet(picture: np.ndarray, ruling: Ruling) -> tuple[np.ndarray, np.ndarray]:
    """((N, 2) outline, (4, 2) corners clockwise from top left) of the sheet in picture points.

    Where an edge of the sheet is not seen the bright paper's extent is taken, and where no darker ground shows the
    picture's own frame.
    """
    height, width = picture.shape[:2]
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    if _is_sheet(ruling.flat_points(frame)):
        return frame, frame
    outline = find_outline(picture, ruling.ruled_px)
    edges, seen = find_edges(picture, ruling)
    if not seen.any():
        return outline, corners_of(outline)
    flat = ruling.flat_points(outline)
    around = np.array([np.quantile(flat, 0.03, axis=0), np.quantile(flat, 0.97, axis=0)])
    low, high = np.where(seen, edges, around)
    inner = ruling.flat_box_mm(whole=False)
    low, high = np.minimum(low, inner[0] + _BESIDE_MM), np.maximum(high, inner[1] - _BESIDE_MM)
    corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    sides = np.concatenate([corners[k] + (corners[(k + 1) % 4] - corners[k]) * _ALONG for k in range(4)])
    size = np.array(picture.shape[1::-1], float)
    found = np.clip(ruling.picture_points(sides), 0, size)[:: len(_ALONG)]
    # a frame printed on the page may pass for its edge: nothing is cut off by it that bright paper holds
    return outline, found


def _is_sheet(corners_mm: np.ndarray) -> bool:
    """Whether a picture's corners (4, 2), on the paper, are those of a sheet as it is sold: an export of the page."""
    left, top, right, bottom = (corners_mm[[a, b], axis] for a, b, axis in ((0, 3, 0), (0, 1, 1), (1, 2, 0), (3, 2, 1)))
    straight = max(abs(float(np.ptp(side))) for side in (left, top, right, bottom)) < _EXACT_MM
    width, height = np.ptp(corners_mm, axis=0)
    return straight and is_sold(float(width)) and is_sold(float(height))


def find_outline(picture: np.ndarray, ruled_px: np.ndarray) -> np.ndarray:
    """(N, 2) convex outline of the sheet in picture points.

    `ruled_px` (N, 2): points known to lie on ruled paper. The picture's own frame where no darker ground shows.
    """
    height, width = picture.shape[:2]
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    factor = min(_COPY_PX / max(height, width), 1.0)
    size = (max(round(width * factor), 8), max(round(height * factor), 8))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = darkest(small)
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
