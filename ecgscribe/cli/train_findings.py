"""`ecgscribe train-findings`: trains models/ecg-findings from a PTB-XL folder."""

from __future__ import annotations

import argparse

from ecgscribe.cli.ptbxl_options import add_recipe, excluded_of, recipe_of, words_of

DEFAULTS = {
    "seed": 42,
    "batch": 32,
    "rate": 2e-3,
    "weight_decay": 0.05,
    "warm_up": 0.15,
    "gamma_negative": 2.0,
    "gamma_positive": 0.0,
    "margin": 0.02,
    "class_weight": 0.35,
    "ema": 0.998,
    "least_label": 20,
    "bare": 0.7,
    "bare_end": 0.4,
    "precision": "bf16",
    "threads": 1,
    "workers": 0,
    "start": "",
}
"""The options that may be given; a test holds them equal to those of the recipe, which must not be imported here."""


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser("train-findings", help="train models/ecg-findings from a PTB-XL folder")
    add_recipe(parser, DEFAULTS)
    parser.add_argument("--views", default="picture,signal,beat", help="picture, signal, beat, commas between")
    parser.add_argument("--picture-epochs", type=int, default=14)
    parser.add_argument("--signal-epochs", type=int, default=24)
    parser.add_argument("--beat-epochs", type=int, default=12)
    parser.add_argument("--backbone", default="resnet-slim", help="a size of ours, a folder, or a Hub id")
    parser.add_argument("--simulated", type=int, default=0, help="simulated records for every rare condition")
    parser.add_argument(
        "--members", type=int, default=1, help="signal and beat nets each, seeds one after the other, answers averaged"
    )
    parser.add_argument("--folds", type=int, default=0, help="cross-validate by patient instead of writing a folder")
    parser.add_argument("--compare", default="", help="picture backbones to compare instead, comma between")
    parser.add_argument("--export-only", action="store_true", help="write the folder from the checkpoints as they are")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from ecgscribe.core.errors import BadOption
    from ecgscribe.training.findings import FindingsOptions
    from ecgscribe.training.findings_data import VIEWS
    from ecgscribe.training.findings_run import FindingsRun, compare_backbones, cross_validate, train_findings

    options, views = recipe_of(args, FindingsOptions), words_of(args.views)
    if not views or not set(views) <= set(VIEWS):
        raise BadOption(f"--views {args.views!r} names an unknown view.", f"Known: {', '.join(VIEWS)}.")
    wanted = FindingsRun(
        ptbxl=args.ptbxl,
        output=args.output,
        work=args.work,
        split_file=args.split_file,
        excluded=excluded_of(args),
        views=views,
        epochs=(("picture", args.picture_epochs), ("signal", args.signal_epochs), ("beat", args.beat_epochs)),
        backbone=args.backbone,
        simulated=args.simulated,
        members=args.members,
    )
    if args.compare:
        compare_backbones(wanted, options, list(words_of(args.compare)))
    elif args.folds:
        cross_validate(wanted, options, args.folds)
    else:
        train_findings(wanted, options, args.export_only)
    return 0
