"""The PTB-XL folder: metadata, lazy reading, bad rows with their codes, subset folders."""

import dataclasses

import numpy as np
import pandas
import pytest
from ptbxl_folder import damaged, wave_mv, write_record

from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.standards import LEADS
from ecgscribe.data.ptbxl import PtbXl


def test_rows_hold_the_metadata(ptbxl):
    source = PtbXl(ptbxl(rows=4))
    first, second, third, _ = source.rows
    assert (first.ecg_id, first.patient_id, first.age, first.sex) == (1, "1001", 41.0, "female")
    assert first.report == "sinusrhythmus linkstyp linksschenkelblock"
    assert first.scp_codes == {"CLBBB": 100.0, "SR": 0.0} and first.superclasses == ("CD",)
    assert (second.age, second.sex, second.superclasses) == (None, "male", ("STTC",))
    assert third.strat_fold == 4 and third.validated_by_human is False and first.validated_by_human is True


@pytest.mark.parametrize("rate_hz", [100, 500])
def test_the_rate_is_that_of_the_folder(ptbxl, rate_hz):
    source = PtbXl(ptbxl(rows=2, rate_hz=rate_hz))
    ecg = source.ecg(source.rows[1])
    assert source.rate_hz == rate_hz == ecg.rate_hz and ecg.leads == LEADS
    assert (ecg.record, ecg.patient) == ("2", "1000")
    assert np.abs(ecg.signal_mv - wave_mv(2, rate_hz).T).max() < 1e-6


def test_constructing_reads_no_signal(ptbxl):
    folder = ptbxl(rows=3)
    for path in folder.rglob("*.dat"):
        path.unlink()
    assert len(PtbXl(folder)) == 3


def test_every_kind_of_bad_row_is_named_and_the_rest_goes_on(ptbxl):
    source = PtbXl(damaged(ptbxl()))
    assert [row.ecg_id for row, _ in source.good()] == [1, 8]
    codes = {ecg_id: problem.code for ecg_id, problem in source.problems}
    assert codes == {2: "missing", 3: "nan", 4: "leads", 5: "checksum", 6: "header", 7: "length"}
    with pytest.raises(BadRecord, match="V6 not found"):
        source.ecg(source.rows[3])


def test_a_record_of_another_rate_is_refused(ptbxl):
    folder = ptbxl(rows=1)
    write_record(folder / "records100/00000/00001_lr", wave_mv(1, 250), 250)
    with pytest.raises(BadRecord, match="250 Hz instead of 100"):
        PtbXl(folder).ecg(PtbXl(folder).rows[0])


def test_only_existing_counts_what_is_not_there(ptbxl):
    folder = ptbxl(rows=5)
    (folder / "records100/00000/00002_lr.hea").unlink()
    source = PtbXl(folder, only_existing=True)
    assert (len(source), source.absent) == (4, 1)
    assert len(list(source.good())) == 4 and source.problems == []
    assert (len(PtbXl(folder)), PtbXl(folder).absent) == (5, 0)


def test_good_takes_a_choice_of_rows(ptbxl):
    source = PtbXl(ptbxl(rows=4))
    assert [row.ecg_id for row, _ in source.good(source.rows[2:])] == [3, 4]


def test_poor_folders_are_refused_in_one_sentence(ptbxl, tmp_path):
    with pytest.raises(BadOption, match="no PTB-XL folder"):
        PtbXl(tmp_path)
    folder = ptbxl(rows=2)
    with pytest.raises(BadOption, match="250 Hz"):
        PtbXl(folder, rate_hz=250)
    table = pandas.read_csv(folder / "ptbxl_database.csv")
    table.drop(columns="report").to_csv(folder / "ptbxl_database.csv", index=False)
    with pytest.raises(BadOption, match="report"):
        PtbXl(folder)


@pytest.mark.parametrize(
    ("column", "value"), [("scp_codes", "{'NORM': "), ("patient_id", None), ("strat_fold", None), ("scp_codes", "7")]
)
def test_an_unreadable_line_is_named_by_its_ecg_id(ptbxl, column, value):
    folder = ptbxl(rows=3)
    table = pandas.read_csv(folder / "ptbxl_database.csv").astype(object)
    table.loc[1, column] = value
    table.to_csv(folder / "ptbxl_database.csv", index=False)
    with pytest.raises(BadOption, match="ecg_id 2"):
        PtbXl(folder)


def test_an_ecg_id_twice_is_refused(ptbxl):
    folder = ptbxl(rows=3)
    table = pandas.read_csv(folder / "ptbxl_database.csv")
    pandas.concat([table, table.iloc[:1]]).to_csv(folder / "ptbxl_database.csv", index=False)
    with pytest.raises(BadOption, match="twice"):
        PtbXl(folder)


def test_an_empty_report_and_text_patients_are_kept(ptbxl):
    folder = ptbxl(rows=2)
    table = pandas.read_csv(folder / "ptbxl_database.csv").astype(object)
    table.loc[0, "report"] = None
    table["patient_id"] = ["p-a", "p-b"]
    table.to_csv(folder / "ptbxl_database.csv", index=False)
    rows = PtbXl(folder).rows
    assert (rows[0].report, [row.patient_id for row in rows]) == ("", ["p-a", "p-b"])


def test_rows_are_frozen(ptbxl):
    with pytest.raises(dataclasses.FrozenInstanceError):
        PtbXl(ptbxl(rows=1)).rows[0].report = "other"
