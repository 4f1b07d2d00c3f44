"""What a model must beat: captions made without reading the page, or without reading it well."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from ecgscribe.core.page import Page

GREY_SIZE_PX = (64, 48)
"""(W, H) of the pictures that stand for pages when the model offers no embedding."""


def modal_caption(train_captions: Sequence[str]) -> str:
    """The most frequent training caption; of equally frequent ones the first in the alphabet."""
    counts = Counter(train_captions)
    most = max(counts.values())
    return min(caption for caption, count in counts.items() if count == most)


def random_captions(train_captions: Sequence[str], n: int, seed: int = 0) -> list[str]:
    """`n` training captions drawn with replacement, so as often as they occur."""
    drawn = np.random.default_rng(seed).integers(0, len(train_captions), size=n)
    return [train_captions[k] for k in drawn]


def shuffled_order(patients: Sequence[str], seed: int = 0) -> np.ndarray | None:
    """(n,) whose page each item gets instead of its own: never one of the same patient, each page once.

    None when one patient has more than half of the items, so that no such order exists. Patients are put
    in random order, each one's items side by side, and all move on by the largest patient's number of items.
    """
    names, owner = np.unique(np.asarray(list(patients), dtype=str), return_inverse=True)
    n = len(owner)
    largest = int(np.bincount(owner).max()) if n else 0
    if n < 2 or 2 * largest > n:
        return None
    generator = np.random.default_rng(seed)
    rank = generator.permutation(len(names))
    circle = np.lexsort((generator.random(n), rank[owner]))
    order = np.empty(n, dtype=np.int64)
    order[circle] = np.roll(circle, -largest)
    return order


def nearest(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """(n,) index of the training vector nearest to each test vector: cosine of standardised columns.

    `train` (m, d) and `test` (n, d); vectors that hold NaN stand for pages that could not be read: such a
    training page is never chosen, such a test page gets -1, as do all when no training page is left.
    """
    usable = np.flatnonzero(np.isfinite(train).all(axis=1))
    answer = np.full(len(test), -1, dtype=np.int64)
    asked = np.flatnonzero(np.isfinite(test).all(axis=1))
    if len(usable) == 0 or len(asked) == 0:
        return answer
    mean, spread = train[usable].mean(axis=0), train[usable].std(axis=0) + 1e-6
    known = _unit((train[usable] - mean) / spread)
    for start in range(0, len(asked), 256):
        rows = asked[start : start + 256]
        likeness = _unit((test[rows] - mean) / spread) @ known.T
        answer[rows] = usable[likeness.argmax(axis=1)]
    return answer


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def grey_vector(picture: bytes) -> np.ndarray:
    """A picture as (3072,) float32 grey values, for nearest neighbours without a model."""
    with Image.open(io.BytesIO(picture)) as image:
        small = image.convert("L").resize(GREY_SIZE_PX, Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32).ravel()


def blank(page: Page) -> Page:
    """The same page, leads and scale as located, with nothing on the paper."""
    return replace(page, picture=np.full_like(page.picture, 255))
