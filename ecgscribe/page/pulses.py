"""Calibration pulses: 1 mV steps that stand on 0 mV at one end of each row; their height is the gain."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.page.pieces import pieces_of
from ecgscribe.page.traces import FLAT_PX_PER_MM

GAINS = (10.0, 5.0, 20.0)
"""mm/mV at which pulses are looked for, the usual one first."""

_OFF_MM = 0.9  # a printed pulse may be so much higher or lower
_WIDTH_MM = (1.5, 11.0)
_ALIGNED_MM = 1.5
_ROOF = 0.8  # of the top that must be inked


@dataclass(frozen=True)
class Pulse:
    """In px of the flat copy: `left`, `right` edges, `foot` the y of 0 mV."""

    left: float
    right: float
    foot: float
    height_mm: float = GAINS[0]


def find_pulses(ink: np.ndarray, threshold: float, box: tuple[int, int, int, int]) -> list[Pulse]:
    """The largest set of pulses above one another in the ink (H, W), top to bottom; empty when there are not two.

    `box` (x0, y0, x1, y1) where to look. A pulse is two upright strokes of equal height and a level roof between;
    heights of all `GAINS` are tried.
    """
    for height_mm in GAINS:
        found = _pulses_of(ink, threshold, box, height_mm)
        if found:
            return found
    return []


def _pulses_of(ink: np.ndarray, threshold: float, box: tuple[int, int, int, int], height_mm: float) -> list[Pulse]:
    x0, y0, x1, y1 = box
    binary = (ink[y0:y1, x0:x1] > threshold).astype(np.uint8)
    edges = _edges(binary, height_mm)
    pulses = []
    for k, first in enumerate(edges):
        for second in edges[k + 1 :]:
            pulse = _pulse(binary, first, second, height_mm)
            if pulse is not None:
                pulses.append(Pulse(pulse.left + x0, pulse.right + x0, pulse.foot + y0, height_mm))
    best: list[Pulse] = []
    for pulse in pulses:
        column = [other for other in pulses if abs(other.left - pulse.left) < _ALIGNED_MM * FLAT_PX_PER_MM]
        column = _one_a_row(column)
        if len(column) > len(best):
            best = column
    return best if len(best) >= 2 else []


def _edges(binary: np.ndarray, height_mm: float) -> list[tuple[float, float, float, float]]:
    """(x, top, bottom, width) of upright strokes about as high as a pulse, left to right."""
    unit = FLAT_PX_PER_MM
    kernel = np.ones((int((height_mm - 2.2) * unit), 1), np.uint8)
    tall = cv2.morphologyEx(binary, cv2.MORPH_OPEN, kernel)
    found = []
    for x, y, wide, high, _ in pieces_of(tall)[1][1:]:
        if wide <= 1.6 * unit and (height_mm - 2) * unit <= high <= (height_mm + 2.5) * unit:
            found.append((x + wide / 2, float(y), float(y + high), float(wide)))
    return sorted(found)


def _pulse(binary: np.ndarray, first: tuple[float, ...], second: tuple[float, ...], height_mm: float) -> Pulse | None:
    unit = FLAT_PX_PER_MM
    apart = (second[0] - first[0]) / unit
    if not (_WIDTH_MM[0] < apart < _WIDTH_MM[1]) or abs(second[1] - first[1]) > 0.8 * unit:
        return None
    thickness = (first[3] + second[3]) / 2
    top = min(first[1], second[1])
    roof = binary[int(top) : int(top + thickness + 0.5 * unit) + 1, int(first[0]) : int(second[0]) + 1]
    if roof.any(axis=0).mean() < _ROOF:
        return None
    # the inside is empty: letters and complexes fill it
    inside = binary[int(top + thickness + unit) : int(top + 0.8 * height_mm * unit)]
    inside = inside[:, int(first[0] + thickness / 2 + 2) : max(int(second[0] - thickness / 2 - 1), 0)]
    if inside.size and inside.mean() > 0.1:
        return None
    heights = [edge[2] - edge[1] - thickness for edge in (first, second)]
    fits = [abs(height / unit - height_mm) for height in heights]
    if min(fits) > _OFF_MM:
        return None
    edge = (first, second)[int(np.argmin(fits))]
    return Pulse(first[0], second[0], edge[2] - thickness / 2, height_mm)


def _one_a_row(column: list[Pulse]) -> list[Pulse]:
    kept: list[Pulse] = []
    for pulse in sorted(column, key=lambda pulse: pulse.foot):
        if not kept or pulse.foot - kept[-1].foot > pulse.height_mm * FLAT_PX_PER_MM:
            kept.append(pulse)
    return kept
