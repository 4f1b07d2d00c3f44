"""The ruling alone: scale, turn and perspective of drawn paper."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecgscribe.core.geometry import Transform
from ecgscribe.page.ruling import find_ruling


def _paper(px_per_mm, minor=0.12, major=0.3, size_mm=(200, 140)):
    """Grey lines at 1 and 5 mm, area-weighted; 0 = not drawn."""
    fine = 8

    def cover(length_mm):
        places = np.arange(int(length_mm * px_per_mm * fine)) / (px_per_mm * fine)
        dark = np.zeros(len(places))
        for step, width, tint in ((1.0, minor, 0.25), (5.0, major, 0.5)):
            if width:
                dark = np.maximum(dark, tint * (np.abs((places + step / 2) % step - step / 2) < width / 2))
        return dark[: len(dark) // fine * fine].reshape(-1, fine).mean(axis=1)

    dark = np.maximum.outer(cover(size_mm[1]), cover(size_mm[0]))
    return np.repeat((250 * (1 - dark)).astype(np.uint8)[:, :, None], 3, axis=2)


@settings(max_examples=12, deadline=None)
@given(st.floats(3.2, 11), st.sampled_from([(0.12, 0.3), (0.15, 0.15), (0, 0.25)]))
@example(4.04, (0, 0.25))  # every fifth line falls on the same pixels: once taken for 1 mm lines
def test_the_scale_of_flat_paper_is_exact(px_per_mm, widths):
    ruling = find_ruling(_paper(px_per_mm, *widths))
    assert ruling is not None
    np.testing.assert_allclose(ruling.px_per_mm, px_per_mm, rtol=0.004)


@settings(max_examples=12, deadline=None)
@given(st.floats(-14, 14), st.tuples(*[st.floats(-0.03, 0.03)] * 4))
def test_turn_and_perspective_are_undone(degrees, tilt):
    paper = _paper(5.0)
    height, width = paper.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    moved = corners + np.array([[tilt[0], tilt[1]], [0, 0], [tilt[2], tilt[3]], [0, 0]]) * width
    camera = Transform.from_corners(corners, moved).then(Transform.rotation(degrees, (width / 2, height / 2)))
    ruling = find_ruling(camera.picture(paper, (height, width)))
    assert ruling is not None
    # a square of 80 mm on the paper, seen in the picture, measured by the ruling found
    square = np.array([[300, 200], [700, 200], [700, 600], [300, 600]], float)
    measured = ruling.to_mm.points(camera.points(square))
    sides = np.hypot(*(measured - np.roll(measured, 1, axis=0)).T)
    np.testing.assert_allclose(sides, 80, atol=0.5)
    level = measured[1] - measured[0]
    assert abs(np.degrees(np.arctan2(level[1], level[0]))) < 0.25


def test_lines_one_way_only_are_no_ruling():
    paper = np.full((600, 800, 3), 250, np.uint8)
    paper[::10] = 180
    assert find_ruling(paper) is None


@pytest.mark.parametrize("shape", [(5, 5, 3), (31, 400, 3), (400, 12, 3)])
def test_slivers_have_no_ruling(shape):
    assert find_ruling(np.full(shape, 200, np.uint8)) is None
