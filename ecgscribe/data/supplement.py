"""Supplement csv files: further texts for records of a source, and further records.

A csv in UTF-8 with a heading. One line for each record:

    ecg_id      of a record of the source, whose text is given here; blank for a further record
    record      a WFDB record without suffix, relative to the csv: a further record (then patient_id is needed too)
    report      as in a source: translated, put into normal form      caption   English that stands instead of that
    scp_codes   such as {'IMI': 80, 'SR': 0}; without report and caption the caption is written from them
    patient_id, age, sex (male, female), strat_fold (1 to 10; by a hash of the patient when blank)

Blank cells change nothing. Other columns are refused, since a mistyped name would be lost.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Statement
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.split import share_of
from ecgscribe.data.statements import superclasses_of
from ecgscribe.data.wfdb_source import record_number
from ecgscribe.text.statement_table import kinds

COLUMNS = ("ecg_id", "record", "report", "caption", "scp_codes", "patient_id", "age", "sex", "strat_fold")
_SEXES = ("", "male", "female")


@dataclass(frozen=True)
class Supplemented:
    """`rows` of the source with the new texts, then the further ones; how many were `changed` and `added`."""

    rows: list[PtbXlRow]
    changed: int
    added: int


def supplemented(rows: Sequence[PtbXlRow], path: str | Path) -> Supplemented:
    """`rows` with one supplement file. Raises `BadOption` that names the file and the line."""
    path = Path(path)
    known = {row.ecg_id: k for k, row in enumerate(rows)}
    found, added, changed = list(rows), [], set()
    taken = set(known)
    for number, cells in _lines(path):
        where = f"{path.name}, line {number}"
        try:
            ecg_id = int(cells["ecg_id"]) if cells["ecg_id"] else None
            if ecg_id in known:
                if ecg_id in changed:
                    raise ValueError(f"ecg_id {ecg_id} stands there twice")
                found[known[ecg_id]] = _changed(rows[known[ecg_id]], cells)
                changed.add(ecg_id)
                continue
            row = _further(path.stem, ecg_id, cells)
            if row.ecg_id in taken:
                raise ValueError(f"the record {row.record} stands there twice")
            taken.add(row.ecg_id)
            added.append(row)
        except (ValueError, SyntaxError, AttributeError, TypeError) as error:
            raise BadOption(f"{where} cannot be used: {error}.", "See --help, or docs of supplement files.") from error
    return Supplemented(found + added, len(changed), len(added))


_LONGEST_CELL = 100_000
"""Characters; a text of this length is no report."""


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """(line number, cells by column, stripped, "" where absent)."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            names = [name.strip() for name in reader.fieldnames or ()]
            foreign = [name for name in names if name not in COLUMNS]
            if foreign or not {"ecg_id", "record"} & set(names):
                raise BadOption(
                    f"{path} has the columns {', '.join(names) or '(none)'}; a supplement needs ecg_id or record"
                    + (f" and knows no {', '.join(foreign)}." if foreign else "."),
                    f"Columns: {', '.join(COLUMNS)}.",
                )
            reader.fieldnames = names
            lines = []
            for cells in reader:
                if None in cells or None in cells.values():
                    raise BadOption(f"{path}, line {reader.line_num} has not {len(names)} cells.", "Mend that line.")
                longest = max(map(len, cells.values()))
                # csv's own limit belongs to the process, and other commands raise it
                if longest > _LONGEST_CELL:
                    raise csv.Error(f"line {reader.line_num} has a cell of {longest} characters")
                lines.append((reader.line_num, {name: cells.get(name, "").strip() for name in COLUMNS}))
            return lines
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadOption(f"The supplement {path} cannot be read ({error}).", "It must be a csv in UTF-8.") from error


def _changed(row: PtbXlRow, cells: dict[str, str]) -> PtbXlRow:
    """The row with the cells that are not blank. A record keeps its patient, its fold and its signal."""
    if cells["record"]:
        raise ValueError(f"ecg_id {row.ecg_id} is a record of the source and keeps its signal")
    for name in ("patient_id", "strat_fold"):
        if cells[name] and cells[name] != str(getattr(row, name)):
            raise ValueError(f"{name} of ecg_id {row.ecg_id} is {getattr(row, name)}, not {cells[name]}")
    told = _told(cells)
    if "report" in told and "caption" not in told:
        told["caption"] = ""  # an earlier English text would hide the new report
    return replace(row, **told)


def _further(source: str, ecg_id: int | None, cells: dict[str, str]) -> PtbXlRow:
    """A row that the source does not have."""
    if not cells["record"]:
        raise ValueError(f"ecg_id {cells['ecg_id'] or '(blank)'} is in no source and the line names no record")
    if not cells["patient_id"]:
        raise ValueError(f"record {cells['record']} has no patient_id")
    told = _told(cells)
    if not {"report", "caption", "scp_codes"} & set(told):
        raise ValueError(f"record {cells['record']} has neither report nor caption nor scp_codes")
    fold = cells["strat_fold"] or 1 + int(share_of(f"fold {cells['patient_id']}", 0) * 10)
    if not 1 <= int(fold) <= 10:
        raise ValueError(f"strat_fold {fold} is not 1 to 10")
    blank = PtbXlRow(
        ecg_id=record_number(f"{source}/{cells['record']}") if ecg_id is None else ecg_id,
        patient_id=cells["patient_id"],
        age=None,
        sex="",
        report="",
        scp_codes={},
        superclasses=(),
        strat_fold=int(fold),
        filename_lr=cells["record"],
        filename_hr=cells["record"],
        validated_by_human=False,
        source=source,
        record=cells["record"],
    )
    return replace(blank, **told)


def _told(cells: dict[str, str]) -> dict:
    """The fields of a row that the line gives."""
    told: dict = {name: cells[name] for name in ("report", "caption") if cells[name]}
    if cells["sex"]:
        if cells["sex"] not in _SEXES:
            raise ValueError(f"sex {cells['sex']!r} is not male or female")
        told["sex"] = cells["sex"]
    if cells["age"]:
        told["age"] = float(cells["age"])
    if cells["scp_codes"]:
        codes = {str(code): float(value) for code, value in ast.literal_eval(cells["scp_codes"]).items()}
        if not all(0 <= value <= 100 for value in codes.values()):
            raise ValueError("a likelihood of scp_codes is not 0 to 100")
        told["scp_codes"] = codes
        told["superclasses"] = superclasses_of(codes)
        told["statements"] = tuple(Statement(code) for code in codes if code in kinds())
    return told
