"""Tables of experiments and reliability curves for the card of the findings."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from ecgscribe.core.errors import BadModel
from ecgscribe.evaluation.findings_card import END, PICTURE, START
from ecgscribe.evaluation.findings_experiments import experiment_table, update_experiments
from ecgscribe.evaluation.reliability_picture import reliability_picture, save_reliability

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from second_training import SCORES, rows_of  # noqa: E402

FOLDS = [
    {"view": "signal", "fold": k, "validation": 100, "epoch": 3, "plain_superclass": v, "worn_superclass": v - 0.01}
    for k, v in enumerate((0.90, 0.92, 0.91))
]


def scores(points):
    return {"n": 200, "reliability": points, "superclass_reliability": points[:1]}


def test_folds_are_told_with_mean_and_deviation():
    table = experiment_table(FOLDS)
    assert "| signal | 1 | 100 | 3 | 0.920 | 0.910 |" in table and "backbone" not in table
    assert "signal, 3 folds" in table and "superclass AUROC plain 0.910 (0.010)" in table


def test_intervals_stand_beside_their_scores():
    first = {"view": "signal", "training": "seed 42", "plain_all": 0.89, "plain_all_interval": [0.86, 0.91]}
    second = {**first, "training": "three", "plain_all": 0.9, "plain_all_difference": [-0.001, 0.02]}
    table = experiment_table([first, second])
    assert "| seed 42 | 0.890 [0.860, 0.910] |" in table and "| three | 0.900 (-0.001 to +0.020) |" in table


def test_experiments_are_written_once_and_again(tmp_path):
    card, folder = tmp_path / "README.md", tmp_path / "results"
    folder.mkdir()
    card.write_text("# card\n\ntext\n\n## Labels\n| a |\n")
    (folder / "folds.json").write_text(json.dumps(FOLDS))
    rows = [{"view": "picture", "backbone": "resnet-tiny", "parameters": 123456, "plain_superclass": 0.8}]
    held = {"command": "ecgscribe train-findings --compare", "note": "Two epochs.", "rows": rows}
    (folder / "backbones.json").write_text(json.dumps(held))
    assert update_experiments(card, folder) == ("folds.json", "backbones.json")
    first = card.read_text()
    assert "| picture | resnet-tiny | 123,456 | 0.800 |" in first and "Two epochs." in first
    assert first.index("text") < first.index("## Experiments") < first.index("## Labels")
    assert update_experiments(card, folder) and card.read_text() == first
    (tmp_path / "other.md").write_text("nothing")
    with pytest.raises(BadModel, match="no place"):
        update_experiments(tmp_path / "other.md", folder)


def test_a_perfect_curve_lies_on_the_diagonal(tmp_path):
    points = [{"probability": v, "share": v, "n": 50} for v in (0.1, 0.5, 0.9)]
    result = {"conditions": {"clean": {"both": scores(points)}, "scan": {"both": scores(points)}}}
    one = np.asarray(reliability_picture(result)).astype(int)
    blue = (one[:, :, 2] > 150) & (one[:, :, 0] < 60)
    rows, columns = np.nonzero(blue[110:390, 60:410])
    assert len(rows) > 100 and np.corrcoef(rows, columns)[0, 1] < -0.99
    assert not save_reliability({"conditions": {"scan": {}}}, tmp_path / PICTURE)
    assert save_reliability(result, tmp_path / PICTURE) and (tmp_path / PICTURE).stat().st_size < 100_000
    assert START != END


def results(clean, pages=967):
    def told(value):
        return {"value": value, "low": value - 0.01, "high": value + 0.01}

    view = {"n": pages, **{score: told(clean) for score in SCORES}}
    return {"conditions": {"clean": {"both": view}, "alone": {"both": view}}}


def test_a_second_training_is_held_against_the_first_s_intervals():
    first, second = results(0.90), results(0.905)
    del second["conditions"]["alone"]
    published, again = rows_of(first, second)
    assert (published["training"], again["training"], again["within"]) == ("published", "second", 3)
    table = experiment_table([published, again])
    assert (
        "| clean | both | published | 967 | 0.900 [0.890, 0.910] |" in table
        and "| 0.905 | 0.905 | 0.905 | 3 |" in table
    )
    assert rows_of(first, results(0.93))[1]["within"] == 0
    assert rows_of(first, results(0.90, pages=300)) == []  # other pages cannot be compared
