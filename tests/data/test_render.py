"""The renderer: the trace stands where the truth says, at every scale; what is absent stays absent; same bytes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.data.render import render
from ecgscribe.data.style import STANDARD, Style, drawn_style

BARE = Style(minor_mm=0, major_mm=0, separators="none", pulse_mm=0, name_size_mm=0.1, name_mm=(1.0, -19.0))


def waves(rate_hz: int = 250, note: str = "") -> Ecg:
    time = np.arange(10 * rate_hz) / rate_hz
    return Ecg(np.stack([0.8 * np.sin(2 * np.pi * (0.7 + k / 10) * time) for k in range(12)]), rate_hz, note=note)


@settings(max_examples=15, deadline=None)
@given(st.floats(3.0, 9.0), st.sampled_from([100, 250, 500]))
def test_the_ink_lies_on_the_true_curve(px_per_mm, rate_hz):
    page, truth = render(waves(rate_hz), BARE, px_per_mm=px_per_mm)
    dark = 255 - page.picture.mean(axis=2)
    errors = []
    for panel, trace in zip(truth.panels, truth.traces_px, strict=True):
        at = np.arange(panel.box_px[0] + 5, panel.box_px[2] - 5, 7.3).astype(int)
        for column, height in zip(at, np.interp(at + 0.5, trace[:, 0], trace[:, 1]), strict=True):
            rows = slice(int(height) - 12, int(height) + 13)
            ink = dark[rows, column]
            errors.append(((np.arange(rows.start, rows.stop) + 0.5) * ink).sum() / ink.sum() - height)
    assert abs(np.mean(errors)) < 0.1 and np.percentile(np.abs(errors), 95) < 0.5, "sub-pixel, no offset"


def test_geometry_is_paper_speed_and_gain():
    _, truth = render(Ecg(np.ones((12, 2500)), 250), px_per_mm=6.0)
    for panel, trace in zip(truth.panels, truth.traces_px, strict=True):
        assert panel.box_px[2] - panel.box_px[0] == pytest.approx(panel.length_s * 25 * 6)
        drawn = trace[np.isfinite(trace[:, 1]), 1]
        assert np.allclose(panel.baseline_px - drawn, 10 * 6), "1 mV is 10 mm"
    assert [panel.lead for panel in truth.panels] == [
        "I",
        "aVR",
        "V1",
        "V4",
        "II",
        "aVL",
        "V2",
        "V5",
        "III",
        "aVF",
        "V3",
        "V6",
        "II",
    ]
    assert [panel.start_s for panel in truth.panels[:4]] == [0.0, 2.5, 5.0, 7.5]


def test_same_arguments_same_bytes():
    first, second = (render(waves(), drawn_style(3), px_per_mm=4.0)[0].picture for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_styles_differ_and_repeat():
    assert drawn_style(1) == drawn_style(1) != drawn_style(2)


def test_absent_samples_leave_no_ink():
    signal = waves().signal_mv.copy()
    signal[LEADS.index("V1")] = np.nan
    page, truth = render(Ecg(signal, 250), BARE, px_per_mm=5.0)
    panel = next(panel for panel in truth.panels if panel.lead == "V1")
    x0, y0, x1, y1 = (int(v) for v in panel.box_px)
    assert (page.picture[y0 + 40 : y1 - 40, x0 + 4 : x1 - 4] > 200).all()
    trace = truth.traces_px[truth.panels.index(panel)]
    assert np.isnan(trace[:, 1]).all()


def test_a_short_record_ends_where_it_ends():
    _, truth = render(Ecg(waves().signal_mv[:, :1000], 250), px_per_mm=4.0)
    rhythm = truth.traces_px[-1]
    assert np.isnan(rhythm[1001:, 1]).all() and np.isfinite(rhythm[:1000, 1]).all()


def test_column_starts_choose_the_time():
    ecg = waves()
    _, truth = render(ecg, px_per_mm=4.0, starts_s=(3.0, 0.0, 1.0, 7.5))
    panel, trace = truth.panels[0], truth.traces_px[0]
    assert panel.start_s == 3.0
    assert trace[0, 1] == pytest.approx(panel.baseline_px - ecg.lead_mv("I")[750] * 40, abs=1e-3)


def test_the_note_is_on_the_page():
    plain, noted = render(waves(), px_per_mm=4.0)[0], render(waves(note="simulated ECG"), px_per_mm=4.0)[0]
    changed = np.argwhere((plain.picture != noted.picture).any(axis=2))
    assert len(changed) > 50 and changed[:, 0].max() < STANDARD.grid_mm[1] * 4


def test_the_grid_keeps_its_pitch_at_any_scale():
    page, _ = render(Ecg(np.full((12, 2500), np.nan), 250), px_per_mm=4.37)
    row = page.picture[int(30.5 * 4.37), :, 1].astype(float)
    x0, x1 = 15 * 4.37, 290 * 4.37
    lines = 255 - row
    phase = [np.abs((lines * np.exp(2j * np.pi * np.arange(len(lines)) / (4.37 * step))).sum()) for step in (5.0, 4.6)]
    assert phase[0] > 5 * phase[1] and x1 > x0


@pytest.mark.parametrize("wrong", [{"layout": "9x9"}, {"px_per_mm": 0}, {"starts_s": (0.0, 1.0)}])
def test_wrong_options_are_refused(wrong):
    with pytest.raises(BadOption):
        render(waves(), **wrong)
