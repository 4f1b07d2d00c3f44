"""What camera, scanner and file make of a picture: noise, sharpening, JPEG, too few pixels, flat contrast."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_TILE = 96
_FINE = 4  # noise is kept in quarters of a level until it is added


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """Through JPEG (colour at half resolution, as phones write it) and back; `quality` 1 to 100."""
    coded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    return cv2.cvtColor(cv2.imdecode(coded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def grain(chance: Chance, size_px: tuple[int, int], sigma: float, colour: float = 0.6) -> np.ndarray:
    """int16 (H, W, 3) noise of deviation `sigma`, `colour` 0 grey .. 1 every channel its own, faintly smooth as the
    colour filter of a sensor makes it. One tile is drawn; the rest is that tile turned over and laid side by side."""
    raw = chance.normals(_TILE * _TILE * 3).reshape(_TILE, _TILE, 3).astype(np.float32)
    shared = np.roll(raw[:, :, :1], (37, 71), axis=(0, 1))
    tile = cv2.GaussianBlur(np.sqrt(1 - colour**2) * shared + colour * raw, (3, 3), 0.55)
    tile *= sigma / max(1e-6, float(np.sqrt(np.mean(np.square(tile, dtype=np.float64)))))
    tile = np.rint(tile).astype(np.int16)
    turned = [tile, tile[::-1], tile[:, ::-1], tile[::-1, ::-1]]
    turned = [np.ascontiguousarray(t) for t in turned + [t.transpose(1, 0, 2) for t in turned]]
    rows, columns = size_px[0] // _TILE + 1, size_px[1] // _TILE + 1
    choice = (chance.uniforms(rows * columns) * len(turned)).astype(int).reshape(rows, columns)
    out = np.empty((*size_px, 3), np.int16)
    for row in range(rows):
        for column in range(columns):
            place = out[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
            place[:] = turned[choice[row, column]][: place.shape[0], : place.shape[1]]
    return out


def noise(picture: np.ndarray, chance: Chance, sigma: float) -> np.ndarray:
    """Sensor noise of deviation `sigma` (0-255) in black falling to 0.45 `sigma` in white: photon noise grows with
    the square root of the light, but the tone curve of a camera (gamma 2.2) flattens the bright end more."""
    if sigma <= 0:
        return picture
    speckle = grain(chance, picture.shape[:2], sigma * _FINE)
    weight = cv2.convertScaleAbs(picture, alpha=-0.55, beta=255)
    up = cv2.convertScaleAbs(cv2.max(speckle, 0))
    down = cv2.convertScaleAbs(cv2.min(speckle, 0))
    scale = 1 / (255.0 * _FINE)
    return cv2.subtract(
        cv2.add(picture, cv2.multiply(up, weight, scale=scale)), cv2.multiply(down, weight, scale=scale)
    )


def sensor_noise(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Noise of a small sensor in a dim room; deviation in the dark up to 14 of 255."""
    sigma = strength * chance.between(0.5, 1.0) * 14.0
    return scene if strength <= 0 else scene.painted(noise(scene.picture, chance, sigma))


def over_sharpened(scene: Scene, chance: Chance, strength: float) -> Scene:
    """The 'scan filter' of phone apps: unsharp mask with bright halos beside every line, contrast pushed."""
    amount, sigma_px = 2.2 * strength * chance.between(0.6, 1.0), chance.between(0.9, 1.8)
    if strength <= 0:
        return scene
    soft = cv2.GaussianBlur(scene.picture, (5, 5), sigma_px)
    return scene.painted(cv2.addWeighted(scene.picture, 1.0 + amount, soft, -amount, 0))


def jpeg_blocks(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Through a messenger: JPEG of quality 95 down to about 15."""
    quality = round(96 - 81 * strength * chance.between(0.75, 1.0))
    return scene if strength <= 0 else scene.painted(jpeg(scene.picture, quality))


def few_pixels(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Shrunk (up to 2.6 times, never below 2.4 px per mm) and enlarged again: a thumbnail that was blown up."""
    most = float(np.clip(scene.px_per_mm / 2.4, 1.0, 2.6))
    factor = 1.0 + (most - 1.0) * strength * chance.between(0.6, 1.0)
    way = chance.chosen((cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    if strength <= 0 or factor <= 1.0:
        return scene
    height, width = scene.size_px
    small = (max(8, round(width / factor)), max(8, round(height / factor)))
    # a blur before plain resampling: INTER_AREA at odd factors costs seven times as much and looks the same
    soft = cv2.GaussianBlur(scene.picture, (5, 5), 0.45 * factor)
    reduced = cv2.resize(soft, small, interpolation=cv2.INTER_LINEAR)
    enlarged = cv2.resize(reduced, (width, height), interpolation=way)
    share = min(1.0, (factor - 1.0) / 0.2)  # at factors just above 1 resampling would set in with a jump
    return scene.painted(enlarged if share == 1 else cv2.addWeighted(scene.picture, 1 - share, enlarged, share, 0))


def low_contrast(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Stray light or a bad print: black rises to at most 125, white sinks to at least 185."""
    black, white = 125 * strength * chance.between(0.6, 1.0), 255 - 70 * strength * chance.between(0.0, 1.0)
    if strength <= 0:
        return scene
    table = np.rint(black + np.arange(256) * (white - black) / 255.0).astype(np.uint8)
    return scene.painted(cv2.LUT(scene.picture, table))
