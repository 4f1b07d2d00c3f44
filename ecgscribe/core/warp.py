"""`Bend` and `Warp`: maps of points and pixels beyond a 3x3 matrix, for paper that is not flat.

Same house rules as `Transform`: points (N, 2), x right, y down, pixel i covers i to i+1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform

_FLAT_STEP_PX, _BENT_STEP_PX = 8, 4  # a composed map is computed this often and enlarged
_EXACT_PX = 1e-3  # where the search for a point's image stops
_NODE_DIGITS = 3  # shifts are kept to 0.001 px, so that JSON holds them exactly


@dataclass(frozen=True, eq=False)
class Bend:
    """A smooth map given from the bent picture back to the flat one: flat = bent + shift(bent).

    `nodes_px` (rows, columns, 2) shifts (x, y) at nodes spread evenly over `size_px` (H, W), the first at (0, 0), the
    last at (W, H). Between nodes the shift is bilinear, beyond the edge it is that of the edge: this rule serves points
    and pixels alike. `points` leads flat -> bent, or bent -> flat when `backward`.
    Raises `BadOption` where the map would fold over itself (its determinant must be positive everywhere).
    """

    nodes_px: np.ndarray
    size_px: tuple[int, int]
    backward: bool = False

    def __post_init__(self):
        nodes = np.round(np.asarray(self.nodes_px, np.float64), _NODE_DIGITS)
        if nodes.ndim != 3 or nodes.shape[2] != 2 or min(nodes.shape[:2]) < 2 or not np.isfinite(nodes).all():
            raise BadOption(f"A Bend needs finite nodes (rows >= 2, columns >= 2, 2), got the shape {nodes.shape}.")
        if min(self.size_px) <= 0:
            raise BadOption(f"A Bend needs a size above 0, got {self.size_px}.")
        object.__setattr__(self, "nodes_px", nodes)
        object.__setattr__(self, "size_px", (int(self.size_px[0]), int(self.size_px[1])))
        if lowest_determinant(nodes, self.size_px) <= 0:
            raise BadOption("This Bend folds over itself.", "Make its shifts smaller or smoother.")

    def points(self, points: np.ndarray) -> np.ndarray:
        """(N, 2) flat points -> (N, 2) bent points (the other way when `backward`), NaN rows stay NaN."""
        points = np.asarray(points, np.float64).reshape(-1, 2)
        if self.backward:
            return points + self._shift(points)
        return self._searched(points)

    def _searched(self, flat: np.ndarray) -> np.ndarray:
        """Newton's method in every point at once; a step that does not help is halved."""
        bent = flat - self._shift(flat)
        open_rows = np.flatnonzero(np.isfinite(flat).all(axis=1))
        last, step = np.full(len(flat), np.inf), np.zeros_like(flat)
        for _ in range(60):
            shift, along_x, along_y = self._slope(bent[open_rows])
            miss = flat[open_rows] - bent[open_rows] - shift
            size = np.hypot(miss[:, 0], miss[:, 1])
            wide = size > _EXACT_PX
            if not wide.any():
                break
            open_rows, miss, size, along_x, along_y = (v[wide] for v in (open_rows, miss, size, along_x, along_y))
            worse = size > last[open_rows]
            a, b, c, d = 1 + along_x[:, 0], along_y[:, 0], along_x[:, 1], 1 + along_y[:, 1]
            newton = np.c_[d * miss[:, 0] - b * miss[:, 1], a * miss[:, 1] - c * miss[:, 0]] / (a * d - b * c)[:, None]
            step[open_rows] = np.where(worse[:, None], -step[open_rows] / 2, newton)
            bent[open_rows] += step[open_rows]
            # after a step back the next one is judged against the same mark
            last[open_rows] = np.where(worse, last[open_rows], size)
            step[open_rows] = np.where(worse[:, None], -step[open_rows], step[open_rows])
        return bent

    def _cells(self, points: np.ndarray) -> tuple[np.ndarray, ...]:
        """Per point: the shifts (N, 2) of its cell's four nodes, its place (N, 1) in the cell, whether it is inside."""
        rows, columns = self.nodes_px.shape[:2]
        at_x = np.nan_to_num(points[:, 0]) * ((columns - 1) / self.size_px[1])
        at_y = np.nan_to_num(points[:, 1]) * ((rows - 1) / self.size_px[0])
        u, v = np.clip(at_x, 0, columns - 1), np.clip(at_y, 0, rows - 1)
        inside = np.stack([u == at_x, v == at_y], axis=1)
        left, top = np.minimum(u.astype(np.intp), columns - 2), np.minimum(v.astype(np.intp), rows - 2)
        flat, first = self.nodes_px.reshape(-1, 2), top * columns + left
        corners = (flat.take(first + step, axis=0) for step in (0, 1, columns, columns + 1))
        return (*corners, (u - left)[:, None], (v - top)[:, None], inside)

    def _shift(self, points: np.ndarray) -> np.ndarray:
        """Shifts (N, 2) at bent points."""
        a, b, c, d, u, v, _ = self._cells(points)
        upper, lower = a + (b - a) * u, c + (d - c) * u
        return upper + (lower - upper) * v

    def _slope(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Shifts (N, 2) at bent points and how they change along x and along y, (N, 2) each."""
        a, b, c, d, u, v, inside = self._cells(points)
        rows, columns = self.nodes_px.shape[:2]
        upper, lower = a + (b - a) * u, c + (d - c) * u
        along_x = ((b - a) * (1 - v) + (d - c) * v) * (inside[:, :1] * ((columns - 1) / self.size_px[1]))
        along_y = (lower - upper) * (inside[:, 1:] * ((rows - 1) / self.size_px[0]))
        return upper + (lower - upper) * v, along_x, along_y

    @property
    def inverse(self) -> Bend:
        return replace(self, backward=not self.backward)

    def then(self, after: Transform | Bend | Warp) -> Warp:
        """This map first, `after` second."""
        return Warp((self,)).then(after)

    def preceded_by(self, before: Transform | Bend) -> Warp:
        return Warp((before, self))

    def to_dict(self) -> dict:
        return {"nodes_px": self.nodes_px.tolist(), "size_px": list(self.size_px), "backward": self.backward}

    @classmethod
    def from_dict(cls, fields: dict) -> Bend:
        return cls(np.array(fields["nodes_px"]), tuple(fields["size_px"]), fields["backward"])


@dataclass(frozen=True, eq=False)
class Warp:
    """A chain of `Transform`s and `Bend`s, the first applied first; neighbouring matrices are merged."""

    steps: tuple[Transform | Bend, ...] = ()

    def __post_init__(self):
        merged: list[Transform | Bend] = []
        for step in self.steps:
            if merged and isinstance(step, Transform) and isinstance(merged[-1], Transform):
                merged[-1] = merged[-1].then(step)
            else:
                merged.append(step)
        object.__setattr__(self, "steps", tuple(merged))

    def points(self, points: np.ndarray) -> np.ndarray:
        """(N, 2) source points -> (N, 2) target points, NaN rows stay NaN."""
        points = np.asarray(points, np.float64).reshape(-1, 2)
        for step in self.steps:
            points = step.points(points)
        return points

    @property
    def inverse(self) -> Warp:
        return Warp(tuple(step.inverse for step in reversed(self.steps)))

    def then(self, after: Transform | Bend | Warp) -> Warp:
        """This map first, `after` second."""
        return Warp(self.steps + (after.steps if isinstance(after, Warp) else (after,)))

    def preceded_by(self, before: Transform | Bend) -> Warp:
        return Warp((before, *self.steps))

    def backward_map(self, size_px: tuple[int, int]) -> np.ndarray:
        """float32 (H, W, 2): where each pixel of a target of `size_px` (H, W) comes from in the source, counted from
        pixel centres as `cv2.remap` wants it. Computed every 8 px (4 px where a `Bend` is in the chain) and enlarged
        bilinearly, which keeps it within 0.4 px of `inverse.points` for the sharpest folds that are drawn.
        """
        import cv2

        bent = any(isinstance(one, Bend) for one in self.steps)
        step = _BENT_STEP_PX if bent else _FLAT_STEP_PX
        rows, columns = (-(-side // step) + 2 for side in size_px)
        x, y = (np.arange(columns) - 0.5) * step, (np.arange(rows) - 0.5) * step
        grid = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=2).reshape(-1, 2)
        coarse = (self.inverse.points(grid) - 0.5).astype(np.float32).reshape(rows, columns, 2)
        fine = cv2.resize(coarse, (columns * step, rows * step), interpolation=cv2.INTER_LINEAR)
        return fine[step : step + size_px[0], step : step + size_px[1]]

    def to_dict(self) -> dict:
        return {"steps": [step.to_dict() for step in self.steps]}

    @classmethod
    def from_dict(cls, fields: dict) -> Warp:
        return cls(tuple(map_from_dict(step) for step in fields["steps"]))


def map_from_dict(fields: dict) -> Transform | Bend | Warp:
    """The map that `to_dict` of a `Transform`, a `Bend` or a `Warp` wrote."""
    kinds = {"matrix": Transform, "nodes_px": Bend, "steps": Warp}
    for key, kind in kinds.items():
        if key in fields:
            return kind.from_dict(fields)
    raise BadOption(f"No map is written as {sorted(fields)}.", f"Known keys: {', '.join(kinds)}.")


def lowest_determinant(nodes_px: np.ndarray, size_px: tuple[int, int]) -> float:
    """The smallest determinant of point -> point + shift for shifts (rows, columns, 2) spread over `size_px` (H, W).

    Inside a cell the determinant of a bilinear map is linear in both directions, so the cells' corners decide; beyond
    the edge only one direction varies, so there the slopes along the edge decide.
    """
    rows, columns = nodes_px.shape[:2]
    along_x = np.diff(nodes_px, axis=1) * (columns - 1) / size_px[1]
    along_y = np.diff(nodes_px, axis=0) * (rows - 1) / size_px[0]
    lowest = min(1 + along_x[[0, -1], :, 0].min(), 1 + along_y[:, [0, -1], 1].min())
    for x_slope in (along_x[:-1], along_x[1:]):
        for y_slope in (along_y[:, :-1], along_y[:, 1:]):
            cross = x_slope[..., 1] * y_slope[..., 0]
            lowest = min(lowest, ((1 + x_slope[..., 0]) * (1 + y_slope[..., 1]) - cross).min())
    return float(lowest)
