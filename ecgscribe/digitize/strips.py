"""Rows of a page, each cut out as a strip of fixed scale: what the network and the classical reading look at."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.core.page import Page, Panel
from ecgscribe.core.threads import side_by_side

ACROSS_PX_PER_MM, DOWN_PX_PER_MM = 8.0, 5.0
"""Scale of a strip: 5 ms and 20 uV a pixel at 25 mm/s and 10 mm/mV."""

STRIP_ROWS = 288
"""Height of a strip, 57.6 mm: 2.8 mV up and down at the usual gain."""

MARGIN_MM = 8.0
"""Paper shown left and right of a row's panels."""

MULTIPLE = 32
"""A strip's width is a multiple of it, as the network halves it so often."""

_SAME_ROW_MM = 7.0  # panels whose baselines lie closer stand in one row, unless they overlap in x
_PAPER_MM = 12.0  # side of the cells whose bright part tells the bare paper
_MM_PER_S = 25.0


@dataclass(frozen=True, eq=False)
class Strip:
    """One row: `image` float32 (2, STRIP_ROWS, W), the darkness (0 paper, 1 black) of the page's grey and of its
    brightest colour channel (coloured grids vanish there); `panels` the numbers of the page's panels in it;
    `origin_px`, `scale` (x, y): page = origin + strip / scale, all in pixel-edge coordinates.
    """

    image: np.ndarray
    panels: tuple[int, ...]
    origin_px: tuple[float, float]
    scale: tuple[float, float]

    def to_page(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(N, 2) page points of strip coordinates x, y (N,)."""
        return np.c_[self.origin_px[0] + x / self.scale[0], self.origin_px[1] + y / self.scale[1]]

    def from_page(self, points: np.ndarray) -> np.ndarray:
        """(N, 2) strip coordinates of page points (N, 2)."""
        return (np.asarray(points, float) - self.origin_px) * self.scale


def page_scale(page: Page) -> tuple[float, float] | None:
    """px a mm (x, y) of the page; from its panels at 25 mm/s where it does not say; None without panels."""
    if page.px_per_mm is not None:
        return page.px_per_mm
    if not page.panels:
        return None
    widths = [(panel.box_px[2] - panel.box_px[0]) / (panel.length_s * _MM_PER_S) for panel in page.panels]
    return float(np.median(widths)), float(np.median(widths))


def rows_of(panels: tuple[Panel, ...], px_per_mm: tuple[float, float]) -> list[tuple[int, ...]]:
    """Numbers of the panels that stand in one row, from top to bottom, each row from left to right."""
    rows: list[list[int]] = []
    for number in sorted(range(len(panels)), key=lambda k: panels[k].baseline_px):
        panel = panels[number]
        near = rows and abs(panels[rows[-1][0]].baseline_px - panel.baseline_px) < _SAME_ROW_MM * px_per_mm[1]
        if near and not any(_overlap(panel, panels[k]) for k in rows[-1]):
            rows[-1].append(number)
        else:
            rows.append([number])
    return [tuple(sorted(row, key=lambda k: panels[k].box_px[0])) for row in rows]


def _overlap(a: Panel, b: Panel) -> bool:
    shared = min(a.box_px[2], b.box_px[2]) - max(a.box_px[0], b.box_px[0])
    return shared > 0.3 * min(a.box_px[2] - a.box_px[0], b.box_px[2] - b.box_px[0])


def darkness_of(picture: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 3) at a strip's scale -> float32 (2, H, W): darkness, 0 to 1, of the grey and of the brightest
    channel, each against the bare paper around it, so that shadows vanish."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    brightest = cv2.max(cv2.max(picture[:, :, 0], picture[:, :, 1]), picture[:, :, 2])
    return np.stack([_against_paper(plane) for plane in (grey, brightest)])


def _against_paper(plane: np.ndarray) -> np.ndarray:
    """1 - plane / paper, not below 0; paper is the smoothed 80th percentile of cells of `_PAPER_MM`."""
    height, width = plane.shape
    rows = max(int(round(height / (_PAPER_MM * DOWN_PX_PER_MM))), 1)
    columns = max(int(round(width / (_PAPER_MM * ACROSS_PX_PER_MM))), 1)
    high, wide = height // rows, width // columns
    cells = plane[: rows * high, : columns * wide].reshape(rows, high, columns, wide)[:, ::3, :, ::4]
    flat = cells.transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    place = int(flat.shape[2] * 0.8)
    blocks = np.partition(flat, place, axis=2)[:, :, place].astype(np.float32)
    paper = cv2.resize(np.maximum(blocks, 16.0), (width, height), interpolation=cv2.INTER_LINEAR)
    return 1.0 - np.minimum(plane.astype(np.float32) / paper, 1.0)


def cut_strips(page: Page, px_per_mm: tuple[float, float]) -> list[Strip]:
    """The page's rows as strips, from top to bottom; what lies beyond the page is bare paper."""
    rows = rows_of(page.panels, px_per_mm)
    return side_by_side(lambda row: _cut(page.picture, page.panels, row, px_per_mm), rows)


def _cut(picture: np.ndarray, panels: tuple[Panel, ...], row: tuple[int, ...], px_per_mm: tuple[float, float]) -> Strip:
    middle = float(np.mean([panels[k].baseline_px for k in row]))
    left = min(panels[k].box_px[0] for k in row) - MARGIN_MM * px_per_mm[0]
    right = max(panels[k].box_px[2] for k in row) + MARGIN_MM * px_per_mm[0]
    reach = STRIP_ROWS / 2 / DOWN_PX_PER_MM * px_per_mm[1]
    x0, x1 = int(np.floor(left)), int(np.ceil(right))
    y0, y1 = int(np.round(middle - reach)), int(np.round(middle + reach))
    width = int(np.ceil((x1 - x0) / px_per_mm[0] * ACROSS_PX_PER_MM / MULTIPLE)) * MULTIPLE
    x1 = max(x0 + int(round(width / ACROSS_PX_PER_MM * px_per_mm[0])), x0 + 2)
    y1 = max(y1, y0 + 2)
    image = darkness_of(resized(_padded(picture, x0, y0, x1, y1), (STRIP_ROWS, width)))
    return Strip(image, row, (float(x0), float(y0)), (width / (x1 - x0), STRIP_ROWS / (y1 - y0)))


def _padded(picture: np.ndarray, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    """The part of the picture (H, W, 3) in this box, its median colour where the box leaves the picture."""
    height, width = picture.shape[:2]
    inside_y, inside_x = slice(max(y0, 0), min(y1, height)), slice(max(x0, 0), min(x1, width))
    part = np.full((y1 - y0, x1 - x0, 3), 255, np.uint8)
    if inside_y.stop <= inside_y.start or inside_x.stop <= inside_x.start:
        return part
    seen = picture[inside_y, inside_x]
    if seen.shape != part.shape:
        part[:] = np.median(seen[::7, ::7].reshape(-1, 3), axis=0)
    part[inside_y.start - y0 : inside_y.stop - y0, inside_x.start - x0 : inside_x.stop - x0] = seen
    return part


def resized(part: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """uint8 (h, w, 3) -> uint8 (*size_px, 3); areas are averaged where the strip is coarser, for each direction."""
    height, width = size_px
    kind_x = cv2.INTER_AREA if part.shape[1] > width else cv2.INTER_LINEAR
    kind_y = cv2.INTER_AREA if part.shape[0] > height else cv2.INTER_LINEAR
    if kind_x == kind_y:
        return cv2.resize(part, (width, height), interpolation=kind_x)
    part = cv2.resize(part, (part.shape[1], height), interpolation=kind_y)
    return cv2.resize(part, (width, height), interpolation=kind_x)
