"""`ecgscribe train-embedded`: trains the embedded model from a PTB-XL folder."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

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
    parser.add_argument("--ptbxl", type=Path, default=Path("sample/ptb-xl"), help="folder in PTB-XL's layout")
    parser.add_argument("--split-file", type=Path, help="csv with ecg_id and split; default: PTB-XL's folds")
    parser.add_argument("--exclude", default="", help="ecg_ids to leave out of training, comma between")
    parser.add_argument("--output", type=Path, required=True, help="model folder to write")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for checkpoints; a second start goes on from it"
    )
    for name, value in DEFAULTS.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    parser.set_defaults(run=run, option_names=tuple(DEFAULTS))


def run(args: argparse.Namespace) -> int:
    from ecgscribe.training.embedded import EmbeddedOptions
    from ecgscribe.training.embedded_run import train_embedded

    known = {field.name for field in fields(EmbeddedOptions)}
    options = EmbeddedOptions(**{name: getattr(args, name) for name in args.option_names if name in known})
    excluded = frozenset(int(word) for word in args.exclude.split(",") if word.strip())
    train_embedded(args.ptbxl, args.split_file, excluded, args.output, args.work, options)
    return 0
