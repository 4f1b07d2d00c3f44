"""`ecgscribe train-trace`: trains the digitiser's network from a PTB-XL folder."""

from __future__ import annotations

import argparse
from pathlib import Path

DEFAULTS = {"seed": 7, "hours": 2.0, "steps": 30000, "batch": 8, "threads": 1}
"""The options that may be given; a test holds them equal to those of the recipe, which must not be imported here."""


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser("train-trace", help="train models/ecg-trace from a PTB-XL folder")
    parser.add_argument("--ptbxl", type=Path, default=Path("sample/ptb-xl"), help="folder in PTB-XL's layout")
    parser.add_argument("--split-file", type=Path, help="csv with ecg_id and split; default: PTB-XL's folds")
    parser.add_argument("--exclude", default="", help="ecg_ids to leave out of training, comma between")
    parser.add_argument("--output", type=Path, required=True, help="model folder to write")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints; a later start goes on")
    parser.add_argument("--export-only", action="store_true", help="only write the folder from the last checkpoint")
    for name, value in DEFAULTS.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from ecgscribe.training.trace import TraceOptions, export, train_trace

    options = TraceOptions(**{name: getattr(args, name) for name in DEFAULTS})
    excluded = frozenset(int(word) for word in args.exclude.split(",") if word.strip())
    if args.export_only:
        export(args.work, args.output, options)
    else:
        train_trace(args.ptbxl, args.split_file, excluded, args.output, args.work, options)
    return 0
