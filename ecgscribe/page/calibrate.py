"""How many mm a cell of the lattice is: the comb of harmonics tells 5 mm and 1 mm lines apart."""

from __future__ import annotations

import numpy as np

_PRESENT = np.log(3.0)  # a line of the comb counts for its ruling above this relief, against it below
_TEETH = 24  # harmonics of the coarsest ruling that are looked at
_WIDEST_MM = 450.0  # no ECG sheet is wider; a wider reading means that 1 mm lines were taken for 5 mm lines
_COARSEST_CELLS = (1, 2, 3, 4, 5, 10, 15, 20)


def mm_per_cell(
    across: np.ndarray, down: np.ndarray, per_cell: tuple[float, float], pitch_px: tuple[float, float]
) -> tuple[float, float] | None:
    """(mm a cell across, mm a cell down), or None when the two directions contradict each other.

    `across`, `down`: mean darkness along x and along y; `per_cell` their samples a cell; `pitch_px` the
    picture's pixels a cell. The coarsest ruling whose harmonics are all present is taken for 5 mm when finer lines divide it
    in five, else for 5 or 1 mm by the sheet's size.
    """
    rulings = [
        _Ruling(profile, samples, pitch)
        for profile, samples, pitch in zip((across, down), per_cell, pitch_px, strict=True)
    ]
    lengths = sorted({round(cells * ruling.pitch_px, 2) for ruling in rulings for cells in _COARSEST_CELLS})
    longest = min(len(ruling.profile) / ruling.per_cell * ruling.pitch_px for ruling in rulings) / 4
    lengths = [length for length in lengths if length <= longest] or lengths[:1]
    scores = [sum(ruling.score(length) for ruling in rulings) for length in lengths]
    coarsest = lengths[int(np.argmax(scores))]
    spans = [coarsest / ruling.pitch_px for ruling in rulings]
    # the comb fixes how many cells the ruling spans; each direction keeps its own measured pitch
    whole = [_nearest_span(span) for span in spans]
    if any(abs(span / near - 1) > 0.12 for span, near in zip(spans, whole, strict=True)):
        return None
    coarse_mm = 5.0
    if max(ruling.fifth(coarsest) for ruling in rulings) < 1.4:
        widest = max(len(r.profile) / r.per_cell / span for r, span in zip(rulings, whole, strict=True))
        if widest * coarse_mm > _WIDEST_MM:
            coarse_mm = 1.0
    return coarse_mm / whole[0], coarse_mm / whole[1]


def _nearest_span(span: float) -> float:
    """The whole number, or simple fraction below one, nearest to a number of cells."""
    choices = np.r_[np.arange(1, 31), 0.2, 0.25, 1 / 3, 0.4, 0.5, 2.5]
    return float(min(choices, key=lambda value: abs(np.log(span / value))))


class _Ruling:
    """One direction's mean darkness, ready to be asked for the relief of any line spacing."""

    def __init__(self, profile: np.ndarray, per_cell: float, pitch_px: float):
        self.profile, self.per_cell, self.pitch_px = profile, per_cell, pitch_px
        window = np.hanning(len(profile))
        # zero padding makes the spectrum fine enough to be read at any frequency
        size = 8 * len(profile)
        self._spectrum = np.abs(np.fft.rfft((profile - profile.mean()) * window, size)) / window.sum()
        self._bins_per_cycle = size / per_cell

    def amplitude(self, frequency: float) -> float:
        """Largest amplitude within half a resolution of a frequency (cycles a cell)."""
        centre = frequency * self._bins_per_cycle
        low, high = int(max(centre - 4, 0)), int(centre + 5)
        return float(self._spectrum[low:high].max(initial=0.0))

    def relief(self, frequency: float) -> float:
        """Logarithm of the amplitude over the median amplitude around it."""
        centre = int(round(frequency * self._bins_per_cycle))
        beside = np.r_[
            self._spectrum[max(centre - 80, 8) : max(centre - 20, 8)], self._spectrum[centre + 20 : centre + 80]
        ]
        if len(beside) == 0:
            return 0.0
        return float(np.log(max(self.amplitude(frequency), 1e-12) / max(float(np.median(beside)), 1e-12)))

    def score(self, length_px: float) -> float:
        """Evidence for lines every `length_px`: present teeth of the comb count for it, missing ones against it."""
        step = self.pitch_px / length_px
        teeth = [k * step for k in range(1, _TEETH + 1) if k * step < min(0.45 * self.per_cell, 2.2)]
        return float(sum(np.clip(self.relief(tooth) - _PRESENT, -1.5, 2.0) for tooth in teeth))

    def fifth(self, length_px: float) -> float:
        """How far the fifth harmonic of a ruling stands above the fourth and the sixth; 1 when it cannot be seen."""
        step = self.pitch_px / length_px
        if 6 * step >= 0.48 * self.per_cell:
            return 1.0
        four, five, six = (self.amplitude(k * step) for k in (4, 5, 6))
        return five / max(four, six, 1e-12)
