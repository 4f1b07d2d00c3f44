"""One simulated beat as a reader with calipers sees it: amplitudes from the level before the QRS complex."""

from functools import lru_cache

import numpy as np

from ecgscribe.data.simulate import simulate

STILL = {"wander_mv": 0.0, "muscle_mv": 0.0, "mains_mv": 0.0}
LIMBS = ("I", "II", "III", "aVR", "aVL", "aVF")
CHEST = ("V1", "V2", "V3", "V4", "V5", "V6")


class BeatSeen:
    """The first whole ordinary beat of an undisturbed record."""

    def __init__(self, condition: str, seed: int, **wishes):
        self.made = simulate(condition, seed, **STILL, **wishes)
        self.truth = self.made.truth
        self.rate_hz = self.made.ecg.rate_hz
        self.beat = next(
            beat
            for beat in self.truth["beats"]
            if beat["kind"] != "ventricular" and beat["qrs_onset_s"] > 0.5 and beat["t_end_s"] < 9.5
        )

    def _at(self, time_s: float) -> int:
        return round(time_s * self.rate_hz)

    def wave_mv(self, lead: str, from_s: float, to_s: float, level_s: float | None = None) -> np.ndarray:
        """A stretch of a lead from the level just before the QRS complex, or at `level_s`."""
        signal = self.made.ecg.lead_mv(lead).astype(np.float64)
        level = signal[self._at(self.beat["qrs_onset_s"] - 0.004 if level_s is None else level_s)]
        return signal[self._at(from_s) : self._at(to_s) + 1] - level

    def qrs(self, lead: str) -> np.ndarray:
        return self.wave_mv(lead, self.beat["qrs_onset_s"], self.beat["qrs_end_s"])

    def first_ms(self, lead: str, length_ms: float) -> np.ndarray:
        """The first part of the QRS complex."""
        return self.qrs(lead)[: round(length_ms / 1000 * self.rate_hz) + 1]

    def st(self, lead: str, after_ms: float = 20) -> float:
        """The level this long after the J point, from the level between T and P (the TP segment)."""
        time_s = self.beat["qrs_end_s"] + after_ms / 1000
        return float(self.wave_mv(lead, time_s, time_s, self.beat["p_onset_s"] - 0.01)[0])

    def t(self, lead: str) -> float:
        """The greatest deviation in the last two thirds of the time from J point to end of T."""
        start_s = (2 * self.beat["qrs_end_s"] + self.beat["t_end_s"]) / 3
        wave = self.wave_mv(lead, start_s, self.beat["t_end_s"], self.beat["p_onset_s"] - 0.01)
        return float(wave[np.abs(wave).argmax()])

    def p(self, lead: str) -> np.ndarray:
        """The P wave from the level before it."""
        return self.wave_mv(lead, self.beat["p_onset_s"], self.beat["p_end_s"], self.beat["p_onset_s"] - 0.01)

    def span(self, lead: str) -> float:
        """Peak to peak of the QRS complex, mV."""
        complex_mv = self.qrs(lead)
        return float(complex_mv.max() - complex_mv.min())

    def q_ms(self, lead: str, depth_mv: float = 0.04) -> float:
        """The length of the first negative stretch before the first R, milliseconds."""
        complex_mv = self.qrs(lead)
        before_r = complex_mv[: int(complex_mv.argmax()) + 1]
        return float((before_r < -depth_mv).sum() / self.rate_hz * 1000)


@lru_cache(maxsize=2000)
def seen(condition: str, seed: int, variant: str = "") -> BeatSeen:
    """The beat of a condition and seed, made once."""
    return BeatSeen(condition, seed, **({"variant": variant} if variant else {}))
