"""What error is to be expected of a lead as read: the place of the trace, and the moment it stands for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

TIME_S = 0.002
"""Error of the time axis that is reckoned with. Of 0 to 6 ms this ordered the leads of 132 validation pages best by
their true errors; the network's spread alone knows nothing of time."""


def expected_error_mv(parts: Iterable[tuple[np.ndarray, np.ndarray, float]]) -> float:
    """Standard deviation in mV expected of a lead's error; NaN when nothing was read.

    `parts` of the lead: (its mV (N,), NaN = not seen; the deviation in mV (N,) expected of each; samples a second).
    A steep trace is off by more where it stands at a wrong time: the spread and the slope times `TIME_S` are added as
    squares.
    """
    spreads, slopes = [np.zeros(0)], [np.zeros(0)]
    for mv, noise_mv, rate_hz in parts:
        spreads.append(noise_mv[np.isfinite(noise_mv)])
        slope = np.diff(mv) * rate_hz
        slopes.append(slope[np.isfinite(slope)])
    spread, slope = np.concatenate(spreads), np.concatenate(slopes)
    if len(spread) == 0:
        return float("nan")
    return float(np.sqrt(np.mean(spread**2) + (TIME_S**2 * np.mean(slope**2) if len(slope) else 0.0)))
