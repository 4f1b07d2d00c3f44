"""Supplement files: texts for known records, further records, and refusals that name the line."""

import csv

import numpy as np
import pytest
from ptbxl_folder import wave_mv, write_record

from ecgscribe.core.errors import BadOption
from ecgscribe.data.build import BuildOptions, build
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.rows import load_rows
from ecgscribe.data.supplement import supplemented


def written(tmp_path, text):
    path = tmp_path / "more.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_texts_are_changed_and_records_added(ptbxl, tmp_path):
    folder = ptbxl(rows=3)
    write_record(tmp_path / "own" / "x1", wave_mv(9, 100), 100)
    path = written(
        tmp_path,
        "ecg_id,record,report,caption,scp_codes,patient_id,sex\n"
        '2,,,"Atrial fibrillation, left axis deviation.",,,\n'
        "3,,sinus rhythm,,,,female\n"
        ",own/x1,,,\"{'IMI': 80, 'SR': 0}\",new-1,male\n",
    )
    found = supplemented(PtbXl(folder).rows, path)
    assert (found.changed, found.added, len(found.rows)) == (2, 1, 4)
    build(BuildOptions(folder, tmp_path / "out", px_per_mm=2.0, supplements=(path,), signals=True))
    rows = {row["record"]: row for split in load_rows(tmp_path / "out", decode=False).values() for row in split}
    assert rows["2"]["caption"] == "atrial fibrillation, left axis deviation."
    assert rows["3"]["report"] == "sinus rhythm" and rows["3"]["sex"] == "female"
    new = rows["own/x1"]
    assert (new["caption"], new["report"], new["source"], new["patient_id"]) == (
        "sinus rhythm. inferior infarct.", "", "more", "new-1")  # fmt: skip
    assert new["superclasses"] == ["MI"]
    signals = [row for split in load_rows(tmp_path / "out", config="signals").values() for row in split]
    own = next(row for row in signals if row["record"] == "own/x1")
    assert np.array_equal(np.asarray(own["signal_uv"]), np.rint(wave_mv(9, 100) * 1000))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ecg_id,caption\n99,normal ecg\n", "line 2.*names no record"),
        ("ecg_id,captoin\n1,x\n", "captoin"),
        ("caption\nx\n", "needs ecg_id or record"),
        ("ecg_id,caption\n1,a\n1,b\n", "line 3.*twice"),
        ("ecg_id,patient_id\n1,other\n", "line 2.*patient_id"),
        ("ecg_id,scp_codes\n1,{'IMI': 800}\n", "likelihood"),
        ("record,caption\nx,normal ecg\n", "no patient_id"),
        ("record,patient_id\nx,p\n", "neither report"),
        ("ecg_id,caption\n1\n", "line 2"),
        ("ecg_id,report\n1," + "x" * 200_000 + "\n", "cannot be read"),
        ("", "needs ecg_id"),
    ],
)
@pytest.mark.parametrize("limit", [131_072, 10**9])
def test_refusals_name_the_place(ptbxl, tmp_path, text, told, limit):
    rows = PtbXl(ptbxl(rows=2)).rows
    before = csv.field_size_limit(limit)  # of the whole process: commands that ran before may have raised it
    try:
        with pytest.raises(BadOption, match=told):
            supplemented(rows, written(tmp_path, text))
    finally:
        csv.field_size_limit(before)
