"""Tokens stay unsaid: cut out of sentences and of the client's log, looked for in what is about to be pushed."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecgscribe.core.errors import BadOption

TOKEN_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
CUT = "(token)"
_PATTERNS = (
    re.compile(r"\bhf_(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{4,}"),
    re.compile(r"(?i)(?<=Bearer )[^\s'\"]+"),
    re.compile(r"\bapi_org_[A-Za-z0-9]{4,}"),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),  # a name and password in an address
)
# signed addresses of a storage let anybody upload or read for an hour
_QUERY = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]+")
# a real token: shorter words with this beginning stand in texts about tokens
_REAL_TOKEN = re.compile(rb"\bhf_[A-Za-z0-9]{30,}\b")
_LOOKED_INTO = 2_000_000
"""Bytes: larger files are weights and pictures, not notes in which a token was left."""


def known_tokens() -> tuple[str, ...]:
    """The tokens of this process and of its login, whatever they look like; longest first."""
    tokens = {os.environ.get(name, "").strip() for name in TOKEN_VARIABLES}
    path = os.environ.get("HF_TOKEN_PATH") or os.path.join(
        os.environ.get("HF_HOME") or os.path.expanduser("~/.cache/huggingface"), "token"
    )
    try:
        tokens.add(Path(path).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        pass
    return tuple(sorted((token for token in tokens if len(token) >= 6), key=len, reverse=True))


def without_secrets(text: str) -> str:
    """`text` with every token, password and signed address cut out."""
    for token in known_tokens():
        text = text.replace(token, CUT)
    for pattern in _PATTERNS:
        text = pattern.sub(CUT, text)
    return _QUERY.sub(r"\1", text)


class _Cutter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_secrets(record.getMessage()), ()
        return True


@contextmanager
def clean_log() -> Iterator[None]:
    """Inside, what the client logs (to its own handlers, and upwards) has its secrets cut out."""
    cutter = _Cutter()
    handlers = [*logging.getLogger("huggingface_hub").handlers, *logging.getLogger().handlers]
    for handler in handlers:
        handler.addFilter(cutter)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(cutter)


def assert_no_token(folder: Path, files: list[str]) -> None:
    """Raises `BadOption` when one of the `files` (relative names) holds an access token."""
    mine = [token.encode() for token in known_tokens()]
    for name in files:
        path = folder / name
        if path.stat().st_size > _LOOKED_INTO:
            continue
        data = path.read_bytes()
        if any(token in data for token in mine) or _REAL_TOKEN.search(data):
            raise BadOption(f"{path} holds an access token, so nothing was pushed.", "Remove it, then push again.")
