"""Draws one contact sheet per preset: `python docs/sheets_presets.py` writes docs/sheets/preset-NAME.jpg.

Rows are four simulated records, columns the severities 0.2, 0.5 and 0.9 of the same seed.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image

from ecgscribe.data.distort import PRESETS, distort
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.data.style import drawn_style

FOLDER = Path(__file__).resolve().parent / "sheets"
SEVERITIES = (0.2, 0.5, 0.9)
SEEDS = (3, 11, 14, 16)
CONDITIONS = ("normal", "lbbb", "atrial_fibrillation", "inferior_infarct")
CELL_PX = (340, 255)
MOST_BYTES = 150_000


def sheet(preset: str) -> Image.Image:
    """All pictures of one preset, each fitted into a cell of `CELL_PX` (width, height)."""
    width, height = CELL_PX
    whole = Image.new("RGB", (width * len(SEVERITIES), height * len(SEEDS)), (128, 128, 128))
    for row, (seed, condition) in enumerate(zip(SEEDS, CONDITIONS, strict=True)):
        page, truth = render(simulate(condition, seed).ecg, drawn_style(seed), px_per_mm=6.0, seed=seed)
        for column, severity in enumerate(SEVERITIES):
            picture = Image.fromarray(np.ascontiguousarray(distort(page, truth, preset, seed, severity)[0]))
            picture.thumbnail((width - 6, height - 6), Image.Resampling.LANCZOS)
            left, top = column * width + (width - picture.width) // 2, row * height + (height - picture.height) // 2
            whole.paste(picture, (left, top))
    return whole


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for preset in PRESETS:
        whole = sheet(preset)
        for quality in (80, 70, 60, 50, 40):
            coded = io.BytesIO()
            whole.save(coded, "JPEG", quality=quality)
            if coded.tell() <= MOST_BYTES:
                break
        path = FOLDER / f"preset-{preset}.jpg"
        temporary = path.with_suffix(".part")
        temporary.write_bytes(coded.getvalue())
        os.replace(temporary, path)
        print(f"{path.name}: {coded.tell()} bytes at quality {quality}")


if __name__ == "__main__":
    main()
