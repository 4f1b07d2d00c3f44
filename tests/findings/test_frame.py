"""The frame of the picture model: each lead in its cell, at one scale, whatever the page."""

import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.standards import LEADS, Scale
from ecgscribe.data.render import render
from ecgscribe.findings.frame import FRAME_PX, PX_PER_MV, PX_PER_S, cell_box, lead_frame, slot_of


def steps(level_mv: float = 1.0) -> Ecg:
    """Every lead flat at 0 mV with one broad pulse of `level_mv` from 1 s to 1.5 s of every 2.5 s."""
    time = np.arange(2500) / 250 % 2.5
    return Ecg(np.tile(np.where((time > 1.0) & (time < 1.5), level_mv, 0.0), (12, 1)), 250)


def ink_height(frame, slot, second):
    """Middle of the ink in the column of that second, px from the cell's top."""
    x0, y0, _, y1 = cell_box(slot)
    column = frame[y0:y1, x0 + round(second * PX_PER_S)].astype(float)
    column[:18] = column[40:] = 0  # the neighbouring rows and the names of leads
    return (column * (np.arange(len(column)) + 0.5)).sum() / column.sum()


@pytest.mark.parametrize("layout", ["3x4+1", "6x2+1", "12x1", "3x4+1-cabrera"])
@pytest.mark.parametrize("scale", [Scale(25.0, 10.0), Scale(25.0, 5.0)])
def test_a_millivolt_and_a_second_are_the_same_on_every_page(layout, scale):
    page, _ = render(steps(0.4), layout=layout, px_per_mm=6.0, scale=scale)
    frame, seen = lead_frame(page)
    assert frame.shape == FRAME_PX and seen.all()
    for lead in ("II", "aVR", "V3", "V6"):
        slot = slot_of(lead)
        up_px = ink_height(frame, slot, 2.1) - ink_height(frame, slot, 1.25)
        assert up_px == pytest.approx(0.4 * PX_PER_MV, abs=0.8), (layout, lead)


def test_a_missing_lead_and_a_missing_strip_leave_empty_cells(page):
    panels = tuple(panel for panel in page.panels if panel.lead != "V2" and not panel.rhythm)
    frame, seen = lead_frame(Page(page.picture, px_per_mm=page.px_per_mm, panels=panels))
    x0, y0, x1, y1 = cell_box(slot_of("V2"))
    assert not seen[slot_of("V2")] and not seen[12] and seen.sum() == 11
    assert frame[y0:y1, x0:x1].max() == 0


def test_a_page_without_panels_is_refused(page):
    with pytest.raises(BadOption, match="no located leads"):
        lead_frame(Page(page.picture))


def test_the_cells_tile_the_frame():
    covered = np.zeros(FRAME_PX, int)
    for slot in range(13):
        x0, y0, x1, y1 = cell_box(slot)
        covered[y0:y1, x0:x1] += 1
    assert (covered == 1).all() and {slot_of(lead) for lead in LEADS} == set(range(12))
