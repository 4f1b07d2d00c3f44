"""What was found, drawn lightly on the user's picture and on the straightened page."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page

COLOUR = (0, 110, 140)
_OPACITY = 0.65


def page_on_picture(picture: np.ndarray, page: Page | None, longest_px: int = 1600) -> np.ndarray:
    """The user's picture, at most `longest_px` long, with the outline and the corners of the page that was read.

    `picture` uint8 (H, W, 3) in full size, as `page.to_source` speaks of it. Returns uint8 (h, w, 3).
    """
    small, scale = _fitted(picture, longest_px)
    if page is None:
        return small
    outline = scale.points(outline_of(page))
    thickness = max(round(max(small.shape[:2]) / 400), 2)
    small = _lines(small, [outline], thickness)
    return _dots(small, outline[:: len(outline) // 4], thickness * 3)


def panels_on_page(page: Page, longest_px: int = 1600) -> np.ndarray:
    """The straightened page, at most `longest_px` long, with each lead's window and name. uint8 (h, w, 3)."""
    small, scale = _fitted(page.picture, longest_px)
    boxes = [scale.points(_corners(panel.box_px)) for panel in page.panels]
    if not boxes:
        return small
    drawn = _lines(small, boxes, max(round(max(small.shape[:2]) / 1200), 1))
    image = Image.fromarray(drawn)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(max(round(small.shape[1] / 65), 11))
    for panel, box in zip(page.panels, boxes, strict=True):
        _tag(draw, panel.lead, box[3], font)  # below: printed names stand above
    return np.asarray(image)


TRACE_COLOUR = (214, 0, 110)


def traces_on_picture(
    picture: np.ndarray, page: Page, traces_px: Sequence[np.ndarray], longest_px: int = 2400
) -> np.ndarray:
    """The user's picture, at most `longest_px` long, with each digitised trace drawn where it was read.

    `traces_px` per panel (N, 2) page points, NaN where nothing was seen. Returns uint8 (h, w, 3).
    """
    small, scale = _fitted(picture, longest_px)
    return _curves(small, [scale.points(curve) for curve in trace_curves(page, traces_px)])


def traces_on_page(page: Page, traces_px: Sequence[np.ndarray], longest_px: int = 2400) -> np.ndarray:
    """The straightened page with the digitised traces on it. uint8 (h, w, 3)."""
    small, scale = _fitted(page.picture, longest_px)
    return _curves(small, [scale.points(t) for t in _runs(traces_px)])


def trace_curves(page: Page, traces_px: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The digitised traces as (N, 2) points of the picture that the page came from, one array a stretch."""
    return [page.to_source.points(run) for run in _runs(traces_px)]


def outline_of(page: Page, steps: int = 8) -> np.ndarray:
    """(4 `steps`, 2) picture points around the page, clockwise from its top left; a curled page has curved sides."""
    height, width = page.size_px
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    shares = np.arange(steps)[:, None] / steps
    sides = [a + (b - a) * shares for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    return page.to_source.points(np.concatenate(sides))


def _runs(traces_px: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The stretches without NaN of at least two points."""
    runs = []
    for trace in traces_px:
        seen = np.isfinite(trace).all(axis=1)
        edges = np.flatnonzero(np.diff(np.r_[False, seen, False]))
        runs += [trace[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]
    return runs


def _curves(picture: np.ndarray, curves: list[np.ndarray]) -> np.ndarray:
    """Open polylines, so thin that the printed trace shows on both sides."""
    cover = np.zeros(picture.shape[:2], np.uint8)
    thickness = max(round(max(picture.shape[:2]) / 1600), 1)
    for curve in curves:
        points = np.clip((curve - 0.5) * 16, -(2**24), 2**24)
        cv2.polylines(cover, [np.round(points).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)
    return _tinted(picture, cover, TRACE_COLOUR, 0.9)


def _fitted(picture: np.ndarray, longest_px: int) -> tuple[np.ndarray, Transform]:
    """A smaller copy and the map from the full picture's points to it."""
    height, width = picture.shape[:2]
    ratio = min(1.0, longest_px / max(height, width))
    size = (max(round(width * ratio), 1), max(round(height * ratio), 1))
    small = picture if ratio == 1.0 else np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))
    return small, Transform.scale(size[0] / width, size[1] / height)


def _corners(box_px: tuple[float, float, float, float]) -> np.ndarray:
    x0, y0, x1, y1 = box_px
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)


def _lines(picture: np.ndarray, shapes: list[np.ndarray], thickness: int) -> np.ndarray:
    """Closed polygons, half transparent, so that the trace stays visible beneath."""
    cover = np.zeros(picture.shape[:2], np.uint8)
    for shape in shapes:
        # a horizon line in a wild perspective would overflow OpenCV's integers
        points = np.clip(np.nan_to_num((shape - 0.5) * 16), -(2**24), 2**24)
        cv2.polylines(cover, [np.round(points).astype(np.int32)], True, 255, thickness, cv2.LINE_AA, 4)
    return _tinted(picture, cover)


def _dots(picture: np.ndarray, points: np.ndarray, radius: int) -> np.ndarray:
    cover = np.zeros(picture.shape[:2], np.uint8)
    for x, y in np.clip(np.nan_to_num(points), -(2**20), 2**20):
        cv2.circle(cover, (round(x), round(y)), radius, 255, -1, cv2.LINE_AA)
    return _tinted(picture, cover)


def _tinted(
    picture: np.ndarray, cover: np.ndarray, colour: tuple[int, int, int] = COLOUR, opacity: float = _OPACITY
) -> np.ndarray:
    share = cover[:, :, None].astype(np.float32) / 255 * opacity
    return np.round(picture * (1 - share) + np.array(colour, np.float32) * share).astype(np.uint8)


def _tag(draw: ImageDraw.ImageDraw, text: str, corner: np.ndarray, font: ImageFont.FreeTypeFont) -> None:
    """The lead's name on a white patch inside the window's lower left corner."""
    place = (float(corner[0]) + 5, float(corner[1]) - 4)
    box = draw.textbbox(place, text, font=font, anchor="lb")
    draw.rectangle((box[0] - 3, box[1] - 2, box[2] + 3, box[3] + 2), fill=(255, 255, 255))
    draw.text(place, text, fill=COLOUR, font=font, anchor="lb")
