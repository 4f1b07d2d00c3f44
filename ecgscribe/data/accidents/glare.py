"""Reflections: a window or lamp on glossy paper or on a screen, an open flash."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import bytes_of, clouds, enlarged
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_SIDE = 160  # cells of the longer side
_BURNT = 0.90  # part of full white above which a line of ink can no longer be told


def _spread(scene: Scene, light: np.ndarray, colour: tuple[float, float, float]) -> Scene:
    """Light added (a small float field): what is burnt out counts as covered. The camera closes down for the bright
    spot, so that the rest of the picture loses up to a quarter of its light."""
    dimmed = cv2.convertScaleAbs(scene.picture, alpha=1.0 - 0.25 * float(light.max()))
    small = cv2.merge([bytes_of(light * part) for part in colour])
    full = enlarged(small, scene.size_px)
    # black under a reflection of g becomes g, white stays white
    picture = cv2.bitwise_not(cv2.multiply(cv2.bitwise_not(dimmed), cv2.bitwise_not(full), scale=1 / 255.0))
    burnt = cv2.threshold(enlarged(bytes_of(light), scene.size_px), int(255 * _BURNT), 255, cv2.THRESH_BINARY)[1]
    return scene.painted(picture, burnt if burnt.any() else None)


def _places(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    height, width = scene.size_px
    scale = _SIDE / max(height, width)
    rows, columns = max(2, round(height * scale)), max(2, round(width * scale))
    return np.meshgrid((np.arange(columns) + 0.5) / _SIDE, (np.arange(rows) + 0.5) / _SIDE)


def glare(scene: Scene, chance: Chance, strength: float) -> Scene:
    """One or two reflections of lamps on glossy paper: a bright core with a wide halo, bent by the paper's waves."""
    x, y = _places(scene)
    light = np.zeros(x.shape, np.float32)
    for lamp in range(chance.whole(1, 2)):
        cx, cy = chance.between(0.1, 0.9) * x.max(), chance.between(0.1, 0.9) * y.max()
        wide, high = chance.between(0.03, 0.14), chance.between(0.02, 0.08)
        turn, power = chance.between(0, np.pi), chance.between(0.75, 1.15) * (1.0 if lamp == 0 else 0.5)
        wave = 0.6 * (clouds(chance, x.shape, 25, octaves=2) - 0.5)
        u = ((x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)) / wide + wave
        v = (-(x - cx) * np.sin(turn) + (y - cy) * np.cos(turn)) / high + wave
        reach = u * u + v * v
        light += (power * (0.75 * np.exp(-0.5 * reach**1.5) + 0.25 / (1 + 0.35 * reach))).astype(np.float32)
    warm = chance.between(0.0, 0.1)
    return scene if strength <= 0 else _spread(scene, np.clip(strength * light, 0, 1), (1.0, 1 - warm / 3, 1 - warm))


def window_glare(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A window mirrored by a screen or a plastic sleeve: a bright four-sided patch with crossbars, edges a little soft;
    never so bright that ink is lost."""
    x, y = _places(scene)
    cx, cy = chance.between(0.15, 0.85) * x.max(), chance.between(0.15, 0.85) * y.max()
    wide, high = chance.between(0.06, 0.2), chance.between(0.1, 0.3)
    turn, lean = chance.between(-0.3, 0.3), chance.between(-0.4, 0.4)
    bars, soft, power = chance.whole(1, 3), chance.between(0.004, 0.02), chance.between(0.25, 0.5)
    if strength <= 0:
        return scene
    u = (x - cx) * np.cos(turn) + (y - cy) * (np.sin(turn) + lean)
    v = -(x - cx) * np.sin(turn) + (y - cy) * np.cos(turn)
    inside = np.minimum(wide - np.abs(u), high - np.abs(v))
    frame = np.abs(((u / wide + 1) * bars / 2) % 1.0 - 0.5) * 2 * wide / bars
    pane = np.clip(inside / soft, 0, 1) * np.clip((wide / bars - frame) / soft * 0.8 - 0.2, 0.1, 1)
    light = strength * power * pane * (0.8 + 0.2 * np.clip(v / high, -1, 1))
    return _spread(scene, light.astype(np.float32), (0.95, 0.98, 1.0))
