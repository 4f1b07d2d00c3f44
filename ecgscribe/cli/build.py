"""`python -m ecgscribe build`: a PTB-XL folder, the embedded sample or simulated records into a dataset."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "ptb-xl"
_SHOWN = 20
_SPLIT_HELP = (
    "80:10:10 by patient (default), PTB-XL's folds 1-8/9/10, "
    "or by record at random, which shares patients and serves only to reproduce published figures"
)


def add_parser(subparsers: Any) -> None:
    """Registers `build`."""
    parser = subparsers.add_parser(
        "build",
        help="build an image-caption dataset",
        description="Draws the records of a PTB-XL folder as pages, captions them, and writes parquet with a card. "
        "An interrupted build goes on when the same command is given again.",
        epilog="Exit code 0: done; 2: could not; 3: done, but some records could not be used; 130: interrupted.",
    )
    add = parser.add_argument
    add("--ptbxl", type=Path, metavar="DIR", help="folder in PTB-XL's layout (default: the sample)")
    add(
        "--wfdb", type=Path, action="append", metavar="DIR", help="other WFDB records, SNOMED CT codes or words; repeat"
    )
    add("--supplement", type=Path, action="append", metavar="CSV", help="further texts or records by ecg_id; repeat")
    add("--simulated", type=int, metavar="N", help="N simulated records of invented patients instead of a folder")
    add("--photos", type=int, default=0, metavar="K", help="K distorted pages of each record beside the clean one")
    add("--signals", action="store_true", help="the twelve leads of each record too, as config signals")
    add("--images", type=Path, metavar="DIR", help="take pictures NNNNN_lr-0.png or NNNNN_hr-0.png from DIR")
    add("--out", type=Path, default=Path("runs/dataset"), metavar="DIR", help="dataset folder (default: runs/dataset)")
    add("--limit", type=int, metavar="N", help="the first N usable records only")
    add("--subset", type=int, metavar="N", help="about N records, patient by patient, 80:10:10; smaller lie in larger")
    add("--caption-style", choices=("report", "statements"), default="report", help="text that training takes")
    add("--split", choices=("patient", "folds", "random"), default="patient", help=_SPLIT_HELP)
    add("--split-file", type=Path, metavar="CSV", help="take the split from a csv with ecg_id and split")
    add("--seed", type=int, default=42, help="decides the split and the drawings (default: 42)")
    add("--translator", choices=("glossary", "google"), default="glossary", help="offline (default) or online")
    add("--px-per-mm", type=float, default=8.0, metavar="X", help="resolution of the pages (default: 8)")
    add("--rate-hz", type=int, choices=(100, 500), help="which records (default: 500 where they are)")
    add("--only-existing", action="store_true", help="leave out, and count, rows whose record is not in the folder")
    add("--num-proc", type=int, default=1, metavar="N", help="processes that draw; 0: all cores (default: 1)")
    add("--engine", default="processes", choices=("processes", "ray"), help="processes here (default), or Ray workers")
    add("--ray-address", metavar="HOST:PORT", help="a running Ray cluster (default: one of this machine alone)")
    add("--download", action="store_true", help="fetch PTB-XL from PhysioNet into the --ptbxl folder first")
    add("--push-to-hub", metavar="REPO", help="upload the finished folder as this dataset, owner/name")
    add("--private", action="store_true", help="create that dataset as private")


def run(args: argparse.Namespace) -> int:
    """Builds, reports, and pushes if asked."""
    from ecgscribe.core.errors import BadOption
    from ecgscribe.data.build import BuildOptions, build
    from ecgscribe.data.wording import TOO_LONG

    ptbxl = args.ptbxl
    if ptbxl is None and args.simulated is None and not args.wfdb:
        ptbxl = SAMPLE
    if args.simulated is not None and ptbxl is not None:
        raise BadOption("--simulated takes no records from a folder.", "Leave out --ptbxl or --simulated.")
    if args.download and ptbxl in (None, SAMPLE):
        raise BadOption("--download would mix PTB-XL with the simulated sample.", "Name another folder by --ptbxl DIR.")
    if args.split == "random" and args.split_file is None:
        _say("Warning: --split random puts records of one patient into training and test; a test on it flatters.")
    options = BuildOptions(
        ptbxl=ptbxl,
        out=args.out,
        images=args.images,
        limit=args.limit,
        split=args.split,
        split_file=args.split_file,
        seed=args.seed,
        translator=args.translator,
        cache=cache_folder() / "translations",
        px_per_mm=args.px_per_mm,
        rate_hz=args.rate_hz,
        only_existing=args.only_existing,
        download=args.download,
        processes=args.num_proc,
        engine=args.engine,
        ray_address=args.ray_address,
        simulated=args.simulated,
        photos=args.photos,
        signals=args.signals,
        subset=args.subset,
        caption_style=args.caption_style,
        wfdb=tuple(args.wfdb or ()),
        supplements=tuple(args.supplement or ()),
    )
    try:
        result = build(options, Progress(), _say)
    except KeyboardInterrupt:
        _say(f"\nFinished shards are kept in {args.out}; the same command goes on.")
        raise
    _report(result)
    if args.push_to_hub:
        from ecgscribe.hub import push_folder

        address = push_folder(args.out, args.push_to_hub, "dataset", args.private)
        print(f"Pushed: {address}")
    return 3 if result.bad or f"report: {TOO_LONG}" in result.dropped else 0


def cache_folder() -> Path:
    """Where answers of online services are remembered."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ecgscribe"


class Progress:
    """Rows done and rows a second: one line that renews itself on a terminal, a line for each shard elsewhere."""

    def __init__(self):
        self.live = sys.stderr.isatty()
        self.started = self.shown = time.monotonic()
        self.first = None

    def row(self, done: int, total: int) -> None:
        """After each row."""
        self.first = done - 1 if self.first is None else self.first
        now = time.monotonic()
        if self.live and (now - self.shown > 0.2 or done == total):
            self.shown = now
            speed = (done - self.first) / max(now - self.started, 1e-9)
            print(f"\r{done} of {total} rows, {speed:.1f} a second ", end="", file=sys.stderr, flush=True)

    def shard(self, name: str, rows: int, kept: bool) -> None:
        """After each whole shard."""
        end = "was there" if kept else f"{time.monotonic() - self.started:.0f} s"
        print(f"{chr(13) if self.live else ''}{name}: {rows} rows ({end})    ", file=sys.stderr)


def _report(result: Any) -> None:
    counts = ", ".join(f"{split} {count}" for split, count in result.rows.items())
    print(f"{sum(result.rows.values())} rows in {result.folder}: {counts}")
    for config in ("photos", "signals"):
        if config in result.configs:
            print(f"{config}: {sum(result.configs[config].values())} rows")
    if result.subset:
        print(f"subset: {result.subset}")
    for split, count in result.rows.items():
        if not count:
            _say(f"Warning: the split {split} has no rows; take more rows or another --seed.")
    for reason, count in sorted(result.dropped.items()):
        print(f"dropped: {count} ({reason})")
    if result.absent:
        print(f"absent: {result.absent} rows have no file in the source folder")
    if result.bad:
        print(f"bad: {len(result.bad)} rows could not be used")
    for bad in result.bad[:_SHOWN]:
        print(f"  ecg_id {bad.ecg_id}: {bad.code}: {bad.message}")
    if len(result.bad) > _SHOWN:
        print(f"  ... and {len(result.bad) - _SHOWN} more, listed in {result.folder / 'build.json'}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
