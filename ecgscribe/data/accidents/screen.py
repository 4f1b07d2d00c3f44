"""A page photographed from a screen: sub-pixel mask against the camera's grid (moire), flicker bands, bluish black."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import shaded
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_PHASES = 256
_MEAN = 140  # of masks as bytes, so that four fifths more still fit
_GAMMA = 2.2


def mask_table(blur_px: float, pixel_px: float, lit: float, shift: float) -> np.ndarray:
    """uint8 (256,): one sub-pixel stripe over one period of the screen as a camera records it, 140 on average.

    The stripe is lit over the part `lit` of a period, at `shift`; the lens (a Gaussian of `blur_px`) and the square
    camera pixel flatten its harmonics k by exp(-2 (pi k b / p)^2) and sinc(k / p), p = `pixel_px`; the light that is
    left passes the tone curve of the camera (gamma 2.2), as the picture it is laid over did.
    """
    phase = 2 * np.pi * (np.arange(_PHASES) / _PHASES - shift)
    wave = np.full(_PHASES, lit)
    for k in range(1, 9):
        seen = np.exp(-2 * (np.pi * k * blur_px / pixel_px) ** 2) * np.sinc(k / pixel_px)
        wave += 2 * np.sin(np.pi * k * lit) / (np.pi * k) * seen * np.cos(k * phase)
    recorded = np.power(np.clip(wave / lit, 0.0, None), 1 / _GAMMA)
    return np.clip(np.rint(_MEAN * recorded / recorded.mean()), 0, 255).astype(np.uint8)


def phases(size_px: tuple[int, int], per_x: float, per_y: float, start: float, bend: float = 0.0) -> np.ndarray:
    """uint8 (H, W): 256 times the phase of a plane wave of `per_x`, `per_y` periods per sample, wrapped round; `bend`
    periods are added towards the ends of the other direction (no lens draws straight lines quite straight)."""
    rows, columns = np.arange(size_px[0]), np.arange(size_px[1])
    bow = bend * (2 * (rows if abs(per_x) > abs(per_y) else columns) / size_px[0] - 1) ** 2
    across, down = columns * per_x + start, rows * per_y
    if abs(per_x) > abs(per_y):
        down = down + bow
    else:
        across = across + bow
    return np.floor(across % 1.0 * 256).astype(np.uint8)[None, :] + np.floor(down % 1.0 * 256).astype(np.uint8)[:, None]


def _masked(scene: Scene, mask: np.ndarray, share: float) -> Scene:
    """The picture times the mask (uint8, mean 140), which is blended in by `share`; the camera closes down until only
    the upper third of the brightest stripes is burnt."""
    room = 1.0 / (1.0 + 0.67 * share * (float(mask.max()) / _MEAN - 1.0))
    mask = cv2.convertScaleAbs(mask, alpha=share * room, beta=_MEAN * (1 - share) * room)
    return scene.painted(cv2.multiply(scene.picture, mask, scale=1.0 / _MEAN))


def moire(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Coloured waves: the screen's red, green and blue stripes beat with the camera's colour filter.

    The filter takes each colour at every second pixel only (Bayer), so a screen whose pixels are nearly two camera
    pixels wide is sampled almost in step: the waves' period is 1 / |2 / p - 1| samples. The mask is real (stripes a
    third apart, dark gaps between rows), only its sampling is the camera's; `strength` blends it in.
    """
    pixel_px, angle = chance.between(1.85, 2.16), chance.between(-0.04, 0.04)
    start, blur_px = chance.uniforms(2), chance.between(0.3, 0.5)
    bends = chance.normals(2) * 1.5
    if strength <= 0:
        return scene
    height, width = scene.size_px
    half = (height // 2 + 1, width // 2 + 1)
    along, across = 2 * np.cos(angle) / pixel_px, 2 * np.sin(angle) / pixel_px
    columns = phases(half, along, across, start[0], bends[0])
    rows = phases(half, -across, along, start[1], bends[1])
    planes = []
    for third in range(3):  # red, green and blue filters sit at (0, 0), (1, 0) or (0, 1), (1, 1) of the square
        offset = third / 2 / pixel_px
        stripe = cv2.LUT(columns, mask_table(blur_px, pixel_px, 0.30, third / 3 - offset))
        gaps = cv2.LUT(rows, mask_table(blur_px, pixel_px, 0.80, -offset))
        planes.append(cv2.multiply(stripe, gaps, scale=1.0 / _MEAN))
    mask = cv2.resize(cv2.merge(planes), (2 * half[1], 2 * half[0]), interpolation=cv2.INTER_LINEAR)
    return _masked(scene, mask[:height, :width], 0.6 * strength)


def screen_pixels(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A screen seen from so near that its pixels show: stripes of red, green and blue, 2.6 to 5 camera pixels apart,
    rows with dark gaps between."""
    pixel_px, angle = chance.between(2.6, 5.0), chance.between(-0.05, 0.05)
    start, blur_px = chance.uniforms(2), chance.between(0.5, 0.8)
    bends = chance.normals(2) * 2.0
    if strength <= 0:
        return scene
    along, across = np.cos(angle) / pixel_px, np.sin(angle) / pixel_px
    columns = phases(scene.size_px, along, across, start[0], bends[0])
    gaps = cv2.LUT(phases(scene.size_px, -across, along, start[1], bends[1]), mask_table(blur_px, pixel_px, 0.85, 0.0))
    stripes = [cv2.LUT(columns, mask_table(blur_px, pixel_px, 0.30, third / 3)) for third in range(3)]
    return _masked(
        scene, cv2.merge([cv2.multiply(stripe, gaps, scale=1.0 / _MEAN) for stripe in stripes]), 0.8 * strength
    )


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
