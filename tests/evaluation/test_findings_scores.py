"""Scores of findings against the vectors of the official programs and against values known by arithmetic."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.findings import Answers, person_features, scores_of, shuffled_answers
from ecgscribe.evaluation.findings_scores import (
    auroc,
    average_precision,
    calibration_error,
    challenge_f,
    ecgbench,
    f1_macro,
    f1_micro,
    hamming_loss,
    reliability,
)
from ecgscribe.findings.labels import Label


def test_challenge_2024_on_the_official_codes_answer():
    """physionetchallenges/evaluation-2024, run on these labels."""
    gold = [["NORM"], ["Old MI", "STTC"], ["AFIB/AFL", "CD"], ["NORM", "BRADY"], ["PVC", "HYP"]]
    said = [["NORM"], ["STTC"], ["AFIB/AFL", "CD", "TACHY"], ["NORM"], ["PVC", "Old MI"]]
    value, each = challenge_f(gold, said)
    assert value == pytest.approx(0.625)
    assert each == {"AFIB/AFL": 1, "BRADY": 0, "CD": 1, "HYP": 0, "NORM": 1, "Old MI": 0, "PVC": 1, "STTC": 1}
    gold = [["NORM"], ["Acute MI", "AFIB/AFL"], ["CD"], ["PVC", "CD"]]
    assert challenge_f(gold, [["NORM"], ["Acute MI"], ["CD"], ["CD"]])[0] == pytest.approx(0.6)
    gold, said = [["NORM"], ["MI", "STTC"], ["CD"], [""]], [["NORM"], ["MI"], ["CD", "HYP"], ["NORM"]]
    assert challenge_f(gold, said)[0] == pytest.approx(0.533333, abs=1e-6)
    assert challenge_f([["NORM"], []], [["NORM"], ["CD"]])[0] == 1, "records without gold labels are left out"


@pytest.mark.parametrize(
    "gold, said, expected",
    [
        (
            [["NORM"], ["MI", "STTC"], ["CD"], ["HYP", "STTC"], ["NORM"], ["MI"]],
            [["NORM"], ["MI"], ["CD", "HYP"], ["STTC", "HYP"], ["NORM", "STTC"], ["NORM"]],
            (0.83, 0.726667, 0.166667),
        ),
        (
            [["NORM"], ["ABNORMAL"], ["RBBB", "SB"], ["AF"], ["ST"]],
            [["NORM"], ["ABNORMAL"], ["RBBB"], ["AF"], ["ST", "LBBB"]],
            (0.916667, 0.833333, 0.033333),
        ),
        ([["AF"], ["NORM"]], [["AF"], ["NORM"]], (1.0, 1.0, 0.0)),
    ],
)
def test_ecgbench_on_the_official_answers(gold, said, expected):
    found = ecgbench(gold, said)
    assert (found["auc"], found["f1"], found["hamming"]) == pytest.approx(expected, abs=1e-6)


def test_ecgbench_auc_is_nan_when_a_class_has_none():
    assert np.isnan(ecgbench([["NORM"], ["NORM"]], [["NORM"], []])["auc"])


def test_areas_equal_scikit_learn_with_ties():
    random = np.random.default_rng(0)
    for n in (5, 60, 400):
        target = np.append(random.integers(0, 2, n), [0, 1])
        score = np.round(random.normal(size=n + 2) + 0.4 * target, 1)
        assert auroc(target, score) == pytest.approx(roc_auc_score(target, score))
        assert average_precision(target, score) == pytest.approx(average_precision_score(target, score))
    assert np.isnan(auroc(np.ones(3), np.arange(3))) and np.isnan(average_precision(np.zeros(3), np.arange(3)))


def test_f1_and_hamming_by_hand():
    target = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    said = np.array([[1, 0], [0, 1], [1, 0], [0, 0]])
    assert f1_macro(target, said) == pytest.approx((0.5 + 2 / 3) / 2)
    assert f1_micro(target, said) == pytest.approx(4 / 7) and hamming_loss(target, said) == pytest.approx(3 / 8)
    assert f1_macro(np.eye(3), np.eye(3)) == 1 and np.isnan(f1_macro(np.zeros((3, 2)), np.zeros((3, 2))))


def test_calibration_error_by_hand():
    probability = np.array([[0.1], [0.1], [0.9], [0.9]])
    assert calibration_error(np.array([[0], [0], [1], [1]]), probability) == pytest.approx(0.1)
    assert calibration_error(np.array([[1], [1], [0], [0]]), probability) == pytest.approx(0.9)
    assert sum(point["n"] for point in reliability(np.zeros((4, 1)), probability)) == 4


def some_answers(n: int = 60) -> Answers:
    codes = [("superclass", c) for c in ("NORM", "MI", "STTC", "CD", "HYP")] + [("statement", "PVC")]
    labels = tuple(Label(code, task, code) for task, code in codes)
    random = np.random.default_rng(1)
    target = (random.random((n, len(labels))) < 0.4).astype(float)
    probability = np.clip(0.25 + 0.5 * target + 0.2 * random.normal(size=target.shape), 0, 1)
    verdict = np.where(probability > 0.5, "present", "absent")
    return Answers(labels, target, probability, verdict, tuple(f"p{k // 2}" for k in range(n)), np.ones(n, bool))


def test_scores_have_intervals_around_them_and_shuffling_takes_them_away():
    answers = some_answers()
    scores = scores_of(answers, resamples=40)
    for name in ("superclass_auroc", "f1_micro", "challenge_f", "ecgbench_f1", "calibration_error"):
        assert scores[name]["low"] <= scores[name]["value"] <= scores[name]["high"] or name == "calibration_error"
    assert scores["superclass_auroc"]["value"] > 0.9 and scores["n"] == 60 and scores["patients"] == 30
    shuffled = scores_of(shuffled_answers(answers, np.roll(np.arange(60), 7)), resamples=0)
    assert 0.3 < shuffled["superclass_auroc"]["value"] < 0.7


def test_wrong_shapes_are_refused_with_what_is_needed():
    a = some_answers()
    with pytest.raises(BadOption, match=r"\(60, 6\) is needed"):
        Answers(a.labels, a.target[:, :4], a.probability, a.verdict, a.patients, a.read)


def test_features_of_a_person():
    found = person_features([60.0, None, 300.0], ["male", "female", ""])
    assert found.shape == (3, 6) and found[0].tolist() == [1, 0, 0, 0.5, 0, 0]
    assert found[1, 5] == 1 and found[2, 1] == pytest.approx(0.3), "300 stands for over 89"
