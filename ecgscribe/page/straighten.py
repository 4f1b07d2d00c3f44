"""From a lattice to a straight page: number the ruled lines, fit the perspective, choose the frame, warp."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.page.lattice import TILE_PX, Family, Lattice

_SAME_LINE = 0.25  # cells: a phase further from its prediction belongs to something else
_CHANCE = 0.125  # cells: the median step error of phases that have nothing to do with each other
_CURL = 0.01  # of the picture's side: paper may bend so far away from a plane
_STRAIGHT_MM = 0.2  # a picture that bends less than this is left as it is


def line_numbers(family: Family, centres: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, float]:
    """(T,) the continuous line number at each tile's centre, NaN where the ruling could not be followed; and the
    median step error in cells: a true ruling predicts its neighbours' phases, chance does not (0.125).

    Starts at the clearest tile and joins neighbours whose phase fits the prediction from both pitches.
    """
    numbers = np.full(len(centres), np.nan)
    strength = np.where(family.good, family.amplitudes, 0)
    left = set(np.flatnonzero(family.good).tolist())
    best, best_step = numbers.copy(), 1.0
    while left:
        start = max(left, key=lambda tile: strength[tile])
        numbers = np.full(len(centres), np.nan)
        numbers[start] = family.phases[start]
        steps = []
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for there in _neighbours(here, shape):
                if not family.good[there] or not np.isnan(numbers[there]):
                    continue
                middle = (family.frequencies[here] + family.frequencies[there]) / 2
                expected = numbers[here] + middle @ (centres[there] - centres[here])
                found = family.phases[there] + np.round(expected - family.phases[there])
                steps.append(abs(found - expected))
                if steps[-1] < _SAME_LINE:
                    numbers[there] = found
                    queue.append(there)
        joined = ~np.isnan(numbers)
        left -= set(np.flatnonzero(joined).tolist())
        if joined.sum() > (~np.isnan(best)).sum():
            best, best_step = numbers, float(np.median(steps)) if steps else 1.0
        if (~np.isnan(best)).sum() >= len(left):
            break
    return best, best_step


def _neighbours(tile: int, shape: tuple[int, int]) -> list[int]:
    row, column = divmod(tile, shape[1])
    around = ((row, column - 1), (row, column + 1), (row - 1, column), (row + 1, column))
    return [r * shape[1] + c for r, c in around if 0 <= r < shape[0] and 0 <= c < shape[1]]


@dataclass(frozen=True, eq=False)
class CellFit:
    """`to_cells` maps picture points to cells (line numbers across, down); `follows` (T,) bool the tiles that agree;
    `cells` (T, 2) the line numbers at each tile's centre, NaN where the ruling could not be followed;
    `quality` 0 to 1: the share of all tiles that agree, less for phases that fit their neighbours badly;
    `stray_px` how far a tenth of them lies from the map at least."""

    to_cells: Transform
    follows: np.ndarray
    cells: np.ndarray
    quality: float
    stray_px: float

    @property
    def rank(self) -> float:
        """Which of several fits to trust: a fine ruling may be followed everywhere and yet slip by a line."""
        return self.quality / (1 + self.stray_px)


def fit_cells(lattice: Lattice) -> CellFit | None:
    """The perspective that the numbered lines of a lattice show; None when fewer than two tiles agree.

    Method: direct linear transformation, reweighted against outliers; with few tiles an affine map.
    """
    across, across_step = line_numbers(lattice.across, lattice.centres, lattice.shape)
    down, down_step = line_numbers(lattice.down, lattice.centres, lattice.shape)
    both = ~np.isnan(across) & ~np.isnan(down)
    if both.sum() < 2:
        return None
    cells, points = np.c_[across, down], lattice.centres
    slopes = np.stack([lattice.across.frequencies, lattice.down.frequencies], axis=1)
    fits = [_affine(points[both], cells[both], slopes[both])]
    if both.sum() >= 12:
        fits.insert(0, _projective(points[both], cells[both]))
    bend = _CURL * float(np.ptp(points, axis=0).max() + TILE_PX) / lattice.across.pitch_px
    for fit in fits:
        if fit is None:
            continue
        error = np.hypot(*(fit.points(points) - cells).T)
        follows = both & (error < bend)
        if follows.sum() >= 0.5 * both.sum():
            sharp = 1 - min(max(across_step, down_step) / _CHANCE, 1.0)
            stray = float(np.quantile(error[follows], 0.9)) * lattice.across.pitch_px
            return CellFit(fit, follows, cells, float(follows.mean() * sharp), stray)
    return None


def _affine(points: np.ndarray, cells: np.ndarray, slopes: np.ndarray) -> Transform | None:
    """Least squares on line numbers and on the tiles' own pitches (which alone decide when tiles are few)."""
    centre = points.mean(axis=0)
    reach = max(float(np.abs(points - centre).max()), 128.0)
    rows = np.c_[(points - centre) / reach, np.ones(len(points))]
    weight = 0.15  # a pitch is known less well than a phase
    mean_slope = slopes.mean(axis=0) * reach
    rows = np.r_[rows, weight * np.array([[1, 0, 0], [0, 1, 0]])]
    right = np.r_[cells, weight * mean_slope.T]
    solved, *_ = np.linalg.lstsq(rows, right, rcond=None)
    matrix = np.eye(3)
    matrix[:2] = solved.T
    into = np.array([[1 / reach, 0, -centre[0] / reach], [0, 1 / reach, -centre[1] / reach], [0, 0, 1]])
    try:
        return Transform(matrix @ into)
    except BadOption:
        return None


def _projective(points: np.ndarray, cells: np.ndarray) -> Transform | None:
    centre, offset = points.mean(axis=0), cells.mean(axis=0)
    reach = float(np.abs(points - centre).max())
    x, y = ((points - centre) / reach).T
    u, v = (cells - offset).T
    one, zero = np.ones_like(x), np.zeros_like(x)
    rows_u = np.c_[x, y, one, zero, zero, zero, -u * x, -u * y]
    rows_v = np.c_[zero, zero, zero, x, y, one, -v * x, -v * y]
    weights = np.ones(len(points))
    into = np.array([[1 / reach, 0, -centre[0] / reach], [0, 1 / reach, -centre[1] / reach], [0, 0, 1]])
    back = np.array([[1, 0, offset[0]], [0, 1, offset[1]], [0, 0, 1]])
    for _ in range(6):
        w = np.sqrt(np.r_[weights, weights])[:, None]
        solved, *_ = np.linalg.lstsq(np.r_[rows_u, rows_v] * w, np.r_[u, v] * w[:, 0], rcond=None)
        try:
            fit = Transform(back @ np.append(solved, 1.0).reshape(3, 3) @ into)
        except BadOption:
            return None
        error = np.hypot(*(fit.points(points) - cells).T)
        spread = max(float(np.median(error)) * 1.5, 0.02)
        weights = 1 / (1 + (error / (2 * spread)) ** 2)
    return fit


def bend_mm(to_mm: Transform, corners: np.ndarray) -> float:
    """How far the map strays from mere scaling over the quadrilateral `corners` (4, 2), in mm."""
    x, y = np.linspace(0, 1, 5), np.linspace(0, 1, 5)
    gx, gy = (grid.ravel() for grid in np.meshgrid(x, y))
    low, high = corners.min(axis=0), corners.max(axis=0)
    points = np.c_[low[0] + gx * (high[0] - low[0]), low[1] + gy * (high[1] - low[1])]
    mm = to_mm.points(points)
    fit_x = np.polyval(np.polyfit(points[:, 0], mm[:, 0], 1), points[:, 0])
    fit_y = np.polyval(np.polyfit(points[:, 1], mm[:, 1], 1), points[:, 1])
    return float(max(np.abs(mm[:, 0] - fit_x).max(), np.abs(mm[:, 1] - fit_y).max()))


def is_straight(to_mm: Transform, corners: np.ndarray) -> bool:
    """Whether the picture can be used as it is."""
    return bend_mm(to_mm, corners) < _STRAIGHT_MM


def warp(picture: np.ndarray, transform: Transform, size_px: tuple[int, int], fill: tuple[int, int, int]) -> np.ndarray:
    """`Transform.picture` by OpenCV, several times faster on large photographs; outside painted with `fill`."""
    # OpenCV counts from pixel centres, the project from pixel corners
    matrix = Transform.shift(0.5, 0.5).then(transform).then(Transform.shift(-0.5, -0.5)).matrix
    size = (size_px[1], size_px[0])
    return cv2.warpPerspective(
        picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=fill
    )
