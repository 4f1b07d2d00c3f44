"""Beats that begin in the wrong place: premature, paced, from low in the atria."""

from __future__ import annotations

from ecgscribe.data.shape_model import Bump, Shape

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

ECTOPIC_SHAPES = {"premature_right": PREMATURE_RIGHT, "premature_left": PREMATURE_LEFT, "paced": PACED}
