"""`lead_frame`: a page as the picture model sees it, every lead in a cell of its own.

Four rows of cells: the twelve leads, 2.5 s each, as on a 3x4 page whatever the layout; below them ten seconds of a
rhythm strip. Time and voltage have the same scale on every page, so that neither paper speed nor gain has to be learnt.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.preprocess import Preprocess

CELL_PX = (64, 96)
"""(H, W) of the cell of one lead."""
GRID = (4, 4)
FRAME_PX = (CELL_PX[0] * GRID[0], CELL_PX[1] * GRID[1])
CELL_S = 2.5
PX_PER_MV = 16.0
PX_PER_S = CELL_PX[1] / CELL_S
CELLS = (("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6"))
"""The lead of each cell above the rhythm strip."""
LEAD_CELLS = {lead: (row, column) for row, leads in enumerate(CELLS) for column, lead in enumerate(leads)}
SLOTS = 13
"""Twelve leads, row by row of `CELLS`, then the rhythm strip."""
_RHYTHM_ORDER = ("II", "V1", "V5", "I", "III", "aVF", "V2", "V3", "V4", "V6", "aVL", "aVR")
_INK = Preprocess(grey="brightest", level="ink", ink_floor=0.35)
_WORK_PX_PER_MM = 4.0
_MM_PER_MV = 10.0


def cell_box(slot: int) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) of a slot in the frame."""
    height, width = CELL_PX
    if slot == SLOTS - 1:
        return 0, 3 * height, FRAME_PX[1], FRAME_PX[0]
    row, column = divmod(slot, 4)
    return column * width, row * height, (column + 1) * width, (row + 1) * height


def slot_of(lead: str) -> int:
    row, column = LEAD_CELLS[lead]
    return row * 4 + column


def lead_frame(page: Page, late: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """(frame, seen): darkness uint8 `FRAME_PX`, 0 paper, 255 ink; bool (SLOTS,) which cells hold a lead.

    `late` 0 to 1 chooses the 2.5 s of a longer panel: 0 its beginning, 1 its end. Raises `BadOption` without panels.
    """
    if not page.panels:
        raise BadOption("The page has no located leads; the picture model needs them.", "Use a page with a layout.")
    px_per_mm = scale_of(page)
    shrink = min(_WORK_PX_PER_MM / px_per_mm[0], 1.0)
    picture = page.picture
    if shrink < 0.9:
        size = (max(round(picture.shape[1] * shrink), 1), max(round(picture.shape[0] * shrink), 1))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        factor = (size[0] / page.picture.shape[1], size[1] / page.picture.shape[0])
    else:
        factor = (1.0, 1.0)
    small = Page(picture, px_per_mm=(px_per_mm[0] * factor[0], px_per_mm[1] * factor[1]))
    darkness = 255 - _INK.levelled(small)
    return cells_of(darkness, page.panels, px_per_mm, factor, late)


def cells_of(
    darkness: np.ndarray,
    panels: Iterable[Panel],
    px_per_mm: tuple[float, float],
    factor: tuple[float, float] = (1.0, 1.0),
    late: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """As `lead_frame`, from darkness uint8 (H, W) that is `factor` times as large as the page of the `panels`."""
    frame, seen = np.zeros(FRAME_PX, np.uint8), np.zeros(SLOTS, bool)
    for slot, panel, from_s, length_s in placements(panels, late):
        x0, y0, x1, y1 = cell_box(slot)
        x1 = min(x1, x0 + max(round(length_s * PX_PER_S), 2))  # a strip of five seconds fills half of its cell
        window = window_px(panel, px_per_mm, from_s, length_s)
        frame[y0:y1, x0:x1] = _cut(darkness, window, factor, (x1 - x0, y1 - y0), panel.sign)
        seen[slot] = True
    return frame, seen


def placements(panels: Iterable[Panel], late: float = 0.0) -> list[tuple[int, Panel, float, float]]:
    """(slot, panel, seconds into the panel, seconds shown) of every cell that can be filled."""
    panels = tuple(panels)
    placed = []
    for lead in LEAD_CELLS:
        mine = [panel for panel in panels if panel.lead == lead]
        if mine:
            panel = min(mine, key=lambda panel: panel.rhythm)
            length = min(CELL_S, panel.length_s)
            placed.append((slot_of(lead), panel, (panel.length_s - length) * late, length))
    long = [panel for panel in panels if panel.length_s > 4.0]
    if long:
        order = {lead: k for k, lead in enumerate(_RHYTHM_ORDER)}
        strip = min(long, key=lambda panel: (not panel.rhythm, -min(panel.length_s, 10.0), order[panel.lead]))
        placed.append((SLOTS - 1, strip, 0.0, min(strip.length_s, 10.0)))
    return placed


def window_px(panel: Panel, px_per_mm: tuple[float, float], from_s: float, length_s: float) -> tuple[float, ...]:
    """(x0, y0, x1, y1) in page px of what a cell shows: these seconds, 2 mV up and down."""
    px_per_s = (panel.box_px[2] - panel.box_px[0]) / panel.length_s
    px_per_mv = px_per_mm[1] * (panel.mm_per_mv or _MM_PER_MV)
    half = CELL_PX[0] / 2 / PX_PER_MV * px_per_mv
    x0 = panel.box_px[0] + from_s * px_per_s
    return x0, panel.baseline_px - half, x0 + length_s * px_per_s, panel.baseline_px + half


def scale_of(page: Page) -> tuple[float, float]:
    """px per mm, from the panels' time at 25 mm/s where the grid gave none."""
    if page.px_per_mm is not None:
        return page.px_per_mm
    panel = page.panels[0]
    px = (panel.box_px[2] - panel.box_px[0]) / panel.length_s / 25.0
    return px, px


def _cut(darkness: np.ndarray, window: tuple[float, ...], factor, size: tuple[int, int], sign: int) -> np.ndarray:
    """The window (page px) drawn to `size` (W, H): twice as fine, then averaged; paper outside the picture."""
    x0, y0, x1, y1 = (v * factor[k % 2] for k, v in enumerate(window))
    if sign < 0:
        y0, y1 = y1, y0
    step_x, step_y = (x1 - x0) / (2 * size[0]), (y1 - y0) / (2 * size[1])
    matrix = np.array([[step_x, 0, x0 + step_x / 2 - 0.5], [0, step_y, y0 + step_y / 2 - 0.5]], np.float64)
    fine = cv2.warpAffine(
        darkness, matrix, (2 * size[0], 2 * size[1]), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=0
    )
    return cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
