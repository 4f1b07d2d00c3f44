"""What happens between an upload and the page: read, delete, show, correct, take away; errors become one sentence."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ecgscribe.app.downloads import made
from ecgscribe.app.memory import Memory, Reading
from ecgscribe.app.uploads import taken
from ecgscribe.app.view import Shown, shown, sorry
from ecgscribe.core.errors import EcgscribeError
from ecgscribe.core.picture import open_picture
from ecgscribe.core.report import Interpretation, Problem
from ecgscribe.reader.correct import Correction, reread
from ecgscribe.reader.output import sentence
from ecgscribe.reader.reader import Reader

NO_PICTURE = "No picture was chosen. Choose a file, take a photograph or paste one, then press Read."
BROKEN = "Something went wrong inside the reader. The picture was deleted; please try another one."
FORGOTTEN = "This reading is no longer in the server's memory. Read the picture again."

Told = Callable[[str], None]
Answer = tuple[Shown, dict | None]

_LOCK = threading.Lock()


@functools.cache
def _loaded(model: str | None) -> Reader:
    return Reader.from_pretrained(model)


def shared_reader(model: str | None = None) -> Reader:
    """The one reader of this process, loaded at the first call. Raises `BadModel`, `Offline`."""
    with _LOCK:
        return _loaded(model)


class Service:
    """Reads pictures for the page and for programs; `reader` gives the model when it is first needed.

    What was read for an `owner` (a browser's session) is remembered in `memory`, for downloads and corrections;
    without an owner, as for programs, nothing is.
    """

    def __init__(self, reader: Callable[[], Reader] = shared_reader, memory: Memory | None = None):
        self.reader = reader
        self.memory = Memory() if memory is None else memory

    def upload(self, path: str | None, progress: Told | None = None, owner: str | None = None) -> Answer:
        """An uploaded file -> what is shown, and its JSON; the file is gone when this returns. Never raises."""
        if not path:
            return sorry(NO_PICTURE), None
        return self._guarded(lambda: self.read(taken(path), Path(path).name, progress, owner))

    def file(self, path: Path, progress: Told | None = None, owner: str | None = None) -> Answer:
        """A file of our own (an example), which stays. Never raises."""
        return self._guarded(lambda: self.read(path.read_bytes(), path.name, progress, owner))

    def read(
        self, data: bytes, name: str, progress: Told | None = None, owner: str | None = None
    ) -> tuple[Interpretation, np.ndarray | None]:
        """The interpretation of a picture file's bytes, and the opened picture (None when it is none)."""
        if owner is not None:
            self.memory.forget(owner)
        try:
            picture = open_picture(data)
        except EcgscribeError as error:
            message = error.message.replace("The data", "The file", 1)
            problem = Problem("picture", "unreadable", message, error.hint, fatal=True)
            return Interpretation(name, problems=(problem,)), None
        interpretation = self.reader().read(picture, source=name, on_step=progress)
        if owner is not None:
            self.memory.keep(owner, Reading(name, data, interpretation))
        return interpretation, picture

    def correct(self, owner: str, given: Callable[[], Correction], progress: Told | None = None) -> Answer:
        """The owner's picture read again as corrected; JSON None where that could not be. Never raises."""
        return self._guarded(lambda: self._corrected(owner, given(), progress), "Not read again")

    def _corrected(
        self, owner: str, correction: Correction, progress: Told | None
    ) -> tuple[Interpretation, np.ndarray | None]:
        held = self.memory.get(owner)
        if held is None:
            raise EcgscribeError(FORGOTTEN)
        picture = open_picture(held.data)
        interpretation = reread(self.reader(), picture, correction, held.name, progress)
        self.memory.keep(owner, Reading(held.name, held.data, interpretation))
        return interpretation, picture

    def download(self, owner: str, kind: str) -> dict[str, str]:
        """The file {"name", "type", "data"}, made now from memory; raises `EcgscribeError` where it cannot be had."""
        held = self.memory.get(owner)
        if held is None:
            raise EcgscribeError(FORGOTTEN)
        return made(kind, held)

    def _guarded(
        self, work: Callable[[], tuple[Interpretation, np.ndarray | None]], title: str = "No caption"
    ) -> Answer:
        try:
            interpretation, picture = work()
            return shown(interpretation, picture), interpretation.to_dict()
        except EcgscribeError as error:
            return sorry(sentence(Problem("app", "failed", error.message, error.hint)), title), None
        except Exception:
            # the log gets the fault, never the picture; the page gets one sentence
            logging.getLogger(__name__).exception("Reading an upload failed.")
            return sorry(BROKEN, title), None
