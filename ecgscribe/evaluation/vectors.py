"""A vector for every page: the model's vision embedding where it offers one, small grey pixels elsewhere."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ecgscribe.core.errors import EcgscribeError
from ecgscribe.core.page import Page
from ecgscribe.evaluation.controls import grey_vector

EMBEDDING = "vision embedding of the model"
GREY = "grey pixels of the whole picture, 64 x 48"

Progress = Callable[[int, int], None]


def kind_of(captioner: Any) -> str:
    """Which vectors pages get with this captioner: `EMBEDDING` or `GREY`."""
    return EMBEDDING if hasattr(captioner, "embed") else GREY


def page_of(picture: bytes) -> Page | None:
    """The page of a picture, as the Reader finds it; None when there is none."""
    from ecgscribe.core.picture import open_picture
    from ecgscribe.page import find_page

    try:
        return find_page(open_picture(picture)).page
    except EcgscribeError:
        return None


def page_vectors(
    captioner: Any,
    rows: Sequence[dict],
    cache: Path | None = None,
    batch: int = 8,
    progress: Progress = lambda done, total: None,
) -> np.ndarray:
    """(n, d) float32, one row a page, NaN where the page could not be read.

    `cache` a .npy file that is taken instead when it was made from the same rows with the same model.
    """
    mark = _mark(captioner, rows)
    if cache is not None and (known := _cached(cache, mark)) is not None:
        return known
    vectors = _embedded(captioner, rows, batch, progress) if hasattr(captioner, "embed") else _greys(rows)
    if cache is not None:
        part = cache.with_name(cache.name + ".part")
        with part.open("wb") as file:
            np.savez(file, vectors=vectors, mark=np.array(mark))
        os.replace(part, cache)
    return vectors


def _greys(rows: Sequence[dict]) -> np.ndarray:
    return np.stack([grey_vector(row["image"]["bytes"]) for row in rows])


def _embedded(captioner: Any, rows: Sequence[dict], batch: int, progress: Progress) -> np.ndarray:
    found: dict[int, np.ndarray] = {}
    waiting: list[tuple[int, np.ndarray]] = []

    def embed() -> None:
        if waiting:
            vectors = captioner.embed(np.stack([pixels for _, pixels in waiting]))
            found.update(zip((number for number, _ in waiting), vectors, strict=True))
            waiting.clear()

    for number, row in enumerate(rows):
        pixels = _pixels(captioner, row["image"]["bytes"])
        if pixels is not None:
            waiting.append((number, pixels))
        if len(waiting) == batch:
            embed()
        progress(number + 1, len(rows))
    embed()
    width = len(next(iter(found.values()))) if found else 1
    vectors = np.full((len(rows), width), np.nan, dtype=np.float32)
    for number, vector in found.items():
        vectors[number] = vector
    return vectors


def _pixels(captioner: Any, picture: bytes) -> np.ndarray | None:
    page = page_of(picture)
    try:
        return None if page is None else captioner.preprocess.pixels(page)
    except EcgscribeError:  # this model needs leads that were not located
        return None


def _mark(captioner: Any, rows: Sequence[dict]) -> str:
    """Changes with the model, its preprocessing and the rows."""
    named = hashlib.sha256(f"{captioner.revision} {captioner.preprocess.digest} {kind_of(captioner)}".encode())
    for row in rows:
        named.update(hashlib.sha256(row["image"]["bytes"]).digest())
    return named.hexdigest()


def _cached(cache: Path, mark: str) -> np.ndarray | None:
    if not cache.is_file():
        return None
    try:
        with np.load(cache, allow_pickle=False) as held:
            return held["vectors"] if str(held["mark"]) == mark else None
    except (OSError, ValueError, KeyError):  # cut off or foreign: made again
        return None
