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
