"""Which lead stands where: rows of traces matched to the standard layout, calibration pulses, panels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.core.page import Panel
from ecgscribe.core.standards import STANDARD_SCALE, Layout
from ecgscribe.page.traces import FLAT_PX_PER_MM, TraceRow, find_rows, flat_strokes, line_mask

_SLACK_MM = 4.0  # a row may be so much shorter or longer than the paper speed demands
_PULSE_MM = 22.0  # a calibration pulse and its feet add at most this to a row
_LEAST_COVER = 0.6  # of the row's width that holds ink


@dataclass(frozen=True)
class Rows:
    """Full-width rows, in px of the flat copy: `levels` y of each row's line, `left`, `right` the stretch of
    time shown; `sure` when rows were seen to begin there themselves; `mask` the ink they were read from."""

    levels: tuple[float, ...]
    left: float
    right: float
    sure: bool
    mask: np.ndarray


def find_layout_rows(
    ink: np.ndarray, box: tuple[float, float, float, float], width_mm: float
) -> tuple[Rows | None, int]:
    """Rows `width_mm` wide in the ink (H, W) of a flat copy, and how many rows of any width were seen.

    `box` (x0, y0, x1, y1) the ruled area. The ink's threshold is not known beforehand (pens, printers and screens
    differ): the one that gives most full rows is taken.
    """
    x0, y0, x1, y1 = (int(v) for v in box)
    inside = ink[y0:y1, x0:x1]
    if inside.size == 0:
        return None, 0
    level = float(np.quantile(inside, 0.998))
    best, seen = None, 0
    for share in (0.3, 0.45, 0.2):
        mask = line_mask(ink, max(share * level, 0.06))
        mask[:y0], mask[y1:], mask[:, :x0], mask[:, x1:] = False, False, False, False
        found = find_rows(mask)
        seen = max(seen, len(found))
        rows = _full_rows(found, mask, width_mm)
        if rows is not None and (best is None or len(rows.levels) > len(best.levels)):
            best = rows
        if best is not None and best.sure and len(best.levels) >= 3:
            break
    return best, seen


def _full_rows(found: list[TraceRow], mask: np.ndarray, width_mm: float) -> Rows | None:
    """The rows that share one stretch of `width_mm`; None when no row is so long."""
    width = width_mm * FLAT_PX_PER_MM
    slack, pulse = _SLACK_MM * FLAT_PX_PER_MM, _PULSE_MM * FLAT_PX_PER_MM
    exact = [row for row in found if abs(row.right - row.left - width) <= slack]
    longer = [row for row in found if slack < row.right - row.left - width <= pulse]
    if exact:
        left = float(np.median([row.left for row in exact]))
        right = float(np.median([row.right for row in exact]))
    elif longer:
        # a pulse stands before the trace; the far end is the trace's own
        right = float(np.median([row.right for row in longer]))
        left = right - width
    else:
        return None
    near = [row for row in found if _cover(mask, row, left, right) >= _LEAST_COVER]
    levels = tuple(row.level for row in near if row.wiggle_mm > 0.05)
    return Rows(levels, left, right, bool(exact), mask) if levels else None


def _cover(mask: np.ndarray, row: TraceRow, left: float, right: float) -> float:
    reach = int(8 * FLAT_PX_PER_MM)
    band = mask[max(int(row.level) - reach, 0) : int(row.level) + reach, max(int(left), 0) : int(right)]
    return float(band.any(axis=0).mean()) if band.size else 0.0


def row_baselines(rows: Rows, ink: np.ndarray) -> tuple[list[float], list[bool]]:
    """y of 0 mV of each row (flat px), and whether a calibration pulse confirmed it.

    A pulse stands on 0 mV; without one the line's usual level is taken: the mean over the row's four quarters
    of the median height of its level strokes.
    """
    baselines, confirmed = [], []
    strokes = flat_strokes(rows.mask)
    for level in rows.levels:
        foot = _pulse_foot(ink, level, rows.left)
        baselines.append(_usual_level(strokes, rows, level) if foot is None else foot)
        confirmed.append(foot is not None)
    return baselines, confirmed


def _usual_level(strokes: np.ndarray, rows: Rows, level: float) -> float:
    reach = int(7 * FLAT_PX_PER_MM)
    top = max(int(level) - reach, 0)
    levels = []
    for left, right in zip(*(np.linspace(rows.left, rows.right, 5).astype(int)[k:][:4] for k in (0, 1)), strict=True):
        band = strokes[top : int(level) + reach, max(left, 0) : right]
        columns = band.any(axis=0)
        if columns.sum() > 0.3 * band.shape[1]:
            y = np.arange(band.shape[0])[:, None] + top + 0.5
            levels.append(float(np.median((band * y).sum(axis=0)[columns] / band.sum(axis=0)[columns])))
    return float(np.mean(levels)) if levels else level


def _pulse_foot(ink: np.ndarray, level: float, left: float) -> float | None:
    """y of the foot of a 10 mm pulse just before `left`, or None.

    A pulse shows as two upright strokes of the same height with a level top between them.
    """
    unit = FLAT_PX_PER_MM
    x0, x1 = max(int(left - 18 * unit), 0), int(left + 1.5 * unit)
    y0, y1 = max(int(level - 18 * unit), 0), int(level + 8 * unit)
    part = ink[y0:y1, x0:x1]
    if part.shape[1] < 2 * unit or part.shape[0] < 10 * unit:
        return None
    binary = (part > 0.35 * max(float(part.max()), 0.1)).astype(np.uint8)
    tall = cv2.morphologyEx(binary, cv2.MORPH_OPEN, np.ones((int(7.5 * unit), 1), np.uint8))
    columns = np.flatnonzero(tall.any(axis=0))
    if len(columns) < 2:
        return None
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > 2) + 1)
    edges = []
    for group in groups:
        ys = np.flatnonzero(tall[:, group].any(axis=1))
        edges.append((float(group.mean()), float(ys.min()), float(ys.max() + 1)))
    thickness = float(np.median([len(group) for group in groups]))
    for first, second in zip(edges[:-1], edges[1:], strict=True):
        apart, height = (second[0] - first[0]) / unit, (second[2] - second[1] - thickness) / unit
        same_top = abs(first[1] - second[1]) < 1.0 * unit
        if 1.5 < apart < 11 and same_top and 9.0 < height < 11.0:
            return y0 + second[2] - thickness / 2
    return None


def panels_of(
    layout: Layout, baselines: list[float], left: float, right: float, to_page: tuple[float, float]
) -> tuple[Panel, ...]:
    """Panels in page pixels from rows in flat px; `to_page` page px a flat px in x and y."""
    pitch = float(np.median(np.diff(baselines))) if len(baselines) > 1 else 30 * FLAT_PX_PER_MM
    names = [*layout.rows, *((lead,) for lead in layout.rhythm)]
    panels = []
    for row, (leads, baseline) in enumerate(zip(names, baselines, strict=True)):
        rhythm = row >= len(layout.rows)
        top = (baselines[row - 1] + baseline) / 2 if row else baseline - pitch / 2
        bottom = (baselines[row + 1] + baseline) / 2 if row + 1 < len(baselines) else baseline + pitch / 2
        count = 1 if rhythm else layout.columns
        length = layout.width_s / count
        for column, lead in enumerate(leads):
            x0, x1 = (left + (right - left) * (column + end) / count for end in (0, 1))
            box = (x0 * to_page[0], top * to_page[1], x1 * to_page[0], bottom * to_page[1])
            panels.append(Panel(lead, box, column * length, length, baseline * to_page[1], rhythm))
    return tuple(panels)


def layout_width_mm(layout: Layout) -> float:
    """Width of the traces at the standard paper speed."""
    return layout.width_s * STANDARD_SCALE.mm_per_s
