"""`python -m ecgscribe push`: a finished folder goes to the Hub."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TOKEN_NOTE = "The token comes from HF_TOKEN or `hf auth login`; there is no option for it."


@contextmanager
def resumable() -> Iterator[None]:
    """Ctrl-C inside is followed by a line that says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        print("What has arrived is kept; the same command goes on from there.", file=sys.stderr)
        raise


def add_parser(subparsers: Any) -> None:
    """Registers `push`."""
    parser = subparsers.add_parser(
        "push",
        help="upload a model, data set or Space folder to the Hub",
        description=f"Uploads a finished folder in one commit; goes on where it was interrupted. {TOKEN_NOTE}",
    )
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="what a build, a training or push-space wrote")
    add("repo", metavar="REPO_ID", help="owner/name")
    add("--type", choices=("model", "dataset", "space"), help="kind of repository (default: told by the folder)")
    add("--private", action="store_true", help="create it as private; refuses a repository that is public")
    add("--revision", metavar="BRANCH", help="branch that gets the commit, made when new (default: main)")
    add("--parent", metavar="SHA", help="push only if the branch still stands at this commit")


def run(args: argparse.Namespace) -> int:
    """Pushes and prints the commit's address."""
    from ecgscribe.hub import kind_of, push_folder

    kind = args.type or kind_of(args.folder)
    with resumable():
        address = push_folder(args.folder, args.repo, kind, args.private, revision=args.revision, parent=args.parent)
    print(f"Pushed: {address}")
    return 0
