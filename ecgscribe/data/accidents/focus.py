"""Blur of the optics: out of focus, or moved while the shutter was open. Kernels are symmetric: nothing moves."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene


def blurred(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    """A Gaussian blur of deviation `sigma_px`; below 0.2 px the picture itself."""
    return cv2.GaussianBlur(picture, (0, 0), sigma_px) if sigma_px > 0.2 else picture


def disc_kernel(radius_px: float) -> np.ndarray:
    """float32 (K, K), sum 1: the evenly lit disc that a point out of focus becomes; edge cells hold their true part."""
    reach = int(np.ceil(radius_px - 0.5)) if radius_px > 0.5 else 0
    fine = 8
    axis = (np.arange((2 * reach + 1) * fine) + 0.5) / fine - (reach + 0.5)
    inside = (axis[None, :] ** 2 + axis[:, None] ** 2 <= radius_px**2).astype(np.float64)
    kernel = inside.reshape(2 * reach + 1, fine, 2 * reach + 1, fine).sum(axis=(1, 3))
    return (kernel / kernel.sum()).astype(np.float32)


def line_kernel(length_px: float, angle_rad: float, width_px: float = 0.8) -> np.ndarray:
    """float32 (K, K), sum 1, symmetric about its centre: an even movement of `length_px` along `angle_rad`."""
    reach = int(np.ceil(length_px / 2 + width_px))
    axis = np.arange(-reach, reach + 1, dtype=np.float64)
    along = axis[None, :] * np.cos(angle_rad) + axis[:, None] * np.sin(angle_rad)
    across = -axis[None, :] * np.sin(angle_rad) + axis[:, None] * np.cos(angle_rad)
    weight = np.clip((length_px + 1) / 2 - np.abs(along), 0, 1) * np.clip(width_px + 0.2 - np.abs(across), 0, 1)
    return (weight / weight.sum()).astype(np.float32)


def _filtered(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REPLICATE)


def defocus(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A lens not set to the page: a disc of up to 0.42 mm radius (a grid line of 0.1 mm is lost, the trace is not).

    Discs of more than 2.5 px radius are drawn as a Gaussian of the same second moment (half the radius): the eye
    sees no difference on thin lines and it costs a third.
    """
    radius_px = strength * chance.between(0.6, 1.0) * 0.42 * scene.px_per_mm
    if strength <= 0 or radius_px < 0.15:
        return scene
    if radius_px <= 2.5:
        # a disc narrower than a pixel is a mixture of the picture and the 3 x 3 disc: smooth from no blur at all
        if radius_px < 1.0:
            disc = _filtered(scene.picture, disc_kernel(1.0))
            return scene.painted(cv2.addWeighted(scene.picture, 1 - radius_px**2, disc, radius_px**2, 0))
        return scene.painted(_filtered(scene.picture, disc_kernel(radius_px)))
    return scene.painted(cv2.GaussianBlur(scene.picture, (0, 0), radius_px / 2.0))


def motion_blur(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A hand that shook: an even movement of up to 0.9 mm; the middle of the smear is the true place."""
    angle = chance.between(0, np.pi)
    length_px = strength * chance.between(0.5, 1.0) * 0.9 * scene.px_per_mm
    if strength <= 0 or length_px < 0.2:
        return scene
    return scene.painted(_filtered(scene.picture, line_kernel(length_px, angle)))
