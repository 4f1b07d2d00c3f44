"""Reports of simulated records, in the manner of PTB-XL's three languages.

Only the standard phrases of that corpus are used, in its order: ectopy, rhythm, AV block, P wave, axis,
conduction, voltage, hypertrophy, QRS, ST and T, QT, conclusion. Every sentence says what the record
shows. A condition joined by "+" says the statements of all its parts.
"""

from __future__ import annotations

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.report_recovery import RECOVERY_WORDS
from ecgscribe.data.report_rhythm import RHYTHM_WORDS, SINUS
from ecgscribe.data.report_shapes import CHAMBER_WORDS, CONDUCTION_WORDS
from ecgscribe.data.report_words import PLACES, Words

LANGUAGES = ("de", "en", "sv")

WORDS: dict[str, Words] = {**RHYTHM_WORDS, **CONDUCTION_WORDS, **CHAMBER_WORDS, **RECOVERY_WORDS}
"""Condition, or condition/variant, -> its words."""

_AXIS = {
    "de": {"MID": "lagetyp normal", "LAD": "linkstyp", "ALAD": "ueberdrehter linkstyp", "RAD": "rechtstyp"},
    "en": {"ALAD": "left axis deviation.", "RAD": "right axis deviation."},
    "sv": {"ALAD": "vänster el-axel", "RAD": "höger el-axel"},
}
_ENDS = {
    "de": {"normal": ("normales ekg",), "otherwise": ("sonst normales ekg",)},
    "en": {
        "normal": ("normal ecg.", "no definite pathology."),
        "otherwise": ("otherwise normal ecg.", "otherwise no definite pathology."),
    },
    "sv": {"normal": ("normalt ekg",), "otherwise": ("eljest normalt ekg",)},
}


def axis_class(axis_deg: float) -> str:
    """PTB-XL's word for a frontal axis: MID, LAD (below 30), ALAD (below -30), RAD (above 90, and the far right)."""
    if -180 <= axis_deg < -90 or axis_deg > 90:
        return "RAD"
    if axis_deg < -30:
        return "ALAD"
    return "LAD" if axis_deg < 30 else "MID"


def report_of(language: str, condition: str, truth: dict, chance: Chance | None = None) -> str:
    """The report of a record with this truth; `chance` picks among the manners, None takes the first.

    Raises `BadOption` for an unknown language or condition.
    """
    if language not in LANGUAGES:
        raise BadOption(f"No reports in language {language!r}.", f"Known: {', '.join(LANGUAGES)}.")
    parts = [words_of(part, truth) for part in condition.split("+")]
    if not any(part.place == "rhythm" for part in parts):
        parts.append(SINUS)

    def one(phrases: tuple[str, ...]) -> str:
        return phrases[0] if chance is None else chance.chosen(phrases)

    said = [(PLACES.index(part.place), one(part.phrases(language))) for part in parts]
    # the rhythm that was only added has no part in the conclusion
    end = _end([part.end for part in parts if part is not SINUS])
    # a plainly normal report may leave the axis out, as every fourth German one does
    says_axis = all(part.axis for part in parts) and not (end and chance is not None and chance.happens(0.25))
    axis = axis_class(truth["axis_deg"])
    if says_axis and axis in _AXIS[language]:
        said.append((PLACES.index("axis"), _AXIS[language][axis]))
        if axis != "MID" and end == "normal":
            end = "otherwise"  # the machine never calls an ECG with a turned axis plainly normal
    if end:
        said.append((PLACES.index("end"), one(_ENDS[language][end])))
    return " ".join(phrase for _, phrase in sorted(said, key=lambda place: place[0]))


def words_of(condition: str, truth: dict) -> Words:
    """The words for one part of a condition in a record with this truth. Raises `BadOption` for an unknown one."""
    known = truth.get("variants") or {}
    variant = known.get(condition, truth.get("variant", ""))
    if condition == "atrial_fibrillation" and truth["rate_bpm"] > 100:
        variant = "rapid"
    words = WORDS.get(f"{condition}/{variant}") or WORDS.get(condition)
    if words is None:
        raise BadOption(f"No report for the condition {condition!r}.", f"Known: {', '.join(WORDS)}.")
    return words


def _end(ends: list[str]) -> str:
    """The conclusion that all parts together allow."""
    if not all(ends):
        return ""
    return "normal" if set(ends) == {"normal"} else "otherwise"
