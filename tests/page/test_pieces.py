"""Pieces of a mask: the same as OpenCV's own, whatever the mask."""

import cv2
import numpy as np
import pytest

from ecgscribe.page.pieces import pieces_of

RANDOM = np.random.default_rng(5)
MASKS = {
    "empty": np.zeros((30, 40), np.uint8),
    "full": np.ones((30, 40), np.uint8),
    "one pixel": np.ones((1, 1), np.uint8),
    "one row": (RANDOM.random((1, 90)) < 0.5).astype(np.uint8),
    "one column": (RANDOM.random((90, 1)) < 0.5).astype(np.uint8),
    "specks": (RANDOM.random((80, 70)) < 0.05).astype(np.uint8),
    "tangle": (RANDOM.random((80, 70)) < 0.4).astype(np.uint8),
    "dense": (RANDOM.random((81, 71)) < 0.6).astype(np.uint8),
    "beside the edges": np.pad(np.zeros((20, 20), np.uint8), 1, constant_values=1),
}


@pytest.mark.parametrize("name", MASKS)
def test_boxes_and_areas_are_those_of_opencv(name):
    labels, pieces = pieces_of(MASKS[name])
    _, expected, stats, _ = cv2.connectedComponentsWithStats(MASKS[name], connectivity=8)
    assert (labels == expected).all()
    assert pieces.shape == stats.shape and (pieces[1:] == stats[1:]).all() and not pieces[0].any()
