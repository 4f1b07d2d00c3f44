"""Findings that do not contradict each other: a statement never likelier than what it is a kind of, NORM said alone.

A diagnostic statement is a kind of its superclass, AFIB a kind of "AFIB/AFL": the whole is at least as likely as its
likeliest part, and the part's threshold at least as high as the whole's. A statement that is present (or uncertain) so
has a superclass that is present (or at least uncertain), by arithmetic alone. NORM keeps its probability beside that of
an abnormal class (each is calibrated by itself, and 4 % of PTB-XL's normal ECGs carry another class): only its verdict
gives way. Held below what the likeliest abnormal class leaves, it lost 0.005 to 0.009 of AUROC on validation patients.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecgscribe.findings.calibrate import CONFIDENCE, verdicts
from ecgscribe.findings.labels import GROUPED, Label

NORMAL = "NORM"
_NEVER_NORMAL = ("AFIB/AFL", "PACE")
"""Beside the other superclasses, what no normal ECG shows."""


def wholes(labels: Sequence[Label]) -> list[tuple[int, int]]:
    """(part, whole) places of every pair that must agree."""
    place = {(label.task, label.code): k for k, label in enumerate(labels)}
    pairs = []
    for k, label in enumerate(labels):
        if label.task != "statement":
            continue
        groups = [code for code, parts in GROUPED.items() if label.code in parts]
        for whole in [("superclass", label.superclass), *(("challenge", code) for code in groups)]:
            if whole in place:
                pairs.append((k, place[whole]))
    return pairs


def agreeing(labels: Sequence[Label], probability: np.ndarray) -> np.ndarray:
    """(n, labels): every whole raised to its likeliest part."""
    out = np.array(probability, float)
    for part, whole in wholes(labels):
        out[:, whole] = np.maximum(out[:, whole], out[:, part])
    return out


def agreeing_thresholds(labels: Sequence[Label], thresholds: np.ndarray) -> np.ndarray:
    """(labels,): the threshold of a part is at least that of its whole."""
    out = np.array(thresholds, float)
    for part, whole in wholes(labels):
        out[part] = max(out[part], out[whole])
    return out


def agreeing_verdicts(
    labels: Sequence[Label], probability: np.ndarray, thresholds: np.ndarray, least: float = CONFIDENCE
) -> np.ndarray:
    """(n, labels) verdicts of probabilities and thresholds that agree; NORM is at most "uncertain" beside a present
    abnormal class, and at most that beside an uncertain one."""
    said = verdicts(probability, thresholds, least)
    normal, other = _normal_and_other(labels)
    if normal is not None and other:
        doubtful = (said[:, other] != "absent").any(1) & (said[:, normal] == "present")
        said[doubtful, normal] = "uncertain"
    return said


def _normal_and_other(labels: Sequence[Label]) -> tuple[int | None, list[int]]:
    normal = next((k for k, label in enumerate(labels) if label.task == "superclass" and label.code == NORMAL), None)
    other = [
        k
        for k, label in enumerate(labels)
        if (label.task == "superclass" and label.code != NORMAL) or label.code in _NEVER_NORMAL
    ]
    return normal, other
