"""PTB-XL in PhysioNet's own layout: metadata, reports, folds, and the records on demand.

Source: Wagner P et al., "PTB-XL, a large publicly available electrocardiography dataset",
Scientific Data 7:154 (2020); PhysioNet, https://physionet.org/content/ptb-xl/.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.report import Statement
from ecgscribe.core.standards import LEADS
from ecgscribe.data.records import read_record

DATABASE = "ptbxl_database.csv"
STATEMENTS = "scp_statements.csv"
DURATION_S = 10.0
RATES_HZ = (100, 500)
_SEX = {0: "male", 1: "female"}
_NEEDED = ("ecg_id", "patient_id", "report", "scp_codes", "strat_fold", "filename_lr", "filename_hr")


@dataclass(frozen=True)
class PtbXlRow:
    """One line of ptbxl_database.csv, or one record of another source in the same form.

    `age` years or None (300 stands for "over 89" in newer releases); `sex` male, female or "";
    `scp_codes` code -> likelihood 0 to 100 (0 = unknown); `superclasses` the diagnostic classes of the codes,
    sorted; `strat_fold` 1 to 10; `filename_lr`, `filename_hr` below the folder, without suffix. `source` the
    collection and `record` its own name of the record, "" where that is the number; `caption` an English text that
    stands instead of the report's translation; `statements` those of the source's codes, where it has no report.
    """

    ecg_id: int
    patient_id: str
    age: float | None
    sex: str
    report: str
    scp_codes: dict[str, float]
    superclasses: tuple[str, ...]
    strat_fold: int
    filename_lr: str
    filename_hr: str
    validated_by_human: bool
    source: str = "ptb-xl"
    record: str = ""
    caption: str = ""
    statements: tuple[Statement, ...] = ()


class PtbXl:
    """A PTB-XL folder: `rows` at once, signals only when asked for.

    `rate_hz` 100 or 500; None takes 500 where records500 exists, else 100. With `only_existing`, rows whose
    header file is not there are left out and counted in `absent` (a folder that holds a subset). `problems`
    collects (ecg_id, BadRecord) of the rows that `good` had to skip. Raises `BadOption` when the folder is no
    PTB-XL folder.
    """

    name = "ptb-xl"

    def __init__(self, folder: str | Path, rate_hz: int | None = None, only_existing: bool = False):
        self.folder = Path(folder)
        if rate_hz is None:
            rate_hz = 500 if (self.folder / "records500").is_dir() else 100
        if rate_hz not in RATES_HZ:
            raise BadOption(f"PTB-XL has no records at {rate_hz} Hz.", "Use 100 or 500.")
        self.rate_hz = rate_hz
        rows = _read_rows(self.folder)
        self.rows = [row for row in rows if self.header(row).is_file()] if only_existing else rows
        self.absent = len(rows) - len(self.rows)
        self.problems: list[tuple[int, BadRecord]] = []

    def __len__(self) -> int:
        return len(self.rows)

    def ecg(self, row: PtbXlRow) -> Ecg:
        """The twelve leads of one row in standard order.

        Raises `BadRecord` with code missing, header, leads, length, checksum or nan.
        """
        return read_row(self.folder, self.rate_hz, row)

    def header(self, row: PtbXlRow) -> Path:
        """The row's header file, whether it is there or not."""
        stem = stem_of(self.folder, self.rate_hz, row)
        return stem.with_name(stem.name + ".hea")

    def good(self, rows: Iterable[PtbXlRow] | None = None) -> Iterator[tuple[PtbXlRow, Ecg]]:
        """(row, ecg) of every usable row (of all, or of `rows`); the others are added to `problems`."""
        return usable(self, self.rows if rows is None else rows)


def usable(source, rows: Iterable[PtbXlRow]) -> Iterator[tuple[PtbXlRow, Ecg]]:
    """(row, ecg) of those of `rows` that `source.ecg` can read; the others are added to `source.problems`."""
    for row in rows:
        try:
            ecg = source.ecg(row)
        except BadRecord as error:
            source.problems.append((row.ecg_id, error))
            continue
        yield row, ecg


def stem_of(folder: Path, rate_hz: int, row: PtbXlRow) -> Path:
    """The row's record without suffix."""
    return folder / (row.filename_hr if rate_hz == 500 else row.filename_lr)


def read_row(folder: Path, rate_hz: int, row: PtbXlRow) -> Ecg:
    """As `PtbXl.ecg`, without the table: what a worker process needs."""
    ecg = read_record(stem_of(folder, rate_hz, row))
    if ecg.leads != LEADS:
        absent = ", ".join(lead for lead in LEADS if lead not in ecg.leads)
        raise BadRecord("leads", f"Record {ecg.record} has {len(ecg.leads)} of 12 leads; {absent} not found.")
    if ecg.rate_hz != rate_hz:
        raise BadRecord("header", f"Record {ecg.record} is at {ecg.rate_hz:g} Hz instead of {rate_hz}.")
    if abs(ecg.duration_s - DURATION_S) > 0.5 / rate_hz:
        raise BadRecord("length", f"Record {ecg.record} lasts {ecg.duration_s:g} s instead of {DURATION_S:g}.")
    missing = int(np.isnan(ecg.signal_mv).sum())
    if missing:
        raise BadRecord("nan", f"Record {ecg.record} has {missing} samples without a value.")
    return replace(ecg, record=str(row.ecg_id), patient=row.patient_id)


def _read_rows(folder: Path) -> list[PtbXlRow]:
    classes = diagnostic_classes(folder)
    table = _read_csv(folder / DATABASE)
    absent = [name for name in _NEEDED if name not in table.columns]
    if absent:
        raise BadOption(f"{folder / DATABASE} lacks the columns {', '.join(absent)}.", "Take it from PhysioNet again.")
    rows = [_row(record, classes, folder) for record in table.to_dict("records")]
    if len({row.ecg_id for row in rows}) != len(rows):
        raise BadOption(f"{folder / DATABASE} holds an ecg_id twice.", "Take it from PhysioNet again.")
    return rows


def diagnostic_classes(folder: Path) -> dict[str, str]:
    """SCP code -> diagnostic class (NORM, MI, STTC, CD, HYP), of the diagnostic codes only."""
    table = _read_csv(folder / STATEMENTS)
    absent = [name for name in ("diagnostic", "diagnostic_class") if name not in table.columns]
    if absent:
        raise BadOption(
            f"{folder / STATEMENTS} lacks the columns {', '.join(absent)}.", "Take it from PhysioNet again."
        )
    chosen = table[(table["diagnostic"] == 1) & table["diagnostic_class"].notna()]
    return dict(zip(chosen.iloc[:, 0], chosen["diagnostic_class"], strict=True))


def _read_csv(path: Path):
    import pandas

    if not path.is_file():
        raise BadOption(
            f"{path.parent} is no PTB-XL folder: {path.name} is not there.",
            "Give the folder that holds it, or fetch the dataset with --download.",
        )
    try:
        return pandas.read_csv(path)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadOption(f"{path} is no readable csv ({error}).", "Take it from PhysioNet again.") from error


def _row(fields: dict, classes: dict[str, str], folder: Path) -> PtbXlRow:
    try:
        codes = {str(code): float(v) for code, v in ast.literal_eval(fields["scp_codes"]).items()}
        return PtbXlRow(
            ecg_id=int(fields["ecg_id"]),
            patient_id=_identifier(fields["patient_id"]),
            age=_number(fields.get("age")),
            sex=_SEX.get(_number(fields.get("sex")), ""),
            report="" if _blank(fields["report"]) else str(fields["report"]),
            scp_codes=codes,
            superclasses=tuple(sorted({classes[code] for code in codes if code in classes})),
            strat_fold=int(fields["strat_fold"]),
            filename_lr=str(fields["filename_lr"]),
            filename_hr=str(fields["filename_hr"]),
            validated_by_human=str(fields.get("validated_by_human", "")).strip().lower() in ("true", "1", "1.0"),
        )
    except (ValueError, SyntaxError, AttributeError, TypeError) as error:
        raise BadOption(
            f"{folder / DATABASE}: the line of ecg_id {fields.get('ecg_id')!r} cannot be read ({error}).",
            "Take the file from PhysioNet again.",
        ) from error


def _blank(value) -> bool:
    return value is None or value != value


def _number(value) -> float | None:
    return None if _blank(value) else float(value)


def _identifier(value) -> str:
    """15709.0 -> "15709"; text stays text. Raises `ValueError` when empty: a patient must be known to split by."""
    if _blank(value) or not str(value).strip():
        raise ValueError("no patient_id")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
