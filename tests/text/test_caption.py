import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.text.caption import caption_of
from ecgscribe.text.normalise import normalise
from ecgscribe.text.translate import GlossaryTranslator

TRANSLATOR = GlossaryTranslator()
FOOTER = " 4.46" + " " * 26 + "unbestÄtigter bericht"
STATEMENTS = st.lists(
    st.sampled_from(
        ["sinusrhythmus", "lagetyp normal", "qrs(t) abnorm    inferiorer infarkt     alter unbest.", "t flach in v4,5"]
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("sinusrhythmus lagetyp normal normales ekg" + FOOTER, "sinus rhythm, normal axis, normal ecg."),
        ("sinusrytm normalt ekg", "sinus rhythm, normal ecg."),
        ("sinus rhythm. normal ecg.", "sinus rhythm. normal ecg."),
        ("sinusrhythmus pq-zeit 0,19 sec", "sinus rhythm, pr interval 0.19 s."),
        (
            "sinus rhythm. prolonged pr interval (0.24 sec). t waves flat in i,avl,v3-6.",
            "sinus rhythm. prolonged pr interval (0.24 s). t waves flat in i, avl, v3-v6.",
        ),
        ("sinus rhythm. compared with tracing of 12:9:91, it is similar.", "sinus rhythm."),
    ],
)
def test_known(report, text):
    caption = caption_of(report, TRANSLATOR)
    assert caption.text == text and caption.dropped == "" and not caption.cut


@pytest.mark.parametrize(("report", "reason"), [(" ", "empty"), ("trace only requested.", "trace only requested")])
def test_dropped(report, reason):
    caption = caption_of(report, TRANSLATOR)
    assert caption.text == "" and caption.dropped == reason


@settings(deadline=None, max_examples=150)
@given(STATEMENTS, st.sampled_from(["", FOOTER]), st.sampled_from(["", " Edit: NORM 100, IMI 15"]))
def test_boilerplate_never_survives_and_the_form_is_normal(statements, footer, tail):
    caption = caption_of((" ".join(statements) + footer)[:255] + tail, TRANSLATOR)
    for trace in ("4.4", "unbest", "edit", "100", "unconfirmed"):
        assert trace not in caption.text
    assert normalise(caption.text) == caption.text


GERMAN_START = "sinusrhythmus lagetyp normal qrs(t) abnorm    septaler infarkt nicht auszuschliessen    "
SWEDISH_START = "sinusrytm normalt ekg avvikande qrs(t) fÖrlopp    septal infarkt kan ej uteslutas    "


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (GERMAN_START, "inferiorer myokardschaden nicht auszuschliessen"),
        (GERMAN_START, "inferiorer infarkt     alter unbest."),
        (GERMAN_START, "inferiorer infarkt     wahrscheinlich alt"),
        (GERMAN_START, "inferiorer infarkt     mÖgl. akut"),
        (GERMAN_START, "inferiorer infarkt mÖglich"),
        (SWEDISH_START, "inferior myokardskada bÖr ÖvervÄgas"),
        (SWEDISH_START, "inferior infarkt kan ej uteslutas"),
        (SWEDISH_START, "inferior infarkt     Ålder ej bestÄmmbar"),
        (SWEDISH_START, "inferior infarkt     sannolikt Äldre"),
        (SWEDISH_START, "inferior infarkt     mÖjligen fÄrsk"),
    ],
)
def test_a_cut_statement_is_never_completed(start, last):
    for length in range(9, len(last)):
        report = (start + last[:length]).rjust(255)  # the field limit falls on each letter in turn
        caption = caption_of(report, TRANSLATOR)
        assert caption.cut
        assert "inferior" not in caption.text, report
        assert caption.text.startswith("sinus rhythm, normal")


def test_a_cut_report_does_not_end_in_a_half_statement():
    report = (
        "sinusrytm vÄnster el-axel lÅga qrs amplituder i extremitetsavledningarna avvikande qrs(t) fÖrlopp    "
        "anteroseptal infarkt     Ålder ej bestÄmmbar    inferior myokardskada bÖr ÖvervÄgas st sÄnkning, mÖjligen "
        "orsakad av    hÖg lateral subendokardiell myokar"
    )
    caption = caption_of(report, TRANSLATOR)
    assert caption.cut and caption.text.endswith("consider inferior myocardial damage, st depression.")
