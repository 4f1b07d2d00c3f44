"""The error expected of a lead: spread and slope, as squares."""

import numpy as np
import pytest

from ecgscribe.digitize.quality import TIME_S, expected_error_mv

RATE_HZ = 500.0


def test_a_level_trace_is_off_by_its_spread_and_a_steep_one_by_more():
    spread = np.full(500, 0.02)
    assert expected_error_mv([(np.full(500, 0.3), spread, RATE_HZ)]) == pytest.approx(0.02)
    ramp = np.arange(500) / RATE_HZ * 20  # 20 mV a second
    assert expected_error_mv([(ramp, spread, RATE_HZ)]) == pytest.approx(np.hypot(0.02, 20 * TIME_S))


def test_the_rate_does_not_matter_nor_gaps():
    wave = {rate: np.sin(2 * np.pi * 3 * np.arange(2 * rate) / rate) for rate in (250, 1000)}
    values = [expected_error_mv([(mv, np.full(len(mv), 0.01), rate)]) for rate, mv in wave.items()]
    assert values[0] == pytest.approx(values[1], rel=0.01)
    holed, noise = wave[1000].copy(), np.full(2000, 0.01)
    holed[300:320], noise[300:320] = np.nan, np.nan
    assert expected_error_mv([(holed, noise, 1000)]) == pytest.approx(values[1], rel=0.02)


def test_nothing_read_has_no_error():
    nothing = np.full(10, np.nan)
    assert np.isnan(expected_error_mv([(nothing, nothing, RATE_HZ)])) and np.isnan(expected_error_mv([]))
