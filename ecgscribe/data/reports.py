"""Reports of simulated records, in the manner of PTB-XL's three languages.

Only the standard phrases of that corpus are used, in its order: ectopy, rhythm, AV block, axis,
conduction, hypertrophy, QRS, ST and T, conclusion. Every sentence says what the record shows.
"""

from __future__ import annotations

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance

LANGUAGES = ("de", "en", "sv")

_PARTS = {
    # condition or condition/variant: language -> manners; {axis} and {end} are filled in below
    "normal": {
        "de": ("sinusrhythmus {axis} normales ekg", "sinusrhythmus {axis} normales ekg", "sinusrhythmus normales ekg"),
        "en": ("sinus rhythm. normal ecg.", "sinus rhythm. no definite pathology."),
        "sv": ("sinusrytm normalt ekg",),
    },
    "sinus_bradycardia": {
        "de": ("sinusbradykardie {axis} sonst normales ekg",),
        "en": ("sinus bradycardia. otherwise normal ecg.",),
        "sv": ("sinusbradykardi eljest normalt ekg",),
    },
    "sinus_tachycardia": {
        "de": ("sinustachykardie {axis} sonst normales ekg",),
        "en": ("sinus tachycardia. otherwise normal ecg.",),
        "sv": ("sinustachykardi eljest normalt ekg",),
    },
    "sinus_arrhythmia": {
        "de": ("sinus arrhythmie {axis} sonst normales ekg", "sinus arrhythmie sonst normales ekg"),
        "en": ("sinus arrhythmia. normal ecg.", "sinus arrhythmia. otherwise normal ecg."),
        "sv": ("sinus arytmi eljest normalt ekg",),
    },
    "atrial_fibrillation": {
        "de": ("vorhofflimmern/-flattern {axis}",),
        "en": ("atrial fibrillation.",),
        "sv": ("förmaksflimmer/-fladder",),
    },
    "atrial_fibrillation/rapid": {
        "de": ("tachykardes vorhofflimmern {axis}",),
        "en": ("atrial fibrillation with rapid ventricular response.",),
        "sv": ("förmaksflimmer med hög kammarfrekvens",),
    },
    "first_degree_av_block": {
        "de": ("sinusrhythmus a-v block i {axis}", "sinusrhythmus a-v block i {axis} sonst normales ekg"),
        "en": ("sinus rhythm. prolonged pr interval. otherwise normal ecg.",),
        "sv": ("sinusrytm a-v block i",),
    },
    "lbbb": {
        "de": ("sinusrhythmus {axis} linksschenkelblock",),
        "en": (
            "sinus rhythm. left bundle branch block.",
            "sinus rhythm. left bundle branch block, this is most commonly due to    ischaemic heart disease.",
        ),
        "sv": ("sinusrytm vänstersidigt skänkelblock",),
    },
    "rbbb": {
        "de": ("sinusrhythmus {axis} rechtsschenkelblock",),
        "en": ("sinus rhythm. right bundle branch block.",),
        "sv": ("sinusrytm högersidigt skänkelblock",),
    },
    "lvh/strain": {
        "de": (
            "sinusrhythmus {axis} linkshypertrophie st & t abnorm, wahrscheinlich    "
            "anterolaterale ischämie oder linksbelastung",
        ),
        "en": (
            "sinus rhythm. left ventricular hypertrophy. st segments are depressed and t waves inverted in i, avl, "
            "v5,6. this may be due to lv strain or ischaemia.",
        ),
        "sv": (
            "sinusrytm vänster kammarhypertrofi st-t sänkning, såsom vid    "
            "anterolateral ischemi eller vänster belastning",
        ),
    },
    "lvh/voltage": {
        "de": ("sinusrhythmus {axis} mässige amplitudenkriterien für linkshypertrophie",),
        "en": ("sinus rhythm. voltages are high in chest leads suggesting lvh.",),
        "sv": ("sinusrytm vänster kammarhypertrofi",),
    },
    "inferior_infarct": {
        "de": (
            "sinusrhythmus {axis} qrs(t) abnorm    inferiorer infarkt     alter unbest.",
            "sinusrhythmus {axis} qrs(t) abnorm    inferiorer infarkt     wahrscheinlich alt",
        ),
        "en": (
            "sinus rhythm. q waves in ii, iii, avf consistent with old inferior    myocardial infarction.",
            "sinus rhythm. old inferior myocardial infarction.",
        ),
        "sv": ("sinusrytm avvikande qrs(t) förlopp    inferior infarkt     ålder ej bestämmbar",),
    },
    "anterior_infarct": {
        "de": (
            "sinusrhythmus {axis} qrs(t) abnorm    anteroseptaler infarkt     alter unbest. "
            "t abnorm in anterioren ableitungen",
            "sinusrhythmus {axis} qrs(t) abnorm    anteriorer infarkt     alter unbest. "
            "t abnorm in anterioren ableitungen",
        ),
        "en": (
            "sinus rhythm. qs complexes in v1,2,3 consistent with anteroseptal    myocardial infarction of uncertain "
            "age. t waves are inverted in v2,3,4.",
            "sinus rhythm. qs complexes in v1,2,3 consistent with old anteroseptal    myocardial infarction.",
        ),
        "sv": ("sinusrytm avvikande qrs(t) förlopp    anteroseptal infarkt     ålder ej bestämmbar",),
    },
    "premature_atrial": {
        "de": ("supraventrikuläre extrasystole(n) sinusrhythmus {axis} sonst normales ekg",),
        "en": ("premature atrial contraction(s). sinus rhythm. otherwise normal ecg.",),
        "sv": ("supraventrikulär(a) extrasystoli(er) sinusrytm eljest normalt ekg",),
    },
    "premature_ventricular": {
        "de": ("ventrikuläre extrasystole(n) sinusrhythmus {axis} sonst normales ekg",),
        "en": ("premature ventricular contraction(s). sinus rhythm. otherwise normal ecg.",),
        "sv": ("ventrikulär(a) extrasystoli(er) sinusrytm eljest normalt ekg",),
    },
    "paced": {
        "de": ("schrittmacher ekg",),
        "en": (
            "pacemaker spikes noted. a regular paced rhythm is present.",
            "pacemaker spikes noted. a regular paced rhythm is present. apparently normal pacemaker function.",
        ),
        "sv": ("pacemaker ekg",),
    },
}
"""Phrases are alternatives of equal weight; the first of each is what `simulate` itself reports."""

_AXIS_WORDS = {"MID": "lagetyp normal", "LAD": "linkstyp", "ALAD": "ueberdrehter linkstyp", "RAD": "rechtstyp"}


def axis_class(axis_deg: float) -> str:
    """PTB-XL's word for a frontal axis: MID, LAD (below 30), ALAD (below -30), RAD (above 90)."""
    if axis_deg < -30:
        return "ALAD"
    if axis_deg < 30:
        return "LAD"
    return "MID" if axis_deg <= 90 else "RAD"


def report_of(language: str, condition: str, truth: dict, chance: Chance | None = None) -> str:
    """The report of a record with this truth; `chance` picks among the manners, None takes the first.

    Raises `BadOption` for an unknown language or condition.
    """
    if language not in LANGUAGES:
        raise BadOption(f"No reports in language {language!r}.", f"Known: {', '.join(LANGUAGES)}.")
    variant = "rapid" if condition == "atrial_fibrillation" and truth["rate_bpm"] > 100 else truth["variant"]
    manners = _PARTS.get(f"{condition}/{variant}") or _PARTS.get(condition)
    if manners is None:
        raise BadOption(f"No report for the condition {condition!r}.", f"Known: {', '.join(_PARTS)}.")
    phrase = manners[language][0] if chance is None else chance.chosen(manners[language])
    axis = axis_class(truth["axis_deg"])
    if language == "de":
        if axis == "LAD":
            # the machine never calls an ECG with a left axis plainly normal
            phrase = phrase.replace("{axis} normales", "{axis} sonst normales")
        return phrase.replace("{axis}", _AXIS_WORDS[axis])
    return phrase
