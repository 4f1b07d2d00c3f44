"""Reports of simulated records: every condition in every language, order, truth, and translation."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.condition_rule import Rule
from ecgscribe.data.conditions import CONDITIONS, RULES, rule_of
from ecgscribe.data.report_words import PLACES
from ecgscribe.data.reports import LANGUAGES, WORDS, axis_class, report_of
from ecgscribe.data.simulate import simulate
from ecgscribe.data.statements import statement_lines
from ecgscribe.text.translate import GlossaryTranslator

CASES = [(name, variant) for name, rule in RULES.items() for variant in dict.fromkeys(rule.variants)]
AXES_DEG = (-60, 10, 55, 120)


def truth_of(variant: str = "", axis_deg: float = 55, rate_bpm: float = 80) -> dict:
    return {"rate_bpm": rate_bpm, "axis_deg": axis_deg, "variant": variant}


@pytest.fixture(scope="module")
def translator():
    return GlossaryTranslator()


@pytest.mark.parametrize("condition,variant", CASES)
@pytest.mark.parametrize("language", ["de", "sv"])
def test_the_glossary_translates_every_report_wholly(condition, variant, language, translator):
    reports = {
        report_of(language, condition, truth_of(variant, axis), Chance(seed, "report") if seed else None)
        for axis in AXES_DEG
        for seed in range(6)
    }
    for report in reports:
        assert report == report.lower() and "{" not in report
        translated = translator.translate(report)
        assert translated.language == language, report
        assert translated.unknown == (), (report, translated.caption)


@pytest.mark.parametrize("condition,variant", CASES)
def test_english_reports_are_sentences(condition, variant):
    for seed in range(6):
        report = report_of("en", condition, truth_of(variant), Chance(seed, "report") if seed else None)
        assert report.endswith(".") and report == report.lower() and report.isascii()
        assert (
            report.count("rhythm")
            + report.count("tachycardia")
            + report.count("bradycardia")
            + report.count("arrhythmia")
            + report.count("fibrillation")
            + report.count("flutter")
            > 0
        )


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(CONDITIONS), st.sampled_from(CONDITIONS), st.sampled_from(LANGUAGES), st.integers(0, 2**32))
def test_a_joined_condition_says_what_its_parts_say(one, other, language, seed):
    condition = f"{one}+{other}"
    try:
        rule = rule_of(condition)
    except BadOption:
        return
    truth = {"rate_bpm": 80, "axis_deg": 55, "variant": Chance(seed).chosen(rule.variants)}
    truth["variants"] = simulate(condition, seed, 100, 1.0).truth["variants"]
    report = report_of(language, condition, truth)
    for part in (one, other):
        variant = truth["variants"].get(part, "")
        words = WORDS.get(f"{part}/{variant}") or WORDS[part]
        assert words.phrases(language)[0] in report
    # one rhythm: nothing is added where a part tells it
    rhythms = [part for part in (one, other) if WORDS.get(part) and WORDS[part].place == "rhythm"]
    if rhythms and "sinus" not in "".join(rhythms):
        assert "sinus" not in report


def test_joined_reports_of_both_languages_are_translated_wholly(translator):
    rhythms = ("atrial_fibrillation", "first_degree_av_block", "premature_ventricular", "sinus_bradycardia")
    shapes = ("lbbb", "bifascicular_block", "inferior_infarct", "low_voltage", "left_anterior_fascicular_block")
    for rhythm, shape, language in itertools.product(rhythms, shapes, ("de", "sv")):
        report = report_of(language, f"{rhythm}+{shape}", truth_of())
        translated = translator.translate(report)
        assert translated.language == language and translated.unknown == (), (report, translated.unknown)


def test_statements_stand_in_the_order_of_the_corpus():
    report = report_of("en", "premature_ventricular+first_degree_av_block+lbbb", truth_of(axis_deg=-40))
    assert report == (
        "premature ventricular contraction(s). sinus rhythm. prolonged pr interval. "
        "left axis deviation. left bundle branch block."
    )
    assert report_of("de", "first_degree_av_block+left_atrial_enlargement", truth_of()) == (
        "sinusrhythmus a-v block i p-sinistrocardiale lagetyp normal"
    )
    assert {words.place for words in WORDS.values()} <= set(PLACES)


def test_conclusions():
    assert report_of("en", "normal", truth_of()) == "sinus rhythm. normal ecg."
    assert report_of("de", "normal", truth_of(axis_deg=0)) == "sinusrhythmus linkstyp sonst normales ekg"
    assert report_of("en", "incomplete_rbbb+premature_atrial", truth_of()).endswith("otherwise normal ecg.")
    assert "normal ecg" not in report_of("en", "premature_atrial+lbbb", truth_of())


def test_reports_follow_rate_and_axis():
    assert "rapid" in report_of("en", "atrial_fibrillation+rbbb", truth_of(rate_bpm=120))
    assert "rapid" not in report_of("en", "atrial_fibrillation+rbbb", truth_of(rate_bpm=90))
    assert [axis_class(a) for a in (-150, -90, -60, -10, 30, 90, 110, 180)] == [
        "RAD",
        "ALAD",
        "ALAD",
        "LAD",
        "MID",
        "MID",
        "RAD",
        "RAD",
    ]
    assert "axis" not in report_of("en", "ventricular_tachycardia", truth_of("right", 120))
    assert "right axis deviation" in report_of("en", "rvh", truth_of("rv_strain", 120))


def test_unknown_languages_and_conditions_are_refused():
    with pytest.raises(BadOption, match="fr"):
        report_of("fr", "normal", truth_of())
    with pytest.raises(BadOption, match="brugada"):
        report_of("en", "normal+brugada", truth_of())


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_code_is_described(name):
    rule: Rule = RULES[name]
    codes = set(rule.codes).union(*rule.variant_codes.values())
    assert {line[""] for line in statement_lines(codes)} == codes
    assert all(line["description"] for line in statement_lines(codes))


def test_an_acute_and_an_old_infarct_are_told_apart():
    for wall in ("anterior", "inferior", "lateral", "posterior"):
        old = report_of("en", f"{wall}_infarct", truth_of())
        new = report_of("en", f"acute_{wall}_infarct", truth_of())
        assert "old" in old and "acute" not in old
        assert "acute" in new and "old" not in new and wall in new
