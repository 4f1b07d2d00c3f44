"""The standard page redrawn from signals: what was seen stands where it belongs, or there is no page."""

import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.data.simulate import simulate
from ecgscribe.reader.standard_page import standard_page


@pytest.fixture(scope="module")
def ecg():
    return simulate("normal", 5).ecg


def windowed(ecg: Ecg, spans: dict[str, tuple[float, float]]) -> Ecg:
    signal = np.full_like(ecg.signal_mv, np.nan)
    for lead, (start_s, end_s) in spans.items():
        a, b = round(start_s * ecg.rate_hz), round(end_s * ecg.rate_hz)
        signal[ecg.leads.index(lead), a:b] = ecg.lead_mv(lead)[a:b]
    return Ecg(signal, ecg.rate_hz, ecg.leads)


def test_a_whole_recording_shows_its_columns_one_after_another(ecg):
    page = standard_page(ecg)
    assert page.layout == "3x4+1"
    assert [panel.start_s for panel in page.panels if not panel.rhythm][:4] == [0.0, 2.5, 5.0, 7.5]


def test_columns_of_other_layouts_are_taken_where_they_were_seen(ecg):
    limb = dict.fromkeys(("I", "II", "III", "aVR", "aVL", "aVF"), (0.0, 5.0))
    chest = dict.fromkeys(("V1", "V2", "V3", "V4", "V5", "V6"), (5.0, 10.0))
    page = standard_page(windowed(ecg, limb | chest))
    starts = {panel.lead: panel.start_s for panel in page.panels if not panel.rhythm}
    assert starts["I"] == 0.0 and starts["aVR"] == 2.5 and starts["V1"] == 5.0 and starts["V6"] == 7.5
    simultaneous = standard_page(windowed(ecg, dict.fromkeys(ecg.leads, (0.0, 2.5))))
    assert {panel.start_s for panel in simultaneous.panels if not panel.rhythm} == {0.0}


def test_without_one_lead_there_is_no_page(ecg):
    assert standard_page(windowed(ecg, dict.fromkeys(ecg.leads[:-1], (0.0, 10.0)))) is None
    assert standard_page(windowed(ecg, dict.fromkeys(ecg.leads, (0.0, 1.5)))) is None
    assert standard_page(Ecg(np.full((12, 0), np.nan, np.float32), 500.0)) is None
