"""Reliability curves as a picture: of what was said with a probability, how much was so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CONDITIONS = ("clean", "phone")
SIDE_PX = 360
_MARGIN_PX = 56
_CURVES = (("superclass_reliability", "superclasses", (204, 82, 20)), ("reliability", "all labels", (25, 90, 170)))
_GREY, _INK = (205, 205, 205), (40, 40, 40)


def drawn(result: Mapping) -> list[str]:
    """The conditions of `CONDITIONS` that results.json holds."""
    return [name for name in CONDITIONS if name in result["conditions"]]


def reliability_picture(result: Mapping) -> Image.Image | None:
    """A square for each condition of `drawn`; None when there is none.

    Each point is a tenth or so of the range of probabilities: across the mean said, up the share that had it; its area
    grows with the number of cells. On the diagonal the two are equal.
    """
    held = [(name, list(result["conditions"][name].values())[-1]) for name in drawn(result)]
    if not held:
        return None
    wide = len(held) * (SIDE_PX + _MARGIN_PX) + 24
    picture = Image.new("RGB", (wide, SIDE_PX + 2 * _MARGIN_PX), "white")
    draw = ImageDraw.Draw(picture)
    for number, (name, scores) in enumerate(held):
        _square(draw, _MARGIN_PX + number * (SIDE_PX + _MARGIN_PX), 40, name, scores)
    return picture


def save_reliability(result: Mapping, path: Path) -> bool:
    """Writes the picture as PNG, whole or not at all; whether there was anything to draw."""
    picture = reliability_picture(result)
    if picture is None:
        return False
    part = path.with_name(path.name + ".part")
    picture.save(part, format="PNG", optimize=True)
    os.replace(part, path)
    return True


def _square(draw: ImageDraw.ImageDraw, left: int, top: int, name: str, scores: Mapping) -> None:
    """One condition's curves in a square with its axes."""
    font, small = ImageFont.load_default(size=15), ImageFont.load_default(size=12)

    def place(said: float, found: float) -> tuple[float, float]:
        return left + said * SIDE_PX, top + (1 - found) * SIDE_PX

    for tenth in range(0, 11, 2):
        v = tenth / 10
        draw.line([place(v, 0), place(v, 1)], fill=_GREY)
        draw.line([place(0, v), place(1, v)], fill=_GREY)
        draw.text((place(v, 0)[0], top + SIDE_PX + 5), f"{v:.1f}", fill=_INK, font=small, anchor="mt")
        draw.text((left - 6, place(0, v)[1]), f"{v:.1f}", fill=_INK, font=small, anchor="rm")
    draw.line([place(0, 0), place(1, 1)], fill=(130, 130, 130), width=2)
    draw.text((left, top - 22), f"{name} pages, n = {scores['n']}", fill=_INK, font=font)
    draw.text((left + SIDE_PX / 2, top + SIDE_PX + 24), "probability said", fill=_INK, font=small, anchor="mt")
    if left == _MARGIN_PX:
        draw.text((6, top - 22), "share", fill=_INK, font=small)
    for row, (key, words, colour) in enumerate(_CURVES):
        points = scores.get(key) or []
        if len(points) > 1:
            draw.line([place(p["probability"], p["share"]) for p in points], fill=colour, width=2)
        for point in points:
            x, y = place(point["probability"], point["share"])
            radius = min(max(0.45 * point["n"] ** 0.5, 2.0), 9.0)
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)
        if points:
            draw.text((left + 10, top + 8 + 18 * row), words, fill=colour, font=font)
