"""What a 3x4 page shows of ten seconds at 500 Hz."""

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS


def windows_mv(ecg: Ecg, strips: tuple[str, ...] = ("II",), simultaneous: bool = False) -> np.ndarray:
    """(12, 5000) the columns of 2.5 s, and whole the leads of the rhythm strips; NaN where nothing is printed.

    `simultaneous` columns all begin at second 0.
    """
    signal = np.full_like(ecg.signal_mv, np.nan)
    for k, lead in enumerate(LEADS):
        place = slice(k // 3 * 1250, k // 3 * 1250 + 1250)
        signal[k, place] = ecg.signal_mv[k, :1250] if simultaneous else ecg.signal_mv[k, place]
        if lead in strips:
            signal[k] = ecg.signal_mv[k]
    return signal
