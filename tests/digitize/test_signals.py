"""Panels as samples: what runs over the page's edge is not invented."""

import numpy as np
import pytest

from ecgscribe.core.page import Panel
from ecgscribe.digitize.path import Curve
from ecgscribe.digitize.signals import read_panel
from ecgscribe.digitize.strips import Strip

PX = (8.0, 5.0)  # page px a mm, as a strip's own
COLUMNS, RATE = 1000, 500


def panel_of(wave_mv, mass, baseline=100.0, high=400.0):
    """The reading of a panel of 2.5 s whose trace has (COLUMNS,) heights in mV and is seen with this mass."""
    strip = Strip(np.zeros((2, 288, COLUMNS // 2), np.float32), (0,), (0.0, 0.0), (1.0, 1.0))
    panel = Panel("V4", (0.0, 0.0, COLUMNS / 2, 200.0), 0.0, 2.5, baseline, mm_per_mv=10.0)
    curve = Curve(baseline - wave_mv * 10 * PX[1], mass, np.full(COLUMNS, 1.0))
    return read_panel(panel, strip, curve, PX, RATE, 2.0, picture_high=high)


def wave():
    x = np.linspace(-1, 1, COLUMNS)
    return 2.2 * np.exp(-((x / 0.12) ** 2))


@pytest.mark.parametrize("below", [False, True])
def test_a_wave_that_leaves_the_page_is_missing_where_it_is_gone(below):
    true = wave()
    gone = true > 1.95  # the page's edge is 20 mm from the line
    seen = np.where(gone, 0.0, true)  # the network falls back to the line, half sure
    mass = np.where(gone, 0.5, 1.0)
    read = panel_of(-seen if below else seen, mass, *((300.0, 400.0) if below else (100.0, 400.0)))
    lost = np.isnan(read.mv)
    assert lost.any() and lost.mean() == pytest.approx(gone.mean(), abs=0.02)
    assert np.abs(read.mv[~lost]).max() > 1.8
    x = (np.arange(len(read.mv)) + 0.5) / len(read.mv) * COLUMNS
    assert read.mv[~lost] == pytest.approx((-true if below else true)[x.astype(int)][~lost], abs=0.15)


def test_a_blurred_stretch_in_the_middle_of_the_page_is_bridged_by_what_is_seen():
    true = wave()
    mass = np.where(true > 1.95, 0.5, 1.0)
    assert not np.isnan(panel_of(true, mass, 200.0).mv).any()


def test_a_trace_at_the_edge_that_is_sure_stays():
    true = wave() / 2.2 * 1.98
    assert not np.isnan(panel_of(true, np.ones(COLUMNS)).mv).any()
