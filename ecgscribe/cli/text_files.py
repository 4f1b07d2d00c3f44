"""Text and csv files that commands read: opened, gone through and checked, with one sentence for what is wrong."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from ecgscribe.core.errors import BadOption

_LONGEST_FIELD = 64 * 1024 * 1024


def is_table(name: str) -> bool:
    """Whether the file of this name is a csv table; others hold a report a line."""
    return name.lower().endswith(".csv")


def opened(name: str) -> IO[str]:
    """The text file `name`, or standard input for "-". Raises `BadOption` when it cannot be opened."""
    if name == "-":
        return sys.stdin
    try:
        return open(name, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise BadOption(f"Cannot read {name}: {error.strerror}.", "Name a csv or text file, or - .") from None


def each(items: Iterable[Any]) -> Iterator[Any]:
    """The lines or rows. Raises `BadOption` for a file that is no text or csv in UTF-8."""
    with _readable():
        yield from items


def table_of(source: IO[str], wanted: Iterable[tuple[str, str]]) -> csv.DictReader:
    """The reader of a csv file. `wanted` are (option, column that it names).

    Raises `BadOption` when the head cannot be read or lacks a wanted column.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    table = csv.DictReader(source)
    with _readable():
        columns = list(table.fieldnames or ())
    for option, name in wanted:
        if name not in columns:
            shown = ", ".join(columns) or "(no columns)"
            raise BadOption(f"The file has no column '{name}'.", f"Choose {option} from: {shown}.")
    return table


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadOption(f"The file is not in UTF-8, or no csv: {error}.", "Save it as UTF-8.") from None
