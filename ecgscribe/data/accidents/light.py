"""Light on the page: a lamp from one side, its colour, the lens' dark corners, the exposure."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import enlarged, grid, shaded
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_ROWS, _COLUMNS = 48, 64


def _places(size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """x (1, 64) and y (48, 1) of the field's cells in parts of the picture's longer side, from its centre."""
    height, width = size_px
    longer = max(height, width)
    x = ((np.arange(_COLUMNS, dtype=np.float32) + 0.5) / _COLUMNS - 0.5) * (width / longer)
    y = ((np.arange(_ROWS, dtype=np.float32) + 0.5) / _ROWS - 0.5) * (height / longer)
    return x[None, :], y[:, None]


def _lamp(chance: Chance, size_px: tuple[int, int]) -> np.ndarray:
    """float32 (48, 64), brightest 1: a point lamp above and beside the page, a matt sheet (cosine law, squared
    distance), a little smooth unevenness of the room."""
    x, y = _places(size_px)
    angle, away, above = 2 * np.pi * chance.between(0, 1), chance.between(0.2, 0.9), chance.between(0.7, 1.6)
    distance = (x - away * np.cos(angle)) ** 2 + (y - away * np.sin(angle)) ** 2 + above**2
    light = distance**-1.5
    room = enlarged(grid(chance, 3, 4), (_ROWS, _COLUMNS), smooth=True)
    light = light / light.max() * (0.9 + 0.1 * room)
    return (light / light.max()).astype(np.float32)


def uneven_light(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A lamp lights the page from one side; at strength 1 the far end has a third to three fifths of the light."""
    light = _lamp(chance, scene.size_px)
    darkest = chance.between(0.35, 0.6)
    if strength <= 0:
        return scene
    part = (1.0 - light) / max(1e-6, 1.0 - float(light.min()))
    return scene.painted(shaded(scene.picture, 1.0 - strength * (1.0 - darkest) * part))


# White seen under a lamp when the camera's balance is wrong: tungsten, LED warm, overcast sky, fluorescent tube.
_LAMPS = ((1.0, 0.84, 0.60), (1.0, 0.92, 0.78), (0.86, 0.94, 1.0), (0.92, 1.0, 0.86), (0.97, 0.93, 1.0))


def coloured_light(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A wrong white balance; now and then two lamps of different colours from two sides."""
    first = np.array(chance.chosen(_LAMPS), np.float32)
    second = np.array(chance.chosen(_LAMPS), np.float32)
    mixed = chance.happens(0.4)
    share = _lamp(chance, scene.size_px)[:, :, None]
    if strength <= 0:
        return scene
    colour = share * first + (1 - share) * second if mixed else np.broadcast_to(first, (_ROWS, _COLUMNS, 3))
    return scene.painted(shaded(scene.picture, 1.0 - strength * (1.0 - colour)))


def vignette(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Dark corners of a wide lens (fourth power of the cosine); at strength 1 they keep about half of the light."""
    x, y = _places(scene.size_px)
    focal = chance.between(0.85, 1.15)
    cx, cy = chance.between(-0.04, 0.04), chance.between(-0.04, 0.04)
    if strength <= 0:
        return scene
    field = (1.0 + ((x - cx) ** 2 + (y - cy) ** 2) / focal**2) ** -2.0
    return scene.painted(shaded(scene.picture, 1.0 - strength * (1.0 - field)))


def exposure(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Too dark (three of four, as white paper misleads the meter of a camera) or burnt out, through a film curve."""
    dark = chance.happens(0.75)
    gain = 1.0 - 0.5 * strength * chance.between(0.7, 1.0) if dark else 1.0 + 0.35 * strength * chance.between(0.6, 1.0)
    if strength <= 0:
        return scene
    levels = np.arange(256) / 255.0
    curve = levels * gain if dark else 1.0 - (1.0 - levels) ** gain
    return scene.painted(cv2.LUT(scene.picture, np.clip(np.rint(255 * curve), 0, 255).astype(np.uint8)))
