"""`python -m ecgscribe pull`: a repository of the Hub comes into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ecgscribe.cli.push import TOKEN_NOTE, resumable


def add_parser(subparsers: Any) -> None:
    """Registers `pull`."""
    parser = subparsers.add_parser(
        "pull",
        help="download a model, data set or Space from the Hub",
        description=f"Downloads one commit of a repository, digests compared, into a new folder. {TOKEN_NOTE}",
    )
    add = parser.add_argument
    add("repo", metavar="REPO_ID", help="owner/name")
    add("--type", choices=("model", "dataset", "space"), default="model", help="kind of repository (default: model)")
    add("--revision", metavar="SHA", help="commit, tag or branch (default: main as it is now)")
    add("-o", "--out", type=Path, required=True, metavar="DIR", help="new or empty folder")


def run(args: argparse.Namespace) -> int:
    """Pulls and prints the commit that the folder now is."""
    from ecgscribe.hub import pull_into

    with resumable():
        sha = pull_into(args.repo, args.out, args.type, args.revision)
    print(f"{args.out} is {args.repo.partition('@')[0]} at {sha}")
    return 0
