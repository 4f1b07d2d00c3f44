"""Values with intervals, differences in pairs, and what counts as the same caption."""

import numpy as np
import pytest

from ecgscribe.evaluation.captions import Sampler, distinct_share, folded
from ecgscribe.evaluation.ecg_captions.corpus import METRICS, Items


def items(rouge: list[float]) -> Items:
    n = len(rouge)
    bleu = np.tile([4, 4, 4, 3, 2, 1, 4, 3, 2, 1], (n, 1)).astype(float)
    return Items(bleu, np.array(rouge), np.array(rouge) * 10)


def test_values_lie_in_their_intervals_and_absent_scores_stay_absent():
    sampler = Sampler([f"p{k // 2}" for k in range(40)], 200, 1)
    scores = sampler.scores(items(list(np.linspace(0, 1, 40))))
    assert list(scores) == list(METRICS)
    assert scores["rouge_l"]["value"] == pytest.approx(0.5)
    assert scores["rouge_l"]["low"] < 0.5 < scores["rouge_l"]["high"]
    assert scores["bleu_4"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert scores["meteor"] is None


def test_differences_are_taken_on_the_same_resamples():
    sampler = Sampler([str(k) for k in range(30)], 200, 1)
    noisy = list(np.random.default_rng(0).random(30))
    better = items([value + 0.1 for value in noisy])
    found = sampler.differences(better, items(noisy))["rouge_l"]
    assert found == {"value": pytest.approx(0.1), "low": pytest.approx(0.1), "high": pytest.approx(0.1)}
    assert sampler.differences(better, better)["cider"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert sampler.differences(better, better)["spice"] is None


def test_one_patient_has_no_interval():
    assert Sampler(["p", "p"]).scores(items([0.2, 0.4]))["rouge_l"] == {"value": 0.3, "low": None, "high": None}


def test_distinct_captions():
    assert distinct_share(["Sinus rhythm.", "sinus  rhythm", "block", None, ""]) == pytest.approx(2 / 3)
    assert distinct_share([None, ""]) is None
    assert folded(" Sinus\nrhythm. ") == "sinus rhythm"
