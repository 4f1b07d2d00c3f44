"""Beats of hearts with too much or too little voltage: enlarged ventricles and atria, low and high voltage.

Criteria: E. W. Hancock and others, "AHA/ACCF/HRS recommendations ..., part V: electrocardiogram changes
associated with cardiac chamber hypertrophy", Circulation 119 (2009) e251.
"""

from __future__ import annotations

from dataclasses import replace

from ecgscribe.data.shape_conduction import NORMAL
from ecgscribe.data.shape_model import NORMAL_P, Bump, Shape, scaled, scaled_bumps

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
RVH = Shape(
    # axis to the right, R over S and over 0.7 mV in V1, deep S in V5 and V6
    qrs=(
        Bump(0.20, 0.065, (0.10, -0.06, -0.22)),
        Bump(0.38, 0.085, (0.46, 0.40, -0.30)),
        Bump(0.58, 0.095, (-0.62, 0.82, -0.78)),
        Bump(0.78, 0.08, (-0.68, 0.18, 0.12)),
    ),
    t=(0.26, 0.20, -0.08),
    turn=0.2,
)
RVH_STRAIN = replace(RVH, t=(0.26, -0.10, 0.30), st=(0.05, -0.05, 0.10), t_peak=0.66)
SEPTAL_HYPERTROPHY = Shape(
    # a thick septum: deep narrow q in I, aVL, V5, V6 and a tall r in V1, V2, all of it early
    qrs=(
        Bump(0.20, 0.065, (-0.72, -0.30, -0.78), fixed=True),
        Bump(0.40, 0.085, (0.80, 0.42, -0.05)),
        Bump(0.56, 0.09, (1.50, 0.88, 0.86)),
        Bump(0.77, 0.08, (0.16, -0.10, 0.60)),
    ),
    t=(0.24, 0.20, -0.22),
)
HIGH_VOLTAGE = replace(LVH, qrs=scaled_bumps(LVH.qrs, 1.2), t=(0.48, 0.38, -0.30))
LOW_VOLTAGE = replace(scaled(NORMAL, 0.26), p=scaled_bumps(NORMAL_P, 0.75), t=(0.10, 0.08, -0.08))

LEFT_ATRIUM_P = (Bump(0.28, 0.12, (0.05, 0.10, -0.08)), Bump(0.71, 0.125, (0.12, 0.10, 0.16)))
"""P mitrale: at least 120 ms, two humps 40 ms apart in II, a broad negative end of 0.1 mV in V1."""

RIGHT_ATRIUM_P = (Bump(0.44, 0.15, (0.05, 0.34, -0.20)), Bump(0.64, 0.15, (0.07, 0.07, 0.04)))
"""P pulmonale: over 0.25 mV and pointed in II, III and aVF, over 0.15 mV at the beginning in V1."""

CHAMBER_SHAPES = {
    "lvh": LVH,
    "lvh_strain": LVH_STRAIN,
    "rvh": RVH,
    "rvh_strain": RVH_STRAIN,
    "septal_hypertrophy": SEPTAL_HYPERTROPHY,
    "high_voltage": HIGH_VOLTAGE,
    "low_voltage": LOW_VOLTAGE,
    "left_atrial_enlargement": replace(NORMAL, p=LEFT_ATRIUM_P, p_s=0.134),
    "right_atrial_enlargement": replace(NORMAL, p=RIGHT_ATRIUM_P),
}
