"""`python -m ecgscribe render`: records as pictures of pages, with the truth about every pixel that matters."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_MM_PER_INCH = 25.4


def add_parser(subparsers: Any) -> None:
    """Registers `render`."""
    parser = subparsers.add_parser(
        "render",
        help="draw ECG records as pages",
        description="Draws WFDB records as pages, clean, scanned, copied or photographed, each with a JSON file of its "
        "truth: places of leads, names, traces, sheet. What is not given is drawn from the seed; what is there "
        "already is kept. `list` as a name shows the names that are known.",
        epilog="Exit code 0: done; 2: could not; 3: done, but some records could not be used; 130: interrupted.",
    )
    add = parser.add_argument
    add("records", nargs="*", metavar="RECORD", help="WFDB path without suffix, with .hea or .dat, or a folder of them")
    add("--style", metavar="NAME", help="look of the page (default: drawn)")
    add("--layout", metavar="NAME", help="arrangement of the leads (default: drawn)")
    add("--distort", default="clean", metavar="NAME", help="accidents of the page, or any (default: clean)")
    add("--severity", type=float, metavar="X", help="of the accidents, 0 to 1 (default: drawn)")
    add("--mm-per-s", type=float, metavar="X", help="paper speed (default: drawn, or 25 with --mm-per-mv)")
    add("--mm-per-mv", type=float, metavar="X", help="gain (default: drawn, or 10 with --mm-per-s)")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--px-per-mm", type=float, metavar="X", help="resolution of the drawing (default: drawn)")
    size.add_argument("--dpi", type=float, metavar="D", help="the same in pixels an inch")
    add("--variants", type=int, default=1, metavar="K", help="pages of each record (default: 1)")
    add("--seed", type=int, default=0, metavar="S", help="decides all that is drawn (default: 0)")
    add("--jpeg", action="store_true", help="write JPEG instead of PNG")
    add("--coco", action="store_true", help="write coco.json: page, panels and names as boxes and polygons")
    add("--masks", action="store_true", help="with --coco: also the traces, as run lengths")
    add("--num-proc", type=int, default=1, metavar="N", help="processes (default: 1)")
    add("-o", "--out", type=Path, metavar="DIR", help="folder for the pictures")


def run(args: argparse.Namespace) -> int:
    """Draws and reports."""
    from ecgscribe.core.errors import BadOption
    from ecgscribe.data.page_job import draw_page
    from ecgscribe.data.processes import mapped

    if _listed(args):
        return 0
    if args.out is None:
        raise BadOption("No folder was named.", "Give -o DIR.")
    if args.variants < 1 or args.num_proc < 1:
        raise BadOption(f"--variants {args.variants} and --num-proc {args.num_proc} must be positive.")
    jobs = _jobs(args, _wishes(args))
    args.out.mkdir(parents=True, exist_ok=True)
    begun, finished, made, bad = time.monotonic(), [], 0, 0
    for count, done in enumerate(mapped(draw_page, jobs, args.num_proc), start=1):
        if done.trouble:
            bad += 1
            _say(f"{done.job.record}: {done.trouble}")
            continue
        finished.append(done.job)
        made += done.made
        for lead, why in done.notes:
            _say(f"{done.job.path.name}: lead {lead} is absent: {why}")
        if count % 100 == 0:
            _say(f"{count} of {len(jobs)} pages, {count / (time.monotonic() - begun):.1f} a second")
    kept = f", {len(finished) - made} were there" if made < len(finished) else ""
    print(f"{made} pages in {args.out}{kept}{f', {bad} could not be drawn' if bad else ''}")
    if args.coco:
        print(f"{_write_coco(args.out / 'coco.json', finished, args.masks)} annotations in {args.out / 'coco.json'}")
    return 3 if bad else 0


def _listed(args: argparse.Namespace) -> bool:
    """Prints the names that `list` asks for; whether it did."""
    from ecgscribe.core.standards import LAYOUTS
    from ecgscribe.data.distort import PRESETS
    from ecgscribe.data.style import STYLES

    known = [(args.style, STYLES), (args.layout, LAYOUTS), (args.distort, PRESETS)]
    asked = [names for given, names in known if given == "list"]
    for names in asked:
        print("\n".join(names))
    return bool(asked)


def _wishes(args: argparse.Namespace):
    """What all pages share; unknown names and impossible numbers are told before anything is drawn."""
    from ecgscribe.core.errors import BadOption
    from ecgscribe.core.standards import Scale, layout_named
    from ecgscribe.data.engine import style_of
    from ecgscribe.data.page_job import Wishes
    from ecgscribe.data.presets import preset_named

    if args.style is not None:
        style_of(args.style)
    if args.layout is not None:
        layout_named(args.layout)
    preset = None if args.distort == "any" else args.distort
    if preset is not None:
        preset_named(preset)
    if args.severity is not None and not 0 <= args.severity <= 1:
        raise BadOption(f"--severity {args.severity} is outside 0 to 1.")
    px_per_mm = args.dpi / _MM_PER_INCH if args.dpi is not None else args.px_per_mm
    if px_per_mm is not None and not 1 <= px_per_mm <= 40:
        raise BadOption(f"A page of {px_per_mm:g} px/mm cannot be drawn.", "Use 1 to 40 px/mm (25 to 1000 dpi).")
    scale = None
    if args.mm_per_s is not None or args.mm_per_mv is not None:
        scale = Scale(args.mm_per_s or 25.0, args.mm_per_mv or 10.0)
    return Wishes(args.style, args.layout, scale, preset, args.severity, px_per_mm)


def _jobs(args: argparse.Namespace, wishes) -> list:
    """One job for each page. Raises `BadOption` when nothing is there or two records would share a name."""
    from ecgscribe.core.errors import BadOption
    from ecgscribe.data.page_job import PageJob

    names: dict[str, Path] = {}
    for given in map(Path, args.records):
        for record, name in _found(given):
            if names.setdefault(name, record) != record:
                raise BadOption(f"{names[name]} and {record} would both become {name}.", "Draw them into two folders.")
    if not names:
        raise BadOption("There is no record to draw.", "Give WFDB records or a folder that holds some.")
    jobs = []
    for name, record in names.items():
        for k in range(args.variants):
            called = name if args.variants == 1 else f"{name}-{k + 1}"
            jobs.append(PageJob(record, called, args.out, args.seed, k, wishes, args.jpeg))
    return jobs


def _found(given: Path) -> list[tuple[Path, str]]:
    """(record without suffix, name of its picture) of one argument."""
    if given.is_dir():
        headers = sorted(given.rglob("*.hea"))
        return [(path.with_suffix(""), "-".join(path.relative_to(given).with_suffix("").parts)) for path in headers]
    record = given.with_suffix("") if given.suffix in (".hea", ".dat", ".mat") else given
    return [(record, record.name)]


def _write_coco(path: Path, jobs: list, masks: bool) -> int:
    """Writes the COCO file of these pages; returns the number of annotations."""
    from ecgscribe.data.coco import annotations, collection
    from ecgscribe.data.truth_files import read_page

    images, found = [], []
    for image_id, job in enumerate(jobs, start=1):
        truth, choices = read_page(job.path.with_suffix(".json"))
        height, width = truth.size_px
        images.append({"id": image_id, "file_name": job.path.name, "width": width, "height": height, **_told(choices)})
        found += annotations(truth, image_id, len(found) + 1, masks)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps(collection(images, found)) + "\n", encoding="utf-8")
    os.replace(part, path)
    return len(found)


def _told(choices: dict) -> dict:
    return {name: choices[name] for name in ("style", "layout", "preset", "severity")}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
