"""`python -m ecgscribe audit`: missing, bad and double records of a PTB-XL folder."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Registers `audit`."""
    parser = subparsers.add_parser(
        "audit",
        help="missing, bad and double records of a PTB-XL folder",
        description="Says which version of PTB-XL the table is, which of the 38 ids that 1.0.3 no longer has are in "
        "it, and reads every signal that is there: which are missing, which cannot be used, which are the same.",
        epilog="Exit code 0: done; 2: could not; 3: done, and some records cannot be used.",
    )
    parser.add_argument("ptbxl", type=Path, metavar="DIR", help="folder in PTB-XL's layout")
    parser.add_argument("--rate-hz", type=int, choices=(100, 500), help="which records (default: 500 where they are)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE too")


def run(args: argparse.Namespace) -> int:
    """Prints the figures."""
    from ecgscribe.data.audit import audit
    from ecgscribe.data.disk import write_text
    from ecgscribe.data.ptbxl import PtbXl

    found = audit(PtbXl(args.ptbxl, args.rate_hz), _progress)
    for line in found.lines():
        print(line)
    if args.json:
        write_text(args.json, json.dumps(found.to_dict(), indent=1) + "\n")
    return 3 if found.bad else 0


def _progress(done: int, total: int) -> None:
    if done % 1000 == 0:
        print(f"{done} of {total} signals", file=sys.stderr)
