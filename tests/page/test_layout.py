"""Layouts told by their names: all of the registry, parts of pages, rhythm leads; nothing claimed without a name."""

from dataclasses import replace

import numpy as np
import pytest
from pages import drawn, errors_mm

from ecgscribe.core.standards import LAYOUTS, Scale
from ecgscribe.data.render import render
from ecgscribe.data.simulate import CONDITIONS, simulate
from ecgscribe.data.style import STANDARD
from ecgscribe.page import find_page
from ecgscribe.page.names import LABELS, Word
from ecgscribe.page.vote import RowSet, best_fits, margin


def word(label: str, x: float, foot: float, sure: float = 0.98) -> Word:
    chances = np.zeros(len(LABELS))
    chances[LABELS.index(label)] = sure
    return Word((x, foot - 2.5, x + 4.0, foot), label, sure, chances)


def rows_of(count: int, pitch: float = 25.0, left: float = 20.0, width: float = 250.0) -> RowSet:
    levels = tuple(40.0 + k * pitch for k in range(count))
    return RowSet(levels, left, left + width, (False,) * count, True, width == 250.0, 0)


def words_of(name: str, rows: RowSet, height: float = -10.0) -> list[Word]:
    """The names of a layout's page as a perfect reader gives them."""
    layout = LAYOUTS[name]
    pitch = (rows.right_mm - rows.left_mm) / layout.columns
    words = [
        word(label, rows.left_mm + 1 + c * pitch, rows.levels_mm[r] + height)
        for r, labels in enumerate(layout.rows)
        for c, label in enumerate(labels)
    ]
    below = len(layout.rows)
    return words + [
        word(label, rows.left_mm + 1, rows.levels_mm[below + k] + height) for k, label in enumerate(layout.rhythm)
    ]


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_told_by_its_names(name):
    rows = rows_of(LAYOUTS[name].row_count, 170.0 / LAYOUTS[name].row_count)
    fits = best_fits([rows], words_of(name, rows, -4.0))
    assert fits[0].layout.name == name and not fits[0].partial and fits[0].contrary == 0
    assert margin(fits) > 3.0


@pytest.mark.parametrize("name", ["3x4+1", "3x4+3", "6x2", "12x1"])
def test_a_third_of_the_names_is_enough(name):
    rows = rows_of(LAYOUTS[name].row_count, 170.0 / LAYOUTS[name].row_count)
    kept = [w for k, w in enumerate(words_of(name, rows, -4.0)) if k % 3 != 1]
    assert best_fits([rows], kept)[0].layout.name == name


def test_names_at_another_pace_than_the_rows_go_by_order():
    rows = rows_of(5, 25.0)
    words = [
        Word((w.box_mm[0], 20 + 1.17 * w.box_mm[1], w.box_mm[2], 20 + 1.17 * w.box_mm[3]), w.text, w.sure, w.chances)
        for w in words_of("3x4+2", rows, -12.0)
    ]
    assert best_fits([rows], words)[0].layout.name == "3x4+2"


def test_three_lines_of_names_are_not_those_of_three_rows_of_four():
    """The second row unseen and the first row's names unread: three lines, three rows, and a hole in one of them."""
    rows = rows_of(4, 36.0)
    seen = replace(rows, levels_mm=(rows.levels_mm[0], *rows.levels_mm[2:]), pulsed=(False,) * 3)
    words = [w for w in words_of("3x4+1", rows, 6.0) if w.box_mm[3] > rows.levels_mm[0] + 10]
    best = best_fits([seen, rows], words)[0]
    assert best.rows is rows and best.layout.name == "3x4+1" and not best.partial and best.matched == 9


@pytest.mark.parametrize("name", ["3x4+1", "3x4"])
def test_half_a_page_with_half_its_names_is_likelier_than_half_the_paper_speed(name):
    whole = rows_of(LAYOUTS[name].row_count, 36.0)
    half = rows_of(LAYOUTS[name].row_count, 36.0, width=125.0)
    words = [w for w in words_of(name, whole) if w.box_mm[0] < half.right_mm - 5][::2]
    best = best_fits([half], words)[0]
    assert best.layout.name == name and best.partial and best.pitch_mm == pytest.approx(62.5)


def test_another_rhythm_lead_is_taken_from_its_name():
    rows = rows_of(4, 35.0)
    words = [w for w in words_of("3x4+1", rows) if w.box_mm[3] < rows.levels_mm[3] - 12.0]
    words.append(word("V1", rows.left_mm + 1, rows.levels_mm[3] - 10.0))
    best = best_fits([rows], words)[0]
    assert best.layout.name == "3x4+1" and best.labels[3, 0] == "V1"


@pytest.mark.parametrize("layout", ["6x2", "3x4+3"])
def test_six_rows_are_told_apart_on_a_page(layout):
    page, truth = drawn(2, 6.0, layout=layout)
    result = find_page(page.picture)
    assert result.page.layout == layout and result.page.mm_per_s == 25.0
    sideways, upward = errors_mm(result, truth)
    assert sideways < 1.0 and upward < 0.8


def test_speed_and_gain_are_read_from_the_page():
    ecg = simulate(CONDITIONS[0], 4).ecg
    scale = Scale(50.0, 5.0)
    page, truth = render(ecg, STANDARD, "3x4+1", 6.0, scale=scale)
    result = find_page(page.picture)
    assert result.page.mm_per_s == 50.0 and {panel.mm_per_mv for panel in result.page.panels} == {5.0}
    assert errors_mm(result, truth)[0] < 2.0
    for found, true in zip(result.page.panels, truth.panels, strict=True):
        assert found.length_s == pytest.approx(true.length_s, abs=0.01)


def test_half_a_page_gives_the_half_that_is_there():
    page, truth = drawn(0, 5.0)
    result = find_page(np.ascontiguousarray(page.picture[:, : page.size_px[1] // 2]))
    assert {panel.lead for panel in result.page.panels} == {"I", "II", "III", "aVR", "aVL", "aVF"}
    assert "layout-partial" in [problem.code for problem in result.problems]
    for panel in result.page.panels:
        assert panel.start_s in (0.0, 2.5) and panel.length_s <= (5.0 if panel.rhythm else 2.5)
