import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.text import glossary
from ecgscribe.text.language import language_of
from ecgscribe.text.leads import expand_chest
from ecgscribe.text.spelling import Speller
from ecgscribe.text.translate import GlossaryTranslator, translator_named

TRANSLATOR = GlossaryTranslator()


@pytest.mark.parametrize(
    ("report", "english"),
    [
        ("sinusrhythmus lagetyp normal normales ekg", "sinus rhythm, normal axis, normal ECG"),
        ("sinusrhythmus linkstyp sonst normales ekg", "sinus rhythm, left axis deviation, otherwise normal ECG"),
        ("sinusrhythmus ueberdrehter linkstyp", "sinus rhythm, marked left axis deviation"),
        ("sinusrhythmus Überdrehter linkstyp", "sinus rhythm, marked left axis deviation"),
        ("schrittmacher ekg", "paced rhythm"),
        ("wandernder schrittmacher", "wandering atrial pacemaker"),
        ("vorhofflimmern/-flattern lagetyp normal", "atrial fibrillation/flutter, normal axis"),
        ("sinusrhythmus a-v block i linkstyp", "sinus rhythm, first-degree AV block, left axis deviation"),
        ("sinusrhythmus periphere niederspannung", "sinus rhythm, low voltage in the limb leads"),
        (
            "linksschenkelblock linkshypertrophie mÖglich",
            "left bundle branch block, possible left ventricular hypertrophy",
        ),
        (
            "sinusrhythmus qrs(t) abnorm    inferiorer infarkt     alter unbest.",
            "sinus rhythm, abnormal QRS(T), inferior infarct, age undetermined",
        ),
        ("inferiorer infarkt     wahrscheinlich alt", "inferior infarct, probably old"),
        ("anteroseptaler myokardschaden nicht auszuschliessen", "anteroseptal myocardial damage cannot be excluded"),
        (
            "st & t abnorm, wahrscheinlich    laterale ischÄmie oder linksbelastung",
            "ST-T abnormality, probably lateral ischaemia or left ventricular strain",
        ),
        (
            "sinusrhythmus t abnorm in anterioren ableitungen    lateralen ableitungen",
            "sinus rhythm, T wave abnormality in the anterior and lateral leads",
        ),
        ("sinusrhythmus verdacht auf p-sinistrocardiale", "sinus rhythm, suspected left atrial enlargement"),
        (
            "r-s #bergang in v ableitungen nach rechts verschoben sinusrhythmus",
            "R-S transition in the V leads displaced to the right, sinus rhythm",
        ),
        (
            "regelmÄssiger rhythmus, keine p-welle erkannt linkstyp",
            "regular rhythm, no P wave detected, left axis deviation",
        ),
        ("sinusrhythmus st-senkung in v4,5,6", "sinus rhythm, ST depression in V4, V5, V6"),
        ("sinusrhythmus st-hebung v1 - v3", "sinus rhythm, ST elevation in V1-V3"),
        ("sinusrhythmus t flach in i,l,f", "sinus rhythm, flat T wave in I, aVL, aVF"),
        (
            "sinusrhythmus t- veraenderungen neg in iii, flach in v2",
            "sinus rhythm, T wave changes, inverted in III, flat in V2",
        ),
        (
            "sinusrhythmus llt ves (sokolow 3,6)",
            "sinus rhythm, left axis deviation, ventricular premature complexes (Sokolow-Lyon index 3.6)",
        ),
        ("vorhofflattern 2:1 linkstyp", "atrial flutter 2:1, left axis deviation"),
        ("sinusrhythmus akuter inferiorer infarkt mÖglich", "sinus rhythm, possible acute inferior infarct"),
    ],
)
def test_german(report, english):
    translation = TRANSLATOR.translate(report)
    assert translation.caption == english
    assert translation.language == "de" and translation.unknown == ()


@pytest.mark.parametrize(
    ("report", "english"),
    [
        ("sinusrytm normalt ekg", "sinus rhythm, normal ECG"),
        ("sinusrytm vÄnster el-axel", "sinus rhythm, left axis deviation"),
        ("sinusrytm hÖg lateral infarkt bÖr ÖvervÄgas", "sinus rhythm, consider high lateral infarct"),
        ("sinusrytm inferior infarkt     Ålder ej bestÄmmbar", "sinus rhythm, inferior infarct, age undetermined"),
        (
            "sinusrytm st-t sÄnkning, sÅsom vid    inferior ischemi eller vÄnster belastning",
            "sinus rhythm, ST-T depression, as in inferior ischaemia or left ventricular strain",
        ),
        ("sinusrytm t-inversion i avl", "sinus rhythm, T wave inversion in aVL"),
        ("a-v block i extrem vÄnster el-axel", "first-degree AV block, marked left axis deviation"),
        ("pacemaker ekg", "paced rhythm"),
        ("anamnes saknas. sinusrytm", "sinus rhythm"),
    ],
)
def test_swedish(report, english):
    translation = TRANSLATOR.translate(report)
    assert translation.caption == english
    assert translation.language == "sv" and translation.unknown == ()


def test_english_is_kept_but_for_standard_terms():
    report = "sinus rhythm. st segments are depressed in v4,5,6 suggesting lvh. t waves flat."
    assert TRANSLATOR.translate(report).caption == (
        "sinus rhythm. st segments are depressed in V4, V5, V6 suggesting left ventricular hypertrophy. t waves flat."
    ).replace("st segments", "ST segments").replace("t waves", "T waves")


def test_unknown_words_stay_and_are_named():
    translation = TRANSLATOR.translate("sinusrhythmus lagetyp normal quarkspeise")
    assert translation.unknown == ("quarkspeise",)
    assert "quarkspeise" in translation.caption


@pytest.mark.parametrize(
    "word", ["sinusrhytmus", "sinusryhthmus", "inferorer", "rechtsschenkelblok", "rechtsschenkellblock"]
)
def test_one_slip_of_the_pen(word):
    assert TRANSLATOR.translate(f"lagetyp normal {word} infarkt").unknown == ()


def test_never_mended_across_a_meaning():
    speller = Speller(["anterior", "inferior", "hypertonie", "hypotonie"])
    assert speller.near("interior") == {"inferior", "anterior"}
    assert TRANSLATOR.translate("sinusrhythmus interiorer infarkt").unknown == ("interiorer",)
    assert speller.near("hypetonie") >= {"hypertonie"}
    assert TRANSLATOR.translate("sinusrhythmus xnteriorer infarkt").unknown == ()
    assert "anterior" in TRANSLATOR.translate("sinusrhythmus xnteriorer infarkt").caption


def test_slip_finds_every_single_edit():
    speller = Speller(["schrittmacher"])
    word = "schrittmacher"
    for index in range(len(word)):
        swapped = word[:index] + word[index + 1 : index + 2] + word[index] + word[index + 2 :]
        for wrong in (
            word[:index] + word[index + 1 :],
            word[:index] + "q" + word[index + 1 :],
            word[:index] + "q" + word[index:],
            swapped,
        ):
            assert speller.near(wrong) == {word}, wrong
    assert speller.near("schrttmachr") == set()


@given(st.integers(1, 6), st.integers(1, 6))
def test_chest_lists(first, second):
    assert expand_chest(f"v{first}-{second}") == f"V{first}-V{second}"
    assert expand_chest(f"v{first},{second}") == f"V{first}, V{second}"
    assert expand_chest(f"v{first} + v{second}") == f"V{first}, V{second}"


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_translated_without_a_crash(text):
    TRANSLATOR.translate("sinusrhythmus " + text)
    TRANSLATOR.translate("sinusrytm " + text)
    TRANSLATOR.translate(text)


_, GLOSSARIES = glossary.load()
NOUNS = sorted(entry.source for entry in GLOSSARIES["de"].entries if entry.kind == "noun" and len(entry.source) > 8)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(NOUNS), min_size=1, max_size=5))
def test_no_glossary_word_is_unknown_in_any_company(phrases):
    assert TRANSLATOR.translate("sinusrhythmus    " + "    ".join(phrases)).unknown == ()


@pytest.mark.parametrize(
    ("report", "language"),
    [
        ("sinusrhythmus lagetyp normal", "de"),
        ("sinusbradykardie", "de"),
        ("sinusbradykardi", "sv"),
        ("pacemaker ekg", "sv"),
        ("sinus rhythm. normal ecg.", "en"),
        ("pacemaker spikes noted.", "en"),
        ("", ""),
        ("12 34", ""),
    ],
)
def test_language(report, language):
    assert language_of(report) == language


def test_glossary_file_is_sound():
    version, glossaries = glossary.load()
    assert int(version) >= 2
    assert set(glossaries) == {"de", "sv", "en"}
    for language, entries in glossaries.items():
        for entry in entries.entries:
            assert entry.kind in glossary.KINDS and entry.english.strip() == entry.english and entry.english, entry
            assert (entry.kind == "word") == (language == "en"), entry
    assert len(glossaries["de"]) > 1200 and len(glossaries["sv"]) > 400


def test_unknown_translator():
    with pytest.raises(BadOption, match="babelfish"):
        translator_named("babelfish")
