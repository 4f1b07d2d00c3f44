"""All scores of one set of findings: value and 95 % interval by patient, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.bootstrap import interval, patient_weights
from ecgscribe.evaluation.findings_scores import (
    auroc,
    average_precision,
    calibration_error,
    challenge_f,
    ecgbench,
    f1_macro,
    f1_micro,
    hamming_loss,
    macro,
    reliability,
)
from ecgscribe.findings.labels import CHALLENGE, Label

LEAST = 10
"""Statements with fewer records of the split are left out of macro means over statements."""
RESAMPLES = 300


@dataclass(frozen=True, eq=False)
class Answers:
    """`target` 0/1, `probability` and `verdict` (present, absent, uncertain), each (n, labels); `patients` (n,);
    `read` bool (n,) whether the record's page could be assessed. Raises `BadOption` for other shapes."""

    labels: tuple[Label, ...]
    target: np.ndarray
    probability: np.ndarray
    verdict: np.ndarray
    patients: tuple[str, ...]
    read: np.ndarray

    def __post_init__(self):
        wanted = (len(self.patients), len(self.labels))
        for name in ("target", "probability", "verdict"):
            if getattr(self, name).shape != wanted:
                raise BadOption(f"{name} has the shape {getattr(self, name).shape}; {wanted} is needed.")
        if len(self.read) != len(self.patients):
            raise BadOption(f"read has {len(self.read)} entries; {len(self.patients)} are needed.")

    def drawn(self, rows: np.ndarray) -> Answers:
        """The answers of these rows, which may repeat."""
        parts = (self.target[rows], self.probability[rows], self.verdict[rows])
        return Answers(self.labels, *parts, tuple(self.patients[k] for k in rows), self.read[rows])

    def columns(self, task: str) -> list[int]:
        return [k for k, label in enumerate(self.labels) if label.task == task]


def superclass_rows(answers: Answers) -> np.ndarray:
    """Records with any superclass: those without a diagnostic statement are no part of that task."""
    return np.flatnonzero(answers.target[:, answers.columns("superclass")].sum(1) > 0)


def named(answers: Answers, held: np.ndarray) -> list[list[str]]:
    """(n, labels) bool -> the Challenge 2024's labels of every record; "Old MI" stands for every MI."""
    place = {(label.task, label.code): k for k, label in enumerate(answers.labels)}
    columns = {name: place[head] for name, head in CHALLENGE.items() if head in place}
    return [[name for name, k in columns.items() if row[k]] for row in held]


def _superclass(score: Callable) -> Callable[[Answers], float]:
    def value(answers: Answers) -> float:
        rows, columns = superclass_rows(answers), answers.columns("superclass")
        return macro(score, answers.target[np.ix_(rows, columns)], answers.probability[np.ix_(rows, columns)])

    return value


def _statements(score: Callable) -> Callable[[Answers], float]:
    def value(answers: Answers) -> float:
        columns = answers.columns("statement")
        return macro(score, answers.target[:, columns], answers.probability[:, columns], LEAST)

    return value


def _normal(answers: Answers) -> float:
    k = [label.code for label in answers.labels].index("NORM")
    return auroc(answers.target[:, k], answers.probability[:, k])


def _said(answers: Answers) -> np.ndarray:
    return answers.verdict == "present"


def _ecgbench(figure: str) -> Callable[[Answers], float]:
    def value(answers: Answers) -> float:
        rows, columns = superclass_rows(answers), answers.columns("superclass")
        names = [answers.labels[k].code for k in columns]
        sides = (
            [[name for name, yes in zip(names, row, strict=True) if yes] for row in held[np.ix_(rows, columns)]]
            for held in (answers.target > 0, _said(answers))
        )
        return ecgbench(*sides)[figure]

    return value


def _on_superclasses(score: Callable) -> Callable[[Answers], float]:
    def value(answers: Answers) -> float:
        rows, columns = superclass_rows(answers), answers.columns("superclass")
        return score(answers.target[np.ix_(rows, columns)], _said(answers)[np.ix_(rows, columns)])

    return value


def _decided(answers: Answers) -> float:
    """Share of correct verdicts among those that are not "uncertain"."""
    sure = answers.verdict != "uncertain"
    return float((_said(answers) == (answers.target > 0))[sure].mean()) if sure.any() else float("nan")


SCORES: dict[str, Callable[[Answers], float]] = {
    "superclass_auroc": _superclass(auroc),
    "superclass_average_precision": _superclass(average_precision),
    "superclass_f1_macro": _on_superclasses(f1_macro),
    "normal_auroc": _normal,
    "statement_auroc": _statements(auroc),
    "statement_average_precision": _statements(average_precision),
    "f1_macro": lambda a: f1_macro(a.target, _said(a), LEAST),
    "f1_micro": lambda a: f1_micro(a.target, _said(a)),
    "hamming_loss": lambda a: hamming_loss(a.target, _said(a)),
    "challenge_f": lambda a: challenge_f(named(a, a.target > 0), named(a, _said(a)))[0],
    "ecgbench_auc": _ecgbench("auc"),
    "ecgbench_f1": _ecgbench("f1"),
    "ecgbench_hamming": _ecgbench("hamming"),
    "calibration_error": lambda a: calibration_error(a.target, a.probability),
    "superclass_calibration_error": lambda a: calibration_error(
        a.target[:, a.columns("superclass")], a.probability[:, a.columns("superclass")]
    ),
    "certain_share": lambda a: float((a.verdict != "uncertain").mean()),
    "certain_correct": _decided,
}


def scores_of(answers: Answers, resamples: int = RESAMPLES, seed: int = 0) -> dict:
    """Every score of `SCORES` as {"value", "low", "high"}, beside n, patients, the share of pages that were read,
    each label's figures and the reliability curves. A score that cannot be had is None."""
    counts = patient_weights(answers.patients, resamples, seed).astype(int) if resamples else np.zeros((0, 0), int)
    draws = [answers.drawn(np.repeat(np.arange(len(answers.patients)), row)) for row in counts]
    result = {}
    for name, score in SCORES.items():
        value = _quiet(score, answers)
        found = np.array([_quiet(score, drawn) for drawn in draws])
        found = found[np.isfinite(found)]
        low, high = interval(found) if len(found) and np.isfinite(value) else (None, None)
        result[name] = {"value": value if np.isfinite(value) else None, "low": low, "high": high}
    return result | {
        "n": len(answers.patients),
        "patients": len(set(answers.patients)),
        "read_share": float(answers.read.mean()),
        "labels": [_of_label(answers, k) for k in range(len(answers.labels))],
        "reliability": reliability(answers.target, answers.probability),
        "superclass_reliability": reliability(
            *(v[:, answers.columns("superclass")] for v in (answers.target, answers.probability))
        ),
    }


def _quiet(score: Callable[[Answers], float], answers: Answers) -> float:
    with np.errstate(all="ignore"):
        try:
            return score(answers)
        except ValueError:  # a resample without any record of the task
            return float("nan")


def _of_label(answers: Answers, k: int) -> dict:
    target, label = answers.target[:, k], answers.labels[k]
    area, precision = auroc(target, answers.probability[:, k]), average_precision(target, answers.probability[:, k])
    return {
        "code": label.code,
        "task": label.task,
        "cases": int(target.sum()),
        "auroc": area if np.isfinite(area) else None,
        "average_precision": precision if np.isfinite(precision) else None,
    }


def prevalence_answers(answers: Answers, share: Sequence[float], limits: np.ndarray) -> Answers:
    """The control that knows only how frequent every label was in training."""
    probability = np.tile(np.asarray(share, float), (len(answers.patients), 1))
    return _with(answers, probability, limits)


def shuffled_answers(answers: Answers, order: np.ndarray) -> Answers:
    """The control that read another patient's page."""
    return Answers(
        answers.labels,
        answers.target,
        answers.probability[order],
        answers.verdict[order],
        answers.patients,
        answers.read,
    )


def person_answers(
    answers: Answers, train: np.ndarray, train_target: np.ndarray, test: np.ndarray, limits: np.ndarray
) -> Answers:
    """The control that knows age and sex only: a logistic regression a label on `person_features` of training."""
    probability = np.stack([_logistic(train, train_target[:, k], test) for k in range(len(answers.labels))], 1)
    return _with(answers, probability, limits)


def person_features(ages: Sequence[float | None], sexes: Sequence[str]) -> np.ndarray:
    """(n, 6): 1, age, age squared, sex, age times sex, age unknown. Ages in centuries, 300 years counting as 90."""
    known = np.array([age is not None for age in ages], float)
    age = np.array([min(age if age is not None else 60.0, 90.0) / 100 for age in ages]) - 0.6
    male = np.array([{"male": 0.5, "female": -0.5}.get(sex, 0.0) for sex in sexes])
    return np.stack([np.ones(len(age)), age, age * age, male, age * male, 1 - known], 1)


def _logistic(train: np.ndarray, target: np.ndarray, test: np.ndarray, ridge: float = 0.1) -> np.ndarray:
    """Probabilities of `test` rows by Newton's method on `train`, lightly drawn to zero."""
    weight = np.zeros(train.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(train @ weight, -30, 30)))
        bend = (train * (p * (1 - p))[:, None]).T @ train + ridge * np.eye(len(weight))
        weight -= np.linalg.solve(bend, train.T @ (p - target) + ridge * weight)
    return 1 / (1 + np.exp(-np.clip(test @ weight, -30, 30)))


def _with(answers: Answers, probability: np.ndarray, limits: np.ndarray) -> Answers:
    verdict = np.where(probability >= limits, "present", "absent")
    return Answers(answers.labels, answers.target, probability, verdict, answers.patients, answers.read)
