"""WFDB is read back with the wfdb package, CSV with the csv module, FHIR with a strict reading of its definition."""

import csv
import json
import math
import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.report import Measurement
from ecgscribe.core.standards import LEADS
from ecgscribe.data.simulate import simulate
from ecgscribe.reader.files_csv import write_csv
from ecgscribe.reader.files_fhir import LEAD_NUMBERS, POTENTIAL, fhir_observation, write_fhir
from ecgscribe.reader.files_wfdb import record_name, write_wfdb

NOTHING = Ecg(np.full((12, 50), np.nan), 500)


@pytest.fixture
def page_ecg() -> Ecg:
    """What a 3x4+1 page gives: windows of 2.5 s, II whole, V3 not read, a hole in V6."""
    ecg = simulate("normal", 4).ecg
    signal = np.full_like(ecg.signal_mv, np.nan)
    for k, lead in enumerate(LEADS):
        window = slice(0, 5000) if lead == "II" else slice(k // 3 * 1250, k // 3 * 1250 + 1250)
        signal[k, window] = ecg.signal_mv[k, window]
    signal[LEADS.index("V3")] = np.nan
    signal[LEADS.index("V6"), 4000:4100] = np.nan
    return Ecg(signal, 500, note=ecg.note)


def test_wfdb_reads_back_what_was_written(tmp_path, page_ecg):
    wfdb = pytest.importorskip("wfdb", reason="wfdb is not installed (extra [train])")
    header = write_wfdb(page_ecg, tmp_path / "new", "page-7")
    assert header == tmp_path / "new" / "page-7.hea"
    record = wfdb.rdrecord(str(header.with_suffix("")))
    assert record.sig_name == [lead for lead in LEADS if lead != "V3"], "absent leads are left out"
    assert set(record.units) == {"mV"} and record.fs == 500 and record.sig_len == 5000
    for name, values in zip(record.sig_name, record.p_signal.T, strict=True):
        np.testing.assert_allclose(values, page_ecg.lead_mv(name), atol=0.0005 + 1e-6, equal_nan=True)
    assert record.comments == [page_ecg.note]
    raw = wfdb.rdrecord(str(header.with_suffix("")), physical=False)
    assert [c % 65536 for c in raw.checksum] == raw.calc_checksum() and list(raw.init_value) == list(raw.d_signal[0])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["page-7.dat", "page-7.hea"]


@given(st.floats(0.01, 3000), st.sampled_from([100, 250, 333.3333, 500, 1000]))
@settings(max_examples=20, deadline=None)
def test_wfdb_keeps_large_signals_and_odd_rates(tmp_path_factory, largest_mv, rate_hz):
    wfdb = pytest.importorskip("wfdb", reason="wfdb is not installed (extra [train])")
    signal = np.linspace(-largest_mv, largest_mv, 101)[None, :]
    header = write_wfdb(Ecg(signal, rate_hz, ("V2",)), tmp_path_factory.mktemp("w"), "x")
    record = wfdb.rdrecord(str(header.with_suffix("")))
    step_mv = 1 / record.adc_gain[0]
    np.testing.assert_allclose(record.p_signal[:, 0], signal[0], atol=step_mv / 2 + 1e-4 * largest_mv)
    assert record.fs == pytest.approx(rate_hz) and record.adc_gain[0] <= 1000


@pytest.mark.parametrize(
    "stem, name",
    [
        ("scan 3 (copy).v2", "scan_3_copy_v2"),
        ("Ärztin Groß", "Arztin_Gross"),
        ("EKG-1_a", "EKG-1_a"),
        ("u\u0308ber", "uber"),
        ("心電図", "ecg"),
        ("..", "ecg"),
        ("x" * 60, "x" * 50),
    ],
)
def test_a_stem_becomes_a_record_name(tmp_path, page_ecg, stem, name):
    assert record_name(stem) == name
    path = write_wfdb(page_ecg, tmp_path, stem)
    text = path.read_text(encoding="utf-8")
    wfdb = pytest.importorskip("wfdb", reason="wfdb is not installed (extra [train])")
    record = wfdb.rdrecord(str(path.with_suffix("")))
    assert record.record_name == name and len(record.sig_name) == 11
    assert text.startswith(f"{name} 11 500 5000\n{name}.dat 16 1000(0)/mV 16 0 ")
    assert (f"# picture: {stem}" in text) == (stem != name)


def test_csv_has_time_and_every_lead_and_empty_cells(tmp_path, page_ecg):
    path = write_csv(page_ecg, tmp_path, "page 7")
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["time_s", *LEADS] and len(rows) == 5001
    assert [rows[1][0], rows[2][0], rows[5000][0]] == ["0", "0.002", "9.998"]
    read = np.array([[np.nan if cell == "" else float(cell) for cell in row[1:]] for row in rows[1:]]).T
    np.testing.assert_allclose(read, page_ecg.signal_mv, atol=0.00005 + 1e-6, equal_nan=True)


MEASURED = (
    Measurement("rate", 71.26, "bpm", beats=11, spread=1.0),
    Measurement("pr", math.nan, "ms", reason="No P wave."),
    Measurement("st", 0.1, "mV", lead="V2"),
)


def test_fhir_observation_is_as_r4_defines_it(tmp_path, page_ecg):
    path = write_fhir(page_ecg, tmp_path, "page-7", MEASURED)
    assert path.name == "page-7.fhir.json"
    observation = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    check_observation(observation)
    leads = {c["code"]["text"].removeprefix("Lead "): c for c in observation["component"] if "text" in c["code"]}
    assert list(leads) == list(LEADS)
    for lead, component in leads.items():
        if lead == "V3":
            assert component["dataAbsentReason"]["coding"][0]["code"] == "unknown"
            continue
        np.testing.assert_allclose(
            decoded(component["valueSampledData"]), page_ecg.lead_mv(lead), atol=0.0005 + 1e-6, equal_nan=True
        )
        assert component["valueSampledData"]["period"] == 2


def test_fhir_measurements_carry_their_codes_and_reasons(page_ecg):
    components = fhir_observation(page_ecg, "x", MEASURED)["component"][12:]
    assert len(components) == 2, "ST levels have no code of their own"
    assert components[0]["valueQuantity"] == {
        "value": 71.3,
        "unit": "bpm",
        "system": "http://unitsofmeasure.org",
        "code": "/min",
    }
    assert components[1]["dataAbsentReason"]["text"] == "No P wave."


def test_lead_codes_are_those_of_the_nomenclature():
    # HL7's example observation "ekg": I 131329, II 131330, III 131389
    codes = {lead: POTENTIAL + number for lead, number in LEAD_NUMBERS.items()}
    assert (codes["I"], codes["II"], codes["III"]) == (131329, 131330, 131389)
    assert sorted(codes) == sorted(LEADS) and len(set(codes.values())) == 12


@pytest.mark.parametrize("write", [write_wfdb, write_csv, write_fhir])
def test_nothing_read_and_unwritable_folders_are_said(tmp_path, page_ecg, write):
    with pytest.raises(BadRecord, match="No lead of 'x'"):
        write(NOTHING, tmp_path, "x")
    (tmp_path / "file").write_text("")
    with pytest.raises(BadOption, match="Cannot write"):
        write(page_ecg, tmp_path / "file", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["file"], "nothing half written is left"


def check_observation(observation: dict) -> None:
    """The rules of R4 that bear on what we write: cardinalities, required codes, no empty values, value or reason."""
    allowed = {"resourceType", "status", "category", "code", "device", "note", "component"}
    assert set(observation) <= allowed and observation["resourceType"] == "Observation"
    assert observation["status"] in {"registered", "preliminary", "final", "amended"}
    no_empty(observation)
    for concept in [observation["code"], *observation["category"]]:
        check_concept(concept)
    assert all(set(note) == {"text"} for note in observation["note"])
    for component in observation["component"]:
        check_concept(component["code"])
        values = set(component) - {"code"}
        assert len(values) == 1 and values <= {"valueSampledData", "valueQuantity", "dataAbsentReason"}
        if "valueSampledData" in component:
            check_sampled(component["valueSampledData"])


def check_concept(concept: dict) -> None:
    assert set(concept) <= {"coding", "text"}
    for coding in concept["coding"]:
        assert set(coding) <= {"system", "code", "display"}
        assert re.fullmatch(r"\S*", coding["system"]) and re.fullmatch(r"[^\s]+(\s[^\s]+)*", coding["code"])


def check_sampled(data: dict) -> None:
    assert {"origin", "period", "dimensions"} <= set(data)
    assert set(data) <= {"origin", "period", "factor", "lowerLimit", "upperLimit", "dimensions", "data"}
    assert data["dimensions"] >= 1 and data["period"] > 0
    assert data["origin"]["system"] == "http://unitsofmeasure.org" and data["origin"]["code"] == "mV"
    assert "comparator" not in data["origin"], "SimpleQuantity"
    assert re.fullmatch(r"(-?\d+(\.\d+)?|[EUL])( (-?\d+(\.\d+)?|[EUL]))*", data["data"])


def no_empty(value) -> None:
    """FHIR's JSON has no null, no empty object, list or string."""
    assert value is not None and value != {} and value != [] and value != ""
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        no_empty(child)


def decoded(data: dict) -> np.ndarray:
    words = data["data"].split(" ")
    steps = np.array([np.nan if word in "EUL" else float(word) for word in words])
    return steps * float(data["factor"]) + float(data["origin"]["value"])
