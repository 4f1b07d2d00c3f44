"""`python -m ecgscribe app`: the reader in the browser."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import BadOption

HOST, PORT = "127.0.0.1", 7860


def add_parser(subparsers: Any) -> None:
    """Registers `app`."""
    parser = subparsers.add_parser(
        "app",
        help="open the reader in the browser",
        description="Serves the reader as a web page, for this machine only unless --host says otherwise.",
    )
    parser.add_argument("--host", help=f"address to serve on (default: GRADIO_SERVER_NAME, else {HOST})")
    parser.add_argument("--port", type=int, help=f"port (default: GRADIO_SERVER_PORT, else {PORT})")
    parser.add_argument("--model", metavar="M", help="model folder or Hub id (default: ECGSCRIBE_MODEL, else embedded)")
    parser.add_argument("--open", action="store_true", help="open a browser window")
    parser.add_argument("--make-examples", metavar="DIR", type=Path, help="only draw the example pictures into DIR")


def run(args: argparse.Namespace) -> int:
    """Loads the model, then serves until interrupted."""
    if args.make_examples:
        from ecgscribe.app.examples import make

        for path in make(args.make_examples):
            print(f"{path} {path.stat().st_size / 1000:.0f} kB")
        return 0
    from ecgscribe.app.serve import serve

    host = args.host or os.environ.get("GRADIO_SERVER_NAME") or HOST
    port = args.port if args.port is not None else _port_of(os.environ.get("GRADIO_SERVER_PORT"))
    serve(host, port, args.model, args.open)
    return 0


def _port_of(text: str | None) -> int:
    if not text:
        return PORT
    if not text.isdigit():
        raise BadOption(f"GRADIO_SERVER_PORT is {text!r}.", "Give a number from 1 to 65535.")
    return int(text)
