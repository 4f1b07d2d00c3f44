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
