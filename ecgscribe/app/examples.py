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
    style: str = "standard"
    preset: str = "clean"
    severity: float = 0.0
    px_per_mm: float = 6.0

    def path(self, folder: Path = FOLDER) -> Path:
        return folder / self.file


EXAMPLES = (
    Example("sinus-rhythm.png", "Sinus rhythm", "normal", 11),
    Example(
        "atrial-fibrillation-photo.jpg", "Atrial fibrillation, photographed", "atrial_fibrillation", 12,
        "marquette-orange", "phone", 0.5, 4.6,
    ),
    Example(
        "left-bundle-branch-block-scan.jpg", "Left bundle branch block, grey scan", "lbbb", 413,
        "edan-grey", "scan", 0.5, 5.0,
    ),
    Example("inferior-infarct.png", "Inferior infarct", "inferior_infarct", 14, "philips-pink"),
)  # fmt: skip


def draw(example: Example) -> np.ndarray:
    """The picture of an example, uint8 (H, W, 3); the same bytes every time."""
    from ecgscribe.core.standards import STANDARD_LAYOUT, STANDARD_SCALE
    from ecgscribe.data.engine import make_page
    from ecgscribe.data.simulate import simulate

    made = simulate(example.condition, example.seed)
    page = make_page(
        made.ecg,
        example.seed,
        style=example.style,
        layout=STANDARD_LAYOUT.name,
        scale=STANDARD_SCALE,
        preset=example.preset,
        severity=example.severity,
        px_per_mm=example.px_per_mm,
        start_s=0.0,
        simultaneous=False,
    )
    return page.picture


def make(folder: Path) -> list[Path]:
    """Writes every example into `folder`: pages as PNG of 256 colours, scans and photographs as JPEG; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for example in EXAMPLES:
        path = example.path(folder)
        image = Image.fromarray(draw(example))
        temporary = path.with_suffix(".part")
        if path.suffix == ".jpg":
            image.save(temporary, "JPEG", quality=85)
        else:
            image.quantize(256, dither=Image.Dither.NONE).save(temporary, "PNG", optimize=True)
        os.replace(temporary, path)
        written.append(path)
    return written
