"""`python -m ecgscribe read PAGE...`: caption, signals, measurements and findings of pictures, as text and files."""

from __future__ import annotations

import argparse
import glob
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecgscribe.core.errors import BadOption

if TYPE_CHECKING:
    from ecgscribe.core.report import Interpretation
    from ecgscribe.reader.correct import Correction

SUFFIXES = {".png", ".jpg", ".jpeg", ".jfif", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".pdf"}
"""Endings of the files that are taken from a folder; a file named on the command line is always tried."""

DISCLAIMER = "Not a medical device; not for diagnosis. A machine wrote these captions: a physician must check them."


def add_parser(subparsers: Any) -> None:
    """Registers `read`."""
    parser = subparsers.add_parser(
        "read",
        help="read pictures of ECGs: caption, signals, measurements, findings",
        description="Writes a caption for each picture of a 12-lead ECG with measurements and findings, what could not "
        "be read and why, and where asked the digitised signals as files named after the picture.",
        epilog="Exit code 0: every input has a caption; 2: could not start; 3: some have none (named on stderr).",
    )
    parser.add_argument("pages", nargs="+", metavar="PAGE", help="picture, PDF, folder of them, or quoted pattern")
    parser.add_argument("--json", metavar="FILE", help="write JSON (docs/json.md) to FILE, or to stdout with -")
    parser.add_argument("--wfdb", type=Path, metavar="DIR", help="write a WFDB record of each page's signals")
    parser.add_argument("--csv", type=Path, metavar="DIR", help="write a table of each page's signals in mV")
    parser.add_argument("--fhir", type=Path, metavar="DIR", help="write a FHIR R4 Observation of each page")
    parser.add_argument(
        "--overlay", type=Path, metavar="FILE", help="write the picture with the traces drawn on it (a folder for many)"
    )
    parser.add_argument("--model", metavar="M", help="model folder or Hub id (default: ECGSCRIBE_MODEL, else embedded)")
    parser.add_argument("--page", type=int, default=1, metavar="N", help="page of a PDF, from 1 (default: 1)")
    _add_correction(parser)


def _add_correction(parser: argparse.ArgumentParser) -> None:
    """What may be put right by hand, for one picture."""
    group = parser.add_argument_group("put right by hand (one picture; corners in its pixels)")
    group.add_argument(
        "--corners", nargs=4, metavar="X,Y", help="the page's corners clockwise from its top left, as x,y x,y x,y x,y"
    )
    scale = group.add_mutually_exclusive_group()
    scale.add_argument("--px-per-mm", type=float, metavar="P", help="picture pixels a mm along its top and bottom")
    scale.add_argument("--width-mm", type=float, metavar="W", help="mm between left and right corners")
    group.add_argument("--layout", metavar="NAME", help="for example 3x4+1, 6x2, 12x1, 3x4-cabrera")
    group.add_argument("--mm-per-s", type=float, metavar="V", help="paper speed")
    group.add_argument("--mm-per-mv", type=float, metavar="G", help="gain")


@dataclass(frozen=True)
class Inputs:
    """What the arguments name: `files` to try, `missing` arguments, `many` when a list was asked for."""

    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()
    many: bool = False
    passed_over: int = 0


@dataclass
class _Failed:
    """Inputs that gave no caption, and those that gave no files though they were asked for: (name, reason)."""

    names: list[tuple[str, str]] = field(default_factory=list)
    unwritten: list[tuple[str, str]] = field(default_factory=list)

    def add(self, interpretation: Interpretation) -> None:
        if interpretation.caption is None:
            self.names.append((interpretation.source, _reason(interpretation)))

    def tell(self) -> None:
        for word, names in (("caption", self.names), ("signals", self.unwritten)):
            for name, reason in names:
                print(f"no {word}: {name}: {reason}", file=sys.stderr)


def _reason(interpretation: Interpretation) -> str:
    """Why: the first fatal problem, else the first that says something of the traces, else any."""
    told = sorted(interpretation.problems, key=lambda p: (not p.fatal, p.step not in ("traces", "page", "layout")))
    return told[0].message if told else "No trace was read."


def inputs_of(arguments: list[str]) -> Inputs:
    """Files, folders (with all below them) and patterns -> the files to read, each once, in a steady order.

    A list is meant (`many`) unless the only argument is one file.
    """
    files: dict[Path, None] = {}
    missing: list[str] = []
    passed_over = 0
    for argument in arguments:
        path = Path(argument).expanduser()
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            taken = [p for p in below if p.suffix.lower() in SUFFIXES]
            passed_over += len(below) - len(taken)
            if not taken:
                missing.append(argument)
        elif path.exists():
            taken = [path]
        else:
            taken = [Path(name) for name in sorted(glob.glob(str(path), recursive=True)) if Path(name).is_file()]
            if not taken:
                missing.append(argument)
        files.update(dict.fromkeys(taken))
    many = len(arguments) > 1 or not Path(arguments[0]).expanduser().is_file()
    return Inputs(tuple(files), tuple(missing), many, passed_over)


def run(args: argparse.Namespace) -> int:
    """Reads every input; returns 0, or 3 when an input has no caption."""
    from ecgscribe.reader.exports import Exports
    from ecgscribe.reader.output import JsonOutput, as_text
    from ecgscribe.reader.reader import Reader

    if args.page < 1:
        raise BadOption(f"--page {args.page} does not exist.", "Pages count from 1.")
    inputs = inputs_of(args.pages)
    if not inputs.files:
        raise BadOption(
            f"Nothing to read in {', '.join(inputs.missing)}.", "Name a picture, a PDF, a folder or a pattern."
        )
    if inputs.passed_over:
        print(f"{inputs.passed_over} files are no pictures by their names and were passed over.", file=sys.stderr)
    correction = correction_of(args, inputs)
    exports = Exports(args.wfdb, args.csv, args.fhir, args.overlay, inputs.many)
    reader = Reader.from_pretrained(args.model)
    failed = _Failed([(name, "No such file, or a folder without pictures.") for name in inputs.missing])
    output = JsonOutput(args.json, inputs.many) if args.json else None
    try:
        for number, path in enumerate(inputs.files, 1):
            interpretation = _read(reader, path, args.page - 1, correction)
            failed.add(interpretation)
            written = exports.write(interpretation, path, args.page - 1)
            if exports.wanted and not written:
                failed.unwritten.append((interpretation.source, _reason(interpretation)))
            if inputs.many and (output is not None or not sys.stdout.isatty()):
                seconds = sum(interpretation.seconds.values())
                print(f"{number}/{len(inputs.files)} {path.name} {seconds:.1f} s", file=sys.stderr, flush=True)
            if output is not None:
                output.add(interpretation)
            else:
                print(as_text(interpretation), flush=True)
    finally:
        if output is not None:
            output.close()
    if args.json != "-":
        print(DISCLAIMER, file=sys.stderr if args.json else sys.stdout)
    failed.tell()
    return 3 if failed.names else 0


def correction_of(args: argparse.Namespace, inputs: Inputs) -> Correction | None:
    """What the options put right, None without any. Raises `BadOption` for options without corners or many pages."""
    given = {name: getattr(args, name) for name in ("px_per_mm", "width_mm", "layout", "mm_per_s", "mm_per_mv")}
    if args.corners is None:
        named = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None]
        if named:
            raise BadOption(f"{', '.join(named)} needs the page's --corners.", "Add --corners x,y x,y x,y x,y.")
        return None
    if len(inputs.files) != 1 or inputs.many:
        raise BadOption(f"--corners belong to one picture, not to {len(inputs.files)}.", "Name one picture.")
    from ecgscribe.reader.correct import Correction, parsed_corners

    return Correction(parsed_corners(" ".join(args.corners)), **given)


def _read(reader: Any, path: Path, page_number: int, correction: Correction | None = None) -> Interpretation:
    """One file, as corrected where it is; a fault of ours must not end the run of many either.

    Raises `BadOption` for a correction that the picture does not bear.
    """
    from ecgscribe.core.report import Interpretation, Problem

    if correction is not None:
        from ecgscribe.core.picture import open_picture
        from ecgscribe.reader.correct import reread

        return reread(reader, open_picture(path, page_number=page_number), correction, str(path))
    try:
        return reader.read(path, source=str(path), page_number=page_number)
    except Exception as error:
        message = f"Reading failed inside the program ({type(error).__name__}: {error})."
        problem = Problem("reader", "internal", message, "Please report it, with the picture if it may be shown.", True)
        return Interpretation(str(path), problems=(problem,), models=reader.models)
