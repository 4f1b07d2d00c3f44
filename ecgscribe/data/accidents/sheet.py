"""Where the sheet lies in a scene, and places on it given in parts of its width and height."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.scene import Scene


def sheet_box(scene: Scene) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 px of the upright box round the sheet's corners, inside the picture; the picture when outside."""
    height, width = scene.size_px
    low, high = np.min(scene.truth.corners_px, axis=0), np.max(scene.truth.corners_px, axis=0)
    x0, y0 = max(0.0, float(low[0])), max(0.0, float(low[1]))
    x1, y1 = min(float(width), float(high[0])), min(float(height), float(high[1]))
    return (x0, y0, x1, y1) if x1 - x0 > 2 and y1 - y0 > 2 else (0.0, 0.0, float(width), float(height))


def on_sheet(scene: Scene, across: float, down: float) -> tuple[float, float]:
    """The pixel (x, y) at parts 0..1 of the sheet's width and height (bilinear between its corners)."""
    top_left, top_right, bottom_right, bottom_left = scene.truth.corners_px
    point = (1 - down) * ((1 - across) * top_left + across * top_right)
    point = point + down * ((1 - across) * bottom_left + across * bottom_right)
    return float(point[0]), float(point[1])


def paper_colour(picture: np.ndarray) -> tuple[int, int, int]:
    """RGB of the bare paper: the 80th percentile of every channel, seen at every 16th pixel or more."""
    step = max(1, min(picture.shape[:2]) // 100)
    few = picture[::step, ::step].reshape(-1, 3)
    return tuple(int(v) for v in np.sort(few, axis=0)[int(0.8 * (len(few) - 1))])


def grey_of(picture: np.ndarray) -> np.ndarray:
    """uint8 (H, W) brightness of an RGB picture (ITU-R BT.601)."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def colour_of(grey: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 3) with three equal channels."""
    return cv2.merge([grey, grey, grey])
