"""From curves in strips to leads in mV in the time of the recording, with a quality for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ecgscribe.core.page import Panel
from ecgscribe.core.report import LeadQuality
from ecgscribe.core.standards import LEADS
from ecgscribe.digitize.path import Curve
from ecgscribe.digitize.quality import expected_error_mv
from ecgscribe.digitize.strips import Strip

MM_PER_MV = 10.0
"""Gain of a panel that does not say its own."""

_SEEN = 0.3  # mass near the path from which a column counts as seen
_BRIDGED_S = 0.024  # shorter gaps are bridged by a straight line
_SHORTEST_S = 0.04  # shorter pieces between gaps are dropped
_START_MM, _LEAP_MV = 0.7, 0.4  # what leaps so far so near a row's beginning is what stands beside it
_EDGE_MM, _SURE = 0.8, 0.9  # a trace so near the page's edge and no longer so sure beyond has left it
_SMOOTHED_S = 0.012  # the mass is judged over so long a stretch


@dataclass(frozen=True, eq=False)
class PanelReading:
    """One panel as read: `mv` (N,) at the samples from `first` of the recording, NaN where nothing was seen.

    `mass` (N,) 0 to 1 how sure the place is, `noise_mv` (N,) the deviation expected; `points_px` (C, 2) on the page.
    """

    panel: Panel
    first: int
    mv: np.ndarray
    mass: np.ndarray
    noise_mv: np.ndarray
    points_px: np.ndarray


def read_panel(
    panel: Panel,
    strip: Strip,
    curve: Curve,
    px_per_mm: tuple[float, float],
    rate_hz: float,
    across: float,
    first_column: int = 0,
    straightened: Callable[[np.ndarray], np.ndarray] = lambda x_mm: x_mm,
    first_of_row: Panel | None = None,
    picture_high: float = np.inf,
) -> PanelReading:
    """The part of a strip's curve that lies in the panel's box. The curve's columns, `across` of them a strip pixel,
    begin at the strip's `first_column`; `straightened` puts page mm (N,) where they would be on an even ruling;
    `first_of_row` the panel beside which the row's pulse would stand; `picture_high` the page's height in px."""
    x = (first_column + np.arange(len(curve.height)) + 0.5) / across
    points = strip.to_page(x, curve.height)
    x0, _, x1, _ = panel.box_px
    even = straightened(points[:, 0] / px_per_mm[0]) * px_per_mm[0]
    second = panel.start_s + (even - x0) / (x1 - x0) * panel.length_s
    inside = (even >= x0) & (even < x1)
    mv_per_px = panel.sign / ((panel.mm_per_mv or MM_PER_MV) * px_per_mm[1])
    mv = (panel.baseline_px - points[:, 1]) * mv_per_px
    seen = _seen(curve.mass, (second[1] - second[0]), inside)
    seen &= ~_outside(points[:, 1], curve.mass, picture_high, px_per_mm[1])
    if panel is first_of_row:
        seen &= ~_strange_start(mv, inside, across * strip.scale[0] * px_per_mm[0])
    at = np.arange(
        int(np.ceil(panel.start_s * rate_hz - 1e-6)), int(np.ceil((panel.start_s + panel.length_s) * rate_hz - 1e-6))
    )
    sampled, noise, mass = np.full(len(at), np.nan), np.full(len(at), np.nan), np.zeros(len(at))
    if seen.sum() > 1:
        times = at / rate_hz
        near = _reached(seen, times, second)
        sampled[near] = np.interp(times[near], second[seen], mv[seen])
        spread_mv = curve.spread[seen] * abs(mv_per_px) / strip.scale[1]
        noise[near] = np.interp(times[near], second[seen], spread_mv)
        mass[near] = np.interp(times[near], second, curve.mass)
    points[~seen] = np.nan
    return PanelReading(panel, int(at[0]), sampled, mass, noise, points[inside])


def _outside(y: np.ndarray, mass: np.ndarray, high: float, px_per_mm: float) -> np.ndarray:
    """(C,) unsure columns next to which the trace (C,) runs over the page's upper or lower edge: it is not there."""
    at_edge = np.minimum(y, high - y) < _EDGE_MM * px_per_mm
    unsure = mass < _SURE
    outside = np.zeros(len(y), bool)
    for first, end in np.flatnonzero(np.diff(np.r_[0, unsure.astype(np.int8), 0])).reshape(-1, 2):
        if (first > 0 and at_edge[first - 1]) or (end < len(y) and at_edge[end]):
            outside[first:end] = True
    return outside


def _strange_start(mv: np.ndarray, inside: np.ndarray, columns_a_mm: float) -> np.ndarray:
    """(C,) columns at a row's very beginning whose height leaps from what follows: the foot of a calibration pulse,
    not the lead. Elsewhere a leap at a panel's end is as likely a beat."""
    strange = np.zeros(len(mv), bool)
    places = np.flatnonzero(inside)
    count = int(_START_MM * columns_a_mm)
    if len(places) < 6 * count or count < 1:
        return strange
    off = np.abs(mv[places[:count]] - np.median(mv[places[count : 3 * count]])) > _LEAP_MV
    if off.any():
        strange[places[: np.flatnonzero(off)[-1] + 1]] = True
    return strange


def _reached(seen: np.ndarray, times: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(N,) whether a seen column lies near each time: at a panel's edge the nearest column inside counts."""
    places = np.flatnonzero(seen)
    after = np.clip(np.searchsorted(second[places], times), 0, len(places) - 1)
    before = np.maximum(after - 1, 0)
    away = np.minimum(np.abs(second[places[after]] - times), np.abs(second[places[before]] - times))
    return away <= max(3 * (second[1] - second[0]), _BRIDGED_S / 2)


def _seen(mass: np.ndarray, step_s: float, inside: np.ndarray) -> np.ndarray:
    """(C,) which columns show the trace: enough mass over a short stretch, gaps bridged, crumbs dropped."""
    width = max(int(round(_SMOOTHED_S / step_s)), 1)
    smooth = np.convolve(np.where(inside, mass, 0), np.ones(width) / width, "same")
    norm = np.convolve(inside.astype(float), np.ones(width) / width, "same")
    seen = (smooth > _SEEN * np.maximum(norm, 1e-6)) & inside
    for value, longest in ((False, _BRIDGED_S), (True, _SHORTEST_S)):
        edges = np.flatnonzero(np.diff(np.r_[0, (seen == value).astype(np.int8), 0])).reshape(-1, 2)
        for first, end in edges:
            touches = (
                first == 0 or end == len(seen) or not inside[max(first - 1, 0)] or not inside[min(end, len(seen) - 1)]
            )
            if (end - first) * step_s <= longest and not (value is False and touches):
                seen[first:end] = not value
    return seen & inside


def joined(readings: list[PanelReading]) -> tuple[np.ndarray, np.ndarray]:
    """(12, N) mV in the time of the recording and the deviation (12, N) expected of them, NaN where nothing was seen.

    Where a lead stands on the page twice, the longer panel leads: the other fills its gaps, and where the two agree
    their mean is taken, weighted by what is expected of them (a rhythm strip need not be of the same time).
    """
    count = max((reading.first + len(reading.mv) for reading in readings), default=0)
    signal, noise = np.full((len(LEADS), count), np.nan), np.full((len(LEADS), count), np.nan)
    for reading in sorted(readings, key=lambda one: -one.panel.length_s):
        lead = LEADS.index(reading.panel.lead)
        part = slice(reading.first, reading.first + len(reading.mv))
        have, expected = signal[lead, part], noise[lead, part]
        new = np.isfinite(reading.mv)
        both, fresh = new & np.isfinite(have), new & ~np.isfinite(have)
        if both.any():
            apart = reading.mv - have
            apart -= np.median(apart[both])
            if np.median(np.abs(apart[both])) < _AGREE_MV / 2:
                close = both & (np.abs(apart) < _AGREE_MV)
                own, other = (1 / (np.maximum(one, 1e-3) ** 2) for one in (reading.noise_mv, expected))
                have[close] += (own / (own + other) * apart)[close]
                expected[close] = 1 / np.sqrt(own + other)[close]
            else:
                fresh[:] = False
        have[fresh], expected[fresh] = reading.mv[fresh], reading.noise_mv[fresh]
    return signal, noise


_AGREE_MV = 0.15  # two readings of a lead further apart are not averaged


def qualities_of(readings: list[PanelReading], changed: tuple[str, ...] = ()) -> tuple[LeadQuality, ...]:
    """One `LeadQuality` for each of the twelve leads; `changed` names those that identities repaired."""
    made = []
    for lead in LEADS:
        own = [reading for reading in readings if reading.panel.lead == lead]
        if not own:
            made.append(LeadQuality(lead, 0.0, 0.0, reason="The lead was not located on the page."))
            continue
        samples = sum(len(reading.mv) for reading in own)
        seen = sum(int((~np.isnan(reading.mv)).sum()) for reading in own)
        mass = sum(float(reading.mass[~np.isnan(reading.mv)].sum()) for reading in own)
        coverage, confidence = seen / max(samples, 1), mass / max(seen, 1)
        noise = expected_error_mv((one.mv, one.noise_mv, len(one.mv) / one.panel.length_s) for one in own)
        reason = "" if coverage > 0.5 else "Little of the trace can be seen." if seen else "No trace was seen."
        made.append(LeadQuality(lead, coverage, confidence, noise, lead in changed, reason))
    return tuple(made)
