"""A reader without a model and a tiny dataset folder, so that the evaluation is tested in seconds."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from ecgscribe.core.page import Page
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.core.report import Interpretation, Problem

CAPTIONS = (
    "sinus rhythm. normal ecg.",
    "sinus rhythm, left axis deviation, left anterior fascicular block.",
    "atrial fibrillation with rapid ventricular response.",
    "sinus bradycardia. first-degree av block.",
)
SUPERCLASSES = (("NORM",), ("CD",), (), ("CD", "STTC"))
LANGUAGES = ("de", "de", "en", "sv")


def picture(number: int) -> bytes:
    """A PNG with a pattern of its kind, number % 4, which stands in one pixel; pictures of a kind differ in another."""
    grey = np.random.default_rng(number % 4).integers(60, 250, (24, 32, 3), dtype=np.uint8)
    grey[0, 0], grey[0, 1] = number % 4, (number % 256, number // 256, 0)
    stream = io.BytesIO()
    Image.fromarray(grey).save(stream, "PNG")
    return stream.getvalue()


def kind_of(content: bytes) -> int:
    """number % 4 of a picture made by `picture`."""
    with Image.open(io.BytesIO(content)) as image:
        return int(np.asarray(image)[0, 0, 0])


def write_dataset(folder: Path, splits: dict[str, list[int]], captions: Callable[[int], str] | None = None) -> Path:
    """A built dataset of `splits` split -> numbers; two rows a patient; captions in turn unless given."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    from ecgscribe.data.rows import Row, features

    (folder / "data").mkdir(parents=True)
    for split, numbers in splits.items():
        rows = [
            Row(
                image=picture(k),
                caption=captions(k) if captions else CAPTIONS[k % 4],
                report="as in the source",
                language=LANGUAGES[k % 4],
                scp_codes={},
                superclasses=SUPERCLASSES[k % 4],
                ecg_id=k,
                patient_id=f"{split}-{position // 2}",
                strat_fold=1,
                seed=k,
                px_per_mm=4.0,
            ).to_dict()
            for position, k in enumerate(numbers)
        ]
        table = pa.Table.from_pylist(rows, schema=features().arrow_schema)
        parquet.write_table(table, folder / "data" / f"{split}-00000.parquet")
    return folder


@dataclass
class FakeVision:
    """The captioner that the controls ask: `read(page)`, and `embed(pixels)` in the class below."""

    revision: str = "fake-1"
    preprocess: Preprocess = field(default_factory=lambda: Preprocess(size_px=(8, 8)))
    pages: list[Page] = field(default_factory=list)

    def read(self, page: Page) -> str:
        self.pages.append(page)
        return "sinus rhythm."


class FakeEmbedder(FakeVision):
    """Embeds a page by the mean and spread of its pixels."""

    batches: tuple[int, ...] = ()

    def embed(self, pixels: np.ndarray) -> np.ndarray:
        self.batches += (len(pixels),)
        return np.stack([pixels.mean(axis=(1, 2, 3)), pixels.std(axis=(1, 2, 3))], axis=1)


@dataclass
class FakeReader:
    """Answers each picture of `picture` with `answers[number % 4]`; None is a page that could not be read.

    `calls` counts; the call number `stop_at` is interrupted, the call number `fail_at` raises an error.
    """

    answers: tuple[str | None, ...] = CAPTIONS
    captioner: FakeVision = field(default_factory=FakeVision)
    name: str = "fake"
    calls: int = 0
    stop_at: int | None = None
    fail_at: int | None = None

    @property
    def models(self) -> dict[str, str]:
        return {self.name: self.captioner.revision}

    def read(self, content: bytes, source: str = "") -> Interpretation:
        self.calls += 1
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        if self.calls == self.fail_at:
            raise ZeroDivisionError("a fault of ours")
        caption = self.answers[kind_of(content)]
        problems = () if caption else (Problem("page", "no-grid", "No ECG grid was found.", fatal=True),)
        return Interpretation(source, None, caption, problems, {"page": 0.01}, self.models)
