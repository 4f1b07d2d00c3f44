"""`build_dataset.py` in a process of its own that gets Ctrl-C in the middle of its work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def build_command(folder: Path, out: Path, processes: int) -> list[str]:
    """The words that build `folder` into `out` with `processes` processes."""
    command = [sys.executable, "build_dataset.py", "--ptbxl", str(folder), "--px-per-mm", "8"]
    return [*command, "--num-proc", str(processes), "--out", str(out)]


def ctrl_c(command: list[str], out: Path, ready: Callable[[int], bool] = lambda pid: True) -> None:
    """Starts `command`, interrupts its group once a part lies in `out` and `ready(pid)`, and checks how it ends."""
    # a test run in the background ignores SIGINT, and its children would inherit that
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not (list(out.glob("data/*.part")) and ready(running.pid)):
        assert running.poll() is None
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    err = running.communicate(timeout=600)[1]
    assert running.returncode == 130
    assert "the same command goes on" in err and "Traceback" not in err


def assert_goes_on(command: list[str], rows: int) -> None:
    """The same command again builds all `rows`."""
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert again.returncode == 0 and again.stdout.startswith(f"{rows} rows")
