"""Where everything stands on a page: panels, pulses, separators. The only place that knows the page's geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Panel
from ecgscribe.core.standards import Layout, Scale, labelled_lead
from ecgscribe.data.style_model import Style

_STEP_S = 0.05  # a shortened panel shows a multiple of this
_LEAST_S = 0.2  # the shortest panel that is worth printing
_HEAD = 0.55  # of a pitch above the first baseline, when rows are spread over the ruled area

_FOOT = 0.35  # of a pitch that a style's own rows need below the last baseline


@dataclass(frozen=True)
class Rows:
    """`baselines_mm` of all rows, `pitch_mm` between them, `panel_s` seconds in each panel as it fits the sheet."""

    baselines_mm: tuple[float, ...]
    pitch_mm: float
    panel_s: float


def planned_rows(style: Style, layout: Layout, scale: Scale) -> Rows:
    """The rows of a layout on this sheet.

    The style's own first baseline and pitch are kept where all rows then fit into the ruled area; otherwise rows
    are spread evenly over it. A row too long for the sheet (50 mm/s) shows fewer seconds, each panel a whole
    number of 0.05 s: machines print what fits. Raises `BadOption` where even 0.2 s do not fit.
    """
    _, y0, _, y1 = style.grid_mm
    count = layout.row_count
    pitch, first = style.pitch_mm, style.origin_mm[1]
    shift = style.rhythm_shift_mm if layout.rhythm else 0.0
    if first + (count - 1 + _FOOT) * pitch + shift > y1 + 0.5:
        pitch = (y1 - y0 - shift) / (count + 2 * _HEAD - 1)
        first = y0 + _HEAD * pitch
    baselines = [first + row * pitch + (shift if row >= len(layout.rows) else 0.0) for row in range(count)]
    x0, x1 = style.room_mm
    free_mm = x1 - x0 - (layout.columns - 1) * style.column_gap_mm
    panel_s = layout.panel_s
    if panel_s * layout.columns * scale.mm_per_s > free_mm + 0.05:
        panel_s = np.floor(free_mm / (layout.columns * scale.mm_per_s) / _STEP_S + 1e-6) * _STEP_S
    if panel_s < _LEAST_S - 1e-9:
        raise BadOption(
            f"{layout.name} at {scale.mm_per_s:g} mm/s does not fit into the {free_mm:.0f} mm of this sheet.",
            "Take a larger sheet, fewer columns or a slower paper speed.",
        )
    return Rows(tuple(baselines), pitch, round(float(panel_s), 6))


def layout_panels(
    style: Style,
    layout: Layout,
    scale: Scale,
    px_per_mm: float,
    start_s: float = 0.0,
    starts_s: tuple[float, ...] | None = None,
    simultaneous: bool = False,
) -> tuple[Panel, ...]:
    """Where each lead stands, in page pixels, and which seconds it shows.

    Columns follow one another in time from `start_s`, or all begin there where `simultaneous`; `starts_s`
    (columns,) gives the first second of each column instead. Rhythm rows begin at `start_s`.
    """
    rows = planned_rows(style, layout, scale)
    step_s = 0.0 if simultaneous else rows.panel_s
    starts = tuple(start_s + k * step_s for k in range(layout.columns)) if starts_s is None else starts_s
    if len(starts) != layout.columns:
        raise BadOption(f"{len(starts)} column starts do not fit the {layout.columns} columns of {layout.name}.")
    width = rows.panel_s * scale.mm_per_s
    panels = []

    def add(label: str, row: int, x0: float, start: float, length_s: float, rhythm: bool) -> None:
        lead, sign = labelled_lead(label)
        baseline, half = rows.baselines_mm[row], rows.pitch_mm / 2
        box = (x0, baseline - half, x0 + length_s * scale.mm_per_s, baseline + half)
        box_px = tuple(v * px_per_mm for v in box)
        panels.append(Panel(lead, box_px, start, length_s, baseline * px_per_mm, rhythm, sign, scale.gain(lead)))

    for row, labels in enumerate(layout.rows):
        for column, label in enumerate(labels):
            x0 = style.origin_mm[0] + column * (width + style.column_gap_mm)
            add(label, row, x0, starts[column], rows.panel_s, False)
    for row, label in enumerate(layout.rhythm, start=len(layout.rows)):
        add(label, row, style.origin_mm[0], start_s, rows.panel_s * layout.columns, True)
    return tuple(panels)


def pulses_px(style: Style, panels: tuple[Panel, ...], px_per_mm: float) -> tuple[np.ndarray, ...]:
    """One 1 mV calibration pulse (6, 2) for each row: at its left, before the first panel, or at its right, after
    the last one; as high as the gain of the panel beside it."""
    if style.pulse_mm <= 0 or style.pulse_place == "none":
        return ()
    lines = []
    for baseline in sorted({panel.baseline_px for panel in panels}):
        row = [panel for panel in panels if panel.baseline_px == baseline]
        right = style.pulse_place == "right"
        beside = max(row, key=_left) if right else min(row, key=_left)
        top = baseline - beside.mm_per_mv * px_per_mm
        foot, wide, gap = (v * px_per_mm for v in (style.pulse_foot_mm, style.pulse_mm, style.pulse_gap_mm))
        if right:
            end = beside.box_px[2] + gap + 2 * foot + wide
        else:
            end = min(panel.box_px[0] for panel in panels) - gap
        x = [end - 2 * foot - wide, end - foot - wide, end - foot - wide, end - foot, end - foot, end]
        lines.append(np.c_[x, [baseline, baseline, top, top, baseline, baseline]])
    return tuple(lines)


def separators_px(style: Style, panels: tuple[Panel, ...], px_per_mm: float) -> tuple[list[np.ndarray], float]:
    """(lines, width in mm) of what stands between columns."""
    if style.separators == "none":
        return [], 0.0
    left = min(panel.box_px[0] for panel in panels)
    inner = [panel for panel in panels if not panel.rhythm and panel.box_px[0] > left]
    if style.separators == "ticks":
        reach = (5.0, 7.5)
        return [_upright(panel, side * reach[0], side * reach[1], px_per_mm) for panel in inner for side in (-1, 1)], (
            style.trace_mm
        )
    if style.separators == "bars":
        return [_upright(panel, -3.6, 3.6, px_per_mm) for panel in inner], 3 * style.trace_mm
    lines = []
    for x in sorted({panel.box_px[0] for panel in inner}):
        column = [panel.baseline_px for panel in inner if panel.box_px[0] == x]
        y0, y1 = min(column) - 5.5 * px_per_mm, max(column) + 5.0 * px_per_mm
        if style.separators == "lines":
            lines.append(np.array([[x, y0], [x, y1]]))
        else:
            dash = np.arange(y0, y1, 2.0 * px_per_mm)
            lines += [np.array([[x, y], [x, y + 0.8 * px_per_mm]]) for y in dash]
    return lines, style.trace_mm if style.separators == "lines" else 0.6 * style.trace_mm


def _left(panel: Panel) -> float:
    return panel.box_px[0]


def _upright(panel: Panel, from_mm: float, to_mm: float, px_per_mm: float) -> np.ndarray:
    """A line at the panel's start, between two heights below its baseline."""
    return np.array([[panel.box_px[0], panel.baseline_px + a * px_per_mm] for a in (from_mm, to_mm)])
