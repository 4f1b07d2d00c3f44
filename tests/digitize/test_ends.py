"""Panels that stand beside their traces are moved onto them; panels that stand right stay."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.page import Page, Panel
from ecgscribe.digitize.ends import moved, shift_of_ends, shifts_of_ends, shortened
from ecgscribe.digitize.strips import cut_strips

PX = 4.0
LEFT, RIGHT = 60.0, 60.0 + 250 * PX


def page(off_px: float = 0.0) -> Page:
    """Four full rows whose panels stand `off_px` too far right."""
    panels = tuple(
        Panel(lead, (LEFT + off_px, 90.0 * k + 20, RIGHT + off_px, 90.0 * k + 110), 0.0, 10.0, 90.0 * k + 65, True)
        for k, lead in enumerate(("I", "II", "V1", "V5"))
    )
    return Page(np.full((420, 1140, 3), 255, np.uint8), px_per_mm=(PX, PX), panels=panels, mm_per_s=25.0)


def seen(strips, left=LEFT, right=RIGHT, pulse_mm=0.0, lost=()):
    """What a network would see: the trace from `left` to `right`, half of a pulse before it, nothing in rows `lost`."""
    made = []
    for number, strip in enumerate(strips):
        columns = strip.image.shape[2] * 2
        x = strip.to_page((np.arange(columns) + 0.5) / 2, np.zeros(columns))[:, 0]
        mass = ((x >= left) & (x < right)).astype(np.float32)
        mass[(x < left) & (x >= left - pulse_mm * PX)] = 0.4
        probability = np.zeros((columns, 8), np.float32)
        probability[:, 3] = 0 if number in lost else mass
        made.append(probability)
    return made


@settings(max_examples=25, deadline=None)
@given(st.floats(-7.0, 7.0))
def test_panels_return_to_their_traces(off_mm):
    wrong = page(off_mm * PX)
    strips = cut_strips(wrong, (PX, PX))
    shift = shift_of_ends(wrong.panels, strips, seen(strips))
    assert shift / PX == pytest.approx(-off_mm, abs=0.1)
    assert moved(wrong.panels, shift)[0].box_px[0] == pytest.approx(LEFT, abs=0.4)
    assert moved(wrong.panels, shift)[0].length_s == 10.0


@settings(max_examples=15, deadline=None)
@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0))
def test_rows_of_unknown_width_are_stretched_to_their_traces(left_mm, right_mm):
    wrong = page()
    strips = cut_strips(wrong, (PX, PX))
    probabilities = seen(strips, LEFT + left_mm * PX, RIGHT + right_mm * PX)
    left, right = shifts_of_ends(wrong.panels, strips, probabilities)
    assert (left / PX, right / PX) == pytest.approx((left_mm, right_mm), abs=0.1)
    box = moved(wrong.panels, left, right)[0].box_px
    assert (box[0], box[2]) == pytest.approx((LEFT + left_mm * PX, RIGHT + right_mm * PX), abs=0.4)


def test_rows_taken_with_their_pulse_are_shortened():
    wrong = page()
    strips = cut_strips(wrong, (PX, PX))
    left, right = shifts_of_ends(wrong.panels, strips, seen(strips, LEFT + 12 * PX))
    assert (left / PX, right / PX) == pytest.approx((12, 0), abs=0.1)


@pytest.mark.parametrize("pulse_mm", [0.0, 5.0])
def test_a_pulse_seen_by_half_hardly_moves_panels(pulse_mm):
    right = page()
    strips = cut_strips(right, (PX, PX))
    assert abs(shift_of_ends(right.panels, strips, seen(strips, pulse_mm=pulse_mm))) < 0.25 * PX


def test_one_row_or_none_moves_nothing():
    wrong = page(3 * PX)
    strips = cut_strips(wrong, (PX, PX))
    assert shift_of_ends(wrong.panels, strips, seen(strips, lost=(0, 1, 2))) == 0.0
    assert shift_of_ends(wrong.panels, strips, seen(strips, lost=(0, 1, 2, 3))) == 0.0


def test_rows_half_lost_are_outvoted():
    wrong = page(2 * PX)
    strips = cut_strips(wrong, (PX, PX))
    masses = seen(strips)
    masses[0][: len(masses[0]) // 3] = 0
    assert shift_of_ends(wrong.panels, strips, masses) / PX == pytest.approx(-2.0, abs=0.2)


def test_no_move_keeps_the_panels_themselves():
    panels = page().panels
    assert moved(panels, 0.0) is panels
    assert moved(panels, 3.0)[2] == replace(panels[2], box_px=(LEFT + 3, 200.0, RIGHT + 3, 290.0))


def columned() -> Page:
    """Three rows of four columns over a strip."""
    width = (RIGHT - LEFT) / 4
    panels = [
        Panel(
            name,
            (LEFT + column * width, 90.0 * row + 20, LEFT + (column + 1) * width, 90.0 * row + 110),
            2.5 * column,
            2.5,
            90.0 * row + 65,
        )
        for row, names in enumerate((("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6")))
        for column, name in enumerate(names)
    ]
    panels.append(Panel("II", (LEFT, 290.0, RIGHT, 380.0), 0.0, 10.0, 335.0, True))
    return Page(np.full((420, 1140, 3), 255, np.uint8), px_per_mm=(PX, PX), panels=tuple(panels), mm_per_s=25.0)


def columns_seen(strips, short_mm, strip_short_mm=0.0):
    """Rows of columns that end `short_mm` early, the strip `strip_short_mm`."""
    rows, whole = (seen(strips, right=RIGHT - mm * PX) for mm in (short_mm, strip_short_mm))
    return [*rows[:3], whole[3]]


@settings(max_examples=15, deadline=None)
@given(st.floats(0.8, 2.8))
def test_columns_that_end_before_the_strip_are_narrower(short_mm):
    given_page = columned()
    strips = cut_strips(given_page, (PX, PX))
    after = shortened(given_page.panels, strips, columns_seen(strips, short_mm))
    for panel, old in zip(after, given_page.panels, strict=True):
        if panel.rhythm:
            assert panel == old
            continue
        column = round(old.start_s / 2.5)
        assert (panel.box_px[2] - LEFT) / PX == pytest.approx((250 - short_mm) * (column + 1) / 4, abs=0.15)
        assert panel.start_s == old.start_s
        assert panel.length_s == pytest.approx(2.5 * (250 - short_mm) / 250, abs=0.002)


@pytest.mark.parametrize(("short_mm", "strip_short_mm"), [(0.0, 0.0), (0.3, 0.0), (1.6, 1.6), (-1.0, 0.0)])
def test_columns_stay_where_the_strip_ends_with_them(short_mm, strip_short_mm):
    given_page = columned()
    strips = cut_strips(given_page, (PX, PX))
    assert shortened(given_page.panels, strips, columns_seen(strips, short_mm, strip_short_mm)) == given_page.panels
    assert shortened(given_page.panels[:12], strips[:3], columns_seen(strips, 1.6)[:3]) == given_page.panels[:12]
