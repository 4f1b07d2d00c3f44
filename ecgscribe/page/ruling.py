"""The ruling of a picture in millimetres: lattice, perspective and scale together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.core.geometry import Transform
from ecgscribe.page.calibrate import mm_per_cell
from ecgscribe.page.darkness import darkest, darkness, reduced
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
_WIDEST_MM = 450.0  # no sheet with lines of one kind is wider: they are a printer's or a screen's raster
_RASTER_PX = 6.5  # lines all finer than this may be a raster's
_BLURS = (0.32, 0.5)  # of a raster's pitch, to look behind it
_HARDLY = 0.1  # of the rank of the ruling that is followed best
_BEHIND_MM = 80.0  # less of a ruling behind a raster is chance, or a thumbnail's
_SAME_SCALE = 0.06  # logarithm: harmonics of one ruling agree so well


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


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A lattice that could be followed, with its scale: `mm` a cell across and down; `sure` as in `Ruling`."""

    lattice: Lattice
    fit: CellFit
    mm: tuple[float, float]
    sure: bool

    @property
    def mm_per_px(self) -> float:
        """Size of the analysed copy's pixels, along x."""
        return self.mm[0] / self.lattice.across.pitch_px

    @property
    def extent_mm(self) -> float:
        """How wide or high the place is in which it was followed."""
        return float((np.ptp(self.fit.cells[self.fit.follows], axis=0) * self.mm).max())

    def agrees(self, other: _Candidate) -> bool:
        """Whether both are harmonics of one ruling: one scale, one direction."""
        turns = [np.arctan2(*one.lattice.across.frequency[::-1]) for one in (self, other)]
        return abs(np.log(self.mm_per_px / other.mm_per_px)) < _SAME_SCALE and abs(turns[0] - turns[1]) < _SAME_SCALE


def find_ruling(picture: np.ndarray) -> Ruling | None:
    """The ruling of a picture uint8 (H, W, 3), or None when it shows none that can be followed and scaled."""
    return next(find_rulings(picture), None)


def find_rulings(picture: np.ndarray) -> Iterator[Ruling]:
    """The rulings that a picture uint8 (H, W, 3) may show, the likeliest first, each worked out when it is asked for.

    Those with lines of 1 and 5 mm come before others: the raster of a printer or a screen is clearer than most rulings
    and goes on over the whole picture, but all its lines are alike.
    """
    copy, factor = reduced(picture, _ANALYSED_PX)
    if min(copy.shape[:2]) < 32:
        return
    # the darkest channel shows a ruling of any colour best
    dark = darkness(darkest(copy), max(max(copy.shape[:2]) // 40, 8))
    for candidate in _ranked(_candidates(dark)):
        ruling = _ruling(dark, candidate, factor)
        if ruling is not None:
            yield ruling


def _candidates(dark: np.ndarray) -> list[_Candidate]:
    """Every lattice that can be followed and scaled; behind a raster, where there is nothing else, a coarser one."""
    found = _scaled(dark, find_lattices(dark))
    fine = [one.lattice.across.pitch_px for one in found]
    if found and max(fine) < _RASTER_PX and not any(one.sure for one in found):
        # so blurred, a raster is weak or gone and lines five times slower are still there
        for blur in _BLURS:
            behind = _scaled(dark, find_lattices(cv2.GaussianBlur(dark, (0, 0), blur * max(fine))))
            found += [one for one in behind if one.extent_mm >= _BEHIND_MM]
    return [one for one in found if one.sure or one.extent_mm <= _WIDEST_MM]


def _scaled(dark: np.ndarray, lattices: list[Lattice]) -> list[_Candidate]:
    # a line on one pixel and the same line on two must weigh the same when what is darker than the ruling is cut
    soft = cv2.GaussianBlur(dark, (0, 0), 0.8)
    soft = np.minimum(soft, float(np.quantile(soft[::3, ::3], 0.95)))
    found = [_candidate(soft, lattice) for lattice in lattices]
    return [one for one in found if one is not None]


def _candidate(soft: np.ndarray, lattice: Lattice) -> _Candidate | None:
    fit = fit_cells(lattice)
    if fit is None or fit.quality < _LEAST_QUALITY:
        return None
    scale = _scale(soft, lattice, fit.to_cells, fit.follows)
    return None if scale is None else _Candidate(lattice, fit, scale[:2], scale[2])


def _ranked(candidates: list[_Candidate]) -> list[_Candidate]:
    """One of each ruling, the one that is followed best, sure rulings first unless they can hardly be followed."""
    rulings: list[list[_Candidate]] = []
    for one in sorted(candidates, key=lambda candidate: -candidate.fit.rank):
        family = next((family for family in rulings if family[0].agrees(one)), None)
        if family is None:
            rulings.append([one])
        else:
            family.append(one)
    best = [replace(family[0], sure=any(one.sure for one in family)) for family in rulings]
    least = _HARDLY * max((one.fit.rank for one in best), default=0.0)
    return sorted(best, key=lambda one: (not one.sure or one.fit.rank < least, -one.fit.rank))


def _ruling(dark: np.ndarray, candidate: _Candidate, factor: float) -> Ruling | None:
    """The candidate in the points of the picture, `factor` times larger than the analysed one; None where it is
    stretched as no paper is."""
    lattice, fit, mm = candidate.lattice, candidate.fit, candidate.mm
    to_mm = Transform.scale(factor).then(fit.to_cells).then(Transform.scale(*mm))
    ruled = lattice.centres[fit.follows] / factor
    px_per_mm = _px_per_mm(to_mm, ruled)
    # tilted photographs stretch a clear ruling; a faint one of oblongs is a table or a wall
    if abs(np.log(px_per_mm[0] / px_per_mm[1])) > (_STRETCHED if fit.quality > _CLEAR else _STRETCHED / 3):
        return None
    bent = _bent(dark, fit.to_cells.then(Transform.scale(*mm)), fit, np.array(mm), lattice)
    bend_mm = fit.stray_px / lattice.across.pitch_px * mm[0]
    spread = _spread(fit, np.array(mm), bend_mm, bent) * px_per_mm
    reach = TILE_PX / 2 / factor
    return Ruling(to_mm, ruled, reach, px_per_mm, candidate.sure, bend_mm, bent, (float(spread[0]), float(spread[1])))


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


def _scale(soft: np.ndarray, lattice: Lattice, to_cells: Transform, follows: np.ndarray):
    """(mm a cell across, down, sure) or None, from the mean darkness along each direction of the straightened map
    float32 (H, W)."""
    pitch = (lattice.across.pitch_px, lattice.down.pitch_px)
    cells = to_cells.points(lattice.centres[follows])
    half = TILE_PX / 2 / np.array(pitch) * 0.8
    low, high = cells.min(axis=0) - half, cells.max(axis=0) + half
    per_cell = tuple(max(side, _PROFILE_PX) for side in pitch)
    size = tuple(int((high - low)[axis] * per_cell[axis]) for axis in (1, 0))
    if max(size) > 8 * max(soft.shape):
        return None
    straight = to_cells.then(Transform.shift(*-low)).then(Transform.scale(*per_cell))
    flat = warp(soft, straight, size, 0)
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
