"""The overlays: where they say, light, small, and the picture itself untouched."""

import numpy as np
import pytest
from fakes_reader import ecg_page

from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page
from ecgscribe.reader.draw import COLOUR, page_on_picture, panels_on_page

WHITE = np.full((600, 800, 3), 255, np.uint8)


def tinted(picture: np.ndarray) -> np.ndarray:
    """(N, 2) points x, y of the pixels that carry the overlay's colour (on white)."""
    rows, columns = np.nonzero(picture[:, :, 0].astype(int) < 200)
    return np.c_[columns, rows] + 0.5


def test_the_outline_passes_the_corners_of_the_page():
    corners = np.array([[100, 80], [700, 60], [720, 560], [90, 540]], float)
    page_box = np.array([[0, 0], [300, 0], [300, 200], [0, 200]], float)
    page = Page(np.zeros((200, 300, 3), np.uint8), Transform.from_corners(page_box, corners))
    points = tinted(page_on_picture(WHITE, page))
    for corner in [*corners, (corners[0] + corners[1]) / 2]:
        assert np.linalg.norm(points - corner, axis=1).min() < 2
    # nothing is drawn inside the page
    assert np.linalg.norm(points - corners.mean(axis=0), axis=1).min() > 150


@pytest.mark.parametrize("longest", [200, 400])
def test_smaller_copies_keep_the_place(longest):
    page = Page(np.zeros((300, 400, 3), np.uint8), Transform.shift(200, 150))
    small = page_on_picture(WHITE, page, longest)
    assert max(small.shape[:2]) == longest
    points = tinted(small) / longest * 800
    assert np.linalg.norm(points - [200, 150], axis=1).min() < 8
    assert points[:, 0].min() > 170 and points[:, 0].max() < 630


def test_without_a_page_the_picture_stays_as_it_is():
    assert np.array_equal(page_on_picture(WHITE, None), WHITE)
    page = Page(WHITE)
    assert np.array_equal(panels_on_page(page), WHITE)


def test_windows_are_drawn_lightly_and_the_page_is_not_changed():
    page = ecg_page()[0]
    before = page.picture.copy()
    drawn = panels_on_page(page)
    assert np.array_equal(page.picture, before) and drawn.shape == before.shape
    changed = (drawn != before).any(axis=2)
    assert 0.001 < changed.mean() < 0.06
    x0, y0, x1, y1 = page.panels[5].box_px
    edge = drawn[int((y0 + y1) / 2), int(round(x0)) - 1 : int(round(x0)) + 2].astype(int)
    assert np.abs(edge - COLOUR).sum(axis=1).min() < 330
    # the middle of a window stays readable: only edges and name tags are painted
    middle = changed[int(y0 + 4) : int(y1 - 30), int(x0 + 4) : int(x1 - 4)]
    assert not middle.any()


def test_a_wild_transform_does_not_break_the_drawing():
    wild = Transform(np.array([[1, 0, 0], [0, 1, 0], [-1 / 299.9, 0, 1.0]]))
    page = Page(np.zeros((200, 300, 3), np.uint8), wild)
    assert page_on_picture(WHITE, page).shape == WHITE.shape
