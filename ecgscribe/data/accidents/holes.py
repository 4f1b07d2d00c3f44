"""What is no longer paper: punch holes, a staple, a torn corner. All of it is covered."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import bytes_of, clouds, laid, opaque, ramp
from ecgscribe.data.accidents.sheet import on_sheet, sheet_box
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene


def _ground(chance: Chance) -> tuple[int, int, int]:
    """What shows behind the sheet: mostly a dark table or scanner lid, now and then a white one."""
    level = chance.between(12, 70) if chance.happens(0.75) else chance.between(225, 252)
    warm = chance.between(0, 12)
    return int(level + warm / 2), int(level), int(max(0, level - warm / 2))


def _disc(radius_px: float) -> np.ndarray:
    """uint8 (K, K) smooth disc."""
    reach = int(radius_px + 2)
    axis = np.arange(2 * reach, dtype=np.float32) + 0.5 - reach
    return bytes_of(np.clip(radius_px + 0.5 - np.hypot(axis[None, :], axis[:, None]), 0, 1))


def punch_holes(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Two or four holes of a file (6 mm wide, 80 mm apart, 12 mm from the edge: ISO 838) at one edge of the sheet.

    With strength they come one after another, each opening from nothing.
    """
    x0, y0, x1, y1 = sheet_box(scene)
    side, count, ground = chance.whole(0, 2), chance.chosen((2, 2, 3, 4)), _ground(chance)
    slip = chance.between(-6, 6)
    if strength <= 0:
        return scene
    per_mm = scene.px_per_mm
    along0, along1 = (x0, x1) if side == 2 else (y0, y1)
    pitch = min(80 * per_mm, (along1 - along0) / (count + 0.3))
    done = scene
    for hole in range(count):
        share = float(np.clip(strength * count - hole, 0, 1))
        if share <= 0:
            break
        along = (along0 + along1) / 2 + (hole - (count - 1) / 2) * pitch + slip * per_mm
        across = 12 * per_mm
        x, y = ((x0 + across, along), (x1 - across, along), (along, y0 + across))[side]
        radius = 3.0 * per_mm * share**0.5
        corner = (round(x - radius - 2), round(y - radius - 2))
        disc = _disc(radius)
        # the near rim throws its shadow into the hole and catches a little light
        rim = np.full((*disc.shape, 3), ground, np.uint8)
        axis = np.linspace(-1, 1, len(disc), dtype=np.float32)
        shadow = np.clip(0.75 + 0.35 * (axis[None, :] + axis[:, None]), 0.45, 1.0)
        rim = cv2.multiply(rim, cv2.merge([bytes_of(shadow)] * 3), scale=1 / 255.0)
        picture, coverage = laid(done.picture, rim, disc, corner)
        done = done.painted(picture, opaque(coverage))
    return done


def staple(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A staple near a corner: a metal bar 12 mm long with a bright upper edge and a shadow below; its length grows."""
    across, down = chance.between(0.015, 0.06), chance.between(0.015, 0.06)
    across = across if chance.happens(0.7) else 1 - across
    angle, tone = chance.between(-0.9, 0.9), chance.between(120, 190)
    if strength <= 0:
        return scene
    per_mm = scene.px_per_mm
    middle = np.array(on_sheet(scene, across, down))
    half = np.array([np.cos(angle), np.sin(angle)]) * 6 * per_mm * strength
    side = int(16 * per_mm) + 8
    corner = (middle - side / 2).astype(int)
    ends = np.array([middle - half, middle + half]) - corner
    wire = max(0.55 * per_mm, 0.9)

    def bar(shift_mm: float, width_px: float) -> np.ndarray:
        mask = np.zeros((side, side), np.uint8)
        here = np.rint((ends + shift_mm * per_mm) * 16).astype(int)
        cv2.line(mask, tuple(map(int, here[0])), tuple(map(int, here[1])), 255, max(1, round(width_px)), cv2.LINE_AA, 4)
        return mask

    shade = cv2.convertScaleAbs(cv2.GaussianBlur(bar(0.35, wire * 1.3), (0, 0), max(0.4, 0.3 * per_mm)), alpha=0.5)
    picture = laid(scene.picture, (30, 28, 26), shade, tuple(corner))[0]
    metal = np.full((side, side, 3), (int(tone), int(tone), int(tone + 4)), np.uint8)
    shine = cv2.convertScaleAbs(bar(-0.12, wire * 0.35), alpha=0.9)
    metal = cv2.add(metal, cv2.merge([shine] * 3))
    picture, coverage = laid(picture, metal, bar(0, wire), tuple(corner))
    return scene.painted(picture, opaque(coverage))


def torn_corner(scene: Scene, chance: Chance, strength: float) -> Scene:
    """A corner torn off along a ragged line with a white fibrous edge; up to 45 mm at strength 1."""
    number, ground = chance.whole(0, 3), _ground(chance)
    wide, high = chance.between(0.6, 1.0), chance.between(0.6, 1.0)
    per_mm = scene.px_per_mm
    side = int(48 * per_mm) + 4
    rough = clouds(chance, (side, side), 9 * per_mm, octaves=5)
    fibre = chance.between(0.5, 1.6)
    if strength <= 0:
        return scene
    x0, y0, x1, y1 = (round(v) for v in sheet_box(scene))
    corner = ((x0, y0), (x1 - side, y0), (x1 - side, y1 - side), (x0, y1 - side))[number]
    axis = (np.arange(side, dtype=np.float32) + 0.5) / per_mm
    x = axis if number in (0, 3) else axis[::-1]
    y = axis if number in (0, 1) else axis[::-1]
    inside_mm = x[None, :] / wide + y[:, None] / high - 45 * strength + 9 * strength * (rough - 0.5)
    gone = bytes_of(ramp(-inside_mm, -0.5 / per_mm, 0.5 / per_mm))
    torn = bytes_of(ramp(-inside_mm, -fibre * (0.4 + rough.T) - 0.2, -fibre * 0.3))
    picture, edge = laid(scene.picture, (247, 245, 241), torn, corner)
    picture, hole = laid(picture, ground, gone, corner)
    return scene.painted(picture, opaque(cv2.max(edge, hole)))
