"""From the heart's dipole to the leads: a fixed linear lead field, Einthoven and Goldberger exact.

Axes of the dipole (Frank): x to the patient's left, y down (to the feet), z to the back; mV.
Coefficients: G. E. Dower, H. B. Machado, J. A. Osborne, "On deriving the electrocardiogram from
vectorcardiographic leads", Clinical Cardiology 3 (1980) 87-95. Only the eight independent leads are
taken from it; III, aVR, aVL and aVF follow from I and II by definition.
"""

from __future__ import annotations

import math

import numpy as np

INDEPENDENT = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")

DOWER = np.array(
    [
        [0.632, -0.235, 0.059],
        [0.235, 1.066, -0.132],
        [-0.515, 0.157, -0.917],
        [0.044, 0.164, -1.387],
        [0.882, 0.098, -1.277],
        [1.213, 0.127, -0.601],
        [1.125, 0.127, -0.086],
        [0.831, 0.076, 0.230],
    ]
)
"""(8, 3): mV in each of `INDEPENDENT` per mV of dipole along x, y, z."""


def project(dipole_mv: np.ndarray) -> np.ndarray:
    """(3, N) dipole -> (8, N) mV in `INDEPENDENT`. Summed term by term: no BLAS, the same everywhere."""
    x, y, z = dipole_mv
    return np.stack([row[0] * x + row[1] * y + row[2] * z for row in DOWER])


def twelve(independent_mv: np.ndarray) -> np.ndarray:
    """(8, N) mV in `INDEPENDENT` -> (12, N) in the standard order.

    III = II - I (Einthoven); aVR = -(I + II)/2, aVL = I - II/2, aVF = II - I/2 (Goldberger).
    """
    one, two = independent_mv[0], independent_mv[1]
    limb = np.stack([one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2])
    return np.concatenate([limb, independent_mv[2:]])


def frontal_axis_deg(area_i: float, area_avf: float) -> float:
    """The frontal axis in degrees, 0 to the left, 90 down, in (-180, 180].

    From net areas (or amplitudes) of I and aVF; aVF is stretched by 2/sqrt(3), which makes Goldberger's
    lead as long as Einthoven's (the equilateral triangle).
    """
    return math.degrees(math.atan2(area_avf * 2.0 / math.sqrt(3.0), area_i))
