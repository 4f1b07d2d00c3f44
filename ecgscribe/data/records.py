"""Any WFDB record, checked while it is read: header, leads, length, checksum."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.standards import LEADS, lead_name

MV_PER_UNIT = {"v": 1000.0, "mv": 1.0, "uv": 0.001, "µv": 0.001, "μv": 0.001}
NOTE = "note:"


def read_record(path: str | Path) -> Ecg:
    """The record at `path` (with or without .hea/.dat/.mat): its ECG leads in standard order, in mV.

    Leads may be written in any manner ("AVR", "avr"); signals that are no ECG lead of the twelve are left
    out; samples marked invalid become NaN. `Ecg.note` is the header's comment line that starts with "note:".
    Raises `BadRecord` with code missing, header, leads, length or checksum.
    """
    path = Path(path)
    stem = path.with_suffix("") if path.suffix in (".hea", ".dat", ".mat") else path
    record = _loaded(stem)
    counts = record.d_signal
    if counts is None or counts.ndim != 2 or counts.shape[0] == 0:
        raise BadRecord("length", f"Record {stem.name} has no samples.")
    if record.sig_len and counts.shape[0] != record.sig_len:
        raise BadRecord(
            "length", f"Record {stem.name} has {counts.shape[0]} samples, its header says {record.sig_len}."
        )
    _check_sums(stem.name, record)
    columns = _lead_columns(stem.name, record.sig_name)
    signal_mv = np.stack([_millivolts(stem.name, record, k) for k in columns.values()])
    note = next((line[len(NOTE) :].strip() for line in record.comments if line.lower().startswith(NOTE)), "")
    return Ecg(signal_mv, float(record.fs), tuple(columns), record=stem.name, note=note)


def _loaded(stem: Path):
    """The wfdb record in raw counts; every way in which wfdb fails becomes a `BadRecord`."""
    import wfdb

    try:
        record = wfdb.rdrecord(str(stem), physical=False)
    except Exception as error:  # wfdb fails in many undocumented ways; the files tell which one it was
        raise _failure(stem, error) from error
    if not record.sig_name or not record.fs or record.fs <= 0:
        raise BadRecord("header", f"The header {stem.name}.hea names no signals or no sampling rate.")
    return record


def _failure(stem: Path, error: Exception) -> BadRecord:
    """What is wrong with a record that wfdb could not read."""
    import wfdb

    header = stem.with_name(stem.name + ".hea")
    if not header.is_file():
        return BadRecord(
            "missing", f"No record at {stem}: {header.name} is not there.", "Download it, or check the path."
        )
    try:
        files = sorted(set(wfdb.rdheader(str(stem)).file_name or ()))
    except Exception as header_error:
        return BadRecord("header", f"The header {header.name} cannot be read ({_short(header_error)}).")
    for name in files:
        if not stem.with_name(name).is_file():
            return BadRecord("missing", f"Record {stem.name} lacks its signal file {name}.", "Download it again.")
    if not files:
        return BadRecord("header", f"The header {header.name} names no signals.")
    return BadRecord("length", f"The signals of {stem.name} cannot be read ({_short(error)}).", "Download it again.")


def _check_sums(name: str, record) -> None:
    """Each signal's sum modulo 65536 against the header, as WFDB defines it; absent checksums pass."""
    sums = record.d_signal.sum(axis=0, dtype=np.int64)
    for lead, total, stated in zip(record.sig_name, sums, record.checksum, strict=True):
        if stated is not None and (int(total) - int(stated)) % 65536:
            raise BadRecord("checksum", f"Lead {lead} of {name} does not match its checksum.", "Download it again.")


def _lead_columns(name: str, written: list[str]) -> dict[str, int]:
    """Standard lead name -> column, in standard order."""
    columns: dict[str, int] = {}
    for k, label in enumerate(written):
        try:
            lead = lead_name(label or "")
        except BadOption:
            continue
        if lead in columns:
            raise BadRecord("leads", f"Record {name} has the lead {lead} twice.")
        columns[lead] = k
    if not columns:
        raise BadRecord("leads", f"Record {name} has none of the twelve leads, only {written}.")
    return {lead: columns[lead] for lead in LEADS if lead in columns}


def _millivolts(name: str, record, k: int) -> np.ndarray:
    """(N,) float32 mV of column k."""
    unit = (record.units[k] or "mV").strip().lower()
    if unit not in MV_PER_UNIT or not record.adc_gain[k]:
        raise BadRecord("header", f"Lead {record.sig_name[k]} of {name} is in {record.units[k]!r}, no voltage.")
    counts = record.d_signal[:, k]
    signal = (counts.astype(np.float64) - record.baseline[k]) / record.adc_gain[k] * MV_PER_UNIT[unit]
    invalid = _INVALID.get(str(record.fmt[k]))
    if invalid is not None:
        signal[counts == invalid] = np.nan
    return signal.astype(np.float32)


_INVALID = {"16": -(2**15), "24": -(2**23), "32": -(2**31), "80": -(2**7), "212": -(2**11), "61": -(2**15)}
"""The count that means "no valid sample", by WFDB format."""


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
