"""Files that are whole or not there, and one sentence for a disk that does not take them."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecgscribe.core.errors import Halted

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def disk_trouble_told(folder: Path) -> Iterator[None]:
    """Turns an `OSError` inside the block, where `folder` is written to, into `Halted`."""
    try:
        yield
    except BrokenPipeError:  # whoever read our output went away: no trouble of the disk
        raise
    except OSError as error:
        kept = "What is finished is kept: the same command goes on"
        if error.errno in _FULL:
            raise Halted(f"There is no more room to write in {folder}.", f"{kept} once there is room.") from error
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise Halted(f"{folder} could not be written to or read ({reason}).", f"{kept} once it can.") from error


def write_text(path: Path, text: str) -> None:
    """Whole or not at all, also after a power cut."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    os.replace(part, path)


def file_digest(path: Path) -> str:
    """SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
