"""What the truth says is where the ink is, after any composition of geometric accidents."""

import json
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.truth import PageTruth
from ecgscribe.data import distort
from ecgscribe.data.bending import SHAPES
from ecgscribe.data.camera import POSES, Pose
from ecgscribe.data.distort import composed
from ecgscribe.data.presets import PRESETS

PX_PER_MM = 4.0
SIZE = (560, 800)
GEOMETRIC = (*SHAPES, *POSES)


def dotted() -> tuple[Page, PageTruth]:
    """White paper with soft round dots 40 px apart, and a truth whose only trace runs through their centres."""
    y, x = np.mgrid[20 : SIZE[0] : 40, 20 : SIZE[1] : 40]
    centres = np.c_[x.ravel(), y.ravel()] + 0.25
    yy, xx = np.mgrid[0 : SIZE[0], 0 : SIZE[1]] + 0.5
    near_x, near_y = (xx - 20.25 + 20) % 40 - 20, (yy - 20.25 + 20) % 40 - 20
    dots = 255 - 235 * np.exp(-(near_x**2 + near_y**2) / (2 * 2.2**2))
    picture = np.repeat(np.round(dots).astype(np.uint8)[:, :, None], 3, axis=2)
    corners = np.array([[0, 0], [SIZE[1], 0], [SIZE[1], SIZE[0]], [0, SIZE[0]]], float)
    panel = Panel("II", (10.0, 10.0, SIZE[1] - 10.0, SIZE[0] - 10.0), 0.0, 2.5, SIZE[0] / 2)
    ecg = Ecg(np.zeros((12, 250), np.float32), 100)
    truth = PageTruth(corners, (panel,), (centres,), (PX_PER_MM, PX_PER_MM), ecg, 0, size_px=SIZE)
    return Page(picture, px_per_mm=(PX_PER_MM, PX_PER_MM)), truth


PAGE, TRUTH = dotted()


def dot_errors(picture: np.ndarray, places: np.ndarray, reach: int = 9) -> np.ndarray:
    """(K, 2) centre of the ink found around each place that is well inside the picture, minus the place."""
    darkness = picture.astype(float).mean(axis=2)
    errors = []
    for x, y in places:
        left, top = int(round(x)) - reach, int(round(y)) - reach
        if left < 0 or top < 0 or left + 2 * reach > picture.shape[1] or top + 2 * reach > picture.shape[0]:
            continue
        part = darkness[top : top + 2 * reach, left : left + 2 * reach]
        ink = np.clip(np.percentile(part, 60) * 0.93 - part, 0, None)
        assert ink.max() > 20, f"no ink near ({x:.1f}, {y:.1f})"
        rows, columns = np.indices(ink.shape) + 0.5
        found = np.array([(columns * ink).sum(), (rows * ink).sum()]) / ink.sum() + [left, top]
        errors.append(found - [x, y])
    return np.array(errors).reshape(-1, 2)


def assert_ink_is_where_the_truth_says(strengths: dict, seed: int, pose: Pose) -> None:
    # the light on a slope and the rubbed print of a crease move the middle of a dot's darkness, not the dot
    with mock.patch.object(distort, "shaded", lambda picture, *_: picture):
        picture, truth = composed(PAGE, TRUTH, strengths, seed, pose=pose)
    assert truth.size_px == picture.shape[:2]
    errors = dot_errors(picture, truth.traces_px[0])
    assert len(errors) == 0 or np.hypot(*errors.T).max() < 0.5, (strengths, np.hypot(*errors.T).max())
    drawn = TRUTH.traces_px[0]
    np.testing.assert_allclose(truth.to_picture.points(drawn), truth.traces_px[0], atol=0.01)
    np.testing.assert_allclose(truth.to_picture.inverse.points(truth.traces_px[0]), drawn, atol=0.02)
    across, down = (truth.to_picture.points(drawn + step) - truth.traces_px[0] for step in ([0.5, 0], [0, 0.5]))
    assert (across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0] > 0).all(), "a mirror flip"


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(GEOMETRIC), st.floats(0, 1), min_size=1, max_size=5),
    st.integers(0, 2**40),
    st.booleans(),
)
def test_any_composition_of_geometric_accidents(strengths, seed, flat):
    # dots of a picture shrunk to less than half would melt into one another
    strengths = {name: share * (0.6 if name == "downscale" else 1) for name, share in strengths.items()}
    assert_ink_is_where_the_truth_says(strengths, seed, Pose(flat=flat, fill=0.9))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(PRESETS)), st.floats(0, 1), st.integers(0, 2**40))
def test_the_geometry_of_any_preset(preset, severity, seed):
    chosen = PRESETS[preset]
    strengths = {name: share for name, share in chosen.strengths(seed, severity).items() if name in GEOMETRIC}
    strengths["downscale"] = min(strengths.get("downscale", 0), 0.5)
    assert_ink_is_where_the_truth_says(strengths, seed, Pose(flat=chosen.flat, fill=chosen.fill[1]))


@pytest.mark.parametrize("name", GEOMETRIC)
def test_each_geometric_accident_does_something_at_full_strength_and_nothing_at_none(name):
    same, _ = composed(PAGE, TRUTH, {name: 0.0}, 3)
    assert np.array_equal(same, PAGE.picture)
    changed, _ = composed(PAGE, TRUTH, {name: 1.0}, 3)
    assert changed.shape != PAGE.picture.shape or (changed != PAGE.picture).mean() > 0.02


def test_hidden_is_what_is_cut_off_or_covered_and_missing_is_apart():
    trace = np.array([[5.0, 5], [50, 50], [np.nan, np.nan], [90, 20], [120, 50]])
    panel = Panel("I", (0.0, 0.0, 100.0, 100.0), 0, 1, 50)
    corners = np.array([[0, 0], [100, 0], [100, 100], [0, 100]], float)
    ecg = Ecg(np.zeros((12, 10), np.float32), 10)
    truth = PageTruth(corners, (panel,), (trace,), (4.0, 4.0), ecg, 0, size_px=(100, 100))
    covered = np.zeros((100, 100), np.uint8)
    covered[40:60, 40:60] = 255
    hiding = truth.hiding(covered)
    assert hiding.hidden[0].tolist() == [False, True, False, False, True]
    assert hiding.missing[0].tolist() == [False, False, True, False, False]
    moved = hiding.moved(Transform.shift(0, -10), (100, 100)).hiding()
    assert moved.hidden[0].tolist() == [True, True, False, False, True], "hidden once is hidden for good"
    with pytest.raises(BadOption, match="does not fit"):
        truth.hiding(covered[:50])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**40), st.floats(0, 1))
def test_truth_in_json_and_back(seed, strength):
    strengths = {"crumple": strength, "perspective": strength, "crop": strength, "hand": strength}
    truth = composed(PAGE, TRUTH, strengths, seed, pose=Pose(fill=0.9))[1]
    again = PageTruth.from_dict(json.loads(json.dumps(truth.to_dict())))
    assert again.to_dict() == truth.to_dict()
    np.testing.assert_allclose(again.traces_px[0], truth.traces_px[0], atol=0.0051)
    np.testing.assert_array_equal(again.hidden[0], truth.hidden[0])
    np.testing.assert_allclose(again.outline_px(0), truth.outline_px(0), atol=1e-6)
    assert again.panels == truth.panels and again.scale == truth.scale


def test_a_truth_without_its_signal_needs_the_recording():
    fields = TRUTH.to_dict(signal=False)
    with pytest.raises(BadOption, match="without its signal"):
        PageTruth.from_dict(fields)
    assert PageTruth.from_dict(fields, ecg=TRUTH.ecg).ecg is TRUTH.ecg


def test_outlines_bend_with_the_paper_and_masks_show_the_line():
    truth = composed(PAGE, TRUTH, {"curl": 1.0, "perspective": 0.5}, 5, pose=Pose(fill=0.9))[1]
    outline = truth.outline_px(0)
    side = outline[:25]
    chord = side[0] + (side[24] - side[0]) * np.arange(25)[:, None] / 24
    assert np.abs(side - chord).max() > 2, "a curled page has bent edges"
    x0, y0, x1, y1 = truth.box_px(0)
    assert 0 <= x0 < x1 <= truth.size_px[1] and 0 <= y0 < y1 <= truth.size_px[0]
    mask = truth.mask(0)
    assert mask.shape == truth.size_px and mask.dtype == np.uint8
    inside = truth.traces_px[0][~truth.hidden[0]]
    assert (mask[inside[:, 1].astype(int), inside[:, 0].astype(int)] > 60).mean() > 0.95
