import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scorer_signals import COLUMN, C, K, R

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.evaluation.page_truth import printed_ecg
from ecgscribe.evaluation.signal_summary import summary, table
from ecgscribe.evaluation.signals import at_rate, lag_ms, score_page


def page(signal: np.ndarray, record: str = "a", patient: str = "p") -> Ecg:
    """A 3x4 page at 100 Hz with lead II whole, all leads from one signal."""
    rows = [
        signal if lead == "II" else np.where((K >= 250 * c) & (K < 250 * c + 250), signal, np.nan)
        for lead, c in COLUMN.items()
    ]
    return Ecg(np.stack(rows), 100, record=record, patient=patient)


def test_both_competitions_agree_with_their_own_figures_on_a_page():
    scores = score_page(page(R), page(R + C))
    assert scores.kaggle_db == pytest.approx(16.201587, abs=1e-4)
    by_lead = {lead.lead: lead for lead in scores.leads}
    assert by_lead["II"].plain == pytest.approx(16.126965, abs=1e-4)
    assert by_lead["II"].official == pytest.approx(11.671074, abs=1e-3)
    assert by_lead["V1"].official == pytest.approx(0.0, abs=1e-3), "the published slip"
    assert by_lead["V1"].mended > 5, "moved rightly, though by the picture's poor choice"
    assert scores.plain == pytest.approx(np.mean([lead.plain for lead in scores.leads]))
    assert scores.coverage == 1 and scores.failed_share == 0
    assert by_lead["II"].rmse_uv == pytest.approx(50 / np.sqrt(2), rel=1e-3)


def test_a_page_that_gave_nothing_counts_as_zeros():
    for read in (None, page(np.full(1000, np.nan))):
        scores = score_page(page(R), read, slow=False)
        assert scores.missing and scores.plain == 0 and scores.zero_leads == 12
        assert scores.kaggle_db == pytest.approx(0.986069, abs=1e-4), "zeros, as the competition scores them"
        assert scores.coverage == 0 and scores.failed_share == 1


def test_a_lead_that_was_not_read_has_failed():
    read = page(R + 0.01)
    read.signal_mv[LEADS.index("V1")] = np.nan
    scores = score_page(page(R), read, slow=False)
    assert [lead.lead for lead in scores.leads if lead.failed] == ["V1"]
    assert scores.failed_share == pytest.approx(1 / 12)
    assert scores.rmse_uv == pytest.approx(10, rel=1e-3), "on what was read"
    assert scores.coverage == pytest.approx((1000 + 10 * 250) / (1000 + 11 * 250))


@given(st.floats(-15, 15))
@settings(max_examples=25, deadline=None)
def test_the_lag_is_found_between_samples(late):
    estimate = np.interp(K - late, K, R)
    assert lag_ms(R, estimate, 100) == pytest.approx(10 * late, abs=2.0)


def test_another_rate_is_brought_to_the_truth_and_gaps_stay_gaps():
    fine = np.interp(np.arange(2000) / 200, K / 100, R)
    fine[400:500] = np.nan
    read = Ecg(np.stack([fine] * 12), 200)
    values = at_rate(read, "II", page(R))
    np.testing.assert_allclose(values[:199], R[:199], atol=1e-6)
    assert np.isnan(values[200:250]).all() and np.isfinite(values[251:]).all()


def test_the_json_has_no_nan_and_holds_the_leads():
    text = json.dumps(score_page(page(R), page(R), slow=False).to_dict(), allow_nan=False)
    assert len(json.loads(text)["leads"]) == 12 and json.loads(text)["plain"] is None


def test_the_summary_resamples_patients_and_counts_failures():
    scores = [
        score_page(page(R, "a", "p"), page(R + C), slow=False),
        score_page(page(R, "b", "p"), page(0.9 * R), slow=False),
        score_page(page(R, "c", "q"), None, slow=False),
    ]
    row = summary(scores)
    assert (row.pages, row.patients, row.missing, row.failed_leads, row.leads) == (3, 2, 1, 12, 36)
    ratios = [s.kaggle_ratio for s in scores]
    assert row.kaggle_set_db == pytest.approx(10 * np.log10(np.mean(ratios)))
    assert row.kaggle_set_low <= row.kaggle_set_db <= row.kaggle_set_high
    assert row.figures["kaggle_db"].median == pytest.approx(np.median([s.kaggle_db for s in scores]))
    assert "| 3 | 1 |" in table({"both": row})
    json.dumps(row.to_dict(), allow_nan=False)
    assert summary(scores[:2]).kaggle_set_db == pytest.approx(19.221843, abs=1e-4)


def test_nothing_to_score_is_refused():
    with pytest.raises(BadOption, match="Nothing is printed"):
        score_page(page(np.full(1000, np.nan)), None)
    with pytest.raises(BadOption, match="no pages"):
        summary([])


@pytest.mark.parametrize("simultaneous", [False, True])
def test_the_truth_of_a_drawn_page_stands_in_the_recordings_time(simultaneous):
    ecg = simulate("normal", 3).ecg
    wishes = {"layout": "3x4+1", "preset": "clean", "px_per_mm": 4.0, "start_s": 0.0, "simultaneous": simultaneous}
    made = make_page(ecg, 1, style="standard", **wishes)
    shown = printed_ecg(made.truth)
    v1 = shown.lead_mv("V1")
    begin = 0 if simultaneous else 2500
    assert np.isfinite(v1[begin : begin + 1250]).all() and np.isfinite(v1).sum() == 1250
    np.testing.assert_allclose(v1[begin : begin + 1250], ecg.lead_mv("V1")[begin : begin + 1250], atol=1e-6)
    np.testing.assert_allclose(shown.lead_mv("II"), ecg.lead_mv("II"), atol=1e-6)


def test_hidden_stretches_and_missing_leads_are_not_asked_for():
    ecg = simulate("normal", 3, missing_lead="V2").ecg
    wishes = {"layout": "3x4", "preset": "clean", "px_per_mm": 4.0, "start_s": 0.0, "simultaneous": False}
    truth = make_page(ecg, 1, style="standard", **wishes).truth
    cover = np.zeros(truth.size_px, np.uint8)
    x0, _, x1, _ = truth.panels[0].box_px
    cover[:, int(x0) : int((x0 + x1) / 2)] = 255
    shown = printed_ecg(truth.hiding(cover))
    lead = shown.lead_mv(truth.panels[0].lead)
    assert np.isnan(lead[:620]).all() and np.isfinite(lead[630:1250]).all()
    assert np.isnan(shown.lead_mv("V2")).all() and np.isfinite(shown.lead_mv("V3")).any()
