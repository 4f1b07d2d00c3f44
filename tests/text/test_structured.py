"""Statements into the canonical sentence and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.report import AGES, CERTAINTIES, POLARITIES, Statement
from ecgscribe.core.standards import LEADS
from ecgscribe.text.normalise import normalise
from ecgscribe.text.statement_table import kinds
from ecgscribe.text.statements import canonical, statements_of
from ecgscribe.text.structured import caption_from, structured_caption

WALLS = ("inferior", "anterior", "septal", "high lateral", "lateral", "limb", "chest", "throughout")
ANY = st.builds(
    Statement,
    code=st.sampled_from(sorted(kinds())),
    polarity=st.sampled_from(POLARITIES),
    certainty=st.sampled_from(CERTAINTIES),
    territory=st.lists(st.sampled_from(WALLS + LEADS), max_size=4).map(tuple),
    age=st.sampled_from(AGES),
)


@given(st.lists(ANY, max_size=12))
@settings(max_examples=400)
def test_there_and_back(statements):
    wanted = canonical(statements)
    caption = caption_from(statements)
    assert statements_of(caption) == wanted
    assert normalise(caption) == caption
    assert caption_from(wanted) == caption


@pytest.mark.parametrize("code", sorted(kinds()))
def test_every_code_alone(code):
    for polarity in POLARITIES:
        for certainty in CERTAINTIES:
            for age in AGES:
                wanted = canonical([Statement(code, polarity, certainty, ("V4", "V5", "V6"), age)])
                assert statements_of(caption_from(wanted)) == wanted


@given(st.lists(ANY, max_size=8))
def test_canonical_is_settled(statements):
    assert canonical(canonical(statements)) == canonical(statements)
    assert canonical(reversed(canonical(statements))) == canonical(statements)


@given(st.text(max_size=150))
def test_structured_again_changes_nothing(text):
    once = structured_caption(text)
    assert structured_caption(once) == once


def test_the_order_and_the_words():
    caption = (
        "premature ventricular contraction(s), sinus rhythm, first-degree av block, marked left axis deviation, "
        "anterior infarct, probably old, t waves are flat in i, v4-v6, otherwise normal ecg."
    )
    assert structured_caption(caption) == (
        "sinus rhythm. first-degree av block. marked left axis deviation. old anterior infarct. "
        "low or flat t waves in i, v4-v6. ventricular premature complexes. otherwise normal ecg."
    )


def test_normal_alone_is_not_otherwise():
    assert structured_caption("sinus rhythm. normal ecg.") == "sinus rhythm. normal ecg."
    assert structured_caption("sinus rhythm, normal axis, abnormal ecg") == "sinus rhythm. normal axis. abnormal ecg."
    assert structured_caption("lagetyp") == caption_from([]) == ""


def test_doubt_and_denial():
    said = [
        Statement("IMI", certainty="cannot be excluded", age="undetermined"),
        Statement("LVH", certainty="possible"),
        Statement("PERIC", "absent", "probable"),
        Statement("STE_", "absent", territory=("V2",)),
    ]
    assert caption_from(said) == (
        "possible left ventricular hypertrophy. inferior infarct cannot be excluded, age undetermined. "
        "no st elevation in v2. pericarditis is unlikely."
    )
