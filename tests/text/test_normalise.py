import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecgscribe.text.normalise import normalise

PIECES = st.sampled_from(
    [*"abc v1234567890.,;:-()/+?&", "v3-6", "v4,5,6", " 0,12 sec", "0.24 sec. ", " mv", "i,ii,avl", "ST ", "ecg ", "  "]
)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("Sinus rhythm.  Normal ECG", "sinus rhythm. normal ecg."),
        ("T inversion in V3-6", "t inversion in v3-v6."),
        ("T inversion in v4,5,6", "t inversion in v4, v5, v6."),
        ("q waves in I,II,aVL", "q waves in i, ii, avl."),
        ("PR interval 0.24 sec.", "pr interval 0.24 s."),
        ("PR interval (0,22 sec.) long", "pr interval (0.22 s) long."),
        ("p wave 0.12 s", "p wave 0.12 s."),
        ("2:1 AV block", "2:1 av block."),
        ("prolonged qt.this may be a drug", "prolonged qt. this may be a drug."),
        ("sinus rhythm , normal axis,", "sinus rhythm, normal axis."),
        ("infarct?", "infarct?."),
        ("premature contraction(s). normal ecg.", "premature contractions. normal ecg."),
        ("pr interval 0.24 seconds. st sagging", "pr interval 0.24 s. st sagging."),
        ("sinus rhythm left axis deviation. no change.", "sinus rhythm. left axis deviation. no change."),
        ("sinus rhythm with first degree block", "sinus rhythm with first degree block."),
        ("abnormal QRS(T)", "abnormal qrs(t)."),
        ("", ""),
        (" . ", ""),
    ],
)
def test_known(raw, normal):
    assert normalise(raw) == normal


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
@example("v1-2-3-4, v5,6")
@example("(( ) )")
@example("0,1 sec.. ,,")
def test_idempotent(text):
    once = normalise(text)
    assert normalise(once) == once


SENTENCES = st.lists(
    st.sampled_from(
        (
            "sinus rhythm|sinus rhythm left axis deviation|no q waves in I,II,aVL|st depression in v3-6"
            "|t waves flat in V4,5,6|premature contraction(s)|pr interval 0,24 sec.|infarct?|infarct cannot be excluded"
            "|2:1 av block (v1+v2)|not abnormal QRS(T)|rate = 74/min|compared with 2:8:92|possible lvh;  probably old"
            "|lead v1/v2|qt.this|0.12 s in II and v5 & v6"
        ).split("|")
    ),
    max_size=8,
)


@settings(max_examples=400, deadline=None)
@given(SENTENCES, st.sampled_from([". ", ", ", " ", "  ", "; ", ".", "\n"]))
def test_idempotent_on_report_like_text(sentences, mark):
    once = normalise(mark.join(sentences))
    assert normalise(once) == once
    for word in ("not", "cannot", "possible", "probably"):
        assert words(once).count(word) == words(" ".join(sentences)).count(word)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text)


@settings(deadline=None)
@given(st.integers(0, 9), st.integers(1, 99))
def test_decimals_survive(whole, hundredths):
    assert f"{whole}.{hundredths:02d} s" in normalise(f"pr {whole}.{hundredths:02d} s, normal")
    assert f"{whole}.{hundredths:02d} s" in normalise(f"pr {whole},{hundredths:02d} sec, normal")


@given(st.integers(1, 5), st.integers(2, 6))
def test_lead_ranges_survive(first, last):
    assert f"v{first}-v{last}" in normalise(f"t flat in V{first}-{last}")
