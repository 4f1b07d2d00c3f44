"""Serves the page until it is interrupted."""

from __future__ import annotations

import functools
import socket

from ecgscribe.app.service import shared_reader
from ecgscribe.core.errors import BadOption


def serve(host: str, port: int, model: str | None = None, browser: bool = False) -> None:
    """Loads the model, serves on `host`:`port` and blocks.

    Raises `BadModel` and `Offline` for the model, `BadOption` for a port that is not free.
    """
    _check_free(host, port)
    reader = functools.partial(shared_reader, model)
    loaded = reader()
    from ecgscribe.app.ui import build, launch_options

    print(f"Reading with {loaded.name}. Open http://{_reachable(host)}:{port} (Ctrl-C stops).", flush=True)
    demo = build(reader)
    demo.launch(server_name=host, server_port=port, inbrowser=browser, **launch_options())


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "") else f"[{host}]" if ":" in host else host


def _check_free(host: str, port: int) -> None:
    """A busy port is said before the model is loaded."""
    if not 0 < port < 65536:
        raise BadOption(f"Port {port} does not exist.", "Give a number from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadOption(
                f"Cannot serve on {host}:{port}: {error.strerror}.", "Give another --port or --host."
            ) from None
