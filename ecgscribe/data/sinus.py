"""The sinus node's clock: breath, and RR intervals whose spectrum has the two peaks of a living heart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ecgscribe.data.chance import Chance

LEAD_IN_S = 2.5
"""Beats begin this long before the record, so that its first sample may lie anywhere in a beat."""

MAYER_HZ = 0.1
"""The slow wave of blood pressure and heart rate (Mayer waves)."""


@dataclass(frozen=True)
class Breath:
    """One patient's breathing: frequency and phase, never quite regular."""

    hz: float
    phase: float
    wander: float

    def angle(self, time_s):
        """The angle of the breath at a time or times; it wanders so that the spectrum's peak has a width."""
        return 2 * math.pi * self.hz * time_s + self.phase + 1.2 * np.sin(2 * math.pi * 0.011 * time_s + self.wander)


def breath_of(seed: int) -> Breath:
    """The breathing of this seed's patient: 12 to 19 breaths a minute."""
    chance = Chance(seed, "breath")
    return Breath(chance.between(0.20, 0.32), chance.between(0, 2 * math.pi), chance.between(0, 2 * math.pi))


class SinusNode:
    """Intervals around a mean, swinging with the breath (HF) and with Mayer's wave (LF).

    The spectrum is that of P. E. McSharry et al., IEEE Transactions on Biomedical Engineering 50 (2003)
    289-294: a peak at 0.1 Hz and one at the breath, each about 0.01 Hz wide, in a given ratio of power.
    There phases are random; here both waves are carriers of steady size whose phases wander, so that ten
    seconds of sinus arrhythmia always show it. `swing` is the amplitude of the whole as a share of the
    mean interval; a large one is the breath's almost alone (respiratory sinus arrhythmia).
    """

    def __init__(self, mean_s: float, swing: float, chance: Chance, breath: Breath):
        self.mean_s, self._breath, self._chance = mean_s, breath, chance
        ratio = chance.between(0.3, 1.5) if swing < 0.1 else 0.08
        self._high = swing / math.sqrt(1.0 + ratio)
        self._low = self._high * math.sqrt(ratio)
        self._noise = 0.12 * swing
        self._phases = [chance.between(0, 2 * math.pi) for _ in range(3)]

    def interval_s(self, time_s: float) -> float:
        """The interval that follows a beat of the node at this time."""
        slow, lag, drift = self._phases
        high_angle = self._breath.angle(time_s) + 0.3 * lag
        low_angle = 2 * math.pi * MAYER_HZ * time_s + slow + 1.2 * math.sin(2 * math.pi * 0.009 * time_s + drift)
        share = self._high * math.sin(float(high_angle)) + self._low * math.sin(low_angle)
        share += self._noise * max(-2.0, min(2.0, self._chance.normal()))
        return self.mean_s * (1.0 + share)

    def times_s(self, end_s: float) -> Iterator[float]:
        """Beats of the node from the lead-in to the end."""
        time_s = -LEAD_IN_S + self._chance.between(0, self.mean_s)
        while time_s < end_s:
            yield time_s
            time_s += self.interval_s(time_s)
