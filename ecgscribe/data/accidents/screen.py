"""A page photographed from a screen: sub-pixel mask against the camera's grid (moire), flicker bands, a bluish black."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import shaded
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_PHASES = 256


def mask_table(blur_px: float, pixel_px: float, lit: float, shift: float) -> np.ndarray:
    """uint8 (256,): light of one sub-pixel stripe over one period of the screen, mean 200, as the camera sees it.

    The stripe is lit over the part `lit` of a period, at `shift`; the lens (Gaussian of `blur_px`) and the square
    camera pixel flatten its harmonics k by exp(-2 (pi k s)^2) and sinc(k a), s and a in periods (`pixel_px` long).
    """
    phase = 2 * np.pi * (np.arange(_PHASES) / _PHASES - shift)
    wave = np.full(_PHASES, lit)
    for k in range(1, 9):
        seen = np.exp(-2 * (np.pi * k * blur_px / pixel_px) ** 2) * np.sinc(k / pixel_px)
        wave += 2 * np.sin(np.pi * k * lit) / (np.pi * k) * seen * np.cos(k * phase)
    return np.clip(np.rint(200 * wave / lit), 0, 255).astype(np.uint8)


def phases(size_px: tuple[int, int], per_x: float, per_y: float, start: float) -> np.ndarray:
    """uint8 (H, W): 256 times the phase of a plane wave of `per_x`, `per_y` periods per pixel, wrapped round."""
    across = np.floor((np.arange(size_px[1]) * per_x + start) % 1.0 * 256).astype(np.uint8)
    down = np.floor((np.arange(size_px[0]) * per_y) % 1.0 * 256).astype(np.uint8)
    return across[None, :] + down[:, None]


def moire(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Red, green and blue stripes of a screen whose pixels are about as large as the camera's: their beat makes broad
    coloured waves. The mask is real (stripes a third of a pixel apart, dark gaps between rows), only its sampling
    is the camera's; `strength` blends it in."""
    pixel_px, angle = chance.between(0.93, 1.09), chance.between(-0.05, 0.05)
    start, blur_px = chance.uniforms(2), chance.between(0.16, 0.26)
    bend, bend_at = chance.between(-6.0, 6.0), chance.between(0.3, 0.7)
    if strength <= 0:
        return scene
    height, width = scene.size_px
    cosine, sine = np.cos(angle) / pixel_px, np.sin(angle) / pixel_px
    curved = bend * ((np.arange(height) / height) - bend_at) ** 2  # the lens bends straight columns a little
    columns = phases(scene.size_px, cosine, sine, start[0])
    columns += np.floor(curved % 1.0 * 256).astype(np.uint8)[:, None]
    rows = phases(scene.size_px, -sine, cosine, start[1])
    rows += np.floor(bend * ((np.arange(width) / width) - bend_at) ** 2 % 1.0 * 256).astype(np.uint8)[None, :]
    stripes = [cv2.LUT(columns, mask_table(blur_px, pixel_px, 0.30, third / 3)) for third in range(3)]
    gaps = cv2.LUT(rows, mask_table(blur_px, pixel_px, 0.85, 0.0))
    mask = cv2.merge([cv2.multiply(stripe, gaps, scale=1 / 200.0) for stripe in stripes])
    share = 0.8 * strength
    mask = cv2.addWeighted(mask, share, mask, 0, 200 * (1 - share))
    return scene.painted(cv2.multiply(scene.picture, mask, scale=1 / 200.0))


def flicker_bands(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Broad dark bands across the picture where the rolling shutter met the screen's dark phase."""
    count, start, tilt = chance.between(1.5, 7.0), chance.between(0, 1), chance.between(-0.15, 0.15)
    depth, upright = chance.between(0.25, 0.5), chance.happens(0.3)
    if strength <= 0:
        return scene
    along = np.linspace(0, 1, 96, dtype=np.float32)
    x, y = np.meshgrid(along, along)
    if upright:
        x, y = y, x
    band = 0.5 + 0.5 * np.cos(2 * np.pi * (count * (y + tilt * x) + start))
    return scene.painted(shaded(scene.picture, 1.0 - strength * depth * band.astype(np.float32) ** 1.5))


def screen_black(scene: Scene, chance: Chance, strength: float) -> Scene:
    """The light of a screen: black is a bluish grey, white a little blue and not quite even in its channels."""
    black, cool = 22 + 30 * chance.between(0, 1), chance.between(0.03, 0.14)
    if strength <= 0:
        return scene
    levels = np.arange(256, dtype=np.float64)[None, :, None]
    low = np.array([0.9, 0.97, 1.15]) * black * strength
    high = 255 * (1 - strength * np.array([cool, 0.3 * cool, 0.0]))
    table = np.clip(np.rint(low + levels / 255.0 * (high - low)), 0, 255).astype(np.uint8)
    return scene.painted(cv2.LUT(scene.picture, table))
