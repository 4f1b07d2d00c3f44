import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecgscribe.text.boilerplate import FIELD_LIMIT, body_of

FOOTER = " 4.46" + " " * 26 + "unbestÄtigter bericht"
MACHINE = "sinusrhythmus lagetyp normal normales ekg"


def test_whole_footer_goes():
    assert body_of(MACHINE + FOOTER).text == MACHINE


@given(st.integers(min_value=1, max_value=len(FOOTER)))
def test_footer_cut_anywhere_by_the_field_limit_goes(length):
    fill = ("sinusrhythmus lagetyp normal " * 20)[: FIELD_LIMIT - length]
    body = fill.rstrip()[:-1] + "x"
    body = body.ljust(FIELD_LIMIT - length, "x")
    found = body_of((body + FOOTER)[:FIELD_LIMIT])
    assert "4.4" not in found.text and "unbest" not in found.text.lower()
    if length >= 5:
        assert found.text == body and not found.cut


@pytest.mark.parametrize(
    "tail", [" Edit: NORM 100", " Edit: ASMI 100, frischer Infarkt(LMI 100)", "Edit:SR 0", " edit: x"]
)
def test_edit_tail_goes(tail):
    assert body_of("sinus rhythm. normal ecg." + tail).text == "sinus rhythm. normal ecg."
    assert body_of(MACHINE + FOOTER + tail).text == MACHINE


@pytest.mark.parametrize("report", ["", " ", "-", " . ", "\n"])
def test_empty(report):
    assert body_of(report).dropped == "empty"


def test_trace_only():
    assert body_of("trace only requested.").dropped == "trace only requested"
    assert body_of("trace only requested. sinus rhythm.").text == "sinus rhythm"


def test_english_cut_loses_its_half_sentence():
    report = ("sinus rhythm. " * 30)[: FIELD_LIMIT - 22] + "old inferior infarction"
    body = body_of(report[:FIELD_LIMIT])
    assert body.cut
    assert body.text.endswith("sinus rhythm.")
    assert "infarct" not in body.text


@pytest.mark.parametrize("end", ["v4,5,6.", "v5,6.", "v3-6.", "avl, v6."])
def test_a_sentence_may_end_in_a_lead_list(end):
    sentence = f"st segments are depressed in i, {end} "
    start = ("sinus rhythm. " * 30)[: FIELD_LIMIT - len(sentence) - 10]
    report = start + sentence + "this may be due to"
    body = body_of(report[:FIELD_LIMIT])
    assert body.cut and body.text.endswith(end)


def test_shorter_report_is_not_cut():
    assert not body_of("sinus rhythm. old inferior infarc").cut


def test_a_final_lead_number_is_no_footer():
    assert body_of("q waves in v1 to v4.").text == "q waves in v1 to v4."
