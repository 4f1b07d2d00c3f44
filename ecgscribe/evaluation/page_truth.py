"""What a drawn page shows, as an `Ecg` in the time of the recording: the truth that a digitiser is scored against."""

from __future__ import annotations

import math

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.truth import PageTruth


def printed_ecg(truth: PageTruth, rate_hz: float = 500.0) -> Ecg:
    """(12, N) mV at `rate_hz`: each lead where it is printed, NaN elsewhere and where the trace is hidden.

    Time 0 is the earliest second that the page shows; columns of the same seconds all begin there. A lead in a panel
    and in a rhythm strip is taken from both; the strip wins.
    """
    page_s = max(start + panel.length_s for panel, start in _placed(truth))
    signal = np.full((len(truth.ecg.leads), round(page_s * rate_hz)), np.nan, np.float32)
    recorded_s = np.arange(truth.ecg.signal_mv.shape[1]) / truth.ecg.rate_hz
    for k in sorted(range(len(truth.panels)), key=lambda k: truth.panels[k].rhythm):
        panel, start_s = _placed(truth)[k]
        if panel.lead not in truth.ecg.leads:
            continue
        first, count = round(start_s * rate_hz), round(panel.length_s * rate_hz)
        times_s = panel.start_s + np.arange(count) / rate_hz
        values = np.interp(times_s, recorded_s, truth.ecg.lead_mv(panel.lead), np.nan, np.nan)
        unseen = truth.hidden[k] | truth.missing[k]
        nearest = np.round(times_s * truth.ecg.rate_hz).astype(int) - math.ceil(
            panel.start_s * truth.ecg.rate_hz - 1e-6
        )
        values[unseen[np.clip(nearest, 0, len(unseen) - 1)]] = np.nan
        row = signal[truth.ecg.leads.index(panel.lead)]
        row[first : first + count] = values[: len(row) - first]
    return Ecg(signal, rate_hz, truth.ecg.leads, truth.ecg.record, truth.ecg.patient)


def _placed(truth: PageTruth) -> list[tuple]:
    """(panel, second of the page at which it begins) of every panel, in their order."""
    first_s = min(panel.start_s for panel in truth.panels)
    return [(panel, panel.start_s - first_s) for panel in truth.panels]
