"""Corners, scale and layout given by hand: the page they make, and the picture read with it."""

import numpy as np
import pytest
from fakes_reader import CAPTION, FakeCaptioner
from hypothesis import given
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.standards import LAYOUTS
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.digitize.digitizer import Digitizer
from ecgscribe.reader.correct import Correction, corrected_page, parsed_corners, reread
from ecgscribe.reader.reader import Reader

PX_PER_MM = 6.0
BOX = np.array([[0, 0], [400, 0], [400, 300], [0, 300]], float)


def tilted(layout: str, condition: str = "normal"):
    """(picture, corners_px, truth, ecg) of a page seen from the side on a grey table."""
    ecg = simulate(condition, 3).ecg
    page, truth = render(ecg, layout=layout, px_per_mm=PX_PER_MM)
    height, width = page.size_px
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    corners = sheet + np.array([[160, 90], [60, 40], [20, 130], [40, 70]], float)
    picture = Transform.from_corners(sheet, corners).picture(page.picture, (height + 150, width + 100), 90)
    return picture, corners, truth, page, ecg


def digitised(page):
    return Digitizer.from_pretrained().read(page)


def agreement(ecg, truth_ecg, lead: str) -> float:
    """Correlation of a digitised lead with the truth, where it was read."""
    read, true = ecg.lead_mv(lead), truth_ecg.lead_mv(lead)
    count = min(len(read), len(true))
    seen = np.isfinite(read[:count])
    assert seen.mean() > 0.15
    return float(np.corrcoef(read[:count][seen], true[:count][seen])[0, 1])


@pytest.mark.parametrize("layout", ["3x4+1", "6x2"])
def test_a_page_given_by_hand_is_digitised_correctly(layout):
    picture, corners, _, made, ecg = tilted(layout)
    page = corrected_page(picture, Correction(corners, width_mm=made.size_px[1] / PX_PER_MM, layout=layout))
    assert page.layout == layout and len(page.panels) == len(made.panels)
    expected = np.array(page.size_px[::-1]) * PX_PER_MM / np.array(made.size_px[::-1])
    assert page.px_per_mm == pytest.approx(expected, rel=0.015)
    scale = np.array(page.size_px[::-1]) / np.array(made.size_px[::-1])
    for panel, true in zip(page.panels, made.panels, strict=True):
        assert panel.lead == true.lead and panel.start_s == pytest.approx(true.start_s, abs=0.02)
        expected = np.array(true.box_px) * np.r_[scale, scale]
        assert abs(panel.box_px[0] - expected[0]) < 1.5 * PX_PER_MM
        assert abs(panel.baseline_px - true.baseline_px * scale[1]) < 1.5 * PX_PER_MM
    read = digitised(page).ecg
    assert np.mean([agreement(read, ecg, lead) for lead in ("I", "II", "V2", "V5")]) > 0.9


def test_the_corners_of_the_traces_alone_are_laid_out_evenly():
    """A crop that holds nothing but the rows, and no ruling: only the given numbers can tell."""
    from ecgscribe.data.style import style_named

    ecg = simulate("normal", 3).ecg
    made, _ = render(ecg, style=style_named("standard"), layout="12x1", px_per_mm=PX_PER_MM)
    boxes = np.array([panel.box_px for panel in made.panels])
    x0, y0, x1, y1 = *boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)
    black = made.picture.max(axis=2, keepdims=True) < 110
    picture = np.where(black, made.picture, 255).astype(np.uint8)  # the ruling wiped out
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    page = corrected_page(picture, Correction(corners, PX_PER_MM, layout="12x1", mm_per_s=25, mm_per_mv=10))
    assert [panel.lead for panel in page.panels] == [panel.lead for panel in made.panels]
    for panel, true in zip(page.panels, made.panels, strict=True):
        assert panel.length_s == pytest.approx(10.0, rel=0.01)
        assert abs(panel.baseline_px + y0 - true.baseline_px) < 4 * PX_PER_MM
    read = digitised(page).ecg
    assert agreement(read, ecg, "V4") > 0.9


def test_the_ruling_tells_the_scale_where_none_is_given():
    picture, corners, _, made, _ = tilted("3x4+1")
    page = corrected_page(picture, Correction(corners))
    assert page.size_px[1] / page.px_per_mm[0] == pytest.approx(made.size_px[1] / PX_PER_MM, rel=0.02)
    with pytest.raises(BadOption, match="width between"):
        corrected_page(np.full((400, 500, 3), 240, np.uint8), Correction(BOX))


def test_speed_and_gain_given_by_hand_count():
    picture, corners, _, made, _ = tilted("3x4+1")
    fast = corrected_page(picture, Correction(corners, layout="3x4+1", mm_per_s=50.0, mm_per_mv=5.0))
    slow = corrected_page(picture, Correction(corners, layout="3x4+1"))
    assert fast.mm_per_s == 50.0 and {panel.mm_per_mv for panel in fast.panels} == {5.0}
    assert fast.panels[1].box_px == slow.panels[1].box_px
    assert fast.panels[1].length_s == pytest.approx(slow.panels[1].length_s / 2)


@given(st.sampled_from(sorted(LAYOUTS)))
def test_every_layout_fills_the_corners(name):
    from ecgscribe.page.flat import FlatPage
    from ecgscribe.page.locate import Seen
    from ecgscribe.reader.correct import _laid_out

    layout = LAYOUTS[name]
    width = round(layout.width_s * 25 * 4)
    flat = FlatPage(np.full((600, width, 3), 255, np.uint8), Transform(), (4.0, 4.0), (0, 0, width, 600))
    panels = _laid_out(layout, flat, Seen(flat, (), 0), 25.0)
    assert len(panels) == sum(map(len, layout.rows)) + len(layout.rhythm)
    assert min(p.box_px[0] for p in panels) == 0 and max(p.box_px[2] for p in panels) == pytest.approx(width)
    assert min(p.box_px[1] for p in panels) == pytest.approx(0) and max(p.box_px[3] for p in panels) <= 600.001
    assert all(p.length_s == pytest.approx(10.0 if p.rhythm else layout.panel_s) for p in panels)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"corners_px": BOX[::-1]}, "go round"),
        ({"corners_px": BOX[[0, 2, 1, 3]]}, "go round"),
        ({"corners_px": BOX[:3]}, "Four corners"),
        ({"corners_px": BOX * np.nan}, "Four corners"),
        ({"corners_px": BOX, "px_per_mm": 0.0}, "positive"),
        ({"corners_px": BOX, "layout": "5x5"}, "Unknown layout"),
    ],
)
def test_impossible_corrections_are_refused(fields, said):
    with pytest.raises(BadOption, match=said):
        Correction(**fields)


def test_corners_outside_the_picture_and_tiny_ones_are_refused():
    picture = np.full((300, 400, 3), 200, np.uint8)
    with pytest.raises(BadOption, match="outside"):
        corrected_page(picture, Correction(BOX + 5000, 4.0))
    with pytest.raises(BadOption, match="next to nothing"):
        corrected_page(picture, Correction(BOX / 400, 4.0))


@pytest.mark.parametrize("text", ["1,2 3,4 5,6 7,8", "1 2 3 4 5 6 7 8", "1,2; 3,4; 5,6; 7,8"])
def test_corners_are_parsed(text):
    assert parsed_corners(text).tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]


@pytest.mark.parametrize("text", ["", "1,2 3,4", "a,b c,d e,f g,h"])
def test_other_texts_are_no_corners(text):
    with pytest.raises(BadOption, match="four points"):
        parsed_corners(text)


def test_a_picture_read_again_says_so_and_keeps_what_is_still_assumed():
    picture, corners, _, _, _ = tilted("3x4+1")
    steps = []
    reader = Reader(FakeCaptioner(), "fake", Digitizer())
    result = reread(reader, picture, Correction(corners, layout="3x4+1"), "x.png", steps.append)
    assert result.caption == CAPTION and result.source == "x.png" and result.ecg is not None
    assert result.problems[0].code == "by-hand" and not any(p.code.startswith("layout") for p in result.problems)
    assert steps[0] == "page" and "traces" in steps
