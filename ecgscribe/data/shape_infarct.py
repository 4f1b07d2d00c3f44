"""Beats after and during an infarct, wall by wall.

Old: the wall is silent, so the first 40 ms of the QRS point away from it (Q waves), and T is inverted over
it. Acute: the ST segment rises over it and falls over the opposite leads (reciprocal), T is tall and
upright over it, Q only begins. Criteria: K. Thygesen and others, "Fourth universal definition of
myocardial infarction", Circulation 138 (2018) e618 (ST elevation of 0.1 mV, 0.2 mV in V2 and V3).
"""

from __future__ import annotations

from dataclasses import replace

from ecgscribe.data.shape_conduction import NORMAL
from ecgscribe.data.shape_model import Bump, Shape, Vector, times

OLD_INFERIOR = Shape(
    # the inferior wall is silent: the first 40 ms point up: Q in II, III, aVF; T inverted there
    qrs=(
        Bump(0.16, 0.06, (-0.08, -0.18, -0.26), fixed=True),
        Bump(0.29, 0.085, (0.22, -0.62, -0.14), fixed=True),
        Bump(0.54, 0.095, (0.98, 0.72, 0.42)),
        Bump(0.76, 0.085, (0.10, 0.06, 0.46)),
    ),
    t=(0.30, -0.24, -0.14),
    st=(-0.01, 0.04, 0.0),
    turn=0.0,
)
OLD_ANTERIOR = Shape(
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
    turn=0.0,
)
ANEURYSM = replace(OLD_ANTERIOR, t=(0.02, 0.14, 0.10), st=(0.10, -0.05, -0.30))
"""An old anterior infarct whose ST segments stay raised."""

OLD_ANTEROSEPTAL = Shape(
    # septum and the wall in front of it are silent: QS in V1 to V3, R from V4 on; T inverted in V1 to V3
    qrs=(
        Bump(0.18, 0.07, (0.10, 0.06, 0.26)),
        Bump(0.36, 0.09, (0.48, 0.42, 0.66)),
        Bump(0.54, 0.095, (1.02, 0.80, 0.92)),
        Bump(0.76, 0.085, (0.12, -0.14, 0.46)),
    ),
    t=(0.22, 0.20, 0.34),
    st=(0.0, 0.0, -0.09),
    t_peak=0.66,
    turn=0.0,
)
OLD_ANTEROLATERAL = Shape(
    # from the front to the side: Q in I, aVL and V3 to V6
    qrs=(
        Bump(0.15, 0.055, (-0.30, 0.10, -0.10), fixed=True),
        Bump(0.30, 0.085, (-0.66, 0.34, 0.46), fixed=True),
        Bump(0.56, 0.095, (0.86, 0.72, 0.62)),
        Bump(0.77, 0.08, (0.10, -0.10, 0.40)),
    ),
    t=(-0.24, 0.22, 0.22),
    st=(0.07, -0.03, -0.06),
    t_peak=0.66,
    turn=0.0,
)
OLD_LATERAL = Shape(
    # the side is silent: Q in I, aVL, V5, V6; T inverted there
    qrs=(
        Bump(0.16, 0.06, (-0.34, 0.10, -0.30), fixed=True),
        Bump(0.30, 0.085, (-0.62, 0.40, -0.06), fixed=True),
        Bump(0.55, 0.095, (0.92, 0.84, 0.50)),
        Bump(0.76, 0.085, (0.10, -0.16, 0.46)),
    ),
    t=(-0.26, 0.26, -0.16),
    st=(0.04, -0.02, 0.0),
    turn=0.0,
)
OLD_INFEROLATERAL = Shape(
    # Q in II, III, aVF, V5 and V6; T inverted there
    qrs=(
        Bump(0.16, 0.06, (-0.26, -0.20, -0.30), fixed=True),
        Bump(0.30, 0.085, (-0.42, -0.62, -0.24), fixed=True),
        Bump(0.55, 0.095, (0.98, 0.92, 0.44)),
        Bump(0.76, 0.085, (0.08, -0.02, 0.44)),
    ),
    t=(-0.16, -0.22, -0.24),
    st=(0.01, 0.03, 0.0),
    turn=0.0,
)
OLD_POSTERIOR = Shape(
    # the back is silent: nothing draws the QRS backwards: R over S, 40 ms broad, and tall T in V1 and V2
    qrs=(
        Bump(0.20, 0.08, (-0.20, -0.06, -0.34)),
        Bump(0.40, 0.10, (0.40, 0.42, -0.76)),
        Bump(0.56, 0.095, (0.92, 0.84, -0.34)),
        Bump(0.76, 0.08, (0.12, -0.12, 0.20)),
    ),
    t=(0.24, 0.20, -0.42),
    st=(0.0, 0.0, 0.03),
    turn=0.2,
)
OLD_INFEROPOSTERIOR = replace(
    OLD_POSTERIOR,
    qrs=(
        Bump(0.17, 0.06, (-0.12, -0.16, -0.30), fixed=True),
        Bump(0.31, 0.085, (0.16, -0.62, -0.62), fixed=True),
        Bump(0.55, 0.095, (0.96, 0.74, -0.34)),
        Bump(0.76, 0.08, (0.12, 0.04, 0.20)),
    ),
    t=(0.22, -0.24, -0.40),
    turn=0.0,
)
OLD_INFEROPOSTEROLATERAL = replace(
    OLD_POSTERIOR,
    qrs=(
        Bump(0.17, 0.06, (-0.28, -0.18, -0.32), fixed=True),
        Bump(0.31, 0.085, (-0.40, -0.62, -0.66), fixed=True),
        Bump(0.55, 0.095, (0.98, 0.92, -0.34)),
        Bump(0.76, 0.08, (0.10, -0.02, 0.20)),
    ),
    t=(-0.16, -0.22, -0.44),
    turn=0.0,
)

TOWARDS: dict[str, Vector] = {
    "anterior": (0.50, -0.30, -0.80),
    "anteroseptal": (-0.05, -0.20, -1.00),
    "anterolateral": (0.72, -0.42, -0.50),
    "lateral": (0.88, -0.48, 0.04),
    "inferior": (-0.05, 1.00, 0.10),
    "inferolateral": (0.66, 0.78, 0.20),
    "posterior": (0.12, 0.15, 1.00),
    "inferoposterior": (0.10, 0.85, 0.62),
    "inferoposterolateral": (0.62, 0.72, 0.62),
}
"""From the middle of the heart to the wall: ST rises in the leads that look along it."""


def acute(wall: str, old: Shape, st_mv: float = 0.28, t_mv: float = 0.40) -> Shape:
    """The first hours: ST raised towards the wall, T large and pointing there, a part of the Q to come.

    Over the back T stays upright in V1 to V3, though the ST segment sinks there, and R grows early.
    """
    towards = TOWARDS[wall]
    behind = max(0.0, towards[2])
    share = 0.25 + 0.35 * behind
    normal = tuple(replace(bump, vector=times(bump.vector, 1.0 - share)) for bump in NORMAL.qrs)
    dying = tuple(replace(bump, vector=times(bump.vector, share)) for bump in old.qrs)
    t_towards = (towards[0], towards[1], towards[2] if behind == 0.0 else -0.85 * behind)
    t = tuple(0.5 * usual + t_mv * part for usual, part in zip(NORMAL.t, t_towards, strict=True))
    return Shape(qrs=(*normal, *dying), t=t, st=times(towards, st_mv), t_peak=0.58, t_width=1.1, turn=0.0)


OLD = {
    "anterior": OLD_ANTERIOR,
    "anteroseptal": OLD_ANTEROSEPTAL,
    "anterolateral": OLD_ANTEROLATERAL,
    "lateral": OLD_LATERAL,
    "inferior": OLD_INFERIOR,
    "inferolateral": OLD_INFEROLATERAL,
    "posterior": OLD_POSTERIOR,
    "inferoposterior": OLD_INFEROPOSTERIOR,
    "inferoposterolateral": OLD_INFEROPOSTEROLATERAL,
}
INFARCT_SHAPES = {
    **OLD,
    "aneurysm": ANEURYSM,
    **{f"acute_{wall}": acute(wall, old) for wall, old in OLD.items()},
}
