"""Subsets: whole patients, nested, as near to the size as patients allow."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.data.split import SPLITS, split_of_name
from ecgscribe.data.subset import SHARES, counted, quotas, subset_of

PATIENTS = st.dictionaries(st.integers(0, 9999).map(str), st.integers(1, 6), min_size=1, max_size=120)


def by_split(patients):
    return counted((split_of_name(name, 1), name) for name, count in patients.items() for _ in range(count))


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.integers(1, 400), st.integers(1, 400), st.integers(0, 3))
def test_a_smaller_subset_lies_in_a_larger_one_and_patients_stay_whole(patients, one, two, seed):
    records = by_split(patients)
    small, large = (subset_of(records, size, seed) for size in sorted((one, two)))
    for split in SPLITS:
        assert small.patients[split] <= large.patients[split] <= set(records.get(split, {}))
        assert small.records[split] == sum(records[split][name] for name in small.patients[split])
    assert small == subset_of(records, min(one, two), seed)


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.integers(1, 500))
def test_the_size_is_missed_by_half_a_patient_a_split_at_most(patients, size):
    records = by_split(patients)
    available = {split: sum(records.get(split, {}).values()) for split in SPLITS}
    chosen = subset_of(records, size, 0)
    targets = quotas(available, size)
    for split in SPLITS:
        assert abs(chosen.records[split] - targets[split]) <= max(records.get(split, {"": 0}).values()) / 2
    assert abs(sum(targets.values()) - min(size, sum(available.values()))) < 1e-6


def test_eighty_ten_ten_and_what_one_split_lacks_comes_from_the_others():
    assert quotas({"train": 900, "validation": 200, "test": 200}, 500) == {
        split: share * 500 for split, share in SHARES.items()
    }
    short = quotas({"train": 900, "validation": 20, "test": 200}, 500)
    assert short["validation"] == 20 and abs(sum(short.values()) - 500) < 1e-9
    assert abs(short["train"] / short["test"] - 8) < 1e-9
    assert quotas({}, 10) == {"train": 0, "validation": 0, "test": 0}


def test_another_seed_chooses_other_patients():
    records = {"train": {str(k): 1 for k in range(100)}}
    one, two = (subset_of(records, 40, seed).patients["train"] for seed in (1, 2))
    assert len(one) == len(two) == 40 and one != two
