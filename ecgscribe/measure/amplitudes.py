"""R, S and ST amplitudes by lead, Sokolow-Lyon, and the frontal axes, from the average beat."""

from __future__ import annotations

import math

import numpy as np

from ecgscribe.core.report import Measurement
from ecgscribe.core.standards import LEADS
from ecgscribe.measure.average import Average
from ecgscribe.measure.intervals import NO_ONSET
from ecgscribe.measure.prepare import RATE_HZ
from ecgscribe.measure.waves import Waves

ST_S = 0.06
LEAD_DEG = {"I": 0.0, "II": 60.0, "III": 120.0, "aVR": -150.0, "aVL": -30.0, "aVF": 90.0}
AUGMENTED = math.sqrt(3) / 2
"""aVR, aVL and aVF show this share of the frontal vector along them (Goldberger 1942) where I, II, III show all."""

LEAST_VECTOR_MVS = 0.0008
"""mV s; a net area below it points nowhere."""


def amplitude_measurements(average: Average, waves: Waves) -> list[Measurement]:
    """R, S (depth, positive) and ST at J + 60 ms in mV for each of the twelve leads; then Sokolow-Lyon."""
    made = {}
    for lead in LEADS:
        values = _of_lead(average, waves, lead)
        for name in ("st", "r", "s"):
            made[name, lead] = values[name]
    return [made[name, lead] for name in ("st", "r", "s") for lead in LEADS] + [_sokolow_lyon(made)]


def axis_measurements(average: Average, waves: Waves, p_known: bool) -> list[Measurement]:
    """Axes of QRS, P and T in degrees, -180 to 180, from their net areas in the limb leads."""
    at = waves.overall
    j_point = at["qrs_end"] + 0.04 * RATE_HZ
    ends = {
        "axis": (at["qrs_onset"], at["qrs_end"]),
        "p_axis": (at["p_onset"], at["p_end"]) if p_known else (math.nan, math.nan),
        "t_axis": (j_point, at["t_end"]),
    }
    return [_axis(name, average, waves, *bounds) for name, bounds in ends.items()]


def no_amplitudes(reason: str) -> list[Measurement]:
    """All of them, and the axes, as not to be had."""
    axes = [Measurement(name, math.nan, "deg", reason=reason) for name in ("axis", "p_axis", "t_axis")]
    by_lead = [Measurement(n, math.nan, "mV", reason=reason, lead=lead) for n in ("st", "r", "s") for lead in LEADS]
    return [*axes, *by_lead, Measurement("sokolow_lyon", math.nan, "mV", reason=reason)]


def _of_lead(average: Average, waves: Waves, lead: str) -> dict[str, Measurement]:
    how = {
        "st": "level at J + 60 ms over the level before QRS, average beat; spread over beats",
        "r": "highest point of QRS over the level before it, average beat; spread over beats",
        "s": "depth after R below the level before QRS, average beat; spread over beats",
    }

    def absent(reason: str) -> dict[str, Measurement]:
        return {name: Measurement(name, math.nan, "mV", words, reason, lead) for name, words in how.items()}

    if lead not in average.leads:
        return absent(f"Lead {lead} was not seen with any whole beat.")
    k = average.leads.index(lead)
    onset, end = waves.overall["qrs_onset"], waves.overall["qrs_end"]
    if not (math.isfinite(onset) and math.isfinite(end)):
        return absent(NO_ONSET)
    onset, end = round(onset), round(end)
    row, stack = average.signal_mv[k], average.stacks_mv[k]
    before = slice(max(onset - 9, 0), onset)
    if not np.isfinite(row[onset - 9 : end + 1]).all():
        return absent(f"No whole QRS complex of lead {lead} was seen.")
    row = row - row[before].mean()
    with_level = stack[np.isfinite(stack[:, before.start : end + 1]).all(axis=1)]
    with_level = with_level - with_level[:, before].mean(axis=1, keepdims=True)
    top = onset + int(np.argmax(row[onset : end + 1]))
    r_mv = max(float(row[top]), 0.0)
    if row[top] < 0.02:
        top = onset
    bottom = top + int(np.argmin(row[top : end + 1]))
    made = {
        "r": _amplitude("r", r_mv, with_level[:, top], how["r"], lead),
        "s": _amplitude("s", max(-float(row[bottom]), 0.0), with_level[:, bottom], how["s"], lead),
    }
    st = end + round(ST_S * RATE_HZ)
    near = slice(st - 2, st + 3)
    if st + 3 > len(row) or not np.isfinite(row[near]).all():
        made["st"] = Measurement("st", math.nan, "mV", how["st"], "The stretch after QRS was not seen.", lead)
    else:
        made["st"] = _amplitude("st", float(row[near].mean()), with_level[:, near].mean(axis=1), how["st"], lead)
    return made


def _amplitude(name: str, value: float, by_beat: np.ndarray, how: str, lead: str) -> Measurement:
    by_beat = by_beat[np.isfinite(by_beat)]
    spread = float(np.std(by_beat, ddof=1)) if len(by_beat) > 1 else math.nan
    return Measurement(name, value, "mV", how, lead=lead, beats=len(by_beat), spread=spread)


def _sokolow_lyon(made: dict) -> Measurement:
    """Sokolow and Lyon 1949: S in V1 and the greater R of V5 and V6."""
    s, r5, r6 = made["s", "V1"], made["r", "V5"], made["r", "V6"]
    how = "S in V1 + the greater R of V5 and V6"
    if not s.known or not (r5.known or r6.known):
        missing = "V1" if not s.known else "V5 and V6"
        return Measurement("sokolow_lyon", math.nan, "mV", how, f"The amplitude in {missing} is not known.")
    r = max((m for m in (r5, r6) if m.known), key=lambda m: m.value)
    return Measurement("sokolow_lyon", s.value + r.value, "mV", f"{how} ({r.lead})", beats=min(s.beats, r.beats))


def _axis(name: str, average: Average, waves: Waves, first: float, last: float) -> Measurement:
    how = "direction of the net area in the limb leads seen, by least squares"
    if not (math.isfinite(first) and math.isfinite(last) and last - first >= 5):
        return Measurement(name, math.nan, "deg", how, "The wave was not found.")
    first, last = round(first), round(last)
    onset = round(waves.overall["qrs_onset"])
    rows, areas, beats = [], [], 0
    for k, lead in enumerate(average.leads):
        row = average.signal_mv[k]
        if lead not in LEAD_DEG or not np.isfinite(row[first : last + 1]).all():
            continue
        if name == "p_axis":
            # the P wave stands on the line through its ends
            level = np.linspace(row[first], row[last], last - first + 1)
        else:
            part = row[max(onset - 9, 0) : onset]
            level = part[np.isfinite(part)].mean() if np.isfinite(part).any() else math.nan
        area = float(np.sum(row[first : last + 1] - level)) / RATE_HZ
        if math.isfinite(area):
            share = AUGMENTED if lead.startswith("aV") else 1.0
            angle = math.radians(LEAD_DEG[lead])
            rows.append((share * math.cos(angle), share * math.sin(angle)))
            areas.append(area)
            beats = max(beats, len(average.at[k]))
    if len(rows) < 2 or np.linalg.matrix_rank(np.array(rows), tol=0.1) < 2:
        return Measurement(name, math.nan, "deg", how, "Two limb leads of different direction are needed.")
    x, y = np.linalg.lstsq(np.array(rows), np.array(areas), rcond=None)[0]
    if math.hypot(x, y) < LEAST_VECTOR_MVS:
        return Measurement(name, math.nan, "deg", how, "The limb leads' net areas are too small to point anywhere.")
    return Measurement(name, math.degrees(math.atan2(y, x)), "deg", how, beats=beats)
