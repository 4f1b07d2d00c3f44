"""The published scorer was run on these vectors; its figures stand here (see the module's docstring for its slip)."""

import numpy as np
import pytest
from scorer_signals import C, K, R

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.challenge2024 import (
    aligned,
    asci_score,
    ks_score,
    offset_of,
    snr_db,
    weighted_difference_mv,
)

NAN = float("nan")
LATER = np.where(K < 250, NAN, R + C)

# estimate: offset in samples and mV, SNR plain and official, SNR with the median of the noise, KS, ASCI, difference
VECTORS = {
    "ripple": (R + C, 0, 0.047301, 16.126965, 11.671074, 13.598670, 0.981572, -0.534000, 0.047867),
    "weaker": (0.9 * R, 0, 0, 20.0, 20.0, 44.954075, 1.0, 0.402, 0.007535),
    "higher": (R + 0.3, 0, 0.300792, -2.446359, 49.119657, 49.119657, 0.999857, 1.0, 0.000792),
    "late": (np.roll(R, 5), 5, 0, -1.619071, NAN, NAN, 1.0, 1.0, 0.0),
    "early": (np.roll(R, -13) + C + 0.1, -13, 0.148706, -3.177860, 0.605042, 0.681804, 0.997424, 1.0, 0.001683),
    "begun later": (LATER, 0, 0.047301, 12.174701, 8.963727, 10.744656, 0.973821, -0.512, 0.046282),
    "nothing": (np.full(1000, NAN), 0, 0, 0.0, 0.0, 0.0, NAN, NAN, NAN),
    "exact": (R, 0, 0, NAN, NAN, NAN, 1.0, 1.0, 0.0),
    "zeros": (0 * R, 0, 0, 0.0, 0.0, 24.954075, 0.0, -0.052, 0.075351),
    "short": ((R + C)[:900], 0, 0.047301, 14.439716, 10.547033, 12.565716, 0.977023, -0.522222, 0.046533),
    "turned": (-R, 0, -0.007843, -6.020600, -5.953711, 22.109940, 0.998708, -0.052, 0.149232),
    "doubled": (2 * R, 1, 0, 0.0, -0.867276, 22.529152, 0.990201, -0.055055, 0.079156),
    "too late": (np.roll(R, 60), 60, 0, -2.131875, -2.131875, 10.143813, 0.949885, -0.48, 0.148920),
    "too high": (R + 1.5, 0, 1.500020, -16.425760, -16.425760, -16.425760, 0.971929, -1.0, 1.500000),
}


def test_the_vectors_are_those_that_were_run():
    assert R.sum() == pytest.approx(101.807349, abs=1e-6)
    assert (R**2).mean() == pytest.approx(0.051240, abs=1e-6)
    np.testing.assert_allclose(R[[20, 25, 45]], [1.000034, 0.044710, 0.2], atol=1e-6)


@pytest.mark.parametrize("name", VECTORS)
def test_known_values_of_the_published_scorer(name):
    estimate, samples, height_mv, plain, official, middle, ks, asci, difference_mv = VECTORS[name]
    offset = offset_of(R, estimate)
    assert (offset.samples, offset.height_mv) == (samples, pytest.approx(height_mv, abs=1e-6))
    assert snr_db(R, aligned(R, estimate, 100, "plain")) == pytest.approx(plain, abs=2e-6, nan_ok=True)
    moved = aligned(R, estimate, 100, "official")
    assert snr_db(R, moved) == pytest.approx(official, abs=2e-6, nan_ok=True)
    assert snr_db(R, moved, middle=True) == pytest.approx(middle, abs=2e-6, nan_ok=True)
    assert ks_score(R, moved) == pytest.approx(ks, abs=2e-6, nan_ok=True)
    assert asci_score(R, moved) == pytest.approx(asci, abs=2e-6, nan_ok=True)
    assert weighted_difference_mv(R, moved, 100) == pytest.approx(difference_mv, abs=2e-6, nan_ok=True)


@pytest.mark.parametrize(
    "shift, kept, plain, official",
    [
        (-3, 3, 1.044056, -0.524637),
        (-2, 2, 3.933816, -0.344835),
        (-1, 1, 9.529301, -0.193553),
        (0, 1000, 30.106366, 26.527233),
        (1, 999, 9.525383, 26.511432),
        (2, 998, 3.932076, 26.472297),
        (3, 997, 1.043170, 26.472624),
        (20, 980, -2.165639, 25.887125),
    ],
)
def test_the_slip_with_early_estimates_is_kept_and_mended(shift, kept, plain, official):
    estimate = np.roll(R, shift) + 0.01 * np.cos(2 * np.pi * 101 * K / 1000)
    assert offset_of(R, estimate).samples == shift
    assert snr_db(R, estimate) == pytest.approx(plain, abs=2e-6)
    moved = aligned(R, estimate, 100, "official")
    assert np.isfinite(moved).sum() == kept
    assert snr_db(R, moved) == pytest.approx(official, abs=2e-6)
    mended = aligned(R, estimate, 100, "mended")
    assert np.isfinite(mended).sum() == 1000 - abs(shift)
    assert snr_db(R, mended) == pytest.approx(30.1, abs=0.1 + 0.04 * abs(shift)), "the noise alone is left"


@pytest.mark.parametrize(
    "reference, estimate, expected",
    [
        ([0, 1, 2, 3], [0, 1, 2, 2], 11.461280),
        ([0, 1, 2, 3], [0, NAN, 2, 2], 8.354575),
        ([0, NAN, 2, 3], [0, 1, 2, 2], 11.139434),
        ([0, 0, 0, 0], [0, 1, 2, 2], NAN),
    ],
)
def test_small_cases(reference, estimate, expected):
    assert snr_db(np.array(reference, float), np.array(estimate, float)) == pytest.approx(
        expected, abs=1e-6, nan_ok=True
    )


def test_small_cases_of_the_other_scores():
    reference, estimate = np.array([0.0, 1, 2, 3]), np.array([0.0, 1, 2, 2])
    assert ks_score(reference, estimate) == pytest.approx(0.9)
    assert asci_score(reference, estimate) == pytest.approx(0.5)


# the program's own tables for two records of a 3x4 page with lead II whole
def printed(signal: np.ndarray, column: int | None) -> np.ndarray:
    if column is None:
        return signal
    return np.where((K >= 250 * column) & (K < 250 * column + 250), signal, NAN)


@pytest.mark.parametrize(
    "column, plain, official",
    [
        (0, 15.798660, 7.365233),
        (None, 16.128423, 11.675128),
        (1, 16.268189, 12.411990),
        (2, 16.555734, 0.0),
        (3, 15.844641, 12.035401),
    ],
)
def test_leads_of_a_whole_page(column, plain, official):
    # stored with 16 bits at 1000 per mV, as the program reads them
    reference, estimate = (np.round(1000 * printed(signal, column)) / 1000 for signal in (R, R + C))
    assert snr_db(reference, estimate) == pytest.approx(plain, abs=1e-4)
    assert snr_db(reference, aligned(reference, estimate, 100, "official")) == pytest.approx(official, abs=1e-4)


def program_mean(deleted: bool, alignment: str) -> float:
    """The program's score of two records: a read as r + c, b as 0.9 r without V1; `deleted`: b has no output."""
    scores = []
    for k in range(24):
        lead, record_b = k % 12, k >= 12
        column = None if lead == 1 else lead // 3
        estimate = np.full(1000, NAN) if record_b and (deleted or lead == 6) else 0.9 * R if record_b else R + C
        reference, estimate = (np.round(1000 * printed(signal, column)) / 1000 for signal in (R, estimate))
        scores.append(snr_db(reference, aligned(reference, estimate, 100, alignment)))
    return float(np.nanmean(scores))


@pytest.mark.parametrize(
    "deleted, alignment, expected",
    [(False, "official", 13.308), (False, "plain", 17.224), (True, "official", 4.156)],
)
def test_the_whole_program_on_two_records(deleted, alignment, expected):
    assert program_mean(deleted, alignment) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize("column", [0, None, 1, 2, 3])
def test_a_weaker_record_as_the_program_stored_it(column):
    reference, estimate = (np.round(1000 * printed(signal, column)) / 1000 for signal in (R, 0.9 * R))
    assert 19.965 < snr_db(reference, aligned(reference, estimate, 100, "official")) < 19.970


def test_an_unknown_alignment_is_refused():
    with pytest.raises(BadOption, match="sideways"):
        aligned(R, R, 100, "sideways")
