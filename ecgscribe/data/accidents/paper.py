"""The paper itself: the cloudy, fibrous ground that light from the side shows."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import clouds, grid, shaded
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_TILE = 128


def paper_grain(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Rough or recycled paper: fibres of 0.4 mm and clouds of 2 mm, which take up to a twelfth of the light."""
    scale = min(1.0, 2.6 / scene.px_per_mm)
    size = tuple(max(8, round(side * scale)) for side in scene.size_px)
    fibres = cv2.GaussianBlur(np.tile(grid(chance, _TILE, _TILE), (2, 2)), (0, 0), 0.8)[64:-64, 64:-64]
    pair = np.vstack([np.hstack([fibres, fibres[:, ::-1]]), np.hstack([fibres[::-1], fibres.T])])
    rough, contrast = chance.between(0.4, 1.0), chance.between(0.35, 0.7)
    cloud = clouds(chance, (size[0] // 4 + 1, size[1] // 4 + 1), 2.0 * scene.px_per_mm * scale, octaves=2)
    if strength <= 0:
        return scene
    ground = np.tile(pair, (size[0] // len(pair) + 1, size[1] // len(pair) + 1))[: size[0], : size[1]]
    cloud = cv2.resize(cloud, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)
    depth = strength * rough * (0.16 * contrast * np.clip(ground - 0.3, 0, 0.6) + 0.05 * (1 - contrast) * cloud)
    return scene.painted(shaded(scene.picture, 1.0 - depth))
