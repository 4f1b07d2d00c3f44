"""A law: whatever the nets say, superclass and statements never contradict each other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecgscribe.findings.consistency import agreeing, agreeing_thresholds, agreeing_verdicts, wholes
from ecgscribe.findings.labels import labels_of

RECORDS = [
    {"NORM": 100.0, "SR": 0.0, "AFIB": 0.0},
    {"IMI": 50.0, "CLBBB": 100.0},
    {"NDT": 0.0, "LVH": 35.0, "STACH": 0.0},
]
LABELS, _ = labels_of(RECORDS, {"NORM": "NORM", "IMI": "MI", "CLBBB": "CD", "NDT": "STTC", "LVH": "HYP"}, 1)
ROWS = arrays(float, (6, len(LABELS)), elements=st.floats(0.0001, 0.9999))
LIMITS = arrays(float, (len(LABELS),), elements=st.floats(0.05, 0.7))
ORDER = {"absent": 0, "uncertain": 1, "present": 2}


@given(ROWS, LIMITS, st.floats(0.5, 0.9))
def test_a_part_is_never_surer_than_its_whole(rows, limits, least):
    probability, thresholds = agreeing(LABELS, rows), agreeing_thresholds(LABELS, limits)
    said = agreeing_verdicts(LABELS, probability, thresholds, least)
    pairs = wholes(LABELS)
    assert {(LABELS[a].code, LABELS[b].code) for a, b in pairs} == {
        ("IMI", "MI"), ("CLBBB", "CD"), ("NDT", "STTC"), ("LVH", "HYP"), ("AFIB", "AFIB/AFL"), ("STACH", "TACHY")
    }  # fmt: skip
    for part, whole in pairs:
        assert (probability[:, part] <= probability[:, whole]).all()
        for a, b in zip(said[:, part], said[:, whole], strict=True):
            assert ORDER[a] <= ORDER[b]


@given(ROWS, LIMITS)
def test_norm_is_never_present_beside_an_abnormal_class(rows, limits):
    probability = agreeing(LABELS, rows)
    said = agreeing_verdicts(LABELS, probability, agreeing_thresholds(LABELS, limits))
    place = {label.code: k for k, label in enumerate(LABELS)}
    other = [place[code] for code in ("MI", "STTC", "CD", "HYP", "AFIB/AFL")]
    normal = said[:, place["NORM"]] == "present"
    assert (said[normal][:, other] == "absent").all()
    assert (probability[:, place["NORM"]] == rows[:, place["NORM"]]).all()


@given(ROWS)
def test_agreeing_twice_changes_nothing(rows):
    once = agreeing(LABELS, rows)
    np.testing.assert_allclose(agreeing(LABELS, once), once)
