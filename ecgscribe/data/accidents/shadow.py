"""Shadows on the page: the photographer's hand with the phone, the phone alone, an edge between light and dark."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import shaded
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_SIDE = 192  # cells of the longer side of the shadow field


def _canvas(scene: Scene) -> tuple[np.ndarray, float]:
    """An empty float field of the picture's shape and its cells per mm."""
    height, width = scene.size_px
    scale = _SIDE / max(height, width)
    shape = (max(2, round(height * scale)), max(2, round(width * scale)))
    return np.zeros(shape, np.float32), scene.px_per_mm * scale


def _cast(scene: Scene, shape: np.ndarray, penumbra: float, depth: float, blue: float) -> Scene:
    """The picture with the shadow `shape` (1 = no direct light), its edge softened over `penumbra` cells, light
    `depth` lost in its core; what remains comes from the sky or the walls and is a little bluer or warmer."""
    soft = cv2.GaussianBlur(shape, (0, 0), max(0.35, penumbra))
    tint = np.array([1.0 + blue, 1.0, 1.0 - blue], np.float32)
    return scene.painted(shaded(scene.picture, 1.0 - np.clip(depth * soft[:, :, None] * tint, 0.0, 0.97)))


def _entry(chance: Chance, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A point on the lower or side edge of the field and the unit direction inwards."""
    rows, columns = shape
    side, along, turn = chance.whole(0, 3), chance.between(0.2, 0.8), chance.between(-0.5, 0.5)
    if side == 0:
        start, inward = (0.0, along * rows), 0.0
    elif side == 1:
        start, inward = (float(columns), along * rows), np.pi
    else:
        start, inward = (along * columns, float(rows)), -np.pi / 2
    return np.array(start), np.array([np.cos(inward + turn), np.sin(inward + turn)])


def _drawn(canvas: np.ndarray, points: np.ndarray) -> None:
    """Fill the polygon (N, 2) with 1, edges smooth."""
    mask = np.zeros(canvas.shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    np.maximum(canvas, mask.astype(np.float32) / 255.0, out=canvas)


def _limb(canvas: np.ndarray, points: list[np.ndarray], widths: list[float]) -> None:
    """A chain of round-ended tapering limbs."""
    for here, there, wide, narrow in zip(points[:-1], points[1:], widths[:-1], widths[1:], strict=True):
        along = (there - here) / max(1e-6, float(np.hypot(*(there - here))))
        across = np.array([-along[1], along[0]])
        _drawn(
            canvas,
            np.array([here + across * wide, there + across * narrow, there - across * narrow, here - across * wide]),
        )
        turn = np.linspace(0, 2 * np.pi, 25)[:-1]
        _drawn(canvas, there + narrow * np.stack([np.cos(turn), np.sin(turn)], 1))


def hand_shadow(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Shadow of a forearm and a hand with spread or closed fingers, reaching in from an edge of the picture."""
    canvas, per_mm = _canvas(scene)
    start, inward = _entry(chance, canvas.shape)
    grow = per_mm * chance.between(0.9, 1.6)  # a hand nearer to the lamp throws a larger shadow
    reach, spread = chance.between(40, 120) * per_mm, chance.between(0.06, 0.2)
    bends = chance.normals(10) * 0.06
    softness, depth, blue = chance.between(0.8, 4.0) * per_mm, chance.between(0.4, 0.65), chance.between(-0.02, 0.05)
    if strength <= 0:
        return scene
    wrist = start + inward * reach
    palm = wrist + inward * 45 * grow
    _limb(canvas, [start - inward * 20 * grow, wrist, palm], [34 * grow, 28 * grow, 42 * grow])
    angle = float(np.arctan2(inward[1], inward[0]))
    for finger in range(4):
        lean = (finger - 1.5) * spread + bends[finger]
        way = np.array([np.cos(angle + lean), np.sin(angle + lean)])
        side = np.array([-inward[1], inward[0]]) * (finger - 1.5) * 20 * grow
        length = (62, 72, 68, 54)[finger] * grow
        knuckle = palm + side + inward * 14 * grow
        _limb(canvas, [knuckle, knuckle + way * length * 0.6, knuckle + way * length], [10 * grow, 9 * grow, 7 * grow])
    thumb_side = -1.0 if bends[8] < 0 else 1.0
    out = np.array([-inward[1], inward[0]]) * thumb_side
    root = wrist + inward * 18 * grow + out * 30 * grow
    _limb(canvas, [root, root + (out * 0.75 + inward) * 42 * grow], [13 * grow, 9 * grow])
    return _cast(scene, canvas, softness, strength * depth, blue)


def phone_shadow(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Shadow of the phone itself, a soft rounded slab somewhere over the page, with the arms that hold it."""
    canvas, per_mm = _canvas(scene)
    start, inward = _entry(chance, canvas.shape)
    size = chance.between(1.0, 1.7) * per_mm
    middle = np.array([canvas.shape[1] * chance.between(0.3, 0.7), canvas.shape[0] * chance.between(0.35, 0.75)])
    turn, upright = chance.between(-0.3, 0.3), chance.happens(0.5)
    softness, depth, blue = chance.between(2.5, 9.0) * per_mm, chance.between(0.3, 0.55), chance.between(-0.02, 0.05)
    if strength <= 0:
        return scene
    half = np.array([36.0, 75.0]) if upright else np.array([75.0, 36.0])
    half = half * size
    corner = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    cosine, sine = np.cos(turn), np.sin(turn)
    slab = corner @ np.array([[cosine, sine], [-sine, cosine]]) + middle
    _drawn(canvas, slab)
    for elbow in (slab[1], slab[2]) if abs(inward[0]) > 0.6 else (slab[2], slab[3]):
        _limb(canvas, [start - inward * 10 * size, elbow], [45 * size, 16 * size])
    return _cast(scene, canvas, softness, strength * depth, blue)


def edge_shadow(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Part of the page lies in the shadow of a straight thing (a shelf, a blind, a head); edge hard or soft."""
    canvas, per_mm = _canvas(scene)
    rows, columns = canvas.shape
    angle, at, bow = chance.between(0, 2 * np.pi), chance.between(-0.3, 0.3), chance.between(-0.12, 0.12)
    slats = chance.whole(2, 5) if chance.happens(0.2) else 0
    softness, depth, blue = chance.between(0.25, 6.0) * per_mm, chance.between(0.3, 0.6), chance.between(-0.02, 0.06)
    if strength <= 0:
        return scene
    x = (np.arange(columns, dtype=np.float32)[None, :] + 0.5 - columns / 2) / columns
    y = (np.arange(rows, dtype=np.float32)[:, None] + 0.5 - rows / 2) / columns
    across = x * np.cos(angle) + y * np.sin(angle) + bow * (x * np.sin(angle) - y * np.cos(angle)) ** 2 * 4 - at * 0.6
    if slats:
        across = 0.06 - np.abs((across * slats * 1.6) % 1.0 - 0.5) * 0.25
    canvas[:] = np.clip(0.5 + across * columns, 0, 1)
    return _cast(scene, canvas, softness, strength * depth, blue)
