"""Nested subsets of whole patients: 7,000 records lie in 14,000, these in 21,671, with 80:10:10 within each.

Patients stand in an order that depends on the seed and their names only; each split gives its first patients, as many
as come nearest to its share. So a smaller subset is always part of a larger one, in every split.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecgscribe.data.split import SPLITS, share_of

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


@dataclass(frozen=True)
class Subset:
    """`patients` chosen by split; `records` they have by split; `asked` the size that was asked for."""

    patients: dict[str, frozenset[str]]
    records: dict[str, int]
    asked: int

    def told(self) -> str:
        """The figure in words."""
        parts = ", ".join(f"{split} {count}" for split, count in self.records.items())
        return f"{sum(self.records.values())} records of whole patients ({parts}); {self.asked} asked for"


def subset_of(records: Mapping[str, Mapping[str, int]], size: int, seed: int) -> Subset:
    """The subset of about `size` records from split -> patient -> records.

    A split that has too few records gives all; the others then give more, so that the size is met. The size is missed
    by the records of half a patient in each split at most, or because there are not so many.
    """
    targets = quotas({split: sum(records.get(split, {}).values()) for split in SPLITS}, size)
    patients, counts = {}, {}
    for split in SPLITS:
        chosen, count = _first(records.get(split, {}), targets[split], seed)
        patients[split], counts[split] = frozenset(chosen), count
    return Subset(patients, counts, size)


def quotas(available: Mapping[str, int], size: float) -> dict[str, float]:
    """Records each split shall give: its share of `size`, at most what it has, the rest from the others.

    Rises with `size` in every split.
    """
    given: dict[str, float] = {}
    open_splits = [split for split in SHARES if available.get(split, 0)]
    left = float(size)
    while open_splits:
        total = sum(SHARES[split] for split in open_splits)
        short = [split for split in open_splits if left * SHARES[split] / total >= available[split]]
        if not short:
            return {split: given.get(split, 0.0) for split in SHARES} | {
                split: left * SHARES[split] / total for split in open_splits
            }
        for split in short:
            given[split] = float(available[split])
            left -= available[split]
        open_splits = [split for split in open_splits if split not in short]
    return {split: given.get(split, 0.0) for split in SHARES}


def counted(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """split -> patient -> records, from the (split, patient) of each record."""
    found: dict[str, dict[str, int]] = {}
    for split, patient in pairs:
        own = found.setdefault(split, {})
        own[patient] = own.get(patient, 0) + 1
    return found


def subset_rows(data, size: int, seed: int):
    """The `datasets.DatasetDict` of a subset of about `size` records: all rows (pages, photos) of its patients.

    With the seed of the build, and no rows left out there, it holds the records of `build_dataset.py --subset`.
    """
    patients = {split: rows["patient_id"] for split, rows in data.items()}
    records = {(split, patient, ecg_id) for split, rows in data.items() for patient, ecg_id in zip(
        patients[split], rows["ecg_id"], strict=True)}  # fmt: skip
    subset = subset_of(counted((split, patient) for split, patient, _ in records), size, seed)
    return type(data)(
        {
            split: rows.select([k for k, name in enumerate(patients[split]) if name in subset.patients.get(split, ())])
            for split, rows in data.items()
        }
    )


def _first(patients: Mapping[str, int], target: float, seed: int) -> tuple[list[str], int]:
    """The first patients in the seed's order whose records together come nearest to `target`; ties take fewer."""
    order = sorted(patients, key=lambda name: (share_of(f"subset {name}", seed), name))
    total, best, length = 0, target, 0
    for k, name in enumerate(order, start=1):
        total += patients[name]
        if abs(total - target) < best:
            best, length = abs(total - target), k
        if total >= target:
            break
    chosen = order[:length]
    return chosen, sum(patients[name] for name in chosen)
