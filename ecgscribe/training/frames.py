"""Rows into frames: each picture goes the serving road (open, find the page, `Preprocess.picture`) once.

A frame is kept as PNG under the digest of picture and preprocessing, so that epochs, processes and a resumed
training read the same pixels; a picture without a readable page leaves its reason instead.
"""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from torch.utils.data import Dataset

from ecgscribe.core.errors import EcgscribeError
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.training.collator import TokenText


def frame_of(data: bytes, preprocess: Preprocess) -> np.ndarray:
    """Picture file -> uint8 (H, W, 3), exactly as the reader would show it to the model.

    Raises an `EcgscribeError` when there is no page or the leads that are needed were not located.
    """
    from ecgscribe.core.picture import open_picture
    from ecgscribe.page import find_page

    found = find_page(open_picture(data))
    if found.page is None:
        problem = next((problem for problem in found.problems if problem.fatal), None)
        raise EcgscribeError(f"no page: {problem.code if problem else 'unknown'}")
    return preprocess.picture(found.page)


def keep_frame(data: bytes, preprocess: Preprocess, folder: Path) -> Path:
    """The kept frame (.png) of a picture, or the file with the reason why there is none (.txt)."""
    stem = folder / hashlib.sha256(data).hexdigest()[:32]
    for kept in (stem.with_suffix(".png"), stem.with_suffix(".txt")):
        if kept.is_file():
            return kept
    try:
        stream = io.BytesIO()
        frame = frame_of(data, preprocess)
        grey = (frame == frame[:, :, :1]).all()
        Image.fromarray(frame[:, :, 0] if grey else frame).save(stream, "PNG", compress_level=3)
        kept, content = stem.with_suffix(".png"), stream.getvalue()
    except EcgscribeError as error:
        kept, content = stem.with_suffix(".txt"), error.message.encode()
    part = kept.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    os.replace(part, kept)
    return kept


def keep_frames(
    pictures: Iterable[bytes],
    preprocess: Preprocess,
    cache: Path,
    workers: int = 0,
    on_row: Callable[[int], None] | None = None,
) -> list[Path]:
    """The kept frame of every picture, in order; `on_row` is told how many are done."""
    folder = cache / f"frames-{preprocess.digest}"
    folder.mkdir(parents=True, exist_ok=True)
    keep = partial(keep_frame, preprocess=preprocess, folder=folder)
    kept: list[Path] = []
    if workers == 0:
        for data in pictures:
            kept.append(keep(data))
            if on_row:
                on_row(len(kept))
        return kept
    # spawn: a fork would copy locks of running threads (Arrow, OpenCV, torch) in an unknown state
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: list = []
        for data in pictures:
            waiting.append(pool.submit(keep, data))
            if len(waiting) > 4 * workers:
                kept.append(waiting.pop(0).result())
                if on_row:
                    on_row(len(kept))
        kept.extend(job.result() for job in waiting)
    return kept


@dataclass
class FrameRows(Dataset):
    """Training items: normalised pixels and caption ids. `dropped` reason -> rows that cannot be learnt from."""

    preprocess: Preprocess
    frames: list[Path]
    texts: list[TokenText]
    dropped: Counter = field(default_factory=Counter)

    @classmethod
    def of(cls, preprocess: Preprocess, kept: list[Path], texts: list[TokenText]) -> FrameRows:
        """Leaves out rows without a page or with an empty caption (only start and end), and counts them."""
        rows = cls(preprocess, [], [])
        for path, text in zip(kept, texts, strict=True):
            if path.suffix == ".txt":
                rows.dropped[path.read_text()] += 1
            elif len(text.ids) <= 2:
                rows.dropped["empty caption"] += 1
            else:
                rows.frames.append(path)
                rows.texts.append(text)
        return rows

    @property
    def cut(self) -> int:
        """Captions that were too long."""
        return sum(text.cut for text in self.texts)

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, index: int) -> dict:
        with Image.open(self.frames[index]) as image:
            frame = np.asarray(image.convert("RGB"))
        return {"pixels": self.preprocess.normalised(frame), "ids": self.texts[index].ids}
