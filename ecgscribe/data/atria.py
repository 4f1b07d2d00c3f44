"""What the atria do: P waves as events, and the endless waves of flutter and fibrillation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ecgscribe.data.chance import Chance
from ecgscribe.data.shapes import ECTOPIC_P, Bump


@dataclass(frozen=True)
class AtrialWave:
    """One P wave: when it begins, where in the atria (`kind`), and whether the ventricles follow it.

    `kind`: sinus, low or high (premature, from low in the atria or near the sinus node), retrograde (from the
    ventricles or the AV node backwards), paced. The wave's length belongs to its shape.
    """

    onset_s: float
    kind: str = "sinus"
    conducted: bool = True


RETROGRADE_P = (Bump(0.40, 0.17, (-0.01, -0.16, -0.06)), Bump(0.64, 0.17, (0.01, -0.09, -0.09)))
"""From the AV node upwards: narrow, inverted in II, III and aVF, upright in V1 (there a false r')."""

RETROGRADE_LENGTH_S = 0.075


def p_bumps(kind: str, sinus: tuple[Bump, ...], gain: float) -> tuple[Bump, ...]:
    """The P wave of this kind; that of the sinus node is the heart's own, `gain` sizes the others."""
    if kind in ("sinus", "paced"):
        return sinus
    if kind == "retrograde":
        chosen, weight = RETROGRADE_P, gain
    else:
        chosen, weight = ECTOPIC_P, gain if kind == "low" else -0.45 * gain
    return tuple(Bump(bump.at, bump.width, tuple(weight * v for v in bump.vector)) for bump in chosen)


def fibrillation_mv(seed: int, times_s: np.ndarray) -> np.ndarray:
    """(3, N) dipole of fibrillating atria: waves of 4.5 to 7.5 a second of changing size, largest in V1."""
    chance = Chance(seed, "atria")
    total = np.zeros((3, len(times_s)))
    height_mv = chance.between(0.030, 0.065)
    for _ in range(3):
        frequency_hz, phase = chance.between(4.5, 7.5), chance.between(0, 6.28)
        sway_hz, sway_phase = chance.between(0.15, 0.5), chance.between(0, 6.28)
        sway = np.sin(2 * np.pi * sway_hz * times_s + sway_phase)
        wave = np.sin(2 * np.pi * frequency_hz * times_s + phase + 1.3 * sway)
        wave *= height_mv * (0.65 + 0.35 * sway)
        for axis, weight in enumerate((-0.25, chance.between(0.3, 0.6), -0.8)):
            total[axis] += weight * wave
    return total


_KNOTS = (0.0, 0.06, 0.56, 0.76, 0.93, 1.0)
_DOWN = (0.42, 0.50, 0.10, -1.0, 0.25, 0.42)
_FRONT = (-0.15, -0.20, -0.20, 0.35, 1.0, 0.25)
_TABLE = 256


@lru_cache(maxsize=2)
def _cycle(values: tuple[float, ...]) -> np.ndarray:
    """One smooth cycle through the knots, of mean zero."""
    phase = np.arange(_TABLE) / _TABLE
    corners = np.interp(phase, _KNOTS, values)
    half = 12
    window = 0.5 + 0.5 * np.cos(np.pi * np.arange(-half, half + 1) / (half + 1))
    smooth = sum(weight * np.roll(corners, step) for step, weight in zip(range(-half, half + 1), window, strict=True))
    smooth = smooth / window.sum()
    return smooth - smooth.mean()


def flutter_mv(seed: int, times_s: np.ndarray, rate_hz: float, origin_s: float) -> np.ndarray:
    """(3, N) dipole of typical (counterclockwise) flutter; a cycle begins at `origin_s`.

    In II, III and aVF a slow downslope, a sharper negative wave and a steep rise (the saw); in V1 small
    upright waves; little in I (W. Uhley's and the textbooks' picture, redrawn as six corners a cycle).
    """
    chance = Chance(seed, "atria")
    height_mv, front_mv, left_mv = chance.between(0.15, 0.24), chance.between(0.07, 0.12), chance.between(-0.02, 0.02)
    phase = (times_s - origin_s) * rate_hz
    place = (phase - np.floor(phase)) * _TABLE
    down = np.interp(place, np.arange(_TABLE + 1), np.append(_cycle(_DOWN), _cycle(_DOWN)[0]))
    front = np.interp(place, np.arange(_TABLE + 1), np.append(_cycle(_FRONT), _cycle(_FRONT)[0]))
    return np.stack([left_mv * down, height_mv * down, -front_mv * front])
