"""Ecg, Panel, Page, Interpretation: checked at birth, and their dict forms come back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.report import Interpretation, Problem
from ecgscribe.core.standards import LAYOUTS, LEADS, Scale, labelled_lead, layout_named, lead_name


@given(
    arrays(np.float32, st.tuples(st.just(3), st.integers(1, 20)), elements=st.floats(-5, 5, width=32) | st.just(np.nan))
)
def test_ecg_round_trip_keeps_nan(signal):
    ecg = Ecg(signal, 100, ("I", "II", "V1"), "7", "p", "note")
    back = Ecg.from_dict(ecg.to_dict())
    assert np.array_equal(back.signal_mv, ecg.signal_mv, equal_nan=True)
    assert (back.rate_hz, back.leads, back.record, back.patient, back.note) == (
        100,
        ("I", "II", "V1"),
        "7",
        "p",
        "note",
    )


@pytest.mark.parametrize(("shape", "leads"), [((2, 5), ("I",)), ((1, 5), ("X",)), ((2, 5), ("I", "I")), ((5,), ("I",))])
def test_wrong_leads_are_refused(shape, leads):
    with pytest.raises(BadOption):
        Ecg(np.zeros(shape), 100, leads)


def test_absent_lead_is_nan_never_invented():
    assert np.isnan(Ecg(np.zeros((1, 4)), 100, ("I",)).lead_mv("V6")).all()


@pytest.mark.parametrize("written", ["AVR", "avr", " aVR ", "aVr"])
def test_lead_aliases(written):
    assert lead_name(written) == "aVR"


@pytest.mark.parametrize("lead", LEADS)
def test_every_lead_is_its_own_name(lead):
    assert lead_name(lead) == lead_name(lead.lower()) == lead


def test_unknown_names_say_what_is_known():
    with pytest.raises(BadOption, match="V7.*aVR"):
        lead_name("V7")
    with pytest.raises(BadOption, match="3x4"):
        layout_named("5x5")
    with pytest.raises(BadOption, match="positive"):
        Scale(0, 10)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_layouts_hold_every_lead_once(layout):
    leads = [labelled_lead(label) for row in layout.rows for label in row]
    assert sorted(lead for lead, _ in leads) == sorted(LEADS)
    assert layout.width_s == 10.0
    turned = [lead for lead, sign in leads if sign < 0]
    assert turned == (["aVR"] if layout.name.endswith("-cabrera") else [])


def test_cabrera_goes_round_the_frontal_plane():
    six = [row[0] for row in LAYOUTS["6x2-cabrera"].rows]
    assert six == [row[0] for row in LAYOUTS["12x1-cabrera"].rows[:6]] == ["aVL", "I", "-aVR", "II", "aVF", "III"]
    assert [row[0] for row in LAYOUTS["3x4-cabrera"].rows] == six[:3]
    assert LAYOUTS["3x4+3"].rhythm == ("V1", "II", "V5") and LAYOUTS["3x4+2"].rhythm == ("V1", "II")


def test_scale_knows_the_gain_of_each_lead():
    mixed = Scale(25.0, 10.0, 5.0)
    assert [mixed.gain(lead) for lead in LEADS] == [10.0] * 6 + [5.0] * 6
    assert mixed.mixed and not Scale().mixed and not Scale(25.0, 10.0, 10.0).mixed
    for wrong in ((25.0, 0.0), (float("nan"), 10.0), (25.0, 10.0, -1.0), (25.0, float("inf"))):
        with pytest.raises(BadOption, match="positive"):
            Scale(*wrong)


def test_panel_round_trip_and_refusal():
    panel = Panel("V1", (0.0, 1.0, 5.0, 9.0), 2.5, 2.5, 4.0)
    assert Panel.from_dict(panel.to_dict()) == panel
    with pytest.raises(BadOption, match="empty box"):
        Panel("V1", (5.0, 1.0, 5.0, 9.0), 0, 1, 4.0)


@pytest.mark.parametrize("picture", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)])
def test_page_wants_rgb_bytes(picture):
    with pytest.raises(BadOption, match="uint8"):
        Page(picture)


def test_an_interpretation_without_caption_must_say_why():
    with pytest.raises(BadOption, match="no problem"):
        Interpretation("x.png")
    told = Interpretation("x.png", problems=(Problem("page", "no-grid", "No grid.", fatal=True),))
    assert not told.complete
    assert told.to_dict()["problems"][0]["code"] == "no-grid"
    assert Problem.from_dict(told.problems[0].to_dict()) == told.problems[0]


def test_with_any_problem_it_is_not_complete():
    assert Interpretation("x", caption="sinus rhythm.").complete
    assert not Interpretation(
        "x", caption="sinus rhythm.", problems=(Problem("layout", "assumed", "Assumed."),)
    ).complete


def test_errors_carry_message_hint_and_code():
    error = BadRecord("nan", "Record 7 has 3 samples without a value.", "Leave it out.")
    assert str(error) == "Record 7 has 3 samples without a value. Leave it out." and error.code == "nan"
