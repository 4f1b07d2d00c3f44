"""Styles, header and letters: named ones are described and whole, drawn ones repeat, print agrees with the scale."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LAYOUTS, SHEETS_MM, Scale, layout_named, sheet_named
from ecgscribe.data import styles_machines
from ecgscribe.data.arrangements import ARRANGEMENTS
from ecgscribe.data.header import Header, header_of
from ecgscribe.data.ink import drawn_px, inked
from ecgscribe.data.lettering import FONTS, letter, written
from ecgscribe.data.page_text import footer_of, printed_matter
from ecgscribe.data.print_line import Line
from ecgscribe.data.render import render
from ecgscribe.data.sheet import STICKER_TEXT, drawn_sheet
from ecgscribe.data.style import STANDARD, STYLES, Style, drawn_style, style_named

TRUTH = {"rate_bpm": 61.0, "pr_ms": 146.0, "qrs_ms": 128.0, "qt_ms": 400.0, "axis_deg": -44.0}


def test_there_are_many_styles_and_each_is_described():
    assert len(STYLES) >= 12
    for name, style in STYLES.items():
        assert style_named(name) is style and style.name == name
        assert f"\n{name} " in styles_machines.__doc__
        assert style.arrangement in ARRANGEMENTS and {style.font, style.text_font} <= set(FONTS)
        assert style.layouts and set(style.layouts) <= set(LAYOUTS)


@pytest.mark.parametrize(
    ("make", "known"),
    [
        (lambda: style_named("parchment"), "muse-pink"),
        (lambda: Style(separators="walls"), "ticks"),
        (lambda: Style(minor_kind="waves"), "dots"),
        (lambda: sheet_named("b5"), "letter"),
        (lambda: letter(None, "x", (0, 0), "gothic", 9, (0, 0, 0)), "sans"),
        (lambda: Header(sex="unsure"), "female"),
        (lambda: render(ecg(), replace(STANDARD, arrangement="baroque"), px_per_mm=3.0), "value-column"),
    ],
)
def test_unknown_names_say_what_is_known(make, known):
    with pytest.raises(BadOption, match=known):
        make()


def ecg() -> Ecg:
    time = np.arange(1000) / 100
    return Ecg(np.tile(np.sin(time), (12, 1)), 100)


def test_drawn_styles_differ_and_repeat():
    drawn = [drawn_style(seed) for seed in range(60)]
    assert drawn == [drawn_style(seed) for seed in range(60)] and len(set(drawn)) == 60
    assert len({style.name for style in drawn}) >= 12
    assert drawn_style(5, STANDARD).sheet_mm == STANDARD.sheet_mm


@pytest.mark.parametrize("seed", range(40))
def test_drawn_styles_are_drawn_whole(seed):
    style = drawn_style(seed)
    page, truth = render(ecg(), style, style.layouts[0], px_per_mm=2.8)
    assert all(panel.box_px[2] <= page.size_px[1] for panel in truth.panels)
    assert sum(box is not None for box in truth.name_boxes_px) == len(truth.panels)
    assert {panel.length_s for panel in truth.panels if not panel.rhythm} == {LAYOUTS[style.layouts[0]].panel_s}


@pytest.mark.parametrize("name", sorted(ARRANGEMENTS))
def test_headers_print_the_true_values(name):
    header = header_of(TRUTH, 3, ["sinus rhythm", "q waves in ii, avf"])
    style = replace(STANDARD, arrangement=name)
    printed = printed_matter(style, Scale(), layout_named("3x4+1"), 2.5, "", header)
    text = " ".join(line.text for line in printed if isinstance(line, Line))
    if name not in ("none", "kaggle"):  # these show no values
        assert "61" in text and ("128" in text or "0.128" in text)
        assert "sinus rhythm" in text.lower()
    if name not in ("none", "screen-tiles"):
        assert header.identifier in text
    blank = printed_matter(style, Scale(), layout_named("3x4+1"), 2.5, "", None)
    assert not any("61" in line.text for line in blank if isinstance(line, Line))


def test_the_header_is_the_truth_and_an_invented_person():
    header = header_of(TRUTH, 3, ["q waves in ii, avf."])
    assert header == header_of(TRUTH, 3, ["q waves in ii, avf."]) != header_of(TRUTH, 4)
    assert (header.rate_bpm, header.pr_ms, header.axis_deg) == (61.0, 146.0, -44.0)
    assert header.qtc_ms == pytest.approx(400.0 * (61.0 / 60.0) ** 0.5)
    assert header.statements == ("Q waves in II, aVF",)
    assert header.date >= "2031" and header.identifier.startswith("SIM")
    assert header_of({}, 1).qtc_ms is None


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda style: style.name)
def test_footers_agree_with_the_scale(style):
    plan = layout_named("3x4")
    plain = footer_of(style, Scale(50.0, 20.0), plan, 1.25)
    assert "50" in plain and "20" in plain and "25" not in plain.replace("25Hz", "").replace("1.25", "")
    mixed = footer_of(style, Scale(25.0, 10.0, 5.0), plan, 2.5)
    assert "10" in mixed and "5" in mixed.replace("25", "").replace("0.05", "").replace("150", "")


@pytest.mark.parametrize("width_px", [0.5, 1.0, 1.39, 1.8, 2.3, 3.0, 3.49, 4.2, 5.5, 7.0, 9.3])
@pytest.mark.parametrize("pen", ["whole", "exact"])
def test_lines_are_as_wide_as_said(width_px, pen):
    covers = []
    for y in np.linspace(20, 21, 9):
        line = np.array([[5.0, y], [195.0, y + 0.3]])
        covers.append(inked([line], (0, 45), 200, width_px, pen)[:, 100].sum() / 255)
    assert np.mean(covers) == pytest.approx(drawn_px(width_px, pen), rel=0.12)
    if pen == "exact":
        assert np.mean(covers) == pytest.approx(width_px, rel=0.12)


def test_fast_strokes_are_paler():
    corner = np.array([[5.0, 90.0], [50.0, 90.0], [52.0, 10.0]])
    ink = inked([corner], (0, 100), 60, 2.0, "exact", upstroke=0.5)
    assert ink[90, 20:40].max() > 230 and ink[30:70].max() < 180


@pytest.mark.parametrize("font", sorted(FONTS))
def test_letters_stand_where_the_box_says(font):
    picture = np.full((60, 400, 3), 255, np.uint8)
    box = letter(picture, "aVR V1 25 mm/s", (20.25, 40.5), font, 20, (0, 0, 0))
    rows, columns = np.nonzero(picture.min(axis=2) < 255)
    assert box.min(axis=0) == pytest.approx([columns.min(), rows.min()])
    assert box.max(axis=0) == pytest.approx([columns.max() + 1, rows.max() + 1])
    capital = letter(None, "V", (100.0, 40.0), font, 20, (0, 0, 0))
    assert 10 <= np.ptp(capital[:, 1]) <= 19, "capitals of about 0.7 em"
    ends = [letter(None, "aVF", (100.0, 40.0), font, 20, (0, 0, 0), anchor) for anchor in "lmr"]
    assert ends[0][:, 0].min() > ends[1][:, 0].min() > ends[2][:, 0].min()
    assert ends[2][:, 0].max() == pytest.approx(100, abs=4)


def test_spellings():
    assert [written("aVR", form) for form in ("plain", "upper", "lower")] == ["aVR", "AVR", "aVR"]
    assert written("V1", "lower") == "v1" and written("III", "spaced") == "I I I" and written("V1", "spaced") == "V1"


def test_the_sticker_can_be_read():
    import cv2

    sheet = drawn_sheet(replace(STANDARD, sticker=True, major_mm=0, minor_mm=0), 8.0)
    text, *_ = cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(sheet[:250, -250:]))
    assert text == STICKER_TEXT


@pytest.mark.parametrize("sheet", sorted(SHEETS_MM))
@pytest.mark.parametrize("name", ["standard", "philips-pink", "schiller-red"])
def test_other_sheets(name, sheet):
    style = STYLES[name].on_sheet(sheet_named(sheet))
    page, truth = render(ecg(), style, "6x2", px_per_mm=2.0)
    assert page.size_px == tuple(round(side * 2.0) for side in SHEETS_MM[sheet][::-1])
    assert all(panel.box_px[2] <= style.grid_mm[2] * 2.0 + 1 for panel in truth.panels)
    if SHEETS_MM[sheet][0] > 275:
        assert truth.panels[0].length_s == 5.0, "ten seconds still fit"
    with pytest.raises(BadOption, match="margins"):
        STYLES[name].on_sheet((60.0, 40.0))


def test_grids_differ_in_kind():
    def ruled(**changes):
        style = replace(STANDARD, paper=(255, 255, 255), minor=(0, 0, 0), major=(0, 0, 0), **changes)
        return 255 - drawn_sheet(style, 10.0)[300:1900, 200:2800, 0].mean()

    lines, dots = ruled(major_kind="none"), ruled(major_kind="none", minor_kind="dots")
    assert ruled(minor_kind="none", major_kind="none") == 0 < dots < 0.3 * lines
    solid, boxes, dotted = (ruled(minor_kind="none", major_kind=kind) for kind in ("lines", "boxes", "dotted"))
    assert dotted < 0.7 * solid and 0.5 * solid < boxes < 0.9 * solid


def test_no_field_of_a_style_is_idle():
    """Every field changes something: described in the docstring at least."""
    for field in fields(Style):
        assert f"`{field.name}`" in Style.__doc__ or field.name in ("name", "layouts"), field.name
