"""Beats whose QRS is normal and whose ST segment and T wave are not.

Criteria: P. M. Rautaharju and others, "AHA/ACCF/HRS recommendations ..., part IV: the ST segment, T and U
waves, and the QT interval", Circulation 119 (2009) e241.
"""

from __future__ import annotations

from dataclasses import replace

from ecgscribe.data.shape_conduction import NORMAL
from ecgscribe.data.shape_infarct import TOWARDS
from ecgscribe.data.shape_model import NORMAL_P, Bump, Shape, Vector, plus, scaled_bumps, times

ISCHAEMIC = ("anterior", "anteroseptal", "anterolateral", "lateral", "inferior", "inferolateral")
"""Territories of ischaemia that PTB-XL has codes for."""

_OVER = {**TOWARDS, "anterior": (0.36, -0.05, -0.86)}
"""Ischaemia of the front alone leaves the limb leads alone."""


def inverted(towards: Vector, t_mv: float = 0.34) -> Shape:
    """T points away from the territory, the ST segment goes down with it a little."""
    t = plus(times(NORMAL.t, 0.35), times(towards, -t_mv))
    return replace(NORMAL, t=t, st=times(towards, -0.05), t_peak=0.66, t_width=0.9, turn=0.0)


def depressed(towards: Vector, st_mv: float = 0.23) -> Shape:
    """Level ST depression over the territory (subendocardial injury); T is low."""
    t = plus(times(NORMAL.t, 0.45), times(towards, -0.06))
    return replace(NORMAL, t=t, st=times(towards, -st_mv), t_peak=0.68, turn=0.0)


FLAT_T = replace(NORMAL, t=(0.035, 0.02, -0.03))
NONSPECIFIC_ST = replace(NORMAL, t=(0.14, 0.12, -0.13), st=(-0.055, -0.06, 0.035), t_peak=0.66)
PERICARDITIS = replace(
    # ST raised everywhere but in aVR and V1, hollow, running into T; the PR segment sinks against it
    NORMAL,
    t=(0.30, 0.28, -0.18),
    st=(0.21, 0.13, -0.10),
    t_peak=0.60,
    p=(*NORMAL_P, Bump(1.50, 0.36, (-0.055, -0.075, 0.03), trailing=True)),
)
LONG_QT = replace(NORMAL, t=(0.30, 0.25, -0.16), t_peak=0.66, t_width=0.95)
HYPERKALAEMIA = Shape(
    # tall, narrow, pointed T with a narrow base; P nearly gone; QRS broad and smooth
    qrs=(
        Bump(0.20, 0.09, (-0.10, -0.04, -0.24)),
        Bump(0.42, 0.12, (0.62, 0.48, 0.05)),
        Bump(0.58, 0.12, (0.72, 0.58, 0.52)),
        Bump(0.80, 0.08, (-0.06, -0.16, 0.34)),
    ),
    t=(0.52, 0.55, -0.72),
    p=scaled_bumps(NORMAL_P, 0.28),
    t_peak=0.78,
    t_width=0.52,
)
DIGITALIS = replace(
    # the ST segment sags like a bowl against the QRS, deepest late, then rises to a low T; QT is short
    NORMAL,
    t=(0.08, 0.08, -0.05),
    st=(-0.03, -0.03, 0.0),
    st_t=(Bump(0.36, 0.17, (-0.13, -0.13, 0.0)),),
    t_peak=0.80,
    t_width=0.8,
)
EARLY_REPOLARISATION = replace(
    # the J point is raised, with a notch, and runs hollow into a tall T: V2 to V5 and below
    NORMAL,
    t=(0.46, 0.38, -0.36),
    st=(0.08, 0.08, -0.11),
    st_t=(Bump(0.02, 0.028, (0.09, 0.10, -0.02)),),
    t_peak=0.62,
)

RECOVERY_SHAPES = {
    **{f"ischaemia_{territory}": inverted(_OVER[territory]) for territory in ISCHAEMIC},
    **{f"injury_{territory}": depressed(_OVER[territory]) for territory in ISCHAEMIC},
    "flat_t": FLAT_T,
    "nonspecific_st": NONSPECIFIC_ST,
    "pericarditis": PERICARDITIS,
    "long_qt": LONG_QT,
    "hyperkalaemia": HYPERKALAEMIA,
    "digitalis": DIGITALIS,
    "early_repolarisation": EARLY_REPOLARISATION,
}
