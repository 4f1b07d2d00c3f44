"""One parquet shard of rows: pictures in order, from one or several processes, with flat memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from ecgscribe.core.errors import BadRecord
from ecgscribe.data.pictures import RowPicture
from ecgscribe.data.plan import PlannedRow
from ecgscribe.data.processes import Workers
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.row import PAGES, SIGNALS, Row, features, leaves
from ecgscribe.data.signal_rows import RowSignal, signal_table

ROWS_PER_GROUP = 64  # readers load a whole row group: about 15 MB at 8 px/mm


class Pictures(Protocol):
    """What gives the picture of a row (`variant` 0: the page itself), or raises `BadRecord`; and its signal, where
    rows of the config `signals` are asked for."""

    def picture(self, row: PtbXlRow, variant: int = 0) -> RowPicture: ...


@dataclass(frozen=True)
class BadRow:
    """A row that was left out while building: its ecg_id, the `BadRecord` code and sentence."""

    ecg_id: int
    code: str
    message: str


Result = RowPicture | RowSignal | BadRow
"""What becomes of a planned row."""


@dataclass(frozen=True)
class Written:
    """What became of a shard: rows written, rows left out, notes printed on the pictures (sorted)."""

    rows: int
    bad: list[BadRow]
    notes: list[str]


def write_shard(
    path: Path,
    rows: Sequence[PlannedRow],
    results: Iterator[Result],
    progress: Callable[[int], None] = lambda done: None,
) -> Written:
    """Writes one shard under a temporary name and renames it; no file when no row is good.

    `results` gives the picture of each row in order (`in_order`); `progress` is told the rows done.
    """
    import pyarrow
    import pyarrow.parquet

    config = rows[0].config if rows else PAGES
    schema = features(config).arrow_schema
    part = path.with_name(path.name + ".part")
    bad, notes, group, written = [], set(), [], 0
    options = {"compression": _codecs(schema), "write_page_index": True}
    try:
        with pyarrow.parquet.ParquetWriter(part, schema, **options) as file:
            for done, row in enumerate(rows, start=1):
                result = next(results)
                if isinstance(result, BadRow):
                    bad.append(result)
                else:
                    notes.update([result.note] if result.note else [])
                    group.append((row, result))
                if group and (len(group) == ROWS_PER_GROUP or done == len(rows)):
                    file.write_table(_table(group, config, schema))
                    written += len(group)
                    group = []
                progress(done)
        if written:
            os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)  # what is not whole frees its room
    return Written(written, bad, sorted(notes))


def _codecs(schema) -> dict[str, str]:
    """Codec by parquet leaf: pictures are compressed already, the rest compresses well."""
    return {leaf: "none" if name == "image" else "zstd" for name, own in leaves(schema).items() for leaf in own}


def _table(group: list[tuple], config: str, schema):
    """The Arrow table of some rows with their pictures or signals."""
    import pyarrow

    if config == SIGNALS:
        return signal_table(group)
    return pyarrow.Table.from_pylist([_row(row, picture).to_dict() for row, picture in group], schema=schema)


def _row(row: PlannedRow, picture: RowPicture) -> Row:
    source = row.source
    return Row(
        image=picture.image,
        caption=row.caption,
        report=source.report,
        language=row.language,
        scp_codes=source.scp_codes,
        superclasses=source.superclasses,
        ecg_id=source.ecg_id,
        patient_id=source.patient_id,
        strat_fold=source.strat_fold,
        seed=picture.seed,
        px_per_mm=picture.px_per_mm,
        variant=row.variant,
        preset=picture.preset,
        severity=picture.severity,
        layout=picture.layout,
        style=picture.style,
        structured=row.structured,
        statements=row.statements,
        source=source.source,
        record=source.record or str(source.ecg_id),
        age=source.age,
        sex=source.sex,
    )


def in_order(pictures: Pictures, rows: Iterable[PlannedRow], workers: Workers) -> Iterator[Result]:
    """The picture of each row, in order; only a few rows are drawn ahead, so memory stays flat.

    Close the iterator when it is left early: the processes end with it.
    """
    return workers.mapped(partial(_attempt, pictures), rows)


def _attempt(pictures: Pictures, row: PlannedRow) -> Result:
    try:
        if row.config == SIGNALS:
            return pictures.signal(row.source)
        return pictures.picture(row.source, row.variant)
    except BadRecord as error:
        return BadRow(row.source.ecg_id, error.code, error.message)
