"""`Reader`: picture -> page -> signals -> measurements, findings and caption; every problem named, no exception for a
poor picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import BadModel
from ecgscribe.core.page import Page
from ecgscribe.core.report import Interpretation
from ecgscribe.reader.agree import disagreements
from ecgscribe.reader.paper_speed import doubtful_speed
from ecgscribe.reader.steps import Run

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
    """Reads pictures with a captioner and, where given, a digitiser and a classifier.

    `captioner` has `read(page) -> str`, `preprocess` and `revision`; `name` says which model it is. `digitizer` has
    `read(page) -> Digitized`, `classifier` `read(page, ecg) -> FindingsResult`, both `revision`. Without a digitiser
    nothing is measured.
    """

    captioner: Any
    name: str = "captioner"
    digitizer: Any = None
    classifier: Any = None

    @classmethod
    def from_pretrained(
        cls,
        folder_or_id: str | Path | None = None,
        trace: str | Path | None = None,
        findings: str | Path | None = None,
    ) -> Reader:
        """Loads the captioner of a folder or Hub id (`default_model()` when None), and digitiser and classifier: those
        named by `trace` and `findings`, else the embedded ones; where these are not beside the installation, traces are
        followed without a network and nothing is classified. Raises `BadModel`, `Offline`.
        """
        model = str(folder_or_id or default_model())
        from ecgscribe.captioner.blip import Captioner
        from ecgscribe.digitize import digitizer
        from ecgscribe.findings import classifier

        name = Path(model).resolve().name if Path(model).is_dir() else model
        captioner = Captioner.from_pretrained(model)
        has_trace = trace is not None or (digitizer.EMBEDDED / "config.json").is_file()
        traces = digitizer.Digitizer.from_pretrained(trace) if has_trace else digitizer.Digitizer()
        has_findings = findings is not None or (classifier.EMBEDDED / "config.json").is_file()
        return cls(captioner, name, traces, classifier.Classifier.from_pretrained(findings) if has_findings else None)

    @property
    def models(self) -> dict[str, str]:
        """Which models and which preprocessing a reading came from: name -> revision or digest."""
        models = {self.name: self.captioner.revision, "preprocess": self.captioner.preprocess.digest}
        for name, model in (("ecg-trace", self.digitizer), ("ecg-findings", self.classifier)):
            if model is not None:
                models[name] = model.revision
        return models

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
        run = Run(source or _name_of(picture), self.models, on_step)
        return self.interpreted(run, run.page_from(picture, page_number))

    def read_page(self, page: Page, source: str = "", on_step: Callable[[str], None] | None = None) -> Interpretation:
        """Reads a page that was found already, or put right by hand."""
        return self.interpreted(Run(source, self.models, on_step), page)

    def interpreted(self, run: Run, page: Page | None) -> Interpretation:
        """Everything after the page."""
        digitized = run.traces_from(self.digitizer, page)
        measurements = run.measurements_from(digitized)
        findings = run.findings_from(self.classifier, page, digitized)
        caption = run.caption_from(self.captioner, page, digitized)
        statements = run.statements_from(caption)
        run.problems.extend(disagreements(statements, findings, measurements))
        run.problems.extend(doubtful_speed(page and page.mm_per_s, run.problems, measurements))
        # what is shown is what was read; the models have learnt on panels as they are found
        read = page if digitized is None or digitized.page is None else digitized.page
        return Interpretation(
            run.source,
            read,
            caption,
            tuple(run.problems),
            run.seconds,
            run.models,
            ecg=None if digitized is None else digitized.ecg,
            qualities=() if digitized is None else digitized.qualities,
            measurements=measurements,
            findings=findings,
            statements=statements,
            traces_px=() if digitized is None else digitized.traces_px,
            not_assessed=run.not_assessed,
        )


def _name_of(picture: Any) -> str:
    return str(picture) if isinstance(picture, str | Path) else type(picture).__name__
