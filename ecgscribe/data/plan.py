"""What will be built, before anything is drawn: which rows, which caption, which split; and what is left out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.split import DROPPED, SPLITS, assert_disjoint
from ecgscribe.text.caption import caption_of
from ecgscribe.text.translate import Translator


@dataclass(frozen=True)
class PlannedRow:
    """One row to be built: the source's row, its caption in normal form and the language of its report.

    `variant` 0 is the page itself, 1 and more are distorted pages of the same record.
    """

    source: PtbXlRow
    caption: str
    language: str
    variant: int = 0


@dataclass
class Plan:
    """Rows by split in the source's order, and why the others are not there.

    `dropped` reason -> count; `unknown` words that the translator left as they were -> count;
    `cut` reports that end at the field limit of the source.
    """

    rows: dict[str, list[PlannedRow]] = field(default_factory=lambda: {split: [] for split in SPLITS})
    dropped: Counter = field(default_factory=Counter)
    unknown: Counter = field(default_factory=Counter)
    cut: int = 0

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    def all(self) -> Iterable[tuple[str, PlannedRow]]:
        """(split, row) of every row, train first."""
        for split, rows in self.rows.items():
            for row in rows:
                yield split, row

    @property
    def digest(self) -> str:
        """Names the plan: changes with any row, caption or split."""
        total = hashlib.sha256()
        for split, row in self.all():
            total.update(f"{split}\t{row.source}\t{row.caption}\t{row.language}\t{row.variant}\n".encode())
        return total.hexdigest()[:16]


def make_plan(
    rows: Iterable[PtbXlRow],
    split_of: Callable[[PtbXlRow], str],
    translator: Translator,
    limit: int | None = None,
    shared_patients: bool = False,
    variants: int = 0,
) -> Plan:
    """The plan of the first `limit` usable records, each followed by its `variants`.

    A row is dropped when its report gives no caption or it belongs to no split. Raises `BadOption` when a
    patient would be in two splits, unless `shared_patients` says that this is wanted.
    """
    plan, captions = Plan(), {}
    for row in rows:
        if limit is not None and len(plan) >= limit * (1 + variants):
            break
        split = split_of(row)
        if split not in SPLITS:
            plan.dropped["dropped by the split file" if split == DROPPED else split] += 1
            continue
        if row.report not in captions:
            captions[row.report] = caption_of(row.report, translator)
        caption = captions[row.report]
        plan.cut += caption.cut
        if caption.dropped:
            plan.dropped[f"report: {caption.dropped}"] += 1
            continue
        plan.unknown.update(caption.unknown)
        for variant in range(1 + variants):
            plan.rows[split].append(PlannedRow(row, caption.text, caption.language, variant))
    if not shared_patients:
        assert_disjoint((row.source.patient_id, split) for split, row in plan.all())
    return plan
