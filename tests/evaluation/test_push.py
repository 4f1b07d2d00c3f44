"""The `evaluate` module alone, without Java: loads from its folder offline, and from a Hub once pushed."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from loopback_hub import LoopbackHub

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.push import MODULE, push_metric

LOAD = """
import json, sys
sys.modules["ecgscribe"] = None  # the module must not need the rest of the package
import evaluate
metric = evaluate.load(sys.argv[1])
print(json.dumps(metric.compute(
    predictions=["sinus rhythm, normal ecg", "left axis deviation"],
    references=["Sinus rhythm. Normal ECG.", "left axis deviation of the heart"],
    train_references=["sinus rhythm", "left axis", "normal ecg"], tokenizer="auto")))
"""
PUSH = "from ecgscribe.evaluation.push import push_metric; print(push_metric('me/ecg_captions'))"


def run(program: str, *words: str, environment: dict, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def check(answer: str) -> None:
    scores = json.loads(answer)
    assert scores["bleu_1"] == pytest.approx(math.exp(1 - 10 / 7))
    assert scores["n"] == 2
    assert scores["cider_train_df"] > 0
    assert set(scores["missing"]) == {"meteor", "spice"}
    assert all(scores[name] is None and "Java" in reason for name, reason in scores["missing"].items())
    assert "pycocoevalcap" in scores["library"]["library"]


@pytest.mark.slow
def test_the_module_loads_from_its_folder_offline_without_the_package(tmp_path):
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": str(tmp_path)}
    check(run(LOAD, str(MODULE), environment=environment, folder=tmp_path))


@pytest.mark.slow
def test_the_pushed_module_loads_from_the_hub(tmp_path):
    root = str(Path(__file__).resolve().parents[2])
    with LoopbackHub() as hub:
        environment = hub.client_environment(tmp_path) | {"PYTHONPATH": root, "PATH": str(tmp_path)}
        address = run(PUSH, environment=environment, folder=tmp_path)
        files = hub.repositories["space", "me/ecg_captions"].files
        assert "ecg_captions" in address and hub.repositories["space", "me/ecg_captions"].sdk == "static"
        assert {"ecg_captions.py", "scorer.py", "corpus.py", "java.py", "tokens.py", "README.md"} <= set(files)
        assert not [name for name in files if "pycache" in name or "__init__" in name]
        check(run(LOAD, "me/ecg_captions", environment=environment, folder=tmp_path))


def test_a_repository_of_another_name_is_refused():
    with pytest.raises(BadOption, match="owner/ecg_captions"):
        push_metric("someone/metric")
