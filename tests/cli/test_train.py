"""The train command: help for every option, one sentence for a mistake, the Hub only when asked."""

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from ecgscribe.cli.main import main
from ecgscribe.training.options import TrainOptions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def asked(monkeypatch):
    """What training and pushing were asked to do, without doing it."""
    import ecgscribe.hub
    import ecgscribe.training.trainer

    calls = []

    def train(options, say):
        calls.append(options)
        return Path(options.output)

    monkeypatch.setattr(ecgscribe.training.trainer, "train", train)
    monkeypatch.setattr(ecgscribe.hub, "push_folder", lambda folder, repo, **_: calls.append((folder, repo)) or "url")
    return calls


def test_every_option_has_a_flag_and_a_help(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = capsys.readouterr().out
    for option in fields(TrainOptions):
        assert f"--{option.name.replace('_', '-')}" in shown
        assert option.metadata["help"]


def test_flags_become_options(asked):
    command = "train --dataset d --output o --scenario base-14000 --epochs 2 --bf16 --batch-size 2"
    assert main(command.split()) == 0
    (options,) = asked
    assert (options.epochs, options.bf16, options.batch_size, options.subset) == (2.0, True, 2, 14000)


def test_pushed_only_when_asked(asked, capsys):
    assert main("train --dataset d --output o --push-to-hub owner/name".split()) == 0
    assert asked[1] == (Path("o"), "owner/name")
    assert "url" in capsys.readouterr().out


def test_other_processes_do_not_push(asked, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    assert main("train --dataset d --output o --push-to-hub owner/name".split()) == 0
    assert len(asked) == 1


@pytest.mark.parametrize(
    "command, said",
    [
        ("train", "--dataset and --output"),
        ("train --dataset /nowhere --output {out}", "/nowhere"),
        ("train --scenario base --dry-run", "base-7000"),
        ("train --schedule wave", "'wave'"),
        ("train --epochs 0", "above 0"),
    ],
)
def test_mistakes_are_one_sentence(command, said, capsys, tmp_path):
    assert main(command.format(out=tmp_path / "m").split()) == 2
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error


def test_unknown_flags_are_refused(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["train", "--learning-rat", "3"])
    assert stop.value.code == 2
    assert "--learning-rat" in capsys.readouterr().err


def test_an_interruption_says_how_to_go_on(monkeypatch, capsys):
    import ecgscribe.training.trainer

    def train(options, say):
        raise KeyboardInterrupt

    monkeypatch.setattr(ecgscribe.training.trainer, "train", train)
    assert main("train --dataset d --output o".split()) == 130
    assert "--resume" in capsys.readouterr().err


@pytest.mark.slow
def test_the_door_runs_under_accelerate_launch(tmp_path):
    """accelerate launch finds the door, and the door prints the dry run."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "accelerate.commands.launch", "--cpu", "train_hf.py"]
    flags = ["--scenario", "base-7000", "--dry-run"]
    done = subprocess.run([*command, *flags], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "14,000" in done.stdout
    assert len((ROOT / "train_hf.py").read_text().strip().splitlines()) <= 10
