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

    A beat's onset is the second earliest and its end the second latest among its leads' marks (the extreme ones are
    left out as in the CSE study); the record's value is the median over beats that at least four leads mark.
    """
    beats = _beats(record)
    values = {"pr": [], "qrs": [], "qt": []}
    for peaks in beats:
        onset = _edge(record, peaks, "qrs_onset", -0.15, 0.0, 1)
        end = _edge(record, peaks, "qrs_end", 0.0, 0.2, -1)
        p = _edge(record, peaks, "p_onset", -0.45, -0.02, 1)
        t = _edge(record, peaks, "t_end", 0.1, 0.6, -1)
        values["qrs"].append(end - onset)
        values["pr"].append(onset - p)
        values["qt"].append(t - onset)
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


def _edge(record: Marked, peaks: dict[str, float], mark: str, low_s: float, high_s: float, side: int) -> float:
    """The second earliest (side 1) or second latest (-1) mark of a beat over its leads; NaN below four of them."""
    found = []
    middle = float(np.median(list(peaks.values())))
    for lead, peak in peaks.items():
        times = record.marks[lead][mark]
        near = times[(times - peak > low_s - 1e-9) & (times - peak < high_s + 1e-9)]
        if len(near):
            found.append(float(near[np.argmin(np.abs(near - middle))]))
    if len(found) < 4:
        return float("nan")
    return sorted(found)[1 if side > 0 else -2]


def _median(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else float("nan")
