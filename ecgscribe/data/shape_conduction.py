"""Beats by the way in which the ventricles are activated: normal, bundle branches, fascicles, pre-excitation.

Vectors were set by hand so that the twelve leads meet the textbook criteria named beside each shape.
Criteria: B. Surawicz and others, "AHA/ACCF/HRS recommendations for the standardization and interpretation
of the electrocardiogram, part III: intraventricular conduction disturbances", Circulation 119 (2009) e235.
"""

from __future__ import annotations

from dataclasses import replace

from ecgscribe.data.shape_model import Bump, Shape

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
INCOMPLETE_LBBB = Shape(
    # as LBBB, less late: no septal q in I, V5, V6, R peaks after 60 ms in V5; T not yet turned over
    qrs=(
        Bump(0.20, 0.09, (0.28, 0.16, 0.22)),
        Bump(0.43, 0.11, (0.68, 0.42, 0.60)),
        Bump(0.63, 0.10, (1.00, 0.30, 0.88)),
        Bump(0.84, 0.07, (0.16, -0.04, 0.30)),
    ),
    t=(0.15, 0.16, -0.28),
    st=(-0.03, -0.01, -0.07),
)
RIGHT_DELAY = (Bump(0.68, 0.095, (-0.50, -0.10, -0.72)), Bump(0.84, 0.06, (-0.18, -0.04, -0.26)))
"""The late, slow activation of the right ventricle: to the right and to the front."""

RBBB = Shape(
    # the left ventricle as usual, then a slow vector to the right and front: rSR' in V1, broad S in I, V6
    qrs=(
        Bump(0.14, 0.055, (-0.17, -0.06, -0.28)),
        Bump(0.26, 0.065, (0.60, 0.36, -0.12)),
        Bump(0.37, 0.07, (1.15, 0.80, 0.46)),
        Bump(0.50, 0.05, (0.12, -0.05, 0.25)),
        *RIGHT_DELAY,
    ),
    t=(0.32, 0.22, 0.14),
    st=(0.02, 0.0, 0.05),
)
INCOMPLETE_RBBB = Shape(
    # as RBBB with a smaller, shorter end: rsr' in V1 within 120 ms
    qrs=(
        Bump(0.17, 0.065, (-0.17, -0.06, -0.28)),
        Bump(0.32, 0.075, (0.55, 0.38, -0.12)),
        Bump(0.45, 0.08, (1.05, 0.85, 0.50)),
        Bump(0.62, 0.06, (0.10, -0.05, 0.30)),
        Bump(0.81, 0.075, (-0.32, -0.08, -0.46)),
    ),
    t=(0.30, 0.24, 0.02),
)
LAFB = Shape(
    # first down and to the right (q in I and aVL, r in II, III, aVF), then up and left: axis -45 to -90
    qrs=(
        Bump(0.18, 0.065, (-0.24, 0.34, -0.22), fixed=True),
        Bump(0.36, 0.085, (0.55, 0.00, -0.05)),
        Bump(0.55, 0.10, (0.86, -0.66, 0.46)),
        Bump(0.77, 0.09, (0.26, -0.52, 0.42)),
    ),
    t=(0.30, 0.24, -0.12),
    turn=0.0,
)
LPFB = Shape(
    # first up and to the left (r in I and aVL, q in II, III, aVF), then down and right: axis 90 to 180
    qrs=(
        Bump(0.17, 0.065, (0.26, -0.34, -0.26), fixed=True),
        Bump(0.37, 0.085, (0.46, 0.52, -0.10)),
        Bump(0.55, 0.10, (0.10, 1.40, 0.40)),
        Bump(0.76, 0.09, (-0.44, 0.56, 0.36)),
    ),
    t=(0.30, 0.20, -0.14),
    turn=0.0,
)


def with_right_delay(shape: Shape) -> Shape:
    """The shape with a complete right bundle branch block: its QRS pressed into the first part, then the delay."""
    pressed = tuple(replace(bump, at=0.04 + 0.64 * bump.at, width=0.70 * bump.width) for bump in shape.qrs)
    return replace(shape, qrs=(*pressed, *RIGHT_DELAY), t=(shape.t[0], shape.t[1], 0.14))


RBBB_LAFB = with_right_delay(LAFB)
RBBB_LPFB = with_right_delay(LPFB)
INTRAVENTRICULAR_DELAY = Shape(
    # broad and notched, but neither bundle: a septal q stays, no second R in V1
    qrs=(
        Bump(0.12, 0.05, (-0.16, -0.06, -0.28)),
        Bump(0.32, 0.085, (0.92, 0.66, 0.18)),
        Bump(0.49, 0.05, (0.28, 0.22, 0.44)),
        Bump(0.65, 0.075, (0.84, 0.60, 0.56)),
        Bump(0.85, 0.06, (0.10, -0.14, 0.34)),
    ),
    t=(0.20, 0.17, -0.16),
    st=(-0.03, -0.02, -0.03),
)
SHORT_P_S = 0.080
"""With pre-excitation the end of the P wave is hidden where the delta wave begins."""

WPW_A = Shape(
    # pre-excitation of the left ventricle: slow beginning (delta), positive from V1 to V6; T against it
    qrs=(
        Bump(0.36, 0.15, (0.18, 0.24, -0.28)),
        Bump(0.60, 0.085, (0.60, 0.84, -1.02)),
        Bump(0.73, 0.07, (0.40, 0.34, 0.10)),
        Bump(0.84, 0.055, (-0.06, -0.08, 0.26)),
    ),
    t=(0.12, 0.05, 0.16),
    st=(-0.03, -0.06, 0.05),
    t_peak=0.60,
    p_s=SHORT_P_S,
)
WPW_B = Shape(
    # pre-excitation of the right ventricle: delta positive in I, aVL, V4 to V6, negative in V1 and III
    qrs=(
        Bump(0.36, 0.15, (0.36, -0.04, 0.18)),
        Bump(0.60, 0.085, (1.12, 0.24, 0.86)),
        Bump(0.73, 0.07, (0.46, 0.12, 0.62)),
        Bump(0.86, 0.05, (0.04, -0.02, 0.16)),
    ),
    t=(-0.12, 0.20, -0.30),
    st=(-0.08, 0.01, -0.08),
    t_peak=0.60,
    p_s=SHORT_P_S,
)

CONDUCTION_SHAPES = {
    "normal": NORMAL,
    "lbbb": LBBB,
    "incomplete_lbbb": INCOMPLETE_LBBB,
    "rbbb": RBBB,
    "incomplete_rbbb": INCOMPLETE_RBBB,
    "lafb": LAFB,
    "lpfb": LPFB,
    "rbbb_lafb": RBBB_LAFB,
    "rbbb_lpfb": RBBB_LPFB,
    "intraventricular_delay": INTRAVENTRICULAR_DELAY,
    "wpw_a": WPW_A,
    "wpw_b": WPW_B,
}
