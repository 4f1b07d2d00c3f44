"""Thermal paper with the years: print that fades in patches, ground that yellows, dots of the head that died."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import bytes_of, clouds, enlarged, ramp, stained
from ecgscribe.data.accidents.sheet import paper_colour, sheet_box
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene


def _towards(picture: np.ndarray, colour: tuple[int, int, int], alpha: np.ndarray) -> np.ndarray:
    """The picture moved to `colour` by `alpha` uint8 (H, W)."""
    weight = cv2.merge([alpha, alpha, alpha])
    kept = cv2.multiply(picture, cv2.bitwise_not(weight), scale=1 / 255.0)
    return cv2.add(kept, cv2.LUT(weight, bytes_of(np.arange(256)[None, :, None] / 255.0 * (np.array(colour) / 255.0))))


def thermal_fading(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Print fades by patches and bands; at strength 1 the palest patch keeps a fifth of its contrast (still seen).

    In seven of ten only what the heated head drew fades: the grid of such paper is printed in colour beforehand, so
    pixels whose brightest channel is bright keep their place.
    """
    size = tuple(max(4, round(side / scene.px_per_mm / 2)) for side in scene.size_px)
    patches = clouds(chance, size, 30, octaves=3)
    bands = clouds(chance, (size[0], 2), 12, octaves=2)[:, :1]
    overall, only_black = chance.between(0.15, 0.45), chance.happens(0.7)
    if strength <= 0:
        return scene
    share = overall + (0.8 - overall) * ramp(0.75 * patches + 0.25 * bands, 0.38, 0.66)
    alpha = enlarged(bytes_of(strength * share), scene.size_px)
    if only_black:
        red, green, blue = cv2.split(scene.picture)
        brightest = cv2.max(cv2.max(red, green), blue)
        alpha = cv2.multiply(alpha, cv2.LUT(brightest, bytes_of(ramp(-np.arange(256.0), -228, -180))), scale=1 / 255.0)
    return scene.painted(_towards(scene.picture, paper_colour(scene.picture), alpha))


def yellowing(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Ground turned yellow to tan, unevenly, more where light or air reached it."""
    size = tuple(max(4, round(side / scene.px_per_mm / 4)) for side in scene.size_px)
    cloud = clouds(chance, size, 25, octaves=3)
    colour = chance.chosen(((0.97, 0.91, 0.74), (0.93, 0.86, 0.70), (0.90, 0.85, 0.75), (0.95, 0.88, 0.78)))
    if strength <= 0:
        return scene
    return scene.painted(stained(scene.picture, (strength * (0.7 + 0.6 * cloud), colour)))


def dead_dots(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Dead dots of the print head: thin lines of bare paper along the time axis (8 dots per mm are usual)."""
    x0, y0, x1, y1 = (int(v) for v in sheet_box(scene))
    lines = 8
    at, wide, pale = chance.uniforms(lines), chance.uniforms(lines), chance.uniforms(lines)
    if strength <= 0:
        return scene
    colour = paper_colour(scene.picture)
    rows = np.arange(scene.size_px[0], dtype=np.float64)
    share = np.zeros(scene.size_px[0])
    for line in range(lines):
        part = float(np.clip(strength * lines - line, 0, 1))
        middle, half = y0 + at[line] * (y1 - y0), (0.06 + 0.12 * wide[line] ** 2) * scene.px_per_mm
        share = np.maximum(
            share, part * (0.55 + 0.45 * pale[line]) * np.clip(half + 0.5 - np.abs(rows + 0.5 - middle), 0, 1)
        )
    out = scene.picture.copy()
    for row in np.flatnonzero(share > 0.004):
        strip = out[row, x0:x1].astype(np.float32)
        out[row, x0:x1] = np.rint(strip + share[row] * (np.array(colour, np.float32) - strip)).astype(np.uint8)
    return scene.painted(out)
