"""`Reader`: picture -> page -> caption, with every problem named and no exception for a poor picture."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import BadModel, EcgscribeError, UnreadablePicture
from ecgscribe.core.page import Page
from ecgscribe.core.report import Interpretation, Problem

MODEL_VARIABLE = "ECGSCRIBE_MODEL"
EMBEDDED_MODEL = Path(__file__).resolve().parents[2] / "models" / "ecg-blip-small"


def default_model() -> str:
    """The model that is read with when none is named: `ECGSCRIBE_MODEL`, else the embedded one.

    Returns a folder or a Hub id. Raises `BadModel` when neither is there.
    """
    named = os.environ.get(MODEL_VARIABLE, "").strip()
    if named:
        return named
    if not (EMBEDDED_MODEL / "config.json").is_file():
        raise BadModel(
            f"The embedded model {EMBEDDED_MODEL.name} is not beside this installation.",
            f"Name a model folder or Hub id with --model or in {MODEL_VARIABLE}.",
        )
    return str(EMBEDDED_MODEL)


@dataclass
class Reader:
    """Reads pictures with one captioner.

    `captioner` has `read(page) -> str`, `preprocess` and `revision`; `name` says which model it is.
    """

    captioner: Any
    name: str = "captioner"

    @classmethod
    def from_pretrained(cls, folder_or_id: str | Path | None = None) -> Reader:
        """Loads the model of a folder or Hub id (`default_model()` when None). Raises `BadModel`, `Offline`."""
        model = str(folder_or_id or default_model())
        from ecgscribe.captioner.blip import Captioner

        name = Path(model).resolve().name if Path(model).is_dir() else model
        return cls(Captioner.from_pretrained(model), name)

    @property
    def models(self) -> dict[str, str]:
        """Which model and which preprocessing a reading came from: name -> revision or digest."""
        return {self.name: self.captioner.revision, "preprocess": self.captioner.preprocess.digest}

    def read(
        self,
        picture: Any,
        source: str = "",
        page_number: int = 0,
        on_step: Callable[[str], None] | None = None,
    ) -> Interpretation:
        """Reads one picture: a path, bytes, a PIL picture or a uint8 array (H, W, 3).

        `source` names it in the result (default: the path); `page_number` counts from 0 in a PDF;
        `on_step` is told each step's name before it runs. Never raises for a poor picture: what could
        not be read stays None and a `Problem` says why.
        """
        run = _Run(source or _name_of(picture), self.models, on_step)
        return run.caption_from(self.captioner, run.page_from(picture, page_number))


LEAST_PAPER = 0.7
"""Less blank paper than this in the model's frame means that the grid shows there, as it never did in training: drawn
pages leave 0.80 to 0.89, scans and prints with a dark or dotted grid 0.12 to 0.67 (12 validation and 18 real pages)."""


@dataclass
class _Run:
    """One reading under way."""

    source: str
    models: dict[str, str]
    on_step: Callable[[str], None] | None = None
    problems: list[Problem] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announces and times a step; an error of ours becomes a fatal problem of it."""
        if self.on_step is not None:
            self.on_step(name)
        start = time.perf_counter()
        try:
            yield
        except EcgscribeError as error:
            code = "unreadable" if isinstance(error, UnreadablePicture) else "failed"
            self.problems.append(Problem(name, code, error.message, error.hint, fatal=True))
        finally:
            self.seconds[name] = time.perf_counter() - start

    def page_from(self, picture: Any, page_number: int) -> Page | None:
        from ecgscribe.core.picture import open_picture
        from ecgscribe.page import find_page

        opened = found = None
        with self.step("picture"):
            opened = open_picture(picture, page_number=page_number)
        if opened is None:
            return None
        with self.step("page"):
            found = find_page(opened)
        if found is None:
            return None
        self.problems.extend(found.problems)
        return found.page

    def caption_from(self, captioner: Any, page: Page | None) -> Interpretation:
        caption = None
        if page is not None and not any(problem.fatal for problem in self.problems):
            caption = self._caption(captioner, page)
        if caption is None and not self.problems:
            self.problems.append(Problem("page", "not_found", "No ECG page was found in the picture.", fatal=True))
        return Interpretation(self.source, page, caption, tuple(self.problems), self.seconds, self.models)

    def _caption(self, captioner: Any, page: Page) -> str | None:
        if captioner.preprocess.frame == "panels" and (not page.panels or page.px_per_mm is None):
            self.problems.append(
                Problem(
                    "caption",
                    "leads_not_found",
                    "No caption: this model reads the leads one by one, and they were not located on the page.",
                    "Use a straight, sharp picture of the whole page (3x4 leads with a rhythm strip).",
                    fatal=True,
                )
            )
            return None
        caption = ""
        with self.step("caption"):
            caption = captioner.read(page).strip()
            if captioner.preprocess.level == "ink":
                self._warn_of_grid(captioner.preprocess.paper_share(captioner.preprocess.picture(page)))
        if not caption and not any(problem.step == "caption" for problem in self.problems):
            self.problems.append(Problem("caption", "empty", "The model wrote nothing about this page.", fatal=True))
        return caption or None

    def _warn_of_grid(self, paper_share: float) -> None:
        if paper_share < LEAST_PAPER:
            self.problems.append(
                Problem(
                    "caption",
                    "grid_shows",
                    f"The grid is too dark to be told from the trace (only {paper_share:.0%} of the model's picture is "
                    "blank): the caption may well be wrong.",
                    "Use a colour picture, where the grid's colour parts it from the trace.",
                )
            )


def _name_of(picture: Any) -> str:
    return str(picture) if isinstance(picture, str | Path) else type(picture).__name__
