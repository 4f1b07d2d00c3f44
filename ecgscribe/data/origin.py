"""Where the rows and signals of a build come from: PTB-XL, simulated records, WFDB folders, supplement files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.data.packed import Packed
from ecgscribe.data.pictures import Found, Invented, Recorded, Records
from ecgscribe.data.processes import workers_named
from ecgscribe.data.ptbxl import PtbXl, PtbXlRow
from ecgscribe.data.simulated_source import simulated_rows
from ecgscribe.data.supplement import supplemented
from ecgscribe.data.wfdb_source import WfdbFolder, WfdbRecords
from ecgscribe.text.snomed import concept_name

if TYPE_CHECKING:
    from ecgscribe.data.build import BuildOptions

Say = Callable[[str], None]


@dataclass(frozen=True)
class Several:
    """Signals of several sources: `by_source` (name, records), told apart by the row's `source`."""

    by_source: tuple[tuple[str, Records], ...]

    def ecg(self, row: PtbXlRow) -> tuple[Ecg, dict | None]:
        """Raises `BadRecord` when the record cannot be used."""
        return dict(self.by_source)[row.source].ecg(row)


@dataclass
class Origin:
    """`rows`; how many are `absent`; `rate_hz` of the first source (None: as each record is); `records`, what worker
    processes need; `unmapped` SNOMED CT code -> records that carry it without a statement here."""

    rows: Packed[PtbXlRow] = field(default_factory=Packed)
    absent: int = 0
    rate_hz: float | None = None
    by_source: dict[str, Records] = field(default_factory=dict)
    unmapped: Counter = field(default_factory=Counter)

    @property
    def records(self) -> Records:
        """Of all rows."""
        return Several(tuple(self.by_source.items()))

    def add(self, rows: Iterable[PtbXlRow], records: Records) -> None:
        """Rows of further sources; the names of sources must be new."""
        new = set()
        for row in rows:
            new.add(row.source)
            self.rows.append(row)
        for name in sorted(new):
            if name in self.by_source:
                raise BadOption(f"The source {name} is given twice.", "Give the folder above both, or rename one.")
            self.by_source[name] = records


def origin_of(options: BuildOptions, say: Say) -> Origin:
    """All rows that the options ask for. Raises `BadOption` for a folder or file that cannot be used."""
    origin = Origin()
    if options.simulated:
        _simulated(options, origin, say)
    elif options.ptbxl is not None:
        _ptbxl(options, origin)
    for folder in options.wfdb:
        source = WfdbFolder(folder)
        origin.add(source.rows, source.records)
        origin.unmapped.update(source.unmapped)
        say(f"{len(source)} WFDB records in {folder}")
    for code, count in origin.unmapped.most_common():
        say(f"SNOMED CT {code} ({concept_name(code)}) has no statement here: {count} records")
    for path in options.supplements:
        before = len(origin.rows)
        result = supplemented(origin.rows, path)
        origin.rows = Packed(result.rows[:before])
        origin.add(result.rows[before:], WfdbRecords(path.parent))
        say(f"{path}: {result.changed} rows changed, {result.added} added")
    if not origin.rows and not origin.absent:
        raise BadOption("There is no record to build from.", "Give --ptbxl, --wfdb, --simulated or a --supplement.")
    return origin


def _simulated(options: BuildOptions, origin: Origin, say: Say) -> None:
    origin.rate_hz = options.rate_hz or 500
    say(f"Simulating {options.simulated} records")
    workers = workers_named(options.engine, options.processes, options.ray_address)
    rows = simulated_rows(
        options.simulated, options.seed, lambda k: k % 1000 or say(f"{k} of {options.simulated} records"), workers
    )
    origin.add(rows, Invented(options.seed, int(origin.rate_hz)))


def _ptbxl(options: BuildOptions, origin: Origin) -> None:
    rate_hz = options.rate_hz or (500 if options.download else None)
    by_record = options.only_existing and options.images is None and not options.download
    source = PtbXl(options.ptbxl, rate_hz, only_existing=by_record)
    rows, origin.absent, origin.rate_hz = source.rows, source.absent, source.rate_hz
    if options.images is not None and options.only_existing:
        found = Found(options.images)
        rows = [row for row in rows if found.path(row) is not None]
        origin.absent = len(source) - len(rows)
    origin.add(rows, Recorded(options.ptbxl, source.rate_hz))
