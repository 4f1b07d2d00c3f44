"""The straight page: which part of the picture it shows, at which scale, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.warp import Bend, Warp
from ecgscribe.page.ruling import Ruling
from ecgscribe.page.straighten import is_straight, warp
from ecgscribe.page.unbend import NODE_MM, Bent

_FINEST = 10.0  # px a mm of a page that has to be warped: more shows nothing more
_BEYOND_MM = 60.0  # paper shown around the ruling at most


@dataclass(frozen=True, eq=False)
class FlatPage:
    """`picture` uint8 (H, W, 3); `to_source` page points -> picture points; `px_per_mm` (x, y);
    `ruled_px` (x0, y0, x1, y1) the box, in page pixels, in which the ruling was seen."""

    picture: np.ndarray
    to_source: Transform | Warp
    px_per_mm: tuple[float, float]
    ruled_px: tuple[float, float, float, float]

    def turned(self, turns: int) -> FlatPage:
        """The page turned clockwise by so many right angles; no pixel changes its value."""
        if turns % 4 == 0:
            return self
        height, width = self.picture.shape[:2]
        x0, y0, x1, y1 = self.ruled_px
        return replace(
            self,
            picture=np.ascontiguousarray(np.rot90(self.picture, -1)),
            to_source=Transform(np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1.0]])).then(self.to_source),
            px_per_mm=self.px_per_mm[::-1],
            ruled_px=(height - y1, x0, height - y0, x1),
        ).turned(turns - 1)


def flatten(picture: np.ndarray, ruling: Ruling, outline: np.ndarray) -> FlatPage:
    """Cuts the sheet out and straightens it, along its ruling where that is bent; a picture that is straight already
    keeps its own pixels.

    `outline` (N, 2) of the sheet in picture points.
    """
    frame = np.array(
        [[0, 0], [picture.shape[1], 0], [picture.shape[1], picture.shape[0]], [0, picture.shape[0]]], float
    )
    ruled = _around(ruling.ruled_px, ruling.reach_px, picture.shape)
    bent = ruling.bent if ruling.bent is not None and not ruling.bent.is_flat else None
    if bent is None and is_straight(ruling.to_mm, ruled):
        return _cut(picture, ruling, outline, frame, ruled)
    to_mm = ruling.to_mm
    scale = min(float(np.sqrt(ruling.px_per_mm[0] * ruling.px_per_mm[1])), _FINEST)
    box = _box(to_mm.points(ruled))
    low, high = _box(to_mm.points(_toward(outline, ruled.mean(axis=0), to_mm)))
    low, high = np.maximum(low, box[0] - _BEYOND_MM), np.minimum(high, box[1] + _BEYOND_MM)
    to_page = to_mm.then(Transform.shift(*-low)).then(Transform.scale(scale))
    size = tuple(max(int(round(side)), 1) for side in ((high - low) * scale)[::-1])
    source, shrink = picture, Transform()
    ratio = scale / float(np.sqrt(ruling.px_per_mm[0] * ruling.px_per_mm[1]))
    if ratio < 0.8:  # area averaging first, or thin traces would break
        wide, high_px = round(picture.shape[1] * ratio), round(picture.shape[0] * ratio)
        source = cv2.resize(picture, (wide, high_px), interpolation=cv2.INTER_AREA)
        shrink = Transform.scale(picture.shape[1] / wide, picture.shape[0] / high_px)
    fill = tuple(int(v) for v in np.median(source[::8, ::8].reshape(-1, 3), axis=0))
    x0, y0, x1, y1 = np.r_[_box(to_page.points(ruled))].ravel()
    ruled_px = _clipped((x0, y0, x1, y1), size)
    bend = None if bent is None else _bend(bent, low, size, scale)
    if bend is None:
        page = warp(source, shrink.then(to_page), size, fill)
        return FlatPage(page, to_page.inverse, (scale, scale), ruled_px)
    to_source = bend.then(to_page.inverse)
    fine = to_source.then(shrink.inverse).inverse.backward_map(size)
    page = cv2.remap(source, fine, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=fill)
    return FlatPage(page, to_source, (scale, scale), ruled_px)


def _bend(bent: Bent, low_mm: np.ndarray, size: tuple[int, int], scale: float) -> Bend | None:
    """The bend in page pixels: a page point is seen where the plane has point + shift; None where it would fold."""
    height, width = size
    rows, columns = (max(int(side / scale / NODE_MM), 1) + 1 for side in size)
    x, y = np.linspace(0, width, columns), np.linspace(0, height, rows)
    places = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    nodes = bent.shift_mm(places / scale + low_mm).reshape(rows, columns, 2) * scale
    try:
        return Bend(nodes, size, backward=True)
    except BadOption:
        return None


def _cut(picture, ruling: Ruling, outline: np.ndarray, frame: np.ndarray, ruled: np.ndarray) -> FlatPage:
    low, high = _box(outline)
    low, high = np.floor(np.maximum(low, 0)).astype(int), np.ceil(np.minimum(high, frame[2])).astype(int)
    part = np.ascontiguousarray(picture[low[1] : high[1], low[0] : high[0]])
    x0, y0, x1, y1 = np.r_[_box(ruled - low)].ravel()
    return FlatPage(part, Transform.shift(*low), ruling.px_per_mm, _clipped((x0, y0, x1, y1), part.shape[:2]))


def _around(points: np.ndarray, reach: float, shape: tuple[int, ...]) -> np.ndarray:
    """(4N, 2): the corners of squares around points, kept inside the picture."""
    corners = np.concatenate([points + np.array([dx, dy]) * reach for dx in (-1, 1) for dy in (-1, 1)])
    return np.clip(corners, 0, [shape[1], shape[0]])


def _toward(outline: np.ndarray, middle: np.ndarray, to_mm: Transform) -> np.ndarray:
    """The outline, drawn in towards the middle where the perspective would send it behind the camera."""
    depth = np.c_[outline, np.ones(len(outline))] @ to_mm.matrix[2]
    centre = np.r_[middle, 1.0] @ to_mm.matrix[2]
    share = np.where(depth / centre > 0.3, 1.0, 0.5)[:, None]
    return middle + (outline - middle) * share


def _box(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return points.min(axis=0), points.max(axis=0)


def _clipped(box: tuple[float, ...], size: tuple[int, ...]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    return max(x0, 0.0), max(y0, 0.0), min(x1, float(size[1])), min(y1, float(size[0]))
