"""The renderer: the trace stands where the truth says, at every scale; what is absent stays absent; same bytes."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.standards import LAYOUTS, LEADS, Scale
from ecgscribe.data.render import render
from ecgscribe.data.sheet import drawn_sheet
from ecgscribe.data.style import STANDARD, STYLES, Style, drawn_style, style_named

BARE = Style(minor_mm=0, major_mm=0, separators="none", pulse_mm=0, name_size_mm=0.1, name_mm=(1.0, -19.0))


def waves(rate_hz: int = 250, note: str = "", size_mv: float = 0.8) -> Ecg:
    time = np.arange(10 * rate_hz) / rate_hz
    return Ecg(np.stack([size_mv * np.sin(2 * np.pi * (0.7 + k / 10) * time) for k in range(12)]), rate_hz, note=note)


def misses_px(page, truth, reach: int) -> np.ndarray:
    """How far the ink's centre lies below the true curve, in px, at some columns where it is not steep."""
    dark = 255 - page.picture.mean(axis=2)
    errors = []
    for panel, trace in zip(truth.panels, truth.traces_px, strict=True):
        at = np.arange(panel.box_px[0] + 5, panel.box_px[2] - 5, 7.3).astype(int)
        slope = np.interp(at + 0.5, trace[:, 0], np.gradient(trace[:, 1], trace[:, 0]))
        at = at[np.abs(slope) < 2]
        for column, height in zip(at, np.interp(at + 0.5, trace[:, 0], trace[:, 1]), strict=True):
            rows = slice(max(int(height) - reach, 0), int(height) + reach + 1)
            ink = dark[rows, column]
            if ink.sum() > 0:
                errors.append(((np.arange(len(ink)) + rows.start + 0.5) * ink).sum() / ink.sum() - height)
    return np.array(errors)


@settings(max_examples=15, deadline=None)
@given(st.floats(3.0, 9.0), st.sampled_from([100, 250, 500]), st.sampled_from(["whole", "exact"]))
def test_the_ink_lies_on_the_true_curve(px_per_mm, rate_hz, pen):
    errors = misses_px(*render(waves(rate_hz), replace(BARE, pen=pen), px_per_mm=px_per_mm), reach=12)
    assert abs(np.mean(errors)) < 0.1 and np.percentile(np.abs(errors), 95) < 0.5, "sub-pixel, no offset"


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(sorted(LAYOUTS)),
    st.sampled_from([12.5, 25.0, 50.0]),
    st.sampled_from([5.0, 10.0, 20.0]),
    st.sampled_from([None, 5.0, 10.0]),
    st.floats(2.4, 12.0),
)
def test_the_ink_lies_on_the_curve_in_every_layout_and_scale(layout, speed, gain, chest, px_per_mm):
    style = replace(BARE, pen="exact", trace_mm=0.3, paper=(255, 255, 255))
    quiet = waves(size_mv=0.1)  # small enough for twelve rows at 20 mm/mV
    page, truth = render(quiet, style, layout, px_per_mm, scale=Scale(speed, gain, chest))
    errors = misses_px(page, truth, reach=int(3 * px_per_mm))
    assert abs(np.mean(errors)) < 0.15 and np.percentile(np.abs(errors), 95) < 0.5
    assert truth.scale == Scale(speed, gain, chest) and truth.layout == layout


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
@pytest.mark.parametrize("style", STYLES.values(), ids=lambda style: style.name)
def test_every_layout_fits_every_sheet(style, layout):
    for speed in (12.5, 25.0, 50.0):
        page, truth = render(waves(100), style, layout, 2.0, scale=Scale(speed))
        height, width = page.size_px
        for panel in truth.panels:
            assert 0 <= panel.box_px[0] and panel.box_px[2] <= width, (speed, panel)
            assert 0 < panel.baseline_px < height
        baselines = sorted({panel.baseline_px for panel in truth.panels})
        assert len(baselines) == LAYOUTS[layout].row_count
        assert len(baselines) == 1 or min(np.diff(baselines)) > 2.0 * 5.0, "rows at least 5 mm apart"
        lengths = {panel.length_s for panel in truth.panels if not panel.rhythm}
        assert lengths == {LAYOUTS[layout].panel_s} or speed == 50.0, "only fast paper shows fewer seconds"


def test_the_standard_page_never_changes():
    """Models were trained on it: digests of the sheet (numpy only) and of the ink (OpenCV 5 draws it), no letters."""
    import cv2

    time = np.arange(5000) / 500
    ecg = Ecg(np.stack([0.8 * np.sin(2 * np.pi * (0.7 + k / 10) * time) for k in range(12)]), 500)
    unlettered = replace(STANDARD, name_mm=(9999.0, 0.0), footer="")
    page, _ = render(ecg, unlettered, px_per_mm=4.0)
    assert hashlib.sha256(drawn_sheet(STANDARD, 4.0).tobytes()).hexdigest()[:16] == "6df67a0aea9a8b98"
    if cv2.__version__.startswith("5."):
        assert hashlib.sha256(page.picture.tobytes()).hexdigest()[:16] == "344fe405c1e40d23"


def test_geometry_is_paper_speed_and_gain():
    step = np.where(np.arange(2500) % 2, 1.0, 0.999)
    _, truth = render(Ecg(np.tile(step, (12, 1)), 250), px_per_mm=6.0)
    for panel, trace in zip(truth.panels, truth.traces_px, strict=True):
        assert panel.box_px[2] - panel.box_px[0] == pytest.approx(panel.length_s * 25 * 6)
        drawn = trace[np.isfinite(trace[:, 1]), 1]
        assert np.allclose(panel.baseline_px - drawn, 10 * 6, atol=0.07), "1 mV is 10 mm"
        assert panel.mm_per_mv == 10.0
    leads = "I aVR V1 V4 II aVL V2 V5 III aVF V3 V6 II"
    assert [panel.lead for panel in truth.panels] == leads.split()
    assert [panel.start_s for panel in truth.panels[:4]] == [0.0, 2.5, 5.0, 7.5]


def test_cabrera_draws_avr_upside_down():
    ecg = waves()
    _, truth = render(ecg, layout="12x1-cabrera", px_per_mm=4.0)
    assert [panel.lead for panel in truth.panels[:6]] == ["aVL", "I", "aVR", "II", "aVF", "III"]
    panel, trace = truth.panels[2], truth.traces_px[2]
    assert panel.sign == -1 and {other.sign for other in truth.panels if other is not panel} == {1}
    assert np.allclose(trace[:-1, 1] - panel.baseline_px, ecg.lead_mv("aVR") * 40, atol=1e-3)


def test_mixed_gain_is_drawn_said_and_printed():
    _, truth = render(waves(), px_per_mm=4.0, scale=Scale(25.0, 10.0, 5.0))
    assert {panel.mm_per_mv for panel in truth.panels if panel.lead.startswith("V")} == {5.0}
    assert {panel.mm_per_mv for panel in truth.panels if not panel.lead.startswith("V")} == {10.0}
    spans = [np.ptp(trace[:, 1]) for trace in truth.traces_px]
    assert max(spans[2:4]) < 0.6 * min(spans[:2])
    assert any("Limb 10 mm/mV Chest 5 mm/mV" in text for text, _ in truth.texts)


def test_columns_at_the_same_time_begin_together():
    ecg = waves()
    _, truth = render(ecg, layout="6x2+1", px_per_mm=4.0, start_s=2.0, simultaneous=True)
    assert {panel.start_s for panel in truth.panels} == {2.0}
    _, after = render(ecg, layout="6x2+1", px_per_mm=4.0)
    assert [panel.start_s for panel in after.panels[:2]] == [0.0, 5.0]


def test_fast_paper_shows_what_fits():
    _, truth = render(waves(), px_per_mm=4.0, scale=Scale(50.0))
    short = [panel for panel in truth.panels if not panel.rhythm]
    assert {panel.length_s for panel in short} == {1.25} and short[1].start_s == 1.25
    assert truth.panels[-1].length_s == 5.0
    with pytest.raises(BadOption, match="does not fit"):
        render(waves(), px_per_mm=4.0, scale=Scale(1000.0))


def test_same_arguments_same_bytes():
    for style in (drawn_style(3), *STYLES.values()):
        first, second = (render(waves(100), style, px_per_mm=3.0)[0].picture for _ in range(2))
        assert first.tobytes() == second.tobytes()


def test_every_drawn_thing_is_in_the_truth():
    page, truth = render(waves(note="simulated"), style_named("philips-pink"), px_per_mm=6.0, seed=9)
    assert truth.size_px == page.size_px and truth.style == "philips-pink" and truth.seed == 9
    assert len(truth.name_boxes_px) == len(truth.panels) == 13
    assert len(truth.pulses_px) == 4 and all(pulse[0, 0] > truth.panels[0].box_px[2] for pulse in truth.pulses_px)
    assert np.allclose([np.ptp(pulse[:, 1]) for pulse in truth.pulses_px], 60.0), "1 mV"
    assert {"simulated"} <= {text for text, _ in truth.texts}
    dark = page.picture.max(axis=2) < 90
    for box in [*truth.name_boxes_px, *(box for _, box in truth.texts)]:
        (x0, y0), (x1, y1) = box.min(axis=0).astype(int), box.max(axis=0).astype(int)
        assert dark[y0:y1, x0:x1].any(), "ink in every box"
    assert 0.5 * 0.28 * 6 < truth.trace_px < 1.5 * 0.28 * 6


def test_absent_leads_leave_no_ink_but_keep_their_names():
    signal = waves().signal_mv.copy()
    signal[LEADS.index("V1")] = np.nan
    signal[LEADS.index("V2")] = 0.25
    kept = [k for k, lead in enumerate(LEADS) if lead != "V3"]
    ecg = Ecg(signal[kept], 250, tuple(LEADS[k] for k in kept))
    style = replace(BARE, name_size_mm=3.0, name_mm=(1.0, -12.0))
    page, truth = render(ecg, style, px_per_mm=5.0)
    assert set(truth.absent) == {"V1", "V2", "V3"}
    assert truth.absent["V1"].startswith("no values") and "0.25 mV" in truth.absent["V2"]
    assert truth.absent["V3"].startswith("missing")
    for panel, trace, box in zip(truth.panels, truth.traces_px, truth.name_boxes_px, strict=True):
        x0, y0, x1, y1 = (int(v) for v in panel.box_px)
        empty = (page.picture[y0 + 60 : y1 - 40, x0 + 4 : x1 - 4] > 200).all()
        assert empty == (panel.lead in truth.absent) == np.isnan(trace[:, 1]).all()
        assert box is not None


def test_a_lead_without_values_in_the_time_shown_is_absent():
    signal = waves().signal_mv.copy()
    signal[LEADS.index("V6"), 1800:] = np.nan
    _, truth = render(Ecg(signal, 250), px_per_mm=4.0)
    assert truth.absent == {"V6": "no values in the time shown"}


def test_infinite_values_are_refused():
    signal = waves().signal_mv.copy()
    signal[3, 7] = np.inf
    with pytest.raises(BadRecord, match="aVR"):
        render(Ecg(signal, 250), px_per_mm=4.0)


def test_absurd_amplitudes_are_drawn_without_harm_and_marked_hidden():
    signal = waves().signal_mv.copy()
    signal[0] *= 1e7
    _, truth = render(Ecg(signal, 250), px_per_mm=4.0)
    assert truth.hidden[0].mean() > 0.9 and not truth.hidden[1].any()


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


@pytest.mark.parametrize(
    "wrong", [{"layout": "9x9"}, {"px_per_mm": 0}, {"px_per_mm": float("nan")}, {"starts_s": (0.0, 1.0)}]
)
def test_wrong_options_are_refused(wrong):
    with pytest.raises(BadOption):
        render(waves(), **wrong)
