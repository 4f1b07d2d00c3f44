"""Captions as they are written in a report."""

import pytest

from ecgscribe.text.statement_table import kinds
from ecgscribe.text.writing import sentences, written


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("abnormal qrs(t)", "abnormal QRS(T)"),
        ("st-t abnormality", "ST-T abnormality"),
        ("nonspecific t wave abnormality", "nonspecific T wave abnormality"),
        ("first-degree av block", "first-degree AV block"),
        ("t waves are flat in i, avl, v4-v6.", "T waves are flat in I, aVL, V4-V6."),
        ("long qtc, wenckebach's periods", "long QTc, Wenckebach's periods"),
        ("pr 0.24 s, s waves in v1", "PR 0.24 s, S waves in V1"),
        ("s1q3 pattern", "S1Q3 pattern"),
        ("inverted vector, stroke, pause", "inverted vector, stroke, pause"),
    ],
)
def test_abbreviations_have_their_capitals(plain, expected):
    assert written(plain) == expected
    assert written(expected) == expected


def test_every_name_of_a_statement_keeps_its_words():
    for kind in kinds().values():
        assert written(kind.words).lower() == kind.words


def test_sentences_start_with_a_capital():
    assert sentences("sinus rhythm. avl low. v4 high. normal ecg.") == "Sinus rhythm. aVL low. V4 high. Normal ECG."
    assert sentences("") == ""
