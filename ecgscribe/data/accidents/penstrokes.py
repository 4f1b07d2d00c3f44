"""Ink from a pen: strokes with pressure, drawn sub-pixel exactly, ball pens let the print shine through."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import bytes_of, opaque, window
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_PIECE = 4  # points of a stroke that share one pressure


@dataclass(frozen=True)
class Ink:
    """`colour` is the light let through (RGB 0..1) at full density; `width_mm` of the line; `hides` True when print
    under it cannot be told from it (black on black), so that it counts as covered."""

    colour: tuple[float, float, float]
    width_mm: float
    hides: bool


BLACK = Ink((0.12, 0.12, 0.14), 0.45, True)
BLUE = Ink((0.16, 0.24, 0.62), 0.45, False)
NIGHT = Ink((0.13, 0.15, 0.36), 0.5, False)
RED = Ink((0.80, 0.16, 0.16), 0.5, False)
MARKER = Ink((0.05, 0.05, 0.06), 2.6, True)


def drawn_ink(chance: Chance) -> Ink:
    """A pen of a ward: mostly blue or black ball pen, sometimes red; 0.3 to 0.75 mm wide."""
    ink = chance.chosen((BLACK, BLACK, BLUE, BLUE, NIGHT, RED))
    return Ink(ink.colour, ink.width_mm * chance.between(0.7, 1.5), ink.hides)


def inked(scene: Scene, marks: list[list[np.ndarray]], ink: Ink, chance: Chance, share: float) -> Scene:
    """The scene with `marks` drawn on it, each a list of strokes (N, 2) in picture pixels; `share` 0..1 of all the
    strokes' length is drawn, in order, so that a growing share adds ink and moves none."""
    picture = scene.picture.copy()
    coverage = np.zeros(scene.size_px, np.uint8) if ink.hides else None
    lengths = [[float(np.hypot(*np.diff(s, axis=0).T).sum()) for s in mark] for mark in marks]
    left = share * sum(map(sum, lengths))
    for mark, spans in zip(marks, lengths, strict=True):
        texture = chance.uniforms(64)
        if left <= 0:
            continue
        parts = []
        for stroke, span in zip(mark, spans, strict=True):
            if left > 0 and span > 0:
                parts.append(_cut(stroke, left / span))
            left -= span
        if parts:
            _lay(picture, coverage, parts, ink, texture, scene.px_per_mm)
    return scene.painted(picture, None if coverage is None else opaque(coverage))


def _cut(stroke: np.ndarray, share: float) -> np.ndarray:
    """The first `share` of a stroke's length."""
    if share >= 1:
        return stroke
    step = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(step)])
    end = share * along[-1]
    last = max(1, int(np.searchsorted(along, end)))
    part = (end - along[last - 1]) / max(1e-9, along[last] - along[last - 1])
    return np.vstack([stroke[:last], stroke[last - 1] + part * (stroke[last] - stroke[last - 1])])


def _lay(
    picture: np.ndarray,
    coverage: np.ndarray | None,
    strokes: list[np.ndarray],
    ink: Ink,
    texture: np.ndarray,
    px_per_mm: float,
) -> None:
    """One mark into picture and coverage, in place, through a small finer canvas."""
    points = np.vstack(strokes)
    margin = ink.width_mm * px_per_mm + 2
    corner = np.floor(points.min(axis=0) - margin).astype(int)
    width, height = (np.ceil(points.max(axis=0) + margin) - corner).astype(int)
    if width > 4 * picture.shape[1] or height > 4 * picture.shape[0]:
        return
    seen, part = window(picture.shape[:2], (int(height), int(width)), tuple(corner))
    if seen is None:
        return
    fine = int(np.clip(np.ceil(6.0 / (ink.width_mm * px_per_mm)), 1, 4))
    canvas = np.zeros((height * fine, width * fine), np.uint8)
    for stroke in strokes:
        _pressed(canvas, (stroke - corner) * fine, ink.width_mm * px_per_mm * fine, texture)
    if fine > 1:
        canvas = cv2.resize(canvas, (int(width), int(height)), interpolation=cv2.INTER_AREA)
    alpha = canvas[part]
    table = bytes_of(np.power(np.array(ink.colour), np.arange(256)[None, :, None] / 255.0))
    through = cv2.LUT(cv2.merge([alpha, alpha, alpha]), table)
    picture[seen] = cv2.multiply(picture[seen], through, scale=1 / 255.0)
    if coverage is not None:
        coverage[seen] = cv2.max(coverage[seen], np.ascontiguousarray(alpha))


def _pressed(canvas: np.ndarray, line: np.ndarray, width_px: float, texture: np.ndarray) -> None:
    """One stroke as short pieces whose width and darkness follow the pressure: less at its ends, uneven between."""
    count = len(line) - 1
    points = np.rint((line - 0.5) * 16).astype(np.int32)
    for piece, start in enumerate(range(0, count, _PIECE)):
        end = min(count, start + _PIECE)
        rub = float(texture[piece % len(texture)])
        press = 0.74 + 0.26 * min(1.0, 3.0 * min(end, count - start) / max(3, count))
        wide = max(1, round(width_px * press * (0.92 + 0.16 * rub)))
        level = int(255 * min(1.0, 0.70 + 0.30 * press * (0.7 + 0.6 * rub)))
        cv2.polylines(canvas, [points[start : end + 1]], False, level, wide, cv2.LINE_AA, 4)
