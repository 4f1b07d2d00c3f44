"""Pictures that are no ECG page, drawn here: name -> function that returns uint8 (H, W, 3)."""

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

_WORDS = "the patient was seen for follow up of known hypertension and stable angina no chest pain today".split()


def _white(height: int = 800, width: int = 1100, colour=(255, 255, 255)) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def _text(seed: int, size: int = 18, columns: int = 1, colour=(20, 20, 20), paper=(255, 255, 255)) -> np.ndarray:
    rng = np.random.default_rng(seed)
    image = Image.fromarray(_white(1100, 850, paper))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    for column in range(columns):
        left, width = 60 + column * 740 // columns, 700 // columns
        for y in range(60, 1040, int(size * 1.5)):
            line = ""
            while draw.textlength(line, font) < width - 90:
                line += _WORDS[rng.integers(len(_WORDS))] + " "
            draw.text((left, y), line, fill=colour, font=font)
    return np.asarray(image)


def _table() -> np.ndarray:
    image = Image.fromarray(_white())
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(16)
    rng = np.random.default_rng(3)
    for y in range(40, 780, 28):
        draw.line([(40, y), (1060, y)], fill=(120, 120, 120))
        for x in range(40, 1060, 145):
            draw.text((x + 8, y + 5), f"{rng.normal(50, 20):.2f}", fill=(0, 0, 0), font=font)
    for x in range(40, 1061, 145):
        draw.line([(x, 40), (x, 768)], fill=(120, 120, 120))
    return np.asarray(image)


def _chart(bars: bool) -> np.ndarray:
    image = Image.fromarray(_white())
    draw = ImageDraw.Draw(image)
    rng = np.random.default_rng(4)
    for y in range(100, 701, 120):
        draw.line([(100, y), (1050, y)], fill=(210, 210, 210))
    if bars:
        for x in range(130, 1000, 90):
            draw.rectangle([x, int(rng.integers(150, 650)), x + 50, 700], fill=(60, 110, 180))
    else:
        draw.line(
            [(x, int(400 + 120 * np.sin(x / 70) + rng.normal(0, 8))) for x in range(100, 1050, 4)], (200, 40, 40), 3
        )
    draw.line([(100, 60), (100, 700), (1050, 700)], fill=(0, 0, 0), width=2)
    return np.asarray(image)


def _ruled(step: float, size=(800, 1100), colour=(240, 150, 150), major=True) -> np.ndarray:
    """Blank ruled paper, `step` px a mm."""
    picture = _white(*size)
    for axis, length in ((0, size[0]), (1, size[1])):
        for k in range(int(length / step) + 1):
            place = int(round(k * step))
            if place >= length or (not major and k % 5):
                continue
            tint = np.array(colour) if k % 5 == 0 else (np.array(colour) + 510) // 3
            line = picture[place] if axis == 0 else picture[:, place]
            line[:] = np.minimum(line, tint)
    return picture


def _noise(seed: int, blur: float, size=(700, 900)) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 1, (*size, 3)).astype(np.float32)
    if blur:
        noise = cv2.GaussianBlur(noise, (0, 0), blur)
    return np.clip(128 + 60 * noise / noise.std(), 0, 255).astype(np.uint8)


def _blobs(seed: int) -> np.ndarray:
    """Soft discs over a shaded ground: what a photograph of objects is to a page finder."""
    rng = np.random.default_rng(seed)
    picture = _noise(seed, 80.0)
    for _ in range(25):
        centre = tuple(int(v) for v in rng.integers(0, 700, 2))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        cv2.circle(picture, centre, int(rng.integers(20, 150)), colour, -1)
    return cv2.GaussianBlur(picture, (0, 0), 2)


def _pattern(kind: str) -> np.ndarray:
    y, x = np.mgrid[0:700, 0:900]
    value = {
        "gradient": x / 900,
        "stripes": (x // 9 % 2).astype(float),
        "rings": 0.5 + 0.5 * np.sin(np.hypot(x - 450, y - 350) / 6),
        "checks": ((x // 25 + y // 25) % 2).astype(float),
        "bricks": ((y % 40 < 4) | ((x + (y // 40 % 2) * 50) % 100 < 4)).astype(float),
        "waves": 0.5 + 0.5 * np.sin(x / 11 + 3 * np.sin(y / 60)),
        "halftone": ((np.hypot(x % 8 - 4, y % 8 - 4)) < 1 + 3 * x / 900).astype(float),
    }[kind]
    return np.repeat((255 * value).astype(np.uint8)[:, :, None], 3, axis=2)


def _curve(strips: int) -> np.ndarray:
    """Curves on plain paper: no ruling, no scale."""
    picture = _white()
    x = np.arange(50, 1050)
    for k in range(strips):
        y = 100 + k * 600 // max(strips, 1) + 30 * np.exp(-(((x % 150) - 75) ** 2) / 30.0)
        cv2.polylines(picture, [np.c_[x, y].astype(np.int32)], False, (0, 0, 0), 2)
    return picture


def _map() -> np.ndarray:
    picture, rng = _white(800, 1000, (235, 240, 225)), np.random.default_rng(9)
    for _ in range(60):
        a, b = rng.integers(0, 1000, (2, 2))
        cv2.line(picture, tuple(map(int, a)), tuple(map(int, b)), (250, 220, 120), int(rng.integers(2, 9)))
    return picture


def _lettered_grid() -> np.ndarray:
    image = Image.fromarray(_ruled(5.0).copy())
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(20)
    for k, y in enumerate(range(60, 700, 90)):
        draw.text((80, y), " ".join(_WORDS[k : k + 3]), fill=(10, 10, 10), font=font)
    return np.asarray(image)


NOT_ECG: dict[str, Callable[[], np.ndarray]] = {
    "white": lambda: _white(),
    "black": lambda: _white(colour=(0, 0, 0)),
    "one pixel": lambda: _white(1, 1),
    "sliver": lambda: _white(2, 3000),
    "text": lambda: _text(1),
    "small text": lambda: _text(2, 11),
    "two columns": lambda: _text(3, 14, 2),
    "pale text": lambda: _text(4, 18, 1, (150, 150, 150)),
    "text on a dark screen": lambda: _text(5, 16, 1, (200, 255, 200), (10, 20, 10)),
    "text upright": lambda: np.ascontiguousarray(np.rot90(_text(6))),
    "table": _table,
    "line chart": lambda: _chart(False),
    "bar chart": lambda: _chart(True),
    "blank grid": lambda: _ruled(6.0),
    "blank fine grid": lambda: _ruled(4.0, (840, 1188), (150, 200, 150)),
    "blank 5 mm grid": lambda: _ruled(5.0, (840, 1188), (120, 120, 120), major=False),
    "blank grid in perspective": lambda: cv2.warpPerspective(
        _ruled(6.0), np.array([[0.9, 0.05, 20], [-0.03, 0.95, 40], [0.00005, 0.00003, 1]]), (1100, 800)
    ),
    "words on a grid": _lettered_grid,
    "noise": lambda: _noise(1, 0),
    "soft noise": lambda: _noise(2, 2.0),
    "clouds": lambda: _noise(3, 30.0),
    "gradient": lambda: _pattern("gradient"),
    "stripes": lambda: _pattern("stripes"),
    "rings": lambda: _pattern("rings"),
    "checks": lambda: _pattern("checks"),
    "bricks": lambda: _pattern("bricks"),
    "waves": lambda: _pattern("waves"),
    "halftone": lambda: _pattern("halftone"),
    "objects": lambda: _blobs(1),
    "more objects": lambda: _blobs(2),
    "curve on plain paper": lambda: _curve(1),
    "curves on plain paper": lambda: _curve(4),
    "map": _map,
}
