"""Splits: stable, 80:10:10, never through a patient, and files that are checked."""

from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.data.split import (
    SPLITS,
    assert_disjoint,
    read_split_file,
    shared_patients,
    split_of_fold,
    split_of_name,
    splits_of,
    splitter,
)


def row(ecg_id=1, patient_id="7", strat_fold=1):
    return SimpleNamespace(ecg_id=ecg_id, patient_id=patient_id, strat_fold=strat_fold, source="ptb-xl")


def test_known_patients_keep_their_split_for_ever():
    # written down on the first day: whoever changes the hash breaks every published split
    expected = ["train", "validation", "test", "train", "validation", "test"]
    assert [split_of_name(name, 42) for name in ("1", "2", "10", "26", "27", "28")] == expected


def test_shares_are_80_10_10():
    counts = Counter(split_of_name(str(k), 42) for k in range(20000))
    assert abs(counts["train"] / 20000 - 0.8) < 0.01
    assert abs(counts["validation"] / 20000 - 0.1) < 0.01
    assert abs(counts["test"] / 20000 - 0.1) < 0.01


def test_another_seed_gives_another_split():
    names = [str(k) for k in range(200)]
    assert [split_of_name(n, 1) for n in names] != [split_of_name(n, 2) for n in names]


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 15)), min_size=1), st.integers(0, 2**31))
def test_no_patient_is_ever_in_two_splits(records, seed):
    split_of = splitter("patient", seed)
    assert_disjoint((str(patient), split_of(row(ecg_id, str(patient)))) for ecg_id, patient in records)


def test_random_shares_patients_and_is_caught():
    split_of = splitter("random", 42)
    pairs = [("7", split_of(row(ecg_id))) for ecg_id in range(100)]
    assert shared_patients(pairs) == ["7"]
    with pytest.raises(BadOption, match="1 patients are in more than one split"):
        assert_disjoint(pairs)


def test_folds_are_those_of_ptb_xl():
    assert [split_of_fold(k) for k in range(1, 11)] == ["train"] * 8 + ["validation", "test"]
    for fold in (0, 11):
        with pytest.raises(BadOption):
            split_of_fold(fold)


def test_a_file_goes_before_the_folds(tmp_path):
    rows = [row(1), row(2)]
    assert splits_of(rows) == {one.ecg_id: split_of_fold(one.strat_fold) for one in rows}
    (tmp_path / "split.csv").write_text("ecg_id,split\n2,test\n3,valid\n")
    assert splits_of(rows, tmp_path / "split.csv") == {2: "test", 3: "validation"}


def test_an_unknown_kind_is_refused():
    with pytest.raises(BadOption, match="patient, folds, random"):
        splitter("stratified", 1)


def test_a_split_file_decides(tmp_path):
    path = tmp_path / "split.csv"
    path.write_text("ecg_id,patient_id,strat_fold,split\n1,7,1,train\n2,8,1,valid\n3,9,1,test\n4,7,1,dropped\n")
    split_of = splitter("patient", 42, path)
    assert [split_of(row(k)) for k in (1, 2, 3, 4, 5)] == [*SPLITS, "dropped", "not in the split file"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ecg_id,split\n1,holdout\n", "holdout"),
        ("id,split\n1,train\n", "cannot be read"),
        ("ecg_id,split\none,train\n", "cannot be read"),
        ("ecg_id,patient_id,split\n1,7,train\n2,7,test\n", "more than one split"),
    ],
)
def test_a_poor_split_file_is_refused(tmp_path, text, words):
    (tmp_path / "split.csv").write_text(text)
    with pytest.raises(BadOption, match=words):
        read_split_file(tmp_path / "split.csv")


def test_an_absent_split_file_is_refused(tmp_path):
    with pytest.raises(BadOption, match="cannot be read"):
        read_split_file(tmp_path / "none.csv")
