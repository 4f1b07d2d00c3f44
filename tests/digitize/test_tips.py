"""Tips of narrow waves keep their height though their column is uncertain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.digitize.path import decode
from ecgscribe.digitize.tips import with_tips

COLUMNS, HEIGHT, BASE = 120, 288, 200.0


def wave(middle, half_width, high):
    """Heights in bins of a triangle that points up from the base line."""
    x = np.arange(COLUMNS) + 0.5
    return BASE - high * np.clip(1 - np.abs(x - middle) / half_width, 0, 1)


def sure(line, spread=1.2):
    """The probability of every height when the line is known."""
    bins = np.arange(HEIGHT) + 0.5
    likely = np.exp(-0.5 * ((bins - line[:, None]) / spread) ** 2)
    return (likely / likely.sum(axis=1, keepdims=True)).astype(np.float32)


def unsure(middle, half_width, high, columns):
    """The same when the wave may be some columns earlier or later."""
    moves = np.linspace(-columns, columns, 9)
    return np.mean([sure(wave(middle + move, half_width, high)) for move in moves], axis=0).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(
    middle=st.floats(50, 70),
    half_width=st.floats(5.0, 9.0),
    high=st.floats(40, 90),
    columns=st.floats(1.0, 1.5),
    down=st.booleans(),
)
def test_an_uncertain_column_costs_a_tip_less_of_its_height(middle, half_width, high, columns, down):
    likely = unsure(middle, half_width, high, columns)
    likely = likely[:, ::-1] if down else likely
    (curve,) = decode([np.ascontiguousarray(likely)])
    mended = with_tips(curve, likely)
    reached = [(HEIGHT - one.height if down else one.height).min() for one in (curve, mended)]
    lost, still = (value - (BASE - high) for value in reached)
    # a column's middle misses the summit by up to half a column of the limb's slope
    assert still <= lost + 0.5
    assert still <= max(0.75 * lost, 0.9 * high / half_width)
    assert still >= -0.08 * high - 2.0


def test_what_is_certain_stays():
    line = wave(60.3, 8.0, 100.0)
    (curve,) = decode([sure(line)])
    assert with_tips(curve, sure(line)).height == pytest.approx(curve.height, abs=4.0)


def test_slow_waves_and_hidden_ones_are_left_alone():
    slow = sure(BASE - 60 * np.exp(-0.5 * ((np.arange(COLUMNS) - 60) / 25.0) ** 2))
    (curve,) = decode([slow])
    assert np.array_equal(with_tips(curve, slow).height, curve.height)
    likely = unsure(60.0, 5.0, 100.0, 1.0)
    (curve,) = decode([likely])
    assert np.array_equal(with_tips(curve, 0.4 * likely).height, curve.height)


def test_the_time_beyond_every_height_is_kept():
    middle, half_width, high = 60.0, 6.0, 120.0
    (curve,) = decode([unsure(middle, half_width, high, 1.5)])
    mended = with_tips(curve, unsure(middle, half_width, high, 1.5))
    true = wave(middle, half_width, high)
    for level in (BASE - 0.85 * high, BASE - 0.7 * high):
        stays = [float((line < level).sum()) for line in (true, mended.height)]
        assert stays[1] == pytest.approx(stays[0], abs=1.0)
