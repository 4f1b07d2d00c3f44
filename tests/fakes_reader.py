"""Stands in for the model, so that the reader, the command line and the page are tested in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ecgscribe.core.page import Page
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.reader.reader import Reader

CAPTION = "sinus rhythm. left axis deviation. no acute changes."


@dataclass
class FakeCaptioner:
    """Says `caption` about every page, or raises `error`; `pages` are those it was given."""

    caption: str = CAPTION
    preprocess: Preprocess = field(default_factory=lambda: Preprocess.blip(64))
    revision: str = "fake-1"
    error: Exception | None = None
    pages: list[Page] = field(default_factory=list)

    def read(self, page: Page) -> str:
        self.pages.append(page)
        if self.error is not None:
            raise self.error
        return self.caption


def fake_reader(**fields) -> Reader:
    return Reader(FakeCaptioner(**fields), "fake")


@dataclass
class FakeDigitizer:
    """Reads every panel as a sine wave whose last tenth was not seen; `revision` as a real one has it."""

    revision: str = "fake-trace"

    def read(self, page: Page, rate_hz: float = 500.0):
        import numpy as np

        from ecgscribe.core.ecg import Ecg
        from ecgscribe.core.report import LeadQuality
        from ecgscribe.core.standards import LEADS
        from ecgscribe.digitize.digitizer import Digitized

        end_s = max((panel.start_s + panel.length_s for panel in page.panels), default=0.0)
        signal = np.full((len(LEADS), round(end_s * rate_hz)), np.nan, np.float32)
        traces = []
        for panel in page.panels:
            first, count = round(panel.start_s * rate_hz), round(0.9 * panel.length_s * rate_hz)
            wave = 0.5 * np.sin(np.arange(count) / rate_hz * 8)
            signal[LEADS.index(panel.lead), first : first + count] = wave
            x = np.linspace(panel.box_px[0], panel.box_px[2], 60)
            traces.append(np.c_[x, np.full(60, panel.baseline_px)])
            traces[-1][-6:] = np.nan
        qualities = tuple(LeadQuality(lead, 0.9, 0.8, repaired=lead == "I") for lead in LEADS)
        return Digitized(Ecg(signal, rate_hz), qualities, tuple(traces))


@dataclass
class FakeClassifier:
    """Finds one thing in two of the page's panels, doubts another, denies a third, and does not know a fourth."""

    revision: str = "fake-findings"

    def read(self, page: Page, ecg=None):
        from ecgscribe.core.report import Finding
        from ecgscribe.findings.classifier import FindingsResult

        boxes = tuple(panel.box_px for panel in page.panels[:2])
        return FindingsResult(
            (
                Finding("LAD", "left axis deviation", "statement", 0.82, 0.4, "present", 3200, "both", boxes),
                Finding("IRBBB", "incomplete RBBB", "statement", 0.31, 0.35, "uncertain", 800, "both"),
                Finding("IMI", "inferior infarct", "statement", 0.004, 0.3, "absent", 2600, "both"),
            ),
            ("WPW",),
        )


def full_reader(**fields) -> Reader:
    """A fake reader with signals and findings."""
    return Reader(FakeCaptioner(**fields), "fake", FakeDigitizer(), FakeClassifier())


def use_fake_model(monkeypatch, **fields) -> FakeCaptioner:
    """Every `Reader.from_pretrained` of this test gives a reader with one fake captioner."""
    captioner = FakeCaptioner(**fields)
    monkeypatch.setattr(Reader, "from_pretrained", classmethod(lambda cls, model=None: cls(captioner, "fake")))
    return captioner


def ecg_page(condition: str = "normal", seed: int = 3, px_per_mm: float = 4.0):
    """A small drawn page of a simulated ECG: (Page, PageTruth)."""
    from ecgscribe.data.render import render
    from ecgscribe.data.simulate import simulate

    return render(simulate(condition, seed).ecg, px_per_mm=px_per_mm)


def save(picture, path: Path) -> Path:
    """A uint8 array as a picture file."""
    from PIL import Image

    Image.fromarray(picture).save(path)
    return path
