"""PTB-XL's codes as targets: every listed code counts, the likelihood weighs, groups pool."""

import numpy as np
import pytest

from ecgscribe.core.errors import BadOption
from ecgscribe.findings.labels import (
    CHALLENGE,
    NOT_ASSESSED,
    SUPERCLASSES,
    Label,
    label_from,
    labels_of,
    name_of,
    targets,
)
from ecgscribe.text.statement_table import kinds

CLASSES = {"NORM": "NORM", "IMI": "MI", "CLBBB": "CD"}
RECORDS = [{"NORM": 80.0, "SR": 0.0}, {"IMI": 0.0, "AFLT": 0.0}, {"CLBBB": 100.0, "IMI": 35.0, "PSVT": 0.0}]


def test_superclasses_come_first_then_groups_then_statements_with_support():
    labels, rare = labels_of(RECORDS, CLASSES, 2)
    assert [label.code for label in labels] == [*SUPERCLASSES, "AFIB/AFL", "TACHY", "IMI"]
    assert rare == ("AFLT", "CLBBB", "PSVT", "SR")
    by_code = {label.code: label for label in labels}
    assert (by_code["MI"].support, by_code["IMI"].superclass, by_code["TACHY"].support) == (2, "MI", 1)


def test_a_listed_code_counts_whatever_its_likelihood_and_the_likelihood_weighs():
    labels, _ = labels_of(RECORDS, CLASSES, 1)
    place = {label.code: k for k, label in enumerate(labels)}
    target, weight = targets(RECORDS, labels, CLASSES)
    assert target[1, place["IMI"]] == target[1, place["MI"]] == 1 and weight[1, place["IMI"]] == 0.5
    assert weight[2, place["MI"]] == pytest.approx(0.675) and weight[2, place["CD"]] == 1
    assert target[1, place["AFIB/AFL"]] == target[2, place["TACHY"]] == 1
    assert weight[0, place["SR"]] == 1, "0 of a rhythm statement is unknown, not doubtful"
    assert (weight[target == 0] == 1).all() and target[0, place["MI"]] == 0


def test_ten_of_the_challenges_eleven_labels_have_a_head():
    labels, _ = labels_of([{"PAC": 0, "PVC": 0, "SBRAD": 0}], CLASSES, 1)
    heads = {(label.task, label.code) for label in labels}
    assert len(CHALLENGE) + len(NOT_ASSESSED) == 11 and set(CHALLENGE.values()) <= heads


def test_no_records_are_refused():
    with pytest.raises(BadOption, match="no records"):
        labels_of([], CLASSES, 1)
    assert np.isfinite(targets(RECORDS, labels_of(RECORDS, CLASSES, 1)[0], CLASSES)[1]).all()


def test_names_tell_the_wall_and_old_folders_get_them():
    assert name_of("IMI") == "inferior infarct" and name_of("ASMI") == "anteroseptal infarct"
    assert name_of("STD_") == "ST depression" and name_of("1AVB") == "first-degree AV block"
    old = Label("ILMI", "statement", "infarct", "MI", 7)
    assert label_from(old.to_dict()) == Label("ILMI", "statement", "inferolateral infarct", "MI", 7)
    group = Label("MI", "superclass", "myocardial infarction")
    assert label_from(group.to_dict()) == group


def test_no_two_assessed_statements_share_a_name():
    names = [name_of(code) for code in kinds() if not code.startswith(("ISC", "INJ")) and kinds()[code].walls]
    assert len(set(names)) == len(names)
