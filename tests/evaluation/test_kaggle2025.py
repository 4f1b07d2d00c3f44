import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorer_signals import COLUMN, C, R

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.kaggle2025 import aligned, decibels, kaggle_powers, kaggle_ratio, kaggle_score


def page(signal: np.ndarray) -> dict[str, np.ndarray]:
    """The leads of a 3x4 page with lead II whole, all from one signal."""
    return {lead: signal if lead == "II" else signal[250 * c : 250 * c + 250] for lead, c in COLUMN.items()}


# run with the competition's own metric on the same vectors
@pytest.mark.parametrize(
    "read, expected",
    [
        (R, 25.843312),
        (R + C, 16.201587),
        (0.9 * R, 20.986069),
        (R + 0.3, 25.843312),
        (np.roll(R, 5), 16.860493),
        (np.roll(R, -13) + C + 0.1, 9.471559),
        (np.zeros(1000), 0.986069),
        (-R, -1.146551),
        (np.roll(R, 30), -1.788768),
        (np.roll(R, 20), 9.106862),
        (2 * R, 0.986069),
        (np.full(1000, 5.0), 0.986069),
    ],
)
def test_known_values_of_the_kaggle_metric(read, expected):
    assert decibels(kaggle_ratio(page(R), page(read), 100)) == pytest.approx(expected, abs=1e-5)


def test_a_lead_not_read_counts_as_zeros():
    read = page(R)
    del read["V1"]
    assert decibels(kaggle_ratio(page(R), read, 100)) == pytest.approx(12.344269, abs=1e-5)


def test_the_score_of_a_set_is_the_mean_of_ratios():
    ratios = [kaggle_ratio(page(R), page(read), 100) for read in (R + C, 0.9 * R)]
    assert kaggle_score(ratios) == pytest.approx(19.221843, abs=1e-5)
    ratios = [kaggle_ratio(page(R), page(read), 100) for read in (R, -R)]
    assert kaggle_score(ratios) == pytest.approx(22.841689, abs=1e-5)


def test_alignment_example():
    moved = aligned(np.array([0, 0, 1, 2, 1, 0, 0.0]), np.array([1, 2, 1, 0, 0, 0, 0.0]), 10)
    np.testing.assert_array_equal(moved, [np.nan, np.nan, 1, 2, 1, 0, 0])


@given(st.floats(-2, 2), st.integers(-15, 15))
def test_height_does_not_count_and_time_only_by_what_falls_off(offset_mv, shift):
    here = kaggle_powers(R, np.roll(R, shift) + offset_mv, 100)
    plain = kaggle_powers(R, np.roll(R, shift), 100)
    assert here == pytest.approx(plain, rel=1e-9, abs=1e-9)


def test_an_empty_truth_is_refused():
    with pytest.raises(BadOption, match="finite"):
        kaggle_powers(np.array([]), np.array([1.0]), 100)
