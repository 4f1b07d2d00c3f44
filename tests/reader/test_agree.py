"""Disagreements between caption, findings and measurements are told, and only these."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecgscribe.core.report import Finding, Measurement
from ecgscribe.reader.agree import disagreements, kin_of
from ecgscribe.text.statements import statements_of


def measured(**values: float) -> tuple[Measurement, ...]:
    units = {"rate": "bpm", "rr_variation": "%", "axis": "deg", "p_present": "1"}
    return tuple(
        Measurement(name, value, units.get(name, "ms"), reason="not seen" if math.isnan(value) else "")
        for name, value in values.items()
    )


def finding(code: str, verdict: str, probability: float, task: str = "statement") -> Finding:
    return Finding(code, code.lower(), task, probability, 0.5, verdict)


@pytest.mark.parametrize(
    ("caption", "values", "word"),
    [
        ("sinus rhythm. normal ecg.", {"rate": 130.0}, "130"),
        ("sinus rhythm. normal ecg.", {"qrs": 150.0}, "150"),
        ("atrial fibrillation.", {"rr_variation": 2.0}, "irregular"),
        ("sinus tachycardia.", {"rate": 70.0}, "over 100"),
        ("sinus bradycardia.", {"rate": 75.0}, "below 60"),
        ("first-degree av block.", {"pr": 150.0}, "over 200"),
        ("left bundle branch block.", {"qrs": 90.0}, "at least 120"),
        ("normal axis.", {"axis": -70.0}, "-30 to 90 degrees (frontal QRS axis); measured: -70 degrees"),
        ("sinus rhythm.", {"rr_variation": 25.0, "p_present": 0.0}, "no P waves"),
    ],
)
def test_a_caption_against_the_measurements(caption, values, word):
    told = disagreements(statements_of(caption), (), measured(**values))
    assert len(told) == 1 and word in told[0].message
    assert (told[0].step, told[0].code, told[0].fatal) == ("agreement", "disagreement", False)
    assert told[0].hint


def test_what_goes_together_is_not_told():
    values = measured(rate=72, qrs=90, pr=160, qtc_fridericia=420, rr_variation=3, axis=40, p_present=1)
    agreeing = (finding("NORM", "present", 0.9, "superclass"), finding("MI", "absent", 0.1, "superclass"))
    assert disagreements(statements_of("sinus rhythm. normal ecg."), agreeing, values) == ()
    fast = measured(rate=150, rr_variation=30, p_present=0)
    assert disagreements(statements_of("atrial fibrillation with rapid ventricular response."), (), fast) == ()


def test_caption_and_findings():
    normal = statements_of("normal ecg.")
    told = disagreements(normal, (finding("MI", "present", 0.8, "superclass"),), ())
    assert len(told) == 1 and "80%" in told[0].message
    sinus = statements_of("sinus rhythm.")
    both = (finding("AFIB/AFL", "present", 0.7, "challenge"), finding("AFIB", "present", 0.6))
    told = disagreements(sinus, both, ())
    assert len(told) == 1 and "sinus rhythm" in told[0].message and "60%" in told[0].message
    assert disagreements(sinus, both[:1], ()) and not disagreements(statements_of("atrial fibrillation."), both, ())
    block = statements_of("left bundle branch block.")
    assert len(disagreements(block, (finding("CLBBB", "absent", 0.02),), ())) == 1
    assert disagreements(block, (finding("CLBBB", "uncertain", 0.3),), ()) == ()
    denied = statements_of("no atrial fibrillation.")
    assert len(disagreements(denied, (finding("AFIB", "present", 0.9),), ())) == 1


def test_statements_akin_to_what_is_found_do_not_contradict():
    block = statements_of("right bundle branch block.")
    findings = (finding("CRBBB", "absent", 0.01), finding("IRBBB", "present", 0.9))
    assert disagreements(block, findings, ()) == () and len(disagreements(block, findings[:1], ())) == 1
    assert kin_of("LVH") >= {"LVH", "VCLVH"} and kin_of("PVC") == {"PVC"}


def test_irregular_sinus_rhythm_is_no_contradiction_where_something_explains_it():
    values = measured(rr_variation=25.0, p_present=0.0)
    sinus = statements_of("sinus rhythm.")
    assert len(disagreements(sinus, (), values)) == 1
    assert disagreements(sinus, (finding("SR", "present", 0.9),), values) == ()
    assert disagreements(sinus, (finding("PVC", "present", 0.9),), values) == ()
    assert disagreements(statements_of("sinus rhythm. premature ventricular contraction."), (), values) == ()


def test_where_beats_were_missed_rate_and_regularity_are_not_compared():
    said = statements_of("sinus rhythm. normal ecg.")
    assert disagreements(said, (), measured(rate=35.0, rr_variation=140.0, p_present=0.0)) == ()
    assert len(disagreements(said, (), measured(rate=35.0, rr_variation=4.0, p_present=1.0))) == 1


def test_caption_and_findings_that_say_the_same_are_told_once():
    both = disagreements(statements_of("normal ecg."), (finding("NORM", "present", 0.9),), measured(qrs=150.0))
    assert len(both) == 1 and both[0].message.startswith("Caption and findings say")


def test_a_deviation_that_is_told_does_not_contradict_otherwise_normal():
    fast = measured(rate=112.0)
    assert disagreements(statements_of("sinus tachycardia, otherwise normal ecg."), (), fast) == ()
    findings = (finding("NORM", "present", 0.9), finding("STACH", "present", 0.99))
    told = disagreements(statements_of("normal ecg."), findings, fast)
    assert len(told) == 1 and told[0].message.startswith("The caption says")


def test_sinus_rhythm_against_pacing_and_walls_in_words():
    paced = disagreements(statements_of("sinus rhythm."), (finding("PACE", "present", 0.95),), ())
    assert len(paced) == 1 and "95%" in paced[0].message
    told = disagreements(statements_of("anteroseptal infarct. inferior infarct."), (finding("IMI", "absent", 0.1),), ())
    assert len(told) == 1 and "inferior infarct" in told[0].message


def test_findings_are_held_against_measurements_too():
    told = disagreements((), (finding("AFIB", "present", 0.9),), measured(rr_variation=1.0))
    assert len(told) == 1 and told[0].message.startswith("The findings say")


def test_a_possible_infarct_is_no_disagreement_with_a_low_probability():
    possible = statements_of("possible inferior infarct, age undetermined.")
    assert disagreements(possible, (finding("IMI", "absent", 0.1),), ()) == ()


def raised(**levels_mv: float) -> tuple[Measurement, ...]:
    return tuple(Measurement("st", value, "mV", lead=lead) for lead, value in levels_mv.items())


def test_raised_st_against_normal():
    normal, found = statements_of("sinus rhythm. normal ecg."), (finding("NORM", "present", 0.8, "superclass"),)
    infarct = raised(V1=0.1, V2=0.9, V3=0.6, V4=0.1)
    told = disagreements(normal, (), infarct)
    assert (
        len(told) == 1 and told[0].message.startswith("The caption says") and "V2 +0.90, V3 +0.60)" in told[0].message
    )
    assert disagreements((), found, infarct)[0].message.startswith("The findings say")
    assert disagreements(normal, found, infarct)[0].message.startswith("Caption and findings say")
    assert disagreements(normal, found, raised(II=0.3, aVF=0.3))
    for harmless in (raised(V2=0.9, V4=0.9), raised(V2=0.3, V3=0.3), raised(II=0.3, V6=0.3)):
        assert disagreements(normal, found, harmless) == ()


def test_raised_st_that_nobody_names():
    infarct, narrow = raised(V1=0.1, V2=0.9, V3=0.6, V4=0.1), measured(qrs=90)
    sinus = statements_of("sinus rhythm, left axis deviation.")
    (told,) = disagreements(sinus, (), infarct + narrow)
    assert told.message.startswith("ST is raised") and "neither caption nor findings" in told.message
    assert disagreements(sinus, (), infarct + measured(qrs=150)) == () == disagreements((), (), infarct + narrow)
    for reason in ("anterior infarct.", "acute infarct.", "st elevation in v2, v3.", "pericarditis."):
        assert disagreements(statements_of(reason), (), infarct + narrow) == (), reason
    for elsewhere in ("inferior infarct.", "old anterior infarct."):
        assert len(disagreements(statements_of(elsewhere), (), infarct + narrow)) == 1, elsewhere
    assert disagreements(statements_of("inferior infarct."), (), raised(II=0.3, aVF=0.3) + narrow) == ()
    assert disagreements(sinus, (finding("MI", "present", 0.7, "superclass"),), infarct + narrow) == ()


def test_normal_against_abnormal_without_a_group():
    abnormal = (finding("ABNORMAL", "present", 0.78, "normal"), finding("MI", "uncertain", 0.4, "superclass"))
    told = disagreements(statements_of("sinus rhythm, normal axis, normal ecg."), abnormal, ())
    assert len(told) == 1 and "78%" in told[0].message
    assert disagreements(statements_of("left axis deviation, otherwise normal ecg."), abnormal, ()) == ()


def test_flutter_can_be_regular():
    regular = measured(rr_variation=2.0)
    assert disagreements(statements_of("atrial fibrillation/flutter."), (), regular) == ()
    assert len(disagreements(statements_of("atrial fibrillation."), (), regular)) == 1


def test_abbreviations_in_quotes_have_their_capitals():
    told = disagreements(statements_of("nonspecific t wave abnormality."), (finding("NDT", "absent", 0.1),), ())
    assert "'nonspecific T wave abnormality'," in told[0].message


def test_words_that_do_not_tell_it_alone_come_with_what_they_stand_for():
    told = disagreements(statements_of("st segments are depressed in v5, v6."), (finding("STD_", "absent", 0.01),), ())
    assert len(told) == 1 and "(ST depression)" in told[0].message


@given(st.floats(30, 220))
def test_what_was_not_measured_contradicts_nothing(rate):
    nothing = measured(rate=math.nan, qrs=math.nan, pr=math.nan)
    said = statements_of("sinus tachycardia. normal ecg. left bundle branch block.")
    assert disagreements(said, (), nothing) == ()
    assert len(disagreements(statements_of("normal ecg."), (), measured(rate=rate))) == (rate > 105 or rate < 45)
