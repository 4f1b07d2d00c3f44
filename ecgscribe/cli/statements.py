"""`python -m ecgscribe statements`: what captions say, as codes; or how reports agree with a table's SCP codes."""

from __future__ import annotations

import argparse
import ast
import json
from collections.abc import Iterator
from typing import IO, Any

from ecgscribe.cli.text_files import each, is_table, opened, table_of
from ecgscribe.core.errors import BadOption


def add_parser(subparsers: Any) -> None:
    """Registers `statements`."""
    parser = subparsers.add_parser(
        "statements",
        help="what captions say, as coded findings",
        description="Reads captions into coded statements: lines of text into JSON lines, or, for a csv file with "
        "reports and SCP codes, a table of how far the two agree and how far any reader of the text could.",
    )
    parser.add_argument(
        "file", metavar="FILE", help="csv file, text file with a caption a line, or - for standard input"
    )
    parser.add_argument("--column", default="report", metavar="NAME", help="csv: column of reports (default: report)")
    parser.add_argument("--codes", default="scp_codes", metavar="NAME", help="csv: column of codes, as PTB-XL has it")
    parser.add_argument("--folds", metavar="LIST", help="csv: score these folds of strat_fold only, such as 9,10")
    parser.add_argument(
        "--most", type=int, default=30, metavar="N", help="csv: the N most frequent codes (default: 30)"
    )
    parser.add_argument("--structured", action="store_true", help="lines: write the canonical sentence instead")


def run(args: argparse.Namespace) -> int:
    """Writes the statements, or the table of agreement, to standard output."""
    if args.most < 1:
        raise BadOption(f"--most {args.most} is not possible.", "Give 1 or more.")
    with opened(args.file) as source:
        if is_table(args.file):
            print("\n".join(_table(source, args)))
        else:
            for line in each(source):
                print(_said(line.rstrip("\r\n"), args.structured))
    return 0


def _said(caption: str, structured: bool) -> str:
    from ecgscribe.text.statements import read
    from ecgscribe.text.structured import caption_from

    reading = read(caption)
    if structured:
        return caption_from(reading.statements)
    said = {"caption": caption, "statements": [statement.to_dict() for statement in reading.statements]}
    return json.dumps(said | {"unread": list(reading.unread)}, ensure_ascii=False)


def _table(source: IO[str], args: argparse.Namespace) -> list[str]:
    """The agreement of reports and codes, as a Markdown table with a sentence on how to read it."""
    from ecgscribe.evaluation.statement_agreement import Coded, agreement
    from ecgscribe.text.caption import caption_of
    from ecgscribe.text.statement_codes import scp_codes_of
    from ecgscribe.text.statements import read
    from ecgscribe.text.structured import structured_caption
    from ecgscribe.text.translate import GlossaryTranslator

    folds = _folds(args.folds)
    translator = GlossaryTranslator()
    scored: tuple[list[Coded], list[Coded]] = ([], [])
    others: tuple[list[Coded], list[Coded]] = ([], [])
    dropped, known, kept = 0, 0, 0
    for number, row in enumerate(_rows(source, args)):
        caption = caption_of(row[args.column] or "", translator).text
        if not caption:
            dropped += 1
            continue
        reading = read(caption)
        held = frozenset(_codes(row[args.codes], number))
        chosen = folds is None or _fold(row, number) in folds
        for habits, side in enumerate(scored if chosen else others):
            said = scp_codes_of(reading.statements, habits=bool(habits))
            side.append(Coded(caption, said, held, row.get("patient_id") or str(number)))
        if chosen:
            known += not reading.unread
            kept += _findings(read(structured_caption(caption))) == _findings(reading)
    plain, coded = (agreement(scored[k], others[k], most=args.most) for k in (0, 1))
    head = (
        f"{len(scored[0])} reports{'' if folds is None else ' of folds ' + args.folds}; {dropped} of the file without "
        f"a caption. Every word known in {_percent(known, len(scored[0]))}; the structured caption keeps all findings "
        f"of {_percent(kept, len(scored[0]))}."
    )
    return [head, "", *_lines(plain, coded), "", _REMARK]


_REMARK = (
    "Precision, recall: of the codes that the text says in so many words; F1 coded: with the habits of PTB-XL's "
    "coders added. Repeated texts only: F1 coded on the records whose text another patient has too; ceiling: the best "
    "F1 that any function of the text can have on these records, since the same text comes with different codes; other "
    "patients: F1 of the majority of the other patients with the same text. '-': no case."
)


def _lines(plain: list, coded: list) -> list[str]:
    lines = [
        "| code | coded | said | precision | recall | F1 | F1 coded | repeated texts: F1 coded | ceiling | "
        "other patients |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one, two in zip(plain, coded, strict=True):
        cells = (one.precision, one.recall, one.f1, two.f1, two.repeated, two.ceiling, two.crossed)
        shown = ["-" if value is None else f"{value:.2f}" for value in cells]
        lines.append(f"| {one.code} | {one.held} | {one.said} | {' | '.join(shown)} |")
    means = [[getattr(line, name) or 0.0 for line in lines_] for lines_, name in
             ((plain, "precision"), (plain, "recall"), (plain, "f1"), (coded, "f1"), (coded, "repeated"),
              (coded, "ceiling"), (coded, "crossed"))]  # fmt: skip
    if plain:
        lines.append(f"| mean | | | {' | '.join(f'{sum(column) / len(column):.2f}' for column in means)} |")
    return lines


def _findings(reading: Any) -> set:
    return {(statement.code, statement.polarity) for statement in reading.statements}


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _rows(source: IO[str], args: argparse.Namespace) -> Iterator[dict[str, str]]:
    table = table_of(source, [("--column", args.column), ("--codes", args.codes)])
    if args.folds and "strat_fold" not in table.fieldnames:
        raise BadOption("The file has no column 'strat_fold'.", "Leave --folds out.")
    yield from each(table)


def _folds(written: str | None) -> frozenset[int] | None:
    if written is None:
        return None
    try:
        return frozenset(int(part) for part in written.split(","))
    except ValueError:
        raise BadOption(f"--folds {written!r} is no list of numbers.", "Write it as 9,10.") from None


def _fold(row: dict[str, str], number: int) -> int:
    try:
        return int(float(row["strat_fold"]))
    except (TypeError, ValueError):
        raise BadOption(f"Row {number + 1}: the fold {row['strat_fold']!r} is no number.", "Mend the file.") from None


def _codes(written: str | None, number: int) -> Any:
    """The keys of {'NORM': 100.0, ...}; any likelihood counts, since PTB-XL writes 0 for "said, not rated"."""
    try:
        codes = ast.literal_eval(written or "{}")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        codes = None
    if not isinstance(codes, dict):
        shown = (written or "")[:60]
        raise BadOption(f"Row {number + 1}: {shown!r} are no codes.", "They look like {'NORM': 100.0, 'SR': 0.0}.")
    return codes
