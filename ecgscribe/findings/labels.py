"""The labels that are assessed, and how PTB-XL's codes become targets and weights.

A code that is listed counts as present whatever its likelihood, as in the published benchmark (Strodthoff et al. 2020)
and in the Challenge 2024. The likelihood says how sure the annotator was: it weighs a diagnostic statement; 0 means
"unknown" and is what every statement of form and rhythm carries, so there it weighs nothing down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.text.statement_table import kinds
from ecgscribe.text.writing import written

SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
_SUPERCLASS_NAMES = {
    "NORM": "normal ECG",
    "MI": "myocardial infarction",
    "STTC": "ST or T change",
    "CD": "conduction disturbance",
    "HYP": "hypertrophy",
}
GROUPED = {"AFIB/AFL": ("AFIB", "AFLT"), "TACHY": ("STACH", "SVTAC", "PSVT")}
"""Labels of the Challenge 2024 that pool statements."""
_GROUPED_NAMES = {"AFIB/AFL": "atrial fibrillation or flutter", "TACHY": "tachycardia"}
CHALLENGE = {
    "NORM": ("superclass", "NORM"),
    "Old MI": ("superclass", "MI"),
    "STTC": ("superclass", "STTC"),
    "CD": ("superclass", "CD"),
    "HYP": ("superclass", "HYP"),
    "PAC": ("statement", "PAC"),
    "PVC": ("statement", "PVC"),
    "AFIB/AFL": ("challenge", "AFIB/AFL"),
    "TACHY": ("challenge", "TACHY"),
    "BRADY": ("statement", "SBRAD"),
}
"""Label of the Challenge 2024 -> (task, code) of the head that answers it. "Old MI" is a superclass MI that is not
acute; which infarcts are acute stands in the 12SL statements of PTB-XL+, which are not part of PTB-XL."""
NOT_ASSESSED = ("Acute MI",)
"""Labels of the Challenge 2024 without a head; every MI is therefore answered as "Old MI"."""


@dataclass(frozen=True)
class Label:
    """One head: `code`, `task` (superclass, challenge, statement), `name` in words, the `superclass` that a diagnostic
    statement belongs to ("" for others), `support` training records that carry it."""

    code: str
    task: str
    name: str
    superclass: str = ""
    support: int = 0

    def to_dict(self) -> dict:
        return asdict(self)


def name_of(code: str) -> str:
    """A statement in words, with the wall of the heart that its code means ("inferior infarct"); the code itself where
    the table does not know it."""
    kind = kinds().get(code)
    return written(" ".join((*kind.walls[:1], kind.words))) if kind else code


def label_from(fields: Mapping) -> Label:
    """A label of a model folder, a statement by the name that it has now: folders keep the names of their day, in
    which all infarcts were called "infarct"."""
    label = Label(**fields)
    return replace(label, name=name_of(label.code)) if label.task == "statement" and label.code in kinds() else label


def labels_of(
    records: Sequence[Mapping[str, float]], classes: Mapping[str, str], least: int
) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """(labels, statements without support) of training records.

    `records` SCP code -> likelihood; `classes` SCP code -> superclass, of the diagnostic codes. A statement gets a head
    from `least` records on; the others are named in the second answer. Raises `BadOption` when there are no records.
    """
    if not records:
        raise BadOption("There are no records to take labels from.", "Check the split file.")
    counts = Counter(code for codes in records for code in codes)
    supers = Counter(name for codes in records for name in {classes[c] for c in codes if c in classes})
    labels = [Label(code, "superclass", _SUPERCLASS_NAMES[code], "", supers[code]) for code in SUPERCLASSES]
    for code, parts in GROUPED.items():
        held = sum(any(part in codes for part in parts) for codes in records)
        labels.append(Label(code, "challenge", _GROUPED_NAMES[code], "", held))
    codes = sorted(set(counts) - {"NORM"})
    labels += [Label(c, "statement", name_of(c), classes.get(c, ""), counts[c]) for c in codes if counts[c] >= least]
    return tuple(labels), tuple(code for code in codes if counts[code] < least)


def targets(
    records: Sequence[Mapping[str, float]], labels: Sequence[Label], classes: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """(target, weight), each float32 (records, labels).

    A listed code is 1. Its weight is 0.5 + likelihood / 200 for a diagnostic statement (0.5 where it is unknown), of a
    superclass by the surest of its statements; 1 for form, rhythm, and everything that is not listed.
    """
    target = np.zeros((len(records), len(labels)), np.float32)
    weight = np.ones_like(target)
    for row, codes in enumerate(records):
        for column, label in enumerate(labels):
            held = [code for code in codes if _belongs(code, label, classes)]
            if held:
                target[row, column] = 1
                diagnostic = [codes[code] for code in held if code in classes]
                if diagnostic:
                    weight[row, column] = 0.5 + max(diagnostic) / 200
    return target, weight


def _belongs(code: str, label: Label, classes: Mapping[str, str]) -> bool:
    if label.task == "superclass":
        return classes.get(code) == label.code
    return code in GROUPED.get(label.code, ()) if label.task == "challenge" else code == label.code
