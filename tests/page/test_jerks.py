"""A scanner's jerks: told only where most bands of the paper agree, then followed within tenths of a millimetre."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.page.jerks import BANDS, FINE, followed, jerky, leaps, lines, middle

WIDE_MM = 200
MM = np.arange(WIDE_MM * FINE) / FINE


def jerk(at_mm=101.0, high_mm=0.3, rises_mm=8.0, falls_mm=1.5):
    """The lag of a sheet that stands still for a while and is then pulled on."""
    return np.interp(MM, [at_mm - rises_mm, at_mm, at_mm + falls_mm], [0, high_mm, 0])


def ruled(lag_mm=0.0, seed=0, noise=3.0, fine=25.0, coarse=110.0):
    """The darkness of ruled paper whose lines lie to the right of an even ruling by `lag_mm`, with grain; lines of 1 mm
    are as dark as `fine`, those of 5 mm by `coarse` darker."""
    even = MM - lag_mm
    one = np.exp(-0.5 * (((even + 0.5) % 1 - 0.5) / 0.09) ** 2)
    five = np.exp(-0.5 * (((even + 2.5) % 5 - 2.5) / 0.11) ** 2)
    return fine * one + coarse * five + np.random.default_rng(seed).normal(10, noise, len(MM))


def strays(*lags):
    """Of the lines of one band after the other."""
    return np.stack([lines(ruled(lag, seed), 0) for seed, lag in enumerate(lags)])


def test_even_paper_has_no_leaps_and_no_lag():
    assert np.nanmax(np.abs(leaps(lines(ruled(), 0)))) < 0.02
    assert not jerky(strays(*[0] * BANDS))
    assert np.abs(followed(ruled()[None], np.zeros((1, len(MM))))).max() < 0.06


@settings(max_examples=12, deadline=None)
@given(st.floats(40, 160), st.floats(0.15, 0.45), st.floats(4, 15), st.floats(0.2, 4.0), st.booleans())
def test_a_jerk_is_followed_to_a_fraction_of_a_tenth(at_mm, high_mm, rises_mm, falls_mm, back):
    lag = jerk(at_mm, -high_mm if back else high_mm, rises_mm, falls_mm)
    slabs = np.stack([ruled(lag, seed) for seed in range(20)])
    error = (followed(slabs, np.zeros(slabs.shape)) - lag)[5 * FINE : -5 * FINE]
    assert np.sqrt(np.mean(error**2)) < 0.025 and np.abs(error).max() < max(0.12, 0.7 * high_mm)


def test_a_leap_is_followed_within_half_a_millimetre_of_its_place():
    lag = jerk(101.3, 0.4, 10.0, 0.05)
    slabs = np.stack([ruled(lag, seed) for seed in range(30)])
    found = followed(slabs, np.zeros(slabs.shape))
    away = np.abs(MM - 101.3) > 0.5
    assert np.abs(found - lag)[away & (MM > 5) & (MM < 195)].max() < 0.09


def test_slabs_of_a_sheet_that_lies_askew_are_read_together():
    lag, lean = jerk(), np.linspace(-9, 9, 30)
    # the carriage's lag is the column's, the ruling of a slab begins elsewhere
    slabs = np.stack([ruled(lag - off / FINE, seed) for seed, off in enumerate(lean)])
    found = followed(slabs, np.broadcast_to(lean[:, None], slabs.shape))
    assert np.sqrt(np.mean((found - lag)[5 * FINE : -5 * FINE] ** 2)) < 0.025


def test_letters_in_some_slabs_move_nothing():
    lag = jerk()
    slabs = np.stack([ruled(lag, seed) for seed in range(20)])
    slabs[:5] += np.where(np.random.default_rng(1).random((5, len(MM))) < 0.3, 150, 0)
    assert np.sqrt(np.mean((followed(slabs, np.zeros(slabs.shape)) - lag)[5 * FINE : -5 * FINE] ** 2)) < 0.025


def test_most_bands_tell_a_jerk_and_fewer_do_not():
    lag = jerk()
    assert jerky(strays(0, lag, lag, lag, lag, 0))
    assert not jerky(strays(lag, lag, lag, 0, 0, 0))
    assert not jerky(strays(lag, lag, 0, lag, lag, 0)), "a jerk crosses the sheet"


def test_lines_of_another_ruling_are_no_jerk():
    # a whole line off is another line, not a lag
    assert not jerky(strays(*[np.where(np.abs(MM - 100) < 2, 0.9, 0.0)] * BANDS))


def test_lines_that_all_look_alike_tell_no_jerk():
    lag = jerk()
    alike = np.stack([lines(ruled(lag, seed, fine=110.0, coarse=0.0), 0) for seed in range(BANDS)])
    assert not jerky(alike) and np.isnan(middle(alike)).mean() > 0.5


def test_bent_paper_is_no_jerk():
    bent = 2.0e-4 * (MM - 100) ** 2  # 2 mm at the ends: its pitch changes by a tenth of a millimetre a line
    assert not jerky(strays(*[bent] * BANDS))
    assert np.nanmax(np.abs(leaps(lines(ruled(bent), 0)))) < 0.06


def test_leaps_are_measured_from_the_middle_of_their_neighbours():
    off = np.linspace(0, 2, 30)
    assert np.nanmax(np.abs(leaps(off))) == pytest.approx(0)
    off[12] += 0.3
    assert leaps(off)[12] == pytest.approx(0.3)
    assert np.isnan(leaps(off)[:3]).all() and np.isnan(leaps(off)[-3:]).all()
