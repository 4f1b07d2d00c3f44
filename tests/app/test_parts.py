"""Findings, measurements and signals as HTML: every value is there, gaps stay gaps, nothing can act as markup."""

import math
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from fakes_reader import ecg_page, full_reader

from ecgscribe.app.figures import corners_text, corrector, pictures
from ecgscribe.app.plot import signals
from ecgscribe.app.tables import findings, measurements, value_of
from ecgscribe.core.ecg import Ecg
from ecgscribe.core.report import Finding, Interpretation, LeadQuality, Measurement
from ecgscribe.core.standards import LEADS
from ecgscribe.reader.correct import Correction, parsed_corners


@pytest.fixture(scope="module")
def reading() -> Interpretation:
    return full_reader().read_page(ecg_page(px_per_mm=4.0)[0], "x.png")


def svg_of(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.search(r"<svg class=\"plot\".*?</svg>", text, re.S)[0])


def drawn(svg: ElementTree.Element, lead: str) -> list[str]:
    groups = [group for group in svg.iter("g") if group.get("data-lead") == lead]
    return [path.get("d") for group in groups for path in group.iter("path") if path.get("class") == "trace"]


def test_every_panel_is_plotted_in_its_time_and_amplitude(reading):
    svg = svg_of(signals(reading.ecg, reading.page))
    assert {group.get("data-lead") for group in svg.iter("g")} == set(LEADS)
    (path,) = drawn(svg, "V1")  # third column: starts at 5 s, so 125 mm right of the first
    (first,) = drawn(svg, "I")
    points = [np.array([p.split(",") for p in d[1:].split()], float) for d in (first, path)]
    assert points[1][0, 0] - points[0][0, 0] == pytest.approx(125, abs=1.0)
    assert np.ptp(points[0][:, 0]) == pytest.approx(0.9 * 2.5 * 25, abs=0.2)
    assert np.ptp(points[0][:, 1]) == pytest.approx(10, abs=0.1)  # 1 mV from trough to crest


def test_what_was_not_seen_is_a_gap(reading):
    signal = reading.ecg.signal_mv.copy()
    signal[0, 300:400] = np.nan
    signal[1] = np.nan
    svg = svg_of(signals(Ecg(signal, 500.0), reading.page))
    assert drawn(svg, "I")[0].count("M") == 2 and drawn(svg, "II") == []
    assert "nan" not in ElementTree.tostring(svg).decode() and "not read" in ElementTree.tostring(svg).decode()


def test_nothing_is_plotted_where_nothing_was_read(reading):
    assert signals(None, reading.page) == signals(reading.ecg, None) == ""
    assert signals(Ecg(np.full((12, 50), np.nan), 500.0), reading.page) == ""


def test_a_turned_lead_is_drawn_as_on_its_page(reading):
    from dataclasses import replace

    turned = replace(reading.page, panels=tuple(replace(panel, sign=-1) for panel in reading.page.panels))
    one, other = (
        drawn(svg_of(signals(reading.ecg, page)), name) for page, name in ((reading.page, "I"), (turned, "-I"))
    )
    y = [np.array([p.split(",")[1] for p in d[0][1:].split()], float) for d in (one, other)]
    assert np.corrcoef(*y)[0, 1] == pytest.approx(-1, abs=1e-3)


def test_findings_tell_probability_threshold_verdict_support_and_place(reading):
    html = findings(reading)
    shown, folded = html.split('<details class="more">', 1)
    assert "left axis deviation" in shown and "82 %" in shown and "present from 40 %" in shown and "3200" in shown
    assert 'class="uncertain"' in shown and "inferior infarct" not in shown
    assert "inferior infarct" in folded and "&lt; 1 %" not in shown and "1 assessed and not found" in folded
    assert "1 not assessed" in folded and "WPW" in folded
    boxes = re.search(r'data-boxes="([^"]+)"', shown)[1].split(";")
    assert [tuple(map(float, box.split(","))) for box in boxes] == [
        pytest.approx(box, abs=0.06) for box in reading.findings[0].evidence
    ]
    assert html.count("data-boxes") == 1 and findings(Interpretation("x", caption="x")) == ""


def test_measurements_tell_value_unit_beats_method_or_why_not():
    told = (
        Measurement("rate", 71.6, "bpm", "60 over the mean RR", beats=9, spread=2.2),
        Measurement("pr", math.nan, "ms", reason="No P waves were found."),
        Measurement("st", 0.123, "mV", lead="V2"),
    )
    qualities = (LeadQuality("V2", 0.4, 0.9, repaired=True, reason="covered <by> a hand"),)
    html = measurements(Interpretation("x", caption="x", measurements=told, qualities=qualities))
    assert "Heart rate" in html and "72 ± 2" in html and "bpm" in html and "60 over the mean RR" in html
    assert "1 could not be measured" in html and "No P waves were found." in html
    assert "0.12" in html and "40 %" in html and "corrected by the other" in html and "covered &lt;by&gt;" in html
    assert value_of(Measurement("p_present", 0.0, "1")) == "no"
    assert measurements(Interpretation("x", caption="x")) == ""


def test_a_name_cannot_bring_markup():
    evil = Finding("<b>", "<script>${x}</script>", "statement", 0.9, 0.5, "present")
    html = findings(Interpretation("x", caption="x", findings=(evil,), not_assessed=("<i>",)))
    assert "<script" not in html and "${" not in html and "<i>" not in html.replace('<i style="width', "")


def test_the_traces_lie_on_the_users_picture(reading):
    html = pictures(reading.page.picture, reading)
    lines = re.findall(r'<polyline points="([^"]+)"', html)
    assert len(lines) == len(reading.page.panels)
    first = np.array([p.split(",") for p in lines[0].split()], float)
    panel = reading.page.panels[0]
    assert first[0] == pytest.approx([panel.box_px[0], panel.baseline_px], abs=0.1) and len(first) == 54
    assert 'data-layer="traces"' in html and "nan" not in lines[0]


def test_a_correction_begins_with_corners_that_are_possible(reading):
    picture = reading.page.picture
    for page in (reading.page, None):
        corners = parsed_corners(corners_text(picture, page))
        Correction(corners)
        assert corrector(picture, page).count("data-corner") == 4
    height, width = picture.shape[:2]
    assert parsed_corners(corners_text(picture, reading.page))[2] == pytest.approx([width, height], abs=1)
