"""Rows read from pale ink, and what lead names may add to the rows of the ink."""

import numpy as np

from ecgscribe.core.standards import LEADS
from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.page import find_page
from ecgscribe.page.layout import Rows, find_layout_rows
from ecgscribe.page.names import LABELS, Word
from ecgscribe.page.rows import row_sets
from ecgscribe.page.traces import FLAT_PX_PER_MM

UNIT = FLAT_PX_PER_MM
WIDTH_MM = 250.0


def word(label, x_mm, foot_mm):
    chances = np.where(np.array(LABELS) == label, 0.95, 0.0)
    return Word((x_mm, foot_mm - 3.0, x_mm + 4.0, foot_mm), label, 0.95, chances)


def rows_at(levels_mm, pulsed=False, right_mm=280.0, inked_mm=None):
    mask = np.zeros((int(220 * UNIT), int(300 * UNIT)), bool)
    for level in levels_mm if inked_mm is None else inked_mm:
        mask[int(level * UNIT), int(30 * UNIT) : int(right_mm * UNIT)] = True
    levels = tuple(level * UNIT for level in levels_mm)
    return Rows(levels, 30 * UNIT, right_mm * UNIT, (pulsed,) * len(levels), mask)


def levels_of(sets):
    return [tuple(round(level) for level in rows.levels_mm) for rows in sets]


def test_rows_with_pulses_are_kept_where_their_names_were_not_read():
    levels = [30.0 + 15 * k for k in range(12)]
    words = [word(lead, 32, levels[k]) for k, lead in enumerate(LEADS) if k in (0, 1, 2, 7)]
    assert levels_of(row_sets([rows_at(levels, pulsed=True)], words, WIDTH_MM)[0]) == [tuple(levels)]


def test_names_that_were_not_read_leave_no_gap_in_even_rows():
    levels = [30.0, 60.0, 90.0, 120.0, 150.0]
    words = [word(name, 32, levels[k]) for k, name in ((0, "I"), (1, "II"), (2, "III"), (4, "II"))]
    assert levels_of(row_sets([rows_at(levels)], words, WIDTH_MM)[0]) == [tuple(levels)]


def test_a_name_tells_a_row_only_where_there_is_ink():
    words = [word(name, 32, level) for name, level in (("I", 30.0), ("II", 60.0), ("III", 90.0), ("I", 130.0))]
    read = [30.0, 60.0, 90.0]
    assert levels_of(row_sets([rows_at(read)], words, WIDTH_MM)[0]) == [(30, 60, 90)]
    inked = rows_at(read, inked_mm=[*read, 130.0])
    assert levels_of(row_sets([inked], words, WIDTH_MM)[0]) == [(30, 60, 90), (30, 60, 90, 130)]


def test_names_of_columns_tell_the_width_of_traces_that_end_early():
    rows = rows_at([30.0, 60.0, 90.0], right_mm=180.0)
    words = [word(name, 30 + 187.5, level) for name, level in (("V4", 30.0), ("V5", 60.0))]
    sets, _ = row_sets([rows], words, WIDTH_MM)
    assert [(round(one.right_mm), one.whole, one.sure) for one in sets] == [(180, False, True), (280, True, False)]
    assert len(row_sets([rows], words[:1], WIDTH_MM)[0]) == 1


def test_traces_far_paler_than_the_lettering_are_found():
    ink = np.zeros((int(160 * UNIT), int(300 * UNIT)), np.float32)
    for level in (40, 70, 100, 130):
        for x in range(int(25 * UNIT), int(275 * UNIT)):
            beat = 8 * max(0.0, 1 - abs(x / UNIT % 20 - 10)) + 0.3 * np.sin(x / UNIT)
            next_beat = 8 * max(0.0, 1 - abs((x + 1) / UNIT % 20 - 10)) + 0.3 * np.sin((x + 1) / UNIT)
            top, bottom = sorted(int((level - v) * UNIT) for v in (beat, next_beat))
            ink[top : bottom + 2, x] = 0.07
    for x in range(int(30 * UNIT), int(130 * UNIT), 6):
        ink[int(10 * UNIT) : int(14 * UNIT), x : x + 3] = 0.7
    box = (0.0, 0.0, float(ink.shape[1]), float(ink.shape[0]))
    readings, seen, _ = find_layout_rows(ink, box, WIDTH_MM)
    assert seen >= 4
    best = max(readings, key=lambda rows: len(rows.levels))
    np.testing.assert_allclose(np.array(best.levels) / UNIT, [40, 70, 100, 130], atol=1.0)
    np.testing.assert_allclose([best.left / UNIT, best.right / UNIT], [25, 275], atol=1.5)


def test_lead_names_tell_which_way_is_up_where_no_pulse_does():
    # marquette-orange prints no calibration pulse
    made = make_page(simulate("normal", 3).ecg, 3, style="marquette-orange", layout="3x4+1", px_per_mm=6.0)
    result = find_page(np.ascontiguousarray(np.rot90(made.picture, 2)))
    assert "way-up-assumed" in [problem.code for problem in result.problems]
    top, below = result.page.to_source.points([[0, 0], [0, 100]])
    assert below[1] < top[1]
    assert [panel.lead for panel in result.page.panels] == [panel.lead for panel in made.truth.panels]
