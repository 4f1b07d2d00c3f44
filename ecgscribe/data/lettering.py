"""Letters on a page: typefaces made of the fonts that Pillow brings along, lead names in the spellings of machines.

Only Pillow's own two fonts are used, so that every machine draws the same glyphs: Aileron (free, an outline) and
a Courier bitmap of eleven rows, and our own skeletons; bold, narrow, wide and slanted cuts and the dots of a
needle printer are made from them. Masks are cached: the same few words stand on every page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageFont

from ecgscribe.core.errors import BadOption
from ecgscribe.data.skeleton_font import skeleton_line
from ecgscribe.data.style_model import Colour

_FINE = 4  # made cuts are drawn this much larger and shrunk
_ROMAN = {"I", "II", "III"}


@dataclass(frozen=True)
class Cut:
    """How a typeface is made: `bitmap` the Courier bitmap instead of Aileron, `skeleton` our own letters with or
    without `serifs`; `stretch` in width, `weight` of the skeleton's strokes or added to Aileron's, in em, `slant`
    x per y, `dots` each bitmap pixel a dot of the needle printer, `pitch_em` one width for all letters."""

    stretch: float = 1.0
    weight: float = 0.0
    slant: float = 0.0
    bitmap: bool = False
    skeleton: bool = False
    serifs: bool = False
    dots: bool = False
    pitch_em: float = 0.0


FONTS: dict[str, Cut] = {
    "sans": Cut(),
    "bold": Cut(1.03, 0.035),
    "narrow": Cut(0.78, 0.01),
    "narrow-bold": Cut(0.8, 0.03),
    "wide": Cut(1.18),
    "slanted": Cut(0.98, 0.0, 0.2),
    "roman": Cut(weight=0.066, skeleton=True, serifs=True),
    "typewriter": Cut(weight=0.065, skeleton=True, serifs=True, pitch_em=0.6),
    "plotter": Cut(weight=0.07, skeleton=True),
    "needles": Cut(bitmap=True, dots=True),
}


def letter(
    picture: np.ndarray | None,
    text: str,
    place: tuple[float, float],
    font: str,
    size_px: float,
    colour: Colour,
    anchor: str = "l",
    form: str = "plain",
) -> np.ndarray | None:
    """Prints one line onto the picture uint8 (H, W, 3), if given, and returns the (4, 2) box of its ink, None if
    there is no ink.

    `place` (x, y) of the left end, middle or right end (`anchor` l, m, r) of the line on its baseline. Raises
    `BadOption` for an unknown font.
    """
    text = written(text, form)
    if not text.strip():
        return None
    whole = math.trunc(place[0]), math.trunc(place[1])
    part = math.modf(place[0])[0], math.modf(place[1])[0]
    mask, (dx, dy), extent = _mask(
        text, font, max(int(round(size_px)), 6), part, anchor, form == "roman" and text in _ROMAN
    )
    x0, y0 = whole[0] + dx, whole[1] + dy
    if picture is not None:
        _blend(picture, mask, x0, y0, colour)
    if extent is None:
        return None
    left, top, right, bottom = extent
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float) + (x0, y0)


def written(label: str, form: str) -> str:
    """A lead's name as machines spell it: plain "aVR", upper "AVR", lower "v1", spaced "I I I"; roman numerals
    are written with plain letters and get their bars in print."""
    if form == "upper":
        return label.upper()
    if form == "lower":
        return label.replace("V", "v") if label.startswith("V") else label
    if form == "spaced":
        return " ".join(label) if label in _ROMAN else label
    return label


def font_named(name: str) -> Cut:
    """Raises `BadOption` with the list of known fonts."""
    if name not in FONTS:
        raise BadOption(f"Unknown font {name!r}.", f"Known fonts: {', '.join(FONTS)}.")
    return FONTS[name]


def _blend(picture: np.ndarray, mask: np.ndarray, x0: int, y0: int, colour: Colour) -> None:
    """Pillow's own whole-number blending (divide by 255 with rounding)."""
    height, width = picture.shape[:2]
    left, top = max(-x0, 0), max(-y0, 0)
    right, bottom = min(mask.shape[1], width - x0), min(mask.shape[0], height - y0)
    if left >= right or top >= bottom:
        return
    cover = mask[top:bottom, left:right, None].astype(np.int32)
    place = picture[y0 + top : y0 + bottom, x0 + left : x0 + right]
    mixed = place * (255 - cover) + np.array(colour, np.int32) * cover + 128
    place[:] = ((mixed >> 8) + mixed) >> 8


@lru_cache(maxsize=1024)
def _mask(
    text: str, font: str, size_px: int, part: tuple[float, float], anchor: str, barred: bool
) -> tuple[np.ndarray, tuple[int, int], tuple[int, int, int, int] | None]:
    """(mask uint8 (h, w), offset of its corner from the whole-pixel place, (x0, y0, x1, y1) of its ink)."""
    mask, offset = _made_mask(text, font, size_px, part, anchor, barred)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return mask, offset, None
    return mask, offset, (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)


def _made_mask(
    text: str, font: str, size_px: int, part: tuple[float, float], anchor: str, barred: bool
) -> tuple[np.ndarray, tuple[int, int]]:
    cut = font_named(font)
    if cut == Cut() and not barred:
        core, offset = _pillow_font(size_px).getmask2(text, "L", anchor=anchor + "s", start=part)
        return np.array(core, np.uint8).reshape(core.size[1], core.size[0]), offset
    fine, origin = _drawn_line(text, size_px, cut)
    if barred:
        _add_bars(fine, origin, size_px)
    advance = fine.shape[1] - 2 * origin[0]
    back = {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * advance
    # the origin must fall onto its place, to a quarter of a pixel
    x, y = part[0] * _FINE - back - origin[0], part[1] * _FINE - origin[1]
    dx, dy = math.floor(x / _FINE), math.floor(y / _FINE)
    pad_left, pad_top = int(round(x - dx * _FINE)), int(round(y - dy * _FINE))
    wide = -(-(fine.shape[1] + pad_left) // _FINE) * _FINE
    high = -(-(fine.shape[0] + pad_top) // _FINE) * _FINE
    canvas = np.zeros((high, wide), np.uint8)
    canvas[pad_top : pad_top + fine.shape[0], pad_left : pad_left + fine.shape[1]] = fine
    return cv2.resize(canvas, (wide // _FINE, high // _FINE), interpolation=cv2.INTER_AREA), (dx, dy)


def _drawn_line(text: str, size_px: int, cut: Cut) -> tuple[np.ndarray, tuple[int, int]]:
    """(mask of `_FINE` times the size, the (x, y) of its baseline's left end)."""
    if cut.bitmap:
        return _bitmap_line(text, size_px, cut)
    if cut.skeleton:
        return skeleton_line(text, size_px * _FINE, cut.serifs, cut.weight, cut.pitch_em)
    return _outline_line(text, size_px, cut)


@lru_cache(maxsize=64)
def _pillow_font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size_px)


def _outline_line(text: str, size_px: int, cut: Cut) -> tuple[np.ndarray, tuple[int, int]]:
    """Like `_drawn_line`, from Pillow's outline font."""
    size = size_px * _FINE
    font = _pillow_font(size)
    margin = size // 2
    canvas = np.zeros((2 * size, int(font.getlength(text)) + 2 * margin), np.uint8)
    core, (dx, dy) = font.getmask2(text, "L", anchor="ls")
    glyphs = np.array(core, np.uint8).reshape(core.size[1], core.size[0])
    origin = (margin, int(1.3 * size))
    y0, x0 = origin[1] + dy, origin[0] + dx
    canvas[y0 : y0 + glyphs.shape[0], x0 : x0 + glyphs.shape[1]] = glyphs
    grown = int(round(cut.weight * size))
    if grown > 0:
        canvas = cv2.dilate(canvas, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grown + 1, grown | 1)))
    shape = np.array([[cut.stretch, -cut.slant, cut.slant * origin[1]], [0, 1, 0]], np.float64)
    wide = int(round(canvas.shape[1] * cut.stretch))
    canvas = cv2.warpAffine(canvas, shape, (wide, canvas.shape[0]), flags=cv2.INTER_LINEAR)
    return canvas, (int(round(margin * cut.stretch)), origin[1])


def _bitmap_line(text: str, size_px: int, cut: Cut) -> tuple[np.ndarray, tuple[int, int]]:
    """Like `_drawn_line`, from the bitmap font: 6 x 11 pixels a letter, capitals 7 high, baseline at row 9."""
    image = Image.new("L", (6 * len(text) + 2, 11))
    core = ImageFont.load_default_imagefont().getmask(text)
    image.im.paste(core, (1, 0, 1 + core.size[0], core.size[1]))
    bits = np.asarray(image)
    step = max(size_px * _FINE * 0.72 / 7.0, 1.0)  # capitals as high as those of the outline font
    if cut.dots:
        cell = max(int(round(step)), 2)
        dot = np.zeros((cell, cell), np.uint8)
        cv2.circle(dot, (cell // 2, cell // 2), max(int(0.52 * cell), 1), 255, -1, cv2.LINE_AA)
        large = np.kron(bits > 0, dot).astype(np.uint8)
    else:
        large = cv2.resize(bits, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        large = ((cv2.GaussianBlur(large, (0, 0), 0.35 * step) > 120) * 255).astype(np.uint8)
        cell = step
    return large, (int(round(cell)), int(round(9 * cell)))


def _add_bars(fine: np.ndarray, origin: tuple[int, int], size_px: int) -> None:
    """The joint serifs of a roman numeral, above and below its letters."""
    columns = np.flatnonzero(fine.any(axis=0))
    rows = np.flatnonzero(fine.any(axis=1))
    thick = max(size_px * _FINE // 16, 2)
    left, right = max(columns[0] - 2 * thick, 0), columns[-1] + 2 * thick
    fine[rows[0] : rows[0] + thick, left:right] = 255
    fine[origin[1] - thick : origin[1], left:right] = 255
