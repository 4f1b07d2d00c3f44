"""The Java-free tokenizer: known strings, and the same as Stanford's where Java is there."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecgscribe.evaluation.ecg_captions.java import java_version, ptb_tokens
from ecgscribe.evaluation.ecg_captions.tokens import ptb_like

needs_java = pytest.mark.skipif(java_version() is None, reason="Java is not installed (default-jre-headless)")
KNOWN = [
    ("Sinus rhythm. Normal ECG.", "sinus rhythm normal ecg"),
    ("Sinus bradycardia. First-degree AV block; QRS 120 ms.", "sinus bradycardia first-degree av block qrs 120 ms."),
    (
        "Sinus rhythm. T-waves are inverted in V4, V5 & V6 (lateral ischemia?).",
        "sinus rhythm t-waves are inverted in v4 v5 & v6 -lrb- lateral ischemia -rrb-",
    ),
    ("Pacemaker rhythm: no further analysis.", "pacemaker rhythm no further analysis"),
    ("Infarction cannot be ruled out; abnormal T.", "infarction can not be ruled out abnormal t."),
    ("AV block 2:1, 0.12 s, >5/min, v2,3", "av block 2:1 0.12 s > 5/min v2 ,3"),
    ("axis -30, +1.5 mv, 0.5mv, 120/min (about 100%)", "axis -30 +1.5 mv 0.5 mv 120/min -lrb- about 100 % -rrb-"),
    ("patient's ecg isn't normal - lead I.", "patient 's ecg is n't normal lead i."),
    ("", ""),
    (" ... - ; ", ""),
]
FINDINGS = [
    "sinus rhythm", "normal ECG", "left axis deviation", "first-degree AV block", "QRS 120 ms", "PR 0.22 s",
    "T-waves inverted in V4-V6", "ST-T changes", "Q in III", "lead I", "inferior infarct, old", "axis -30",
    "abnormal T", "probable LVH (voltage)", "extrasystole(s)", "AV block 2:1", "120/min", "cannot be excluded",
    "rate > 100", "amplitude 0.5 mV", "leads V2, V3 & aVL", "non-specific", "patient's pacemaker", "QRS(T) abnormal",
]  # fmt: skip


@pytest.mark.parametrize(("text", "tokens"), KNOWN)
def test_known_strings(text, tokens):
    assert ptb_like(text) == tokens


@needs_java
def test_known_strings_are_what_java_gives():
    assert ptb_tokens([text for text, _ in KNOWN]) == [tokens for _, tokens in KNOWN]


@needs_java
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(FINDINGS), min_size=1, max_size=5), st.sampled_from([". ", ", ", "; ", ": "]),
            st.sampled_from([".", "", "!", "?"]),
        ),
        min_size=40, max_size=40,
    )
)  # fmt: skip
def test_both_tokenizers_agree_on_made_up_reports(parts):
    texts = [between.join(findings) + end for findings, between, end in parts]
    assert [ptb_like(text) for text in texts] == ptb_tokens(texts)


@needs_java
def test_the_librarys_own_wrapper_gives_the_same_tokens():
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    texts = [text for text, _ in KNOWN if text.strip(" .;-")]
    given_to_library = {k: [{"caption": text}] for k, text in enumerate(texts)}
    try:
        found = PTBTokenizer().tokenize(given_to_library)
    except PermissionError:
        pytest.skip("the library's wrapper writes into site-packages, which is not writable here")
    assert [found[k][0] for k in range(len(texts))] == ptb_tokens(texts)


@needs_java
def test_blank_lines_and_letters_outside_ascii_keep_their_place():
    assert ptb_tokens(["", "axis 30° wide", " \n ", "five µV\nand more", ""]) == [
        "", "axis 30 ° wide", "", "five µv and more", "",
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_any_text_gives_single_blanks_and_lower_case(text):
    tokens = ptb_like(text)
    assert tokens == " ".join(tokens.split())
    assert tokens == tokens.lower()
