"""Signals made ready for measuring: one rate, short gaps bridged, leads grouped by the time they were seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.ecg import Ecg

RATE_HZ = 500.0
"""All measuring is done at this rate."""

BRIDGED_S = 0.03
"""Gaps up to this long are crossed in a straight line: a digitiser's missing columns."""

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
        row = bridged(at_measuring_rate(ecg.lead_mv(lead).astype(np.float64), ecg.rate_hz))
        seen = np.flatnonzero(np.isfinite(row))
        if len(seen) >= LEAST_S * RATE_HZ:
            rows[lead] = (row, int(seen[0]), int(seen[-1]) + 1)
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


SPIKE_MV = 0.25


def without_spikes(signal: np.ndarray) -> np.ndarray:
    """(L, N) with pacemaker spikes taken out: samples more than `SPIKE_MV` off the median over five samples (10 ms)
    become that median. NaN stays NaN.
    """
    padded = np.pad(signal, ((0, 0), (2, 2)), mode="edge")
    middle = np.sort(np.stack([padded[:, k : k + signal.shape[1]] for k in range(5)]), axis=0)[2]
    spike = np.nan_to_num(np.abs(signal - middle)) > SPIKE_MV
    return np.where(spike, middle, signal)
