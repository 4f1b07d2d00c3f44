"""Reading without a network: ink darker than the ruling, as a distribution over heights. The baseline, and the way
out where no model folder is at hand."""

from __future__ import annotations

import numpy as np

COLUMNS_PER_PX = 1
_SHARP = 18.0  # how strongly darker ink is preferred
_FAINT = 0.12  # darkness over the ruling's below which a column shows no trace


def classical_probability(image: np.ndarray) -> np.ndarray:
    """float32 (2, H, W) strip -> float32 (W, H) probability of the trace's height; sums below 1 where it is faint.

    The ruling is what a whole row or column of pixels has in common: its median is taken away.
    """
    dark = image.min(axis=0)
    dark = dark - np.median(dark, axis=1, keepdims=True)
    dark = np.maximum(dark - np.maximum(np.median(dark, axis=0, keepdims=True), 0), 0)
    level = max(float(np.quantile(dark, 0.995)), _FAINT)
    share = np.minimum(dark / level, 1.0).T
    weight = np.expm1(_SHARP * share**2 / 3)
    absent = np.expm1(_SHARP * (_FAINT / level) ** 2 / 3) + 1.0
    return (weight / (weight.sum(axis=1, keepdims=True) + absent)).astype(np.float32)
