"""`train` (and `train_hf.py`): fine-tunes BLIP on a dataset, or trains the small one from scratch."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import BadOption


def add_parser(subparsers: Any) -> None:
    """Registers `train`: one flag for each field of `TrainOptions`."""
    from ecgscribe.training.options import TrainOptions

    parser = subparsers.add_parser(
        "train",
        allow_abbrev=False,  # a mistyped option must not become another one
        help="train a captioner on a dataset",
        description="Trains a captioner and writes a complete model folder.",
        epilog="Several processes: accelerate launch --num_processes N train_hf.py ... (GPUs), "
        "torchrun --nproc_per_node N train_hf.py ... (CPU; accelerate launch --cpu starts only one).",
    )
    for option in fields(TrainOptions):
        flag = "--" + option.name.replace("_", "-")
        text = option.metadata["help"]
        if isinstance(option.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, help=text)
        else:
            shown = "" if option.default in ("", 0) else f" (default: {option.default})"
            kind = type(option.default)
            parser.add_argument(
                flag, type=kind, default=argparse.SUPPRESS, metavar=kind.__name__.upper(), help=text + shown
            )


def run(args: argparse.Namespace) -> int:
    """Trains, or prints what it would cost with --dry-run; returns 0."""
    from ecgscribe.training.options import TrainOptions

    given = {option.name: getattr(args, option.name) for option in fields(TrainOptions) if hasattr(args, option.name)}
    options = TrainOptions.build(given)
    if options.dry_run:
        return _dry_run(options)
    from ecgscribe.training.trainer import train

    try:
        folder = train(options, say=lambda line: print(line, file=sys.stderr, flush=True))
    except KeyboardInterrupt:
        print("Stopped; the same command with --resume goes on from the last checkpoint.", file=sys.stderr)
        raise
    if options.push_to_hub and int(os.environ.get("RANK", "0")) == 0:
        from ecgscribe.hub import push_folder

        print(push_folder(folder, options.push_to_hub))
    return 0


def _dry_run(options: Any) -> int:
    from ecgscribe.training.estimate import estimate

    counts, origin = _row_counts(options)
    print(f"rows               {origin}")
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    for line in estimate(options, counts, processes).lines():
        print(line)
    return 0


def _row_counts(options: Any) -> tuple[dict[str, int], str]:
    """split -> rows: counted in the dataset's folder, else as the scenario says."""
    if options.dataset and Path(options.dataset).is_dir():
        import pyarrow.parquet as parquet

        from ecgscribe.data.row import ALL, PAGES, PHOTOS
        from ecgscribe.data.rows import split_files

        configs = (PAGES, PHOTOS) if options.config == ALL else (options.config,)
        counts: dict[str, int] = {}
        for config in configs:
            for split, paths in split_files(Path(options.dataset), config).items():
                counts[split] = counts.get(split, 0) + sum(parquet.read_metadata(f).num_rows for f in paths)
        if not counts:
            raise BadOption(f"{options.dataset} holds no {options.config}.", "Build one with build_dataset.py.")
        return counts, f"counted in {options.dataset}"
    if not options.subset:
        raise BadOption("--dry-run needs a dataset folder, --scenario or --subset to know the size.")
    records = options.subset
    return {"train": round(records * 0.8), "validation": round(records * 0.1)}, f"{records:,} records, split 80:10:10"
