"""The door of the command line: cheap, complete, and one sentence for every error."""

import subprocess
import sys
from pathlib import Path

import pytest

import ecgscribe
from ecgscribe.cli import main as module
from ecgscribe.cli import read
from ecgscribe.core.errors import BadOption


def test_every_module_of_the_room_is_a_command():
    files = {path.stem for path in Path(module.__file__).parent.glob("*.py")}
    commands = {command.__name__.split(".")[-1] for command in module.COMMANDS}
    assert commands == {name for name in files - {"__init__", "main"} if is_command(name)}


def is_command(name: str) -> bool:
    """Whether a file of the room registers a command (options.py and the like do not)."""
    return "def add_parser(" in (Path(module.__file__).parent / f"{name}.py").read_text()


def test_help_loads_nothing_heavy():
    heavy = "torch transformers datasets gradio cv2 scipy pandas".split()
    code = (
        f"import sys; from ecgscribe.cli.main import parser; parser(); print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version_and_missing_command(capsys):
    with pytest.raises(SystemExit) as left:
        module.main(["--version"])
    assert left.value.code == 0 and ecgscribe.__version__ in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        module.main([])
    assert left.value.code == 2


def raising(error: BaseException):
    def run(args):
        raise error

    return run


def test_our_errors_are_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(read, "run", raising(BadOption("Size 3 is too small.", "Give 8 or more.")))
    assert module.main(["read", "x"]) == 2
    assert capsys.readouterr().err == "ecgscribe read: Size 3 is too small. Give 8 or more.\n"


def test_interrupted_is_130(monkeypatch, capsys):
    monkeypatch.setattr(read, "run", raising(KeyboardInterrupt()))
    assert module.main(["read", "x"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_bugs_are_not_hidden(monkeypatch):
    monkeypatch.setattr(read, "run", raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        module.main(["read", "x"])


def test_the_module_runs():
    done = subprocess.run([sys.executable, "-m", "ecgscribe", "read", "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "PAGE" in done.stdout


def test_a_pipe_that_closes_is_quiet():
    code = """
import sys
from ecgscribe.cli import main, read
def run(args):
    for _ in range(200000):
        print("x" * 50)
read.run = run
sys.exit(main.main(["read", "x"]))
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait(20) == 141
