"""Scores of findings: AUROC, average precision, F1, Hamming loss, calibration, each exactly as defined in its line.

`target` bool or 0/1 (n, labels), `probability` float (n, labels), `said` bool (n, labels). Labels without a positive or
without a negative record have no AUROC (NaN) and are left out of means.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def auroc(target: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve of one label, (n,) and (n,): the chance that a positive record scores above a negative
    one, ties counting half. NaN without both."""
    target = np.asarray(target).astype(bool)
    positive, negative = int(target.sum()), int((~target).sum())
    if not positive or not negative:
        return float("nan")
    return float((_ranks(np.asarray(score, float))[target].sum() - positive * (positive + 1) / 2) / positive / negative)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


def average_precision(target: np.ndarray, score: np.ndarray) -> float:
    """Sum over thresholds of precision times recall gained, equal scores together. NaN without a positive record."""
    target = np.asarray(target).astype(bool)
    if not target.any():
        return float("nan")
    order = np.argsort(-np.asarray(score, float), kind="stable")
    hits, ordered = np.cumsum(target[order]), np.asarray(score, float)[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    precision, recall = hits[last] / (last + 1), hits[last] / target.sum()
    return float(np.sum(precision * np.diff(recall, prepend=0.0)))


def macro(score, target: np.ndarray, values: np.ndarray, least: int = 1) -> float:
    """Mean of `score` over the labels with at least `least` positive records, NaN left out."""
    columns = np.flatnonzero(np.asarray(target).sum(0) >= least)
    each = np.array([score(target[:, k], values[:, k]) for k in columns])
    return float(np.nanmean(each)) if len(each) and np.isfinite(each).any() else float("nan")


def f1_of_each(target: np.ndarray, said: np.ndarray) -> np.ndarray:
    """(labels,) 2TP / (2TP + FP + FN), NaN where neither said nor true."""
    target, said = np.asarray(target).astype(bool), np.asarray(said).astype(bool)
    hits = (target & said).sum(0)
    below = target.sum(0) + said.sum(0)
    return np.divide(2 * hits, below, out=np.full(len(hits), np.nan), where=below > 0)


def f1_micro(target: np.ndarray, said: np.ndarray) -> float:
    """F1 of all cells together."""
    target, said = np.asarray(target).astype(bool), np.asarray(said).astype(bool)
    below = int(target.sum() + said.sum())
    return float(2 * (target & said).sum() / below) if below else float("nan")


def f1_macro(target: np.ndarray, said: np.ndarray, least: int = 1) -> float:
    """Mean F1 over the labels with at least `least` positive records."""
    kept = np.asarray(target).sum(0) >= least
    each = f1_of_each(target, said)[kept]
    return float(np.nanmean(each)) if np.isfinite(each).any() else float("nan")


def hamming_loss(target: np.ndarray, said: np.ndarray) -> float:
    """Share of wrong cells."""
    return float((np.asarray(target).astype(bool) != np.asarray(said).astype(bool)).mean())


def challenge_f(gold: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> tuple[float, dict[str, float]]:
    """(macro F, F of each class) of the Challenge 2024 (physionetchallenges/evaluation-2024, helper_code.py).

    Classes are the labels that occur in `gold`; labels only said do not count; records without a gold label are left
    out, an empty string is a label like any other; a class neither true nor said is NaN and left out of the mean.
    """
    pairs = [(set(true), set(told)) for true, told in zip(gold, said, strict=True) if len(true)]
    classes = sorted(set().union(*(true for true, _ in pairs)))
    target = np.array([[name in true for name in classes] for true, _ in pairs])
    told = np.array([[name in answer for name in classes] for _, answer in pairs])
    each = f1_of_each(target, told)
    return float(np.nanmean(each)), dict(zip(classes, each.tolist(), strict=True))


def ecgbench(gold: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> dict[str, float]:
    """ECGBench's three figures of multi-label tasks: {"auc", "f1", "hamming"}, 0 to 1.

    Classes are the labels that occur in `gold`, others are ignored. AUC is the mean over the classes of the ROC area
    of the 0/1 answers, that is of (sensitivity + specificity) / 2, NaN when a class has it; F1 the mean over the
    classes, 0 where neither true nor said; Hamming loss the share of wrong cells.
    """
    classes = sorted(set().union(*(set(true) for true in gold)))
    target = np.array([[name in true for name in classes] for true in gold])
    told = np.array([[name in answer for name in classes] for answer in said])
    areas = [auroc(target[:, k], told[:, k].astype(float)) for k in range(len(classes))]
    f1 = np.nan_to_num(f1_of_each(target, told), nan=0.0)
    return {"auc": float(np.mean(areas)), "f1": float(f1.mean()), "hamming": hamming_loss(target, told)}


def calibration_error(target: np.ndarray, probability: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error of all cells: over `bins` equal bins of probability, the mean distance between mean
    probability and share of positives, weighted by cells (Guo et al. 2017, with the probability of "present")."""
    curve = reliability(target, probability, bins)
    total = sum(point["n"] for point in curve)
    return float(sum(point["n"] * abs(point["probability"] - point["share"]) for point in curve) / total)


def reliability(target: np.ndarray, probability: np.ndarray, bins: int = 15) -> list[dict]:
    """The reliability curve: for every bin that holds cells its mean probability, share of positives, and cells."""
    true, value = np.asarray(target, float).ravel(), np.asarray(probability, float).ravel()
    place = np.minimum((value * bins).astype(int), bins - 1)
    return [
        {"probability": float(value[here].mean()), "share": float(true[here].mean()), "n": int(here.sum())}
        for here in (place == k for k in range(bins))
        if here.any()
    ]
