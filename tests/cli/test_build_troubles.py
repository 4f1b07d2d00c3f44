"""Bad input of `build`: one sentence, an exit code that is not 0, and all that is good is kept."""

import time
from pathlib import Path

import pandas
import pyarrow.parquet
import pytest
from descendants import descendants
from interrupted import assert_goes_on, build_command, ctrl_c

from ecgscribe.cli.main import main

DATABASE, STATEMENTS = "ptbxl_database.csv", "scp_statements.csv"


def run(folder, out):
    return main(["build", "--px-per-mm", "2", "--ptbxl", str(folder), "--out", str(out)])


def without(column):
    def spoil(path):
        pandas.read_csv(path).drop(columns=column).to_csv(path, index=False)

    return spoil


def written(data):
    return lambda path: path.write_bytes(data)


@pytest.mark.parametrize(
    ("table", "spoil", "said"),
    [
        (DATABASE, without("report"), "lacks the columns report"),
        (DATABASE, without(["patient_id", "scp_codes"]), "lacks the columns patient_id, scp_codes"),
        (STATEMENTS, without("diagnostic_class"), "lacks the columns diagnostic_class"),
        (DATABASE, written(b""), "no readable csv"),
        (DATABASE, written(b"\x00\xff\xfe" * 500), DATABASE),
        (STATEMENTS, written(b'"never closed\n1,2'), STATEMENTS),
        (DATABASE, lambda path: path.unlink(), "is not there"),
    ],
)
def test_a_spoilt_table_is_one_sentence(ptbxl, tmp_path, capsys, table, spoil, said):
    folder = ptbxl(rows=2)
    spoil(folder / table)
    assert run(folder, tmp_path / "out") == 2
    err = capsys.readouterr().err
    assert said in err and "Traceback" not in err and len(err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_report_of_ten_megabytes_is_left_out_and_counted(ptbxl, tmp_path, capsys):
    folder = ptbxl(rows=4)
    table = pandas.read_csv(folder / DATABASE)
    table.loc[1, "report"] = "sinusrhythmus " * 730_000
    table.to_csv(folder / DATABASE, index=False)
    assert run(folder, tmp_path / "out") == 3
    assert "dropped: 1 (report: longer than" in capsys.readouterr().out
    kept = [pyarrow.parquet.read_table(path)["ecg_id"].to_pylist() for path in (tmp_path / "out/data").iterdir()]
    assert sorted(sum(kept, [])) == [1, 3, 4]


HEADERS = {
    1: b"",
    2: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    3: b"00003_lr 12 100 999999999999\n" + b"00003_lr.dat 16 1000(0)/mV 16 0 0 0 0 I\n" * 12,
    4: b"00004_lr 12 nan 1000\n",
    5: b"00005_lr 12 100 1000\n00005_lr.dat 9999 1000(0)/mV 16 0 0 0 0 I\n",
    6: b"00006_lr 1 100 1000\n../../../etc/hostname 16 1000(0)/mV 16 0 0 0 0 I\n",
}


def test_broken_records_are_named_and_the_others_kept(ptbxl, tmp_path, capsys):
    folder = ptbxl(rows=8)
    for ecg_id, header in HEADERS.items():
        (folder / f"records100/00000/{ecg_id:05d}_lr.hea").write_bytes(header)
    (folder / "records100/00000/00007_lr.dat").write_bytes(b"")
    assert run(folder, tmp_path / "out") == 3
    out, err = capsys.readouterr()
    assert "bad: 7 rows" in out and all(f"  ecg_id {k}: " in out for k in range(1, 8)) and "Traceback" not in err


@pytest.mark.slow
def test_ctrl_c_on_ray_ends_all_its_processes_and_the_build_goes_on(ptbxl, tmp_path):
    pytest.importorskip("ray")
    out = tmp_path / "out"
    command = build_command(ptbxl(rows=60), out, processes=2)
    ray = []

    def workers_run(pid):
        ray[:] = [child for child, line in descendants(pid).items() if "ray::" in line]
        return bool(ray)

    ctrl_c([*command, "--engine", "ray"], out, workers_run)
    alive = ray
    for _ in range(100):  # the raylet ends its workers within a moment
        alive = [pid for pid in alive if Path(f"/proc/{pid}").exists()]
        time.sleep(0.1 if alive else 0)
    assert not alive
    assert_goes_on(command, rows=60)
