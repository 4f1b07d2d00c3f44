"""`Bend` and `Warp`: there and back, in JSON and back, points as pixels, and no sheet folded over itself."""

import json

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.warp import Bend, Warp, lowest_determinant, map_from_dict
from ecgscribe.data.chance import Chance

SIZE = (200, 300)
seeds = st.integers(0, 2**32)


def bend(seed: int, reach_px: float = 12.0, rows: int = 6, columns: int = 8) -> Bend:
    """A random Bend whose shifts are as large as it bears, at most `reach_px`."""
    nodes = (Chance(seed, "bend").uniforms(rows * columns * 2).reshape(rows, columns, 2) - 0.5) * 2 * reach_px
    while lowest_determinant(nodes, SIZE) < 0.2:
        nodes = nodes * 0.8
    return Bend(nodes, SIZE)


def warp(seed: int) -> Warp:
    """A chain of matrices and bends, forwards and backwards."""
    chance = Chance(seed, "warp")
    steps = []
    for k in range(chance.whole(1, 4)):
        if chance.happens(0.5):
            corners = np.array([[0, 0], [300, 0], [300, 200], [0, 200]], float)
            steps.append(Transform.from_corners(corners, corners + (chance.uniforms(8).reshape(4, 2) - 0.5) * 50))
        else:
            one = bend(seed + k)
            steps.append(one if chance.happens(0.7) else one.inverse)
    return Warp(tuple(steps))


def scattered(seed: int, count: int = 200) -> np.ndarray:
    """Points on the sheet and around it."""
    return Chance(seed, "points").uniforms(2 * count).reshape(count, 2) * [400, 300] - 50


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_there_and_back(seed):
    for mapping in (bend(seed), warp(seed)):
        points = scattered(seed)
        assert np.abs(mapping.inverse.points(mapping.points(points)) - points).max() < 0.01
        assert np.abs(mapping.points(mapping.inverse.points(points)) - points).max() < 0.01


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_dicts_bring_the_same_map_back(seed):
    for mapping in (bend(seed), bend(seed).inverse, warp(seed), Transform.rotation(seed % 360)):
        again = map_from_dict(json.loads(json.dumps(mapping.to_dict())))
        assert type(again) is type(mapping)
        np.testing.assert_array_equal(again.points(scattered(seed)), mapping.points(scattered(seed)))


@settings(max_examples=40, deadline=None)
@given(seeds, seeds)
def test_then_is_one_after_the_other(first, second):
    points = scattered(first)
    turn = Transform.rotation(second % 90, (100, 80))
    for a, b in ((warp(first), bend(second)), (bend(first), turn), (turn, bend(first)), (turn, warp(second))):
        np.testing.assert_allclose(a.then(b).points(points), b.points(a.points(points)), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_a_bend_keeps_left_left_and_right_right(seed):
    one, step = bend(seed), 1e-3
    points = scattered(seed)
    across = one.inverse.points(points + [step, 0]) - one.inverse.points(points)
    down = one.inverse.points(points + [0, step]) - one.inverse.points(points)
    assert (across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0] > 0).all()


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_the_backward_map_is_the_inverse_of_the_points(seed):
    corners = np.array([[0, 0], [300, 0], [300, 200], [0, 200]], float)
    leaning = Transform.from_corners(corners, corners + (Chance(seed, "lean").uniforms(8).reshape(4, 2) - 0.5) * 40)
    mapping = bend(seed, 3.0).then(Transform.rotation(seed % 360, (150, 100))).then(leaning)
    fine = mapping.backward_map((180, 260))
    assert fine.shape == (180, 260, 2) and fine.dtype == np.float32
    y, x = np.mgrid[0:180:7, 0:260:5]
    expected = mapping.inverse.points(np.c_[x.ravel(), y.ravel()] + 0.5) - 0.5
    found = fine[y.ravel(), x.ravel()]
    # slopes of up to 0.15 jump at the bend's nodes, 40 px apart: there the enlarged map cuts the corner a little
    assert np.abs(found - expected).max() < 0.45
    assert np.median(np.abs(found - expected)) < 0.01


def test_the_backward_map_of_a_shift_is_exact():
    fine = Warp((Transform.shift(5, -3),)).backward_map((40, 50))
    np.testing.assert_array_equal(fine[7, 9], [4, 10])
    picture = Chance(1, "p").uniforms(2000).reshape(40, 50).astype(np.float32)
    np.testing.assert_array_equal(cv2.remap(picture, fine, None, cv2.INTER_LINEAR)[0:37, 5:50], picture[3:40, 0:45])


def test_beyond_the_edge_a_bend_moves_as_its_edge_does():
    nodes = np.zeros((2, 2, 2))
    nodes[:, 1] = [4.0, 2.0]
    one = Bend(nodes, (10, 10)).inverse
    np.testing.assert_allclose(one.points([[5, 5], [25, 5], [-3, -3]]), [[7, 6], [29, 7], [-3, -3]])


def test_nan_points_stay_nan():
    moved = bend(3).points([[np.nan, np.nan], [50, 60]])
    assert np.isnan(moved[0]).all() and np.isfinite(moved[1]).all()
    assert len(bend(3).points(np.zeros((0, 2)))) == 0


def test_a_bend_that_folds_over_itself_is_refused():
    nodes = np.zeros((3, 3, 2))
    nodes[1, 1, 0] = 30
    with pytest.raises(BadOption, match="folds over itself"):
        Bend(nodes, (20, 20))


@pytest.mark.parametrize("nodes", [np.zeros((1, 3, 2)), np.zeros((3, 3)), np.full((3, 3, 2), np.nan)])
def test_nodes_that_are_none_are_refused(nodes):
    with pytest.raises(BadOption, match="finite nodes"):
        Bend(nodes, (20, 20))


def test_a_foreign_dict_is_refused():
    with pytest.raises(BadOption, match="Known keys: matrix, nodes_px, steps"):
        map_from_dict({"spline": []})


def test_neighbouring_matrices_are_merged():
    chain = Transform.shift(1, 2).then(bend(1)).then(Transform.scale(2)).then(Transform.shift(3, 3))
    assert [type(step) for step in chain.steps] == [Transform, Bend, Transform]
