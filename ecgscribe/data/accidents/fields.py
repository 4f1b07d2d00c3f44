"""Smooth random fields and the few ways they are laid over a picture; all work on small arrays that are enlarged."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.chance import Chance


def grid(chance: Chance, rows: int, columns: int) -> np.ndarray:
    """float32 (rows, columns) of independent numbers in [0, 1)."""
    return chance.uniforms(rows * columns).reshape(rows, columns).astype(np.float32)


def enlarged(field: np.ndarray, size_px: tuple[int, int], smooth: bool = False) -> np.ndarray:
    """The field on a canvas of `size_px` (H, W), linear or (`smooth`) cubic; dtype kept, edges aligned with edges."""
    way = cv2.INTER_CUBIC if smooth else cv2.INTER_LINEAR
    return cv2.resize(field, (size_px[1], size_px[0]), interpolation=way)


def clouds(chance: Chance, size_px: tuple[int, int], cell_px: float, octaves: int = 4) -> np.ndarray:
    """float32 (H, W) in 0..1, about 0.5 in the mean: noise whose largest features are `cell_px` wide.

    Every octave has half the size and 0.55 of the height of the one before (fractal noise, Perlin 1985); it is built
    up from the coarsest, so that only the sum is enlarged to the full size.
    """
    total = np.zeros((1, 1), np.float32)
    height, weight = 0.0, 1.0
    for _ in range(octaves):
        shape = tuple(max(2, int(np.ceil(side / max(cell_px, 1.0))) + 1) for side in size_px)
        total = enlarged(total, shape, smooth=True) + np.float32(weight) * grid(chance, *shape)
        height += weight
        weight *= 0.55
        cell_px /= 2.0
    return np.clip(0.5 + 1.6 * (enlarged(total, size_px, smooth=True) / np.float32(height) - 0.5), 0.0, 1.0)


def ramp(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below `low`, 1 above `high`, a smooth step between (Hermite)."""
    part = np.clip((values - low) * (1.0 / (high - low)), 0.0, 1.0)
    bent = 3.0 - 2.0 * part
    bent *= part
    bent *= part
    return bent


def bytes_of(field: np.ndarray) -> np.ndarray:
    """float 0..1 -> uint8 0..255, rounded and clipped (by cv2: three times as fast as numpy)."""
    field = np.ascontiguousarray(field)
    return cv2.convertScaleAbs(cv2.max(field, 0.0), alpha=255.0).reshape(field.shape)


def shaded(picture: np.ndarray, factor: np.ndarray, brightest: float = 1.0) -> np.ndarray:
    """The picture times a small float field (h, w) or (h, w, 3) enlarged to it; factors run from 0 to `brightest`."""
    small = bytes_of(factor / brightest)
    if small.ndim == 2:
        small = cv2.merge([small, small, small])
    return cv2.multiply(picture, enlarged(small, picture.shape[:2]), scale=brightest / 255.0)


_THICKEST = 1.6


def transmission(density: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    """uint8 (h, w, 3): 255 times what a dye of RGB `colour` (0..1 at density 1) lets through at a float density
    (h, w) of at most 1.6: colour to the power of density (Beer and Lambert), read from a table of 256 steps."""
    steps = bytes_of(density / _THICKEST)
    amounts = np.arange(256)[None, :, None] * (_THICKEST / 255.0)
    return cv2.LUT(cv2.merge([steps, steps, steps]), bytes_of(np.power(np.array(colour), amounts)))


def stained(picture: np.ndarray, *dyes: tuple[np.ndarray, tuple[float, float, float]]) -> np.ndarray:
    """The picture under one or more dyes (small float density field, all of one shape, and RGB colour) spread over
    all of it."""
    through = transmission(*dyes[0])
    for dye in dyes[1:]:
        through = cv2.multiply(through, transmission(*dye), scale=1 / 255.0)
    return cv2.multiply(picture, enlarged(through, picture.shape[:2]), scale=1 / 255.0)


def dyed(
    picture: np.ndarray, density: np.ndarray, colour: tuple[float, float, float], corner_px: tuple[int, int]
) -> np.ndarray:
    """A copy in which a dye of `density` float (h, w) at full size, its corner at `corner_px` (x, y), lies on it."""
    out = picture.copy()
    seen, part = window(picture.shape[:2], density.shape[:2], corner_px)
    if seen is not None:
        out[seen] = cv2.multiply(picture[seen], transmission(density[part], colour), scale=1 / 255.0)
    return out


def window(
    size_px: tuple[int, int], patch_px: tuple[int, int], corner_px: tuple[int, int]
) -> tuple[tuple[slice, slice] | None, tuple[slice, slice] | None]:
    """Where a patch laid at `corner_px` (x, y) shows: (slices of the picture, slices of the patch), None if outside."""
    x0, y0 = (int(v) for v in corner_px)
    left, top = max(0, x0), max(0, y0)
    right, bottom = min(size_px[1], x0 + patch_px[1]), min(size_px[0], y0 + patch_px[0])
    if right <= left or bottom <= top:
        return None, None
    return (slice(top, bottom), slice(left, right)), (slice(top - y0, bottom - y0), slice(left - x0, right - x0))


def laid(
    picture: np.ndarray, patch: np.ndarray | tuple, alpha: np.ndarray, corner_px: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """An opaque patch laid on the picture: (new picture, its coverage uint8 (H, W)).

    `patch` uint8 (h, w, 3) or one RGB colour; `alpha` uint8 (h, w), 255 = opaque; `corner_px` (x, y).
    """
    out = picture.copy()
    coverage = np.zeros(picture.shape[:2], np.uint8)
    seen, part = window(picture.shape[:2], alpha.shape, corner_px)
    if seen is None:
        return out, coverage
    over = alpha[part]
    coverage[seen] = over
    top = patch[part] if isinstance(patch, np.ndarray) else np.full((*over.shape, 3), patch, np.uint8)
    weight = cv2.merge([over, over, over])
    below = cv2.multiply(picture[seen], cv2.bitwise_not(weight), scale=1 / 255.0)
    out[seen] = cv2.add(below, cv2.multiply(np.ascontiguousarray(top), weight, scale=1 / 255.0))
    return out, coverage


def opaque(coverage: np.ndarray) -> np.ndarray:
    """uint8 coverage -> 255 where more than half of the print is lost, else 0."""
    return cv2.threshold(coverage, 127, 255, cv2.THRESH_BINARY)[1]
