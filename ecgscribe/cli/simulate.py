"""`python -m ecgscribe simulate`: records of chosen conditions with everything that is known about them."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Registers `simulate`."""
    parser = subparsers.add_parser(
        "simulate",
        help="simulate ECGs of known conditions",
        description="Writes simulated 12-lead ECGs as WFDB records, each with a JSON file of its truth: beats, waves, "
        "intervals, axis, SCP codes, report. The same seed gives the same bytes; what is there already is kept.",
        epilog="Exit code 0: done; 2: an unknown condition or another mistake; 130: interrupted.",
    )
    add = parser.add_argument
    add(
        "--condition", action="append", metavar="NAME", help="a condition, several joined by +, or all; may be repeated"
    )
    add("--list", action="store_true", help="name the conditions with their SCP codes")
    add("--count", type=int, default=1, metavar="N", help="records of each condition (default: 1)")
    add("--seed", type=int, default=0, metavar="S", help="the records have the seeds S, S+1, ... (default: 0)")
    add("--rate-hz", type=float, default=500.0, metavar="F", help="samples a second (default: 500)")
    add("--duration-s", type=float, default=10.0, metavar="T", help="seconds (default: 10)")
    add("--wish", action="append", default=[], metavar="NAME=VALUE", help="e.g. rate_bpm=72; else drawn from the seed")
    add("--num-proc", type=int, default=1, metavar="N", help="processes (default: 1)")
    add("-o", "--out", type=Path, metavar="DIR", help="folder for the records")


def run(args: argparse.Namespace) -> int:
    """Simulates and reports."""
    from ecgscribe.core.errors import BadOption
    from ecgscribe.data.conditions import CONDITIONS, canonical, codes_of, request_of
    from ecgscribe.data.processes import mapped
    from ecgscribe.data.truth_files import RecordJob, write_record

    if args.list:
        for name in CONDITIONS:
            print(f"{name:36} {' '.join(codes_of(request_of(name, 0, {})))}")
        return 0
    if not args.condition:
        raise BadOption("No condition was named.", "Give --condition NAME, or --list to see the names.")
    if args.out is None:
        raise BadOption("No folder was named.", "Give -o DIR.")
    if args.count < 1 or args.num_proc < 1:
        raise BadOption(f"--count {args.count} and --num-proc {args.num_proc} must be positive.")
    named = [name for given in args.condition for name in (CONDITIONS if given == "all" else (canonical(given),))]
    wishes = tuple(_wish(text) for text in args.wish)
    jobs = [
        RecordJob(args.out, name, args.seed + k, args.rate_hz, args.duration_s, wishes)
        for name in dict.fromkeys(named)
        for k in range(args.count)
    ]
    args.out.mkdir(parents=True, exist_ok=True)
    begun, made = time.monotonic(), 0
    for done, fresh in enumerate(mapped(write_record, jobs, args.num_proc), start=1):
        made += fresh
        if done % 100 == 0:
            print(f"{done} of {len(jobs)} records, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    kept = f", {len(jobs) - made} were there" if made < len(jobs) else ""
    print(f"{made} simulated records in {args.out}{kept}")
    return 0


def _wish(text: str) -> tuple[str, float | str]:
    """ "rate_bpm=72" -> ("rate_bpm", 72.0)."""
    from ecgscribe.core.errors import BadOption

    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise BadOption(f"--wish {text!r} is no NAME=VALUE.", "Example: --wish rate_bpm=72.")
    try:
        return name, float(value)
    except ValueError:
        return name, value
