"""`ecgscribe train-embedded`: trains the embedded model from a PTB-XL folder."""

from __future__ import annotations

import argparse

from ecgscribe.cli.ptbxl_options import add_recipe, excluded_of, recipe_of

DEFAULTS = {
    "seed": 42,
    "language_epochs": 3,
    "look_epochs": 10,
    "caption_epochs": 6,
    "batch": 32,
    "workers": 1,
    "threads": 1,
}
"""The options that may be given; a test holds them equal to those of the recipe, which must not be imported here."""


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser("train-embedded", help="train models/ecg-blip-small from a PTB-XL folder")
    add_recipe(parser, DEFAULTS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from ecgscribe.training.embedded import EmbeddedOptions
    from ecgscribe.training.embedded_run import train_embedded

    options, excluded = recipe_of(args, EmbeddedOptions), excluded_of(args)
    train_embedded(args.ptbxl, args.split_file, excluded, args.output, args.work, options)
    return 0
