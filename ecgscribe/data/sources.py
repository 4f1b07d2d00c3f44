"""What every source of records offers, and the table of known sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.data.ptbxl import DATABASE, PtbXl
from ecgscribe.data.wfdb_source import WfdbFolder


class Source(Protocol):
    """Records with their metadata; signals are read only when asked for.

    A row has at least ecg_id, patient_id, report, scp_codes, superclasses and strat_fold.
    """

    name: str
    rows: list
    problems: list[tuple[int, BadRecord]]

    def __len__(self) -> int: ...

    def ecg(self, row: Any) -> Ecg:
        """The signals of one row. Raises `BadRecord`."""
        ...

    def good(self, rows: Iterable | None = None) -> Iterator[tuple[Any, Ecg]]:
        """(row, ecg) of the usable rows; the others go to `problems`."""
        ...


SOURCES = {DATABASE: PtbXl}
"""The file that marks a folder -> the source that reads it."""


def open_source(folder: str | Path, **options) -> Source:
    """The source whose mark lies in `folder`, else its WFDB records. Raises `BadOption` when there are none."""
    folder = Path(folder)
    for mark, source in SOURCES.items():
        if (folder / mark).is_file():
            return source(folder, **options)
    if folder.is_dir() and next(folder.rglob("*.hea"), None) is not None:
        return WfdbFolder(folder)
    raise BadOption(
        f"{folder} is no dataset folder that is known here.",
        f"It must hold one of: {', '.join(SOURCES)}, or .hea files.",
    )
