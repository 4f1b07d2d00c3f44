"""Shapes of one heart beat: the path of the heart's dipole, as Gaussian bumps in three dimensions.

Times are fractions of a wave (0 its onset, 1 its end), vectors in mV along the axes of `leadfield`
(left, down, back). A taper brings every wave to exactly zero at its onset and end, so that the truth of
an interval is the interval drawn. Vectors were set by hand so that the twelve leads meet the textbook
criteria named beside each shape.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.data.leadfield import DOWER, frontal_axis_deg, project

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Bump:
    """One Gaussian: centre and standard deviation as fractions of the wave, peak vector in mV."""

    at: float
    width: float
    vector: Vector


@dataclass(frozen=True)
class Shape:
    """P, QRS, ST and T of one kind of beat; `st` is the shift of the ST segment, `t` the T wave's peak."""

    qrs: tuple[Bump, ...]
    t: Vector = (0.30, 0.24, -0.15)
    st: Vector = (0.0, 0.0, 0.0)
    p: tuple[Bump, ...] = (Bump(0.38, 0.16, (0.05, 0.09, -0.05)), Bump(0.62, 0.17, (0.07, 0.06, 0.05)))
    t_peak: float = 0.62


NORMAL = Shape(
    # septum to the right and front (r in V1, q in V6), free wall left and down, base back and up
    qrs=(
        Bump(0.20, 0.08, (-0.17, -0.06, -0.28)),
        Bump(0.38, 0.09, (0.50, 0.42, -0.12)),
        Bump(0.53, 0.095, (1.00, 0.90, 0.48)),
        Bump(0.75, 0.09, (0.10, -0.16, 0.48)),
    )
)
LBBB = Shape(
    # no septal q; broad notched R in I, aVL, V5, V6; QS or rS in V1 to V3; ST and T against the QRS
    qrs=(
        Bump(0.20, 0.09, (0.42, 0.20, 0.38)),
        Bump(0.39, 0.10, (0.98, 0.36, 1.00)),
        Bump(0.64, 0.11, (1.00, 0.20, 1.10)),
        Bump(0.85, 0.06, (0.22, -0.02, 0.25)),
    ),
    t=(-0.40, -0.05, -0.45),
    st=(-0.10, -0.01, -0.20),
    t_peak=0.58,
)
RBBB = Shape(
    # the left ventricle as usual, then a slow vector to the right and front: rSR' in V1, broad S in I, V6
    qrs=(
        Bump(0.14, 0.055, (-0.17, -0.06, -0.28)),
        Bump(0.26, 0.065, (0.60, 0.36, -0.12)),
        Bump(0.37, 0.07, (1.15, 0.80, 0.46)),
        Bump(0.50, 0.05, (0.12, -0.05, 0.25)),
        Bump(0.68, 0.095, (-0.50, -0.10, -0.72)),
        Bump(0.84, 0.06, (-0.18, -0.04, -0.26)),
    ),
    t=(0.32, 0.22, 0.14),
    st=(0.02, 0.0, 0.05),
)
LVH = Shape(
    # tall R in V5, V6 and deep S in V1, V2 (Sokolow-Lyon over 3.5 mV)
    qrs=(
        Bump(0.16, 0.07, (-0.20, -0.05, -0.30)),
        Bump(0.36, 0.10, (1.00, 0.50, -0.10)),
        Bump(0.55, 0.10, (2.05, 0.95, 1.10)),
        Bump(0.78, 0.08, (0.15, -0.12, 0.80)),
    ),
    t=(0.34, 0.22, -0.20),
)
LVH_STRAIN = replace(LVH, t=(-0.30, -0.08, -0.26), st=(-0.13, -0.04, -0.12), t_peak=0.66)
INFERIOR = Shape(
    # the inferior wall is silent: the first 40 ms point up: Q in II, III, aVF; T inverted there
    qrs=(
        Bump(0.16, 0.06, (-0.08, -0.18, -0.26)),
        Bump(0.29, 0.085, (0.22, -0.62, -0.14)),
        Bump(0.54, 0.095, (0.98, 0.72, 0.42)),
        Bump(0.76, 0.085, (0.10, 0.06, 0.46)),
    ),
    t=(0.30, -0.24, -0.14),
    st=(-0.01, 0.04, 0.0),
)
ANTERIOR = Shape(
    # the anterior wall is silent: the first half points back: QS in V1 to V3, Q in V4; T inverted there
    qrs=(
        Bump(0.20, 0.07, (0.02, 0.04, 0.34)),
        Bump(0.37, 0.09, (0.12, 0.36, 0.92)),
        Bump(0.56, 0.095, (0.72, 0.72, 0.80)),
        Bump(0.77, 0.08, (0.10, -0.12, 0.36)),
    ),
    t=(-0.12, 0.18, 0.38),
    st=(0.02, -0.02, -0.13),
    t_peak=0.68,
)
PREMATURE_RIGHT = Shape(
    # from the right ventricle's outflow: like LBBB with an axis downward
    qrs=(
        Bump(0.26, 0.11, (0.30, 0.75, 0.55)),
        Bump(0.48, 0.13, (0.55, 1.25, 1.10)),
        Bump(0.74, 0.10, (0.25, 0.45, 0.45)),
    ),
    t=(-0.28, -0.45, -0.42),
    st=(-0.08, -0.12, -0.12),
    t_peak=0.58,
)
PREMATURE_LEFT = Shape(
    # from the left ventricle: to the right and front, upright in V1
    qrs=(
        Bump(0.24, 0.11, (-0.35, -0.45, -0.75)),
        Bump(0.46, 0.12, (-0.75, -1.05, -1.10)),
        Bump(0.74, 0.11, (-0.60, -0.40, -0.25)),
    ),
    t=(0.38, 0.42, 0.36),
    st=(0.08, 0.10, 0.10),
    t_peak=0.58,
)
PACED = Shape(
    # from the right ventricle's apex: away from it, to the left, up and back; negative in II, III, aVF
    qrs=(
        Bump(0.20, 0.09, (0.25, -0.45, 0.35)),
        Bump(0.42, 0.12, (0.35, -1.25, 0.95)),
        Bump(0.70, 0.11, (0.25, -0.75, 0.90)),
    ),
    t=(-0.26, 0.45, -0.42),
    st=(-0.06, 0.12, -0.15),
    t_peak=0.58,
)
ECTOPIC_P = (Bump(0.36, 0.16, (-0.03, -0.11, 0.03)), Bump(0.64, 0.17, (0.04, -0.08, 0.05)))
"""A P wave from low in the atria: inverted in II, III and aVF."""

SHAPES = {
    "normal": NORMAL,
    "lbbb": LBBB,
    "rbbb": RBBB,
    "lvh": LVH,
    "lvh_strain": LVH_STRAIN,
    "inferior": INFERIOR,
    "anterior": ANTERIOR,
    "premature_right": PREMATURE_RIGHT,
    "premature_left": PREMATURE_LEFT,
    "paced": PACED,
}


def taper(fraction: np.ndarray, rise: float, fall: float) -> np.ndarray:
    """1 inside, 0 outside [0, 1], with cosine flanks of `rise` and `fall`."""
    flank = np.minimum(np.clip(fraction / rise, 0.0, 1.0), np.clip((1.0 - fraction) / fall, 0.0, 1.0))
    return 0.5 - 0.5 * np.cos(np.pi * flank)


def bumps_mv(bumps: tuple[Bump, ...], fraction: np.ndarray) -> np.ndarray:
    """(3, N) dipole of a wave of bumps at these fractions of its length."""
    total = np.zeros((3, len(fraction)))
    for bump in bumps:
        height = np.exp(-0.5 * ((fraction - bump.at) / bump.width) ** 2)
        for axis in range(3):
            total[axis] += bump.vector[axis] * height
    return total * taper(fraction, 0.10, 0.10)


def recovery_mv(shape: Shape, fraction: np.ndarray, qrs_share: float) -> np.ndarray:
    """(3, N) dipole of ST segment and T wave; fraction 0 is the J point, 1 the end of T.

    The ST shift rises during the last part of the QRS complex, whose length in the same unit is
    `qrs_share`; T rises more slowly than it falls.
    """
    spread = np.where(fraction < shape.t_peak, 0.19, 0.115)
    wave = np.exp(-0.5 * ((fraction - shape.t_peak) / spread) ** 2) * taper(fraction, 0.12, 0.12)
    rise = np.clip((fraction + 0.45 * qrs_share) / (0.45 * qrs_share), 0.0, 1.0)
    decay = np.clip((0.92 - fraction) / 0.5, 0.0, 1.0)
    level = (0.5 - 0.5 * np.cos(np.pi * rise)) * (0.5 - 0.5 * np.cos(np.pi * decay))
    return np.stack([shape.t[axis] * wave + shape.st[axis] * level for axis in range(3)])


def turned(vector: Vector, angle_deg: float) -> Vector:
    """The vector turned in the frontal plane, from left towards the feet."""
    sine, cosine = math.sin(math.radians(angle_deg)), math.cos(math.radians(angle_deg))
    x, y, z = vector
    return (cosine * x - sine * y, sine * x + cosine * y, z)


def axis_deg(shape: Shape) -> float:
    """The frontal QRS axis of a shape, from the net areas of I and aVF."""
    leads = project(bumps_mv(shape.qrs, np.linspace(0.0, 1.0, 401)))
    area_i, area_ii = float(np.sum(leads[0])), float(np.sum(leads[1]))
    return frontal_axis_deg(area_i, area_ii - area_i / 2)


def with_axis(shape: Shape, wanted_deg: float) -> Shape:
    """The shape with its frontal QRS axis turned to `wanted_deg`; T and ST follow half way.

    The net areas of I and aVF are linear in the net vector (x, y, z), whose z stays while x and y turn by
    an angle a, so that the axis condition reads P cos a + Q sin a + R = 0. Where z alone outweighs x and y
    in these leads, the nearest axis that can be reached is taken.
    """
    net_x, net_y, net_z = (float(total) for total in bumps_mv(shape.qrs, np.linspace(0.0, 1.0, 401)).sum(axis=1))
    stretch = 2.0 / math.sqrt(3.0)
    lead_i = DOWER[0]
    lead_f = stretch * (DOWER[1] - DOWER[0] / 2)
    sine, cosine = math.sin(math.radians(wanted_deg)), math.cos(math.radians(wanted_deg))
    across, along = lead_i * sine - lead_f * cosine, lead_i * cosine + lead_f * sine
    p = across[0] * net_x + across[1] * net_y
    q = across[1] * net_x - across[0] * net_y
    middle, half = math.atan2(q, p), math.acos(max(-1.0, min(1.0, -across[2] * net_z / math.hypot(p, q))))

    def right_way(angle: float) -> float:
        x, y, z = turned((net_x, net_y, net_z), math.degrees(angle))
        return along[0] * x + along[1] * y + along[2] * z

    # of the two solutions one points the opposite way
    angle_deg = math.degrees(max((middle - half, middle + half), key=right_way))
    angle_deg = (angle_deg + 180.0) % 360.0 - 180.0
    return replace(
        shape,
        qrs=tuple(replace(bump, vector=turned(bump.vector, angle_deg)) for bump in shape.qrs),
        t=turned(shape.t, angle_deg / 2),
        st=turned(shape.st, angle_deg / 2),
    )


def scaled(shape: Shape, gain: float) -> Shape:
    """The shape with all its vectors multiplied."""

    def times(vector: Vector) -> Vector:
        return (vector[0] * gain, vector[1] * gain, vector[2] * gain)

    return replace(
        shape,
        qrs=tuple(replace(b, vector=times(b.vector)) for b in shape.qrs),
        p=tuple(replace(b, vector=times(b.vector)) for b in shape.p),
        t=times(shape.t),
        st=times(shape.st),
    )
