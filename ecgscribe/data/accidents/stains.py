"""Liquids that dried on the page: coffee rings, tide lines of water, brown spread from an edge. Ink shows through."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import clouds, dyed, enlarged, ramp, shaded, transmission
from ecgscribe.data.accidents.sheet import on_sheet, sheet_box
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_COFFEE = (0.62, 0.44, 0.26)
_TEA = (0.80, 0.63, 0.38)
_WORK_PX_PER_MM = 3.0  # stains are drawn at this scale or the page's own if that is smaller


def _polar(chance: Chance, cells: int, radius: float, roughness: float) -> tuple[np.ndarray, np.ndarray]:
    """(distance from an irregular round line of mean `radius`, negative inside; angle), float32 (cells, cells)."""
    axis = np.arange(cells, dtype=np.float32) + 0.5 - cells / 2
    x, y = np.meshgrid(axis, axis)
    reach, angle = cv2.cartToPolar(x, y)
    line = np.zeros(361, np.float32)
    turn = np.linspace(0, 2 * np.pi, 361, dtype=np.float32)
    for wave, (height, phase) in enumerate(chance.uniforms(24).reshape(12, 2), start=2):
        line += np.float32(height / wave) * np.cos(wave * turn + 2 * np.pi * phase).astype(np.float32)
    outline = radius * (1 + roughness * line)
    return reach - outline[np.clip(np.rint(np.degrees(angle)), 0, 360).astype(int)], angle


def _dry_ring(distance: np.ndarray, rim: float, body: float) -> np.ndarray:
    """Density of a dried puddle: dark sharp rim (coffee-ring effect), pale body, nothing outside."""
    inside = ramp(-distance, -0.5, 0.9)
    return inside * (body + np.exp(np.minimum(distance, 0) / rim) * (1 - body))


def coffee_ring(scene: Scene, chance: Chance, strength: float) -> Scene:
    """One to three marks of a cup's foot, darker on one side, partly missing, with a few drops."""
    scale = min(_WORK_PX_PER_MM, scene.px_per_mm)
    picture = scene.picture
    rings, ringed = chance.whole(1, 3), chance.between(0.75, 1.3)
    for ring in range(rings):
        radius = chance.between(32, 45) * scale
        cells = int(2.4 * radius + 8)
        across, down = chance.between(0.1, 0.9), chance.between(0.1, 0.9)
        outer, angle = _polar(chance, cells, radius, 0.008)
        width = chance.between(1.2, 4.0) * scale
        lean, heavy = chance.between(0, 2 * np.pi), chance.between(0.2, 0.9)
        cloud = clouds(chance, (cells, cells), radius / 3)
        drops = chance.uniforms(12).reshape(4, 3)
        share = float(np.clip(strength * rings - ring, 0, 1)) if rings > 1 else strength
        if share <= 0:
            continue
        foot = ramp(-outer, -0.5, 0.6) * ramp(outer, -width * (1.2 + cloud), -0.4 * width)
        density = foot * (0.35 + 0.65 * np.exp(-np.abs(outer) / (0.5 * scale)))
        density *= ramp(cloud + heavy * (0.5 + 0.5 * np.cos(angle - lean)), 0.35, 0.95)
        density += 0.22 * ramp(-outer, 0, 2.0 * width) * ramp(cloud, 0.45, 0.9)
        for x, y, size in drops:
            _drop(density, x * cells, y * cells, (0.4 + 2.2 * size**3) * scale)
        density = enlarged(density * ringed * share, (_grown(cells, scene, scale),) * 2)
        picture = dyed(picture, density, _COFFEE, _corner(on_sheet(scene, across, down), density.shape[0]))
    return scene if strength <= 0 else scene.painted(picture)


def _drop(density: np.ndarray, x: float, y: float, radius: float) -> None:
    """A small dried drop, rim darker, added to the density in place."""
    reach = int(radius + 3)
    x0, y0, x1, y1 = max(0, int(x) - reach), max(0, int(y) - reach), int(x) + reach, int(y) + reach
    part = density[y0:y1, x0:x1]
    rows, columns = np.mgrid[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]]
    part += _dry_ring(np.hypot(columns - x, rows - y) - radius, 0.25 * radius + 0.3, 0.35).astype(np.float32)


def _grown(cells: int, scene: Scene, scale: float) -> int:
    return max(2, round(cells * scene.px_per_mm / scale))


def _corner(middle: tuple[float, float], side_px: int) -> tuple[int, int]:
    return int(middle[0] - side_px / 2), int(middle[1] - side_px / 2)


def water_stain(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Tide lines: nested wavy rims where spilled water stopped, a faint brown body within."""
    height, width = scene.size_px
    scale = min(2.0, scene.px_per_mm) / scene.px_per_mm
    size = (max(4, round(height * scale)), max(4, round(width * scale)))
    per_mm = scene.px_per_mm * scale
    rough = clouds(chance, size, 55 * per_mm, octaves=5)
    across, down, reach = chance.between(-0.1, 1.1), chance.between(0.0, 1.1), chance.between(0.25, 0.55)
    x = (np.arange(size[1], dtype=np.float32)[None, :] / size[1] - across) * (size[1] / size[0])
    y = np.arange(size[0], dtype=np.float32)[:, None] / size[0] - down
    level = np.sqrt(x * x + y * y) / reach + 0.9 * (rough - 0.5)
    if strength <= 0:
        return scene
    density = np.zeros(size, np.float32)
    for edge, dark in ((1.0, 1.0), (0.72, 0.45), (0.5, 0.25)):
        below = (edge - level) * reach * size[0] / per_mm  # mm inside the rim, about
        density += dark * (
            0.16 * ramp(below, 0, 0.5) + 0.75 * ramp(below, -0.2, 0.15) * np.exp(-np.maximum(below, 0) / 1.1)
        )
    density *= 0.55 + 0.45 * rough
    return scene.painted(shaded(scene.picture, transmission(strength * density, _TEA)))


def brown_spread(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Old paper: brown creeping in from one or two edges of the sheet, cloudy, with foxing spots."""
    x0, y0, x1, y1 = sheet_box(scene)
    scale = min(1.5, scene.px_per_mm) / scene.px_per_mm
    size = tuple(max(4, round(side * scale)) for side in scene.size_px)
    per_mm = scene.px_per_mm * scale
    cloud = clouds(chance, size, 40 * per_mm, octaves=5)
    spots = clouds(chance, size, 4 * per_mm, octaves=2)
    weights, depth_mm = chance.uniforms(4), chance.between(25, 70)
    x = (np.arange(size[1], dtype=np.float32)[None, :] + 0.5) / scale
    y = (np.arange(size[0], dtype=np.float32)[:, None] + 0.5) / scale
    if strength <= 0:
        return scene
    density = np.zeros(size, np.float32)
    for weight, gap in zip(weights, (x - x0, x1 - x, y - y0, y1 - y), strict=True):
        near = np.exp(-np.maximum(gap, 0) / (depth_mm * scene.px_per_mm * (0.4 + 1.2 * cloud)))
        density = np.maximum(density, np.float32(0.3 + 0.7 * weight) * near)
    density = density * (0.5 + cloud) + 0.6 * ramp(spots, 0.74, 0.9) * cloud
    return scene.painted(shaded(scene.picture, transmission(0.8 * strength * density, _TEA)))
