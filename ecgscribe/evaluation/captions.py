"""Scores of captions with intervals, and the difference of two systems with its own, in plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecgscribe.evaluation.bootstrap import RESAMPLES, interval, patient_weights
from ecgscribe.evaluation.ecg_captions.corpus import METRICS, Items, corpus_scores

Number = dict[str, float | None]
"""{"value", "low", "high"}; the bounds are None when there are fewer than two patients."""


class Sampler:
    """The resamples of one set of items, shared by all systems that are scored on it."""

    def __init__(self, patients: Sequence[str], resamples: int = RESAMPLES, seed: int = 0):
        self.patients = [str(patient) for patient in patients]
        enough = len(set(self.patients)) > 1
        self._weights = patient_weights(self.patients, resamples, seed) if enough else None

    def scores(self, items: Items) -> dict[str, Number | None]:
        """metric -> value and 95 % interval; None for what could not be computed."""
        return {name: self._number(*pair) for name, pair in self._both(items).items()}

    def differences(self, items: Items, others: Items) -> dict[str, Number | None]:
        """metric -> `items` minus `others` on the same resamples; None for what could not be computed."""
        first, second = self._both(items), self._both(others)
        return {name: self._number(*map(_minus, first[name], second[name])) for name in METRICS}

    def _both(self, items: Items) -> dict[str, tuple[np.ndarray | None, np.ndarray | None]]:
        whole = corpus_scores(items)
        drawn = corpus_scores(items, self._weights) if self._weights is not None else dict.fromkeys(METRICS)
        return {name: (whole[name], drawn[name]) for name in METRICS}

    @staticmethod
    def _number(whole: np.ndarray | None, drawn: np.ndarray | None) -> Number | None:
        if whole is None or not np.isfinite(whole[0]):
            return None
        low, high = (None, None) if drawn is None else interval(drawn)
        return {
            name: None if v is None else round(float(v), 6)
            for name, v in (("value", whole[0]), ("low", low), ("high", high))
        }


def _minus(first: np.ndarray | None, second: np.ndarray | None) -> np.ndarray | None:
    return None if first is None or second is None else first - second


def distinct_share(captions: Sequence[str | None]) -> float | None:
    """Different captions among those given, 0 to 1, blanks and capitals aside; None when there is none."""
    given = [folded(caption) for caption in captions if caption]
    return len(set(given)) / len(given) if given else None


def folded(caption: str) -> str:
    """A caption for comparing whole texts: lower case, single blanks, no full stop at the end."""
    return " ".join(caption.lower().split()).rstrip(". ")
