"""Whether rows of ink are ECG traces: steep narrow strokes stand on a calmer line, as heart beats do.

Words on ruled paper are steep everywhere, an EEG and the rest of a ruling nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.page.layout import Rows, longest_run
from ecgscribe.page.traces import FLAT_PX_PER_MM

_STEEP_MM = 1.75  # ink so high in one column runs up or down
_TALL_MM = 2.5  # least height of a complex, a quarter of a mV
_WIDE_MM = 4.5  # greatest width of a complex's steep part, 180 ms
_JOINED_MM = 0.75  # between the strokes of one complex
_CALM = 0.6  # of a row's columns that are not steep at least
_LINE_MM = 0.75  # a complex goes up and down again, and is wider
_LINES, _ENOUGH = 0.7, 6  # share of single lines among so many complexes: 0.97 on blank ruled paper, 0.26 on ECGs
_APART_MM = 100.0  # one complex in so much at least, 15 a minute
_AROUND_MM, _MOSTLY = 20.0, 0.7
_OVER = 3.0  # a complex is so much higher than its line wanders
_REACH_MM = 15.0  # of a row above and below its level


def shows_ecg(readings: tuple[Rows, ...]) -> bool:
    """Whether the rows, as each reading of the ink has them, are an ECG's: all rows of one reading beat, or half of the
    rows in half of the readings; of one or two rows a single complex is enough."""
    beating = [(beats(rows), len(rows.levels)) for rows in readings]
    rows = [row for found, _ in beating for row in found]
    complexes, lines = sum(row.complexes for row in rows), sum(row.lines for row in rows)
    if complexes >= _ENOUGH and lines > _LINES * complexes:
        return False  # what the ruling left
    if any(sum(row.beats for row in found) == count for found, count in beating):
        return True
    if max((count for _, count in beating), default=0) <= 2:
        return any(row.complexes for found, _ in beating for row in found)
    half = [2 * sum(row.beats for row in found) >= count for found, count in beating]
    return 2 * sum(half) >= max(len(half), 1)


def without_idle(rows: Rows) -> Rows:
    """The rows without those above and below that have neither a complex nor a pulse nor the pace of the others: the
    sheet's edge, shadows, a frame."""
    run = longest_run(rows.levels)
    if len(run) in (0, len(rows.levels)):
        return rows
    steep, first, last = _steep(rows), 0, len(rows.levels)
    while first < run.start and not rows.pulsed[first] and not _sizes_mm(*_band(rows, steep, first)):
        first += 1
    while last > run.stop and not rows.pulsed[last - 1] and not _sizes_mm(*_band(rows, steep, last - 1)):
        last -= 1
    return replace(rows, levels=rows.levels[first:last], pulsed=rows.pulsed[first:last])


@dataclass(frozen=True)
class Beating:
    """Of one row: `complexes` how many are seen; `beats` whether they follow one another and are far higher than what
    the line between them does; `lines` how many are as narrow as a single upright line."""

    complexes: int
    beats: bool
    lines: int = 0


def beats(rows: Rows) -> tuple[Beating, ...]:
    """What each row says."""
    steep, least = _steep(rows), (int(rows.right) - max(int(rows.left), 0)) / FLAT_PX_PER_MM / _APART_MM
    found = []
    for k in range(len(rows.levels)):
        steep_part, ink = _band(rows, steep, k)
        sizes = _sizes_mm(steep_part, ink)
        heights = [height for height, _ in sizes]
        lines = sum(width <= _LINE_MM for _, width in sizes)
        enough = len(heights) >= max(least, 1)
        wander = _wander_mm(ink, steep_part) if enough else np.inf
        found.append(Beating(len(heights), bool(enough and np.median(heights) >= _OVER * wander), lines))
    return tuple(found)


def _steep(rows: Rows) -> np.ndarray:
    """uint8 (H, W): where the ink of the rows runs up or down."""
    kernel = np.ones((int(_STEEP_MM * FLAT_PX_PER_MM), 1), np.uint8)
    return cv2.morphologyEx(rows.mask.astype(np.uint8), cv2.MORPH_OPEN, kernel)


def _band(rows: Rows, steep: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """(what is steep, the ink) of one row, as far as it reaches."""
    level, reach = rows.levels[k], _REACH_MM * FLAT_PX_PER_MM
    above = min((level - rows.levels[k - 1]) / 2, reach) if k else reach
    below = min((rows.levels[k + 1] - level) / 2, reach) if k + 1 < len(rows.levels) else reach
    band = slice(max(int(level - above), 0), int(level + below)), slice(max(int(rows.left), 0), int(rows.right))
    return steep[band], rows.mask[band]


def _sizes_mm(steep: np.ndarray, ink: np.ndarray) -> list[tuple[float, float]]:
    """(height, width of the steep part) of each complex of a row; none where most of it is steep."""
    unit = FLAT_PX_PER_MM
    inked, columns = ink.any(axis=0), steep.any(axis=0)
    if not inked.any() or columns[inked].mean() > 1 - _CALM:
        return []
    joined = cv2.morphologyEx(columns.astype(np.uint8)[None], cv2.MORPH_CLOSE, np.ones((1, int(_JOINED_MM * unit) | 1)))
    edges = np.diff(np.r_[0, joined[0].astype(np.int8), 0])
    sizes = []
    for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        places = np.flatnonzero(steep[:, start:end].any(axis=1))
        height = (places[-1] - places[0] + 1) / unit
        if height >= _TALL_MM and end - start <= _WIDE_MM * unit:
            sizes.append((float(height), float(end - start) / unit))
    return sizes


def _wander_mm(ink: np.ndarray, steep: np.ndarray) -> float:
    """How far the line between the complexes strays from its middle over `_AROUND_MM`, in most places."""
    calm = ink & (steep == 0)
    count = calm.sum(axis=0)
    seen = count > 0
    if seen.sum() < 2:
        return float("inf")
    line = (calm * np.arange(len(calm))[:, None]).sum(axis=0)[seen] / count[seen]
    reach = int(_AROUND_MM / 2 * FLAT_PX_PER_MM)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(line, reach, mode="edge"), 2 * reach + 1)[:, ::4]
    return float(np.quantile(np.abs(line - np.median(windows, axis=1)), _MOSTLY)) / FLAT_PX_PER_MM
