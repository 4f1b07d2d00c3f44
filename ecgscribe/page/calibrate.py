"""How many mm a cell of the lattice is: the comb of harmonics tells 5 mm and 1 mm lines apart."""

from __future__ import annotations

import numpy as np

_PRESENT = np.log(3.2)  # a line of the comb counts for its ruling above this relief, against it below
_TEETH = 24  # harmonics of the coarsest ruling that are looked at
_WIDEST_MM = 450.0  # no ECG sheet is wider; a wider reading means that 1 mm lines were taken for 5 mm lines
_FIFTH = 1.15  # the fifth harmonic of a 5 mm ruling over its neighbours, when 1 mm lines are there
_STRONGEST = (1, 2, 5, 10)
_COARSEST_CELLS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20)
_FIFTH_ECHO, _ONLY_FIFTH = 0.06, 10.0
"""Lines five times coarser that are an echo too: 0.03 and 32 where 5 mm lines of 20.2 px come back on the same pixels
every fifth time, 0.2 and at most 6 on papers with 1 mm lines, however faint their 5 mm lines."""
_ECHO = 0.25  # harmonics so much weaker than those of a ruling two or three times finer are echoes of the pixel grid


def mm_per_cell(
    across: np.ndarray, down: np.ndarray, per_cell: tuple[float, float], pitch_px: tuple[float, float]
) -> tuple[float, float, bool] | None:
    """(mm a cell across, mm a cell down, whether 1 mm lines were seen inside 5 mm lines), or None when the two
    directions contradict each other.

    `across`, `down`: mean darkness along x and along y; `per_cell` their samples a cell; `pitch_px` the
    picture's pixels a cell. The coarsest ruling whose harmonics are all present is taken for 5 mm when finer
    lines divide it in five, else for 5 or 1 mm by the sheet's size.
    """
    rulings = [
        _Ruling(profile, samples, pitch)
        for profile, samples, pitch in zip((across, down), per_cell, pitch_px, strict=True)
    ]
    lengths = sorted({round(cells * ruling.pitch_px, 2) for ruling in rulings for cells in _COARSEST_CELLS})
    longest = min(len(ruling.profile) / ruling.per_cell * ruling.pitch_px for ruling in rulings) / 4
    lengths = [length for length in lengths if length <= longest] or lengths[:1]
    # the strongest lines of a 5 mm ruling are itself, its 1 mm lines, or one of their first harmonics
    plain = [length for length in lengths if rulings[0].strongest(length) in _STRONGEST] or lengths[:1]
    coarsest = max(plain, key=lambda length: sum(ruling.score(length) for ruling in rulings))
    for part in (3, 2, 2):
        if max(ruling.fresh_share(coarsest, part) for ruling in rulings) < _ECHO:
            coarsest /= part
    if all(
        ruling.fresh_share(coarsest, 5) < _FIFTH_ECHO and ruling.fifth(coarsest) > _ONLY_FIFTH for ruling in rulings
    ):
        coarsest /= 5
    spans = [coarsest / ruling.pitch_px for ruling in rulings]
    # the comb fixes how many cells the ruling spans; each direction keeps its own measured pitch
    whole = [_nearest_span(span) for span in spans]
    if any(abs(span / near - 1) > 0.12 for span, near in zip(spans, whole, strict=True)):
        return None
    coarse_mm = 5.0
    seen = max(ruling.fifth(coarsest) for ruling in rulings) >= _FIFTH
    if not seen:
        widest = max(len(r.profile) / r.per_cell / span for r, span in zip(rulings, whole, strict=True))
        if widest * coarse_mm > _WIDEST_MM:
            coarse_mm = 1.0
    return coarse_mm / whole[0], coarse_mm / whole[1], seen


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
        self._level = float(np.median(self._spectrum[8:])) if len(self._spectrum) > 8 else 0.0

    def amplitude(self, frequency: float) -> float:
        """Largest amplitude within half a resolution of a frequency (cycles a cell)."""
        centre = frequency * self._bins_per_cycle
        low, high = int(max(centre - 4, 0)), int(centre + 5)
        return float(self._spectrum[low:high].max(initial=0.0))

    def relief(self, tooth: float, step: float) -> float:
        """Logarithm of the amplitude at a tooth of a comb over that half way to its neighbours."""
        valley = np.sqrt(self.amplitude(tooth - step / 2) * self.amplitude(tooth + step / 2))
        return float(np.log(max(self.amplitude(tooth), 1e-12) / max(valley, 0.02 * self._level, 1e-12)))

    def score(self, length_px: float) -> float:
        """Evidence for lines every `length_px`: present teeth of the comb count for it, missing ones against it."""
        step = self.pitch_px / length_px
        teeth = [k * step for k in range(1, _TEETH + 1) if k * step < min(0.45 * self.per_cell, 2.2)]
        return float(sum(np.clip(self.relief(tooth, step) - _PRESENT, -1.0, 2.0) for tooth in teeth))

    def strongest(self, length_px: float) -> int:
        """The number of the strongest harmonic of lines every `length_px`."""
        step = self.pitch_px / length_px
        teeth = [self.amplitude(k * step) for k in range(1, _TEETH + 1) if k * step < 0.45 * self.per_cell]
        return int(np.argmax(teeth)) + 1 if teeth else 1

    def fresh_share(self, length_px: float, part: int) -> float:
        """Median amplitude of the harmonics that a ruling `part` times finer lacks over that of those it has."""
        step = self.pitch_px / length_px
        teeth = [(k, self.amplitude(k * step)) for k in range(1, 13) if k * step < 0.45 * self.per_cell]
        fresh, shared = ([a for k, a in teeth if (k % part != 0) == is_fresh] for is_fresh in (True, False))
        if len(shared) < 2:
            return 1.0
        return float(np.median(fresh) / max(float(np.median(shared)), 1e-12))

    def fifth(self, length_px: float) -> float:
        """How far the fifth harmonic of a ruling stands above the fourth and the sixth; 1 when it cannot be seen."""
        step = self.pitch_px / length_px
        if 6 * step >= 0.48 * self.per_cell:
            return 1.0
        four, five, six = (self.amplitude(k * step) for k in (4, 5, 6))
        return five / max(four, six, 1e-12)
