"""`python -m ecgscribe build` and its door: exit codes, messages, and Ctrl-C in a real process."""

import pytest
from interrupted import assert_goes_on, build_command, ctrl_c
from ptbxl_folder import damaged

from ecgscribe.cli.main import main


def run(*arguments):
    return main(["build", "--px-per-mm", "2", *map(str, arguments)])


def test_a_build_reports_its_rows(ptbxl, tmp_path, capsys):
    assert run("--ptbxl", ptbxl(rows=6), "--out", tmp_path / "out") == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"6 rows in {tmp_path / 'out'}: train ")
    assert "data/train-00000.parquet" in err


def test_bad_rows_are_named_and_exit_with_3(ptbxl, tmp_path, capsys):
    assert run("--ptbxl", damaged(ptbxl()), "--out", tmp_path / "out") == 3
    out = capsys.readouterr().out
    assert "bad: 6 rows" in out and "ecg_id 5: checksum: Lead I of 00005_lr" in out
    assert "Warning" not in out


def test_mistakes_are_one_sentence_and_exit_with_2(tmp_path, capsys):
    assert run("--ptbxl", tmp_path / "nowhere", "--out", tmp_path / "out") == 2
    err = capsys.readouterr().err
    assert "no PTB-XL folder" in err and "Traceback" not in err
    assert run("--ptbxl", tmp_path, "--limit", "-3", "--out", tmp_path / "out") == 2


def test_random_warns(ptbxl, tmp_path, capsys):
    assert run("--ptbxl", ptbxl(rows=3), "--out", tmp_path / "out", "--split", "random") == 0
    assert "Warning: --split random" in capsys.readouterr().err


def test_download_never_goes_into_the_sample(capsys):
    assert run("--download") == 2
    assert "--ptbxl DIR" in capsys.readouterr().err


def test_a_bad_push_leaves_the_dataset(ptbxl, tmp_path, capsys):
    assert run("--ptbxl", ptbxl(rows=3), "--out", tmp_path / "out", "--push-to-hub", "no-owner") == 2
    assert (tmp_path / "out/README.md").is_file() and "owner/name" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_ctrl_c_leaves_a_folder_that_goes_on(ptbxl, tmp_path, processes):
    out = tmp_path / "out"
    command = build_command(ptbxl(rows=16), out, processes)
    ctrl_c(command, out)
    assert_goes_on(command, rows=16)
    assert not list(out.rglob("*.part"))
