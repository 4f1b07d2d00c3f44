"""Draws contact sheets of simulated ECGs into docs/sheets.

python docs/sheets.py conditions            every condition, one small 3x4 strip each
python docs/sheets.py conditions NAME ...   only these; joined conditions ("a+b", "a:variant") may be named
    --px-per-mm 6 -o FILE                   larger, elsewhere: to look at one by one
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ecgscribe.data.conditions import RULES
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate

FOLDER = Path(__file__).resolve().parent / "sheets"
SEED = 7
COLUMNS = 5
TITLE_PX = 18
QUIET = {"muscle_mv": 0.004, "wander_mv": 0.01, "mains_mv": 0.0}
"""The sheet shows shapes; disturbances would only cost bytes."""


def tile(name: str, px_per_mm: float, seed: int = SEED) -> Image.Image:
    """One condition's strip with its name, axis and PR, QRS and QT above it."""
    condition, _, variant = name.partition(":")
    made = simulate(condition, seed, **QUIET, **({"variant": variant} if variant else {}))
    page, _ = render(made.ecg, layout="3x4", px_per_mm=px_per_mm)
    boxes = np.array([panel.box_px for panel in page.panels])
    margin = 2 * px_per_mm
    x0, y0 = (boxes[:, :2].min(axis=0) - margin).clip(0).astype(int)
    x1, y1 = (boxes[:, 2:].max(axis=0) + margin).astype(int)
    strip = Image.fromarray(page.picture[y0:y1, x0:x1])
    whole = Image.new("RGB", (strip.width, strip.height + TITLE_PX), "white")
    whole.paste(strip, (0, TITLE_PX))
    truth = made.truth
    pr = "none" if truth["pr_ms"] is None else f"{truth['pr_ms']:.0f}"
    said = f"{name}   {truth['rate_bpm']:.0f}/min  PR {pr}  QRS {truth['qrs_ms']:.0f}  QT {truth['qt_ms']:.0f} ms  "
    said += f"axis {truth['axis_deg']:.0f}"
    ImageDraw.Draw(whole).text((4, 2), said, fill="black", font=ImageFont.load_default(12))
    return whole


def sheet(tiles: list[Image.Image], columns: int) -> Image.Image:
    """The tiles side by side, in rows."""
    width = max(tile.width for tile in tiles)
    height = max(tile.height for tile in tiles)
    rows = -(-len(tiles) // columns)
    whole = Image.new("RGB", (columns * (width + 6), rows * (height + 6)), "white")
    for k, one in enumerate(tiles):
        whole.paste(one, (k % columns * (width + 6), k // columns * (height + 6)))
    return whole


def write_palette(picture: Image.Image, path: Path, colours: int = 12) -> None:
    """A PNG of few colours, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    picture.quantize(colours, dither=Image.Dither.NONE).save(fresh, "PNG", optimize=True)
    os.replace(fresh, path)


def all_names() -> list[str]:
    """Every condition; those with variants once for each."""
    return [
        f"{name}:{variant}" if variant else name
        for name, rule in RULES.items()
        for variant in dict.fromkeys(rule.variants)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sheet", choices=("conditions",))
    parser.add_argument("names", nargs="*")
    parser.add_argument("--px-per-mm", type=float, default=2.2)
    parser.add_argument("--columns", type=int, default=COLUMNS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("-o", type=Path, default=FOLDER / "conditions.png")
    options = parser.parse_args()
    tiles = [tile(name, options.px_per_mm, options.seed) for name in options.names or all_names()]
    write_palette(sheet(tiles, options.columns), options.o)
    print(f"{options.o}: {len(tiles)} strips, {options.o.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
