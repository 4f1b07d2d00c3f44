"""Records of other sources: what the labels that map give, and which do not map."""

from pathlib import Path

import numpy as np
import pytest
from findings_models import small_model

from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.evaluation.findings_outside import label_rows, outside_scores, outside_text, unmapped
from ecgscribe.findings.classifier import Classifier


@pytest.fixture(scope="module")
def classifier():
    return Classifier(small_model(), "test")


@pytest.fixture(scope="module")
def rows():
    return PtbXl("sample/ptb-xl", only_existing=True).rows[:60]


def test_scores_of_a_perfect_and_a_reversed_reader(classifier, rows):
    """Logits that are the truth give 1, turned ones 0; labels with too few records are only counted."""
    codes = [label.code for label in classifier.labels]
    k = codes.index("CD")
    truth = np.array(["CD" in row.superclasses for row in rows], float)
    for sign in (1.0, -1.0):
        logits = np.zeros((len(rows), len(codes)))
        logits[:, k] = sign * (12 * truth - 6)
        found = {row["code"]: row for row in label_rows(classifier, {"signal": logits}, rows)}
        assert found["CD"]["cases"] == truth.sum() and found["CD"]["auroc"] == pytest.approx((sign + 1) / 2)
        assert found["CD"]["low"] <= found["CD"]["auroc"] <= found["CD"]["high"]
    diagnosed = sum(bool(row.superclasses) for row in rows)
    assert all(row["records"] == (diagnosed if row["task"] == "superclass" else 60) for row in found.values())
    assert all(
        (row["auroc"] is None) == (min(row["cases"], row["records"] - row["cases"]) < 5) for row in found.values()
    )


def test_what_no_head_answers_is_named(classifier, rows):
    counts = unmapped(rows, classifier)
    heads = {label.code for label in classifier.labels}
    assert counts and not heads & set(counts)
    assert all(count == sum(code in row.scp_codes for row in rows) for code, count in counts.items())


def test_a_folder_of_wfdb_records_is_scored_and_told(classifier, tmp_path):
    source = tmp_path / "elsewhere"
    source.mkdir()
    for path in sorted(Path("sample/ptb-xl").rglob("*_lr.hea"))[:2]:
        for part in (path, path.with_suffix(".dat")):
            (source / part.name).write_bytes(part.read_bytes())
        text = (source / path.name).read_text() + "#Dx: 164889003,59118001,365413008\n"
        (source / path.name).write_text(text)
    held = outside_scores([source], classifier, tmp_path / "work", ["recorded"], log=lambda *_, **__: None)["elsewhere"]
    assert held["records"] == 2 and held["unmapped"]
    codes = {row["code"]: row["cases"] for row in held["conditions"]["recorded"]}
    assert codes["CD"] == 2
    text = outside_text({"elsewhere": held})
    assert "elsewhere, 2 records, recorded:" in text and "too few" in text and "no head here answers" in text
