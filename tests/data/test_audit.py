"""The audit: version, missing, bad and double records."""

import pandas
from ptbxl_folder import damaged

from ecgscribe.cli.main import main
from ecgscribe.data.audit import PUBLISHED, REMOVED, SIZES, audit
from ecgscribe.data.ptbxl import PtbXl


def test_the_removed_ids_are_the_difference_of_the_versions():
    assert len(set(REMOVED)) == SIZES["1.0.1"] - SIZES["1.0.3"] == 38 and sorted(REMOVED) == list(REMOVED)
    assert PUBLISHED < SIZES["1.0.3"]


def test_missing_and_bad_records_are_counted(ptbxl):
    found = audit(PtbXl(damaged(ptbxl())))
    assert (found.rows, found.absent, found.read) == (8, 0, 2)
    assert found.bad == {"missing": 1, "nan": 1, "leads": 1, "checksum": 1, "header": 1, "length": 1}


def test_double_signals_and_removed_ids_are_named(ptbxl, tmp_path, capsys):
    folder = ptbxl(rows=5)
    table = pandas.read_csv(folder / "ptbxl_database.csv")
    table.loc[4, "ecg_id"] = 137
    table.loc[1, "patient_id"] = table.loc[3, "patient_id"]
    table.to_csv(folder / "ptbxl_database.csv", index=False)
    records = folder / "records100/00000"
    for suffix in (".dat", ".hea"):
        data = (records / f"00002_lr{suffix}").read_bytes().replace(b"00002_lr", b"00004_lr")
        (records / f"00004_lr{suffix}").write_bytes(data)
    (records / "00003_lr.hea").unlink()
    assert main(["audit", str(folder), "--json", str(tmp_path / "audit.json")]) == 0
    told = capsys.readouterr().out
    assert "2 = 4 (one patient)" in told and "without a file: 1" in told and "(137)" in told
    found = pandas.read_json(tmp_path / "audit.json", typ="series")
    assert found["same_signal"] == [{"ecg_ids": [2, 4], "one_patient": True}] and found["absent"] == 1
