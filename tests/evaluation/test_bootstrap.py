"""Resampling by patient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.evaluation.bootstrap import interval, patient_weights

PATIENTS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.integers(0, 100))
def test_patients_are_drawn_whole_and_as_many_as_there_are(patients, seed):
    weights = patient_weights(patients, 20, seed)
    first = [patients.index(patient) for patient in patients]
    assert weights.shape == (20, len(patients))
    assert (weights == weights[:, first]).all(), "all rows of a patient have one weight"
    assert (weights[:, sorted(set(first))].sum(axis=1) == len(set(patients))).all()
    assert (weights == patient_weights(patients, 20, seed)).all()


def test_another_seed_draws_otherwise():
    patients = [str(k) for k in range(30)]
    assert (patient_weights(patients, 5, 1) != patient_weights(patients, 5, 2)).any()


def test_the_interval_of_a_mean_is_as_wide_as_theory_says():
    values = np.random.default_rng(0).normal(size=400)
    weights = patient_weights([str(k) for k in range(400)], 2000, 0)
    low, high = interval(weights @ values / 400)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / np.sqrt(400), rel=0.1)
    assert low < values.mean() < high


def test_two_rows_a_patient_widen_the_interval():
    values = np.repeat(np.random.default_rng(0).normal(size=200), 2)
    widths = []
    for patients in ([str(k) for k in range(400)], [str(k // 2) for k in range(400)]):
        low, high = interval(patient_weights(patients, 2000, 0) @ values / 400)
        widths.append(high - low)
    assert widths[1] == pytest.approx(widths[0] * np.sqrt(2), rel=0.15)


def test_nobody_cannot_be_drawn():
    with pytest.raises(ValueError, match="no patients"):
        patient_weights([])
