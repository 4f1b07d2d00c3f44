"""Copying machines: fax, photocopier, grey scan, printer raster. Their pictures are grey or black and white."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import bytes_of, enlarged, ramp
from ecgscribe.data.accidents.sheet import colour_of, grey_of
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_STEEP = 2.5
_QUICKLY = 5.0  # colour is gone from strength 0.2 on: there are no half-coloured copies


def _mixed(scene: Scene, grey: np.ndarray, share: float) -> Scene:
    """The scene as the grey picture (H, W), or part of the way to it while `share` is below 1."""
    copy = colour_of(grey)
    if share < 1:
        copy = cv2.addWeighted(scene.picture, 1.0 - share, copy, share, 0)
    return scene.painted(copy)


def greyscale(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Colour drained; at strength 1 wholly grey."""
    return scene if strength <= 0 else _mixed(scene, grey_of(scene.picture), strength)


def photocopy(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Grey, hard contrast (pale grid lines go or turn black), dark borders of an open lid, toner specks and streaks.

    The borders are so dark that no ink can be told in them: they count as covered.
    """
    height, width = scene.size_px
    per_mm = scene.px_per_mm
    middle, steep = chance.between(0.62, 0.86), 1.0 + 3.2 * chance.between(0.5, 1.0) * strength
    borders, slopes = chance.uniforms(4) ** 2 * 9.0, chance.normals(4) * 0.3
    specks, streaks = chance.uniforms(900).reshape(300, 3), chance.uniforms(18).reshape(6, 3)
    if strength <= 0:
        return scene
    grey = cv2.LUT(grey_of(scene.picture), bytes_of(np.clip(middle + (np.arange(256) / 255.0 - middle) * steep, 0, 1)))
    light = enlarged(bytes_of(_lid(scene.size_px, per_mm, strength * borders, slopes)), scene.size_px)
    grey = cv2.multiply(grey, light, scale=1 / 255.0)
    row = np.ones(width)
    for number, (x, power, wide) in enumerate(streaks):
        share = float(np.clip(6 * strength - number, 0, 1))
        half = max(0.6, (0.1 + 0.5 * wide) * per_mm)
        row *= 1 - 0.3 * share * power * np.exp(-(((np.arange(width) + 0.5 - x * width) / half) ** 2))
    grey = cv2.multiply(grey, np.repeat(bytes_of(row)[None], height, axis=0), scale=1 / 255.0)
    _speckled(grey, specks[: int(300 * strength)], per_mm)
    done = _mixed(scene, grey, min(1.0, _QUICKLY * strength))
    dark = cv2.threshold(light, 70, 255, cv2.THRESH_BINARY_INV)[1]
    return done.painted(done.picture, dark if dark.any() else None)


def _lid(size_px: tuple[int, int], per_mm: float, depths_mm: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """float field, one cell per mm, 0.08 in borders of `depths_mm` (left, right, top, bottom) and 1 within, the edge
    soft over 2 mm and sloping a little; a border of less than 0.6 mm is none."""
    rows, columns = (max(8, round(side / per_mm)) for side in size_px)
    x, y = np.arange(columns)[None, :] + 0.5, np.arange(rows)[:, None] + 0.5
    light = np.ones((rows, columns))
    gaps = ((x, y / rows), (columns - x, y / rows), (y, x / columns), (rows - y, x / columns))
    for (gap, along), depth, slope in zip(gaps, depths_mm, slopes, strict=True):
        edge = depth * (1 + slope * (along - 0.5)) - 1.2
        light = np.minimum(light, 1 - 0.92 * min(1.0, depth / 0.6) * (1 - ramp(gap - edge, 0.0, 2.4)))
    return light


def _speckled(grey: np.ndarray, specks: np.ndarray, per_mm: float) -> None:
    """Specks of toner (x, y, size 0..1) into a grey picture, in place; two in three black, the others white."""
    height, width = grey.shape
    for number, (x, y, size) in enumerate(specks):
        radius = (0.05 + 0.35 * size**6) * per_mm
        centre = (int(x * width * 16), int(y * height * 16))
        cv2.circle(grey, centre, max(4, int(radius * 16)), 30 if number % 3 else 250, -1, cv2.LINE_AA, 4)


def fax(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Black or white only, 8.04 dots per mm along and 7.7 (fine) down to 3.85 lines (standard, ITU-T T.4) per mm down
    the page, rows spoilt on the line: the rest of a row repeats the row before it or is noise."""
    height, width = scene.size_px
    level, rows_spoilt = chance.between(0.66, 0.84), chance.whole(3, 30)
    spoilt, runs = chance.uniforms(4 * 30).reshape(30, 4), chance.uniforms(30 * 60).reshape(30, 60)
    if strength <= 0:
        return scene
    columns = min(width, round(8.04 * width / scene.px_per_mm))
    rows = min(height, round((7.7 - 3.85 * strength) * height / scene.px_per_mm))
    small = cv2.resize(grey_of(scene.picture), (columns, rows), interpolation=cv2.INTER_LINEAR)
    paper = float(np.sort(small[:: max(1, rows // 64), :: max(1, columns // 64)].ravel())[-40])
    dots = cv2.threshold(small, level * paper, 255, cv2.THRESH_BINARY)[1]
    for (place, start, kind, shift), run in zip(spoilt[: int(rows_spoilt * strength)], runs, strict=False):
        row, first = 1 + int(place * (rows - 1)), int(start * columns)
        if kind < 0.7:
            dots[row, first:] = dots[row - 1, first:]
        else:  # code words lost: runs of black and white of any length until the end of the line
            flips = (np.cumsum(2 + 60 * run**3) + 100 * shift).astype(int)
            tone = np.searchsorted(flips, np.arange(columns - first) % max(1, flips[-1])) % 2
            dots[row, first:] = np.where(tone == 0, dots[row - 1, first:], 255 - dots[row - 1, first:])
    whole = cv2.resize(dots, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    return _mixed(scene, whole, min(1.0, _QUICKLY * strength))


def _screen(size_px: tuple[int, int], pitch_px: float, angle: float, phase: float) -> np.ndarray:
    """uint8 (H, W) thresholds of a clustered-dot raster of `pitch_px` at `angle`; phases as bytes that wrap round."""
    wave = np.rint(255 * (0.5 + 0.5 * np.cos(2 * np.pi * np.arange(256) / 256))).astype(np.uint8)
    planes = []
    for turn in (angle, angle + np.pi / 2):
        x = (np.arange(size_px[1]) * np.cos(turn) / pitch_px + phase) * 256
        y = np.arange(size_px[0]) * np.sin(turn) / pitch_px * 256
        planes.append(cv2.LUT((x[None, :] % 256).astype(np.uint8) + (y[:, None] % 256).astype(np.uint8), wave))
    return cv2.addWeighted(planes[0], 0.5, planes[1], 0.5, 0)


def dithering(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A printer's raster: pale colours and greys become dots of 0.17 to 0.3 mm pitch; black and white or, in half of
    the cases, one raster for each of red, green and blue. Bare paper and full black stay whole. Pitches below 2.2 px
    would alias and are drawn at 2.2 px."""
    pitch_px = max(2.2, chance.between(0.17, 0.30) * scene.px_per_mm)
    angle, colour, phase = chance.between(0.2, 1.0), chance.happens(0.5), chance.between(0, 1)
    if strength <= 0:
        return scene
    share = 0.85 * strength
    planes = cv2.split(scene.picture) if colour else [grey_of(scene.picture)]
    dots = []
    for number, plane in enumerate(planes):
        raster = _screen(scene.size_px, pitch_px, angle + 0.5 * number, phase)
        # level - raster, steep but not a step: dots keep smooth edges; 1.14 lifts paper of 240 and more to pure white
        dots.append(cv2.addWeighted(plane, 1.14 * _STEEP, raster, -_STEEP, 128 - 20 * _STEEP))
    raster_picture = cv2.merge(dots) if colour else colour_of(dots[0])
    return scene.painted(cv2.addWeighted(scene.picture, 1.0 - share, raster_picture, share, 0))
