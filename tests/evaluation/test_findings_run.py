"""`evaluate-findings` on the sample with an untrained folder: every table is there, and a second start goes on."""

import json

import numpy as np
import pytest
from findings_models import small_model

from ecgscribe.cli.main import main
from ecgscribe.core.errors import BadModel, BadOption
from ecgscribe.evaluation.findings_card import END, FLOORS, START, floors_table, update_card
from ecgscribe.evaluation.findings_run import FindingsEvaluation, answers_of, limited
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.folder import save_folder

CARD = f"# card\n\n{START}\nold\n{END}\n\n## Labels\n"


@pytest.mark.slow
def test_conditions_controls_occlusion_and_card_are_written(tmp_path, capsys):
    folder = save_folder(tmp_path / "model", small_model(), {"README.md": CARD})
    given = ["evaluate-findings", "--model", str(folder), "--split", "train", "--limit", "6", "--resamples", "5"]
    given += ["--conditions", "clean:3,recorded", "--work", str(tmp_path / "work"), "--update-card"]
    assert main(given) == 0
    result = json.loads((folder / "results.json").read_text())
    assert set(result["conditions"]) == {"clean", "recorded"} and result["digitizer"]
    assert list(result["conditions"]["clean"]) == ["picture", "signal", "both"]
    assert result["conditions"]["clean"]["both"]["n"] == 3 and result["conditions"]["recorded"]["signal"]["n"] == 6
    assert {"prevalence", "age and sex"} <= set(result["controls"]) and result["occlusion"]["pages"] == 3
    pages = sorted((tmp_path / "work").rglob("*.npz"))
    assert len(pages) == 9
    card = (folder / "README.md").read_text()
    assert (
        card.startswith("# card")
        and card.endswith("## Labels\n")
        and "old" not in card
        and "| clean | both | 3 |" in card
    )
    made = [path.stat().st_mtime_ns for path in pages]
    assert main(given) == 0 and json.loads((folder / "results.json").read_text()) == result
    assert [path.stat().st_mtime_ns for path in pages] == made, "pages that were read are not read again"


def test_a_smaller_limit_is_part_of_a_larger_one():
    rows = list(range(50))
    assert limited(rows, 10, 3) == limited(rows, 30, 3)[:10] != rows[:10]
    assert sorted(limited(rows, 0, 3)) == rows


def test_both_falls_back_on_the_view_that_could_be_read():
    classifier = Classifier(small_model(), "test")
    labels = len(classifier.labels)
    picture, signal = np.random.default_rng(0).normal(size=(2, 4, labels))
    picture[1], signal[2], picture[3], signal[3] = np.nan, np.nan, np.nan, np.nan
    logits, target = {"picture": picture, "signal": signal}, np.zeros((4, labels))
    both = answers_of(classifier, "both", logits, target, ("a", "b", "c", "d"))
    one = {view: answers_of(classifier, view, logits, target, ("a", "b", "c", "d")) for view in logits}
    np.testing.assert_allclose(both.probability[1], one["signal"].probability[1])
    np.testing.assert_allclose(both.probability[2], one["picture"].probability[2])
    expected = classifier.probabilities("both", {"picture": picture[:1], "signal": signal[:1]})[0]
    np.testing.assert_allclose(both.probability[0], expected)
    assert both.read.tolist() == [True, True, True, False] and set(both.verdict[3]) == {"uncertain"}
    np.testing.assert_allclose(both.probability[3], both.probability[:3].mean(0))


def test_floors_say_what_was_missed_and_what_was_not_measured():
    def held(value):
        return {score: {"value": value, "low": value - 0.01, "high": value + 0.01} for _, score in FLOORS}

    result = {"conditions": {"clean": {"picture": held(0.5), "both": held(0.89)}, "phone": {"both": held(0.95)}}}
    lines = floors_table(result).splitlines()
    assert "| clean: superclass AUROC | at least 0.90 | 0.890 [0.880, 0.900] | NOT reached |" in lines
    assert "| phone: superclass AUROC | at least 0.87 | 0.950 [0.940, 0.960] | reached |" in lines
    assert "| bad-phone: superclass AUROC | 0.82 | not measured | |" in lines
    assert [line for line in lines if "ECE" in line][0].endswith("NOT reached |")


def test_a_card_without_a_place_is_refused(tmp_path):
    (tmp_path / "README.md").write_text("# card\n")
    with pytest.raises(BadModel, match="no place for scores"):
        update_card(tmp_path / "README.md", {})


def test_an_unknown_condition_and_a_bad_count_are_refused(tmp_path):
    with pytest.raises(BadOption, match="underwater"):
        FindingsEvaluation(tmp_path, tmp_path, conditions=("underwater",))
    with pytest.raises(BadOption, match="many"):
        FindingsEvaluation(tmp_path, tmp_path, conditions=("clean:many",))
