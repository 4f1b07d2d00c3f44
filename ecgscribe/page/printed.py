"""What a page prints of itself: paper speed, gain, and the measured values of its header."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ecgscribe.page.names import SIGN, Word

_SPEEDS, _GAINS = (12.5, 25.0, 50.0, 100.0), (2.5, 5.0, 10.0, 20.0, 40.0)
_SCALE = r"(?<![\d_.,])([\d_]{1,3}(?:[.,][\d_])?)"
_SPEED = re.compile(_SCALE + r"\s*m{1,3}\s*/\s*[sS5](?!\s*[vV])")
_SLASHLESS = re.compile(_SCALE + r"\s*mm\s?[sS]\b")  # where a gain follows: "100 mms" alone may be an interval
_GAIN = re.compile(_SCALE + r"\s*m{1,3}\s*/\s*m{1,2}\s*[vVyYu]")
# "Limb 10 mm/mV Chest 5 mm/mV", as a reader sees it that takes one letter for another ("Umb10mm/mChes_ 5mm/mV")
_MIXED = re.compile(
    r"(?:\b|[a-zA-Z])[mn]b\W{0,3}([\d_.,]*)\D{0,12}?[CcGO(]?he[a-z_<:]{1,3}\W{0,3}([\d_]{1,3}(?:[.,]\d)?)"
)
_GAP_MM = 28.0  # between a label and its value
_OVERLAP_MM = 2.0  # of two boxes of one line: a trace may have taken a part of one
_LIMITS = {
    "rate_bpm": (20, 320),
    "pr_ms": (60, 500),
    "qrs_ms": (40, 300),
    "qt_ms": (180, 800),
    "qtc_ms": (200, 800),
    "axis_deg": (-180, 360),
}
# "_" stands for a digit that was not read with certainty: a number that holds one is none
_VALUE = r"\W{0,4}\s*(-?\d{1,3}(?:\.\d{1,3})?)(?![\d_])\s*(s\b|ms|m5)?"
# the reader takes one letter for another now and then ("Venl. rale"): only what tells a label is asked for
_MS = r"(?:\W?\s*[\[(]?ms[\])]?)?"
_LABELS = (
    ("rate_bpm", r"(?:[Vv]en\w{1,3}\W*\s*)?\b[Rr]a[a-z]e(?:\W?bpm\W?)?|\bHR\b|\bHF\b|[Ff]requen\w\b|\bPuls\b"),
    ("pr_ms", rf"\bP[RQ](?:[\s-]*[Ii]n[a-zA-Z]*?)?{_MS}"),
    ("qrs_ms", rf"(?<![-/P])\bQRSD?(?:[\s-]*[Dd](?:ur|au)[a-z]*?)?{_MS}"),
    ("qt_ms", r"\bQT(?![cC])"),
    ("qtc_ms", r"(?<!/)\bQT[cC](?:B|F|Bz)?"),
)
_INTERVAL = r"(\d?\.?\d{2,3})(?![\d_])"
_QT_PAIR = re.compile(rf"QT[a-zA-Z]?\W{{0,3}}Q[Tr]\w{{0,3}}?{_MS}\W*{_INTERVAL}(?:s|\s?ms)?\s*[/ ]\s*{_INTERVAL}")
_QTC_SHARE = (0.7, 1.5)  # of QT: beyond, one of the pair was misread
# the rate behind a heart, on a line that tells of the recorder
_HEART_RATE = re.compile(SIGN + r"\s*(\d{2,3})(?![\w.,/:-])")
_RECORDER = re.compile(r"mm\s?/|/mm?V|\d[Hh]z|\d\*\d\.\d\s?s")
_AXES = re.compile(r"(?:P.{0,2}(?:QRS|R).{0,2}T|[Aa]xes)[^\d-]*(-?\d{1,3})\s*[/ ]\s*(-?\d{1,3})\s*[/ ]\s*(-?\d{1,3})")
_AXIS = re.compile(r"\b[Aa]xis\W*\s(-?\d{1,3})\b")


@dataclass(frozen=True)
class Printed:
    """None where nothing could be read: `mm_per_s`, `mm_per_mv` (of the limb leads where they differ),
    `chest_mm_per_mv`, which may be known alone; `values` name -> value in its unit."""

    mm_per_s: float | None = None
    mm_per_mv: float | None = None
    chest_mm_per_mv: float | None = None
    values: dict[str, float] = field(default_factory=dict)


def read_printed(words: list[Word]) -> Printed:
    """Scale and values from the words of a page."""
    speeds, gains, mixed, values = [], [], None, {}
    for line in lines_of(words):
        told = _among(_GAINS, _GAIN.findall(line))
        gains += told
        found = _SPEED.findall(line) or (_SLASHLESS.findall(line) if told else [])
        speeds += _among(_SPEEDS, found)
        pair = _MIXED.search(line)
        if pair:
            limb, chest = (_among(_GAINS, [told]) for told in pair.groups())
            mixed = (limb[0] if limb else None, chest[0]) if chest else mixed
        for name, value in values_of(line).items():
            values.setdefault(name, value)
    if mixed is None and len(set(gains)) == 2:  # printed twice, limb leads first
        mixed = (gains[0], next(v for v in gains if v != gains[0]))
    speed = speeds[0] if len(set(speeds)) == 1 else None
    if mixed is not None:
        return Printed(speed, mixed[0], mixed[1], values)
    return Printed(speed, gains[0] if gains else None, None, values)


def values_of(line: str) -> dict[str, float]:
    """The measured values that a printed line tells; seconds become milliseconds, impossible values are dropped."""
    found: dict[str, float] = {}
    pair = _QT_PAIR.search(line)
    if pair:
        interval, corrected = (_milliseconds(v) for v in pair.groups())
        if _QTC_SHARE[0] <= corrected / max(interval, 1) <= _QTC_SHARE[1]:
            found["qt_ms"], found["qtc_ms"] = interval, corrected
    axes = _AXES.search(line)
    if axes:
        found["axis_deg"] = float(axes.group(2))
    elif single := _AXIS.search(line):
        found["axis_deg"] = float(single.group(1))
    for name, label in _LABELS:
        hit = re.search(f"(?:{label}){_VALUE}", line)
        if hit and name not in found:
            value = float(hit.group(1))
            found[name] = value if name == "rate_bpm" else _milliseconds(hit.group(1))
    heart = _HEART_RATE.search(line)
    if heart and _RECORDER.search(line):
        found.setdefault("rate_bpm", float(heart.group(1)))
    beats = re.search(r"(?<![\d_/.])(\d{2,3})\s*(?:bpm|BPM|/min|spm)\b", line)
    if beats and "rate_bpm" not in found:
        found["rate_bpm"] = float(beats.group(1))
    return {name: value for name, value in found.items() if _LIMITS[name][0] <= value <= _LIMITS[name][1]}


def lines_of(words: list[Word]) -> list[str]:
    """Words that stand beside one another, as lines of text; a wide gap ends a line."""
    left = sorted(words, key=lambda word: word.box_mm[0])
    lines: list[list[Word]] = []
    for word in left:
        x0, y0, _, y1 = word.box_mm
        middle = (y0 + y1) / 2
        for line in lines:
            _, top, end, bottom = line[-1].box_mm
            if -_OVERLAP_MM <= x0 - end <= _GAP_MM and abs((top + bottom) / 2 - middle) < 0.45 * max(
                y1 - y0, bottom - top
            ):
                line.append(word)
                break
        else:
            lines.append([word])
    return [" ".join(word.certain for word in line if word.text) for line in lines]


def _among(usual: tuple[float, ...], texts: list[str]) -> list[float]:
    """The usual value that each text says, where it is the only one that fits the digits that were read."""
    found = []
    for text in texts:
        digits = re.sub(r"\.0$", "", text.replace(",", ".")).replace("_", r"\d").replace(".", r"\.")
        fitting = [value for value in usual if re.fullmatch(digits, f"{value:g}")] if digits.strip("\\d") else []
        found += fitting if len(fitting) == 1 else []
    return found


def _milliseconds(text: str) -> float:
    value = float(text)
    return round(1000 * value) if value < 2 else value
