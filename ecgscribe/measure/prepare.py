"""Signals made ready for measuring: one rate, short gaps bridged, leads grouped by the time they were seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.ecg import Ecg

RATE_HZ = 500.0
"""All measuring is done at this rate."""

BRIDGED_S = 0.03
"""Gaps up to this long are crossed in a straight line: a digitiser's missing columns."""

CRUMB_S = 0.15
"""Shorter pieces between longer gaps hold no complex: they are left out."""

FLAT_MV, MOVING_MV = 0.05, 0.3
"""A lead that spans less than the first while another spans more than the second was not read: a line of the ruling."""

LEAST_S = 0.8
"""A lead seen for less is not measured."""


@dataclass(frozen=True, eq=False)
class Group:
    """Leads that were seen over the same stretch of time.

    `signal_mv` (L, N) float64 at `RATE_HZ`, NaN = not seen; `leads` their names; `first`, `last` the stretch in
    samples, end not included.
    """

    leads: tuple[str, ...]
    signal_mv: np.ndarray
    first: int
    last: int

    @property
    def seconds(self) -> float:
        return (self.last - self.first) / RATE_HZ


def groups_of(ecg: Ecg) -> tuple[Group, ...]:
    """The leads of `ecg` by the time they were seen, the longest stretch first; none when nothing can be measured."""
    rows = {}
    for lead in ecg.leads:
        row = without_crumbs(bridged(at_measuring_rate(ecg.lead_mv(lead).astype(np.float64), ecg.rate_hz)))
        seen = np.flatnonzero(np.isfinite(row))
        if len(seen) >= LEAST_S * RATE_HZ:
            rows[lead] = (row, int(seen[0]), int(seen[-1]) + 1)
    spans = {lead: float(np.ptp(np.nanpercentile(row, (1, 99)))) for lead, (row, _, _) in rows.items()}
    if max(spans.values(), default=0.0) > MOVING_MV:
        rows = {lead: row for lead, row in rows.items() if spans[lead] >= FLAT_MV}
    groups = []
    for lead, (_, first, last) in sorted(rows.items(), key=lambda item: item[1][1] - item[1][2]):
        for members in groups:
            _, begin, end = rows[members[0]]
            if min(last, end) - max(first, begin) > 0.7 * max(last - first, end - begin):
                members.append(lead)
                break
        else:
            groups.append([lead])
    made = []
    for members in groups:
        ordered = tuple(lead for lead in ecg.leads if lead in members)
        first, last = min(rows[lead][1] for lead in members), max(rows[lead][2] for lead in members)
        made.append(Group(ordered, np.stack([rows[lead][0] for lead in ordered]), first, last))
    return tuple(sorted(made, key=lambda group: (-group.seconds, -len(group.leads), group.first)))


def at_measuring_rate(signal_mv: np.ndarray, rate_hz: float) -> np.ndarray:
    """(M,) at `RATE_HZ` by straight lines; NaN stays NaN. Faster signals are averaged first, against aliases."""
    if rate_hz == RATE_HZ:
        return signal_mv
    if rate_hz > 1.5 * RATE_HZ:
        signal_mv = smooth(signal_mv[None], 0.3 / RATE_HZ * 1.2, rate_hz)[0]
    times_s = np.arange(int(len(signal_mv) / rate_hz * RATE_HZ)) / RATE_HZ
    return np.interp(times_s, np.arange(len(signal_mv)) / rate_hz, signal_mv, np.nan, np.nan)


def bridged(signal_mv: np.ndarray) -> np.ndarray:
    """(N,) with gaps of up to `BRIDGED_S` between seen samples filled by straight lines."""
    absent = np.isnan(signal_mv)
    edges = np.flatnonzero(np.diff(np.r_[0, absent.astype(np.int8), 0])).reshape(-1, 2)
    filled = signal_mv.copy()
    for first, end in edges:
        if 0 < first and end < len(signal_mv) and end - first <= BRIDGED_S * RATE_HZ:
            filled[first:end] = np.interp(
                np.arange(first, end), [first - 1, end], [signal_mv[first - 1], signal_mv[end]]
            )
    return filled


def without_crumbs(signal_mv: np.ndarray) -> np.ndarray:
    """(N,) with pieces of less than `CRUMB_S` made NaN: what a digitiser saw of something else."""
    edges = np.flatnonzero(np.diff(np.r_[0, np.isfinite(signal_mv).astype(np.int8), 0])).reshape(-1, 2)
    kept = signal_mv.copy()
    for first, end in edges:
        if end - first < CRUMB_S * RATE_HZ:
            kept[first:end] = np.nan
    return kept


def smooth(signal: np.ndarray, sigma_s: float, rate_hz: float = RATE_HZ) -> np.ndarray:
    """(L, N) Gaussian mean of standard deviation `sigma_s` over the samples that are there; NaN stays NaN."""
    half = max(1, int(np.ceil(3 * sigma_s * rate_hz)))
    taps = np.exp(-0.5 * (np.arange(-half, half + 1) / (sigma_s * rate_hz)) ** 2)
    seen = np.isfinite(signal)
    out = np.full(signal.shape, np.nan)
    for k, row in enumerate(signal):
        if not seen[k].any():
            continue
        total = np.convolve(np.where(seen[k], row, 0.0), taps, "full")[half : half + len(row)]
        weight = np.convolve(seen[k].astype(float), taps, "full")[half : half + len(row)]
        out[k, seen[k]] = total[seen[k]] / weight[seen[k]]
    return out


SPIKE_MV, LEAST_SPIKE_MV = 0.25, 0.03
_SPIKE_SHARE, _SPIKE_HALF = 0.4, 3


def without_spikes(signal: np.ndarray) -> np.ndarray:
    """(L, N) with pacemaker spikes taken out. NaN stays NaN.

    Samples more than `SPIKE_MV` off the median over five samples (10 ms) become that median; where `spikes_of` sees a
    spike in several leads, each lead goes straight from 6 ms before to 6 ms after it.
    """
    middle = _running_median(signal)
    out = np.where(np.nan_to_num(np.abs(signal - middle)) > SPIKE_MV, middle, signal)
    for at in spikes_of(signal):
        first, last = max(at - _SPIKE_HALF - 1, 0), min(at + _SPIKE_HALF + 1, signal.shape[1] - 1)
        share = np.linspace(0, 1, last - first + 1)
        out[:, first : last + 1] = out[:, first, None] * (1 - share) + out[:, last, None] * share
    return out


def spikes_of(signal: np.ndarray) -> np.ndarray:
    """(K,) samples of pacemaker spikes of leads (L, N) seen together: impulses of at most 4 ms that rise from quiet
    out of `LEAST_SPIKE_MV` or more, at the same time in two fifths of the leads.
    """
    if len(signal) < 2 or signal.shape[1] < 25:
        return np.zeros(0, int)
    off = np.nan_to_num(np.abs(signal - _running_median(signal)))
    candidates = np.flatnonzero((off > LEAST_SPIKE_MV).any(axis=0))
    candidates = candidates[(candidates >= 12) & (candidates < signal.shape[1] - 12)]
    near = signal[:, candidates[:, None] + np.arange(-12, 13)]
    before, after = np.ptp(near[:, :, 1:10], axis=2), np.ptp(near[:, :, 15:24], axis=2)
    height = off[:, candidates]
    spiked = np.zeros(off.shape, bool)
    spiked[:, candidates] = (height > LEAST_SPIKE_MV) & (height > before) & (height > 0.5 * after)
    wide = spiked.copy()
    wide[:, 1:] |= spiked[:, :-1]
    wide[:, :-1] |= spiked[:, 1:]
    present = np.isfinite(signal).sum(axis=0)
    at = np.flatnonzero(wide.sum(axis=0) >= np.maximum(2, _SPIKE_SHARE * present))
    runs = np.split(at, np.flatnonzero(np.diff(at) > 10) + 1) if len(at) else []
    return np.array([run[np.argmax(np.sum(off[:, run], axis=0))] for run in runs], int)


def _running_median(signal: np.ndarray) -> np.ndarray:
    """(L, N) median over five samples."""
    padded = np.pad(signal, ((0, 0), (2, 2)), mode="edge")
    return np.sort(np.stack([padded[:, k : k + signal.shape[1]] for k in range(5)]), axis=0)[2]
