"""Mould: colonies of small dark specks in soft clusters on a stained ground, grey-green to brown."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import clouds, grid, ramp, stained
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_SPECKS = ((0.34, 0.32, 0.27), (0.36, 0.31, 0.23), (0.30, 0.32, 0.29), (0.42, 0.36, 0.24))
_GROUNDS = ((0.80, 0.73, 0.58), (0.84, 0.78, 0.64), (0.78, 0.74, 0.66), (0.88, 0.74, 0.58))
_COLONIES = 26


def mould(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Up to 26 colonies, most of them in one damp quarter of the page; one after another they appear and darken.
    The darkest speck keeps a third of the light: ink is always darker, so nothing counts as covered."""
    scale = min(0.7, 2.6 / scene.px_per_mm)
    size = tuple(max(8, round(side * scale)) for side in scene.size_px)
    per_mm = scene.px_per_mm * scale
    damp = chance.uniforms(2)
    spread = chance.normals(2 * _COLONIES).reshape(_COLONIES, 2) * 0.24 + damp
    anywhere, shapes = (
        chance.uniforms(2 * _COLONIES).reshape(_COLONIES, 2),
        chance.uniforms(5 * _COLONIES).reshape(-1, 5),
    )
    places = np.where((shapes[:, :1] < 0.35), anywhere, spread)
    cloud = clouds(chance, size, 9 * per_mm, octaves=4)
    fine = _specks(chance, size)
    colour, ground = chance.chosen(_SPECKS), chance.chosen(_GROUNDS)
    if strength <= 0:
        return scene
    coarse = (max(4, size[0] // 4), max(4, size[1] // 4))
    colonies = np.zeros(coarse, np.float32)
    for number, ((across, down), (_, wide, dark, long, turn)) in enumerate(zip(places, shapes, strict=True)):
        share = float(np.clip(strength * (_COLONIES + 6) - number, 0, 6)) / 6
        radius_mm = 3 + 15 * wide**2
        _bloom(
            colonies,
            across * coarse[1],
            down * coarse[0],
            radius_mm * per_mm / 4,
            share * (0.35 + 0.65 * dark),
            1 + 2 * long,
            turn,
        )
    colonies = cv2.resize(colonies, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)
    grown = np.clip(colonies * 1.2, 0, 1) * ramp(cloud + 0.6 * np.minimum(colonies, 1), 0.4, 1.2)
    specks = (0.7 * ramp(fine + 0.6 * grown, 0.75, 1.25) + 0.3 * ramp(cloud, 0.35, 0.8)) * grown
    return scene.painted(stained(scene.picture, (grown * 0.8, ground), (specks * 0.85, colour)))


def _bloom(field: np.ndarray, x: float, y: float, radius: float, height: float, long: float, turn: float) -> None:
    """A soft rise, `long` times as long as wide, lying at `turn` half turns, added to the field in place."""
    reach = int(2.2 * radius * long**0.5) + 2
    x0, y0 = max(0, int(x) - reach), max(0, int(y) - reach)
    part = field[y0 : max(0, int(y) + reach), x0 : max(0, int(x) + reach)]
    if part.size and height > 0:
        columns = (np.arange(x0, x0 + part.shape[1], dtype=np.float32) + 0.5 - np.float32(x))[None, :]
        rows = (np.arange(y0, y0 + part.shape[0], dtype=np.float32) + 0.5 - np.float32(y))[:, None]
        cosine, sine = np.float32(np.cos(np.pi * turn)), np.float32(np.sin(np.pi * turn))
        along, across = (cosine * columns + sine * rows) ** 2, (cosine * rows - sine * columns) ** 2
        part += height * np.exp(-(along / np.float32(long) + across * np.float32(long)) / np.float32(1.2 * radius**2))


def _specks(chance: Chance, size: tuple[int, int]) -> np.ndarray:
    """float32 0..1 grain of one to three cells, one tile turned and repeated."""
    tile = grid(chance, 96, 96)
    soft = cv2.GaussianBlur(np.tile(tile, (2, 2)), (0, 0), 0.9)[48:144, 48:144]
    tile = np.clip(0.5 + 2.3 * (0.35 * tile + 0.65 * soft - 0.5), 0, 1)
    pair = np.vstack([np.hstack([tile, tile[::-1]]), np.hstack([tile[:, ::-1], tile.T])])
    return np.tile(pair, (size[0] // 192 + 1, size[1] // 192 + 1))[: size[0], : size[1]]
