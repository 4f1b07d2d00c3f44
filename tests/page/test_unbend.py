"""Paper that is not flat: the sheet's shape is followed along its ruling, its edges are found on any ground."""

import numpy as np
import pytest
from pages import drawn

from ecgscribe.data.distort import composed
from ecgscribe.page import find_page


@pytest.mark.parametrize("accident", ["curl", "smooth_warp"])
def test_a_bent_sheet_is_laid_flat_and_its_corners_are_found(accident):
    page, truth = drawn(1, 5.0)
    picture, moved = composed(page, truth, {accident: 0.5}, 3, "desk", None)
    result = find_page(picture)
    boxes = np.array([panel.box_px for panel in truth.panels])
    x, y = np.linspace(boxes[:, 0].min(), boxes[:, 2].max(), 20), np.linspace(boxes[:, 1].min(), boxes[:, 3].max(), 14)
    places = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    seen = moved.to_picture.points(places)
    found = result.page.to_source.inverse.points(seen) / np.array(result.page.px_per_mm)
    error = found - places / np.array(truth.px_per_mm)
    error = np.hypot(*(error - np.median(error, axis=0)).T)
    assert np.median(error) < 0.15 and np.quantile(error, 0.95) < 0.5
    # the way there and back again
    np.testing.assert_allclose(
        result.page.to_source.points(result.page.to_source.inverse.points(seen)), seen, atol=0.05
    )
    assert all(spread > 0 for spread in result.page.px_per_mm_spread)


def test_steep_strokes_do_not_draw_the_ruling_to_them():
    """Ink is blanked before the ruling is followed; a bar of its remains bent the page at every beat (15 ms)."""
    from ecgscribe.core.geometry import Transform
    from ecgscribe.page.unbend import unbend

    per_mm, wide, high = 6.0, 250.0, 120.0
    x, y = (np.arange(int(side * per_mm)) + 0.5 for side in (wide, high))
    lines = [np.exp(-0.5 * (((side / per_mm + 2.5) % 5 - 2.5) / 0.12) ** 2) for side in (x, y)]
    dark = (0.3 * np.maximum(lines[0][None], lines[1][:, None])).astype(np.float32)
    for beat in range(14):
        left, top = int((22 + 16.3 * beat) * per_mm), int(45 * per_mm)
        dark[top : top + int(30 * per_mm), left : left + 6] = 0.9
    places = np.stack(np.meshgrid(np.arange(15, wide, 20), np.arange(15, high, 20)), axis=2).reshape(-1, 2)
    box = np.array([[0.0, 0.0], [wide, high]])
    bent = unbend(dark, Transform.scale(1 / per_mm), box, (places, places))
    row = np.c_[np.arange(20.0, 230.0), np.full(210, 60.0)]
    assert np.abs(bent.shift_mm(row)[:, 0]).max() < 0.03


def test_beyond_the_ruling_a_sheet_goes_on_as_it_leans():
    from ecgscribe.page.unbend import _smoothed

    rows, columns = 30, 50
    y, x = np.mgrid[:rows, :columns]
    shift = np.stack([0.02 * x, -0.01 * y], axis=2)
    weight = np.ones((rows, columns, 2))
    weight[:, :8] = 0
    found = _smoothed(np.where(weight > 0, shift, 5.0), weight)
    np.testing.assert_allclose(found[6:-6, 5:], shift[6:-6, 5:], atol=0.04)


def test_sums_over_surroundings_are_those_of_a_gaussian_blur():
    import cv2

    from ecgscribe.page.unbend import _WIDTHS, _tangents

    random = np.random.default_rng(2)
    weight, values = random.random((30, 50, 2)), random.normal(size=(30, 50, 2))
    for width in _WIDTHS:
        _, near = _tangents(values, weight, width)
        expected = cv2.GaussianBlur(weight, (0, 0), width, borderType=cv2.BORDER_CONSTANT)
        np.testing.assert_allclose(near, expected, rtol=1e-12)
