"""Paper that is not flat: a smooth map from the flat sheet to where its ruling is seen, beyond the perspective."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from ecgscribe.core.geometry import Transform
from ecgscribe.page.phases import NODE_MM, SHEET_PX_PER_MM, Phases, phases_of

_TILE_REACH_MM = 16.0  # a tile of the lattice speaks for so much around it
_LEAST_HEARD = 0.35  # of the tiles' area: a ruling that is heard less does not refine the map
_JUMP = 0.3  # periods: a neighbour that differs more is not joined
_PERIODS_MM = (5.0, 2.5, 1.0)  # paired lines around boxes of 5 mm show in their first harmonic
_DARKER = 1.7  # than the ruling: traces and letters, left out
_LEAST_BARE = 0.05  # of the paper around ink
_STRAY_MM = 0.3  # from what most nodes around say
_SETTLED_MM = 0.05
_FLAT_MM = 0.12  # a sheet that bends less is called flat
_WIDTHS = (1.5, 2.4, 5.0, 15.0)
"""Nodes of surroundings from which a node's shift is told, wider ones where less is known."""
_FARTHEST = 0.02  # of the usual weight is enough for the widest surroundings
_HELD = 0.02  # of a width's square: slopes from less extent are not believed
_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Bent:
    """`nodes_mm` float64 (rows, columns, 2): a point q of the flat sheet is seen where the plane's map has
    q + shift(q); the nodes are `NODE_MM` apart from `origin_mm` (x, y) on. `heard` bool (rows, columns) where lines
    said so; `spread_mm` the typical uncertainty of a node there."""

    nodes_mm: np.ndarray
    origin_mm: tuple[float, float]
    heard: np.ndarray
    spread_mm: float

    @property
    def depth_mm(self) -> float:
        """How far a tenth of the ruled sheet lies from the plane at least."""
        if not self.heard.any():
            return 0.0
        shift = self.nodes_mm[self.heard]
        return float(np.quantile(np.hypot(*(shift - np.median(shift, axis=0)).T), 0.9))

    @property
    def is_flat(self) -> bool:
        return self.depth_mm < _FLAT_MM

    def shift_mm(self, points_mm: np.ndarray) -> np.ndarray:
        """(N, 2) shifts at flat points (N, 2); beyond the nodes that of the nearest."""
        at = ((np.asarray(points_mm) - np.array(self.origin_mm)) / NODE_MM).astype(np.float32)
        return _sampled(self.nodes_mm, at)


def unbend(dark: np.ndarray, to_mm: Transform, box_mm: np.ndarray, tiles: tuple[np.ndarray, np.ndarray]) -> Bent | None:
    """The bend of a sheet in a darkness map float32 (H, W); None where its ruling cannot be heard well enough.

    `to_mm` the plane's map, map points -> mm; `box_mm` (2, 2) low and high corner of what is looked at; `tiles` what
    the lattice says: (N, 2) flat places in mm and (N, 2) the plane's places of the same. The ruling is followed from
    them outwards as far as it goes.
    """
    size = np.maximum(np.floor((box_mm[1] - box_mm[0]) / NODE_MM).astype(int), 3)
    origin = box_mm[0] + NODE_MM / 2
    places = _places(size, origin)
    nodes = _from_tiles(places, *tiles)
    source, to_mm = _calm(dark, to_mm)
    extent = np.ptp(tiles[0], axis=0) + _TILE_REACH_MM
    least = _LEAST_HEARD * min(float(np.prod(extent)) / NODE_MM**2, float(np.prod(size)))
    spread, heard = np.inf, np.zeros(places.shape[:2], bool)
    for turn in range(_ROUNDS):
        sheet = _sheet(source, to_mm, box_mm[0], size, nodes)
        found = _found(sheet, box_mm[0], turn, least)
        if found is None:
            return None if turn == 0 else Bent(nodes, tuple(origin), heard, spread)
        shift, weight, spread = found
        heard = (weight > 0).all(axis=2)
        shift = _smoothed(shift, _agreeing(shift, weight))
        nodes = _composed(nodes, shift)
        if turn and np.quantile(np.abs(shift), 0.95) < _SETTLED_MM:
            break
    return Bent(nodes, tuple(origin), heard, spread)


def _places(size: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """float64 (rows, columns, 2) of the nodes, in mm."""
    x, y = (origin[axis] + NODE_MM * np.arange(size[axis]) for axis in (0, 1))
    return np.stack(np.meshgrid(x, y), axis=2)


def _from_tiles(places: np.ndarray, flat_mm: np.ndarray, plane_mm: np.ndarray) -> np.ndarray:
    """Shifts at the nodes as the lattice's tiles have them, each tile speaking for its surroundings."""
    # all nodes of a column share their x, all of a row their y
    across, down = (
        (along[:, None] - flat_mm[:, axis]) ** 2 for axis, along in enumerate((places[0, :, 0], places[:, 0, 1]))
    )
    distance = (across[None] + down[:, None]).reshape(-1, len(flat_mm))
    distance /= 2 * _TILE_REACH_MM**2
    share = np.subtract(distance.min(axis=1, keepdims=True), distance, out=distance)
    np.exp(share, out=share)
    share /= share.sum(axis=1, keepdims=True)
    return (share @ (plane_mm - flat_mm)).reshape(places.shape)


def _calm(dark: np.ndarray, to_mm: Transform) -> tuple[np.ndarray, Transform]:
    """The map near the sheet's own scale, traces cut to the height of the ruling."""
    height, width = dark.shape
    per_mm = 1 / np.sqrt(abs(np.linalg.det(_slope(to_mm, (width / 2, height / 2)))))
    if per_mm > 1.6 * SHEET_PX_PER_MM:
        factor = 1.2 * SHEET_PX_PER_MM / per_mm
        small = (max(round(width * factor), 8), max(round(height * factor), 8))
        dark = cv2.resize(dark, small, interpolation=cv2.INTER_AREA)
        to_mm = Transform.scale(width / small[0], height / small[1]).then(to_mm)
        per_mm *= factor
    soft = cv2.GaussianBlur(dark, (0, 0), 0.6)
    limits = _limits(soft, max(int(12 * per_mm), 8))
    # among the traces their own darkness sets the limit; elsewhere it is the ruling's
    limit = np.minimum(limits, 1.3 * float(np.median(limits[limits > 0.02])) if (limits > 0.02).any() else 0.02)
    ruled = np.minimum(soft, limit)
    ink = cv2.dilate((soft > _DARKER * limit).astype(np.uint8), np.ones((3, 3), np.uint8))
    return _blanked(ruled, ink, max(int(5 * per_mm), 1)), to_mm


def _blanked(ruled: np.ndarray, ink: np.ndarray, around: int) -> np.ndarray:
    """The map with the mean of the paper around it in place of ink: what ink itself leaves would stand there as a bar,
    and the lines' phase be drawn to it."""
    bare = (ink == 0).astype(np.float32)
    size = (around, around)
    blank = cv2.blur(ruled * bare, size) / np.maximum(cv2.blur(bare, size), _LEAST_BARE)
    return np.where(ink > 0, blank, ruled)


def _slope(transform: Transform, place: tuple[float, float]) -> np.ndarray:
    ends = transform.points(np.array(place) + np.array([[0, 0], [1, 0], [0, 1]]))
    return (ends[1:] - ends[0]).T


def _limits(dark: np.ndarray, cell: int) -> np.ndarray:
    """float32 (H, W): the darkness that a twelfth of the surroundings exceeds."""
    rows, columns = dark.shape
    high, wide = max(rows // cell, 1), max(columns // cell, 1)
    part = dark[: rows // high * high, : columns // wide * wide]
    cells = part.reshape(high, rows // high, wide, columns // wide)[:, ::2, :, ::2].transpose(0, 2, 1, 3)
    cells = cells.reshape(high, wide, -1)
    place = int(0.92 * cells.shape[2])
    limit = np.partition(cells, place, axis=2)[:, :, place]
    return np.maximum(cv2.resize(limit, (columns, rows), interpolation=cv2.INTER_LINEAR), 0.02)


def _sheet(source: np.ndarray, to_mm: Transform, low_mm: np.ndarray, size: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """The darkness as the flat sheet shows it, float32, `SHEET_PX_PER_MM`, its slow part taken away."""
    per_node = int(NODE_MM * SHEET_PX_PER_MM)
    # the map is computed at the nodes and one beyond, and enlarged bilinearly
    wide = np.pad(nodes, ((1, 1), (1, 1), (0, 0)), mode="edge")
    flat = _places(size + 2, low_mm - NODE_MM / 2)
    seen = to_mm.inverse.points((flat + wide).reshape(-1, 2)).reshape(flat.shape) - 0.5
    fine = cv2.resize(
        seen.astype(np.float32), ((size[0] + 2) * per_node, (size[1] + 2) * per_node), interpolation=cv2.INTER_LINEAR
    )[per_node:-per_node, per_node:-per_node]
    sheet = cv2.remap(source, fine, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    period = int(5 * SHEET_PX_PER_MM)
    return sheet - cv2.blur(sheet, (period, period))


def _found(
    sheet: np.ndarray, low_mm: np.ndarray, turn: int, least: float
) -> tuple[np.ndarray, np.ndarray, float] | None:
    """(shift (rows, columns, 2), weight of the same shape, typical spread) from the rulings that are heard at `least`
    at so many nodes."""
    heard = [phases for phases in phases_of(sheet, _PERIODS_MM, tuple(low_mm)) if phases.heard > least]
    if not heard:
        return None
    if turn == 0:
        heard = heard[:1]  # the coarser ruling cannot slip
    total, weight = 0.0, 0.0
    for phases in heard:
        shift = _joined(phases) if turn == 0 else _about_zero(phases)
        known = np.isfinite(shift) & np.isfinite(phases.spread_mm)
        precision = np.where(known, 1 / np.maximum(phases.spread_mm, 0.01) ** 2, 0.0)
        if phases.period_mm < 5 and len(heard) > 1:
            # a fine line that contradicts the coarse one has slipped
            precision = np.where(np.abs(shift - heard[0].shift_mm) < 0.45, precision, 0.0)
        total, weight = total + np.where(known, shift, 0.0) * precision, weight + precision
    seen = weight > 0
    spread = float(np.median(1 / np.sqrt(weight[seen]))) if seen.any() else np.inf
    return total / np.maximum(weight, 1e-9), weight, spread


def _about_zero(phases: Phases) -> np.ndarray:
    """Shifts counted from their common middle: lines of 1 mm need not fall on those of 5 mm."""
    shift = phases.shift_mm.copy()
    for axis in (0, 1):
        turns = np.exp(2j * np.pi * shift[..., axis] / phases.period_mm) / np.maximum(phases.spread_mm[..., axis], 0.01)
        middle = np.angle(turns.sum())
        shift[..., axis] = np.angle(np.exp(1j * (2 * np.pi * shift[..., axis] / phases.period_mm - middle)))
        shift[..., axis] *= phases.period_mm / (2 * np.pi)
    return shift


def _joined(phases: Phases) -> np.ndarray:
    """Shifts (rows, columns, 2) made continuous: from the clearest node outwards, the clearest neighbour next; NaN
    where the lines could not be followed."""
    shift = np.full(phases.shift_mm.shape, np.nan, np.float64)
    for axis in (0, 1):
        shift[..., axis] = _unwrapped(phases.shift_mm[..., axis], phases.spread_mm[..., axis], phases.period_mm)
    return shift


def _unwrapped(shift: np.ndarray, spread: np.ndarray, period: float) -> np.ndarray:
    rows, columns = shift.shape
    wrapped, unsure = (shift / period).ravel().tolist(), spread.ravel().tolist()
    start = int(np.argmin(spread))
    joined = {start: wrapped[start]}
    queue = [(unsure[start], start)]
    while queue:
        _, here = heapq.heappop(queue)
        row, column = divmod(here, columns)
        for there, fits in (
            (here - 1, column > 0),
            (here + 1, column + 1 < columns),
            (here - columns, row > 0),
            (here + columns, row + 1 < rows),
        ):
            if not fits or there in joined or unsure[there] == np.inf:
                continue
            step = wrapped[there] - joined[here]
            step -= round(step)
            if abs(step) < _JUMP:
                joined[there] = joined[here] + step
                heapq.heappush(queue, (unsure[there], there))
    found = np.full(rows * columns, np.nan)
    found[list(joined)] = np.array(list(joined.values())) * period
    return found.reshape(rows, columns)


def _agreeing(shift: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The weights, none for nodes that contradict what most around them say."""
    filled = _smoothed(shift, weight)
    usual = np.where(weight > 0, shift, filled).astype(np.float32)
    usual = np.stack([cv2.medianBlur(np.ascontiguousarray(usual[..., axis]), 5) for axis in (0, 1)], axis=2)
    return np.where(np.abs(shift - usual) < _STRAY_MM, weight, 0.0)


def _smoothed(shift: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted fits to the surroundings, wider ones where little is known, so that every node has a value."""
    known = weight.astype(np.float64)
    enough = np.quantile(known[known > 0], 0.2) if (known > 0).any() else 1.0
    result, share = np.zeros(shift.shape), np.zeros(shift.shape)
    for width in _WIDTHS:
        value, near = _tangents(shift, known, width)
        enough_here = enough if width < _WIDTHS[-1] else _FARTHEST * enough
        trust = (1 - share) * np.clip(near / np.maximum(enough_here, 1e-12), 0, 1)
        result += trust * value
        share += trust
    middle = (known * shift).sum(axis=(0, 1)) / np.maximum(known.sum(axis=(0, 1)), 1e-12)
    return result + (1 - share) * middle


def _tangents(values: np.ndarray, weight: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """(value, weight near) at every node of the plane fitted to `values` (rows, columns, 2) around it, so that beyond
    the ruling that is heard the sheet goes on as it leans there. Method: local linear regression; slopes that the
    places known do not bear out are held low."""
    rows, columns = weight.shape[:2]
    y, x = np.mgrid[:rows, :columns] - np.array([rows, columns])[:, None, None] / 2
    # both axes' nodes one after the other: (2, rows, columns)
    weight, values = (np.ascontiguousarray(part.transpose(2, 0, 1)) for part in (weight, values))
    weighed_values = weight * values
    parts = [weight, *(weight * part for part in (x, y, x * x, y * y, x * y))]
    parts += [weighed_values, x * weighed_values, y * weighed_values]
    # sums over surroundings as products of matrices: several times quicker than a blur of each part
    near, *sums = _bell(rows, width) @ np.stack(parts) @ _bell(columns, width)
    mean_x, mean_y, mean_xx, mean_yy, mean_xy, mean_value, mean_xv, mean_yv = sums / np.maximum(near, 1e-12)
    held = _HELD * width**2
    xx, yy, xy = mean_xx - mean_x**2 + held, mean_yy - mean_y**2 + held, mean_xy - mean_x * mean_y
    xv, yv = mean_xv - mean_x * mean_value, mean_yv - mean_y * mean_value
    determinant = xx * yy - xy * xy
    lean_x, lean_y = (xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant
    value = mean_value + lean_x * (x - mean_x) + lean_y * (y - mean_y)
    return value.transpose(1, 2, 0), near.transpose(1, 2, 0)


@lru_cache(maxsize=32)
def _bell(count: int, width: float) -> np.ndarray:
    """float64 (count, count): the weight of node k in the Gaussian surroundings, `width` wide, of node i; what lies
    beyond the nodes weighs nothing."""
    kernel = cv2.getGaussianKernel(int(round(8 * width + 1)) | 1, width).ravel()
    reach = len(kernel) // 2
    away = np.subtract.outer(np.arange(count), np.arange(count))
    return np.where(np.abs(away) <= reach, kernel[np.clip(away + reach, 0, 2 * reach)], 0.0)


def _composed(nodes: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """The nodes' shifts after the sheet drawn with them was found to be `shift` further on at each place."""
    rows, columns = nodes.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=2).astype(np.float64)
    before = grid.copy()
    for _ in range(3):  # where on the drawn sheet the flat place q is: p + shift(p) = q
        before = grid - _sampled(shift, before.reshape(-1, 2)).reshape(grid.shape) / NODE_MM
    moved = _sampled(nodes, before.reshape(-1, 2)).reshape(grid.shape)
    return moved + (before - grid) * NODE_MM


def _sampled(nodes: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(N, 2) values at places (N, 2) counted in nodes, bilinear, beyond the edge that of the edge."""
    at = np.asarray(at, np.float32).reshape(-1, 1, 2)
    values = cv2.remap(nodes.astype(np.float32), at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return values.reshape(-1, 2).astype(np.float64)
