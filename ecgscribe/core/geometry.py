"""`Transform`: a projective map between two pictures that carries both points and pixels.

Points are (N, 2), x right, y down; pixel i covers i to i+1, its centre is i + 0.5 (Pillow's own rule).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from ecgscribe.core.errors import BadOption


@dataclass(frozen=True, eq=False)
class Transform:
    """Maps source points to target points by a 3x3 matrix (float64, last entry 1)."""

    matrix: np.ndarray = field(default_factory=lambda: np.eye(3))

    def __post_init__(self):
        matrix = np.asarray(self.matrix, np.float64)
        if matrix.shape != (3, 3) or not np.isfinite(matrix).all() or abs(_determinant(matrix)) < 1e-12:
            raise BadOption(f"A Transform needs a finite, invertible 3x3 matrix, got {matrix.tolist()}.")
        object.__setattr__(self, "matrix", matrix / matrix[2, 2])

    @classmethod
    def shift(cls, dx: float, dy: float) -> Transform:
        return cls(np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1.0]]))

    @classmethod
    def scale(cls, sx: float, sy: float | None = None) -> Transform:
        return cls(np.diag([sx, sx if sy is None else sy, 1.0]))

    @classmethod
    def rotation(cls, degrees: float, centre: tuple[float, float] = (0.0, 0.0)) -> Transform:
        """Turns by `degrees`, positive from the x axis towards the y axis (clockwise on screen)."""
        angle = np.deg2rad(degrees)
        turn = cls(np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]]))
        return cls.shift(-centre[0], -centre[1]).then(turn).then(cls.shift(*centre))

    @classmethod
    def from_corners(cls, source: np.ndarray, target: np.ndarray) -> Transform:
        """The map that sends four source points (4, 2) onto four target points (4, 2)."""
        try:
            return _from_square(source).inverse.then(_from_square(target))
        except BadOption:
            raise BadOption(f"Corners {np.asarray(source).tolist()} do not span a quadrilateral.") from None

    def points(self, points: np.ndarray) -> np.ndarray:
        """(N, 2) source points -> (N, 2) target points."""
        points = np.asarray(points, np.float64).reshape(-1, 2)
        # written out: a matrix product rounds differently from one BLAS to the next, these sums do not
        x, y, m = points[:, 0], points[:, 1], self.matrix
        moved = np.empty_like(points)
        depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
        moved[:, 0] = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth
        moved[:, 1] = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth
        return moved

    def picture(self, picture: np.ndarray, size_px: tuple[int, int], fill: tuple[int, ...] | int = 255) -> np.ndarray:
        """Warps uint8 (H, W) or (H, W, 3) to `size_px` (H, W), bicubic, outside painted with `fill`."""
        inverse = self.inverse.matrix / self.inverse.matrix[2, 2]
        image = Image.fromarray(picture)
        fill = fill if picture.ndim == 2 or not isinstance(fill, int) else (fill,) * 3
        warped = image.transform(
            (size_px[1], size_px[0]),
            Image.Transform.PERSPECTIVE,
            tuple(inverse.ravel()[:8]),
            Image.Resampling.BICUBIC,
            fillcolor=fill,
        )
        return np.asarray(warped)

    @property
    def inverse(self) -> Transform:
        return Transform(_adjugate(self.matrix))

    def then(self, after: Transform) -> Transform:
        """This map first, `after` second; with a `Bend` or a `Warp` after it, the result is a `Warp`."""
        if not isinstance(after, Transform):
            return after.preceded_by(self)
        return Transform(_product(after.matrix, self.matrix))

    def to_dict(self) -> dict:
        return {"matrix": self.matrix.tolist()}

    @classmethod
    def from_dict(cls, fields: dict) -> Transform:
        return cls(np.array(fields["matrix"]))


def _product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first[:, :, None] * second[None, :, :]).sum(axis=1)


def _adjugate(m: np.ndarray) -> np.ndarray:
    """(3, 3) the inverse times the determinant; the scale of a projective matrix means nothing."""
    rows = [np.cross(m[:, 1], m[:, 2]), np.cross(m[:, 2], m[:, 0]), np.cross(m[:, 0], m[:, 1])]
    return np.array(rows)


def _determinant(m: np.ndarray) -> float:
    return float((m[:, 0] * np.cross(m[:, 1], m[:, 2])).sum())


def _from_square(corners: np.ndarray) -> Transform:
    """The map of the unit square's corners (0,0), (1,0), (1,1), (0,1) onto four points (Heckbert 1989, section 2.2)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = np.asarray(corners, np.float64)
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    span = dx1 * dy2 - dx2 * dy1
    if abs(span) < 1e-12 * max(dx1**2 + dy1**2, dx2**2 + dy2**2, 1e-12):
        raise BadOption(f"Corners {np.asarray(corners).tolist()} do not span a quadrilateral.")
    g, h = (sx * dy2 - dx2 * sy) / span, (dx1 * sy - sx * dy1) / span
    return Transform(
        np.array([[x1 - x0 + g * x1, x3 - x0 + h * x3, x0], [y1 - y0 + g * y1, y3 - y0 + h * y3, y0], [g, h, 1.0]])
    )
