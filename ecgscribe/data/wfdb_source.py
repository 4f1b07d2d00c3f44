"""Any folder of 12-lead WFDB records as a source of rows: diagnoses from SNOMED CT codes or words in the headers.

Every record counts as a patient of its own, since headers name no patient: where a collection has several records of
one patient, they may fall into different splits (the card says so). Folds are ours, by a hash of the record's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.standards import LEADS
from ecgscribe.data.ludb_words import in_caption_words
from ecgscribe.data.ptbxl import DURATION_S, PtbXlRow, usable
from ecgscribe.data.records import read_record
from ecgscribe.data.split import share_of
from ecgscribe.data.statements import superclasses_of
from ecgscribe.data.wfdb_header import HeaderNotes, header_notes
from ecgscribe.text.snomed import statements_of_snomed
from ecgscribe.text.statement_codes import scp_codes_of
from ecgscribe.text.statements import canonical, statements_of

KNOWN = (
    "ludb", "georgia", "ningbo", "cpsc_2018", "cpsc_2018_extra", "chapman_shaoxing", "ptb", "st_petersburg_incart",
)  # fmt: skip
"""Collections by the name of their folder in the Challenge's and PhysioNet's own layout."""
_NUMBERS = 2**47


@dataclass(frozen=True)
class WfdbRecords:
    """Signals of the records below `folder`: their first ten seconds."""

    folder: Path

    def ecg(self, row: PtbXlRow) -> tuple[Ecg, None]:
        """Raises `BadRecord` with code missing, header, leads, length, checksum or nan."""
        ecg = read_record(self.folder / row.filename_hr)
        if ecg.leads != LEADS:
            absent = ", ".join(lead for lead in LEADS if lead not in ecg.leads)
            raise BadRecord("leads", f"Record {row.record} has {len(ecg.leads)} of 12 leads; {absent} not found.")
        count = round(DURATION_S * ecg.rate_hz)
        if ecg.signal_mv.shape[1] < count:
            raise BadRecord("length", f"Record {row.record} lasts {ecg.duration_s:g} s, less than {DURATION_S:g}.")
        signal_mv = ecg.signal_mv[:, :count]
        missing = int(np.isnan(signal_mv).sum())
        if missing:
            raise BadRecord("nan", f"Record {row.record} has {missing} samples without a value.")
        return replace(ecg, signal_mv=signal_mv, record=str(row.ecg_id), patient=row.patient_id), None


class WfdbFolder:
    """All WFDB records at and below a folder. Headers are read at once, signals only when asked for.

    `unmapped` SNOMED CT code -> records that carry it though it has no statement here. Raises `BadOption` for a folder
    without a header.
    """

    name = "wfdb"

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        headers = sorted(self.folder.rglob("*.hea")) if self.folder.is_dir() else []
        if not headers:
            raise BadOption(f"There is no WFDB record at or below {folder}.", "Give a folder with .hea files.")
        self.unmapped: Counter[str] = Counter()
        self.rows = [self._row(path) for path in headers]
        if len({row.ecg_id for row in self.rows}) != len(self.rows):
            raise BadOption(f"Two records below {folder} have the same name.", "Give one of their folders at a time.")
        self.records = WfdbRecords(self.folder)
        self.problems: list[tuple[int, BadRecord]] = []

    def __len__(self) -> int:
        return len(self.rows)

    def ecg(self, row: PtbXlRow) -> Ecg:
        """The first ten seconds of one row. Raises `BadRecord`."""
        return self.records.ecg(row)[0]

    def good(self, rows: Iterable[PtbXlRow] | None = None) -> Iterator[tuple[PtbXlRow, Ecg]]:
        """(row, ecg) of every usable row (of all, or of `rows`); the others are added to `problems`."""
        return usable(self, self.rows if rows is None else rows)

    def _row(self, header: Path) -> PtbXlRow:
        try:
            notes = header_notes(header)
        except OSError:
            notes = HeaderNotes()  # it is named as a bad record when its signal is asked for
        mapped = statements_of_snomed(notes.snomed)
        self.unmapped.update(mapped.unmapped)
        source = collection_of(self.folder, header)
        words = in_caption_words(notes.report)
        statements = mapped.statements if not words else canonical(statements_of(words.lower()))
        codes = dict.fromkeys(sorted(scp_codes_of(statements, habits=False)), 0.0)
        path = header.relative_to(self.folder).with_suffix("").as_posix()
        name = f"{source}/{header.stem}"
        return PtbXlRow(
            ecg_id=record_number(name),
            patient_id=name,
            age=notes.age,
            sex=notes.sex,
            report=notes.report,
            scp_codes=codes,
            superclasses=superclasses_of(codes),
            strat_fold=1 + int(share_of(f"fold {name}", 0) * 10),
            filename_lr=path,
            filename_hr=path,
            validated_by_human=True,
            source=source,
            record=header.stem,
            caption=words,
            statements=statements,
        )


def collection_of(folder: Path, path: Path) -> str:
    """The known collection that `path` lies in, by the nearest folder of that name; else the name of `folder`."""
    for part in reversed(path.resolve().parent.parts):
        if part.lower() in KNOWN:
            return part.lower()
    return folder.resolve().name


def record_number(name: str) -> int:
    """A number for "collection/record" that is the same everywhere: 47 bits of a hash, above every PTB-XL number."""
    return _NUMBERS + int(share_of(f"record {name}", 0) * _NUMBERS)
