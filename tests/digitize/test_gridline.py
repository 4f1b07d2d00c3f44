"""The ruling beside a row: its 5 mm lines, strays along it, and starts of rows that are on a line."""

import cv2
import numpy as np
import pytest

from ecgscribe.digitize.gridline import RowLines, agreed, row_lines, snap_px

PX_PER_MM = (8.0, 8.0)
Y_PX = 240.0


def paper(wave=lambda x_mm: x_mm * 0, offset_mm=0.0, wide_mm=150, major=60):
    """Ruled paper (60 mm high) whose upright lines stand at multiples of a millimetre, moved by `wave`."""
    picture = np.full((480, int(wide_mm * 8), 3), 250, np.uint8)
    for k in range(wide_mm):
        x = k + offset_mm
        place = (x + wave(np.array(x))) * 8
        tone = major if k % 5 == 0 else 170
        # 1/16 px steps; a line of two pixels covers its middle evenly
        cv2.line(
            picture, (int((place - 0.5) * 16), 0), (int((place - 0.5) * 16), 480 * 16), (tone,) * 3, 2, cv2.LINE_AA, 4
        )
    return picture


@pytest.mark.parametrize("offset_mm", [0.0, 0.7, 2.3, 4.9])
def test_the_5_mm_line_is_found_to_a_fraction_of_a_pixel(offset_mm):
    found = row_lines(paper(offset_mm=offset_mm), Y_PX, (40, 1150), PX_PER_MM)
    assert (found.line_mm - offset_mm + 2.5) % 5 - 2.5 == pytest.approx(0, abs=0.04)
    assert not found.stray_mm.any()


def test_lines_of_one_kind_only_tell_no_5_mm_line():
    assert row_lines(paper(major=170), Y_PX, (40, 1150), PX_PER_MM).line_mm is None


def test_bare_paper_tells_nothing():
    found = row_lines(np.full((480, 1200, 3), 240, np.uint8), Y_PX, (40, 1150), PX_PER_MM)
    assert found.line_mm is None and np.array_equal(found.straightened(np.arange(5.0)), np.arange(5.0))


def test_a_jerk_of_the_scanner_is_taken_out():
    def jerk(x_mm):
        return 0.35 * np.exp(-(((x_mm - 80) / 9) ** 2))

    found = row_lines(paper(jerk), Y_PX, (40, 1150), PX_PER_MM)
    even = np.array([30.0, 50.0, 80.0, 110.0])
    assert found.straightened(even + jerk(even)) == pytest.approx(even, abs=0.08)


def test_tall_strokes_of_a_trace_are_no_lines():
    picture = paper()
    for x in (333, 521, 700, 905):
        cv2.line(picture, (x, 150), (x + 4, 330), (10, 10, 10), 5)
    assert not row_lines(picture, Y_PX, (40, 1150), PX_PER_MM).stray_mm.any()


def lines_at(*places_mm):
    return [RowLines(place, np.zeros(0), np.zeros(0)) for place in places_mm]


def test_rows_that_start_near_a_line_start_on_it_and_others_stay():
    moved_mm = snap_px(lines_at(30.0, 35.0, 10.02), 20.15 * 8, 8.0) / 8
    assert -0.22 < moved_mm < -0.12
    assert snap_px(lines_at(30.0, 35.0), 21.5 * 8, 8.0) == 0
    assert snap_px(lines_at(30.0), 30.1 * 8, 8.0) == 0, "one row alone may err"
    assert snap_px(lines_at(30.0, 32.5, None), 30.1 * 8, 8.0) == 0, "rows that disagree tell nothing"


def rows_with(*strays):
    at = np.arange(20.0, 220.0, 2.5)
    return [RowLines(None, at, np.asarray(stray(at), float)) for stray in strays]


def bump(height, middle=120.0):
    return lambda at: np.where(np.abs(at - middle) < 12, height, 0.0)


def test_strays_that_cross_rows_stay():
    lines = rows_with(bump(0.3), bump(0.25), bump(0.0), bump(0.0))
    kept = agreed(lines)
    for before, after in zip(lines, kept, strict=True):
        assert np.array_equal(after.stray_mm, before.stray_mm)


def test_a_stray_of_one_row_goes():
    kept = agreed(rows_with(bump(0.3), bump(0.3), bump(0.3, 60), bump(0.0)))
    assert kept[0].stray_mm.any() and kept[1].stray_mm.any() and not kept[2].stray_mm.any()


def test_rows_that_contradict_each_other_leave_the_page_as_it_is():
    kept = agreed(rows_with(bump(0.5, 60), bump(-0.4, 90), bump(0.3, 120), bump(0.3, 180)))
    assert not any(row.stray_mm.any() for row in kept)


def test_pages_without_a_second_row_keep_no_stray():
    assert not agreed(rows_with(bump(0.4)))[0].stray_mm.any()
    none = RowLines(None, np.zeros(0), np.zeros(0))
    assert agreed([none, none])[0].at_mm.size == 0 and agreed([]) == []
