"""What is missing and what is double in a PTB-XL folder.

Version 1.0.3 has 38 records less than 1.0.1 (`REMOVED`). Source: the two versions' lists of ids compared, PhysioNet,
https://physionet.org/content/ptb-xl/1.0.1/ and 1.0.3/.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from ecgscribe.core.errors import BadRecord
from ecgscribe.data.ptbxl import PtbXl

REMOVED = (
    137, 139, 140, 141, 142, 143, 145, 456, 458, 459, 461, 462, 2506, 2511, 3795, 3798, 3800, 3801, 3832, 5817, 7777,
    7779, 7782, 9821, 9825, 9888, 11810, 11814, 11815, 11817, 11838, 13791, 13793, 13796, 13797, 13799, 15742, 18150,
)  # fmt: skip
"""ecg_id of the records that 1.0.1 has and 1.0.3 has not."""
SIZES = {"1.0.1": 21_837, "1.0.3": 21_799}
"""Version -> records."""
PUBLISHED = 21_671
"""Records of the set of pictures on Kaggle that published captioning studies used; its ids are not known here."""


@dataclass(frozen=True)
class Audit:
    """`rows` and `patients` of the table; `version` it looks like, or "a part" or "neither"; `removed` ids of `REMOVED`
    that it has; `absent` rows without a file; `bad` code -> records; `same_signal` groups of ids with the same samples,
    each with whether they are of one patient; `empty_reports`, and `distinct_reports` of all."""

    rows: int
    patients: int
    version: str
    removed: tuple[int, ...]
    absent: int
    read: int
    bad: dict[str, int]
    same_signal: tuple[tuple[tuple[int, ...], bool], ...]
    empty_reports: int
    distinct_reports: int

    def to_dict(self) -> dict:
        """Plain JSON values."""
        groups = [{"ecg_ids": list(ids), "one_patient": one} for ids, one in self.same_signal]
        return asdict(self) | {"removed": list(self.removed), "same_signal": groups}

    def lines(self) -> list[str]:
        """What is told on the screen."""
        told = [
            f"{self.rows} rows of {self.patients} patients; PTB-XL version: {self.version}"
            f" (1.0.1 has {SIZES['1.0.1']}, 1.0.3 has {SIZES['1.0.3']}, the published picture set {PUBLISHED})",
            f"of the {len(REMOVED)} ids that 1.0.3 no longer has: {len(self.removed)} here"
            + (f" ({', '.join(map(str, self.removed))})" if self.removed else ""),
            f"records without a file: {self.absent}; read: {self.read}; bad: {sum(self.bad.values())}",
            *(f"  {code}: {count}" for code, count in sorted(self.bad.items())),
            f"reports: {self.distinct_reports} distinct, {self.empty_reports} empty",
            f"same signal under several ids: {len(self.same_signal)} groups",
        ]
        for ids, one in self.same_signal:
            told.append(f"  {' = '.join(map(str, ids))} ({'one patient' if one else 'different patients'})")
        return told


def audit(source: PtbXl, progress: Callable[[int, int], None] = lambda done, total: None) -> Audit:
    """Reads every signal that is there. `progress` is told the records done and how many there are."""
    there = [row for row in source.rows if source.header(row).is_file()]
    by_signal: dict[bytes, list] = {}
    bad: Counter[str] = Counter()
    for done, row in enumerate(there, start=1):
        try:
            signal = np.ascontiguousarray(source.ecg(row).signal_mv)
            by_signal.setdefault(hashlib.sha256(signal.tobytes()).digest()[:16], []).append(row)
        except BadRecord as error:
            bad[error.code] += 1
        progress(done, len(there))
    groups = [rows for rows in by_signal.values() if len(rows) > 1]
    ids = {row.ecg_id for row in source.rows}
    return Audit(
        rows=len(source),
        patients=len({row.patient_id for row in source.rows}),
        version=_version(ids),
        removed=tuple(sorted(ids.intersection(REMOVED))),
        absent=len(source) - len(there),
        read=len(there) - sum(bad.values()),
        bad=dict(bad),
        same_signal=tuple(
            (tuple(row.ecg_id for row in rows), len({row.patient_id for row in rows}) == 1) for rows in groups
        ),
        empty_reports=sum(not row.report.strip() for row in source.rows),
        distinct_reports=len({row.report for row in source.rows}),
    )


def _version(ids: set[int]) -> str:
    held = len(ids.intersection(REMOVED))
    if len(ids) == SIZES["1.0.1"] and held == len(REMOVED):
        return "1.0.1"
    if len(ids) == SIZES["1.0.3"] and not held:
        return "1.0.3"
    return "a part, or another data set in this layout" if len(ids) < SIZES["1.0.3"] else "neither 1.0.1 nor 1.0.3"
