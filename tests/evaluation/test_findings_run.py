"""`evaluate-findings` on the sample with an untrained folder: every table is there, and a second start goes on."""

import json

import pytest
from findings_models import small_model

from ecgscribe.cli.main import main
from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.findings_run import FindingsEvaluation
from ecgscribe.findings.folder import save_folder


@pytest.mark.slow
def test_conditions_controls_and_occlusion_are_written(tmp_path, capsys):
    folder = save_folder(tmp_path / "model", small_model())
    given = ["evaluate-findings", "--model", str(folder), "--split", "train", "--limit", "6", "--resamples", "5"]
    given += ["--conditions", "clean,recorded", "--work", str(tmp_path / "work")]
    assert main(given) == 0
    result = json.loads((folder / "results.json").read_text())
    assert set(result["conditions"]) == {"clean", "recorded"} and result["records"] == 6
    assert set(result["conditions"]["clean"]) == {"picture"} and set(result["conditions"]["recorded"]) == {"signal"}
    assert {"prevalence", "age and sex"} <= set(result["controls"]) and result["occlusion"]["pages"] == 6
    assert len(list((tmp_path / "work").glob("*.npz"))) == 2
    assert main(given) == 0 and json.loads((folder / "results.json").read_text()) == result


def test_an_unknown_condition_is_refused(tmp_path):
    with pytest.raises(BadOption, match="underwater"):
        FindingsEvaluation(tmp_path, tmp_path, conditions=("underwater",))
