"""`lead_windows`: signals as the signal model sees them, every lead in a window of its own."""

from __future__ import annotations

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.findings.frame import CELL_S, LEAD_CELLS, slot_of

RATE_HZ = 125.0
SHORT = int(CELL_S * RATE_HZ)
LONG = int(10.0 * RATE_HZ)
CLIP_MV = 5.0
_LEAST_S = 0.6
"""Less than this of a lead (no whole beat) is not assessed."""


def lead_windows(ecg: Ecg, shift_s: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(short, long, seen): float32 (2, 12, SHORT), float32 (2, LONG), bool (13,).

    The first plane holds mV without the lead's median, 0 where nothing was seen; the second 1 where something was.
    A lead of more than 2.5 s shows the window of its column on a 3x4 page, `shift_s` later, so that different leads
    show different times as they do on paper; a lead of less shows what there is. `long` is lead II, or else the lead
    seen longest. Raises `BadOption` for a signal without any value.
    """
    signal = resampled(ecg.signal_mv, ecg.rate_hz)
    rows = {lead: signal[k] for k, lead in enumerate(ecg.leads)}
    if not np.isfinite(signal).any():
        raise BadOption("The signals hold no value at all.", "Give an ECG of which something was seen.")
    short, long, seen = np.zeros((2, 12, SHORT), np.float32), np.zeros((2, LONG), np.float32), np.zeros(13, bool)
    for lead, (_, column) in LEAD_CELLS.items():
        window = _window(rows.get(lead), column * CELL_S + shift_s, SHORT)
        if window is not None:
            short[:, slot_of(lead)], seen[slot_of(lead)] = window, True
    length = {lead: int(np.isfinite(row).sum()) for lead, row in rows.items()}
    strip = max(rows, key=lambda lead: (min(length[lead], LONG * 0.95), lead == "II", length[lead]))
    if length[strip] > 1.2 * SHORT:
        window = _window(rows[strip], 0.0, LONG)
        if window is not None:
            long[:], seen[12] = window, True
    return short, long, seen


def resampled(signal_mv: np.ndarray, rate_hz: float) -> np.ndarray:
    """(leads, N) at `rate_hz` -> float32 (leads, M) at `RATE_HZ`: means of whole groups of samples where the rates
    divide, else linear interpolation; NaN stays NaN."""
    step = rate_hz / RATE_HZ
    if abs(step - round(step)) < 1e-6 and step >= 1:
        whole = int(round(step))
        usable = signal_mv.shape[1] // whole * whole
        return signal_mv[:, :usable].reshape(len(signal_mv), -1, whole).mean(axis=2).astype(np.float32)
    count = int(signal_mv.shape[1] / rate_hz * RATE_HZ)
    place = np.minimum(np.arange(count) * step, signal_mv.shape[1] - 1)
    left = np.minimum(place.astype(int), max(signal_mv.shape[1] - 2, 0))
    share = (place - left).astype(np.float32)
    right = np.minimum(left + 1, signal_mv.shape[1] - 1)
    return (signal_mv[:, left] * (1 - share) + signal_mv[:, right] * share).astype(np.float32)


def _window(row: np.ndarray | None, start_s: float, count: int) -> np.ndarray | None:
    """(2, count) of one lead: its window from `start_s`, or what was seen when that is elsewhere or less."""
    known = np.flatnonzero(np.isfinite(row)) if row is not None else np.zeros(0, int)
    if len(known) < _LEAST_S * RATE_HZ:
        return None
    first, last = int(known[0]), int(known[-1]) + 1
    start = int(round(start_s * RATE_HZ))
    start = min(max(start, first), max(last - count, first))
    piece = row[start : start + count]
    finite = np.isfinite(piece)
    if finite.sum() < _LEAST_S * RATE_HZ:
        return None
    window = np.zeros((2, count), np.float32)
    centred = np.where(finite, piece - np.median(piece[finite]), 0)
    window[0, : len(piece)] = np.clip(centred, -CLIP_MV, CLIP_MV)
    window[1, : len(piece)] = finite
    return window
