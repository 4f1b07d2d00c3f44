"""`python -m ecgscribe push-space`: the reader becomes a Space of its own."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from ecgscribe.cli.push import TOKEN_NOTE, resumable
from ecgscribe.core.errors import BadOption


def add_parser(subparsers: Any) -> None:
    """Registers `push-space`."""
    parser = subparsers.add_parser(
        "push-space",
        help="put a runnable Space together and upload it",
        description=f"Gathers app.py, the needed part of the package, models and examples. {TOKEN_NOTE}",
    )
    add = parser.add_argument
    add("repo", metavar="REPO_ID", help="owner/name of the Space")
    add("--private", action="store_true", help="create it as private; refuses a Space that is public")
    add("--model", metavar="ID", help="captioner that the Space loads from the Hub, owner/name@SHA, not sent along")
    add("--dry-run", action="store_true", help="only write the folder, to -o DIR, and list it")
    add("-o", "--out", type=Path, metavar="DIR", help="where the folder stays (default: nowhere, it is temporary)")


def run(args: argparse.Namespace) -> int:
    """Gathers the folder; pushes it unless --dry-run."""
    from ecgscribe.hub import push_folder
    from ecgscribe.hub.names import check_repo
    from ecgscribe.hub.space import gather
    from ecgscribe.reader.reader import EMBEDDED_MODEL, MODEL_VARIABLE

    check_repo(args.repo)
    if args.dry_run and args.out is None:
        raise BadOption("--dry-run has nowhere to write to.", "Name a new folder: -o DIR.")
    loaded = (MODEL_VARIABLE, args.model, EMBEDDED_MODEL.name) if args.model else None
    with tempfile.TemporaryDirectory() as temporary:
        out = args.out or Path(temporary) / "space"
        files = gather(out, loaded)
        if args.dry_run:
            for name, size in files.items():
                print(f"{size:>12,} {name}")
            print(f"{sum(files.values()):>12,} bytes in {len(files)} files: {out}; try `cd {out} && python app.py`")
            return 0
        command = f"python -m ecgscribe push-space {args.repo}" + " --private" * args.private
        with resumable():
            print(f"Pushed: {push_folder(out, args.repo, 'space', args.private, command)}")
    return 0
