"""What happens between an upload and the page: read, delete, show; errors become one sentence."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ecgscribe.app.uploads import taken
from ecgscribe.app.view import Shown, shown, sorry
from ecgscribe.core.errors import EcgscribeError
from ecgscribe.core.picture import open_picture
from ecgscribe.core.report import Interpretation, Problem
from ecgscribe.reader.output import sentence
from ecgscribe.reader.reader import Reader

NO_PICTURE = "No picture was chosen. Choose a file, take a photograph or paste one, then press Read."
BROKEN = "Something went wrong inside the reader. The picture was deleted; please try another one."

_LOCK = threading.Lock()


@functools.cache
def _loaded(model: str | None) -> Reader:
    return Reader.from_pretrained(model)


def shared_reader(model: str | None = None) -> Reader:
    """The one reader of this process, loaded at the first call. Raises `BadModel`, `Offline`."""
    with _LOCK:
        return _loaded(model)


class Service:
    """Reads pictures for the page and for programs; `reader` gives the model when it is first needed."""

    def __init__(self, reader: Callable[[], Reader] = shared_reader):
        self.reader = reader

    def upload(self, path: str | None, progress: Callable[[str], None] | None = None) -> tuple[Shown, dict | None]:
        """An uploaded file -> what is shown, and its JSON; the file is gone when this returns. Never raises."""
        if not path:
            return sorry(NO_PICTURE), None
        return self._guarded(lambda: self.read(taken(path), Path(path).name, progress))

    def file(self, path: Path, progress: Callable[[str], None] | None = None) -> tuple[Shown, dict | None]:
        """A file of our own (an example), which stays. Never raises."""
        return self._guarded(lambda: self.read(path.read_bytes(), path.name, progress))

    def read(
        self, data: bytes, name: str, progress: Callable[[str], None] | None = None
    ) -> tuple[Interpretation, np.ndarray | None]:
        """The interpretation of a picture file's bytes, and the opened picture (None when it is none)."""
        try:
            picture = open_picture(data)
        except EcgscribeError as error:
            message = error.message.replace("The data", "The file", 1)
            problem = Problem("picture", "unreadable", message, error.hint, fatal=True)
            return Interpretation(name, problems=(problem,)), None
        return self.reader().read(picture, source=name, on_step=progress), picture

    def _guarded(self, work: Callable[[], tuple[Interpretation, np.ndarray | None]]) -> tuple[Shown, dict | None]:
        try:
            interpretation, picture = work()
            return shown(interpretation, picture), interpretation.to_dict()
        except EcgscribeError as error:
            return sorry(sentence(Problem("app", "failed", error.message, error.hint))), None
        except Exception:
            # the log gets the fault, never the picture; the page gets one sentence
            logging.getLogger(__name__).exception("Reading an upload failed.")
            return sorry(BROKEN), None
