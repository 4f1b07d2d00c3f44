"""Shadows on the page: the photographer's hand with the phone, the phone alone, an edge between light and dark."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import ramp, shaded
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
    `depth` lost in its core, a fifth of it also far round about (the thing hides part of the room); what remains
    comes from the sky or the walls and is a little bluer or warmer."""
    soft = cv2.GaussianBlur(shape, (0, 0), max(0.35, penumbra))
    wide = cv2.resize(shape, (shape.shape[1] // 8 + 1, shape.shape[0] // 8 + 1), interpolation=cv2.INTER_AREA)
    wide = cv2.resize(cv2.GaussianBlur(wide, (0, 0), 2.5), (shape.shape[1], shape.shape[0]))
    soft = 0.8 * soft + 0.2 * wide
    tint = np.array([1.0 + blue, 1.0, 1.0 - blue], np.float32)
    return scene.painted(shaded(scene.picture, 1.0 - np.clip(depth * soft[:, :, None] * tint, 0.0, 0.97)))


def _rounded(shape: np.ndarray, cells: float) -> np.ndarray:
    """The shape without corners or seams narrower than about `cells`."""
    return ramp(cv2.GaussianBlur(shape, (0, 0), max(0.5, cells)), 0.35, 0.65)


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
    """Shadow of a forearm and a hand that reaches in from an edge: a loose fist, a pointing finger or fingers half
    spread. The penumbra is several mm wide, the hand being above the page."""
    canvas, per_mm = _canvas(scene)
    start, inward = _entry(chance, canvas.shape)
    grow = per_mm * chance.between(1.0, 2.2)  # a hand nearer to the lamp throws a larger shadow
    reach, spread = chance.between(0, 90) * per_mm, chance.between(0.02, 0.16)
    lengths, bends = chance.uniforms(4), chance.normals(6)
    softness, depth, blue = chance.between(1.5, 7.0) * per_mm, chance.between(0.3, 0.6), chance.between(-0.02, 0.05)
    thumb_side = 1.0 if chance.happens(0.5) else -1.0
    if strength <= 0:
        return scene
    angle = float(np.arctan2(inward[1], inward[0])) + 0.2 * bends[4]
    ahead = np.array([np.cos(angle), np.sin(angle)])
    side = np.array([-ahead[1], ahead[0]])
    wrist = start + inward * reach
    palm = wrist + ahead * 55 * grow
    _limb(canvas, [start - inward * 90 * grow, wrist, wrist + ahead * 20 * grow], [42 * grow, 30 * grow, 30 * grow])
    _limb(canvas, [wrist + ahead * 12 * grow, palm], [33 * grow, 40 * grow])
    for finger in range(4):
        way_angle = angle + (finger - 1.5) * spread + 0.05 * bends[finger]
        way = np.array([np.cos(way_angle), np.sin(way_angle)])
        stretched = (0.35 + 0.65 * lengths[finger] ** 2) * (68, 76, 72, 58)[finger] * grow
        knuckle = palm + side * (finger - 1.5) * 19 * grow + ahead * 18 * grow
        _limb(canvas, [knuckle, knuckle + way * stretched], [11 * grow, 8.5 * grow])
    root = wrist + ahead * 22 * grow + side * thumb_side * 26 * grow
    _limb(canvas, [root, root + (side * thumb_side * 0.5 + ahead) * 44 * grow], [15 * grow, 10 * grow])
    return _cast(scene, _rounded(canvas, 5.0 * grow), softness, strength * depth, blue)


def phone_shadow(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Shadow of the phone itself, a soft rounded slab over the page, with the hands and arms that hold it."""
    canvas, per_mm = _canvas(scene)
    rows, columns = canvas.shape
    size = chance.between(0.9, 1.8) * per_mm
    middle = np.array([columns * chance.between(0.25, 0.75), rows * chance.between(0.3, 0.85)])
    turn, upright, hands = chance.between(-0.35, 0.35), chance.happens(0.5), chance.whole(1, 2)
    elbows = chance.uniforms(2)
    softness, depth, blue = chance.between(2.5, 10.0) * per_mm, chance.between(0.25, 0.5), chance.between(-0.02, 0.05)
    if strength <= 0:
        return scene
    along, across = (36.0, 75.0) if upright else (75.0, 36.0)
    right = np.array([np.cos(turn), np.sin(turn)]) * along * size
    down = np.array([-np.sin(turn), np.cos(turn)]) * across * size
    _drawn(
        canvas, np.array([middle - right - down, middle + right - down, middle + right + down, middle - right + down])
    )
    for arm in range(hands):
        grip = middle + (right if arm == 0 else -right) * 1.0 + down * (0.2 + 0.5 * elbows[arm])
        elbow = np.array([grip[0] + (1 if arm == 0 else -1) * 70 * size * elbows[arm], rows + 120 * size])
        _limb(canvas, [elbow, grip + 0.25 * (elbow - grip), grip], [44 * size, 30 * size, 26 * size])
    return _cast(scene, _rounded(canvas, 6.0 * size), softness, strength * depth, blue)


def edge_shadow(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Part of the page lies in the shadow of a straight thing (a shelf, a blind, a head); edge hard or soft."""
    canvas, per_mm = _canvas(scene)
    rows, columns = canvas.shape
    angle, at, bow = chance.between(0, 2 * np.pi), chance.between(-0.3, 0.3), chance.between(-0.05, 0.05)
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
