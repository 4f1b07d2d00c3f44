"""Draws one small sheet per style into docs/sheets/: a whole page and a piece of it at full size.

    PYTHONPATH=. python docs/sheets_styles.py [style ...]

Simulated ECGs only; palette PNGs below 120 kB each.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ecgscribe.core.standards import Scale
from ecgscribe.data.header import header_of
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.data.style import STYLES, style_named

FOLDER = Path(__file__).resolve().parent / "sheets"
WIDTH_PX, PIECE_PX, COLOURS, MOST_BYTES = 760, (250, 760), 72, 120_000
CASES = ("normal", "lbbb", "atrial_fibrillation", "inferior_infarct")
SCALES = {"nordic-cabrera": Scale(50.0), "schiller-red": Scale(25.0, 10.0, 5.0)}


def sheet(name: str, number: int) -> np.ndarray:
    """uint8 (H, W, 3): the page made small, below it the upper left traces at 8 px/mm."""
    style = style_named(name)
    simulated = simulate(CASES[number % len(CASES)], number)
    header = header_of(simulated.truth, number, simulated.report.split(". "))
    page, truth = render(
        simulated.ecg, style, style.layouts[0], 8.0, seed=number, scale=SCALES.get(name, Scale()), header=header
    )
    height, width = page.size_px
    small = cv2.resize(page.picture, (WIDTH_PX, round(height * WIDTH_PX / width)), interpolation=cv2.INTER_AREA)
    first = truth.panels[0]
    x = int(np.clip(first.box_px[0] - 130, 0, width - PIECE_PX[1]))
    y = int(np.clip(first.baseline_px - 140, 0, height - PIECE_PX[0]))
    piece = page.picture[y : y + PIECE_PX[0], x : x + PIECE_PX[1]]
    return np.concatenate([small, np.full((6, WIDTH_PX, 3), 128, np.uint8), piece])


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    order = list(STYLES)
    for name in names or order:
        path = FOLDER / f"style-{name}.png"
        image = Image.fromarray(sheet(name, order.index(name)))
        for colours in (COLOURS, 48, 24, 12):
            image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size <= MOST_BYTES:
                break
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB, {colours} colours")


if __name__ == "__main__":
    main(sys.argv[1:])
