"""Uploads: taken into memory and deleted at once, so that nothing of a patient stays on the server."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from ecgscribe.core.errors import UnreadablePicture

TEMPORARY_VARIABLE = "GRADIO_TEMP_DIR"


def private_folder() -> Path:
    """The folder that Gradio stores uploads in: `GRADIO_TEMP_DIR`, or a new one that only we may enter.

    Must run before Gradio's components are made; they remember it.
    """
    named = os.environ.get(TEMPORARY_VARIABLE)
    if not named:
        named = tempfile.mkdtemp(prefix="ecgscribe-")
        os.environ[TEMPORARY_VARIABLE] = named
        import atexit

        atexit.register(shutil.rmtree, named, ignore_errors=True)
    return Path(named)


def taken(path: str) -> bytes:
    """The bytes of an uploaded file, which is deleted with its folder before this returns.

    Raises `UnreadablePicture` when the upload is no longer there, and refuses paths outside the folder of
    uploads, which only a forged request can name.
    """
    file = Path(path).resolve()
    folder = Path(os.environ[TEMPORARY_VARIABLE]).resolve()
    if folder not in file.parents:
        raise UnreadablePicture("This file is not an upload.", "Choose the picture again.")
    try:
        return file.read_bytes()
    except OSError:
        raise UnreadablePicture("The picture is no longer on the server.", "Choose it again.") from None
    finally:
        file.unlink(missing_ok=True)
        if file.parent != folder:
            shutil.rmtree(file.parent, ignore_errors=True)
