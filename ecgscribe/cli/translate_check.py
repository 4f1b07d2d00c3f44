"""What `translate` does besides translating: show reports before and after, estimate the coverage of unseen ones."""

from __future__ import annotations

import argparse
import hashlib

from ecgscribe.core.errors import BadOption
from ecgscribe.text.caption import caption_of
from ecgscribe.text.heldout import held_out_lines
from ecgscribe.text.translate import translator_named


def show(args: argparse.Namespace, reports: list[tuple[str, str]]) -> int:
    """Prints `args.show` different reports, drawn with `args.seed`, each with what became of it."""
    if args.show < 1:
        raise BadOption(f"--show {args.show} shows nothing.", "Give a number of reports from 1.")
    translator = translator_named(args.translator, args.cache)
    for number, report in drawn([report for _, report in reports], args.show, args.seed):
        caption = caption_of(report, translator)
        notes = [caption.language or "no language"]
        notes += ["cut"] if caption.cut else []
        notes += [f"dropped: {caption.dropped}"] if caption.dropped else []
        notes += [f"unknown: {' '.join(caption.unknown)}"] if caption.unknown else []
        print(f"{number} ({'; '.join(notes)})\n  before: {' '.join(report.split())}\n  after:  {caption.text}")
    return 0


def estimate(reports: list[tuple[str, str]], seed: int) -> int:
    """Prints the held-out coverage."""
    print("\n".join(held_out_lines(reports, seed)))
    return 0


def drawn(reports: list[str], count: int, seed: int) -> list[tuple[int, str]]:
    """`count` of the different `reports`, the same for the same seed: (number from 1 in the file, report), in order."""
    first: dict[str, int] = {}
    for number, report in enumerate(reports, 1):
        first.setdefault(report, number)
    ranked = sorted(first, key=lambda report: hashlib.sha256(f"{seed}/{report}".encode()).digest())
    return sorted((first[report], report) for report in ranked[:count])
