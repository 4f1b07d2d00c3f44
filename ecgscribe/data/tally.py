"""What a card counts in the rows of a plan, gathered in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from ecgscribe.data.plan import Plan, PlannedRow
from ecgscribe.data.row import PAGES


@dataclass
class SplitTally:
    """Of one config and split: `rows`, the `patients` and distinct `captions` and `structured` (eight bytes each)."""

    rows: int = 0
    patients: set[bytes] = field(default_factory=set)
    captions: set[bytes] = field(default_factory=set)
    structured: set[bytes] = field(default_factory=set)


@dataclass
class Tally:
    """`splits` (config, split) -> counts; of the pages: `classes`, `languages`, `words` (per caption, words -> rows),
    `statements` code -> rows that say it is there, `sources` source -> rows, `human` validated by one; `example` the
    first page."""

    splits: dict[tuple[str, str], SplitTally] = field(default_factory=dict)
    classes: Counter = field(default_factory=Counter)
    languages: Counter = field(default_factory=Counter)
    words: Counter = field(default_factory=Counter)
    statements: Counter = field(default_factory=Counter)
    sources: Counter = field(default_factory=Counter)
    human: int = 0
    unsaid: int = 0
    example: PlannedRow | None = None

    @property
    def pages(self) -> int:
        """Rows of the config pages."""
        return sum(split.rows for (config, _), split in self.splits.items() if config == PAGES)

    def add(self, split: str, row: PlannedRow) -> None:
        """Counts one row."""
        own = self.splits.setdefault((row.config, split), SplitTally())
        own.rows += 1
        own.patients.add(_mark(row.source.patient_id))
        own.captions.add(_mark(row.caption))
        own.structured.add(_mark(row.structured))
        if row.config != PAGES:
            return
        self.example = self.example or row
        self.classes.update(row.source.superclasses or ("none",))
        self.languages[row.language] += 1
        self.words[len(row.caption.split())] += 1
        self.statements.update({statement.code for statement in row.statements if statement.present})
        self.sources[row.source.source] += 1
        self.human += row.source.validated_by_human
        self.unsaid += not row.structured


def tally(plan: Plan, gone: Iterable[int]) -> Tally:
    """The counts of the plan without the records in `gone`."""
    found, gone = Tally(), set(gone)
    for split, row in plan.all():
        if row.source.ecg_id not in gone:
            found.add(split, row)
    return found


def median_of(counts: Counter) -> float:
    """The median of numbers given as number -> how often."""
    total, seen, lower = sum(counts.values()), 0, None
    for value in sorted(counts):
        seen += counts[value]
        if lower is None and 2 * seen >= total:
            lower = value
        if 2 * seen > total:
            return (lower + value) / 2
    return float(lower or 0)


def _mark(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()
