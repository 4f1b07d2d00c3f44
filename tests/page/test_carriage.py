"""A scanner's carriage: a jerky scan becomes even, the way back leads to the picture as it was given."""

import cv2
import numpy as np
import pytest
from pages import drawn, errors_mm

from ecgscribe.core.geometry import Transform
from ecgscribe.page import find_page
from ecgscribe.page.carriage import steadied
from ecgscribe.reader.correct import Correction, corrected_page

PX_PER_MM = 6.0
JERKS = ((60.0, 0.35, 9.0, 1.0), (131.0, 0.4, 12.0, 0.3), (190.0, -0.3, 8.0, 2.0))
"""mm along the picture, mm of lag, mm of rise and of fall."""


def lag_px(columns: np.ndarray) -> np.ndarray:
    """How far to the right each column of the picture shows what belongs there."""
    mm = columns / PX_PER_MM
    return PX_PER_MM * sum(
        high * np.interp(mm, [at - rise, at, at + fall], [0, 1, 0]) for at, high, rise, fall in JERKS
    )


def jerked(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    x = np.arange(width) + 0.5
    source = (x - lag_px(x) - 0.5).astype(np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    maps = (np.ascontiguousarray(one) for one in np.broadcast_arrays(source[None], rows))
    return cv2.remap(picture, *maps, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def askew(degrees: float = 0.4) -> tuple[np.ndarray, Transform]:
    """A drawn page that lies askew, and the way from its points to the picture's."""
    page, _ = drawn(seed=0, px_per_mm=PX_PER_MM)
    height, width = page.picture.shape[:2]
    turn = Transform.rotation(degrees, (width / 2, height / 2))
    return turn.picture(page.picture, (height, width)), turn


def test_a_jerky_scan_is_read_where_its_leads_are():
    picture, turn = askew()
    _, truth = drawn(seed=0, px_per_mm=PX_PER_MM)
    result = find_page(jerked(picture))
    even = find_page(picture)
    assert [panel.lead for panel in result.page.panels] == [panel.lead for panel in even.page.panels]
    # where a QRS complex stands on the page is where the even picture has it
    points = np.array([[x, panel.baseline_px] for panel in truth.panels for x in np.linspace(*panel.box_px[::2], 60)])
    seen = turn.points(points)
    given = np.c_[_jerked_x(seen[:, 0]), seen[:, 1]]
    scale = result.page.px_per_mm[0]
    error = (result.page.to_source.inverse.points(given) - even.page.to_source.inverse.points(seen))[:, 0] / scale
    error -= np.median(error)
    before = (lag_px(given[:, 0]) - np.median(lag_px(given[:, 0]))) / PX_PER_MM
    assert np.sqrt(np.mean(before**2)) > 0.07 and np.abs(before).max() > 0.39
    assert np.sqrt(np.mean(error**2)) < 0.02 and np.abs(error).max() < 0.06


def _jerked_x(even_px: np.ndarray) -> np.ndarray:
    """Where the columns of the even picture are in the jerked one."""
    fine = np.arange(-50, 4000, 0.05)
    return np.interp(even_px, fine - lag_px(fine), fine)


def test_the_map_leads_to_the_picture_as_given():
    picture, _ = askew()
    given = jerked(picture)
    even, as_seen = steadied(given, find_page(picture).page)
    assert even.shape == given.shape and even.dtype == np.uint8
    rng = np.random.default_rng(0)
    points = rng.uniform([200, 200], [given.shape[1] - 200, given.shape[0] - 200], (400, 2))
    there = as_seen.points(points)
    assert as_seen.inverse.points(there) == pytest.approx(points, abs=0.01)
    shown = cv2.remap(given, *((there - 0.5).astype(np.float32)[:, None, k] for k in (0, 1)), cv2.INTER_CUBIC).reshape(
        -1, 3
    )
    here = cv2.remap(even, *((points - 0.5).astype(np.float32)[:, None, k] for k in (0, 1)), cv2.INTER_CUBIC).reshape(
        -1, 3
    )
    assert np.median(np.abs(shown.astype(float) - here)) <= 2


def test_a_scan_that_stands_on_its_side_is_evened_along_its_rows():
    picture, _ = askew()
    given = np.ascontiguousarray(np.rot90(jerked(picture)))
    result, upright = find_page(given), find_page(jerked(picture))
    assert [panel.lead for panel in result.page.panels] == [panel.lead for panel in upright.page.panels]
    height, width = given.shape[:2]
    turned = Transform(np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1.0]]))  # rot90: x to y, from the foot
    for one, other in zip(result.page.panels, upright.page.panels, strict=True):
        corner = upright.page.to_source.points([other.box_px[:2]])
        assert result.page.to_source.points([one.box_px[:2]]) == pytest.approx(turned.points(corner), abs=3.0)


@pytest.mark.parametrize("degrees", [0.0, 0.4])
def test_an_even_scan_is_left_as_it_is(degrees):
    picture, _ = askew(degrees)
    page = find_page(picture).page
    assert steadied(picture, page) is None
    _, truth = drawn(seed=0, px_per_mm=PX_PER_MM)
    if degrees == 0:
        assert max(errors_mm(find_page(picture), truth)) < 0.5


def test_a_page_seen_in_perspective_is_no_scan():
    picture, _ = askew(0.0)
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    tilt = Transform.from_corners(corners, corners + [[40, 20], [-40, 0], [0, 0], [0, 0]])
    given = tilt.picture(jerked(picture), (height, width))
    assert steadied(given, find_page(given).page) is None


def test_a_page_without_leads_or_scale_is_left_alone():
    from dataclasses import replace

    picture, _ = askew()
    page = find_page(picture).page
    assert steadied(jerked(picture), replace(page, panels=())) is None
    assert steadied(jerked(picture), replace(page, px_per_mm=None)) is None


def test_corners_given_by_hand_lead_to_an_even_page_too():
    picture, _ = askew(0.0)
    given = jerked(picture)
    height, width = given.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    page = corrected_page(given, Correction(corners, px_per_mm=PX_PER_MM))
    # the greatest leap is gone from the page, and the way back knows it
    here, there = np.array([[130.3, 100.0], [131.6, 100.0]]) * PX_PER_MM
    apart = page.to_source.points(np.array([here, there]))
    assert there[0] - here[0] - (apart[1] - apart[0])[0] == pytest.approx(0.4 * PX_PER_MM, abs=0.1 * PX_PER_MM)
