"""Which rows of ink are rows of the page: rules, idle rows, a missing row, twelve rows on narrow paper."""

import numpy as np
import pytest

from ecgscribe.core.standards import Scale
from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.page import find_page
from ecgscribe.page.complexes import without_idle
from ecgscribe.page.layout import Rows, find_layout_rows, longest_run, without_rules
from ecgscribe.page.traces import FLAT_PX_PER_MM, is_rule

UNIT = FLAT_PX_PER_MM
LEFT_MM, RIGHT_MM = 25.0, 275.0


def blank(height_mm=220):
    return np.zeros((int(height_mm * UNIT), int(300 * UNIT)), np.float32)


def trace(ink, level_mm, high_mm=8.0, every_mm=20.0, wander_mm=0.3, dark=0.8):
    """A row of beats with a wandering line between them."""
    x = np.arange(int(LEFT_MM * UNIT), int(RIGHT_MM * UNIT) + 1) / UNIT
    beat = high_mm * np.maximum(0.0, 1 - np.abs(x % every_mm - every_mm / 2))
    y = level_mm - beat - wander_mm * np.sin(x) - 2 * np.exp(-(((x % every_mm) - 0.8 * every_mm) ** 2) / 4)
    for k in range(len(x) - 1):
        top, bottom = sorted((int(y[k] * UNIT), int(y[k + 1] * UNIT)))
        ink[top : bottom + 2, int(x[k] * UNIT)] = dark
    return ink


def rule(ink, level_mm, bend_mm=0.0, dark=0.8):
    """A ruled line on paper that is bent a little."""
    x = np.arange(int(LEFT_MM * UNIT), int(RIGHT_MM * UNIT))
    y = (level_mm + bend_mm * np.sin(np.pi * (x / UNIT - LEFT_MM) / 250)) * UNIT
    ink[y.astype(int), x] = ink[y.astype(int) + 1, x] = dark
    return ink


def levels_mm(rows):
    return np.array(rows.levels) / UNIT


def best_of(ink):
    readings, _, _ = find_layout_rows(ink, (0.0, 0.0, float(ink.shape[1]), float(ink.shape[0])), 250.0)
    return max(map(without_rules, readings), key=lambda rows: len(rows.levels))


@pytest.mark.parametrize("bend_mm", [0.0, 1.5])
def test_a_rule_is_told_from_a_trace_by_its_smooth_course(bend_mm):
    mask = rule(blank(), 40.0, bend_mm) > 0
    assert is_rule(mask, 40.0 * UNIT, LEFT_MM * UNIT, RIGHT_MM * UNIT)
    quiet = trace(blank(), 40.0, high_mm=3.0, every_mm=30.0, wander_mm=0.1) > 0
    assert not is_rule(quiet, 40.0 * UNIT, LEFT_MM * UNIT, RIGHT_MM * UNIT)


def test_rules_under_a_header_and_around_a_grid_are_no_rows():
    ink = blank()
    for level in (70, 100, 130, 160):
        trace(ink, level)
    for level in (40, 190):
        rule(ink, level, bend_mm=1.0)
    np.testing.assert_allclose(levels_mm(best_of(ink)), [70, 100, 130, 160], atol=1.0)


def test_rules_alone_are_not_thrown_away():
    ink = blank()
    for level in (70, 100, 130):
        rule(ink, level, bend_mm=1.0)
    assert len(best_of(ink).levels) == 3


def test_a_row_too_near_to_another_is_filled_in_at_the_pace():
    ink, levels = blank(), [40.0, 52.4, 77.2, 89.6, 102.0]
    for level in levels:
        trace(ink, level, high_mm=4.0, wander_mm=0.1)
    np.testing.assert_allclose(levels_mm(best_of(ink)), levels, atol=1.0)
    trace(ink, 65.4, high_mm=4.0, wander_mm=0.8)  # nearer to the next than rows are, and less level
    np.testing.assert_allclose(levels_mm(best_of(ink)), sorted([*levels, 65.0]), atol=1.0)


def test_twelve_rows_on_narrow_paper_are_found():
    ink = blank()
    levels = [60.0 + 8 * k for k in range(12)]
    for level in levels:
        trace(ink, level, high_mm=14.0, wander_mm=0.2)  # beats reach over the rows above
    np.testing.assert_allclose(levels_mm(best_of(ink)), levels, atol=1.0)


def test_rows_of_one_pace_are_the_longest_run():
    assert longest_run((5.0, 69.0, 109.0, 149.0, 240.0, 257.0)) == range(1, 4)
    assert longest_run((30.0, 60.0, 90.0, 120.0)) == range(4)
    assert longest_run((30.0, 60.0)) == longest_run((10.0, 60.0, 90.0)) == range(0)


def test_idle_rows_off_the_pace_are_left_out_beating_ones_are_not():
    ink = blank(260)
    for level in (70, 110, 150):
        trace(ink, level)
    mask = trace(ink, 210) > 0
    levels = [5.0, 70.0, 110.0, 150.0, 210.0, 245.0]

    def rows(pulsed):
        return Rows(tuple(v * UNIT for v in levels), LEFT_MM * UNIT, RIGHT_MM * UNIT, pulsed, mask)

    # the strip at 210 stands further off than the rows above one another, and beats
    kept = without_idle(rows((False,) * 6))
    np.testing.assert_allclose(levels_mm(kept), [70, 110, 150, 210])
    assert len(kept.pulsed) == 4
    # a pulse proves a row whose trace is still
    assert levels_mm(without_idle(rows((False,) * 5 + (True,))))[-1] == 245


def test_twelve_leads_on_narrow_paper_are_read_with_the_printed_gain():
    ecg = simulate("normal", 3).ecg
    made = make_page(ecg, 3, style="thermal-faded", layout="12x1", scale=Scale(25.0, 10.0), px_per_mm=6.0)
    result = find_page(made.picture)
    assert [panel.lead for panel in result.page.panels] == [panel.lead for panel in made.truth.panels]
    # the pulses of rows so near to one another stand in a column, which none of them can be told from
    assert {panel.mm_per_mv for panel in result.page.panels} == {10.0}
    pitch_mm = np.diff([panel.baseline_px for panel in made.truth.panels]) / 6.0
    assert pitch_mm.max() < 12
