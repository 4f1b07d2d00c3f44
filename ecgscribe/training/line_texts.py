"""What stands on ECG pages, drawn at random: lead names, scales, values, words; nothing of any real page."""

from __future__ import annotations

from ecgscribe.core.standards import LEADS
from ecgscribe.data.chance import Chance

_SPEEDS = ("12.5", "25", "25.0", "50", "25", "50.0", "10", "12,5", "100")
_GAINS = ("5", "10", "10.0", "20", "5.0", "10", "2.5", "20.0", "2,5", "40")
_PER_S = ("mm/s", " mm/s", " mm/sec", "mm/sec", " mm/Sek")
_PER_MV = ("mm/mV", " mm/mV", " mm/mV", "mm/mv")
_LABELS = (
    "Vent. rate", "Ventricular rate", "Vent. rate(bpm):", "PR interval", "PR interval(ms):", "QRS duration", "QRSD",
    "QRS duration(ms):", "QT/QTc", "QT/QTc (ms):", "QT/QTcB", "QT/QTcF", "P-R-T axes", "P-QRS-T Axes:", "Rate", "PR",
    "QRS", "QT", "QTc", "HR", "HF", "Herzfrequenz:", "Frequenz", "Heart rate", "Axis", "Axis P/QRS/T", "P/QRS/T",
    "--AXIS--", "axis", "P-R", "RR", "PQ", "QRS-Dauer", "Achse", "QTcBz", "QTc(Bazett)", "RV5/SV1", "T", "P", "Puls",
    "RR interval", "P duration", "Vent. Rate", "PR-Int", "QRS dur", "QTcB", "HF:", "FC", "Freq", "P axis", "QRS axis",
)  # fmt: skip
_UNITS = ("bpm", "BPM", "ms", "ms", "/min", "s", "deg", "/Min", "spm", "mV", "mm", "")
_WORDS = (
    "Sinus rhythm", "Normal ECG", "Unconfirmed", "Technician:", "Referred by:", "Name:", "ID:", "Age:", "Sex:", "Male",
    "Female", "Years", "yrs", "Patient name:", "Patient ID:", "Date/Time:", "Comments:", "Room No.:", "Department:",
    "Diagnosis Information:", "Report Confirmed by:", "Medication:", "ABNORMAL ECG", "NORMAL ECG", "Group:", "12-Lead",
    "sinus bradycardia", "left axis deviation", "atrial fibrillation", "infarct", "Page 1 of 1", "filter", "Hospital",
    "right bundle branch block", "abnormal", "ECG REPORT", "mmHg", "cm", "kg", "Race:Unknown", "Unknown", "premature",
    "ventricular", "Speed", "Limb", "Chest", "Gain", "SIMULATED", "ST elevation", "T wave inversion", "Ltd", "v2.1",
    "Geschwindigkeit", "Empfindlichkeit", "Befund", "Geb.", "Standard 12", "Rhythm", "Rhythmus", "Lead", "anterior",
)  # fmt: skip
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_MARKS = ".,:;/-+()[]|%*'=<>~_&#!?"


def drawn_text(chance: Chance) -> tuple[str, str]:
    """(text, form): the form is "roman" where Roman numerals get joint bars, else "plain"."""
    kind = chance.between(0, 1)
    if kind < 0.45:
        return _name(chance)
    drawn = _scale if kind < 0.64 else _value if kind < 0.88 else _words if kind < 0.94 else _nonsense
    return drawn(chance), "plain"


def _name(chance: Chance) -> tuple[str, str]:
    lead = chance.chosen(LEADS) if chance.happens(0.7) else chance.chosen(("I", "II", "III", "aVL", "aVR", "aVF"))
    form = chance.between(0, 1)
    if lead in ("I", "II", "III"):
        if form < 0.2:
            return lead, "roman"
        if form < 0.3:
            return " ".join(lead), "plain"
    elif lead.startswith("V") and form < 0.2:
        lead = lead.replace("V", "v") if form < 0.12 else lead.replace("V", "C")
    elif form < 0.2:
        lead = lead.upper()
    elif lead == "aVR" and form < 0.4:
        lead = chance.chosen(("-aVR", "- aVR"))
    dress = chance.between(0, 1)
    if dress < 0.06:
        return chance.chosen(("Rhythm {}", "Rhythm[{}]", "Rhythm: {}", "Rhythmus {}")).format(lead), "plain"
    if dress < 0.12:
        return chance.chosen(("|{}", "{}:", "[{}]", "*{}")).format(lead), "plain"
    return lead, "plain"


def _scale(chance: Chance) -> str:
    speed = chance.chosen(_SPEEDS) + chance.chosen(_PER_S)
    gain = chance.chosen(_GAINS) + chance.chosen(_PER_MV)
    band = chance.chosen(("0.05-150 Hz", "0.5-40Hz", "150Hz", "0,05-150 Hz", "0.67~25Hz AC50", "0.05-100 Hz", "50 Hz"))
    kind = chance.whole(0, 9)
    if kind < 2:
        return speed
    if kind < 4:
        return gain
    if kind == 4:
        return chance.chosen(("Speed: ", "Speed:", "Geschw.: ")) + speed
    if kind == 5:
        return chance.chosen(("Limb {} Chest {}", "Limb:{} Chest:{}", "Limb: {}  Chest: {}")).format(
            gain, chance.chosen(_GAINS) + chance.chosen(_PER_MV)
        )
    if kind == 6:
        return band
    if kind == 7:
        return chance.chosen(("Gain: ", "Gain:", "Ampl. ")) + gain
    between = chance.chosen(("  ", "   ", " "))
    parts = chance.shuffled([speed, gain, band][: chance.whole(2, 3)])
    return between.join(parts)


def _value(chance: Chance) -> str:
    number = chance.chosen(
        (
            str(chance.whole(20, 220)),
            str(chance.whole(60, 560)),
            str(chance.whole(-90, 270)),
            f"0.{chance.whole(40, 560):03d}s",
            f"{chance.whole(280, 520)}/{chance.whole(320, 540)}",
            f"{chance.whole(-40, 90)}  {chance.whole(-90, 180)}  {chance.whole(-60, 200)}",
            f"0.{chance.whole(280, 520)}s/0.{chance.whole(320, 540)}s",
            f"{chance.whole(-40, 90)}/{chance.whole(-90, 180)}/{chance.whole(-60, 200)}",
            "--",
        )
    )
    kind = chance.between(0, 1)
    unit = chance.chosen(_UNITS)
    if kind < 0.35:
        return number
    if kind < 0.6:
        return chance.chosen(_LABELS)
    if kind < 0.66:
        return unit or "ms"
    between = chance.chosen((" ", "  ", ": ", " : "))
    return f"{chance.chosen(_LABELS)}{between}{number} {unit}".strip()


def _words(chance: Chance) -> str:
    if chance.happens(0.25):
        day = f"20{chance.whole(31, 69)}-{chance.whole(1, 12):02d}-{chance.whole(1, 28):02d}"
        time = f" {chance.whole(0, 23):02d}:{chance.whole(0, 59):02d}:{chance.whole(0, 59):02d}"
        return day + time * chance.happens(0.5)
    words = chance.chosen(_WORDS)
    if chance.happens(0.2):
        words = words.upper()
    return words


def _nonsense(chance: Chance) -> str:
    letters = [chance.chosen(_MARKS if chance.happens(0.15) else _LETTERS) for _ in range(chance.whole(1, 9))]
    if len(letters) > 4 and chance.happens(0.3):
        letters[chance.whole(1, len(letters) - 2)] = " "
    return "".join(letters)
