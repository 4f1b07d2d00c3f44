"""Options that several commands share: which records of a PTB-XL folder are used, and how a recipe is trained."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import BadOption


def add_ptbxl(parser: argparse.ArgumentParser, required: bool = False) -> None:
    """--ptbxl, --split-file and --exclude; without `required` the folder is the small one of the repository."""
    folder = {"required": True} if required else {"default": Path("sample/ptb-xl")}
    parser.add_argument("--ptbxl", type=Path, help="folder in PTB-XL's layout", **folder)
    parser.add_argument("--split-file", type=Path, help="csv with ecg_id and split; default: PTB-XL's folds")
    parser.add_argument("--exclude", default="", help="ecg_ids to leave out, comma between")


def words_of(text: str) -> tuple[str, ...]:
    """The words between the commas of `text`."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def excluded_of(args: argparse.Namespace) -> frozenset[int]:
    """The ecg_ids of --exclude. Raises `BadOption` for one that is no number."""
    try:
        return frozenset(int(word) for word in words_of(args.exclude))
    except ValueError:
        raise BadOption(f"--exclude {args.exclude!r} is no list of ecg_ids.", "Write it as 17,42.") from None


def add_recipe(parser: argparse.ArgumentParser, defaults: Mapping[str, Any]) -> None:
    """What a command that trains from a PTB-XL folder takes: records, folders, and an option for each default."""
    add_ptbxl(parser)
    parser.add_argument("--output", type=Path, required=True, help="model folder to write")
    parser.add_argument("--work", type=Path, required=True, help="checkpoints; a second start goes on from them")
    for name, value in defaults.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    parser.set_defaults(option_names=tuple(defaults))


def recipe_of(args: argparse.Namespace, options: type) -> Any:
    """The dataclass `options` filled with what `add_recipe` took."""
    return options(**{f.name: getattr(args, f.name) for f in fields(options) if f.name in args.option_names})
