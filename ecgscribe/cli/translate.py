"""`python -m ecgscribe translate`: reports into English captions, from a csv file or from lines of text."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from ecgscribe.core.errors import BadOption
from ecgscribe.text.caption import Caption, caption_of
from ecgscribe.text.coverage import Coverage
from ecgscribe.text.translate import Translator, translator_named

_LONGEST_FIELD = 64 * 1024 * 1024


def add_parser(subparsers: Any) -> None:
    """Registers `translate`."""
    parser = subparsers.add_parser(
        "translate",
        help="translate German and Swedish reports",
        description="Brings reports into English captions: a csv file with a column of reports, or lines of text.",
        epilog="A csv file keeps its columns and gains language, caption and unknown (the words left as they were).",
    )
    parser.add_argument(
        "file", metavar="FILE", help="csv file, text file with a report a line, or - for standard input"
    )
    parser.add_argument("--column", default="report", metavar="NAME", help="column of the reports (default: report)")
    parser.add_argument("--out", type=Path, metavar="OUT", help="file to write (default: standard output)")
    parser.add_argument("--translator", choices=("glossary", "google"), default="glossary", help="default: glossary")
    parser.add_argument("--cache", type=Path, metavar="FILE", help="where the online translator keeps its answers")


def run(args: argparse.Namespace) -> int:
    """Translates, writes, and prints the coverage on stderr."""
    translator = translator_named(args.translator, args.cache)
    coverage = Coverage()
    write = _write_table if args.file.lower().endswith(".csv") else _write_lines
    with _opened(args.file) as source:
        if args.out is None:
            write(source, sys.stdout, args.column, translator, coverage)
        else:
            partial = args.out.with_name(args.out.name + ".partial")
            try:
                with partial.open("w", encoding="utf-8", newline="") as target:
                    write(source, target, args.column, translator, coverage)
                os.replace(partial, args.out)
            except OSError as error:
                raise BadOption(f"Cannot write {args.out}: {error.strerror}.", "Choose another --out.") from None
            finally:
                partial.unlink(missing_ok=True)
    print("\n".join(coverage.lines()), file=sys.stderr)
    return 0


def _opened(name: str) -> IO[str]:
    if name == "-":
        return sys.stdin
    try:
        return open(name, encoding="utf-8", newline="")
    except OSError as error:
        raise BadOption(f"Cannot read {name}: {error.strerror}.", "Name a csv or text file, or - .") from None


def _captions(reports: Iterable[str], translator: Translator, coverage: Coverage) -> Iterator[Caption]:
    for report in reports:
        caption = caption_of(report, translator)
        coverage.add(report, caption)
        yield caption


def _write_table(source: IO[str], target: IO[str], column: str, translator: Translator, coverage: Coverage) -> None:
    csv.field_size_limit(_LONGEST_FIELD)
    table = csv.DictReader(source)
    columns = list(_checked(lambda: table.fieldnames) or ())
    if column not in columns:
        raise BadOption(
            f"The file has no column '{column}'.", f"Choose --column from: {', '.join(columns) or '(no columns)'}."
        )
    added = ("language", "caption", "unknown")
    writer = csv.DictWriter(
        target, [name for name in columns if name not in added] + list(added), extrasaction="ignore"
    )
    writer.writeheader()
    rows = iter(table)
    while (row := _checked(lambda: next(rows, None))) is not None:
        (caption,) = _captions([row[column] or ""], translator, coverage)
        writer.writerow(
            row | {"language": caption.language, "caption": caption.text, "unknown": " ".join(caption.unknown)}
        )


def _checked(read: Any) -> Any:
    """What `read` gives; one sentence for a file that is no csv in UTF-8."""
    try:
        return read()
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadOption(f"The file is no csv in UTF-8: {error}.", "Save it as UTF-8 csv.") from None


def _write_lines(source: IO[str], target: IO[str], column: str, translator: Translator, coverage: Coverage) -> None:
    lines = iter(source)
    while (line := _checked(lambda: next(lines, None))) is not None:
        (caption,) = _captions([line.rstrip("\r\n")], translator, coverage)
        target.write(caption.text + "\n")
