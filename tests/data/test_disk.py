"""A disk that is full: one sentence, nothing lost, and the build goes on."""

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from ecgscribe.core.errors import Halted
from ecgscribe.data.build import BuildOptions, build
from ecgscribe.data.disk import disk_trouble_told, write_text

ROOT = Path(__file__).parents[2]


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_a_full_disk_is_one_sentence(tmp_path, number):
    with pytest.raises(Halted, match="no more room to write in .*the same command goes on once there is room"):
        with disk_trouble_told(tmp_path):
            raise OSError(number, os.strerror(number))


def test_other_trouble_keeps_its_reason_and_a_closed_pipe_is_none(tmp_path):
    with pytest.raises(Halted, match="Input/output error") as told, disk_trouble_told(tmp_path):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    assert "\n" not in str(told.value)
    with pytest.raises(BrokenPipeError), disk_trouble_told(tmp_path):
        raise BrokenPipeError


def test_text_is_whole_or_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "build.json"
    write_text(path, "old")

    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_text(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_on_the_way_keeps_the_finished_shards(ptbxl, tmp_path, monkeypatch):
    options = BuildOptions(ptbxl(rows=9), tmp_path / "out", px_per_mm=2.0, rows_per_shard=2)
    written = []
    whole = pyarrow.parquet.ParquetWriter.write_table

    def third_fails(self, *values, **named):
        written.append(1)
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(self, *values, **named)

    with monkeypatch.context() as patched:
        patched.setattr(pyarrow.parquet.ParquetWriter, "write_table", third_fails)
        with pytest.raises(Halted, match="no more room"):
            build(options)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out/data").iterdir()}
    assert len(kept) == 2 and all(name.endswith(".parquet") for name in kept), "two shards, and no part of a third"
    build(options)
    assert kept.items() <= {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out/data").iterdir()}.items()
    build(BuildOptions(options.ptbxl, tmp_path / "whole", px_per_mm=2.0, rows_per_shard=2))
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.slow
def test_a_file_that_may_not_grow_ends_the_real_command_with_one_sentence(ptbxl, tmp_path):
    """RLIMIT_FSIZE is the nearest thing to a full disk that needs no rights: the write itself fails."""
    folder = ptbxl(rows=12)
    command = [sys.executable, "build_dataset.py", "--ptbxl", str(folder), "--px-per-mm", "2"]
    command += ["--out", str(tmp_path / "out")]

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    full = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=limited, timeout=600)
    assert full.returncode == 2 and "no more room to write" in full.stderr and "Traceback" not in full.stderr
    assert not list((tmp_path / "out").rglob("*.part"))
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert again.returncode == 0 and again.stdout.startswith("12 rows")
