"""How far the ruled lines lie from where they should, all over a nearly straight sheet.

Method: the sheet's darkness is multiplied with a carrier of the ruling's frequency and smoothed (demodulation); the
phase of what is left is the displacement there. Frequencies at which nothing is ruled tell the noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.core.threads import side_by_side

SHEET_PX_PER_MM = 4.0
"""Scale of the straightened darkness that is looked at."""

NODE_MM = 4.0
"""Displacements are told at nodes so far apart."""

_SMOOTH_MM = 4.0  # of the demodulated lines: less shows more of the traces than of the ruling
_OFF = 0.07  # cycles a mm beside a ruling's frequency, where only noise is heard
_STRONG = 3.0  # times the noise: weaker lines are not followed
_FAINT = 0.2  # of the usual strength: less is the echo of lines further inside
_BLOCK_MM = 1.0


@dataclass(frozen=True, eq=False)
class Phases:
    """At nodes `NODE_MM` apart, the first half a node inside: `shift_mm` float32 (rows, columns, 2) how much further
    on the paper (x, y) is what is seen there than the place says, less than half a `period_mm` either way;
    `spread_mm` its standard deviation, infinite where no line is heard."""

    shift_mm: np.ndarray
    spread_mm: np.ndarray
    period_mm: float

    @property
    def heard(self) -> int:
        """The number of nodes with lines in both directions."""
        return int(np.isfinite(self.spread_mm).all(axis=2).sum())


def phases_of(sheet: np.ndarray, periods_mm: tuple[float, ...], origin_mm: tuple[float, float]) -> list[Phases]:
    """Displacements of the lines every so many mm, of each period, in a darkness map float32 (H, W) of
    `SHEET_PX_PER_MM`, whose first corner is at `origin_mm` on the paper."""
    sides = side_by_side(_averaged, (sheet, sheet.T))
    seen = side_by_side(
        lambda one: _along(sides[one[1]], one[0], origin_mm[one[1]]),
        [(period, axis) for period in periods_mm for axis in (0, 1)],
    )
    phases = []
    for period, (shift_x, spread_x), (shift_y, spread_y) in zip(periods_mm, seen[::2], seen[1::2], strict=True):
        shift, spread = np.stack([shift_x, shift_y.T], axis=2), np.stack([spread_x, spread_y.T], axis=2)
        phases.append(Phases(shift, spread, period))
    return phases


def _averaged(sheet: np.ndarray) -> np.ndarray:
    """float32 (rows of `_BLOCK_MM`, W): averaged along the lines that count along x, whose carrier does not change
    there."""
    height, width = sheet.shape
    return cv2.resize(sheet, (width, int(height / SHEET_PX_PER_MM / _BLOCK_MM)), interpolation=cv2.INTER_AREA)


def _along(rows: np.ndarray, period_mm: float, origin_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """(shifts, spreads) at the nodes, of the lines that count along x in a map float32 (rows, W) that begins at
    `origin_mm`; see `Phases`."""
    heard, *aside = (_demodulated(rows, 1 / period_mm + off, origin_mm) for off in (0.0, -_OFF, _OFF))
    level = cv2.blur(np.sqrt(np.abs(aside[0]) * np.abs(aside[1])).astype(np.float32), (25, 25)) + 1e-6
    strength = np.abs(heard)
    clear = np.where(strength > _FAINT * np.quantile(strength, 0.7), strength / level, 0.0)
    clear, heard = _at_nodes(clear), _at_nodes(heard)
    shift = np.angle(heard) / (2 * np.pi) * period_mm
    spread = np.where(clear > _STRONG, period_mm / (2 * np.pi) / np.maximum(clear, 1e-3), np.inf)
    return shift.astype(np.float32), spread.astype(np.float32)


def _demodulated(rows: np.ndarray, frequency: float, origin_mm: float) -> np.ndarray:
    """complex64 (rows, columns), one value a `_BLOCK_MM`: the strength and phase of lines across x."""
    height, width = rows.shape
    place_mm = (np.arange(width, dtype=np.float32) + 0.5) / SHEET_PX_PER_MM + origin_mm
    angle = -2 * np.pi * frequency * place_mm
    size = (int(width / SHEET_PX_PER_MM / _BLOCK_MM), height)
    found = np.empty(size[::-1], np.complex64)
    for part, wave in ((found.real, np.cos(angle)), (found.imag, np.sin(angle))):
        blocks = cv2.resize(rows * wave.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        part[:] = cv2.GaussianBlur(blocks, (0, 0), _SMOOTH_MM / _BLOCK_MM)
    return found


def _at_nodes(values: np.ndarray) -> np.ndarray:
    step = int(NODE_MM / _BLOCK_MM)
    return np.ascontiguousarray(values[step // 2 :: step, step // 2 :: step])
