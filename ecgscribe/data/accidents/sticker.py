"""Stickers of a laboratory or an archive: QR squares and bar codes on white labels, pasted on."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import laid, opaque
from ecgscribe.data.accidents.sheet import on_sheet
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene


def _square_code(chance: Chance, cells: int) -> np.ndarray:
    """bool (cells, cells), True = black: random modules with the three finders and the timing lines of a QR code."""
    code = (chance.uniforms(cells * cells) < 0.48).reshape(cells, cells)
    finder = np.ones((9, 9), bool)
    finder[[0, -1], :] = finder[:, [0, -1]] = False
    finder[2:7, 2:7] = False
    finder[3:6, 3:6] = True
    code[6, :] = code[:, 6] = np.arange(cells) % 2 == 0
    code[:8, :8], code[:8, -8:], code[-8:, :8] = finder[1:, 1:], finder[1:, :-1], finder[:-1, 1:]
    return code


def _bars(chance: Chance, count: int) -> np.ndarray:
    """bool (1, M), True = black: bars and gaps one to four units wide."""
    widths = 1 + (chance.uniforms(2 * count) ** 1.7 * 4).astype(int)
    return np.repeat(np.arange(2 * count) % 2 == 0, widths)[None, :]


def _label(chance: Chance, px_per_mm: float) -> np.ndarray:
    """uint8 (h, w, 3) a label drawn at `px_per_mm`."""
    square = chance.happens(0.5)
    paper = chance.chosen(((252, 252, 252), (250, 250, 246), (246, 248, 252), (255, 250, 214)))
    if square:
        side = chance.between(14, 24)
        code = np.pad(_square_code(chance, chance.chosen((21, 25, 29))), 3)
        size = (round(side * px_per_mm),) * 2
    else:
        wide, high = chance.between(30, 55), chance.between(10, 18)
        code = np.pad(np.repeat(_bars(chance, chance.whole(22, 40)), 24, axis=0), ((4, 12), (6, 6)))
        size = (round(high * px_per_mm), round(wide * px_per_mm))
    black = cv2.resize(np.where(code, 0, 255).astype(np.uint8), (size[1], size[0]), interpolation=cv2.INTER_AREA)
    label = np.minimum(cv2.merge([black] * 3), np.array(paper, np.uint8))
    if not square:
        digits = "".join(str(d) for d in (chance.uniforms(10) * 10).astype(int))
        scale = 0.085 * px_per_mm
        at = (int(0.14 * size[1]), int(0.93 * size[0]))
        cv2.putText(
            label, digits, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (20, 20, 20), max(1, round(2 * scale)), cv2.LINE_AA
        )
    return label


def sticker(scene: Scene, chance: Chance, strength: float) -> Scene:
    """One label, mostly near the upper corners, a little turned, with a soft shadow at its edge. With strength it
    grows to its full size; what lies under it is covered."""
    label = _label(chance, scene.px_per_mm)
    corner_place, turn = chance.happens(0.75), 0.05 * chance.normal()
    across = chance.chosen((0.1, 0.9)) + chance.between(-0.05, 0.05) if corner_place else chance.between(0.1, 0.9)
    down = chance.between(0.05, 0.12) if corner_place else chance.between(0.1, 0.9)
    if strength <= 0:
        return scene
    height, width = label.shape[:2]
    grow = strength**0.5
    side = int(np.hypot(height, width)) + 6
    cosine, sine = grow * np.cos(turn), grow * np.sin(turn)
    matrix = np.array([[cosine, -sine, 0], [sine, cosine, 0]])
    matrix[:, 2] = side / 2 - (matrix[:, 0] * width + matrix[:, 1] * height) / 2
    turned = cv2.warpAffine(label, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(np.full((height, width), 255, np.uint8), matrix, (side, side), flags=cv2.INTER_LINEAR)
    x, y = on_sheet(scene, across, down)
    corner = (round(x - side / 2), round(y - side / 2))
    shade = cv2.convertScaleAbs(cv2.GaussianBlur(alpha, (0, 0), max(0.5, 0.35 * scene.px_per_mm)), alpha=0.35)
    offset = max(1, round(0.2 * scene.px_per_mm))
    picture = laid(scene.picture, (40, 40, 40), shade, (corner[0] + offset, corner[1] + offset))[0]
    picture, coverage = laid(picture, turned, alpha, corner)
    return scene.painted(picture, opaque(coverage))
