"""What is not heart in a recording, electrode by electrode, so that the limb leads keep their identities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import Request
from ecgscribe.data.sinus import Breath

ELECTRODES = ("RA", "LA", "LL", "V1", "V2", "V3", "V4", "V5", "V6")


@dataclass(frozen=True)
class Loose:
    """An electrode that loses contact for a while: a jump of its potential, crackling, and a slow return."""

    electrode: str
    from_s: float
    to_s: float
    jump_mv: float
    crackle_mv: float


def loose_of(request: Request, seed: int, duration_s: float) -> Loose | None:
    """The loose electrode of a record, where one was asked."""
    if request.electrodes != "loose":
        return None
    chance = Chance(seed, "loose")
    from_s = chance.between(0.1, 0.7) * duration_s
    length_s = chance.between(0.5, min(2.5, 0.25 * duration_s + 0.5))
    jump_mv = chance.between(1.2, 3.0) * chance.chosen((-1.0, 1.0))
    return Loose(chance.chosen(ELECTRODES), from_s, from_s + length_s, jump_mv, chance.between(0.15, 0.5))


def disturbance_mv(
    request: Request, seed: int, times_s: np.ndarray, breath: Breath, loose: Loose | None = None
) -> np.ndarray:
    """(8, N) mV in the independent leads: baseline wander, muscle and mains of nine electrodes.

    Chest leads are measured against the mean of RA, LA and LL (Wilson's terminal).
    """
    potentials = {}
    burst = _burst(Chance(seed, "burst"), times_s)
    mains_angle = 2 * np.pi * request.mains_hz * times_s
    mains_sine, mains_cosine = np.sin(mains_angle), np.cos(mains_angle)
    for electrode in ELECTRODES:
        chance = Chance(seed, "electrode", electrode)
        total = request.wander_mv * _wander(chance, times_s, breath)
        tense = chance.between(0, 1)
        # even chances of unit spread: the low pass to come mixes them into nearly normal noise
        noise = (chance.uniforms(len(times_s)) - 0.5) * (request.muscle_mv * 12.0**0.5)
        if burst is not None:
            noise *= 1.0 + tense * burst
        total += noise
        size_mv, lag = request.mains_mv * chance.between(-1, 1), chance.between(0, 0.6)
        total += size_mv * np.cos(lag) * mains_sine
        total += size_mv * np.sin(lag) * mains_cosine
        if loose is not None and loose.electrode == electrode:
            total += _lost_contact(loose, chance, times_s)
        potentials[electrode] = total
    right, left, leg = (potentials[name] for name in ELECTRODES[:3])
    terminal = (right + left + leg) / 3.0
    return np.stack([left - right, leg - right, *(potentials[name] - terminal for name in ELECTRODES[3:])])


def _wander(chance: Chance, times_s: np.ndarray, breath: Breath) -> np.ndarray:
    """Breath and slow drift, about one in amplitude."""
    # so slow that twenty points a second and straight lines between them are enough
    few_s = np.arange(times_s[0], times_s[-1] + 0.05, 0.05)
    total = chance.between(-0.7, 0.7) * np.sin(breath.angle(few_s) + chance.between(-0.6, 0.6))
    for low_hz, high_hz in ((0.04, 0.09), (0.09, 0.18), (0.18, 0.45)):
        frequency_hz = chance.between(low_hz, high_hz)
        total += 0.45 * chance.normal() * np.sin(2 * np.pi * frequency_hz * few_s + chance.between(0, 6.28))
    return np.interp(times_s, few_s, total)


def _burst(chance: Chance, times_s: np.ndarray) -> np.ndarray | None:
    """A second or two of tense muscle in one record of four, as an added factor on the muscle noise."""
    present, centre_s, half_s = chance.happens(0.25), chance.between(times_s[0], times_s[-1]), chance.between(0.6, 1.2)
    return 3.0 * np.clip(1.0 - np.abs(times_s - centre_s) / half_s, 0.0, 1.0) if present else None


def _lost_contact(loose: Loose, chance: Chance, times_s: np.ndarray) -> np.ndarray:
    """(N,) mV: two or three steps and crackling without contact, then the amplifier's slow way back (0.5 Hz)."""
    lost = (times_s >= loose.from_s) & (times_s < loose.to_s)
    level = np.where(lost, loose.jump_mv, 0.0)
    middle_s = chance.between(loose.from_s, loose.to_s)
    level[lost & (times_s >= middle_s)] *= chance.between(-0.6, 0.4)
    # steps of crackling are longer than a sample: a contact opens and closes some eighty times a second
    held = np.repeat(chance.normals(len(times_s) // 12 + 1), 12)[: len(times_s)]
    level[lost] += loose.crackle_mv * held[lost]
    after_s = np.clip(times_s - loose.to_s, 0.0, None)
    return level - np.where(times_s >= loose.to_s, 0.35 * loose.jump_mv * np.exp(-np.pi * after_s), 0.0)
