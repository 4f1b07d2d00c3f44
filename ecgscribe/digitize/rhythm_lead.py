"""Which lead a rhythm strip is: a strip that is called one lead but runs with another is given that one's name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgscribe.core.report import Problem
from ecgscribe.digitize.signals import PanelReading

_LEAST_SHARE = 0.7  # of a column's panel that strip and panel both show
_ALIKE = 0.93  # correlation of two readings of one lead
_STRIPS = ("I", "II", "III", "V1", "V2", "V3", "V4", "V5", "V6")  # augmented leads are not printed as strips
_CLOSER = 0.5  # of the distance to the lead that the strip is called
_WIDER = 1.5  # times a column's length: a strip


def renamed(readings: dict[int, PanelReading]) -> tuple[dict[int, PanelReading], tuple[Problem, ...]]:
    """The readings, strips under the name of the lead that they run with, and what was renamed.

    A strip shows a column's stretch of time once more. Where it lies at most half as far from another lead's panel as
    from that of its own name, and correlates with it, the name was misread (II and III differ by one stroke). Strips
    of another time than the columns correlate with none and keep their names.
    """
    known, problems = dict(readings), []
    panels = [reading for reading in readings.values() if not reading.panel.rhythm]
    for number, strip in readings.items():
        if not strip.panel.rhythm:
            continue
        found = {panel.panel.lead: _apart(strip, panel) for panel in panels}
        found = {lead: pair for lead, pair in found.items() if pair is not None}
        own = found.get(strip.panel.lead)
        if own is None or len(found) < 2:
            continue
        usual = {lead: pair for lead, pair in found.items() if lead in _STRIPS or lead == strip.panel.lead}
        lead, (apart, alike) = min(usual.items(), key=lambda item: item[1][0])
        if lead != strip.panel.lead and alike >= _ALIKE and apart <= _CLOSER * own[0]:
            known[number] = replace(strip, panel=replace(strip.panel, lead=lead))
            problems.append(_renamed(strip.panel.lead, lead))
    return known, tuple(problems)


def _apart(strip: PanelReading, panel: PanelReading) -> tuple[float, float] | None:
    """(root mean square in mV between strip and panel, each less its mean, their correlation) where both are seen; None
    where that is little."""
    if len(strip.mv) < _WIDER * len(panel.mv):
        return None
    first = panel.first - strip.first
    if first < 0 or first + len(panel.mv) > len(strip.mv):
        return None
    pair = np.stack([strip.mv[first : first + len(panel.mv)], panel.mv])
    pair = pair[:, np.isfinite(pair).all(axis=0)]
    if pair.shape[1] < _LEAST_SHARE * len(panel.mv) or pair.shape[1] < 2:
        return None
    pair = pair - pair.mean(axis=1, keepdims=True)
    powers = (pair**2).mean(axis=1)
    alike = float((pair[0] * pair[1]).mean() / np.sqrt(powers.prod())) if powers.min() > 0 else 0.0
    return float(np.sqrt(((pair[0] - pair[1]) ** 2).mean())), alike


def _renamed(called: str, lead: str) -> Problem:
    return Problem(
        "traces",
        "strip-renamed",
        f"The rhythm strip was read as lead {called}, but its trace is that of lead {lead}: it was taken for {lead}.",
        "Compare the strip's name on the page.",
    )
