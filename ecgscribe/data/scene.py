"""`Scene`: a picture in the making; every accident takes one and gives the next, its truth carried along."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.truth import PageTruth


@dataclass(frozen=True, eq=False)
class Scene:
    """`picture` uint8 (H, W, 3) RGB; `covered` uint8 (H, W), 255 where the sheet's print cannot be seen any more
    (a hand, a sticker, a hole), None while nothing is; `truth` in the pixels of `picture`; `px_per_mm` the present
    mean scale, which accidents use for sizes in mm.
    """

    picture: np.ndarray
    truth: PageTruth
    px_per_mm: float
    covered: np.ndarray | None = None

    def __post_init__(self):
        if self.picture.dtype != np.uint8 or self.picture.ndim != 3 or self.picture.shape[2] != 3:
            raise BadOption(f"A scene picture is uint8 (H, W, 3), got {self.picture.dtype} {self.picture.shape}.")

    @classmethod
    def of(cls, page: Page, truth: PageTruth) -> Scene:
        """The scene of a freshly drawn page."""
        return cls(page.picture, replace(truth, size_px=page.size_px), float(np.mean(truth.px_per_mm)))

    @property
    def size_px(self) -> tuple[int, int]:
        """(H, W)"""
        return self.picture.shape[:2]

    def painted(self, picture: np.ndarray, covered: np.ndarray | None = None) -> Scene:
        """The same place with another picture; `covered` (H, W) uint8 is added to what was covered before."""
        if covered is not None and self.covered is not None:
            covered = np.maximum(covered, self.covered)
        return replace(self, picture=picture, covered=self.covered if covered is None else covered)
