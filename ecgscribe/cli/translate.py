"""`python -m ecgscribe translate`: reports into English captions, from a csv file or from lines of text."""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from ecgscribe.cli.text_files import each, is_table, opened, table_of
from ecgscribe.core.errors import BadOption
from ecgscribe.text.caption import Caption, caption_of
from ecgscribe.text.coverage import Coverage
from ecgscribe.text.translate import Translator, translator_named

_ADDED = ("language", "caption", "unknown")


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
    parser.add_argument(
        "--show", type=int, metavar="N", help="print N reports before and after instead, drawn with --seed"
    )
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="estimate the coverage of unseen reports instead: five folds of patients (a csv file with --patient)",
    )
    parser.add_argument(
        "--patient", default="patient_id", metavar="NAME", help="column of the patients (default: patient_id)"
    )
    parser.add_argument("--seed", type=int, default=0, help="for --show and --held-out (default: 0)")


def run(args: argparse.Namespace) -> int:
    """Translates and writes, or shows, or estimates; the coverage goes to stderr."""
    if args.show is not None or args.held_out:
        from ecgscribe.cli.translate_check import estimate, show

        reports = list(_reports(args.file, args.column, args.patient if args.held_out else ""))
        return estimate(reports, args.seed) if args.held_out else show(args, reports)
    translator = translator_named(args.translator, args.cache)
    if args.translator == "google":
        return _online(args, translator)
    with opened(args.file) as source:
        return _write(args, source, translator)


def _online(args: argparse.Namespace, translator: Any) -> int:
    """All questions first, many in one request; then as offline."""
    if args.file == "-":
        raise BadOption("The online translator reads its input twice.", "Name a file instead of - .")
    from ecgscribe.text.boilerplate import body_of

    bodies = (body_of(report).text for _, report in _reports(args.file, args.column, ""))
    translator.fetch(bodies, _progress())
    with opened(args.file) as source:
        code = _write(args, source, translator)
    if translator.damaged or translator.too_long:
        print(
            f"Translated by the glossary instead: {translator.damaged} reports whose answer had lost a term, "
            f"{translator.too_long} too long to ask.",
            file=sys.stderr,
        )
    return code


def _progress() -> Callable[[int, int], None]:
    """What prints the state of the online translation on stderr, every few seconds and at the end."""
    last = [0.0]

    def tell(done: int, total: int) -> None:
        if done == total or time.monotonic() - last[0] >= 3:
            last[0] = time.monotonic()
            print(f"online translation: {done} of {total} texts", file=sys.stderr)

    return tell


def _write(args: argparse.Namespace, source: IO[str], translator: Translator) -> int:
    """Writes the captions to --out, by a partial file, or to standard output."""
    coverage = Coverage()
    write = _write_table if is_table(args.file) else _write_lines
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


def _reports(name: str, column: str, patient_column: str) -> Iterator[tuple[str, str]]:
    """(patient, report) of each row or line; the patient is "" where no column of patients is named."""
    with opened(name) as source:
        if not is_table(name):
            if patient_column:
                raise BadOption("Only a csv file has a column of patients.", "Name a csv file, or leave --held-out.")
            yield from (("", line.rstrip("\r\n")) for line in each(source))
            return
        rows = _rows(source, [column, patient_column] if patient_column else [column])[1]
        yield from ((row[patient_column] or "" if patient_column else "", row[column] or "") for row in rows)


def _rows(source: IO[str], wanted: list[str]) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """The columns of a csv file and its rows; one sentence when a wanted column is not there."""
    table = table_of(source, [("--column", name) for name in wanted])

    def rows() -> Iterator[dict[str, Any]]:
        for row in each(table):
            if None in row:
                raise BadOption(f"Line {table.line_num} has more fields than the head of the table.", "Mend the file.")
            yield row

    return list(table.fieldnames), rows()


def _captioned(report: str, translator: Translator, coverage: Coverage) -> Caption:
    caption = caption_of(report, translator)
    coverage.add(report, caption)
    return caption


def _write_table(source: IO[str], target: IO[str], column: str, translator: Translator, coverage: Coverage) -> None:
    columns, rows = _rows(source, [column])
    writer = csv.DictWriter(target, [name for name in columns if name not in _ADDED] + list(_ADDED))
    writer.writeheader()
    for row in rows:
        caption = _captioned(row[column] or "", translator, coverage)
        row |= {"language": caption.language, "caption": caption.text, "unknown": " ".join(caption.unknown)}
        writer.writerow(row)


def _write_lines(source: IO[str], target: IO[str], column: str, translator: Translator, coverage: Coverage) -> None:
    for line in each(source):
        target.write(_captioned(line.rstrip("\r\n"), translator, coverage).text + "\n")
