import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.text.folding import mend
from ecgscribe.text.masking import Masked, masked
from ecgscribe.text.translate import GlossaryTranslator

TRANSLATOR = GlossaryTranslator()
WORDS = "sinusrhythmus a-v block i quark st-senkung in v4,5 0,24 sec lagetyp möglich (sokolow 3,6) 2:1 und [x]".split()


def of(report: str) -> Masked:
    return masked(*TRANSLATOR.segments(mend(report), "de"))


def test_terms_leads_and_numbers_are_hidden():
    found = of("sinusrhythmus a-v block i quarkspeise in v4,5 bei hf 140")
    assert found.text == "[1], [2] quarkspeise in [3] bei [4] [5]"
    assert found.terms == ("sinus rhythm", "first-degree AV block", "V4, V5", "heart rate", "140")


def test_put_back_in_any_order():
    found = of("sinusrhythmus quarkspeise st-senkung")
    assert found.restored("[ 2 ] curd dish [1]") == "ST depression curd dish sinus rhythm"


def test_a_damaged_answer_is_refused():
    found = of("sinusrhythmus quarkspeise st-senkung")
    for answer in (
        "[1] curd dish",
        "[1] [2] [2] curd",
        "[1] [3] curd",
        "(1) curd [2]",
        "[1 curd [2]",
        "",
        "[1] x] [2]",
    ):
        assert found.restored(answer) is None, answer


def test_nothing_to_ask_when_all_are_terms():
    assert not of("sinusrhythmus lagetyp normal normales ekg").wants_asking
    assert not of("sinusrhythmus st-senkung v4,5, 0,2").wants_asking
    assert of("sinusrhythmus quarkspeise").wants_asking


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_what_is_sent_holds_no_number_but_placeholders_and_comes_back(words):
    found = of(" ".join(words))
    assert not re.search(r"\d", re.sub(r"\[\d+\]", "", found.text))
    restored = found.restored(found.text)
    assert restored is not None
    for term in found.terms:
        assert term in restored
