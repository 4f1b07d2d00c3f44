"""Which language a report is written in: German, English or Swedish, by closed word lists."""

from collections import Counter

from .folding import fold, mend, tokens_of

_WORDS = {
    "de": """sinusrhythmus lagetyp linkstyp rechtstyp normales sonst abnorm abnormes abnormales wahrscheinlich möglich
        vorhofflimmern vorhofflattern schrittmacher rechtsschenkelblock linksschenkelblock infarkt ischämie
        linkshypertrophie niederspannung extrasystole extrasystolen sinusbradykardie sinustachykardie arrhythmie
        unspezifisches unspezifische ableitungen verdacht auf nicht auszuschliessen myokardschaden alter unbest
        überdrehter tachykardes bradykardes normokardes leitungsstörung periphere steiltyp steillagetyp linkslagetyp
        mittellagetyp sinusarrhythmie senkung hebung und oder über mit bei grenzbefund pathologisches pathologisch
        schenkelblock partieller vollständiger unvollständiger chronischer fehlende schlechte rhythmus belastung
        ruhe llt mlt slt ves sves neg tachykardie bradykardie der die das im kein keine für nach""",
    "sv": """sinusrytm vänster höger skänkelblock eljest förlopp såsom ålder ej förändring förändringar ischemi
        sinusbradykardi sinustachykardi extrasystoli förmaksflimmer förmaksfladder kammarhypertrofi normalt
        misstänkt sannolikt äldre möjligen färsk bör övervägas uteslutas avvikande ospecifik ospecifikt arytmi
        extremitetsavledningarna inkomplett förlängd vid våg rytm och gammal extraslag sänkning axel myokardskada
        pacemaker saknas med inga inget säkert""",
    "en": """rhythm ecg waves wave are is with otherwise pathology requested normal no the this to may be atrial
        ventricular tachycardia bradycardia left right bundle branch axis deviation consistent suggesting leads and
        of myocardial infarction ischaemia fibrillation flutter voltages segments arrhythmia premature
        contraction contractions definite borderline possible probable old ischemia hypertrophy complexes interval
        prolonged depression elevation inversion flattening trace paced pacing degree inverted the or
        spikes noted beats cannot response recent changes function interpretation compared tracing shows
        evidence conduction delay suggests complete incomplete partial junctional bigeminy""",
}
_LISTS = {language: frozenset(fold(word) for word in words.split()) for language, words in _WORDS.items()}


NAMES = tuple(_LISTS)
"""The languages that are told apart."""
_COUNTS = Counter(word for known in _LISTS.values() for word in known)
# Words that two languages share, or that one has borrowed from the other, say nothing.
_SHARED = {"normal", "abnormal", "abnorm", "st", "in", "no", "the", "to", "or", "is", "and"}
_SHARED |= {
    "degree",
    "trace",
    "bigeminy",
    "pacing",
    "pacemaker",
    "beats",
    "waves",
    "wave",
    "ecg",
    "partial",
    "complete",
}
_MARKERS = {
    word: language for language, known in _LISTS.items() for word in known if _COUNTS[word] == 1 and word not in _SHARED
}


def scores_of(text: str) -> dict[str, int]:
    """How many distinct words of `text` stand in the list of each language."""
    words = {token.key for token in tokens_of(mend(text))[0] if token.kind == "word"}
    return {language: len(words & known) for language, known in _LISTS.items()}


def marker_of(word: str) -> str:
    """The language that alone has the lower-case `word` in its list, or ''."""
    return _MARKERS.get(fold(word), "")


def language_of(text: str) -> str:
    """'de', 'en' or 'sv': the list with most of the distinct words of `text`; '' when none has any."""
    scores = scores_of(text)
    best = max(scores, key=lambda language: scores[language])  # of equals the first: most reports are German
    return best if scores[best] else ""
