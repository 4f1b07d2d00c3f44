"""What will be built, before anything is drawn: which rows, which caption, which split; and what is left out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ecgscribe.core.report import Statement
from ecgscribe.data.packed import Packed
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.row import PAGES, PHOTOS, SIGNALS
from ecgscribe.data.split import DROPPED, SPLITS, assert_disjoint
from ecgscribe.data.subset import Subset, counted, subset_of
from ecgscribe.data.wording import Wording, Wordings
from ecgscribe.text.translate import Translator


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row to be built: the source's row, its caption in normal form and the language of its report.

    `variant` 0 is the page itself, 1 and more are distorted pages of the same record. `structured` is the canonical
    sentence of the `statements`; `config` says to which part of the data set the row belongs.
    """

    source: PtbXlRow
    caption: str
    language: str
    variant: int = 0
    structured: str = ""
    statements: tuple[Statement, ...] = ()
    config: str = PAGES


@dataclass
class Plan:
    """Rows by split in the source's order, and why the others are not there.

    `dropped` reason -> count; `unknown` words that the translator left as they were -> count;
    `cut` reports that end at the field limit of the source; `subset` the subset that was chosen, if any.
    """

    rows: dict[str, Packed[PlannedRow]] = field(default_factory=lambda: {split: Packed() for split in SPLITS})
    dropped: Counter = field(default_factory=Counter)
    unknown: Counter = field(default_factory=Counter)
    cut: int = 0
    subset: Subset | None = None

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
            told = (split, row.source, row.caption, row.language, row.structured, row.config, row.variant)
            total.update(("\t".join(map(str, told)) + "\n").encode())
        return total.hexdigest()[:16]


def make_plan(
    rows: Iterable[PtbXlRow],
    split_of: Callable[[PtbXlRow], str],
    translator: Translator,
    limit: int | None = None,
    shared_patients: bool = False,
    variants: int = 0,
    subset: int | None = None,
    seed: int = 42,
    signals: bool = False,
) -> Plan:
    """The plan of the first `limit` usable records, or of a `subset` of about so many (by `seed`).

    Each record has its page, its `variants` and with `signals` its signal. A row is dropped when nothing can be said
    of its record or it belongs to no split. Raises `BadOption` when a patient would be in two splits, unless
    `shared_patients` says that this is wanted.
    """
    plan, wordings = Plan(), Wordings(translator)
    usable: Packed[tuple[str, PtbXlRow, Wording]] = Packed()
    for row in rows:
        if limit is not None and len(usable) >= limit:
            break
        split = split_of(row)
        if split not in SPLITS:
            plan.dropped["dropped by the split file" if split == DROPPED else split] += 1
            continue
        wording = wordings.of(row)
        if wording.dropped:
            plan.cut += wording.cut
            plan.dropped[f"report: {wording.dropped}"] += 1
            continue
        usable.append((split, row, wording))
    if subset is not None:
        usable = _chosen(plan, usable, subset, seed)
    for split, row, wording in usable:
        plan.cut += wording.cut
        plan.unknown.update(wording.unknown)
        plan.rows[split] += _rows_of(row, wording, variants, signals)
    if not shared_patients:
        assert_disjoint((row.patient_id, split) for split, row, _ in usable)
    return plan


def _chosen(plan: Plan, usable: Packed[tuple[str, PtbXlRow, Wording]], size: int, seed: int):
    """The usable rows of the subset; the plan is told which it is."""
    plan.subset = subset_of(counted((split, row.patient_id) for split, row, _ in usable), size, seed)
    kept = Packed(entry for entry in usable if entry[1].patient_id in plan.subset.patients[entry[0]])
    if len(kept) < len(usable):
        plan.dropped[f"not in the subset of {size}"] = len(usable) - len(kept)
    return kept


def _rows_of(row: PtbXlRow, wording: Wording, variants: int, signals: bool) -> list[PlannedRow]:
    def planned(variant: int, config: str) -> PlannedRow:
        return PlannedRow(
            row, wording.caption, wording.language, variant, wording.structured, wording.statements, config
        )

    rows = [planned(0, PAGES)] + [planned(variant, PHOTOS) for variant in range(1, 1 + variants)]
    return rows + ([planned(0, SIGNALS)] if signals else [])
