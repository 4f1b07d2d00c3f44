"""What the vision tower knows: a linear probe for the five diagnostic superclasses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.bootstrap import RESAMPLES, interval, patient_weights

SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
PENALTY = 0.05
"""C of the logistic regression; fixed, so that nothing is chosen on test pages."""


def targets(superclasses: Sequence[Sequence[str]]) -> np.ndarray:
    """Lists of superclasses -> bool (n, 5) in the order of `SUPERCLASSES`."""
    return np.array([[name in row for name in SUPERCLASSES] for row in superclasses], dtype=bool).reshape(-1, 5)


def linear_probe(
    x_train: np.ndarray,
    y_train: np.ndarray,
    x_test: np.ndarray,
    y_test: np.ndarray,
    patients: Sequence[str],
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict:
    """Macro AUROC of one logistic regression a class on frozen embeddings.

    `x_*` (n, d) float, `y_*` (n, k) bool, `patients` of the test rows. Rows with NaN (pages that could not
    be read) are left out and counted. Returns "macro" {value, low, high} with a 95 % interval by patient
    (None when the test side is so small that most resamples lose a class),
    "per_class" (None where a class is absent on one side), "shuffled_labels" (the same probe trained on
    permuted labels: about 0.5), "n_train", "n_test", "left_out". Raises `BadOption` when no class can be probed.
    """
    seen_train, seen_test = np.isfinite(x_train).all(axis=1), np.isfinite(x_test).all(axis=1)
    x_train, y_train = np.asarray(x_train)[seen_train], np.asarray(y_train, bool)[seen_train]
    x_test, y_test = np.asarray(x_test)[seen_test], np.asarray(y_test, bool)[seen_test]
    patients = [patient for patient, seen in zip(patients, seen_test, strict=True) if seen]
    usable = [k for k in range(y_train.shape[1]) if _both(y_train[:, k]) and _both(y_test[:, k])]
    if not usable:
        raise BadOption("No superclass occurs and lacks on both sides, so nothing can be probed.", "Use more rows.")
    mean, spread = x_train.mean(axis=0), x_train.std(axis=0) + 1e-6
    x_train, x_test = (x_train - mean) / spread, (x_test - mean) / spread
    order = np.random.default_rng(seed).permutation(len(y_train))
    scores = _probabilities(x_train, y_train, x_test, usable)
    shuffled = _probabilities(x_train, y_train[order], x_test, usable)
    weights = patient_weights(patients, resamples, seed)
    per_class = {k: _weighted_auroc(scores[k], y_test[:, k], np.ones((1, len(y_test))))[0] for k in usable}
    drawn = np.array([_weighted_auroc(scores[k], y_test[:, k], weights) for k in usable])
    whole = np.isfinite(drawn).all(axis=0)  # resamples in which every probed class occurs and lacks
    low, high = interval(drawn[:, whole].mean(axis=0)) if 2 * whole.sum() > len(whole) else (None, None)
    control = [_weighted_auroc(shuffled[k], y_test[:, k], np.ones((1, len(y_test))))[0] for k in usable]
    return {
        "macro": {"value": float(np.mean(list(per_class.values()))), "low": low, "high": high},
        "per_class": [float(per_class[k]) if k in per_class else None for k in range(y_train.shape[1])],
        "shuffled_labels": float(np.mean(control)),
        "n_train": len(x_train),
        "n_test": len(x_test),
        "left_out": int((~seen_train).sum() + (~seen_test).sum()),
    }


def _both(labels: np.ndarray) -> bool:
    return bool(labels.any() and not labels.all())


def _probabilities(x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, usable: list[int]) -> dict:
    from sklearn.linear_model import LogisticRegression

    fitted = {k: LogisticRegression(C=PENALTY, max_iter=2000).fit(x_train, y_train[:, k]) for k in usable}
    return {k: model.decision_function(x_test) for k, model in fitted.items()}


def _weighted_auroc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Area under the ROC curve for each row of `weights` (B, n) -> (B,); NaN where a side has no weight.

    The share of (positive, negative) pairs in the right order, ties half, each pair as heavy as its two weights.
    """
    order = np.argsort(scores, kind="stable")
    sorted_scores, positive, heavy = scores[order], labels[order], weights[:, order]
    starts = np.flatnonzero(np.r_[True, sorted_scores[1:] != sorted_scores[:-1]])
    ups = np.add.reduceat(heavy * positive, starts, axis=1)
    downs = np.add.reduceat(heavy * ~positive, starts, axis=1)
    below = np.cumsum(downs, axis=1) - downs
    pairs = ups.sum(axis=1) * downs.sum(axis=1)
    right = (ups * (below + downs / 2)).sum(axis=1)
    return np.divide(right, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
