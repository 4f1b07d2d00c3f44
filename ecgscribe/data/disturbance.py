"""What is not heart in a recording, electrode by electrode, so that the limb leads keep their identities."""

from __future__ import annotations

import numpy as np

from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import Request

ELECTRODES = ("RA", "LA", "LL", "V1", "V2", "V3", "V4", "V5", "V6")


def disturbance_mv(request: Request, seed: int, times_s: np.ndarray, breath_hz: float) -> np.ndarray:
    """(8, N) mV in the independent leads: baseline wander, muscle and mains of nine electrodes.

    Chest leads are measured against the mean of RA, LA and LL (Wilson's terminal).
    """
    potentials = {}
    burst = _burst(Chance(seed, "burst"), times_s)
    for electrode in ELECTRODES:
        chance = Chance(seed, "electrode", electrode)
        total = request.wander_mv * _wander(chance, times_s, breath_hz)
        total += request.muscle_mv * chance.normals(len(times_s)) * (1.0 + chance.between(0, 1) * burst)
        mains = chance.between(-1, 1) * np.sin(2 * np.pi * 50.0 * times_s + chance.between(0, 0.6))
        potentials[electrode] = total + request.mains_mv * mains
    right, left, leg = (potentials[name] for name in ELECTRODES[:3])
    terminal = (right + left + leg) / 3.0
    return np.stack([left - right, leg - right, *(potentials[name] - terminal for name in ELECTRODES[3:])])


def _wander(chance: Chance, times_s: np.ndarray, breath_hz: float) -> np.ndarray:
    """Breath and slow drift, about one in amplitude."""
    # so slow that twenty points a second and straight lines between them are enough
    few_s = np.arange(times_s[0], times_s[-1] + 0.05, 0.05)
    total = chance.between(-0.7, 0.7) * np.sin(2 * np.pi * breath_hz * few_s + chance.between(0, 6.28))
    for low_hz, high_hz in ((0.04, 0.09), (0.09, 0.18), (0.18, 0.45)):
        frequency_hz = chance.between(low_hz, high_hz)
        total += 0.45 * chance.normal() * np.sin(2 * np.pi * frequency_hz * few_s + chance.between(0, 6.28))
    return np.interp(times_s, few_s, total)


def _burst(chance: Chance, times_s: np.ndarray) -> np.ndarray:
    """A second or two of tense muscle in one record of four, as an added factor on the muscle noise."""
    present, centre_s, half_s = chance.happens(0.25), chance.between(times_s[0], times_s[-1]), chance.between(0.6, 1.2)
    inside = np.clip(1.0 - np.abs(times_s - centre_s) / half_s, 0.0, 1.0)
    return 3.0 * inside if present else np.zeros(len(times_s))


def fibrillation_mv(seed: int, times_s: np.ndarray) -> np.ndarray:
    """(3, N) dipole of fibrillating atria: waves of 4.5 to 7.5 a second of changing size, largest in V1."""
    chance = Chance(seed, "atria")
    total = np.zeros((3, len(times_s)))
    height_mv = chance.between(0.030, 0.065)
    for _ in range(3):
        frequency_hz, phase = chance.between(4.5, 7.5), chance.between(0, 6.28)
        sway_hz, sway_phase = chance.between(0.15, 0.5), chance.between(0, 6.28)
        size = 0.65 + 0.35 * np.sin(2 * np.pi * sway_hz * times_s + sway_phase)
        angle = 2 * np.pi * frequency_hz * times_s + phase + 1.3 * np.sin(2 * np.pi * sway_hz * times_s)
        wave = height_mv * size * np.sin(angle)
        for axis, weight in enumerate((-0.25, chance.between(0.3, 0.6), -0.8)):
            total[axis] += weight * wave
    return total
