"""Which split a record belongs to: by patient (default), by PTB-XL's folds, by a file, or at random."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from ecgscribe.core.errors import BadOption

SPLITS = ("train", "validation", "test")
DROPPED = "dropped"
KINDS = ("patient", "folds", "random")
NOT_LISTED = "not in the split file"
_SHARES = (0.8, 0.9)  # train below the first, validation below the second, test above
_NAMES = {"valid": "validation", "val": "validation", "dev": "validation"}


def share_of(name: str, seed: int) -> float:
    """A number in [0, 1) that depends on the name and the seed only: the same on every machine and in any order."""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def split_of_name(name: str, seed: int) -> str:
    """80:10:10 by name; a patient's split never depends on the other patients."""
    share = share_of(name, seed)
    return SPLITS[sum(share >= limit for limit in _SHARES)]


def split_of_fold(strat_fold: int) -> str:
    """PTB-XL's recommended folds: 1 to 8 train, 9 validation, 10 test. Raises `BadOption` for another fold."""
    if not 1 <= strat_fold <= 10:
        raise BadOption(f"PTB-XL has no fold {strat_fold}.", "Folds are 1 to 10.")
    return "train" if strat_fold <= 8 else SPLITS[strat_fold - 8]


def read_split_file(path: str | Path) -> dict[int, str]:
    """ecg_id -> train, validation, test or dropped, from a csv with the columns ecg_id and split.

    Raises `BadOption` when it cannot be read, names another split or (with a patient_id column) divides a patient.
    """
    path = Path(path)
    splits: dict[int, str] = {}
    patients: list[tuple[str, str]] = []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                split = _NAMES.get(line["split"], line["split"])
                if split not in (*SPLITS, DROPPED):
                    raise BadOption(f"{path} names the split {split!r}.", f"Known: {', '.join((*SPLITS, DROPPED))}.")
                splits[int(line["ecg_id"])] = split
                if line.get("patient_id") and split != DROPPED:
                    patients.append((line["patient_id"], split))
    except (OSError, KeyError, ValueError, UnicodeDecodeError) as error:
        raise BadOption(f"The split file {path} cannot be read ({error}).", "It needs ecg_id and split.") from error
    assert_disjoint(patients)
    return splits


def splits_of(rows: Iterable, file: str | Path | None = None) -> dict[int, str]:
    """ecg_id -> split of PTB-XL's records: as the split file says, without one by the folds of `rows`.

    A row needs `ecg_id` and `strat_fold`. Raises `BadOption` for a poor file or an unknown fold.
    """
    return read_split_file(file) if file else {row.ecg_id: split_of_fold(row.strat_fold) for row in rows}


def splitter(kind: str, seed: int, file: str | Path | None = None) -> Callable[[object], str]:
    """row -> split name, or the reason for which the row belongs to none.

    A split file decides about PTB-XL's rows; those of other sources that it does not list are split by patient. A row
    needs `ecg_id`, `patient_id`, `strat_fold`. Raises `BadOption` for an unknown kind or a poor file.
    """
    if file is not None:
        listed = read_split_file(file)
        return lambda row: listed.get(row.ecg_id) or _not_listed(row, seed)
    if kind == "patient":
        return lambda row: split_of_name(row.patient_id, seed)
    if kind == "folds":
        return lambda row: split_of_fold(row.strat_fold)
    if kind == "random":
        return lambda row: split_of_name(f"record {row.ecg_id}", seed)
    raise BadOption(f"There is no split {kind!r}.", f"Known: {', '.join(KINDS)}.")


def _not_listed(row, seed: int) -> str:
    return NOT_LISTED if row.source in ("ptb-xl", "simulated") else split_of_name(row.patient_id, seed)


def shared_patients(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """The patients that occur in more than one split; `pairs` are (patient_id, split)."""
    first: dict[str, str] = {}
    shared = set()
    for patient, split in pairs:
        if first.setdefault(patient, split) != split:
            shared.add(patient)
    return sorted(shared)


def assert_disjoint(pairs: Iterable[tuple[str, str]]) -> None:
    """Raises `BadOption` when a patient is in two splits."""
    shared = shared_patients(pairs)
    if shared:
        some = ", ".join(shared[:5]) + (", ..." if len(shared) > 5 else "")
        raise BadOption(
            f"{len(shared)} patients are in more than one split ({some}): a test on them would flatter the model.",
            "Split by patient; only to reproduce published figures may patients be shared.",
        )
