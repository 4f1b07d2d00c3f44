"""What is no ECG is refused whatever paper it is on; ECGs on paper without a ruling are read by their rows."""

import sys
from pathlib import Path

import numpy as np
import pytest

from ecgscribe.core.geometry import Transform
from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.page import find_page
from ecgscribe.page.flat import FlatPage

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))
from not_ecg_pictures import KINDS, not_ecg_picture  # noqa: E402

_HARDEST = [5, 6, 16, 28, 47]  # words and an EEG on a grid, a photographed blank grid, a wooden table, objects


@pytest.mark.parametrize("number", _HARDEST)
def test_what_looks_most_like_an_ecg_page_is_refused(number):
    kind, picture = not_ecg_picture(number)
    result = find_page(picture)
    assert result.page is None, (kind, result.problems)
    assert [problem.fatal for problem in result.problems] == [True]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(KINDS)))
def test_pictures_of_other_things_are_refused(number):
    assert find_page(not_ecg_picture(number)[1]).page is None


@pytest.mark.parametrize(("preset", "layout"), [("clean", "3x4+1"), ("scan", "12x1")])
def test_a_page_without_a_grid_is_scaled_by_its_rows(preset, layout):
    ecg = simulate("normal", 3).ecg
    made = make_page(ecg, 3, style="white-bare", layout=layout, preset=preset, severity=0.4, px_per_mm=5.0)
    result = find_page(made.picture)
    assert "scale-assumed" in [problem.code for problem in result.problems]
    assert not any(problem.fatal for problem in result.problems)
    page = result.page
    assert [panel.lead for panel in page.panels] == [panel.lead for panel in made.truth.panels]
    to_page = made.truth.to_picture.then(page.to_source.inverse)
    for true, found in zip(made.truth.panels, page.panels, strict=True):
        left, right = to_page.points([[true.box_px[k], true.baseline_px] for k in (0, 2)])
        mm = (found.box_px[2] - found.box_px[0] - (right[0] - left[0])) / page.px_per_mm[0]
        assert abs(mm) < 2 and abs(found.baseline_px - (left[1] + right[1]) / 2) / page.px_per_mm[1] < 1
    true_scale = 5.0 * np.hypot(*np.diff(made.truth.to_picture.points([[0, 500], [1000, 500]]), axis=0)[0]) / 1000
    # three standard deviations
    assert abs(page.px_per_mm[0] - true_scale) < 3 * page.px_per_mm_spread[0]


def test_rows_without_names_or_pulses_are_not_enough_without_a_grid():
    made = make_page(simulate("normal", 3).ecg, 3, style="white-bare", layout="3x4+1", preset="clean", px_per_mm=5.0)
    hidden = made.picture.copy()
    for outline in [*made.truth.name_boxes_px, *made.truth.pulses_px]:
        (x0, y0), (x1, y1) = outline.min(axis=0).astype(int) - 2, outline.max(axis=0).astype(int) + 3
        hidden[y0:y1, x0:x1] = 255
    assert [problem.code for problem in find_page(hidden).problems] == ["no-grid"]


def test_a_page_without_a_grid_that_is_too_small_says_how_small():
    made = make_page(simulate("normal", 3).ecg, 3, style="white-bare", layout="3x4+1", preset="clean", px_per_mm=2.0)
    result = find_page(made.picture)
    assert result.page is None and [problem.code for problem in result.problems] == ["too-small"]
    assert "2.0 pixels" in result.problems[0].message


def test_noise_that_drowns_the_beats_does_not_hide_a_page_with_names_and_pulses():
    made = make_page(simulate("normal", 3).ecg, 3, style="white-bare", layout="3x4+1", preset="clean", px_per_mm=5.0)
    rng, noisy = np.random.default_rng(1), made.picture.copy()
    for panel in made.truth.panels:
        x0, x1 = (int(v) for v in panel.box_px[::2])
        for x in range(x0 + 60, x1):  # hash of a mV all along, as of muscles
            middle = panel.baseline_px + rng.normal(0, 8)
            noisy[int(middle - 12) : int(middle + 12), x] = 0
    seen = find_page(noisy)
    assert [panel.lead for panel in seen.page.panels] == [panel.lead for panel in made.truth.panels]


@pytest.mark.parametrize("turns", range(5))
def test_a_turned_page_keeps_its_pixels_and_its_way_back(turns):
    rng = np.random.default_rng(4)
    picture = rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)
    flat = FlatPage(picture, Transform(), (3.0, 4.0), (1.0, 2.0, 5.0, 6.0))
    turned = flat.turned(turns)
    np.testing.assert_array_equal(turned.picture, np.rot90(picture, -turns))
    assert turned.px_per_mm == ((3.0, 4.0) if turns % 2 == 0 else (4.0, 3.0))
    # every pixel of the turned page comes from the pixel of the same colours
    for y, x in np.ndindex(turned.picture.shape[:2]):
        column, row = np.floor(turned.to_source.points([[x + 0.5, y + 0.5]])[0]).astype(int)
        np.testing.assert_array_equal(turned.picture[y, x], picture[row, column])
    corners = turned.to_source.points(np.array(turned.ruled_px).reshape(2, 2))
    np.testing.assert_allclose(np.sort(corners, axis=0), [[1.0, 2.0], [5.0, 6.0]], atol=1e-9)
