"""The path through a distribution over heights: sub-pixel, steady, moved as its input is."""

import numpy as np

from ecgscribe.digitize.path import best_paths, decode

BINS = 64


def bump(height, columns=80, deviation=0.8):
    bins = np.arange(BINS) + 0.5
    made = np.exp(-0.5 * ((bins - np.broadcast_to(height, columns)[:, None]) / deviation) ** 2)
    return (made / made.sum(axis=1, keepdims=True)).astype(np.float32)


def test_a_wave_is_read_to_a_tenth_of_a_bin():
    height = 32 + 12 * np.sin(np.arange(80) / 9)
    (curve,) = decode([bump(height)])
    assert np.abs(curve.height - height).max() < 0.1
    assert curve.mass.min() > 0.99


def test_a_fainter_line_of_another_row_does_not_draw_the_path_away():
    height = 16 + 5 * np.sin(np.arange(80) / 9)
    both = 0.7 * bump(height) + 0.3 * bump(58.0)
    both[40:44] = 0.4 * bump(height)[40:44] + 0.6 * bump(58.0)[40:44]
    (curve,) = decode([both])
    assert np.abs(curve.height - height).max() < 0.5


def test_steep_strokes_are_followed():
    height = np.full(80, 50.0)
    height[36:46] = [44, 36, 28, 20, 14, 14, 20, 28, 36, 44]
    (curve,) = decode([bump(height)])
    assert np.abs(curve.height - height).max() < 0.6


def test_moving_the_input_moves_the_path():
    height = 30 + 5 * np.sin(np.arange(80) / 7)
    (first,), (second,) = decode([bump(height)]), decode([bump(height + 9)])
    assert np.allclose(second.height - first.height, 9, atol=1e-3)


def test_strips_of_different_widths_are_read_as_if_alone():
    one, other = bump(20.3, 80), bump(40.7, 48)
    together = decode([one, other])
    assert np.allclose(together[0].height, decode([one])[0].height)
    assert np.allclose(together[1].height, decode([other])[0].height)
    assert decode([]) == []


def test_what_stands_beside_a_panel_does_not_lead_its_end_astray():
    probability = bump(40.0)
    probability[:6] = 0.3 * bump(40.0)[:6] + 0.7 * bump(10.0)[:6]
    trust = np.clip((np.arange(80) + 0.5) / 12, 0.15, 1.0).astype(np.float32)
    (led,), (steady,) = decode([probability]), decode([probability], [trust])
    assert abs(led.height[0] - 10) < 1 and np.abs(steady.height - 40).max() < 0.2


def test_stretches_of_any_length_are_read():
    curves = decode([bump(20.0, columns) for columns in (81, 80, 13, 1)])
    assert [len(curve.height) for curve in curves] == [81, 80, 13, 1]
    assert all(np.allclose(curve.height, 20, atol=0.1) for curve in curves)


def test_columns_without_mass_say_so():
    probability = bump(20.0)
    probability[30:40] = 0
    (curve,) = decode([probability])
    assert curve.mass[32:38].max() == 0 and curve.mass[10] > 0.9


def test_best_path_is_the_cheapest_of_all():
    rng = np.random.default_rng(2)
    probability = rng.uniform(0, 1, (1, 4, 5)).astype(np.float32)
    cost = -np.log(probability[0] + 1e-4)
    every = np.stack(np.meshgrid(*[np.arange(5)] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    total = cost[np.arange(4), every].sum(axis=1) + np.minimum(0.03 * np.abs(np.diff(every, axis=1)), 2.0).sum(axis=1)
    assert (best_paths(probability)[0] == every[total.argmin()]).all()
