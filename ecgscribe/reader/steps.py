"""One reading under way: each step announced, timed and kept from failing the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ecgscribe.core.errors import EcgscribeError, UnreadablePicture
from ecgscribe.core.page import Page
from ecgscribe.core.report import Finding, Measurement, Problem, Statement
from ecgscribe.core.standards import STANDARD_SCALE
from ecgscribe.reader.standard_page import standard_page

LEAST_READ = 0.5
"""With less of the leads' printed time followed (mean coverage), a caption would rest on what is not there."""

LEAST_PAPER = 0.7
"""Less blank paper than this in the model's frame means that the grid shows there, as it never did in training: drawn
pages leave 0.80 to 0.89, scans and prints with a dark or dotted grid 0.12 to 0.67 (12 validation and 18 real pages)."""


@dataclass
class Run:
    """One reading under way."""

    source: str
    models: dict[str, str]
    on_step: Callable[[str], None] | None = None
    problems: list[Problem] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    not_assessed: tuple[str, ...] = ()

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

    def traces_from(self, digitizer: Any, page: Page | None) -> Any:
        """What the digitiser read, None where there is none or nothing to read."""
        if digitizer is None or not self._goes_on(page) or not page.panels:
            return None
        digitized = None
        with self.step("traces"):
            digitized = digitizer.read(page)
        if digitized is not None:
            self.problems.extend(digitized.problems)
        return digitized

    def measurements_from(self, digitized: Any) -> tuple[Measurement, ...]:
        """Measurements on the digitised signals."""
        if digitized is None:
            return ()
        measured: tuple[Measurement, ...] = ()
        with self.step("measurements"):
            from ecgscribe.measure.measure import measure

            measured = measure(digitized.ecg)
        return measured

    def findings_from(self, classifier: Any, page: Page | None, digitized: Any) -> tuple[Finding, ...]:
        """Findings from the page and its signals."""
        if classifier is None or not self._goes_on(page):
            return ()
        result = None
        with self.step("findings"):
            result = classifier.read(page, None if digitized is None else digitized.ecg)
        if result is None:
            return ()
        self.problems.extend(result.problems)
        self.not_assessed = tuple(result.not_assessed)
        return tuple(result.findings)

    def caption_from(self, captioner: Any, page: Page | None, digitized: Any) -> str | None:
        """The caption, None with a problem that says why."""
        caption = self._caption(captioner, page, digitized) if self._goes_on(page) else None
        if caption is None and not self.problems:
            self.problems.append(Problem("page", "not_found", "No ECG page was found in the picture.", fatal=True))
        return caption

    def statements_from(self, caption: str | None) -> tuple[Statement, ...]:
        """What the caption says."""
        from ecgscribe.text.statements import statements_of

        return statements_of(caption) if caption else ()

    def _goes_on(self, page: Page | None) -> bool:
        return page is not None and not any(problem.fatal for problem in self.problems)

    def _page_for(self, captioner: Any, page: Page, digitized: Any) -> Page:
        """The page itself, or the standard page redrawn from its signals where the model knows no page like it."""
        if captioner.preprocess.frame != "panels" or digitized is None or _is_standard(page):
            return page
        drawn = standard_page(digitized.ecg)
        if drawn is None:
            self.problems.append(
                Problem(
                    "caption",
                    "unlike-training",
                    f"The caption model learnt on pages 3x4 at 25 mm/s and 10 mm/mV; this one ({_kind(page)}) is "
                    "unlike them: the caption may well be wrong.",
                    "Trust the traces and measurements rather than the caption.",
                )
            )
            return page
        self.problems.append(
            Problem(
                "caption",
                "redrawn",
                f"The caption was written from a standard page redrawn from the digitised traces, since the model "
                f"learnt on no page like this one ({_kind(page)}).",
                "Compare the traces with the picture.",
            )
        )
        return drawn

    def _caption(self, captioner: Any, page: Page, digitized: Any) -> str | None:
        if digitized is not None and _read_share(digitized) < LEAST_READ:
            self.problems.append(
                Problem(
                    "caption",
                    "traces_not_read",
                    f"No caption: only {_read_share(digitized):.0%} of the traces could be followed, so it would be "
                    "guessed.",
                    "Use a sharper, straighter picture, or put the corners right by hand.",
                    fatal=True,
                )
            )
            return None
        if captioner.preprocess.frame == "panels" and (not page.panels or page.px_per_mm is None):
            missing = "its scale is unknown" if page.panels else "the leads were not located on the page"
            self.problems.append(
                Problem(
                    "caption",
                    "leads_not_found",
                    f"No caption: this model reads the leads one by one, and {missing}.",
                    "Use a straight, sharp picture of the whole page.",
                    fatal=True,
                )
            )
            return None
        caption = ""
        with self.step("caption"):
            page = self._page_for(captioner, page, digitized)
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
                    "Trust the traces rather than the caption, or use a picture whose grid has a colour of its own.",
                )
            )


def _read_share(digitized: Any) -> float:
    """Mean coverage of the twelve leads, 0 to 1."""
    return float(np.mean([quality.coverage for quality in digitized.qualities] or [0.0]))


def _is_standard(page: Page) -> bool:
    """Whether the page is like those that the caption model learnt on."""
    gains = {panel.mm_per_mv for panel in page.panels} - {None, STANDARD_SCALE.mm_per_mv}
    speed = getattr(page, "mm_per_s", None) in (None, STANDARD_SCALE.mm_per_s)
    return page.layout in ("3x4", "3x4+1") and speed and not gains


def _kind(page: Page) -> str:
    gains = sorted({panel.mm_per_mv for panel in page.panels} - {None})
    gain = " and ".join(f"{value:g} mm/mV" for value in gains) or "gain unknown"
    speed = "speed unknown" if getattr(page, "mm_per_s", None) is None else f"{getattr(page, 'mm_per_s', None):g} mm/s"
    return f"layout {page.layout or 'unknown'}, {speed}, {gain}"
