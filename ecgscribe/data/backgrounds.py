"""What lies under and around a sheet, and the hands that hold it: drawn, nothing photographed."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.chance import Chance

_WOODS = (((196, 158, 110), (166, 124, 78)), ((120, 78, 48), (72, 42, 24)), ((222, 190, 146), (196, 160, 114)))
_CLOTHS = ((88, 104, 132), (210, 214, 216), (70, 116, 104), (150, 60, 66), (48, 50, 58), (214, 200, 176))
_DESKS = ((232, 231, 226), (206, 204, 200), (148, 150, 152), (60, 60, 64), (176, 150, 122), (96, 112, 120))
_METALS = ((158, 160, 163), (122, 124, 128), (186, 188, 190))
_SKINS = ((236, 194, 168), (214, 164, 132), (178, 124, 92), (128, 84, 60), (92, 60, 44), (244, 208, 188))


def wood(size_px: tuple[int, int], px_per_mm: float, chance: Chance) -> np.ndarray:
    """Boards with a long grain: bent year rings, fine pores and a dark joint between boards."""
    light, dark = (np.array(colour, np.float32) for colour in chance.chosen(_WOODS))
    # scalars first: how many numbers a field takes depends on the picture's size
    ring_mm, board_mm, first, turned = (
        chance.between(5, 14),
        chance.between(70, 160),
        chance.between(0, 100),
        _turn(chance),
    )
    height, width = _half(size_px)
    per_mm = px_per_mm / 2
    x, y = _axes(height, width, per_mm)
    bow = _cloud((height, width), 240 * per_mm, 26 * per_mm, chance)
    rings = 0.5 + 0.5 * np.sin((2 * np.pi / ring_mm) * y + 9.0 * bow.astype(np.float32))
    pores = _cloud((height, width), 30 * per_mm, 0.8 * per_mm, chance)
    share = np.clip(0.45 * rings + 0.35 * bow + 0.3 * pores, 0, 1)[:, :, None]
    picture = light + (dark - light) * share
    joint = np.abs((y + first) % board_mm - 1.0) < 0.8
    picture *= np.where(joint, 0.6, 1.0)[:, :, None].astype(np.float32)
    return _full(picture, size_px, turned)


def cloth(size_px: tuple[int, int], px_per_mm: float, chance: Chance) -> np.ndarray:
    """A woven cloth: threads both ways, soft wrinkles, now and then a check."""
    colour = np.array(chance.chosen(_CLOTHS), np.float32)
    thread, checked, step = chance.between(0.7, 1.6), chance.happens(0.25), chance.between(14, 40)
    height, width = _half(size_px)
    per_mm = px_per_mm / 2
    x, y = _axes(height, width, per_mm)
    thread_mm = max(thread, 2.5 / per_mm)
    weave = 0.5 + 0.25 * (np.sin(2 * np.pi / thread_mm * x) + np.sin(2 * np.pi / thread_mm * y))
    wrinkles = _cloud((height, width), 45 * per_mm, 45 * per_mm, chance)
    grain = _cloud((height, width), 1.2 * per_mm, 1.2 * per_mm, chance)
    level = 0.74 + 0.16 * weave + 0.3 * (wrinkles - 0.5) + 0.12 * (grain - 0.5)
    if checked:
        level = level * (1 - 0.22 * ((x % (2 * step)) < step)) * (1 - 0.22 * ((y % (2 * step)) < step))
    return _full(level[:, :, None] * colour, size_px, False)


def desk(size_px: tuple[int, int], px_per_mm: float, chance: Chance) -> np.ndarray:
    """A plain top: faint speckle and a slow change of light."""
    colour, rough = np.array(chance.chosen(_DESKS), np.float32), chance.between(0.02, 0.12)
    height, width = _half(size_px)
    per_mm = px_per_mm / 2
    speckle = _cloud((height, width), 1.0 * per_mm, 1.0 * per_mm, chance)
    slow = _cloud((height, width), 130 * per_mm, 130 * per_mm, chance)
    level = 1 + rough * (speckle - 0.5) + 0.22 * (slow - 0.5)
    return _full(level[:, :, None] * colour, size_px, False)


def metal(size_px: tuple[int, int], px_per_mm: float, chance: Chance) -> np.ndarray:
    """Brushed steel: very long scratches and a broad gleam."""
    colour = np.array(chance.chosen(_METALS), np.float32)
    place, spread, bright, turned = (
        chance.between(0, 1),
        chance.between(40, 120),
        chance.between(0.05, 0.35),
        _turn(chance),
    )
    height, width = _half(size_px)
    per_mm = px_per_mm / 2
    x, _ = _axes(height, width, per_mm)
    brushed = _cloud((height, width), 90 * per_mm, 0.5 * per_mm, chance)
    gleam = np.exp(-(((x - place * width / per_mm) / spread) ** 2))
    level = 0.9 + 0.16 * (brushed - 0.5) + bright * gleam
    return _full(level[:, :, None] * colour, size_px, turned)


BACKGROUNDS = {"wood": wood, "cloth": cloth, "desk": desk, "metal": metal}
"""What a sheet can lie on, by name: f(size_px (H, W), px_per_mm, chance) -> uint8 (H, W, 3)."""


def lid(size_px: tuple[int, int], px_per_mm: float, chance: Chance) -> np.ndarray:
    """The lid of a flatbed scanner: white or grey, seldom black, hardly structured."""
    level = chance.chosen((250, 250, 244, 232, 214, 190, 24))
    height, width = _half(size_px)
    slow = _cloud((height, width), 60 * px_per_mm, 60 * px_per_mm, chance)
    return _full(np.repeat((level + 5 * (slow - 0.5))[:, :, None], 3, axis=2), size_px, False)


def on_background(sheet: np.ndarray, mask: np.ndarray, background: np.ndarray, shadow_px: float) -> np.ndarray:
    """The sheet laid on a background, both uint8 (H, W, 3); `mask` uint8 (H, W) 255 on the sheet.

    A contact shadow of `shadow_px` falls around the sheet; at its soft edge the two are mixed.
    """
    height, width = mask.shape
    if shadow_px > 0:
        small = (max(width // 8, 2), max(height // 8, 2))
        near = cv2.resize(mask, small, interpolation=cv2.INTER_AREA)
        step = shadow_px / 8
        moved = cv2.warpAffine(
            near, np.array([[1, 0, 0.5 * step], [0, 1, step]]), small, borderMode=cv2.BORDER_REPLICATE
        )
        dim = 255 - 0.55 * cv2.GaussianBlur(moved, (0, 0), max(step, 0.6)).astype(np.float32)
        dim = cv2.resize(dim.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
        background = cv2.multiply(background, cv2.cvtColor(dim, cv2.COLOR_GRAY2RGB), scale=1 / 255)
    laid = background.copy()
    cv2.copyTo(sheet, cv2.compare(mask, 254, cv2.CMP_GT), laid)
    places = np.flatnonzero((mask > 0) & (mask < 255))
    share = mask.ravel()[places, None] / 255.0
    on, under = sheet.reshape(-1, 3)[places], background.reshape(-1, 3)[places]
    laid.reshape(-1, 3)[places] = np.round(under + (on.astype(float) - under) * share).astype(np.uint8)
    return laid


def skin(chance: Chance) -> tuple[int, int, int]:
    """RGB of somebody's hand."""
    return chance.chosen(_SKINS)


def _turn(chance: Chance) -> bool:
    """Whether a grain runs down the picture instead of across."""
    return chance.happens(0.3)


def _half(size_px: tuple[int, int]) -> tuple[int, int]:
    """Backgrounds are drawn at half size: they are out of focus anyway."""
    return max(size_px[0] // 2, 4), max(size_px[1] // 2, 4)


def _axes(height: int, width: int, per_mm: float) -> tuple[np.ndarray, np.ndarray]:
    return (
        (np.arange(width, dtype=np.float32) / np.float32(per_mm))[None, :],
        (np.arange(height, dtype=np.float32) / np.float32(per_mm))[:, None],
    )


def _cloud(size_px: tuple[int, int], long_px: float, short_px: float, chance: Chance) -> np.ndarray:
    """float32 (H, W) smooth noise in 0..1, its grain `long_px` along x and `short_px` along y."""
    height, width = size_px
    columns = int(np.clip(round(width / max(long_px, 1.0)), 1, width)) + 3
    rows = int(np.clip(round(height / max(short_px, 1.0)), 1, height)) + 3
    # two tiles side by side are enough: the eye does not find a repeat that far apart
    drawn = chance.uniforms(min(rows, 400) * min(columns, 400)).reshape(min(rows, 400), min(columns, 400))
    tiled = np.tile(drawn.astype(np.float32), (-(-rows // 400), -(-columns // 400)))[:rows, :columns]
    return np.clip(cv2.resize(tiled, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def _full(half: np.ndarray, size_px: tuple[int, int], turned: bool) -> np.ndarray:
    """Half-size floats -> uint8 (H, W, 3), across instead of along when `turned`."""
    picture = np.clip(half, 0, 255).astype(np.uint8)
    if turned:
        picture = cv2.transpose(picture)
    return cv2.resize(picture, size_px[::-1], interpolation=cv2.INTER_LINEAR)
