import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.text import glossary
from ecgscribe.text.language import language_of
from ecgscribe.text.leads import expand_chest
from ecgscribe.text.mixture import by_language
from ecgscribe.text.places import place_of
from ecgscribe.text.spelling import Speller, _one_slip, _slips
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
            "R-S transition zone in the V leads displaced to the right, sinus rhythm",
        ),
        (
            "regelmÄssiger rhythmus, keine p-welle erkannt linkstyp",
            "regular rhythm, no P wave detected, left axis deviation",
        ),
        ("sinusrhythmus st-senkung in v4,5,6", "sinus rhythm, ST depression in V4, V5, V6"),
        ("sinusrhythmus st-hebung v1 - v3", "sinus rhythm, ST elevation in V1-V3"),
        ("sinusrhythmus t flach in i,l,f", "sinus rhythm, flat T waves in I, aVL, aVF"),
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
        ("ventrikulÄre extrasystole(n) sinusrhythmus", "ventricular premature complexes, sinus rhythm"),
        (
            "normokardes vorhofflimmern/-flattern llt",
            "atrial fibrillation/flutter with normal ventricular rate, left axis deviation",
        ),
        ("sinusrhythmus st-senkung diskret apikal", "sinus rhythm, slight apical ST depression"),
        ("sinusrhythmus st-senkung Über v5,v6", "sinus rhythm, ST depression in V5, V6"),
        ("sinusrhythmus t flach lateral", "sinus rhythm, flat lateral T wave"),
        ("sinusrhythmus st-hebung inferior und v1-2", "sinus rhythm, inferior ST elevation and in V1-V2"),
        (
            "sinusrhythmus linkslagetyp chronisch, inferiorer infarkt sicher",
            "sinus rhythm, left axis deviation, definite old inferior infarct",
        ),
        (
            "sinusrhythmus infarkt inferior (ii,iii,f) chronisch moeglich ekg pathologisch",
            "sinus rhythm, possible old inferior infarct (II, III, aVF), abnormal ECG",
        ),
        (
            "sinusrhythmus t abnorm in anterioren ableitungen    lateralen ableitungen    inferolateralen ableitungen",
            "sinus rhythm, T wave abnormality in the anterior, lateral and inferolateral leads",
        ),
        (
            "st & t abnorm, wahrscheinlich    anteriore ischÄmie oder linksbelastung"
            "    inferiore ischÄmie oder linksbelastung",
            "ST-T abnormality, probably anterior and inferior ischaemia or left ventricular strain",
        ),
        ("vorhofflattern mit 4:1 ueberleitung mlt", "atrial flutter with 4:1 AV conduction, normal axis"),
        ("wahrscheinlich linkshypertrophie pathologisches ekg", "probable left ventricular hypertrophy, abnormal ECG"),
        ("sinusrhythmus llt wahrscheinlich normales ekg", "sinus rhythm, left axis deviation, probably normal ECG"),
        ("ruhe-ekg : normal belastung : normal", "normal resting ECG, normal exercise ECG"),
        ("sinusrhythmus v.a. linkshypertrophie", "sinus rhythm, suspected left ventricular hypertrophy"),
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
            "sinus rhythm, ST-T depression, consistent with inferior ischaemia or left ventricular strain",
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
    assert speller.near("schrttmachr") == {"schrittmacher"}  # two slips, a long word
    assert speller.near("schrttmach") == set()


def test_two_slips_only_in_long_words():
    speller = Speller(["linkskammerhypertrophie", "infarkt"])
    assert speller.near("linskammerhypertrohpie") == {"linkskammerhypertrophie"}
    assert speller.near("imfarct") == set()


@settings(deadline=None, max_examples=300)
@given(st.text("abcde", min_size=1, max_size=9), st.text("abcde", min_size=1, max_size=9))
def test_slips_are_a_distance(one, other):
    assert _slips(one, other) == _slips(other, one)
    assert (_slips(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= _slips(one, other) <= max(len(one), len(other))
    assert (_slips(one, other) <= 1) == _one_slip(one, other)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("lowvoltage", ("low", "voltage")),
        ("linksventrikelhypertrophie", ("links", "ventrikel", "hypertrophie")),
        ("vorhofsdilatation", ("vorhof", "dilatation")),
        ("postant", None),
        ("quarkspeise", None),
    ],
)
def test_words_run_together(word, parts):
    speller = Speller(["low", "voltage", "links", "ventrikel", "hypertrophie", "vorhof", "dilatation", "post", "ant"])
    assert speller.split(word) == parts


def test_an_abbreviation_is_read_only_before_its_full_stop():
    assert TRANSLATOR.translate("sinusrhythmus intraventrik. leitungsstÖrung").unknown == ()
    assert TRANSLATOR.translate("sinusrhythmus pathologi. ekg").unknown == ()
    assert TRANSLATOR.translate("sinusrhythmus infer. infarkt").caption != "sinus rhythm, infarct"


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("posterolateralem", "posterolateral"),
        ("anteroseptolateraler", "anteroseptolateral"),
        ("hochlaterale", "high lateral"),
        ("apikale", "apical"),
        ("interior", ""),
        ("lateralisiert", ""),
    ],
)
def test_places(key, place):
    assert place_of(key) == place


@pytest.mark.parametrize(
    ("report", "english"),
    [
        (
            "sinusrhythmus linkstyp. left bundle branch block with st segments depressed in v5,6.",
            "sinus rhythm, left axis deviation, left bundle branch block with ST segments depressed in V5, V6",
        ),
        (
            "sinusrhythmus lagetyp normal otherwise normal ecg with prolonged qt interval",
            "sinus rhythm, normal axis, otherwise normal ECG with prolonged QT interval",
        ),
        (
            "sinus rhythm. left axis deviation. vorhofflimmern mit schrittmacher, linkstyp",
            "sinus rhythm, left axis deviation, atrial fibrillation with pacemaker, left axis deviation",
        ),
        (
            "sinusrytm vÄnster el-axel. normales ekg, linkstyp, schrittmacher",
            "sinus rhythm, left axis deviation, normal ECG, left axis deviation, pacemaker",
        ),
    ],
)
def test_two_languages_in_one_report(report, english):
    translation = TRANSLATOR.translate(report)
    assert translation.caption == english and translation.unknown == ()


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80), st.sampled_from(["de", "en", "sv"]))
@example("NO:OR", "de")
def test_runs_of_languages_are_the_whole_text(text, main):
    assert "".join(part for _, part in by_language(text, main)) == text


@settings(deadline=None, max_examples=200)
@given(st.text("sinus vorhofflimmern left axis vänster wide rytm. ,;\n", max_size=120))
def test_runs_of_languages_are_the_whole_text_of_words_too(text):
    assert "".join(part for _, part in by_language(text, "de")) == text


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
    assert int(version) >= 3
    assert set(glossaries) == {"de", "sv", "en"}
    for language, entries in glossaries.items():
        for entry in entries.entries:
            assert entry.kind in glossary.KINDS and entry.english.strip() == entry.english and entry.english, entry
            assert entry.origin in ("seed", "corpus", "read", "medical"), entry
            assert (entry.kind == "word") == (language == "en"), entry
    assert len(glossaries["de"]) > 1200 and len(glossaries["sv"]) > 400


def test_unknown_translator():
    with pytest.raises(BadOption, match="babelfish"):
        translator_named("babelfish")
