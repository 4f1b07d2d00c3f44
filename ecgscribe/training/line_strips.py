"""Strips of lettering to train the line reader on: drawn text on paper, with grids, traces and accidents."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ecgscribe.data.chance import Chance
from ecgscribe.data.lettering import FONTS, letter
from ecgscribe.page.strips import strip_of
from ecgscribe.training.line_texts import drawn_text

_PAPERS = ((255, 253, 252), (255, 255, 255), (255, 247, 248), (255, 248, 238), (236, 255, 243), (240, 240, 238))
_GRIDS = ((238, 160, 158), (255, 60, 60), (237, 196, 204), (222, 137, 66), (170, 215, 190), (200, 210, 228))
_GREYS = ((195, 195, 195), (165, 165, 165), (120, 120, 120), (60, 60, 60))
_HERSHEY = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)


def drawn_strip(seed: int) -> tuple[np.ndarray, str]:
    """(strip float32 (STRIP_PX, W), its text); the same seed gives the same strip where the same fonts are
    installed."""
    chance = Chance(seed, "strip")
    text, form = drawn_text(chance)
    px_per_mm = 2.6 * (12 / 2.6) ** chance.between(0.1, 1.0)
    fine = chance.chosen((1, 1, 2)) if px_per_mm < 7 else 1
    unit = px_per_mm * fine
    size = max(chance.between(2.5, 4.7) * unit, 7.0)
    margin = int(1.6 * size)
    wide = int(len(text) * size + 2 * margin)
    high = int(2 * margin + size)
    picture = np.empty((high, wide, 3), np.uint8)
    picture[:] = chance.chosen(_PAPERS)
    _rule(picture, chance, unit)
    ink = tuple(chance.whole(0, 60) for _ in range(3)) if chance.happens(0.85) else (chance.whole(70, 130),) * 3
    box = _lettered(picture, chance, text, form, margin, size, ink)
    if box is None:
        return drawn_strip(seed + 1_000_003)
    wide = min(int(box[2]) + margin, wide)
    picture = np.ascontiguousarray(picture[:, :wide])
    _cross(picture, chance, box, unit, ink)
    picture, box = _worn(picture, chance, box, fine)
    grey = picture.max(axis=2).astype(np.float32)
    dark = np.maximum(1 - grey / max(float(np.quantile(grey, 0.8)), 8.0), 0).astype(np.float32)
    return strip_of(dark, _loose(box, chance)), " ".join(text.split())


def _rule(picture: np.ndarray, chance: Chance, unit: float) -> None:
    """A grid of lines, dots or nothing; grey ones as dark as letters on copies."""
    if chance.happens(0.25):
        return
    colour = chance.chosen(_GREYS if chance.happens(0.4) else _GRIDS)
    minor = tuple((v + 2 * 255) // 3 for v in colour)
    kind = chance.chosen(("both", "both", "major", "dots"))
    thick = max(int(round(chance.between(0.08, 0.25) * unit)), 1)
    phase = chance.between(0, 5 * unit), chance.between(0, 5 * unit)
    for axis in (0, 1):
        count = int(picture.shape[axis] / unit) + 6
        for step in range(count):
            place = int(step * unit - phase[axis])
            if place < 0 or (step % 5 and kind == "major"):
                continue
            line = (slice(None), slice(place, place + thick)) if axis else (slice(place, place + thick),)
            if step % 5 and kind == "dots":
                if axis:
                    picture[:: max(int(unit), 1), place : place + thick] = minor
            else:
                picture[line] = minor if step % 5 else colour


def _lettered(picture, chance: Chance, text: str, form: str, margin: int, size: float, ink):
    """(x0, y0, x1, y1) of the ink of the text, None where there is none."""
    place = (margin + chance.between(0, 1), margin + size * 0.85 + chance.between(0, 1))
    kind = chance.between(0, 1)
    if form == "roman" or kind < 0.5:
        box = letter(picture, text, place, chance.chosen(tuple(FONTS)), size, ink, "l", form)
        return None if box is None else (*box.min(axis=0), *box.max(axis=0))
    if kind < 0.92 and _outlines():
        font = _font(chance.chosen(_outlines()), int(round(size)))
        image = Image.fromarray(picture)
        ImageDraw.Draw(image).text((int(place[0]), int(place[1])), text, fill=ink, font=font, anchor="ls")
        picture[:] = np.asarray(image)
        x0, y0, x1, y1 = font.getbbox(text, anchor="ls")
        return (int(place[0]) + x0, int(place[1]) + y0, int(place[0]) + x1, int(place[1]) + y1)
    face, thick = chance.chosen(_HERSHEY), max(int(round(size * chance.between(0.05, 0.1))), 1)
    scale = cv2.getFontScaleFromHeight(face, max(int(size * 0.72), 5), thick)
    (wide, high), low = cv2.getTextSize(text, face, scale, thick)
    at = int(place[0]), int(place[1])
    cv2.putText(picture, text, at, face, scale, ink, thick, cv2.LINE_AA)
    deep = low if any(letter in "gjpqy,;()[]|/" for letter in text) else 0
    return (at[0], at[1] - high, at[0] + wide, at[1] + deep * 0.6)


@lru_cache(maxsize=1)
def _outlines() -> tuple[str, ...]:
    """Outline fonts at hand for training: those that come with matplotlib."""
    try:
        from matplotlib import get_data_path
    except ImportError:
        return ()
    folder = Path(get_data_path()) / "fonts" / "ttf"
    wanted = ("DejaVuSans", "DejaVuSerif", "STIXGeneral")
    return tuple(str(path) for path in sorted(folder.glob("*.ttf")) if path.name.startswith(wanted))


@lru_cache(maxsize=512)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _cross(picture: np.ndarray, chance: Chance, box, unit: float, ink) -> None:
    """Traces, ticks and rules that touch or cross the letters."""
    high, wide = picture.shape[:2]
    x0, y0, x1, y1 = box
    thick = max(int(round(chance.between(0.2, 0.5) * unit)), 1)
    if chance.happens(0.3):
        x = np.arange(-5, wide + 5, max(int(0.4 * unit), 1))
        level = chance.between(y0 - 0.5 * (y1 - y0), y1 + (y1 - y0)) if chance.happens(0.6) else y1 + thick
        y = level + 0.25 * unit * np.cumsum(Chance(chance.whole(0, 2**31), "line").normals(len(x))) / 3
        if chance.happens(0.4):
            peak = chance.whole(0, len(x) - 1)
            y[max(peak - 1, 0) : peak + 2] -= chance.between(-12, 14) * unit
        cv2.polylines(picture, [np.c_[x, y].astype(np.int32)], False, ink, thick, cv2.LINE_AA)
    if chance.happens(0.12):
        x = int(chance.chosen((x0 - chance.between(0.3, 2) * unit, x1 + chance.between(0.3, 2) * unit)))
        cv2.line(picture, (x, int(y0 - chance.between(-1, 8) * unit)), (x, int(y1 + 8 * unit)), ink, thick)
    if chance.happens(0.06):
        y = int(chance.chosen((y0 - 0.6 * unit, y1 + 0.6 * unit)))
        cv2.line(picture, (0, y), (wide, y), ink, thick)


def _worn(picture: np.ndarray, chance: Chance, box, fine: int):
    """What printers, cameras and file formats do; returns (picture, box) of the smaller picture."""
    if chance.happens(0.3):
        turn = cv2.getRotationMatrix2D(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), chance.between(-1.5, 1.5), 1.0)
        picture = cv2.warpAffine(picture, turn, picture.shape[1::-1], flags=cv2.INTER_LINEAR, borderMode=1)
    if fine > 1:
        size = (max(picture.shape[1] // fine, 8), max(picture.shape[0] // fine, 8))
        box = tuple(v / fine for v in box)
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    high = box[3] - box[1]
    if chance.happens(0.5):
        picture = cv2.GaussianBlur(picture, (0, 0), max(chance.between(0.02, 0.09) * high, 0.3))
    if chance.happens(0.25):
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        picture = np.repeat(grey[:, :, None], 3, axis=2)
        if chance.happens(0.3):
            picture = np.where(picture > chance.whole(110, 190), 255, 0).astype(np.uint8)
    if chance.happens(0.5):
        noise = np.random.default_rng(chance.whole(0, 2**31)).standard_normal(picture.shape[:2], np.float32)
        light = chance.between(0.6, 1.0)
        noisy = picture * light + noise[:, :, None] * chance.between(2, 20) + (1 - light) * chance.between(0, 90)
        picture = np.clip(noisy, 0, 255).astype(np.uint8)
    if chance.happens(0.5):
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, chance.whole(25, 92)])[1]
        picture = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return picture, box


def _loose(box, chance: Chance) -> tuple[float, ...]:
    """The box as a finder of ink would give it: a little off, now and then with something beside it."""
    high = max(box[3] - box[1], 3.0)
    x0, y0, x1, y1 = (v + chance.normal(0, 0.04) * high for v in box)
    if chance.happens(0.2):
        y0, y1 = y0 - high * chance.between(0, 0.25), y1 + high * chance.between(0, 0.25)
    if chance.happens(0.15):
        x0, x1 = x0 - high * chance.between(0, 0.5), x1 + high * chance.between(0, 0.5)
    return x0, y0, x1, y1
