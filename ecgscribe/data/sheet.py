"""The empty sheet: paper, ruled ground, grid, frame and sticker; drawn once for each style and scale."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from ecgscribe.data.style_model import Colour, Style

STICKER_TEXT = "simulated"
STICKER_MM = 18.0
_DOT_STEP_MM = 0.5  # between the dots of a dotted 5 mm line
_CROSSING_MM = 1.4  # gap of the 5 mm lines around their crossings in a grid of boxes


@lru_cache(maxsize=8)
def drawn_sheet(style: Style, px_per_mm: float) -> np.ndarray:
    """uint8 (H, W, 3), read-only; line edges are area-weighted, so the grid keeps its pitch at any scale."""
    width, height = (int(round(side * px_per_mm)) for side in style.sheet_mm)
    picture = np.broadcast_to(np.array(style.paper, np.float32), (height, width, 3)).copy()
    inside = _Ruled(style, px_per_mm, height, width)
    if style.ground is not None:
        _tinted(picture, np.outer(inside.rows_in, inside.columns_in), style.ground)
    if style.minor_mm > 0 and style.minor_kind != "none":
        _tinted(picture, inside.minor(), style.minor)
    if style.major_mm > 0 and style.major_kind != "none":
        _tinted(picture, inside.major(), style.major)
    if style.frame is not None:
        _tinted(picture, inside.frame(), style.frame)
    sheet = np.round(picture).astype(np.uint8)
    if style.sticker:
        _paste_sticker(sheet, style, px_per_mm)
    sheet.setflags(write=False)
    return sheet


class _Ruled:
    """Coverage (H, W) of each kind of line in the ruled area of a style."""

    def __init__(self, style: Style, px_per_mm: float, height: int, width: int):
        self.style, self.px_per_mm, self.height, self.width = style, px_per_mm, height, width
        x0, y0, x1, y1 = style.grid_mm
        self.columns_in = _coverage(width, x0 * px_per_mm, x1 * px_per_mm)
        self.rows_in = _coverage(height, y0 * px_per_mm, y1 * px_per_mm)

    def minor(self) -> np.ndarray:
        columns, rows = self._lines(1.0, self.style.minor_mm)
        if self.style.minor_kind == "lines":
            return self._both(columns, rows)
        # the dots on and next to a 5 mm line are the line's own
        columns, rows = self._lines(1.0, self.style.minor_mm, skip=5)
        return np.outer(rows, columns)

    def major(self) -> np.ndarray:
        columns, rows = self._lines(5.0, self.style.major_mm)
        if self.style.major_kind == "lines":
            return self._both(columns, rows)
        if self.style.major_kind == "dotted":
            across, down = self._lines(_DOT_STEP_MM, 0.5 * _DOT_STEP_MM)
            return np.maximum(np.outer(down, columns), np.outer(rows, across))
        across, down = self._lines(5.0, _CROSSING_MM)
        return np.maximum(np.outer(self.rows_in * (1 - down), columns), np.outer(rows, self.columns_in * (1 - across)))

    def frame(self) -> np.ndarray:
        half = self.style.frame_mm / 2
        x0, y0, x1, y1 = self.style.grid_mm
        outer = self._box(x0 - half, y0 - half, x1 + half, y1 + half)
        return outer - self._box(x0 + half, y0 + half, x1 - half, y1 - half)

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
        scale = self.px_per_mm
        return np.outer(_coverage(self.height, y0 * scale, y1 * scale), _coverage(self.width, x0 * scale, x1 * scale))

    def _both(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return np.maximum(np.outer(self.rows_in, columns), np.outer(rows, self.columns_in))

    def _lines(self, step_mm: float, line_mm: float, skip: int = 0) -> tuple[np.ndarray, np.ndarray]:
        x0, y0, x1, y1 = self.style.grid_mm
        scale = self.px_per_mm
        columns = _ruling(self.width, x0, x1, step_mm, line_mm, scale, skip)
        return columns, _ruling(self.height, y0, y1, step_mm, line_mm, scale, skip)


def _tinted(picture: np.ndarray, cover: np.ndarray, colour: Colour) -> None:
    """Blends `colour` into the float picture where `cover` (H, W) is."""
    share = cover[:, :, None]
    picture *= 1 - share
    picture += np.array(colour, np.float32) * share


def _ruling(
    length_px: int, start_mm: float, end_mm: float, step_mm: float, line_mm: float, px_per_mm: float, skip: int = 0
) -> np.ndarray:
    """(length_px,) share of each pixel covered by the lines of one direction; every `skip`-th line is left out."""
    cover = np.zeros(length_px, np.float32)
    for number, position in enumerate(np.arange(start_mm, end_mm + 1e-6, step_mm)):
        if skip and number % skip == 0:
            continue
        start_px, end_px = (position - line_mm / 2) * px_per_mm, (position + line_mm / 2) * px_per_mm
        near = slice(max(int(start_px) - 1, 0), max(int(end_px) + 2, 0))
        cover[near] += _coverage(length_px, start_px, end_px, near)
    return np.minimum(cover, 1.0)


def _coverage(length_px: int, start_px: float, end_px: float, near: slice = slice(None)) -> np.ndarray:
    """(length_px,) share of each pixel inside [start_px, end_px); only of the pixels `near`, if given."""
    edges = np.arange(length_px + 1, dtype=np.float32)
    upper, lower = edges[1:][near], edges[:-1][near]
    return np.clip(np.minimum(upper, end_px) - np.maximum(lower, start_px), 0, 1).astype(np.float32)


def sticker_box_mm(style: Style) -> tuple[float, float, float, float]:
    """Where the QR sticker is: the upper right corner, 4 mm from the edges."""
    x1 = style.sheet_mm[0] - 4.0
    return x1 - STICKER_MM, 4.0, x1, 4.0 + STICKER_MM


@lru_cache(maxsize=1)
def _qr_modules() -> np.ndarray:
    """uint8 (N, N), 0 or 255, of a QR code that says `STICKER_TEXT`, with its quiet zone."""
    return np.ascontiguousarray(cv2.QRCodeEncoder.create().encode(STICKER_TEXT))


def _paste_sticker(sheet: np.ndarray, style: Style, px_per_mm: float) -> None:
    x0, y0, x1, y1 = (int(round(v * px_per_mm)) for v in sticker_box_mm(style))
    if x1 - x0 < 4 or x0 < 0:
        return
    kind = cv2.INTER_AREA if x1 - x0 < len(_qr_modules()) else cv2.INTER_NEAREST
    code = cv2.resize(_qr_modules(), (x1 - x0, y1 - y0), interpolation=kind)
    sheet[y0:y1, x0:x1] = np.clip(code, 20, 250)[: sheet.shape[0] - y0, : sheet.shape[1] - x0, None]
