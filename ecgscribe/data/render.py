"""Draws an `Ecg` as a page and tells exactly where everything is: `Ecg` -> `Page` and `PageTruth`.

The geometry of the page stands once, in `layout_panels`; everything else follows from its panels.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.standards import STANDARD_SCALE, Layout, Scale, layout_named
from ecgscribe.core.truth import PageTruth
from ecgscribe.data.style import STANDARD, Style

_SUBPIXEL_BITS = 6  # OpenCV takes integer coordinates with this many binary places
_SIMPLIFY_PX = 0.05  # overlapping anti-aliased crumbs would thicken the line; this keeps the curve within 1/20 px


def layout_panels(
    style: Style,
    layout: Layout,
    scale: Scale,
    px_per_mm: float,
    starts_s: tuple[float, ...] | None = None,
    rhythm_start_s: float = 0.0,
) -> tuple[Panel, ...]:
    """Where each lead stands, in page pixels; the only place that knows the page's geometry.

    `starts_s` (columns,) gives the first second of each column, one after the other by default.
    """
    starts = tuple(k * layout.panel_s for k in range(layout.columns)) if starts_s is None else starts_s
    if len(starts) != layout.columns:
        raise BadOption(f"{len(starts)} column starts do not fit the {layout.columns} columns of {layout.name}.")
    width = layout.panel_s * scale.mm_per_s
    panels = []
    for row, leads in enumerate(layout.rows):
        baseline = style.origin_mm[1] + row * style.pitch_mm
        for column, lead in enumerate(leads):
            x0 = style.origin_mm[0] + column * width
            panels.append(_panel(lead, x0, width, baseline, style.pitch_mm, starts[column], layout.panel_s, px_per_mm))
    for row, lead in enumerate(layout.rhythm, start=len(layout.rows)):
        baseline = style.origin_mm[1] + row * style.pitch_mm
        panels.append(
            _panel(
                lead,
                style.origin_mm[0],
                width * layout.columns,
                baseline,
                style.pitch_mm,
                rhythm_start_s,
                layout.width_s,
                px_per_mm,
                rhythm=True,
            )
        )
    return tuple(panels)


def render(
    ecg: Ecg,
    style: Style = STANDARD,
    layout: str = "3x4+1",
    px_per_mm: float = 8.0,
    start_s: float = 0.0,
    seed: int = 0,
    scale: Scale = STANDARD_SCALE,
    starts_s: tuple[float, ...] | None = None,
) -> tuple[Page, PageTruth]:
    """Draws one page; the same arguments give the same bytes.

    Samples that are NaN or beyond the recording are left out. `start_s` is the second at the left edge;
    `starts_s` overrides the start of each column. `seed` is only recorded in the truth.
    Raises `BadOption` for an unknown layout or a scale that is not positive.
    """
    if not px_per_mm > 0:
        raise BadOption(f"px_per_mm must be positive, got {px_per_mm}.")
    plan = layout_named(layout)
    if starts_s is None:
        starts_s = tuple(start_s + k * plan.panel_s for k in range(plan.columns))
    panels = layout_panels(style, plan, scale, px_per_mm, starts_s, start_s)
    picture = _sheet(style, px_per_mm).copy()
    height, width = picture.shape[:2]
    traces = tuple(trace_px(ecg, panel, scale, px_per_mm) for panel in panels)
    ink = np.zeros((height, width), np.uint8)
    for trace in traces:
        _stroke(ink, trace, style.trace_mm * px_per_mm)
    for line in _pulses(style, panels, scale, px_per_mm) + _separators(style, plan, panels, px_per_mm):
        _stroke(ink, line, style.trace_mm * px_per_mm)
    _paint(picture, ink, style.ink)
    picture = _lettered(picture, style, panels, ecg.note, px_per_mm)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    page = Page(picture, px_per_mm=(px_per_mm, px_per_mm), layout=layout, panels=panels)
    return page, PageTruth(corners, panels, traces, (px_per_mm, px_per_mm), ecg, seed)


def trace_px(ecg: Ecg, panel: Panel, scale: Scale, px_per_mm: float) -> np.ndarray:
    """(N, 2) page points of one panel's samples; NaN rows where nothing was recorded."""
    first, last = panel.start_s * ecg.rate_hz, (panel.start_s + panel.length_s) * ecg.rate_hz
    index = np.arange(int(np.ceil(first - 1e-6)), int(np.floor(last + 1e-6)) + 1)
    signal = ecg.lead_mv(panel.lead)
    inside = (index >= 0) & (index < len(signal))
    millivolts = np.full(len(index), np.nan)
    millivolts[inside] = signal[index[inside]]
    x = panel.box_px[0] + (index / ecg.rate_hz - panel.start_s) * scale.mm_per_s * px_per_mm
    return np.c_[x, panel.baseline_px - millivolts * scale.mm_per_mv * px_per_mm]


def _panel(lead, x0, width, baseline, pitch, start_s, length_s, px_per_mm, rhythm=False) -> Panel:
    box = (x0, baseline - pitch / 2, x0 + width, baseline + pitch / 2)
    return Panel(lead, tuple(v * px_per_mm for v in box), start_s, length_s, baseline * px_per_mm, rhythm)


@lru_cache(maxsize=8)
def _sheet(style: Style, px_per_mm: float) -> np.ndarray:
    """Paper and grid, uint8 (H, W, 3); line edges are area-weighted, so the grid keeps its pitch at any scale."""
    width, height = (int(round(side * px_per_mm)) for side in style.sheet_mm)
    x0, y0, x1, y1 = style.grid_mm
    picture = np.broadcast_to(np.array(style.paper, np.float32), (height, width, 3)).copy()
    for step, line_mm, colour in ((1.0, style.minor_mm, style.minor), (5.0, style.major_mm, style.major)):
        if line_mm <= 0:
            continue
        columns = _ruling(width, x0, x1, step, line_mm, px_per_mm)
        rows = _ruling(height, y0, y1, step, line_mm, px_per_mm)
        columns_in = _coverage(width, x0 * px_per_mm, x1 * px_per_mm)
        rows_in = _coverage(height, y0 * px_per_mm, y1 * px_per_mm)
        cover = np.maximum(np.outer(rows_in, columns), np.outer(rows, columns_in))[:, :, None]
        picture = picture * (1 - cover) + np.array(colour, np.float32) * cover
    sheet = np.round(picture).astype(np.uint8)
    sheet.setflags(write=False)
    return sheet


def _ruling(
    length_px: int, start_mm: float, end_mm: float, step_mm: float, line_mm: float, px_per_mm: float
) -> np.ndarray:
    """(length_px,) share of each pixel covered by the lines of one direction."""
    cover = np.zeros(length_px, np.float32)
    for position in np.arange(start_mm, end_mm + 1e-6, step_mm):
        cover += _coverage(length_px, (position - line_mm / 2) * px_per_mm, (position + line_mm / 2) * px_per_mm)
    return np.minimum(cover, 1.0)


def _coverage(length_px: int, start_px: float, end_px: float) -> np.ndarray:
    """(length_px,) share of each pixel inside [start_px, end_px)."""
    edges = np.arange(length_px + 1, dtype=np.float32)
    return np.clip(np.minimum(edges[1:], end_px) - np.maximum(edges[:-1], start_px), 0, 1).astype(np.float32)


def _stroke(ink: np.ndarray, line: np.ndarray, width_px: float) -> None:
    """Draws a polyline (N, 2) into the ink mask, broken at NaN, anti-aliased at sub-pixel places."""
    thickness = max(int(round(width_px)), 1)
    strength = int(round(255 * min(1.0, width_px / thickness + 0.15)))
    broken = np.isnan(line).any(axis=1)
    for piece in np.split(line, np.flatnonzero(np.diff(broken.astype(np.int8))) + 1):
        if len(piece) < 2 or np.isnan(piece[0]).any():
            continue
        points = cv2.approxPolyDP(piece.astype(np.float32).reshape(-1, 1, 2), _SIMPLIFY_PX, False)
        fixed = np.round((points - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)  # OpenCV counts from pixel centres
        cv2.polylines(ink, [fixed], False, strength, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)


def _paint(picture: np.ndarray, ink: np.ndarray, colour: tuple[int, int, int]) -> None:
    places = np.flatnonzero(ink)
    flat = picture.reshape(-1, 3)
    cover = ink.ravel()[places, None].astype(np.float32) / 255
    flat[places] = np.round(flat[places] * (1 - cover) + np.array(colour, np.float32) * cover).astype(np.uint8)


def _pulses(style: Style, panels: tuple[Panel, ...], scale: Scale, px_per_mm: float) -> list[np.ndarray]:
    """The 1 mV calibration pulse left of each row, ending 1 mm before the first panel."""
    if style.pulse_mm <= 0:
        return []
    lines = []
    left = min(panel.box_px[0] for panel in panels)
    for baseline in sorted({panel.baseline_px for panel in panels}):
        end, top = left - 1.0 * px_per_mm, baseline - scale.mm_per_mv * px_per_mm
        foot, wide = 1.5 * px_per_mm, style.pulse_mm * px_per_mm
        x = [end - 2 * foot - wide, end - foot - wide, end - foot - wide, end - foot, end - foot, end]
        y = [baseline, baseline, top, top, baseline, baseline]
        lines.append(np.c_[x, y])
    return lines


def _separators(style: Style, plan: Layout, panels: tuple[Panel, ...], px_per_mm: float) -> list[np.ndarray]:
    """Short ticks above and below the baseline where one lead ends and the next begins."""
    if not style.separators:
        return []
    left = min(panel.box_px[0] for panel in panels)
    inner = [panel for panel in panels if not panel.rhythm and panel.box_px[0] > left]
    return [
        np.array([[panel.box_px[0], panel.baseline_px + side * a * px_per_mm] for a in (5.0, 7.5)])
        for panel in inner
        for side in (-1, 1)
    ]


@lru_cache(maxsize=32)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size_px)


def _lettered(picture: np.ndarray, style: Style, panels: tuple[Panel, ...], note: str, px_per_mm: float) -> np.ndarray:
    """Lead names, scale and note. Pillow's own font: the same glyphs on every machine."""
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    font = _font(max(int(round(style.name_size_mm * px_per_mm)), 6))
    for panel in panels:
        place = (panel.box_px[0] + style.name_mm[0] * px_per_mm, panel.baseline_px + style.name_mm[1] * px_per_mm)
        draw.text(place, panel.lead, fill=style.ink, font=font, anchor="ls")
    x = style.grid_mm[0] * px_per_mm
    draw.text((x, (style.grid_mm[3] + 6) * px_per_mm), style.footer, fill=style.ink, font=font, anchor="ls")
    if note:
        draw.text((x, (style.grid_mm[1] - 6) * px_per_mm), note, fill=style.ink, font=font, anchor="ls")
    return np.asarray(image)
