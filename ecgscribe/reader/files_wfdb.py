"""Writes signals as a WFDB record (header and format 16), as physionet.org/physiotools/wag/header-5.htm defines it.

Written here and not by the wfdb package, which brings pandas, soundfile and network libraries for two small
files; the test reads them back with wfdb.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord

INVALID = -32768
"""Format 16's value for a sample that is not there."""

UNITS_PER_MV = 1000.0
"""1 uV a step, the gain of PTB-XL; less where the signal would not fit."""


LONGEST_NAME = 50
"""Characters of a record name: WFDB_MAXRNL of the WFDB library."""

_SPELT = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ł": "l", "Ł": "L"})


def record_name(stem: str, longest: int = LONGEST_NAME) -> str:
    """A name that WFDB allows: letters, digits, hyphen and underscore, at most `longest` of them.

    Accents are dropped (ä becomes a); anything else becomes an underscore.
    """
    plain = unicodedata.normalize("NFKD", stem.translate(_SPELT))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_")
    return name[:longest].rstrip("_") or "ecg"


def write_wfdb(ecg: Ecg, folder: str | Path, name: str) -> Path:
    """Writes the two files of `wfdb_files` below `folder` and returns the header's path.

    Both are written under temporary names; the header comes last, so that a record with a header is whole. Raises
    `BadRecord` when no lead has a sample, `BadOption` when the folder cannot be written.
    """
    folder = Path(folder)
    for file, content in wfdb_files(ecg, name).items():
        write_whole(folder / file, content)
    return folder / f"{record_name(name)}.hea"


def wfdb_files(ecg: Ecg, name: str) -> dict[str, bytes]:
    """`name`.dat and `name`.hea, in this order, as file name -> content.

    One row per lead with any sample, in the order of `ecg`; absent leads are left out, absent samples are the
    format's invalid value, which wfdb reads as NaN. `name` is made fit by `record_name` and kept in a comment where
    it changed. Raises `BadRecord` when no lead has a sample.
    """
    seen = [lead for lead in ecg.leads if np.isfinite(ecg.lead_mv(lead)).any()]
    if not seen:
        raise BadRecord("nan", f"No lead of {name!r} has a sample; a WFDB record needs one.", "Read a clearer picture.")
    signal = np.stack([ecg.lead_mv(lead).astype(np.float64) for lead in seen])
    gain = _gain(signal)
    absent = ~np.isfinite(signal)
    samples = np.where(absent, INVALID, np.round(np.where(absent, 0.0, signal) * gain)).astype("<i2")
    fit = record_name(name)
    lines = [f"{fit} {len(seen)} {ecg.rate_hz:.12g} {samples.shape[1]}"]
    for lead, row in zip(seen, samples, strict=True):
        total = int(row.astype(np.int64).sum()) & 0xFFFF
        checksum = total - 0x10000 if total >= 0x8000 else total
        lines.append(f"{fit}.dat 16 {gain:.12g}(0)/mV 16 0 {row[0]} {checksum} 0 {lead}")
    if fit != name:
        lines.append("# picture: " + " ".join(str(name).split()))
    if ecg.note:
        lines.append("# " + " ".join(ecg.note.split()))
    header = ("\n".join(lines) + "\n").encode("utf-8")
    return {f"{fit}.dat": np.ascontiguousarray(samples.T).tobytes(), f"{fit}.hea": header}


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file under a temporary name beside it and renames it: never half a file.

    Makes the folder. Raises `BadOption` when it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise BadOption(f"Cannot write {path}: {error.strerror}.", "Name a folder that can be written.") from None


def _gain(signal_mv: np.ndarray) -> float:
    """Steps per mV: 1000, or the power of ten below it at which the greatest sample fits 16 bits."""
    gain = UNITS_PER_MV
    while np.nanmax(np.abs(signal_mv)) * gain > -INVALID - 1:
        gain /= 10
    return gain
