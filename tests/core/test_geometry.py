"""Transforms: there and back, points move as pixels do, house convention of pixel centres."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform

coordinates = st.floats(-500, 500)
corners = st.lists(st.floats(-30, 30), min_size=8, max_size=8)


def mild(shifts: list[float]) -> Transform:
    square = np.array([[0, 0], [300, 0], [300, 200], [0, 200]], float)
    return Transform.from_corners(square, square + np.array(shifts).reshape(4, 2))


@given(corners, st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=20))
def test_there_and_back(shifts, points):
    transform = mild(shifts)
    assert np.allclose(transform.inverse.points(transform.points(points)), points, atol=0.01)


@given(corners, corners, st.tuples(st.floats(0, 300), st.floats(0, 200)))
def test_then_is_one_after_the_other(first, second, point):
    a, b = mild(first), mild(second)
    assert np.allclose(a.then(b).points([point]), b.points(a.points([point])), atol=1e-6)


@given(corners)
def test_corners_go_where_they_are_sent(shifts):
    square = np.array([[0, 0], [300, 0], [300, 200], [0, 200]], float)
    assert np.allclose(mild(shifts).points(square), square + np.array(shifts).reshape(4, 2), atol=1e-6)


@given(st.floats(-180, 180), coordinates, coordinates)
def test_rotation_keeps_distance_and_centre(degrees, x, y):
    turn = Transform.rotation(degrees, (20, -7))
    moved = turn.points([[x, y], [20, -7]])
    assert np.allclose(moved[1], [20, -7], atol=1e-6)
    assert np.isclose(np.linalg.norm(moved[0] - moved[1]), np.hypot(x - 20, y + 7), atol=1e-6)


def test_positive_rotation_is_clockwise_on_screen():
    assert np.allclose(Transform.rotation(90).points([[1, 0]]), [[0, 1]])


@settings(max_examples=25, deadline=None)
@given(corners, st.floats(60, 240), st.floats(50, 150))
def test_points_move_as_pixels_do(shifts, x, y):
    yy, xx = np.mgrid[0:200, 0:300] + 0.5
    blob = (255 * np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / 18)).astype(np.uint8)
    transform = mild(shifts)
    moved = transform.picture(blob, (200, 300), fill=0).astype(float)
    rows, columns = np.indices(moved.shape) + 0.5
    centre = np.array([(columns * moved).sum(), (rows * moved).sum()]) / moved.sum()
    assert np.allclose(centre, transform.points([[x, y]])[0], atol=0.25)


@given(corners)
def test_dict_round_trip(shifts):
    transform = mild(shifts)
    assert np.array_equal(Transform.from_dict(transform.to_dict()).matrix, transform.matrix)


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), np.eye(2), np.full((3, 3), np.nan)])
def test_a_matrix_that_maps_nothing_is_refused(matrix):
    with pytest.raises(BadOption, match="invertible 3x3"):
        Transform(matrix)


def test_corners_on_a_line_are_refused():
    with pytest.raises(BadOption):
        Transform.from_corners([[0, 0], [1, 0], [2, 0], [3, 0]], [[0, 0], [1, 0], [1, 1], [0, 1]])
