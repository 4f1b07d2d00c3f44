"""`python -m ecgscribe evaluate` and its door."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import FakeReader, write_dataset

from ecgscribe.cli.main import main
from ecgscribe.evaluation import systems
from ecgscribe.evaluation.ecg_captions import scorer
from ecgscribe.reader.reader import Reader

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fake(monkeypatch):
    """Every model is the fake one."""
    monkeypatch.setattr(Reader, "from_pretrained", classmethod(lambda cls, model=None: FakeReader()))
    monkeypatch.setattr(systems, "page_of", lambda content: None)
    monkeypatch.setattr(scorer, "meteor_missing", lambda: "left out here")  # its start takes seconds


@pytest.fixture
def dataset(tmp_path):
    return write_dataset(tmp_path / "rows", {"train": [0, 1, 2, 3], "test": [4, 5, 6, 7]})


def test_it_prints_the_table_and_fills_the_model_folder(fake, dataset, tmp_path, capsys):
    model, out = tmp_path / "model", tmp_path / "out"
    model.mkdir()
    (model / "README.md").write_text("# A model\n\n## Scores\n\nNone yet.\n")
    words = ["evaluate", "--model", str(model), "--dataset", str(dataset), "--out", str(out), "--update-card"]
    assert main([*words, "--tokenizer", "rules", "--resamples", "20"]) == 0
    printed = capsys.readouterr().out
    assert "| **model** " in printed
    assert "| modal " in printed
    results = json.loads((out / "results.json").read_text())
    assert json.loads((model / "results.json").read_text()) == results
    card = (model / "README.md").read_text()
    assert printed.strip() in card
    assert "None yet." not in card
    assert len((out / "predictions.jsonl").read_text().splitlines()) == 4
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--split", "nowhere"], "no split 'nowhere'"),
        (["--limit", "0"], "limit 0"),
        (["--update-card"], "--update-card needs a model folder"),
        (["--push-metric", "me/other"], "owner/ecg_captions"),
    ],
)
def test_mistakes_are_one_sentence_and_exit_2(fake, dataset, tmp_path, capsys, words, says):
    start = ["evaluate", "--model", "me/model", "--dataset", str(dataset), "--out", str(tmp_path / "out")]
    assert main([*start, *words]) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert says in error[-1]
    assert [line for line in error if "ecgscribe evaluate:" in line] == error[-1:]


def test_the_door_opens():
    done = subprocess.run([sys.executable, "evaluate_hf.py", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    for option in ("--model", "--dataset", "--split", "--out", "--limit", "--batch", "--seed", "--no-controls"):
        assert option in done.stdout
    assert len((ROOT / "evaluate_hf.py").read_text().splitlines()) <= 10
