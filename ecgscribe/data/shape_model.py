"""The form of one heart beat: the path of the heart's dipole, as Gaussian bumps in three dimensions.

Times are fractions of a wave (0 its onset, 1 its end), vectors in mV along the axes of `leadfield`
(left, down, back). A taper brings every wave to exactly zero at its onset and end, so that the truth of
an interval is the interval drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.data.leadfield import DOWER, frontal_axis_deg, project

Vector = tuple[float, float, float]

P_LENGTH_S = 0.105
"""The usual length of a P wave."""

T_RISE = 0.19
"""Standard deviation of T's rising side, as a fraction of the time from the J point to the end of T."""


@dataclass(frozen=True)
class Bump:
    """One Gaussian: centre and standard deviation as fractions of the wave, peak vector in mV.

    A `fixed` bump stays where it is when the axis is turned (the Q of an infarct belongs to a wall, the
    septum is activated first wherever the heart points). A `trailing` bump may outlast its wave: the
    repolarisation of the atria goes on behind the P wave.
    """

    at: float
    width: float
    vector: Vector
    fixed: bool = False
    trailing: bool = False


NORMAL_P = (Bump(0.38, 0.16, (0.05, 0.09, -0.05)), Bump(0.62, 0.17, (0.07, 0.06, 0.05)))
"""Right atrium, then left: to the left and down, first to the front, then to the back."""


@dataclass(frozen=True)
class Shape:
    """P, QRS, ST and T of one kind of beat.

    `st` is the shift of the ST segment, `t` the T wave's peak, at the fraction `t_peak` of the time from
    the J point to the end of T; `t_width` multiplies the usual length of T's rise (its fall ends with
    it). `st_t` are further bumps in that time (J wave, sagging ST, second half of a biphasic T). `turn` is
    the share of an axis turn that ST and T follow: 0 where they belong to a wall. `p_s` is the length of
    the P wave.
    """

    qrs: tuple[Bump, ...]
    t: Vector = (0.30, 0.24, -0.15)
    st: Vector = (0.0, 0.0, 0.0)
    p: tuple[Bump, ...] = NORMAL_P
    t_peak: float = 0.70
    t_width: float = 1.0
    st_t: tuple[Bump, ...] = ()
    turn: float = 0.5
    p_s: float = P_LENGTH_S


def taper(fraction: np.ndarray, rise: float, fall: float) -> np.ndarray:
    """1 inside, 0 outside [0, 1], with cosine flanks of `rise` and `fall`."""
    flank = np.minimum(np.clip(fraction / rise, 0.0, 1.0), np.clip((1.0 - fraction) / fall, 0.0, 1.0))
    return 0.5 - 0.5 * np.cos(np.pi * flank)


def _risen(fraction: np.ndarray, rise: float) -> np.ndarray:
    """0 before 0, 1 after `rise`, a cosine flank between."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(fraction / rise, 0.0, 1.0))


def bumps_mv(bumps: tuple[Bump, ...], fraction: np.ndarray) -> np.ndarray:
    """(3, N) dipole of a wave of bumps at these fractions of its length."""
    inside = taper(fraction, 0.10, 0.10)
    total = np.zeros((3, len(fraction)))
    for bump in bumps:
        height = np.exp(-0.5 * ((fraction - bump.at) / bump.width) ** 2)
        height *= _risen(fraction, 0.10) if bump.trailing else inside
        for axis in range(3):
            total[axis] += bump.vector[axis] * height
    return total


def recovery_mv(shape: Shape, fraction: np.ndarray, qrs_share: float) -> np.ndarray:
    """(3, N) dipole of ST segment and T wave; fraction 0 is the J point, 1 the end of T.

    The ST shift rises during the last part of the QRS complex, whose length in the same unit is
    `qrs_share`; T rises more slowly than it falls.
    """
    # T falls so that its end is where the eye and a tangent find it, not in a long thin tail
    spread = np.where(fraction < shape.t_peak, T_RISE * shape.t_width, (1.0 - shape.t_peak) / 2.3)
    wave = np.exp(-0.5 * ((fraction - shape.t_peak) / spread) ** 2) * taper(fraction, 0.12, 0.15)
    rise = _risen(fraction + 0.45 * qrs_share, 0.45 * qrs_share)
    decay = _risen(0.92 - fraction, 0.5)
    level = rise * decay
    total = np.stack([shape.t[axis] * wave + shape.st[axis] * level for axis in range(3)])
    for bump in shape.st_t:
        height = np.exp(-0.5 * ((fraction - bump.at) / bump.width) ** 2) * rise * _risen(1.0 - fraction, 0.12)
        for axis in range(3):
            total[axis] += bump.vector[axis] * height
    return total


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
    """The shape with its frontal QRS axis turned to `wanted_deg`; ST and T follow by the shape's `turn`.

    The net areas of I and aVF are linear in the net vector. The turned part (x, y) makes an angle a; z and
    the fixed bumps stay, so that the axis condition reads P cos a + Q sin a + R = 0. Where what stays
    outweighs what turns, the nearest axis that can be reached is taken.
    """
    fractions = np.linspace(0.0, 1.0, 401)
    turning = tuple(bump for bump in shape.qrs if not bump.fixed)
    staying = tuple(bump for bump in shape.qrs if bump.fixed)
    net_x, net_y, net_z = (float(total) for total in bumps_mv(turning, fractions).sum(axis=1))
    still_x, still_y, still_z = (float(total) for total in bumps_mv(staying, fractions).sum(axis=1))
    stretch = 2.0 / math.sqrt(3.0)
    lead_i = DOWER[0]
    lead_f = stretch * (DOWER[1] - DOWER[0] / 2)
    sine, cosine = math.sin(math.radians(wanted_deg)), math.cos(math.radians(wanted_deg))
    across, along = lead_i * sine - lead_f * cosine, lead_i * cosine + lead_f * sine
    p = across[0] * net_x + across[1] * net_y
    q = across[1] * net_x - across[0] * net_y
    rest = across[0] * still_x + across[1] * still_y + across[2] * (net_z + still_z)
    middle, half = math.atan2(q, p), math.acos(max(-1.0, min(1.0, -rest / math.hypot(p, q))))

    def right_way(angle: float) -> float:
        x, y, z = turned((net_x, net_y, net_z), math.degrees(angle))
        return along[0] * x + along[1] * y + along[2] * z

    # of the two solutions one points the opposite way
    angle_deg = math.degrees(max((middle - half, middle + half), key=right_way))
    angle_deg = (angle_deg + 180.0) % 360.0 - 180.0
    share_deg = shape.turn * angle_deg
    return replace(
        shape,
        qrs=tuple(_turned_bump(bump, angle_deg) for bump in shape.qrs),
        st_t=tuple(_turned_bump(bump, share_deg) for bump in shape.st_t),
        t=turned(shape.t, share_deg),
        st=turned(shape.st, share_deg),
    )


def _turned_bump(bump: Bump, angle_deg: float) -> Bump:
    return bump if bump.fixed else replace(bump, vector=turned(bump.vector, angle_deg))


def times(vector: Vector, gain: float) -> Vector:
    """The vector multiplied."""
    return (vector[0] * gain, vector[1] * gain, vector[2] * gain)


def plus(vector: Vector, other: Vector) -> Vector:
    """The sum of two vectors."""
    return (vector[0] + other[0], vector[1] + other[1], vector[2] + other[2])


def scaled_bumps(bumps: tuple[Bump, ...], gain: float) -> tuple[Bump, ...]:
    """The bumps with all their vectors multiplied."""
    return tuple(replace(bump, vector=times(bump.vector, gain)) for bump in bumps)


def scaled(shape: Shape, gain: float) -> Shape:
    """The shape with all its vectors multiplied."""
    return replace(
        shape,
        qrs=scaled_bumps(shape.qrs, gain),
        p=scaled_bumps(shape.p, gain),
        st_t=scaled_bumps(shape.st_t, gain),
        t=times(shape.t, gain),
        st=times(shape.st, gain),
    )


def mixed(shape: Shape, qrs: Shape | None = None, st_t: Shape | None = None, p: Shape | None = None) -> Shape:
    """The shape with the QRS of one, the ST and T of another and the P wave of a third, each where given."""
    if qrs is not None:
        shape = replace(shape, qrs=qrs.qrs)
    if st_t is not None:
        shape = replace(
            shape, t=st_t.t, st=st_t.st, t_peak=st_t.t_peak, t_width=st_t.t_width, st_t=st_t.st_t, turn=st_t.turn
        )
    if p is not None:
        shape = replace(shape, p=p.p, p_s=p.p_s)
    return shape
