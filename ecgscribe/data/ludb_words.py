"""The headings of LUDB's diagnoses ("Scar formation: septal.") in the words that captions use.

LUDB writes every finding as a phrase of a fixed list, the wall after a colon (Kalyakulina et al., IEEE Access 8:186181,
2020). "Undefined ischemia/scar/supp.NSTEMI" stands there for changes that its two readers would not decide on.
"""

from __future__ import annotations

import re

_WALL = r"\s*:\s*(?P<wall>[a-z]+)(?: wall)?\s*\."
_UNDECIDED = r"possible \g<wall> infarct. possible \g<wall> ischaemia."
_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"\bRhythm:\s*", ""),
        (r"\bElectric axis of the heart:\s*(?P<axis>normal|vertical|horizontal)\.", r"\g<axis> axis."),
        (r"\bElectric axis of the heart:\s*", ""),
        (r"\bNon-?specific repolari[sz]ation abnormalities" + _WALL, r"abnormal repolarization in the \g<wall> leads."),
        (r"\bUndefined ischa?emia/scar/supp\.\s?NSTEMI" + _WALL, _UNDECIDED),
        (r"\bScar formation" + _WALL, r"old \g<wall> infarct."),
        (r"\bSTEMI" + _WALL, r"acute \g<wall> infarct."),
        (r"\bIscha?emia" + _WALL, r"\g<wall> ischaemia."),
        (r"\bIII degree AV[- ]block", "third-degree AV block"),
        (r"\bII degree AV[- ]block", "second-degree AV block"),
        (r"\bI degree AV[- ]block", "first-degree AV block"),
        (r"\b(?:UNI|BI)polar (?P<chamber>atrial|ventricular) pacing", r"\g<chamber> pacing"),
        (r"\bintravintricular\b", "intraventricular"),
        (r"\bVentricular extrasystole, (?:type|morphology|localisation): [^.]*\.", "ventricular premature complexes."),
        (r"\bAtrial extrasystole(?:, type| ?, localisation)?: [^.]*\.", "atrial premature complexes."),
        (r"\bAtrial flutter, typical", "atrial flutter"),
        (r"\s+", " "),
    )
)  # fmt: skip


def in_caption_words(diagnoses: str) -> str:
    """The diagnoses in caption words; a sentence said twice is said once, what is no heading stays as it is."""
    text = diagnoses
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    sentences = [part.strip() for part in text.split(".") if part.strip()]
    return " ".join(f"{sentence}." for sentence in dict.fromkeys(sentences))
