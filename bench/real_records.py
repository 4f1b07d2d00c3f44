"""The records of a PTB-XL folder that measurements on real records take, and the options that name them."""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from pathlib import Path

from ecgscribe.core.ecg import Ecg
from ecgscribe.data.records import read_record
from ecgscribe.data.split import read_split_file


def add_options(parser: argparse.ArgumentParser, pages: int, flag: str = "--pages", required: bool = False) -> None:
    """--ptbxl, --split-file, --split and `flag`, the number of records (default: `pages`), for `records_of`."""
    parser.add_argument("--ptbxl", type=Path, required=required, help="folder in PTB-XL's layout, with records500")
    parser.add_argument("--split-file", type=Path, required=required, help="csv with ecg_id and split")
    parser.add_argument("--split", default="validation")
    parser.add_argument(flag, dest="pages", type=int, default=pages, help=f"so many records (default: {pages})")


def records_of(args: argparse.Namespace) -> list[Ecg]:
    """The first of the split's records in an order of their own (spread over the data set), each with its patient."""
    ids = [ecg_id for ecg_id, split in read_split_file(args.split_file).items() if split == args.split]
    ids = sorted(ids, key=lambda ecg_id: (ecg_id * 7919) % 10007)
    paths = [args.ptbxl / "records500" / f"{i // 1000 * 1000:05d}" / f"{i:05d}_hr" for i in ids]
    table, patients = args.ptbxl / "ptbxl_database.csv", {}
    if table.exists():
        with table.open(encoding="utf-8") as lines:
            patients = {f"{int(row['ecg_id']):05d}": row["patient_id"] for row in csv.DictReader(lines)}
    found = [path for path in paths if path.with_suffix(".hea").exists()][: args.pages]
    return [replace(read_record(path), record=path.name, patient=patients.get(path.name[:5], "")) for path in found]
