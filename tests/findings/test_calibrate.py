"""Calibration, thresholds and the reject option, on numbers whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.evaluation.findings_scores import calibration_error
from ecgscribe.findings.calibrate import (
    CONFIDENCE,
    Curve,
    best_f1_threshold,
    confidence,
    fit_curves,
    fit_isotonic,
    fit_platt,
    fit_thresholds,
    sigmoid,
    verdicts,
)


def drawn(n: int, slope: float, offset: float, seed: int = 0):
    random = np.random.default_rng(seed)
    z = random.normal(size=n)
    return z, (random.random(n) < sigmoid(slope * z + offset)).astype(float)


def test_platt_finds_the_curve_that_made_the_data():
    curve = fit_platt(*drawn(20000, 1.7, -2.0))
    assert (curve.slope, curve.offset) == (pytest.approx(1.7, abs=0.1), pytest.approx(-2.0, abs=0.1))


def test_a_label_without_cases_takes_the_common_curve():
    z, _ = drawn(200, 1, 0)
    curve = fit_platt(z[:2], np.zeros(2), prior=(1.3, -1.0), strength=50.0)
    assert (curve.slope, curve.offset) == (pytest.approx(1.3, abs=0.05), pytest.approx(-1.0, abs=0.05))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_isotonic_never_falls_and_stays_inside(seed):
    z, y = drawn(60, 2.0, 0.0, seed)
    found = fit_isotonic(z, y)(np.linspace(-5, 5, 200))
    assert (np.diff(found) >= 0).all() and found.min() > 0 and found.max() < 1


def test_fitting_lowers_the_calibration_error():
    z, y = drawn(4000, 3.0, -3.0)
    logits, target = np.stack([z, z], 1), np.stack([y, y], 1)
    before = calibration_error(target, sigmoid(logits))
    patients = [str(k // 2) for k in range(len(z))]
    after = np.stack([c(logits[:, k]) for k, c in enumerate(fit_curves(logits, target, patients))], 1)
    assert before > 0.15 and calibration_error(target, after) < 0.03


def test_curves_survive_their_file():
    for curve in (Curve(1.5, -0.25), Curve(points=((-1.0, 0.1), (2.0, 0.9)))):
        again = Curve.from_dict(curve.to_dict())
        np.testing.assert_allclose(again(np.linspace(-3, 3, 9)), curve(np.linspace(-3, 3, 9)))
        assert again.method == curve.method


def test_the_threshold_of_greatest_f1():
    probability = np.array([0.1, 0.2, 0.3, 0.6, 0.65, 0.7])
    assert 0.3 < best_f1_threshold(probability, np.array([0, 0, 0, 1, 1, 1])) <= 0.6
    both = np.stack([probability, probability], 1).repeat(4, 0)
    target = np.zeros_like(both)
    target[12:, 0] = 1
    target[20:, 1] = 1
    found, how = fit_thresholds(both, target)
    assert how == ("label", "pooled") and found[1] > found[0] - 1e-9


def test_below_the_stated_confidence_the_verdict_is_uncertain():
    p = np.array([0.05, 0.38, 0.4, 0.42, 0.9])
    assert verdicts(p, 0.4).tolist() == ["absent", "uncertain", "uncertain", "uncertain", "present"]
    assert confidence(np.array([0.5]), 0.4)[0] == pytest.approx(0.6), "1.5 times the odds of 0.4"
    assert CONFIDENCE == 0.6 and confidence(0.4, 0.4) == 0.5
