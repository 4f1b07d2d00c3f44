"""The example pictures: simulated ECGs drawn by us, made again by `python -m ecgscribe app --make-examples DIR`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True)
class Example:
    """One picture: what it is called, and everything it is made from."""

    file: str
    title: str
    condition: str
    seed: int
    photographed: bool = False

    def path(self, folder: Path = FOLDER) -> Path:
        return folder / self.file


EXAMPLES = (
    Example("sinus-rhythm.png", "Sinus rhythm", "normal", 11),
    Example("atrial-fibrillation-photo.jpg", "Atrial fibrillation, photographed", "atrial_fibrillation", 12, True),
    Example("left-bundle-branch-block.png", "Left bundle branch block", "lbbb", 13),
    Example("inferior-infarct.png", "Inferior infarct", "inferior_infarct", 14),
)


def draw(example: Example) -> np.ndarray:
    """The picture of an example, uint8 (H, W, 3); the same bytes every time."""
    from ecgscribe.data.distort import distort
    from ecgscribe.data.render import render
    from ecgscribe.data.simulate import simulate
    from ecgscribe.data.style import STANDARD, drawn_style

    ecg = simulate(example.condition, example.seed).ecg
    style = STANDARD if not example.photographed else drawn_style(example.seed)
    page, truth = render(ecg, style=style, px_per_mm=6.0, seed=example.seed)
    if not example.photographed:
        return page.picture
    return distort(page, truth, "phone", example.seed, severity=0.4)[0]


def make(folder: Path) -> list[Path]:
    """Writes every example into `folder`: pages as PNG of 256 colours, photographs as JPEG; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for example in EXAMPLES:
        path = example.path(folder)
        image = Image.fromarray(draw(example))
        temporary = path.with_suffix(".part")
        if example.photographed:
            image.save(temporary, "JPEG", quality=85)
        else:
            image.quantize(256, dither=Image.Dither.NONE).save(temporary, "PNG", optimize=True)
        os.replace(temporary, path)
        written.append(path)
    return written
