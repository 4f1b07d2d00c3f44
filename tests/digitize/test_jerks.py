"""A scanner's jerks: told only where most rows agree, then followed within a millimetre or two."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.digitize.gridline import RowLines, agreed
from ecgscribe.digitize.jerks import FINE, followed, jerky, leaps, paper_of

WIDE_MM = 200
MM = np.arange(WIDE_MM * FINE) / FINE


def jerk(at_mm=101.0, high_mm=0.3, rises_mm=8.0, falls_mm=1.5):
    """The lag of a sheet that stands still for a while and is then pulled on."""
    return np.interp(MM, [at_mm - rises_mm, at_mm, at_mm + falls_mm], [0, high_mm, 0])


def ruled(lag_mm=0.0, seed=0, noise=3.0):
    """The darkness of ruled paper whose lines lie to the right of an even ruling by `lag_mm`, with grain."""
    even = MM - lag_mm
    one = np.exp(-0.5 * (((even + 0.5) % 1 - 0.5) / 0.09) ** 2)
    five = np.exp(-0.5 * (((even + 2.5) % 5 - 2.5) / 0.11) ** 2)
    return 25 * one + 110 * five + np.random.default_rng(seed).normal(10, noise, len(MM))


def rows(*lags):
    return [(ruled(lag, seed), 0.0, 0.0) for seed, lag in enumerate(lags)]


def test_even_paper_has_no_leaps_and_no_lag():
    assert np.nanmax(np.abs(leaps(ruled(), 0.0))) < 0.02
    assert not jerky(rows(0, 0, 0, 0))
    assert np.abs(followed(ruled())[1]).max() < 0.03


@settings(max_examples=12, deadline=None)
@given(st.floats(40, 160), st.floats(0.15, 0.45), st.floats(4, 15), st.floats(1.0, 4.0), st.booleans())
def test_a_jerk_is_followed_to_a_twentieth_of_a_millimetre(at_mm, high_mm, rises_mm, falls_mm, back):
    lag = jerk(at_mm, -high_mm if back else high_mm, rises_mm, falls_mm)
    places, found = followed(ruled(lag))
    inner = (places > 5) & (places < WIDE_MM - 5)
    error = (found - np.interp(places, MM, lag))[inner]
    assert np.sqrt(np.mean(error**2)) < 0.025 and np.abs(error).max() < max(0.1, 0.5 * high_mm)


def test_three_rows_tell_a_jerk_and_two_do_not():
    lag = jerk()
    assert jerky(rows(0, lag, lag, lag))
    assert not jerky(rows(lag, lag, 0, 0))
    assert not jerky(rows(lag, 0, lag, 0, lag))
    assert not jerky(rows(lag, lag)) and not jerky([])
    # of many rows three agree by chance
    assert not jerky(rows(*[0] * 4, lag, lag, lag, *[0] * 5)) and jerky(rows(*[lag] * 8, *[0] * 4))


def test_lines_of_another_ruling_are_no_jerk():
    # a whole line off is another line, not a lag
    assert not jerky(rows(*[np.where(np.abs(MM - 100) < 2, 0.9, 0.0)] * 4))


def test_rows_need_not_begin_alike():
    lag = jerk()
    told = [(ruled(lag, k)[cut * FINE :], float(cut), 0.0) for k, cut in enumerate((0, 3, 7, 20))]
    assert jerky(told)


def test_a_page_with_a_jerk_has_its_rows_followed_and_others_not():
    lag = jerk()
    jerked = [RowLines(0.0, np.zeros(0), np.zeros(0), ruled(lag, k), 0.0) for k in range(3)]
    for row in agreed([*jerked, RowLines(None, np.zeros(0), np.zeros(0))])[:3]:
        seen = np.array([60.0, 101.0, 140.0])
        assert row.straightened(seen + np.interp(seen, MM, lag)) == pytest.approx(seen, abs=0.08)
    flat = [RowLines(0.0, np.zeros(0), np.zeros(0), ruled(0.0, k), 0.0) for k in range(3)]
    assert all(not len(row.at_mm) for row in agreed(flat))


def test_traces_are_not_the_papers_own():
    picture = np.full((300, 160), 250, np.uint8)
    picture[:, 80:83] = 90  # a line
    picture[60:180, 40:46] = 0  # a steep stroke over two fifths of the height
    dark = paper_of(picture, 37.5)
    assert dark[81] == pytest.approx(165) and dark[42] == pytest.approx(5)
