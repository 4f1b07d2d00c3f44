"""The digitisation scores of the PhysioNet/CinC Challenge 2024 for one lead.

Definitions: evaluate_model.py and helper_code.py of physionetchallenges/evaluation-2024. Each pair of leads is laid
over each other by the peak of the cross-correlation of their pictures, then compared. The published scorer shifts an
estimate that is early the wrong way and keeps next to nothing of it; `ALIGNMENTS` has this alignment bug for bug
("official", for published tables), one that moves rightly ("mended") and none ("plain").
All signals are (N,) in mV, NaN = not printed (reference) or not read (estimate).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.errors import BadOption

LEVELS = 256
BLUR_PX = 0.5
LONGEST_SHIFT_S = 0.5
LARGEST_SHIFT_MV = 1.0
ALIGNMENTS = ("plain", "official", "mended")


@dataclass(frozen=True)
class Offset:
    """How an estimate lies to its reference: `samples` late (negative: early), `height_mv` above it."""

    samples: int
    height_mv: float


def offset_of(reference_mv: np.ndarray, estimate_mv: np.ndarray) -> Offset:
    """The offset at the peak of the 2-D cross-correlation of both leads drawn as pictures of `LEVELS` rows.

    Of peaks that are equal but for rounding the smallest shift is taken (the published scorer leaves that to the
    rounding of its FFT). (0, 0) when either has no finite sample or both together are flat.
    """
    from scipy.ndimage import gaussian_filter
    from scipy.signal import correlate

    pair = [np.asarray(signal, np.float64) for signal in (reference_mv, estimate_mv)]
    finite = [signal[np.isfinite(signal)] for signal in pair]
    if min(map(len, finite)) == 0:
        return Offset(0, 0.0)
    low, high = min(part.min() for part in finite), max(part.max() for part in finite)
    if high == low:
        return Offset(0, 0.0)
    length = max(map(len, pair))
    pictures = []
    for signal in pair:
        picture = np.zeros((LEVELS, length))
        at = np.flatnonzero(np.isfinite(signal))
        rows = np.round((LEVELS - 1) * (signal[at] - low) / (high - low)).clip(0, LEVELS - 1).astype(int)
        picture[rows, at] = 1.0
        pictures.append(gaussian_filter(picture, BLUR_PX))
    own, other = (_peak(correlate(pictures[0], picture, method="fft")) for picture in pictures)
    return Offset(own[1] - other[1], (own[0] - other[0]) * (high - low) / (LEVELS - 1))


def _peak(correlation: np.ndarray) -> tuple[int, int]:
    rows, columns = np.nonzero(correlation >= correlation.max() * (1 - 1e-9))
    first = int(np.argmin(np.abs(columns - correlation.shape[1] // 2)))
    return int(rows[first]), int(columns[first])


def aligned(
    reference_mv: np.ndarray, estimate_mv: np.ndarray, rate_hz: float, alignment: str, offset: Offset | None = None
) -> np.ndarray:
    """(M,) the estimate moved as `alignment`, one of `ALIGNMENTS`, does it.

    Not moved when the offset is more than 0.5 s or 1 mV. "official" of an early estimate keeps its first
    |shift| samples only (the published scorer's slip); "mended" moves it later by |shift|, and takes the height
    from the mean difference instead of the picture's rows. `offset` what `offset_of` gives for the pair, where that
    is known already. Raises `BadOption` for another name.
    """
    estimate = np.asarray(estimate_mv, np.float64)
    if alignment not in ALIGNMENTS:
        raise BadOption(f"Unknown alignment {alignment!r}.", f"Use one of {ALIGNMENTS}.")
    if alignment == "plain":
        return estimate
    offset = offset_of(reference_mv, estimate) if offset is None else offset
    shift = offset.samples
    if abs(shift) > round(LONGEST_SHIFT_S * rate_hz) or abs(offset.height_mv) > LARGEST_SHIFT_MV:
        return estimate
    gap = np.full(abs(shift), np.nan)
    if shift >= 0:
        moved = np.concatenate([estimate[shift:], gap])
    else:
        moved = np.concatenate([gap, estimate[: -shift if alignment == "official" else shift]])
    if alignment == "official":
        return moved - offset.height_mv
    reference, moved = _same_length(reference_mv, moved)
    both = np.isfinite(reference) & np.isfinite(moved)
    return moved - float(np.mean((moved - reference)[both])) if both.any() else moved


def snr_db(reference_mv: np.ndarray, estimate_mv: np.ndarray, middle: bool = False) -> float:
    """Signal-to-noise ratio in dB times the share of the reference that was read.

    The signal's power is the mean square of the reference, the noise's that of the difference (its median with
    `middle`), both where both are finite. 0 when nothing was read; NaN for an exact estimate, a reference of zeros,
    or none at all.
    """
    reference, estimate = _same_length(reference_mv, estimate_mv)
    both = np.isfinite(reference) & np.isfinite(estimate)
    wanted = int(np.isfinite(reference).sum())
    if not both.any():
        return 0.0 if wanted else float("nan")
    noise = (reference - estimate)[both] ** 2
    signal_power = float(np.mean(reference[both] ** 2))
    noise_power = float(np.median(noise) if middle else np.mean(noise))
    if not (signal_power > 0 and noise_power > 0):
        return float("nan")
    return float(10 * np.log10(signal_power / noise_power) * both.sum() / wanted)


def ks_score(reference_mv: np.ndarray, estimate_mv: np.ndarray) -> float:
    """1 less the greatest distance of the cumulative absolute signals, each brought to end at 1; NaN when empty.

    The sign does not count. The published scorer stops with an error on an empty lead.
    """
    reference, estimate = _both(reference_mv, estimate_mv)
    if len(reference) == 0:
        return float("nan")
    sums = [np.cumsum(np.abs(signal)) for signal in (reference, estimate)]
    sums = [total / total[-1] if total[-1] > 0 else total for total in sums]
    return float(1 - np.max(np.abs(sums[0] - sums[1])))


def asci_score(reference_mv: np.ndarray, estimate_mv: np.ndarray, share: float = 0.05) -> float:
    """Adaptive signed correlation index, -1 to 1: samples within `share` of the reference's standard deviation
    count +1, others -1; NaN when empty.
    """
    reference, estimate = _both(reference_mv, estimate_mv)
    if len(reference) == 0:
        return float("nan")
    near = np.abs(reference - estimate) <= share * np.std(reference)
    return float(np.mean(np.where(near, 1.0, -1.0)))


def weighted_difference_mv(reference_mv: np.ndarray, estimate_mv: np.ndarray, rate_hz: float) -> float:
    """Mean absolute difference in mV, where the smoothed (0.1 s) reference is low counting up to twice; NaN when
    empty or shorter than the smoothing.
    """
    from scipy.signal import filtfilt

    reference, estimate = _both(reference_mv, estimate_mv)
    taps = round(0.1 * rate_hz)
    if len(reference) <= taps:
        return float("nan")
    smooth = filtfilt(np.ones(taps), taps, reference, method="gust")
    weights = 1 - 0.5 * smooth / np.max(smooth)
    return float(np.sum(np.abs(reference - estimate) * weights) / np.sum(weights))


def _same_length(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as float64, the shorter one with NaN at its end."""
    length = max(len(first), len(second))
    padded = []
    for signal in (first, second):
        row = np.full(length, np.nan)
        row[: len(signal)] = signal
        padded.append(row)
    return padded[0], padded[1]


def _both(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The samples where both are finite."""
    first, second = _same_length(first, second)
    both = np.isfinite(first) & np.isfinite(second)
    return first[both], second[both]
