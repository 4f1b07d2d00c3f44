"""Finding-level scores by hand-made values; agreement with codes and its ceiling by small cases."""

import pytest

from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Statement
from ecgscribe.evaluation.critical import CRITICAL, critical_findings, critical_reason
from ecgscribe.evaluation.statement_agreement import Coded, agreement
from ecgscribe.evaluation.statements import codes_said, contradicts, finding_scores
from ecgscribe.text.statement_table import kinds
from ecgscribe.text.statements import statements_of

NORMAL = "sinus rhythm. normal ecg."


def clash(said: str, true: str) -> tuple[str, ...]:
    return contradicts(statements_of(said), statements_of(true))


def test_known_values():
    predicted = [
        "sinus rhythm. left ventricular hypertrophy.",
        "atrial fibrillation. inferior infarct.",
        None,
    ]
    references = [
        "sinus rhythm. left axis deviation.",
        "atrial fibrillation. prolonged qt interval.",
        "sinus rhythm. acute anterior infarct.",
    ]
    scores = finding_scores(predicted, references, ["a", "b", "c"], resamples=50, least=1)
    # said 4 (SR LVH AFIB IMI), held 6 (SR LAD AFIB LNGQT SR AMI), both 2 (SR AFIB)
    assert scores["micro_f1"]["value"] == pytest.approx(2 * 2 / (4 + 6))
    # codes held: SR 2/3, AFIB 1, LAD 0, LNGQT 0, AMI 0
    assert scores["macro_f1"]["value"] == pytest.approx((2 / 3 + 1) / 5)
    assert scores["codes_in_macro"] == 5
    # critical: AFIB (said), LNGQT (missed), acute infarct (missed)
    assert scores["critical_misses"]["value"] == pytest.approx(2 / 3)
    assert scores["critical"]["LNGQT"]["missed"] == scores["critical"]["ACUTE"]["missed"] == 1
    assert scores["critical"]["AFIB"] == {"held": 1, "missed": 0, "reason": CRITICAL["AFIB"]}
    assert scores["hallucinations"]["value"] == pytest.approx(2 / 4)
    assert scores["contradictions"]["value"] == 0
    assert scores["per_code"]["SR"] == {"held": 2, "said": 1, "both": 1, "f1": pytest.approx(2 / 3)}


def test_the_same_captions_are_right_in_all():
    captions = [NORMAL, "atrial fibrillation.", "no p waves. inferior infarct, age undetermined."]
    scores = finding_scores(captions, captions, [1, 2, 3], resamples=50, least=1)
    assert scores["micro_f1"] == scores["macro_f1"] == {"value": 1, "low": 1, "high": 1}
    for name in ("critical_misses", "contradictions", "hallucinations"):
        assert scores[name] == {"value": 0, "low": 0, "high": 0}


def test_intervals_are_by_patient():
    predicted, references = [NORMAL] * 40, [NORMAL] * 20 + ["atrial fibrillation."] * 20
    one = finding_scores(predicted, references, ["a"] * 20 + ["b"] * 20, resamples=200)["micro_f1"]
    many = finding_scores(predicted, references, [str(k) for k in range(40)], resamples=200)["micro_f1"]
    assert one["value"] == many["value"]
    assert one["high"] - one["low"] > 2 * (many["high"] - many["low"])
    assert finding_scores(predicted, references, list(range(40)), 200, seed=1) == finding_scores(
        predicted, references, list(range(40)), 200, seed=1
    )


def test_nothing_to_count_is_none_and_not_zero():
    scores = finding_scores(["hello."], ["hello."], ["a"], resamples=20)
    for name in ("micro_f1", "macro_f1", "critical_misses", "hallucinations"):
        assert scores[name] == {"value": None, "low": None, "high": None}


def test_lists_that_do_not_fit_are_refused():
    for lists in (([], [], []), ([NORMAL], [NORMAL], []), ([NORMAL], [NORMAL, NORMAL], ["a", "b"])):
        with pytest.raises(BadOption):
            finding_scores(*lists)


def test_contradictions():
    assert clash("st elevation in v2.", "no st elevation.") == ("STE_",)
    assert clash("no p waves.", "p waves.") == ("PWAVE",)
    assert clash(NORMAL, "sinus rhythm. inferior infarct.") == ("NORM",)
    assert clash("left bundle branch block.", NORMAL) == ("NORM",)
    assert clash("abnormal ecg.", "normal ecg.") == ("NORM",)
    assert clash(NORMAL, "sinus bradycardia, otherwise normal ecg.") == ()
    assert clash("incomplete right bundle branch block, otherwise normal ecg.", NORMAL) == ()
    assert clash("possible inferior infarct.", NORMAL) == ()
    assert clash("atrial fibrillation.", "sinus rhythm.") == (), "two rhythms in one record are no contradiction"


def test_critical_findings():
    assert critical_findings(statements_of("recent anterior infarct. complete heart block. paced rhythm.")) == {
        "ACUTE": critical_reason(Statement("AMI", age="recent")),
        "3AVB": CRITICAL["3AVB"],
        "PACE": CRITICAL["PACE"],
    }
    assert critical_findings(statements_of("old inferior infarct. no ventricular tachycardia. sinus rhythm.")) == {}
    assert critical_reason(Statement("INJAS")) is not None
    assert set(CRITICAL) <= set(kinds())


def test_codes_said():
    told = codes_said([NORMAL, "atrial fibrillation.", None], [["NORM", "SR"], ["SR"], ["NORM"]])
    assert told == {
        "NORM": {"held": 2, "said_of_held": 1, "said_of_others": 0},
        "SR": {"held": 2, "said_of_held": 1, "said_of_others": 0},
    }


def coded(text, said, held, patient):
    return Coded(text, frozenset(said), frozenset(held), patient)


def test_agreement_and_ceiling():
    records = [
        coded("a", ["X"], ["X"], "1"),
        coded("a", ["X"], ["X"], "2"),
        coded("a", ["X"], [], "3"),
        coded("b", [], ["X"], "4"),
    ]
    (line,) = agreement(records)
    assert (line.code, line.held, line.said) == ("X", 3, 3)
    assert (line.precision, line.recall, line.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    # text b stands alone, so repeated: 2 hits of 3 said, 2 held: F1 4/5, which no function of the text can beat
    assert line.repeated == line.ceiling == pytest.approx(0.8)
    # left out in turn: the others of 1 and 2 are tied (not said), the others of 3 say X wrongly
    assert line.crossed == 0


def test_the_ceiling_takes_the_best_texts():
    records = [coded("a", [], ["X"], str(k)) for k in range(9)] + [coded("a", [], [], "9")]
    records += [coded("b", ["X"], ["X"], "10"), *(coded("b", ["X"], [], str(k)) for k in range(11, 20))]
    (line,) = agreement(records)
    assert line.ceiling == pytest.approx(2 * 9 / (10 + 10)), "text a alone: adding text b would cost more"
    assert line.repeated == pytest.approx(2 * 1 / (10 + 10))
    assert line.crossed == pytest.approx(2 * 9 / (10 + 10))


def test_a_patient_does_not_repeat_himself():
    records = [coded("a", ["X"], ["X"], "1"), coded("a", ["X"], ["X"], "1")]
    (line,) = agreement(records)
    assert line.repeated is line.ceiling is line.crossed is None
    (line,) = agreement(records, others=[coded("a", ["X"], ["X"], "2")])
    assert line.repeated == line.crossed == 1
