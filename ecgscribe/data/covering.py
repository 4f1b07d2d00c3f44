"""What lies over a page and hides a part of it: a hand that holds its edge, another sheet, a pen."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.backgrounds import skin
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene


def hand(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A thumb, or two or three fingers, reaching over the sheet's edge; further in and wider with `strength`."""
    if strength <= 0:
        return scene
    colour = np.array(skin(chance), np.float32)
    edge, along = chance.whole(0, 3), chance.between(0.15, 0.85)
    fingers, lean = chance.chosen((1, 1, 2, 3)), chance.between(-0.5, 0.5)
    deep_mm, wide_mm = chance.between(12, 48) * (0.4 + 0.6 * strength), chance.between(15, 20)
    lengths = chance.uniforms(3)
    # the shorter the strength, the less of the finger has come over the edge
    corners = scene.truth.corners_px
    start, end = corners[edge], corners[(edge + 1) % 4]
    side = (end - start) / np.hypot(*(end - start))
    inward = np.array([-side[1], side[0]])
    inward = inward if (corners.mean(axis=0) - start) @ inward > 0 else -inward
    towards = inward + lean * side
    towards = towards / np.hypot(*towards)
    mm = scene.px_per_mm
    grip = start + (end - start) * along
    strokes = []
    for k in range(fingers):
        root = grip + side * (k - (fingers - 1) / 2) * wide_mm * 1.04 * mm
        reach = deep_mm * (0.75 + 0.5 * lengths[k]) * mm
        strokes.append((root - towards * 90 * mm, root + towards * (reach - wide_mm / 2 * mm)))
    return _with_fingers(scene, strokes, wide_mm * mm / 2, colour)


def other_sheet(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Another white sheet laid over a side or a corner, up to a sixth of the page."""
    if strength <= 0:
        return scene
    corners = scene.truth.corners_px
    edge, turn = chance.whole(0, 3), np.deg2rad(chance.between(-14, 14))
    depth = chance.between(0.3, 1.0) * strength / 6
    start, end = corners[edge], corners[(edge + 1) % 4]
    side = (end - start) / np.hypot(*(end - start))
    inward = np.array([-side[1], side[0]])
    inward = inward if (corners.mean(axis=0) - start) @ inward > 0 else -inward
    across = float((corners.mean(axis=0) - start) @ inward) * 2
    middle = start + (end - start) * chance.between(0.1, 0.9) + inward * across * depth
    turned = np.array(
        [side[0] * np.cos(turn) - side[1] * np.sin(turn), side[0] * np.sin(turn) + side[1] * np.cos(turn)]
    )
    out = -np.array([-turned[1], turned[0]])
    out = out if out @ inward < 0 else -out
    half = 150 * scene.px_per_mm
    outline = np.array([middle - turned * half, middle + turned * half, middle + turned * half + out * 2.8 * half])
    outline = np.concatenate([outline, [middle - turned * half + out * 2.8 * half]])
    mask = _filled(outline, scene.size_px)
    paper = np.float32(chance.between(214, 250))
    tint = np.array([1.0, chance.between(0.97, 1.0), chance.between(0.93, 1.0)], np.float32)
    return _laid(scene, mask, np.broadcast_to(paper * tint, (*scene.size_px, 3)), 1.6 * scene.px_per_mm)


def pen(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A pen left lying on the page; shorter strength, nearer to the edge."""
    if strength <= 0:
        return scene
    corners = scene.truth.corners_px
    centre = corners.mean(axis=0)
    angle = chance.between(0, 2 * np.pi)
    out = np.array([np.cos(angle), np.sin(angle)])
    reach = np.abs((corners - centre) @ out).max() * (1.05 - 0.65 * strength * chance.between(0.3, 1))
    turn = angle + chance.between(0.6, 2.5)
    along = np.array([np.cos(turn), np.sin(turn)])
    mm = scene.px_per_mm
    middle, half, radius = centre + out * reach, 70 * mm, 4.5 * mm
    colour = np.array(chance.chosen(((30, 30, 34), (24, 46, 120), (170, 24, 30), (226, 226, 222))), np.float32)
    return _with_fingers(scene, [(middle - along * half, middle + along * half)], radius, colour, nail=False)


COVERS = {"hand": hand, "other_sheet": other_sheet, "pen_lying": pen}
"""What can lie over a page, by name; strength 0 is nothing."""


def _with_fingers(scene: Scene, strokes: list, radius: float, colour: np.ndarray, nail: bool = True) -> Scene:
    """Round bars from point to point, lit from above: dark at their sides, each with a shadow and a nail."""
    height, width = scene.size_px
    points = np.array(strokes).reshape(-1, 2)
    low = np.maximum(np.floor(points.min(axis=0) - 3 * radius), 0).astype(int)
    high = np.minimum(np.ceil(points.max(axis=0) + 3 * radius), [width, height]).astype(int)
    if (high <= low).any():
        return scene
    step = 2 if radius > 24 else 1
    x = np.arange(low[0], high[0], step, dtype=np.float32)[None, :]
    y = np.arange(low[1], high[1], step, dtype=np.float32)[:, None]
    away = np.full((y.shape[0], x.shape[1]), np.inf, np.float32)
    level = np.zeros_like(away)
    red = np.zeros_like(away)
    for root, tip in strokes:
        length = float(np.hypot(*(tip - root)))
        ux, uy = (np.float32(v) for v in (tip - root) / max(length, 1e-6))
        along = (x - np.float32(root[0])) * ux + (y - np.float32(root[1])) * uy
        aside = (y - np.float32(root[1])) * ux - (x - np.float32(root[0])) * uy
        past = along - np.clip(along, 0, length)
        # a finger is wider at the root and has a joint
        girth = radius * (1.12 - 0.16 * np.clip(along / max(length, 1e-6), 0, 1)) if nail else np.float32(radius)
        distance = np.sqrt(aside**2 + past**2) / girth
        lit = 0.55 + 0.45 * np.sqrt(np.clip(1 - np.minimum(distance, 1) ** 2, 0, 1)) + 0.06 * aside / radius
        if nail:
            oval = ((along - length - 0.1 * radius) / (0.62 * radius)) ** 2 + (aside / (0.52 * radius)) ** 2
            lit = np.where(oval < 1, lit * 1.06 + 0.05, lit - 0.05 * np.exp(-((oval - 1.1) ** 2) * 30))
            joint = np.exp(-(((along - length + 2.0 * radius) / (0.12 * radius)) ** 2))
            lit = lit - 0.05 * joint
        nearer = distance < away
        away, level = np.minimum(away, distance), np.where(nearer, lit, level)
        red = np.maximum(red, np.clip(1 - distance, 0, 1))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    soft = np.clip((1 - away) * radius / step + 0.5, 0, 1) * 255
    mask = np.zeros((height, width), np.uint8)
    mask[low[1] : high[1], low[0] : high[0]] = cv2.resize(soft.astype(np.uint8), size)
    painted = np.clip(level, 0.2, 1.15)[:, :, None] * colour + red[:, :, None] * np.array([6, -2, -3], np.float32)
    body = cv2.resize(np.clip(painted, 0, 255).astype(np.uint8), size)
    return _laid(scene, mask, body, 0.3 * radius, (low, high))


def _filled(outline: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    mask = np.zeros(size_px, np.uint8)
    cv2.fillPoly(mask, [np.round((outline - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask


def _laid(
    scene: Scene, mask: np.ndarray, body: np.ndarray, shadow_px: float, box: tuple[np.ndarray, np.ndarray] | None = None
) -> Scene:
    """`body` over the picture where `mask` says, with a soft shadow beside it; `box` (low, high) is where it can be."""
    height, width = scene.size_px
    (x0, y0), (x1, y1) = box if box is not None else ((0, 0), (width, height))
    picture = scene.picture.copy()
    near = mask[y0:y1, x0:x1]
    small = (max((x1 - x0) // 4, 1), max((y1 - y0) // 4, 1))
    shade = cv2.GaussianBlur(cv2.resize(near, small, interpolation=cv2.INTER_AREA), (0, 0), max(shadow_px / 4, 0.6))
    dim = cv2.resize((255 - 0.45 * shade.astype(np.float32)).astype(np.uint8), (x1 - x0, y1 - y0))
    under = cv2.multiply(picture[y0:y1, x0:x1], cv2.cvtColor(dim, cv2.COLOR_GRAY2RGB), scale=1 / 255)
    rows, columns = np.nonzero(near)
    share = near[rows, columns, None] / np.float32(255)
    below = under[rows, columns].astype(np.float32)
    under[rows, columns] = np.round(below + (body[rows, columns] - below) * share).astype(np.uint8)
    picture[y0:y1, x0:x1] = under
    return scene.painted(picture, mask)
