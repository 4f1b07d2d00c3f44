"""Names and other words beside the traces: what the network saw of them is taken for less likely."""

from __future__ import annotations

import numpy as np

from ecgscribe.digitize.strips import Strip

_SHARE = 0.05
"""Of the probability that is left inside the box of a word that was read: a trace may run through it, but where another
path is to be had, the word is none."""
_ROOM_MM = 0.2  # letters are a little larger than their boxes


def without_lettering(
    probability: np.ndarray,
    strip: Strip,
    boxes_px: tuple[tuple[float, float, float, float], ...],
    px_per_mm: tuple[float, float],
) -> np.ndarray:
    """float32 (C, H) of a strip, less likely inside the boxes (x0, y0, x1, y1) of words in page pixels."""
    columns, height = probability.shape
    across = columns / strip.image.shape[2]
    room = np.array([_ROOM_MM * px_per_mm[0], _ROOM_MM * px_per_mm[1]])
    known = probability
    for box in boxes_px:
        low, high = strip.from_page(np.array([np.subtract(box[:2], room), np.add(box[2:], room)]))
        first, end = (int(np.clip(round(x * across), 0, columns)) for x in (low[0], high[0]))
        top, bottom = (int(np.clip(round(y), 0, height)) for y in (low[1], high[1]))
        if first >= end or top >= bottom:
            continue
        if known is probability:
            known = probability.copy()
        known[first:end, top:bottom] *= np.float32(_SHARE)
    return known
