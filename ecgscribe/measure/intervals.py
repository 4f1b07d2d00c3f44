"""PR, QRS, QT, QTc and P duration from the marks of the average beat."""

from __future__ import annotations

import math

import numpy as np

from ecgscribe.core.report import Measurement
from ecgscribe.measure.atria import Atria
from ecgscribe.measure.average import Average
from ecgscribe.measure.prepare import RATE_HZ
from ecgscribe.measure.waves import GLOBAL_QUANTILE, Waves

MS = 1000.0 / RATE_HZ
LEAST_PR_MS, LEAST_P_MS = 90.0, 40.0
NO_ONSET = "No QRS complex with a clear beginning and end is seen; it may run into the T wave."
NO_T = "No T wave with a clear end is seen."


def interval_measurements(average: Average, waves: Waves, atria: Atria) -> list[Measurement]:
    """Intervals in ms; the spread is that of the leads' own marks, since the beats were averaged."""
    at, beats = waves.overall, _beats(average)
    no_p = None if atria.present else atria.reason
    if no_p is None and (at["qrs_onset"] - at["p_onset"]) * MS < LEAST_PR_MS:
        no_p = f"The wave before the QRS complexes begins less than {LEAST_PR_MS:.0f} ms before them."
    if no_p is None and (at["p_end"] - at["p_onset"]) * MS < LEAST_P_MS:
        no_p = f"The wave before the QRS complexes lasts less than {LEAST_P_MS:.0f} ms."
    made = [_presence(atria, no_p)]
    for name, first, last, missing in (
        ("p_duration", "p_onset", "p_end", no_p),
        ("pr", "p_onset", "qrs_onset", no_p),
        ("qrs", "qrs_onset", "qrs_end", None),
        ("qt", "qrs_onset", "t_end", None),
    ):
        value = (at[last] - at[first]) * MS
        if missing is None and not math.isfinite(value):
            missing = NO_T if math.isfinite(at["qrs_onset"]) and name == "qt" else NO_ONSET
        how = f"average beat of {len(waves.leads)} leads, {_words(first)} to {_words(last)}; spread over leads"
        if missing is None:
            spread = _spread(waves.lead[last] if name == "qt" else waves.lead[last] - waves.lead[first])
            made.append(Measurement(name, float(value), "ms", how, beats=beats, spread=spread * MS))
        else:
            made.append(Measurement(name, math.nan, "ms", how, missing, beats=beats))
    return made + _corrected(made[-1], average)


def no_intervals(reason: str) -> list[Measurement]:
    """All of them as not to be had."""
    made = [Measurement("p_present", math.nan, "1", reason=reason)]
    names = ("p_duration", "pr", "qrs", "qt", "qtc_bazett", "qtc_fridericia")
    return made + [Measurement(name, math.nan, "ms", reason=reason) for name in names]


def _presence(atria: Atria, no_p: str | None) -> Measurement:
    how = f"power of the averaged P stretch over chance: {atria.ratio:.1f}"
    if atria.present is None:
        return Measurement("p_present", math.nan, "1", how, atria.reason, beats=atria.beats)
    return Measurement("p_present", float(no_p is None), "1", how, no_p or "", beats=atria.beats)


def _corrected(qt: Measurement, average: Average) -> list[Measurement]:
    """QT by the square root (Bazett 1920) and the cube root (Fridericia 1920) of the mean RR interval in seconds."""
    made = []
    for name, power in (("qtc_bazett", 1 / 2), ("qtc_fridericia", 1 / 3)):
        if not qt.known or len(average.rr_s) == 0:
            reason = qt.reason or "The RR interval is not known."
            made.append(Measurement(name, math.nan, "ms", reason=reason))
            continue
        factor = float(average.rr_s.mean()) ** -power
        how = f"QT over RR to the power of 1/{round(1 / power)}, mean RR"
        made.append(Measurement(name, qt.value * factor, "ms", how, beats=qt.beats, spread=qt.spread * factor))
    return made


def _beats(average: Average) -> int:
    return max(len(at) for at in average.at)


def _spread(marks: np.ndarray) -> float:
    known = marks[np.isfinite(marks)]
    return float(np.std(known, ddof=1)) if len(known) > 1 else math.nan


def _words(wave: str) -> str:
    words = wave.replace("_", " ")
    if wave not in GLOBAL_QUANTILE:
        return f"{words} by the slopes of all leads together"
    return f"{words} (quantile {GLOBAL_QUANTILE[wave]} of the leads)"
