"""LUDB's records and its cardiologists' marks, for bench/intervals.py."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS

WAVE_OF = {"p": "p", "N": "qrs", "t": "t"}
MARKS = ("p_onset", "p_end", "qrs_onset", "qrs_end", "t_end")


@dataclass(frozen=True, eq=False)
class Marked:
    """`ecg`; `marks` lead -> mark -> (K,) seconds, one per wave that was marked."""

    name: str
    ecg: Ecg
    marks: dict[str, dict[str, np.ndarray]]
    rhythm: str = ""


def ludb_records(folder: Path) -> list[Marked]:
    """All records below `folder` (LUDB as PhysioNet lays it out: data/1.hea, 1.dat, 1.i ...), by number."""
    import wfdb

    headers = sorted((folder / "data").glob("*.hea"), key=lambda path: int(path.stem))
    if not headers:
        raise SystemExit(f"No record of LUDB in {folder / 'data'}: name the folder that holds its `data`.")
    made = []
    for header in headers:
        base = str(header.with_suffix(""))
        record = wfdb.rdrecord(base)
        rows = {name.lower(): values for name, values in zip(record.sig_name, record.p_signal.T, strict=True)}
        ecg = Ecg(np.stack([rows[lead.lower()] for lead in LEADS]), record.fs, record=header.stem, patient=header.stem)
        marks = {lead: _marks(wfdb.rdann(base, lead.lower()), record.fs) for lead in LEADS}
        rhythm = next((line for line in record.comments if line.startswith("Rhythm")), "")
        made.append(Marked(header.stem, ecg, marks, rhythm.removeprefix("Rhythm:").strip()))
    return made


def _marks(annotation, rate_hz: float) -> dict[str, np.ndarray]:
    found = {f"{wave}_{side}": [] for wave in ("p", "qrs", "t") for side in ("onset", "peak", "end")}
    symbols, samples = annotation.symbol, annotation.sample / rate_hz
    for k, symbol in enumerate(symbols):
        if symbol not in WAVE_OF:
            continue
        wave = WAVE_OF[symbol]
        found[f"{wave}_peak"].append(samples[k])
        if k > 0 and symbols[k - 1] == "(":
            found[f"{wave}_onset"].append(samples[k - 1])
        if k + 1 < len(symbols) and symbols[k + 1] == ")":
            found[f"{wave}_end"].append(samples[k + 1])
    return {name: np.array(times) for name, times in found.items()}


def global_intervals(record: Marked) -> dict[str, float]:
    """PR, QRS, QT (ms) and rate (bpm) as the marks of all leads give them; NaN where they do not.

    A beat's onset is the lower quartile and its end the upper quartile of its leads' marks; the record's value is the
    median over beats that at least four leads mark. `qrs_extremes` from the second earliest to the second latest mark
    instead: with twelve marks made one by one, each with its own error, that is wider than any lead shows.
    """
    beats = _beats(record)
    values = {"pr": [], "qrs": [], "qt": [], "qrs_extremes": []}
    for peaks in beats:
        onset = _edge(record, peaks, "qrs_onset", -0.15, 0.0)
        end = _edge(record, peaks, "qrs_end", 0.0, 0.2)
        p = _edge(record, peaks, "p_onset", -0.45, -0.02)
        t = _edge(record, peaks, "t_end", 0.1, 0.6)
        values["qrs"].append(np.quantile(end, 0.75) - np.quantile(onset, 0.25))
        values["pr"].append(np.quantile(onset, 0.25) - np.quantile(p, 0.25))
        values["qt"].append(np.quantile(t, 0.75) - np.quantile(onset, 0.25))
        values["qrs_extremes"].append(end[-2] - onset[1] if len(end) > 1 else float("nan"))
    made = {name: 1000 * _median(column) for name, column in values.items()}
    peaks = np.sort(record.marks["II"]["qrs_peak"])
    return made | {"rate": 60 / float(np.mean(np.diff(peaks))) if len(peaks) > 1 else float("nan")}


def _beats(record: Marked) -> list[dict[str, float]]:
    """Per beat of lead II the place of its peak in every lead that marks it."""
    beats = []
    for at in record.marks["II"]["qrs_peak"]:
        peaks = {}
        for lead in LEADS:
            own = record.marks[lead]["qrs_peak"]
            if len(own) and np.min(np.abs(own - at)) < 0.1:
                peaks[lead] = float(own[np.argmin(np.abs(own - at))])
        beats.append(peaks)
    return beats


def _edge(record: Marked, peaks: dict[str, float], mark: str, low_s: float, high_s: float) -> np.ndarray:
    """The marks of a beat over its leads in rising order; a single NaN below four of them."""
    found = []
    middle = float(np.median(list(peaks.values())))
    for lead, peak in peaks.items():
        times = record.marks[lead][mark]
        near = times[(times - peak > low_s - 1e-9) & (times - peak < high_s + 1e-9)]
        if len(near):
            found.append(float(near[np.argmin(np.abs(near - middle))]))
    return np.sort(found) if len(found) >= 4 else np.array([float("nan")])


def _median(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else float("nan")
