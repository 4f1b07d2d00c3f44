"""Intervals by patient: all records of a patient are drawn together, since they are not independent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95


def patient_weights(patients: Sequence[str], resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """(resamples, n) float64: how often each item counts when as many patients as there are are drawn anew.

    Drawing is with replacement; the same patients and seed give the same weights, so that two systems
    weighted alike are compared in pairs. Raises `ValueError` without patients.
    """
    names, owner = np.unique(np.asarray(list(patients), dtype=str), return_inverse=True)
    if len(names) == 0:
        raise ValueError("There are no patients to draw from.")
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    return drawn[:, owner].astype(np.float64)


def interval(values: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """The middle `level` of the resampled values: (low, high)."""
    tail = (1 - level) / 2
    low, high = np.quantile(np.asarray(values, dtype=np.float64), [tail, 1 - tail])
    return float(low), float(high)
