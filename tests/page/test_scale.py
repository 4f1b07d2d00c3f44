"""What bears the millimetres of a page out, and the gain where rows are too near for pulses."""

import pytest

from ecgscribe.core.standards import layout_named
from ecgscribe.page.printed import Printed
from ecgscribe.page.scale import borne_out
from ecgscribe.page.vote import Fit, RowSet


def fit(width_mm, layout="3x4", missing=0):
    """Rows of so many millimetres read as a layout, of which some rows are missing."""
    layout = layout_named(layout)
    count = layout.row_count - missing
    levels = tuple(40.0 + 30 * k for k in range(count))
    rows = RowSet(levels, 20.0, 20.0 + width_mm, (False,) * count, True, False, 0)
    return Fit(layout, rows, 0, 0, count, 0, 20.0, width_mm / layout.columns, {}, 8, 0, 1.0)


@pytest.mark.parametrize(
    ("mm_per_s", "width_mm", "borne"),
    [(25.0, 250.0, True), (25.0, 262.0, True), (12.5, 124.0, True), (50.0, 500.0, True), (25.0, 125.0, False)]
    + [(25.0, 50.0, False), (50.0, 250.0, False), (None, 250.0, False)],
)
def test_rows_as_long_as_their_layout_at_the_printed_speed_bear_the_scale_out(mm_per_s, width_mm, borne):
    assert borne_out(Printed(mm_per_s=mm_per_s), None, fit(width_mm)) is borne


def test_a_part_of_a_page_bears_nothing_out():
    assert not borne_out(Printed(mm_per_s=25.0), None, fit(250.0, "3x4+1", missing=1))


@pytest.mark.parametrize(("gain", "pulse_mm", "borne"), [(10.0, 10.0, True), (10.0, 5.0, False), (None, 10.0, False)])
def test_a_pulse_as_high_as_the_printed_gain_bears_the_scale_out(gain, pulse_mm, borne):
    assert borne_out(Printed(mm_per_mv=gain), pulse_mm, fit(180.0)) is borne
