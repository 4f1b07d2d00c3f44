"""The linear probe: knows what is there, knows nothing of noise, and counts as scikit-learn does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.probe import SUPERCLASSES, _weighted_auroc, linear_probe, targets

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.random((400, 5)) < 0.3
KNOWING = LABELS @ GENERATOR.normal(size=(5, 12)) + 0.3 * GENERATOR.normal(size=(400, 12))
NOISE = GENERATOR.normal(size=(400, 12))
PATIENTS = [f"p{k // 2}" for k in range(200)]


def probe(vectors, **changes):
    arguments = {"x_train": vectors[:200], "y_train": LABELS[:200], "x_test": vectors[200:], "y_test": LABELS[200:]}
    return linear_probe(**arguments | changes, patients=PATIENTS, seed=1, resamples=200)


def test_embeddings_that_know_the_classes_are_found_out():
    found = probe(KNOWING)
    assert found["macro"]["value"] > 0.95
    assert found["macro"]["low"] <= found["macro"]["value"] <= found["macro"]["high"]
    assert found["shuffled_labels"] < 0.65
    assert (found["n_train"], found["n_test"], found["left_out"]) == (200, 200, 0)
    assert found == probe(KNOWING), "the same seed gives the same numbers"


def test_noise_knows_nothing():
    found = probe(NOISE)
    assert 0.4 < found["macro"]["value"] < 0.6


def test_unread_pages_are_left_out_and_counted():
    vectors = KNOWING.copy()
    vectors[[3, 250, 251]] = np.nan
    found = probe(vectors)
    assert found["left_out"] == 3
    assert found["macro"]["value"] > 0.95


def test_a_class_absent_on_one_side_is_none_and_not_in_the_mean():
    absent = LABELS[200:].copy()
    absent[:, 2] = False
    found = probe(KNOWING, y_test=absent)
    assert found["per_class"][2] is None
    assert found["macro"]["value"] == pytest.approx(np.mean([v for v in found["per_class"] if v is not None]))
    with pytest.raises(BadOption, match="nothing can be probed"):
        probe(KNOWING, y_test=np.zeros_like(absent))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=20))
def test_the_weighted_auroc_is_scikit_learns(rows):
    scores, labels, weights = (np.array(column) for column in zip(*rows, strict=True))
    found = _weighted_auroc(scores.astype(float), labels, weights[None].astype(float))[0]
    if weights[labels].sum() == 0 or weights[~labels].sum() == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(labels, scores, sample_weight=weights))


def test_targets_follow_the_order_of_the_classes():
    assert targets([["MI", "NORM"], [], ["HYP"]]).tolist() == [
        [True, True, False, False, False], [False] * 5, [False, False, False, False, True],
    ]  # fmt: skip
    assert SUPERCLASSES == ("NORM", "MI", "STTC", "CD", "HYP")
