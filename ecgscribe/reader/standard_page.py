"""The standard page (3x4 leads and a rhythm strip) redrawn from digitised signals, for models that know no other."""

from __future__ import annotations

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.page import Page
from ecgscribe.core.standards import LAYOUTS

WINDOW_S = 2.5
_SEEN = 0.9  # of a window, in each lead of its column
_STEP_S = 0.25
PX_PER_MM = 5.0


def standard_page(ecg: Ecg) -> Page | None:
    """The page 3x4+1 at 25 mm/s and 10 mm/mV of `ecg`, clean, `PX_PER_MM`; None where a lead lacks `WINDOW_S` seconds.

    Each column shows the seconds that it has on a printed page where these were seen, else the first that were.
    """
    from ecgscribe.data.render import render

    rows = LAYOUTS["3x4+1"].rows
    starts = []
    for column, leads in enumerate(zip(*rows, strict=True)):
        start_s = _start_s(ecg, leads, column * WINDOW_S)
        if start_s is None:
            return None
        starts.append(start_s)
    return render(ecg, layout="3x4+1", px_per_mm=PX_PER_MM, starts_s=tuple(starts))[0]


def _start_s(ecg: Ecg, leads: tuple[str, ...], wished_s: float) -> float | None:
    seen = np.all([np.isfinite(ecg.lead_mv(lead)) for lead in leads], axis=0)
    length = round(WINDOW_S * ecg.rate_hz)
    if len(seen) < length:
        return None
    share = np.convolve(seen, np.full(length, 1 / length), "valid")
    wished = round(wished_s * ecg.rate_hz)
    if wished < len(share) and share[wished] >= _SEEN:
        return wished_s
    steps = range(0, len(share), max(round(_STEP_S * ecg.rate_hz), 1))
    best = max(steps, key=lambda k: (round(share[k], 2), -k))
    return best / ecg.rate_hz if share[best] >= _SEEN else None
