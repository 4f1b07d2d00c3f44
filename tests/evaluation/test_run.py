"""The whole evaluation with a fake reader: what is asked, what is compared, what is written."""

import json
import subprocess
import sys

import numpy as np
import pytest
from fakes import CAPTIONS, FakeEmbedder, FakeReader, FakeVision, kind_of, write_dataset

from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page
from ecgscribe.evaluation import systems, vectors
from ecgscribe.evaluation.ecg_captions.corpus import METRICS
from ecgscribe.evaluation.run import Options, run

OPTIONS = {"model": "fake", "resamples": 50, "seed": 3, "tokenizer": "rules"}


@pytest.fixture(autouse=True)
def pages(monkeypatch):
    """Every picture is a page; its brightness tells its kind, so that the fake embedding does."""

    def page_of(content: bytes) -> Page:
        return Page(np.full((16, 16, 3), 60 * kind_of(content), np.uint8))

    monkeypatch.setattr(systems, "page_of", page_of)
    monkeypatch.setattr(vectors, "page_of", page_of)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """40 training and 16 test rows; test captions of kind 3 never occur in training."""

    def caption(k: int) -> str:
        return "an unseen caption of the heart." if k >= 100 and k % 4 == 3 else CAPTIONS[k % 4]

    folder = tmp_path_factory.mktemp("rows") / "dataset"
    return write_dataset(folder, {"train": [*range(36), 0, 4, 8, 12], "test": list(range(100, 116))}, caption)


def evaluated(dataset, out, reader=None, **changes) -> dict:
    return run(Options(dataset=str(dataset), out=out, **OPTIONS | changes), reader or FakeReader())


def test_results_hold_the_model_beside_every_control(dataset, tmp_path):
    reader = FakeReader(captioner=FakeVision())
    results = evaluated(dataset, tmp_path, reader)
    assert json.loads((tmp_path / "results.json").read_text()) == results
    table = results["systems"]
    assert set(table) == {"model", "modal", "random", "nearest", "blank", "shuffled"}
    assert CAPTIONS[0] in table["modal"]["note"]
    assert "grey pixels" in table["nearest"]["note"]
    assert "sinus rhythm." in table["blank"]["note"]
    assert (reader.captioner.pages[0].picture == 255).all(), "the model saw white paper"
    for name, system in table.items():
        assert set(system["scores"]) == set(METRICS)
        assert (system["model_minus"] is None) == (name == "model")
    assert (results["n_asked"], results["n_answered"]) == (16, 16)
    assert results["distinct_share"] == pytest.approx(4 / 16)
    assert table["modal"]["distinct_share"] == pytest.approx(1 / 16)
    assert results["dataset"]["patients"] == 8
    assert results["model"]["revisions"] == {"fake": "fake-1"}
    assert "ptb" not in results["library"]["tokenizer"].lower().split()[:1]


def test_what_is_right_scores_better_than_every_control_and_the_difference_says_so(dataset, tmp_path):
    results = evaluated(dataset, tmp_path)
    table = results["systems"]
    assert table["nearest"]["scores"] == table["model"]["scores"], "the fake pages tell their kind exactly"
    for name in ("modal", "random", "blank", "shuffled"):
        for metric in ("bleu_1", "rouge_l", "cider", "cider_train_df"):
            number = table[name]["model_minus"][metric]
            model, control = (table[which]["scores"][metric]["value"] for which in ("model", name))
            assert number["value"] == pytest.approx(model - control, abs=2e-6)
            assert number["low"] <= number["value"] <= number["high"]
            assert number["value"] > 0


def test_slices_by_captions_that_training_has_and_by_language(dataset, tmp_path):
    slices = evaluated(dataset, tmp_path)["slices"]
    assert slices["caption unseen in training"]["n"] == 4
    assert slices["caption seen in training"]["n"] == 12
    assert slices["caption seen in training"]["scores"]["model"]["rouge_l"]["value"] == 1.0
    assert slices["caption unseen in training"]["scores"]["model"]["rouge_l"]["value"] < 0.5
    assert {name: part["n"] for name, part in slices.items() if "language" in name} == {
        "report language de": 8, "report language en": 4, "report language sv": 4,
    }  # fmt: skip


def test_pages_without_a_caption_count_against_the_model_but_not_among_the_answered(dataset, tmp_path):
    results = evaluated(dataset, tmp_path, FakeReader(answers=(None, *CAPTIONS[1:])))
    assert (results["n_asked"], results["n_answered"]) == (16, 12)
    assert results["problems"] == {"page/no-grid": 4}
    whole = results["systems"]["model"]["scores"]["rouge_l"]["value"]
    answered = results["slices"]["answered"]
    assert answered["n"] == 12
    assert whole == pytest.approx(answered["scores"]["model"]["rouge_l"]["value"] * 12 / 16, abs=2e-6)


def test_a_model_that_embeds_is_probed_and_finds_neighbours_by_its_embedding(dataset, tmp_path):
    reader = FakeReader(captioner=FakeEmbedder())
    results = evaluated(dataset, tmp_path, reader, batch=7)
    assert max(reader.captioner.batches) == 7
    assert sum(reader.captioner.batches) == 40 + 16
    assert "vision embedding" in results["systems"]["nearest"]["note"]
    assert results["systems"]["nearest"]["scores"] == results["systems"]["model"]["scores"]
    assert results["probe"]["classes"] == ["NORM", "MI", "STTC", "CD", "HYP"]
    assert results["probe"]["per_class"][0] == 1.0
    assert results["probe"]["per_class"][1] is None, "no row has an infarct"
    again = FakeReader(captioner=FakeEmbedder())
    assert evaluated(dataset, tmp_path, again)["probe"] == results["probe"]
    assert again.captioner.batches == (), "the vectors were kept"
    other = FakeReader(captioner=FakeEmbedder(revision="fake-2"))
    with pytest.raises(BadOption, match="another models"):
        evaluated(dataset, tmp_path, other)


def test_fewer_training_pages_are_embedded_but_all_captions_still_count(dataset, tmp_path):
    reader = FakeReader(captioner=FakeEmbedder())
    results = evaluated(dataset, tmp_path / "few", reader, train_pages=12)
    whole = evaluated(dataset, tmp_path / "all")
    assert sum(reader.captioner.batches) == 12 + 16
    assert "of 12 training pages" in results["systems"]["nearest"]["note"]
    assert results["probe"]["n_train"] == 12
    assert results["systems"]["random"] == whole["systems"]["random"]
    assert results["slices"]["caption unseen in training"]["n"] == 4


def test_the_same_seed_gives_the_same_numbers(dataset, tmp_path):
    first, second = (evaluated(dataset, tmp_path / name) for name in ("a", "b"))
    for results in (first, second):
        for name in ("when", "seconds_per_page"):
            del results[name]
    assert first == second
    other = evaluated(dataset, tmp_path / "c", seed=4)
    assert other["systems"]["random"]["scores"] != first["systems"]["random"]["scores"]


def test_limit_and_no_controls(dataset, tmp_path):
    results = evaluated(dataset, tmp_path, limit=5, controls=False)
    assert results["n_asked"] == 5
    assert list(results["systems"]) == ["model"]
    assert "controls" in results["probe"]["missing"]


def test_without_training_rows_the_controls_say_why_they_are_missing(tmp_path):
    folder = write_dataset(tmp_path / "d", {"test": [1, 1, 1]})
    results = evaluated(folder, tmp_path / "out")
    assert set(results["systems"]) == {"model", "blank"}
    assert "no training rows" in results["systems_missing"]["nearest"]
    assert "one patient" in results["systems_missing"]["shuffled"]
    assert results["metrics_missing"]["cider_train_df"]
    assert "caption unseen in training" not in results["slices"]


def test_rebuilt_pictures_are_not_answered_from_an_old_run(dataset, tmp_path):
    folder = write_dataset(tmp_path / "d", {"test": [0, 1, 2, 3]}, lambda k: "one caption")
    other = write_dataset(tmp_path / "e", {"test": [0, 1, 2, 3]}, lambda k: "one caption")
    evaluated(folder, tmp_path / "out")
    evaluated(other, tmp_path / "out")  # the same rows elsewhere are the same rows
    changed = write_dataset(tmp_path / "f", {"test": [4, 1, 2, 3]}, lambda k: "one caption")
    with pytest.raises(BadOption, match="another rows_digest"):
        evaluated(changed, tmp_path / "out")


@pytest.mark.parametrize(("change", "words"), [({"split": "nowhere"}, "no split 'nowhere'"), ({"limit": 0}, "limit 0")])
def test_mistakes_are_one_sentence(dataset, tmp_path, change, words):
    with pytest.raises(BadOption, match=words):
        evaluated(dataset, tmp_path, **change)


def test_the_room_loads_no_torch():
    program = "import sys, ecgscribe.evaluation.run, ecgscribe.evaluation.table; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_either_text_can_be_compared_with(dataset, tmp_path):
    """A folder from before the structured captions: they follow from the captions."""
    import pyarrow.parquet

    older = tmp_path / "older"
    (older / "data").mkdir(parents=True)
    for path in (dataset / "data").iterdir():
        table = pyarrow.parquet.read_table(path).drop_columns(["structured", "statements"])
        pyarrow.parquet.write_table(table, older / "data" / path.name)
    results = evaluated(older, tmp_path / "out", caption_style="statements", controls=False)
    lines = [json.loads(line) for line in (tmp_path / "out" / "predictions.jsonl").read_text().splitlines()]
    assert results["dataset"]["caption_style"] == "statements" and results["n_asked"] == len(lines) == 12
    assert lines[1]["reference"] == "sinus rhythm. left axis deviation. left anterior fascicular block."
    assert evaluated(older, tmp_path / "raw", controls=False)["dataset"]["caption_style"] == "report"
