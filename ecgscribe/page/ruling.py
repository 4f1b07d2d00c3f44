"""The ruling of a picture in millimetres: lattice, perspective and scale together."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.core.geometry import Transform
from ecgscribe.page.calibrate import mm_per_cell
from ecgscribe.page.darkness import darkness, reduced
from ecgscribe.page.lattice import TILE_PX, Lattice, find_lattices
from ecgscribe.page.straighten import CellFit, fit_cells, warp
from ecgscribe.page.unbend import Bent, unbend

_ANALYSED_PX = 1800  # longest side of the analysed copy: 6 px a mm for a whole sheet
_LEAST_QUALITY = 0.1  # letters and chance stay below
_STRETCHED = 0.15  # logarithm of the pitch across over the pitch down
_CLEAR = 0.4
_BANDS = 15
_FURTHER_MM = 40.0  # beyond the tiles a ruling is looked for with finer ears
_TILE_MM = 30.0
_ALIKE = 6  # neighbours that err together
_SCALE_FLOOR = 2e-4  # of the scale: no sheet is known better
_PROFILE_PX = 4.0  # samples a cell at least


@dataclass(frozen=True, eq=False)
class Ruling:
    """`to_mm` maps picture points to mm on the paper (origin arbitrary); `ruled_px` (N, 2) picture points where
    the ruling was seen; `reach_px` how far around them it may go on; `px_per_mm` (x, y) of the picture there;
    `sure` when lines of 1 and 5 mm were told apart, else the size of a sheet decided what the lines are;
    `bend_mm` how far a tenth of the ruled area lies from a plane at least; `bent` where the paper lies instead, None
    where only the plane is known; `spread` the standard deviation of `px_per_mm` (x, y)."""

    to_mm: Transform
    ruled_px: np.ndarray
    reach_px: float
    px_per_mm: tuple[float, float]
    sure: bool
    bend_mm: float
    bent: Bent | None = None
    spread: tuple[float, float] = (0.0, 0.0)

    def picture_points(self, flat_mm: np.ndarray) -> np.ndarray:
        """(N, 2) points of the flat paper in mm -> picture points."""
        flat_mm = np.asarray(flat_mm, float)
        return self.to_mm.inverse.points(flat_mm if self.bent is None else flat_mm + self.bent.shift_mm(flat_mm))

    def flat_points(self, picture_px: np.ndarray) -> np.ndarray:
        """(N, 2) picture points -> points of the flat paper in mm, to a tenth of a mm."""
        plane = self.to_mm.points(picture_px)
        flat = plane
        for _ in range(4 if self.bent is not None else 0):
            flat = plane - self.bent.shift_mm(flat)
        return flat

    def flat_box_mm(self, whole: bool = True) -> np.ndarray:
        """(2, 2) low and high corner, on the flat paper, of where the ruling was seen; not `whole`: of the places
        themselves, without what lies around each."""
        reach = self.reach_px * 0.75 / np.array(self.px_per_mm) if whole else 0.0
        flat = self.flat_points(self.ruled_px)
        return np.array([flat.min(axis=0) - reach, flat.max(axis=0) + reach])


def find_ruling(picture: np.ndarray) -> Ruling | None:
    """The ruling of a picture uint8 (H, W, 3), or None when it shows none that can be followed and scaled."""
    copy, factor = reduced(picture, _ANALYSED_PX)
    if min(copy.shape[:2]) < 32:
        return None
    # the darkest channel shows a ruling of any colour best
    dark = darkness(copy.min(axis=2), max(max(copy.shape[:2]) // 40, 8))
    fitted = [(fit, lattice) for lattice in find_lattices(dark) if (fit := fit_cells(lattice)) is not None]
    fitted = [pair for pair in fitted if pair[0].quality >= _LEAST_QUALITY]
    if not fitted:
        return None
    fit, lattice = max(fitted, key=lambda pair: pair[0].rank)
    to_cells, follows = fit.to_cells, fit.follows
    scale = _scale(dark, lattice, to_cells, follows)
    if scale is None:
        return None
    from_source = Transform.scale(factor)
    to_mm = from_source.then(to_cells).then(Transform.scale(*scale[:2]))
    ruled = lattice.centres[follows] / factor
    px_per_mm = _px_per_mm(to_mm, ruled)
    # tilted photographs stretch a clear ruling; a faint one of oblongs is a table or a wall
    if abs(np.log(px_per_mm[0] / px_per_mm[1])) > (_STRETCHED if fit.quality > _CLEAR else _STRETCHED / 3):
        return None
    bent = _bent(dark, to_cells.then(Transform.scale(*scale[:2])), fit, np.array(scale[:2]), lattice)
    bend_mm = fit.stray_px / lattice.across.pitch_px * scale[0]
    spread = _spread(fit, np.array(scale[:2]), bend_mm, bent) * px_per_mm
    reach = TILE_PX / 2 / factor
    return Ruling(to_mm, ruled, reach, px_per_mm, scale[2], bend_mm, bent, (float(spread[0]), float(spread[1])))


def _spread(fit: CellFit, mm: np.ndarray, bend_mm: float, bent: Bent | None) -> np.ndarray:
    """(2,) relative standard deviations of the scale: the error of a straight line through places that are known to
    `spread_mm`, or to the bend of a sheet whose shape is not known."""
    extent = np.ptp(fit.cells[fit.follows] * mm, axis=0) + _TILE_MM
    if bent is None:
        return np.maximum(bend_mm / extent * np.sqrt(12 / max(fit.follows.sum() / _ALIKE, 1)), _SCALE_FLOOR)
    heard = max(bent.heard.sum() / _ALIKE, 1)
    return np.maximum(bent.spread_mm / extent * np.sqrt(12 / heard), _SCALE_FLOOR)


def _bent(dark: np.ndarray, to_mm: Transform, fit: CellFit, mm: np.ndarray, lattice: Lattice) -> Bent | None:
    """The sheet's own shape, `mm` (2,) a cell in both directions; None when it cannot be told."""
    flat, plane = fit.cells[fit.follows] * mm, to_mm.points(lattice.centres[fit.follows])
    reach = TILE_PX / 2 / np.array([lattice.across.pitch_px, lattice.down.pitch_px]) * mm + _FURTHER_MM
    box = np.array([flat.min(axis=0) - reach, flat.max(axis=0) + reach])
    # not beyond the picture
    height, width = dark.shape
    edge = to_mm.points([[0, 0], [width, 0], [width, height], [0, height]])
    box = np.array([np.maximum(box[0], edge.min(axis=0)), np.minimum(box[1], edge.max(axis=0))])
    return unbend(dark, to_mm, box, (flat, plane))


def _scale(dark: np.ndarray, lattice: Lattice, to_cells: Transform, follows: np.ndarray):
    """(mm a cell across, down, sure) or None, from the mean darkness along each direction of the straightened map."""
    pitch = (lattice.across.pitch_px, lattice.down.pitch_px)
    cells = to_cells.points(lattice.centres[follows])
    half = TILE_PX / 2 / np.array(pitch) * 0.8
    low, high = cells.min(axis=0) - half, cells.max(axis=0) + half
    per_cell = tuple(max(side, _PROFILE_PX) for side in pitch)
    size = tuple(int((high - low)[axis] * per_cell[axis]) for axis in (1, 0))
    if max(size) > 8 * max(dark.shape):
        return None
    straight = to_cells.then(Transform.shift(*-low)).then(Transform.scale(*per_cell))
    # a line on one pixel and the same line on two must weigh the same when what is darker than the ruling is cut
    soft = cv2.GaussianBlur(dark, (0, 0), 0.8)
    flat = warp(np.minimum(soft, float(np.quantile(soft[::3, ::3], 0.95))), straight, size, 0)
    return mm_per_cell(_typical(flat), _typical(flat.T), per_cell, pitch)


def _typical(flat: np.ndarray) -> np.ndarray:
    """Darkness along x, the same in most of the page: pulses, letters and traces stand in a few bands only."""
    edges = np.linspace(0, len(flat), _BANDS + 1).astype(int)
    bands = [flat[a:b].mean(axis=0) for a, b in zip(edges[:-1], edges[1:], strict=True) if b > a]
    return np.median(bands, axis=0)


def _px_per_mm(to_mm: Transform, points: np.ndarray) -> tuple[float, float]:
    """Picture pixels a mm along the paper's x and y, in the middle of the ruled area."""
    middle = points.mean(axis=0)
    back = to_mm.inverse
    centre = to_mm.points(middle)[0]
    ends = back.points(centre + np.array([[-10, 0], [10, 0], [0, -10], [0, 10]]))
    return float(np.hypot(*(ends[1] - ends[0]))) / 20, float(np.hypot(*(ends[3] - ends[2]))) / 20
