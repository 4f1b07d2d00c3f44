"""The score of Kaggle 2025 for digitised signals: of one page and of a set of pages.

Definition: the metric of Kaggle's "PhysioNet - Digitization of ECG Images" (2025). Each lead is moved in time by at
most 0.2 s to the place of greatest correlation and in height by the mean difference; what is missing counts as 0 mV;
noise and signal powers are summed over the twelve leads, and their ratio is capped at 384 (25.84 dB).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ecgscribe.core.errors import BadOption

CAP = 384.0
LONGEST_SHIFT_S = 0.2


def aligned(truth_mv: np.ndarray, read_mv: np.ndarray, longest: int) -> np.ndarray:
    """(N,) `read_mv` moved by at most `longest` samples to the greatest correlation, NaN where nothing is left.

    Both (N,) finite; both are centred on their own mean for the search; ties go to the smallest shift.
    """
    count = len(truth_mv)
    correlation = np.correlate(truth_mv - truth_mv.mean(), read_mv - read_mv.mean(), "full")
    shifts = np.arange(-len(read_mv) + 1, count)
    allowed = np.abs(shifts) <= longest
    best = correlation[allowed].max()
    shift = min(shifts[allowed][correlation[allowed] == best], key=abs)
    moved = np.full(count, np.nan)
    source = np.arange(count) - shift
    inside = (source >= 0) & (source < len(read_mv))
    moved[inside] = read_mv[source[inside]]
    return moved


def kaggle_powers(truth_mv: np.ndarray, read_mv: np.ndarray, rate_hz: float) -> tuple[float, float]:
    """Signal and noise power of one lead after alignment in time and height.

    `truth_mv` (N,) finite; `read_mv` any length, NaN = not read (counts as 0 mV). Raises `BadOption` when the truth
    is empty or not finite.
    """
    truth_mv = np.asarray(truth_mv, np.float64)
    if len(truth_mv) == 0 or not np.isfinite(truth_mv).all():
        raise BadOption(f"The true lead of {len(truth_mv)} samples must be finite.", "Cut it to what is on the page.")
    read = np.zeros(len(truth_mv))
    given = np.nan_to_num(np.asarray(read_mv, np.float64))[: len(read)]
    read[: len(given)] = given
    moved = aligned(truth_mv, read, int(LONGEST_SHIFT_S * rate_hz))
    moved -= np.nanmean(moved - truth_mv)
    moved = np.nan_to_num(moved)
    return float(np.sum(truth_mv**2)), float(np.sum((truth_mv - moved) ** 2))


def kaggle_ratio(truth: Mapping[str, np.ndarray], read: Mapping[str, np.ndarray], rate_hz: float) -> float:
    """Power ratio of one page, 0 to 384: leads by name; a lead that was not read counts as zeros."""
    powers = [kaggle_powers(mv, read.get(lead, np.zeros(len(mv))), rate_hz) for lead, mv in truth.items()]
    signal, noise = (sum(column) for column in zip(*powers, strict=True))
    if signal == 0:
        return 0.0
    return CAP if noise == 0 else min(signal / noise, CAP)


def decibels(ratio: float) -> float:
    """10 log10, floored at -384 dB."""
    return max(10 * np.log10(ratio), -CAP) if ratio > 0 else -CAP


def kaggle_score(ratios: Iterable[float]) -> float:
    """dB of the mean ratio over pages: the score of a set (good pages dominate)."""
    return float(decibels(float(np.mean(list(ratios)))))
