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
        if matrix.shape != (3, 3) or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-12:
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
        rows, right = [], []
        for (x, y), (u, v) in zip(np.asarray(source, float), np.asarray(target, float), strict=True):
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
            right += [u, v]
        try:
            solved = np.linalg.solve(np.array(rows), np.array(right))
        except np.linalg.LinAlgError:
            raise BadOption(f"Corners {np.asarray(source).tolist()} do not span a quadrilateral.") from None
        return cls(np.append(solved, 1.0).reshape(3, 3))

    def points(self, points: np.ndarray) -> np.ndarray:
        """(N, 2) source points -> (N, 2) target points."""
        points = np.asarray(points, np.float64).reshape(-1, 2)
        homogeneous = np.c_[points, np.ones(len(points))] @ self.matrix.T
        return homogeneous[:, :2] / homogeneous[:, 2:]

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
        return Transform(np.linalg.inv(self.matrix))

    def then(self, after: Transform) -> Transform:
        """This map first, `after` second."""
        return Transform(after.matrix @ self.matrix)

    def to_dict(self) -> dict:
        return {"matrix": self.matrix.tolist()}

    @classmethod
    def from_dict(cls, fields: dict) -> Transform:
        return cls(np.array(fields["matrix"]))
