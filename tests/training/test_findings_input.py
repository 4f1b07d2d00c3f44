"""Folders and split files that findings cannot be trained on are refused with what was expected."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ecgscribe.core.errors import BadOption
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.training import findings_run
from ecgscribe.training.findings_data import FindingsData, known_classes
from ecgscribe.training.findings_export import checkpoint_of, export_findings
from ecgscribe.training.findings_run import FindingsRun, load

SAMPLE = Path("sample/ptb-xl")


def split_file(path: Path, rows) -> Path:
    path.write_text("ecg_id,split\n" + "".join(f"{number},{name}\n" for number, name in rows))
    return path


def test_a_patient_in_two_splits_is_refused(tmp_path, monkeypatch):
    source = PtbXl(SAMPLE, only_existing=True)
    source.rows = [replace(row, patient_id="one") if k < 2 else row for k, row in enumerate(source.rows)]
    monkeypatch.setattr(findings_run, "PtbXl", lambda *_, **__: source)
    names = ["train", "validation"] * len(source.rows)
    path = split_file(tmp_path / "split.csv", [(row.ecg_id, names[k]) for k, row in enumerate(source.rows)])
    with pytest.raises(BadOption, match=r"more than one split \(one\)"):
        load(FindingsRun(SAMPLE, tmp_path / "m", tmp_path / "w", path))


def test_a_split_without_validation_records_is_refused(tmp_path):
    rows = PtbXl(SAMPLE, only_existing=True).rows[:4]
    path = split_file(tmp_path / "split.csv", [(row.ecg_id, "train") for row in rows])
    with pytest.raises(BadOption, match="'validation'"):
        load(FindingsRun(SAMPLE, tmp_path / "m", tmp_path / "w", path))


@pytest.mark.parametrize(("old", "new", "told"), [("CD", "BLOCK", "BLOCK"), ("HYP", "MI", "HYP")])
def test_other_diagnostic_classes_are_refused(tmp_path, old, new, told):
    table = tmp_path / "scp_statements.csv"
    shutil.copy(SAMPLE / table.name, table)
    with table.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["diagnostic_class"] = new if row["diagnostic_class"] == old else row["diagnostic_class"]
    with table.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(BadOption, match=told) as caught:
        known_classes(tmp_path)
    assert "NORM, MI, STTC, CD, HYP" in caught.value.hint
    assert set(known_classes(SAMPLE).values()) == {"NORM", "MI", "STTC", "CD", "HYP"}


def test_nets_of_different_labels_are_not_exported_together(tmp_path):
    for view, labels in (("picture", ["NORM"]), ("signal", ["NORM", "MI"])):
        path = checkpoint_of(tmp_path, view)
        path.parent.mkdir()
        torch.save({"labels": [{"code": code} for code in labels]}, path)
    nothing = FindingsData(None, (), {})
    with pytest.raises(BadOption, match="different labels"):
        export_findings(tmp_path, nothing, tmp_path / "model", ())
    with pytest.raises(BadOption, match="no checkpoint"):
        export_findings(tmp_path / "empty", nothing, tmp_path / "model", ())


def test_nets_trained_before_a_label_was_renamed_are_the_same_labels(tmp_path):
    for view, name in (("picture", "infarct"), ("signal", "anterior infarct")):
        path = checkpoint_of(tmp_path, view)
        path.parent.mkdir()
        torch.save({"labels": [{"code": "AMI", "name": name}]}, path)
    with pytest.raises(TypeError) as caught:  # of the label, which lacks the rest: the check before it has passed
        export_findings(tmp_path, FindingsData(None, (), {}), tmp_path / "model", ())
    assert "Label" in str(caught.value)
