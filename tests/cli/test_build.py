"""`python -m ecgscribe build` and its door: exit codes, messages, and Ctrl-C in a real process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ptbxl_folder import damaged

from ecgscribe.cli.main import main

ROOT = Path(__file__).parents[2]


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
    folder = ptbxl(rows=16)
    command = [sys.executable, "build_dataset.py", "--ptbxl", str(folder), "--px-per-mm", "8"]
    command += ["--num-proc", str(processes), "--out", str(tmp_path / "out")]
    # a test run in the background ignores SIGINT, and its children would inherit that
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not list((tmp_path / "out").glob("data/*.part")):
        assert running.poll() is None
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    err = running.communicate(timeout=600)[1]
    assert running.returncode == 130
    assert "the same command goes on" in err and "Traceback" not in err
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert again.returncode == 0 and again.stdout.startswith("16 rows")
    assert not list((tmp_path / "out").rglob("*.part"))
