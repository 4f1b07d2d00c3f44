"""Liquids that dried on the page: coffee rings, tide lines of water, brown spread from an edge. Ink shows through."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import clouds, dyed, enlarged, ramp, stained
from ecgscribe.data.accidents.sheet import on_sheet, sheet_box
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_COFFEE = (0.62, 0.44, 0.26)
_TEA = (0.80, 0.63, 0.38)
_WORK_PX_PER_MM = 3.0  # stains are drawn at this scale or three quarters of the page's own


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
    """One to three marks of a cup's foot: a thin dark line with a paler band inside, broken where the cup did not
    touch, a faint film within, a few drops. They come one after another as strength grows."""
    scale = min(_WORK_PX_PER_MM, 0.75 * scene.px_per_mm)
    picture = scene.picture
    rings, ringed = chance.whole(1, 3), chance.between(0.6, 1.15)
    first = (chance.between(0.05, 0.95), chance.between(0.1, 0.95))
    radius = chance.between(30, 44) * scale
    cells = int(2.4 * radius + 8)
    for ring in range(rings):
        near = chance.happens(0.5) and ring > 0  # a cup is often put down again beside its first mark
        place = chance.uniforms(2)
        across, down = (first[k] + 0.08 * (place[k] - 0.5) if near else place[k] for k in (0, 1)) if ring else first
        outer, angle = _polar(chance, cells, radius, 0.008)
        width = chance.between(1.2, 3.5) * scale
        lean, gap = chance.uniforms(2) * (2 * np.pi, 0.75)
        cloud = clouds(chance, (cells, cells), radius / 2, octaves=5)
        drops = chance.uniforms(12).reshape(4, 3)
        share = float(np.clip(strength * rings - ring, 0, 1))
        if share <= 0:
            continue
        touch = ramp(0.9 * cloud + 0.35 * np.cos(angle - lean), gap - 0.15, gap + 0.3)
        band = ramp(-outer, -0.6, 0.4) * ramp(outer, -width * (0.8 + 0.6 * cloud), -0.2 * width)
        rim = np.exp(-np.abs(outer + 0.5) / (0.35 * scale)) + 0.45 * np.exp(-np.abs(outer + width) / (0.3 * scale))
        density = touch * (0.35 * band + 0.85 * np.minimum(rim, 1.0) * ramp(-outer, -1.2, 0.0))
        density += 0.09 * ramp(cloud, 0.35, 0.8) * ramp(-outer, 0, width) * np.exp(np.minimum(outer, 0) / (9 * scale))
        for x, y, size in drops:
            _drop(density, x * cells, y * cells, (0.4 + 2.0 * size**3) * scale)
        density = enlarged(density * (ringed * share), (_grown(cells, scene, scale),) * 2)
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
    size, per_mm = _working(scene, 1.8)
    rough = clouds(chance, size, 55 * per_mm, octaves=5)
    across, down, reach = chance.between(-0.1, 1.1), chance.between(0.0, 1.1), chance.between(0.25, 0.55)
    colour = chance.chosen((_TEA, (0.78, 0.66, 0.48), (0.84, 0.76, 0.58), (0.74, 0.60, 0.44)))
    if strength <= 0:
        return scene
    x = (np.arange(size[1], dtype=np.float32)[None, :] / size[1] - across) * (size[1] / size[0])
    y = np.arange(size[0], dtype=np.float32)[:, None] / size[0] - down
    level = np.sqrt(x * x + y * y) / reach + 0.9 * (rough - 0.5)
    inwards = np.linspace(-2.0, 30.0, 1024)  # mm inside a rim: the profile is read from a table
    rim = 0.16 * ramp(inwards, 0, 0.5) + 0.75 * ramp(inwards, -0.2, 0.15) * np.exp(-np.maximum(inwards, 0) / 1.1)
    density = np.zeros(size, np.float32)
    for edge, dark in ((1.0, 1.0), (0.72, 0.45), (0.5, 0.25)):
        below = (edge - level) * (reach * size[0] / per_mm)
        density += (dark * rim).astype(np.float32)[np.clip((below + 2.0) * 32, 0, 1023).astype(np.int16)]
    density *= 0.55 + 0.45 * rough
    return scene.painted(stained(scene.picture, (strength * density, colour)))


def brown_spread(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Old paper: brown creeping in from the edges of the sheet, cloudy, with foxing spots."""
    x0, y0, x1, y1 = sheet_box(scene)
    size, per_mm = _working(scene, 1.2)
    scale = per_mm / scene.px_per_mm
    cloud = clouds(chance, size, 40 * per_mm, octaves=5)
    weights, depth_mm = chance.uniforms(4), chance.between(20, 60)
    spots = chance.uniforms(4 * 70).reshape(70, 4)
    colour = chance.chosen((_TEA, (0.80, 0.66, 0.46), (0.86, 0.76, 0.58)))
    if strength <= 0:
        return scene
    x = (np.arange(size[1], dtype=np.float32)[None, :] + 0.5) / scale
    y = (np.arange(size[0], dtype=np.float32)[:, None] + 0.5) / scale
    # how deep it has gone from each side; only the cloud makes it uneven, so one exponential serves
    nearest = np.full(size, 9.0, np.float32)
    for weight, gap in zip(weights, (x - x0, x1 - x, y - y0, y1 - y), strict=True):
        nearest = np.minimum(nearest, np.maximum(gap, 0) / (depth_mm * scene.px_per_mm * (0.15 + weight)))
    density = np.exp(-nearest / (0.3 + 1.4 * cloud)) * (0.45 + cloud)
    foxing = np.zeros(size, np.float32)
    for x_part, y_part, wide, dark in spots:
        centre = (int(x_part * size[1] * 16), int(y_part * size[0] * 16))
        radius = max(0.5, (0.3 + 2.2 * wide**4) * per_mm)
        cv2.circle(foxing, centre, int(radius * 16), 0.25 + 0.75 * dark, -1, cv2.LINE_AA, 4)
    foxing = cv2.GaussianBlur(foxing, (0, 0), max(0.4, 0.45 * per_mm))
    return scene.painted(stained(scene.picture, (strength * (0.8 * density + 0.7 * foxing * (0.3 + cloud)), colour)))


def _working(scene: Scene, px_per_mm: float) -> tuple[tuple[int, int], float]:
    """(H, W) of a field over the whole picture at `px_per_mm` (or the picture's, if less) and its px per mm."""
    scale = min(1.0, px_per_mm / scene.px_per_mm)
    return tuple(max(4, round(side * scale)) for side in scene.size_px), scene.px_per_mm * scale
