"""Mould: colonies of small dark specks in clusters with a stained ground, grey-green to brown."""

from __future__ import annotations

import numpy as np

from ecgscribe.data.accidents.fields import clouds, grid, ramp, shaded, transmission
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_COLOURS = ((0.46, 0.42, 0.34), (0.50, 0.42, 0.30), (0.42, 0.44, 0.38), (0.58, 0.46, 0.30))


def mould(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Colonies spread over more of the page as strength grows. The darkest speck keeps two fifths of the light:
    ink is always darker, so nothing counts as covered."""
    height, width = scene.size_px
    scale = min(3.0, scene.px_per_mm) / scene.px_per_mm
    size = (max(4, round(height * scale)), max(4, round(width * scale)))
    per_mm = scene.px_per_mm * scale
    where = clouds(chance, size, 75 * per_mm, octaves=3)
    colonies = clouds(chance, size, 14 * per_mm, octaves=4)
    specks = clouds(chance, size, 1.6 * per_mm, octaves=3) * 0.7 + 0.3 * _fine(chance, size)
    colour = chance.chosen(_COLOURS)
    if strength <= 0:
        return scene
    ground = ramp(where + 0.9 * colonies, 1.30 - 0.35 * strength, 1.75 - 0.25 * strength)
    density = ground * (0.28 + 0.9 * ramp(specks, 0.62 - 0.18 * ground, 0.80 - 0.12 * ground))
    return scene.painted(shaded(scene.picture, transmission(strength**0.5 * density, colour)))


def _fine(chance: Chance, size: tuple[int, int]) -> np.ndarray:
    """float32 grain of one cell, one tile repeated."""
    tile = grid(chance, 64, 64)
    return np.tile(tile, (size[0] // 64 + 1, size[1] // 64 + 1))[: size[0], : size[1]]
