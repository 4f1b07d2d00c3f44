"""From a fitted layout to panels: exact boxes, seconds, gains and baselines of every lead on the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.page import Panel
from ecgscribe.core.standards import Scale, labelled_lead
from ecgscribe.page.vote import Fit

_STEP_S = 0.05  # a panel that was shortened to fit its paper shows a multiple of this
_NEAR = 0.02  # of ten seconds' width: no shortening
_LEAST_MM = 8.0  # a cut-off column that shows less is left out


@dataclass(frozen=True)
class Timing:
    """Columns of `panel_s` seconds, `pitch_mm` wide, the first of the page's columns at `edge_mm`."""

    panel_s: float
    pitch_mm: float
    edge_mm: float


def timing_of(fit: Fit, mm_per_s: float) -> Timing:
    """How many seconds a column shows at this paper speed.

    The layout's own seconds where the width bears them out; where they do not fit the paper, the next shorter time that
    machines print, the width then following from the time. Counted back from the right end, where no pulse stands.
    """
    layout = fit.layout
    usual_mm = layout.panel_s * mm_per_s
    if abs(fit.pitch_mm - usual_mm) <= _NEAR * usual_mm or fit.columns != range(layout.columns):
        return Timing(layout.panel_s, usual_mm, fit.edge_mm + (fit.pitch_mm - usual_mm) / 2)
    panel_s = max(round(fit.pitch_mm / mm_per_s / _STEP_S) * _STEP_S, _STEP_S)
    pitch = panel_s * mm_per_s
    if abs(pitch - fit.pitch_mm) * layout.columns > 3.0:
        return Timing(fit.pitch_mm / mm_per_s, fit.pitch_mm, fit.edge_mm)
    right = fit.edge_mm + fit.pitch_mm * layout.columns
    return Timing(panel_s, pitch, right - pitch * layout.columns)


def panels_of(fit: Fit, baselines_mm: list[float], scale: Scale, px_per_mm: tuple[float, float]) -> tuple[Panel, ...]:
    """Panels in page pixels, in layout order; columns cut off by the picture's edge show what is left of them.

    `baselines_mm` y of 0 mV of the fitted rows. Columns follow one another in time; that they show the same seconds is
    seen in their traces only (digitize/columns.py).
    """
    timing = timing_of(fit, scale.mm_per_s)
    tops, bottoms = _bounds(baselines_mm)
    left, right = fit.rows.left_mm - 3.0, fit.rows.right_mm + 3.0
    panels = []
    for (row, column), label in sorted(fit.labels.items()):
        rhythm = row >= len(fit.layout.rows)
        if not rhythm and column not in fit.columns:
            continue
        count = len(fit.columns) if rhythm else 1
        x0 = timing.edge_mm + (column - fit.first_column) * timing.pitch_mm * (not rhythm)
        x1 = x0 + timing.pitch_mm * count
        start_s = (fit.first_column if rhythm else column) * timing.panel_s
        shown = max(x0, left), min(x1, right)
        if x0 < left or x1 > right:
            if shown[1] - shown[0] < _LEAST_MM:
                continue
            start_s += (shown[0] - x0) / scale.mm_per_s
        length_s = (shown[1] - shown[0]) / scale.mm_per_s
        level = row - fit.first_row
        box = (
            shown[0] * px_per_mm[0],
            tops[level] * px_per_mm[1],
            shown[1] * px_per_mm[0],
            bottoms[level] * px_per_mm[1],
        )
        lead, sign = labelled_lead(label)
        baseline = baselines_mm[level] * px_per_mm[1]
        length_s, start_s = round(float(length_s), 4), round(float(start_s), 4)
        panels.append(Panel(lead, box, start_s, length_s, baseline, rhythm, sign, scale.gain(lead)))
    return tuple(panels)


def _bounds(baselines_mm: list[float]) -> tuple[list[float], list[float]]:
    """Half way to the neighbouring rows; as far beyond the first and the last."""
    pitch = float(np.median(np.diff(baselines_mm))) if len(baselines_mm) > 1 else 30.0
    between = [(a + b) / 2 for a, b in zip(baselines_mm[:-1], baselines_mm[1:], strict=True)]
    return [baselines_mm[0] - pitch / 2, *between], [*between, baselines_mm[-1] + pitch / 2]
