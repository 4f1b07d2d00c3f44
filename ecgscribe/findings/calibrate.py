"""Calibration and operating points: logits become probabilities one can believe, fitted on validation patients.

Platt scaling p = sigmoid(a z + b), a and b drawn towards those of all labels together where a label has few cases;
isotonic regression instead where it foretells held-out validation patients better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecgscribe.core.errors import BadModel

CONFIDENCE = 0.6
"""Below this confidence a verdict is "uncertain"; see `confidence`."""
ISOTONIC_CASES = 40
"""Isotonic regression is tried from so many positive and as many negative records on."""
THRESHOLD_CASES = 8
"""A label with fewer positive validation records takes the threshold of all labels together."""
_FLOOR = 1e-4


@dataclass(frozen=True)
class Curve:
    """One label's way from logit to probability: Platt's `slope` and `offset`, or the `points` (logit, probability) of
    an isotonic regression, between which is interpolated."""

    slope: float = 1.0
    offset: float = 0.0
    points: tuple[tuple[float, float], ...] = ()

    def __call__(self, logits: np.ndarray) -> np.ndarray:
        if self.points:
            x, y = np.array(self.points).T
            found = np.interp(logits, x, y)
        else:
            found = sigmoid(self.slope * np.asarray(logits, float) + self.offset)
        return np.clip(found, _FLOOR, 1 - _FLOOR)

    @property
    def method(self) -> str:
        return "isotonic" if self.points else "platt"

    def to_dict(self) -> dict:
        if self.points:
            return {"points": [[round(float(v), 5) for v in point] for point in self.points]}
        return {"slope": round(float(self.slope), 5), "offset": round(float(self.offset), 5)}

    @classmethod
    def from_dict(cls, fields: dict) -> Curve:
        if "points" in fields:
            return cls(points=tuple(tuple(point) for point in fields["points"]))
        if not {"slope", "offset"} <= set(fields):
            raise BadModel(f"A calibration curve with the fields {sorted(fields)}.", "Export the folder again.")
        return cls(fields["slope"], fields["offset"])


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(np.asarray(logits, float), -40, 40)))


def log_loss(target: np.ndarray, probability: np.ndarray) -> float:
    """Mean negative log likelihood of 0/1 targets."""
    p = np.clip(probability, _FLOOR, 1 - _FLOOR)
    return float(-np.mean(np.where(np.asarray(target) > 0, np.log(p), np.log(1 - p))))


def fit_platt(
    logits: np.ndarray, target: np.ndarray, prior: tuple[float, float] = (1.0, 0.0), strength: float = 0.0
) -> Curve:
    """The slope and offset of least log loss plus `strength` times their squared distance from `prior`.

    Newton's method on (n,) logits and 0/1 targets; the slope stays positive, so that order is never turned.
    """
    z, y = np.asarray(logits, float), np.asarray(target, float)
    at = np.array(prior, float)
    pull = np.full(2, max(strength, 1e-6))
    for _ in range(50):
        p = sigmoid(at[0] * z + at[1])
        slope = np.array([np.sum((p - y) * z), np.sum(p - y)]) + 2 * pull * (at - prior)
        w = p * (1 - p)
        bend = np.array([[np.sum(w * z * z), np.sum(w * z)], [np.sum(w * z), np.sum(w)]]) + 2 * np.diag(pull)
        step = np.linalg.solve(bend, slope)
        step *= min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        at = at - step
        at[0] = max(at[0], 0.05)
        if np.abs(step).max() < 1e-7:
            break
    return Curve(float(at[0]), float(at[1]))


def fit_isotonic(logits: np.ndarray, target: np.ndarray) -> Curve:
    """Pool adjacent violators; the shares of the pools, (hits + 1) / (n + 2), at the mean logit of each pool."""
    order = np.argsort(logits, kind="stable")
    pools: list[list[float]] = []  # hits, records, sum of logits
    for z, y in zip(np.asarray(logits, float)[order], np.asarray(target, float)[order], strict=True):
        pools.append([y, 1.0, z])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    shares = np.maximum.accumulate([(hits + 1) / (n + 2) for hits, n, _ in pools])
    return Curve(points=tuple((total / n, float(share)) for (_, n, total), share in zip(pools, shares, strict=True)))


def fit_curves(
    logits: np.ndarray, target: np.ndarray, patients: Sequence[str], folds: int = 5, isotonic: bool = True
) -> tuple[Curve, ...]:
    """One curve a label from validation `logits` and `target`, (n, labels); `patients` (n,) never cross the folds that
    choose between Platt and `isotonic`."""
    common = fit_platt(logits.ravel(), target.ravel())
    prior = (common.slope, common.offset)
    names = sorted(set(patients))
    fold = {name: k % folds for k, name in enumerate(names)}
    place = np.array([fold[name] for name in patients])
    curves = []
    for k in range(logits.shape[1]):
        z, y = logits[:, k], target[:, k]
        curve = fit_platt(z, y, prior, strength=2.0)
        if isotonic and min(y.sum(), len(y) - y.sum()) >= ISOTONIC_CASES:
            losses = {"platt": 0.0, "isotonic": 0.0}
            for held in range(folds):
                a, b = place != held, place == held
                losses["platt"] += log_loss(y[b], fit_platt(z[a], y[a], prior, 2.0)(z[b])) * b.sum()
                losses["isotonic"] += log_loss(y[b], fit_isotonic(z[a], y[a])(z[b])) * b.sum()
            if losses["isotonic"] < losses["platt"]:
                curve = fit_isotonic(z, y)
        curves.append(curve)
    return tuple(curves)


def fit_thresholds(probability: np.ndarray, target: np.ndarray, times: int = 1) -> tuple[np.ndarray, tuple[str, ...]]:
    """((labels,) thresholds, how each was chosen): the one of greatest F1 on validation, "label", or, with fewer than
    `THRESHOLD_CASES` positive records, that of all such labels pooled, "pooled". Every record stands `times` times."""
    rare = target.sum(0) < THRESHOLD_CASES * times
    pooled = best_f1_threshold(probability[:, rare].ravel(), target[:, rare].ravel()) if rare.any() else 0.5
    found = [pooled if few else best_f1_threshold(probability[:, k], target[:, k]) for k, few in enumerate(rare)]
    return np.array(found), tuple("pooled" if few else "label" for few in rare)


def best_f1_threshold(probability: np.ndarray, target: np.ndarray) -> float:
    """The threshold of greatest F1, from 0.05 to 0.7: the middle of all that reach it within 1 %."""
    grid = np.arange(0.05, 0.701, 0.01)
    hits = np.array([(target[probability >= t] > 0).sum() for t in grid], float)
    said = np.array([(probability >= t).sum() for t in grid], float)
    f1 = 2 * hits / np.maximum(said + target.sum(), 1)
    if not f1.max() > 0:
        return 0.5
    return round(float(np.median(grid[f1 >= f1.max() - 0.01])), 2)


def confidence(probability: np.ndarray, threshold: np.ndarray) -> np.ndarray:
    """How sure the side of the threshold is, 0.5 to 1: the odds' distance from the threshold's odds as a probability.

    0.6 is reached where the odds are 1.5 times above, or below, those of the threshold.
    """
    p, t = (np.clip(np.asarray(v, float), _FLOOR, 1 - _FLOOR) for v in (probability, threshold))
    return sigmoid(np.abs(np.log(p / (1 - p)) - np.log(t / (1 - t))))


def verdicts(probability: np.ndarray, threshold: np.ndarray, least: float = CONFIDENCE) -> np.ndarray:
    """ "present", "absent" or, below the confidence `least`, "uncertain"."""
    side = np.where(np.asarray(probability) >= threshold, "present", "absent")
    return np.where(confidence(probability, threshold) >= least, side, "uncertain")
