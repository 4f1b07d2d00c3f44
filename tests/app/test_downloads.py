"""Files made in memory: what they hold, how long a reading is remembered, and that the disk stays empty."""

import base64
import csv
import io
import json
import time
import zipfile

import numpy as np
import pytest
from fakes_reader import ecg_page, full_reader
from PIL import Image

from ecgscribe.app.downloads import KINDS, kinds_for, made
from ecgscribe.app.memory import Memory, Reading
from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Interpretation


@pytest.fixture(scope="module")
def reading() -> Reading:
    page = ecg_page(px_per_mm=4.0)[0]
    stream = io.BytesIO()
    Image.fromarray(page.picture).save(stream, "PNG")
    return Reading("Frau Müller 1.png", stream.getvalue(), full_reader().read_page(page, "Frau Müller 1.png"))


def content(kind: str, reading: Reading) -> bytes:
    file = made(kind, reading)
    assert file["name"].isascii() and " " not in file["name"] and file["type"] == KINDS[kind].media_type
    return base64.b64decode(file["data"])


def test_every_kind_can_be_had_and_nothing_is_written(reading, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert kinds_for(reading.interpretation) == tuple(KINDS)
    for kind in KINDS:
        assert content(kind, reading) == content(kind, reading)
    assert list(tmp_path.iterdir()) == []


def test_wfdb_is_a_record_that_wfdb_reads(reading, tmp_path):
    wfdb = pytest.importorskip("wfdb", reason="wfdb is not installed")
    zipfile.ZipFile(io.BytesIO(content("wfdb", reading))).extractall(tmp_path)
    (header,) = tmp_path.glob("*.hea")
    record = wfdb.rdrecord(str(header.with_suffix("")))
    ecg = reading.interpretation.ecg
    assert record.fs == ecg.rate_hz and tuple(record.sig_name) == ecg.leads
    np.testing.assert_allclose(record.p_signal.T, ecg.signal_mv, atol=6e-4)


def test_csv_fhir_and_json_hold_the_reading(reading):
    ecg = reading.interpretation.ecg
    rows = list(csv.reader(io.StringIO(content("csv", reading).decode())))
    assert rows[0] == ["time_s", *ecg.leads] and len(rows) == 1 + ecg.signal_mv.shape[1]
    assert json.loads(content("fhir", reading))["resourceType"] == "Observation"
    fields = json.loads(content("json", reading))
    assert fields == reading.interpretation.to_dict() and fields["not_assessed"] == ["WPW"]


def test_the_overlay_is_the_picture_with_the_traces(reading):
    picture = np.asarray(Image.open(io.BytesIO(content("overlay", reading))))
    plain = np.asarray(Image.open(io.BytesIO(reading.data)))
    changed = (picture.astype(int) != plain).any(axis=2)
    assert picture.shape == plain.shape and 0 < changed.mean() < 0.05


def test_without_signals_only_the_json_can_be_had():
    reading = Reading("x.png", b"", Interpretation("x", ecg_page()[0], "sinus rhythm."))
    assert kinds_for(reading.interpretation) == ("json",)
    with pytest.raises(BadOption, match="no signal"):
        made("wfdb", reading)


def test_memory_is_short_and_small(reading):
    memory = Memory(lifetime_s=0.2, capacity=2)
    for owner in "abc":
        memory.keep(owner, reading)
    assert memory.get("a") is None and memory.get("c") is reading and len(memory) == 2
    memory.forget("c")
    assert memory.get("c") is None
    time.sleep(0.4)
    assert memory._held == {}, "forgotten though nobody asked"
