"""Files to take away, made in memory when they are asked for: nothing is written on the server."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgscribe.app.memory import Reading
from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Interpretation
from ecgscribe.reader.files_csv import csv_text
from ecgscribe.reader.files_fhir import fhir_text
from ecgscribe.reader.files_wfdb import record_name, wfdb_files


@dataclass(frozen=True)
class Kind:
    """One kind of file: the words on its button, how its name ends, its media type, what it needs."""

    title: str
    ending: str
    media_type: str
    make: Callable[[Reading, str], bytes]
    signals: bool = True


def kinds_for(interpretation: Interpretation) -> tuple[str, ...]:
    """Which kinds can be had of a reading."""
    ecg = interpretation.ecg
    read = ecg is not None and bool(np.isfinite(ecg.signal_mv).any())
    return tuple(name for name, kind in KINDS.items() if read or not kind.signals)


def made(kind: str, reading: Reading) -> dict[str, str]:
    """The file as {"name", "type", "data"}, data in base64. Raises `BadOption` for what cannot be had."""
    if kind not in kinds_for(reading.interpretation):
        raise BadOption("This file cannot be had: no signal was read from the picture.", "Read another picture.")
    stem = record_name(Path(reading.name).stem)
    content = KINDS[kind].make(reading, stem)
    return {
        "name": stem + KINDS[kind].ending,
        "type": KINDS[kind].media_type,
        "data": base64.b64encode(content).decode(),
    }


def _wfdb(reading: Reading, stem: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in wfdb_files(reading.interpretation.ecg, stem).items():
            # a date of its own would make equal readings differ
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _csv(reading: Reading, stem: str) -> bytes:
    return csv_text(reading.interpretation.ecg).encode()


def _fhir(reading: Reading, stem: str) -> bytes:
    return fhir_text(reading.interpretation.ecg, stem, reading.interpretation.measurements).encode()


def _overlay(reading: Reading, stem: str) -> bytes:
    from PIL import Image

    from ecgscribe.core.picture import open_picture
    from ecgscribe.reader.draw import traces_on_picture

    found = reading.interpretation
    drawn = traces_on_picture(open_picture(reading.data), found.page, found.traces_px)
    stream = io.BytesIO()
    Image.fromarray(drawn).save(stream, "PNG")
    return stream.getvalue()


def _json(reading: Reading, stem: str) -> bytes:
    return json.dumps(reading.interpretation.to_dict(), ensure_ascii=False, indent=1, allow_nan=False).encode()


KINDS = {
    "wfdb": Kind("WFDB (zip)", ".wfdb.zip", "application/zip", _wfdb),
    "csv": Kind("CSV", ".csv", "text/csv", _csv),
    "fhir": Kind("FHIR", ".fhir.json", "application/fhir+json", _fhir),
    "overlay": Kind("Picture with traces", "-traces.png", "image/png", _overlay),
    "json": Kind("JSON", ".ecgscribe.json", "application/json", _json, signals=False),
}
