"""`ecgscribe train-trace`: trains the digitiser's network from a PTB-XL folder."""

from __future__ import annotations

import argparse

from ecgscribe.cli.ptbxl_options import add_recipe, excluded_of, recipe_of

DEFAULTS = {"seed": 7, "hours": 2.0, "steps": 30000, "batch": 8, "threads": 1}
"""The options that may be given; a test holds them equal to those of the recipe, which must not be imported here."""


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser("train-trace", help="train models/ecg-trace from a PTB-XL folder")
    add_recipe(parser, DEFAULTS)
    parser.add_argument("--export-only", action="store_true", help="only write the folder from the last checkpoint")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from ecgscribe.training.trace import TraceOptions, export, train_trace

    options, excluded = recipe_of(args, TraceOptions), excluded_of(args)
    if args.export_only:
        export(args.work, args.output, options)
    else:
        train_trace(args.ptbxl, args.split_file, excluded, args.output, args.work, options)
    return 0
