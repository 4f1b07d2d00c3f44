"""`lead_beats`: the average beat of every lead, all on one time axis, and the rhythm and intervals beside it.

A page shows its columns at different times, so nets that hear windows cannot compare leads sample by sample. In the
average beats of `measure` they can: those are aligned by their QRS complexes, and noise is averaged away.
"""

from __future__ import annotations

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.findings.windows import CLIP_MV
from ecgscribe.measure.average import LENGTH
from ecgscribe.measure.measure import average_beat, measured

_STEP = 4
"""Every fourth sample of the average beat's 500 Hz is kept."""
BEAT = len(range(0, LENGTH, _STEP))
RHYTHM = {
    ("rate", "value"): (71, 15),
    ("rate", "spread"): (2, 6),
    ("rr", "value"): (844, 175),
    ("rr", "spread"): (22, 60),
    ("rr_variation", "value"): (2.5, 10),
    ("p_present", "value"): (1, 0.4),
    ("p_duration", "value"): (117, 13),
    ("p_duration", "spread"): (13.5, 5),
    ("pr", "value"): (166, 27),
    ("pr", "spread"): (12.5, 5),
    ("qrs", "value"): (94, 20),
    ("qrs", "spread"): (4, 1.5),
    ("qt", "value"): (394, 45),
    ("qt", "spread"): (12.6, 10),
    ("qtc_bazett", "value"): (428, 45),
    ("qtc_bazett", "spread"): (13.7, 11),
    ("qtc_fridericia", "value"): (416, 40),
    ("qtc_fridericia", "spread"): (13.3, 10),
    ("axis", "value"): (22, 45),
    ("p_axis", "value"): (52, 28),
    ("t_axis", "value"): (44, 50),
    ("sokolow_lyon", "value"): (2, 0.85),
}
"""(measurement, value or spread) -> (centre, width) that bring it to about -2 to 2: median and half the distance of the
16th and 84th percentiles of PTB-XL's training patients, rounded."""
_FARTHEST = 4.0


def lead_beats(ecg: Ecg) -> tuple[np.ndarray, np.ndarray] | None:
    """(beat, rhythm) of a recording or of what a page shows of it, None where no beat is found.

    `beat` float32 (12, BEAT), mV over the level before QRS, in the order of `LEADS`, 0 where a lead was not seen;
    `rhythm` float32 (2, len(RHYTHM)): values by centre and width of `RHYTHM`, 0 where unknown; then 1 where known.
    """
    average, waves = average_beat(ecg)
    if average is None:
        return None
    beat = np.zeros((len(LEADS), BEAT), np.float32)
    for lead, signal in zip(average.leads, average.signal_mv, strict=True):
        beat[LEADS.index(lead)] = np.clip(np.nan_to_num(signal[::_STEP]), -CLIP_MV, CLIP_MV)
    told = {measurement.name: measurement for measurement in measured(average, waves) if not measurement.lead}
    raw = np.array([getattr(told[name], part) for name, part in RHYTHM], float)
    centre, width = np.array(list(RHYTHM.values())).T
    known = np.isfinite(raw)
    value = np.where(known, np.clip((raw - centre) / width, -_FARTHEST, _FARTHEST), 0)
    return beat, np.stack([value, known]).astype(np.float32)
