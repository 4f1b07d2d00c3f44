"""What the nets see of each record's page in each condition, made once and kept: drawing, finding and digitising a page
cost a hundred times what the nets do, and do not depend on their weights."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.page import Page
from ecgscribe.data.chance import Chance
from ecgscribe.data.engine import make_page
from ecgscribe.findings.classifier import Classifier
from ecgscribe.page import find_page

RECORDED = "recorded"
"""The condition without a picture: the record's own signals."""
PX_PER_MM = 6.0


@dataclass(frozen=True, eq=False)
class PageInputs:
    """Makes and keeps the inputs of `classifier`, view -> arrays, empty where nothing could be read.

    A page is drawn, found and, with a `digitizer`, followed as a user's is; style, layout, severity and time come from
    the `seed`, the condition and the record. `folder` keeps one file a page.
    """

    classifier: Classifier
    folder: Path
    seed: int
    digitizer: Any = None

    def of(self, ecg: Ecg, ecg_id: int, condition: str) -> dict[str, tuple[np.ndarray, ...]]:
        """The inputs of one record in one condition."""
        kept = self.path(ecg_id, condition)
        if not kept.is_file():
            if condition == RECORDED:
                inputs, _ = self.classifier.inputs(None, ecg)
            else:
                inputs = self._of_page(self.page(ecg, ecg_id, condition))
            _keep(kept, inputs)
        return _kept(kept)

    def path(self, ecg_id: int, condition: str) -> Path:
        """Where the page's inputs are kept; another seed or digitiser, or a classifier that hears
        average beats, has another place."""
        digitizer = self.digitizer.revision if self.digitizer is not None else "none"
        told = "-beats" if self.classifier.hears_beats else ""
        return self.folder / f"inputs-{self.seed}-{digitizer}{told}" / condition / f"{ecg_id}.npz"

    def page(self, ecg: Ecg, ecg_id: int, condition: str) -> Page | None:
        """The record's page in this condition, as the page finder gives it."""
        seed = Chance(self.seed, "page", condition, str(ecg_id)).whole(0, 2**31 - 1)
        return find_page(make_page(ecg, seed, preset=condition, px_per_mm=PX_PER_MM).picture).page

    def _of_page(self, page: Page | None) -> dict[str, tuple[np.ndarray, ...]]:
        if page is None or not page.panels:
            return {}
        ecg = self.digitizer.read(page).ecg if self.digitizer is not None else None
        return self.classifier.inputs(page, ecg)[0]


def _keep(path: Path, inputs: dict[str, tuple[np.ndarray, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, **{f"{view}-{k}": array for view, held in inputs.items() for k, array in enumerate(held)})
    os.replace(part, path)


def _kept(path: Path) -> dict[str, tuple[np.ndarray, ...]]:
    with np.load(path) as held:
        names = {name: name.split("-")[0] for name in held.files}
        return {
            view: tuple(held[f"{view}-{k}"] for k in range(sum(v == view for v in names.values())))
            for view in dict.fromkeys(names.values())
        }
