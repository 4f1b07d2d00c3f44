"""From curves in strips to leads in mV in the time of the recording, with a quality for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.core.page import Page, Panel
from ecgscribe.core.report import LeadQuality
from ecgscribe.core.standards import LEADS
from ecgscribe.digitize.path import Curve
from ecgscribe.digitize.strips import DOWN_PX_PER_MM, Strip

MM_PER_MV = 10.0
"""Gain of a panel that does not say its own."""

_SEEN = 0.3  # mass near the path from which a column counts as seen
_BRIDGED_S = 0.024  # shorter gaps are bridged by a straight line
_SHORTEST_S = 0.04  # shorter pieces between gaps are dropped
_SMOOTHED_S = 0.012  # the mass is judged over so long a stretch


@dataclass(frozen=True, eq=False)
class PanelReading:
    """One panel as read: `mv` (N,) and `mass` (N,) at the samples `first` to first + N - 1 of the recording, NaN where
    nothing was seen; `points_px` (C, 2) on the page, NaN there; `spread_mv` the deviation that the network expects."""

    panel: Panel
    first: int
    mv: np.ndarray
    mass: np.ndarray
    points_px: np.ndarray
    spread_mv: float


def read_panel(panel: Panel, strip: Strip, curve: Curve, px_per_mm: tuple[float, float], rate_hz: float):
    """-> `PanelReading` of the part of the strip's curve that lies in the panel's box."""
    columns = len(curve.height)
    x = (np.arange(columns) + 0.5) * (strip.image.shape[2] / columns)
    points = strip.to_page(x, curve.height)
    x0, _, x1, _ = panel.box_px
    second = panel.start_s + (points[:, 0] - x0) / (x1 - x0) * panel.length_s
    inside = (points[:, 0] >= x0) & (points[:, 0] < x1)
    mv_per_px = panel.sign / ((panel.mm_per_mv or MM_PER_MV) * px_per_mm[1])
    mv = (panel.baseline_px - points[:, 1]) * mv_per_px
    seen = _seen(curve.mass, (second[1] - second[0]), inside)
    at = np.arange(
        int(np.ceil(panel.start_s * rate_hz - 1e-6)), int(np.ceil((panel.start_s + panel.length_s) * rate_hz - 1e-6))
    )
    sampled = np.full(len(at), np.nan)
    mass = np.zeros(len(at))
    if seen.sum() > 1:
        times = at / rate_hz
        sampled = np.interp(times, second[seen], mv[seen])
        mass = np.interp(times, second, curve.mass)
        nearest = np.clip(np.searchsorted(second, times), 1, columns - 1)
        # at the panel's edges the nearest column inside counts
        near = _reached(seen, times, second, nearest)
        sampled[~near], mass[~near] = np.nan, 0.0
    points[~seen] = np.nan
    spread = float(np.sqrt(np.mean(curve.spread[seen] ** 2))) if seen.any() else np.nan
    return PanelReading(panel, int(at[0]), sampled, mass, points[inside], abs(mv_per_px) * spread / strip.scale[1])


def _reached(seen: np.ndarray, times: np.ndarray, second: np.ndarray, nearest: np.ndarray) -> np.ndarray:
    """(N,) whether a seen column lies at (or within three columns of) each time."""
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


def joined(readings: list[PanelReading], rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """(12, N) mV in the time of the recording and the mass (12, N) behind it; where a lead stands on the page twice,
    the mean weighted by the mass, unless the two disagree: then the surer one."""
    count = max((reading.first + len(reading.mv) for reading in readings), default=0)
    signal = np.full((len(LEADS), count), np.nan)
    weight = np.zeros((len(LEADS), count))
    for reading in sorted(readings, key=lambda one: -float(np.mean(one.mass))):
        lead = LEADS.index(reading.panel.lead)
        part = slice(reading.first, reading.first + len(reading.mv))
        have, mass = signal[lead, part], weight[lead, part]
        new = ~np.isnan(reading.mv)
        both, fresh = new & ~np.isnan(have), new & np.isnan(have)
        if both.sum() > 0.1 * rate_hz:
            offset = float(np.median(reading.mv[both] - have[both]))
            agree = both & (np.abs(reading.mv - have - offset) < _AGREE_MV)
            share = reading.mass / np.maximum(reading.mass + mass, 1e-9)
            have[agree] += (share * (reading.mv - offset - have))[agree]
        have[fresh], mass[fresh] = reading.mv[fresh], reading.mass[fresh]
        mass[both] = np.maximum(mass[both], reading.mass[both])
    return signal, weight


_AGREE_MV = 0.15


def qualities_of(page: Page, readings: list[PanelReading]) -> tuple[LeadQuality, ...]:
    """One `LeadQuality` for each of the twelve leads."""
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
        spreads = [reading.spread_mv for reading in own if not np.isnan(reading.spread_mv)]
        noise = float(np.mean(spreads)) if spreads else float("nan")
        reason = "" if coverage > 0.5 else "Little of the trace can be seen." if seen else "No trace was seen."
        made.append(LeadQuality(lead, coverage, confidence, noise, reason=reason))
    return tuple(made)


BIN_MM = 1.0 / DOWN_PX_PER_MM
