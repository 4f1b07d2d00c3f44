"""Paper that is not flat: curl, waves, folds, creases and crumples as heights above the table.

From one field of heights follow both what the eye uses to see a bend: where the print goes (the paper keeps its length,
and what is nearer to the camera looks displaced) and how bright the paper is (its slope against the light).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.core.warp import Bend, lowest_determinant
from ecgscribe.data.chance import Chance

_NODE_MM = 4.0  # between the nodes of the map
_LOWEST_DETERMINANT = 0.3  # paper seen at a grazing angle is more than anybody photographs


@dataclass(frozen=True, eq=False)
class Sheet:
    """`size_mm` (width, height); `heights_mm` float64 (rows, columns), 4 / `fine` mm apart, spread over the sheet
    corner to corner; `wear` polylines (N, 2) in mm along which the print is rubbed off, each with its strength 0 to 1.
    """

    size_mm: tuple[float, float]
    heights_mm: np.ndarray
    wear: tuple[tuple[np.ndarray, float], ...] = ()
    fine: int = 4

    @classmethod
    def flat(cls, size_mm: tuple[float, float], px_per_mm: float = 8.0) -> Sheet:
        """A flat sheet that will be drawn at `px_per_mm`: small pictures cannot show the sharpest creases."""
        fine = 4 if px_per_mm > 3.5 else 2
        columns, rows = (max(int(round(side / _NODE_MM)), 2) * fine + 1 for side in size_mm)
        return cls(size_mm, np.zeros((rows, columns)), fine=fine)

    @property
    def is_flat(self) -> bool:
        return not self.heights_mm.any()

    def grid_mm(self) -> tuple[np.ndarray, np.ndarray]:
        """x (1, columns) and y (rows, 1) of the heights, from the sheet's centre."""
        rows, columns = self.heights_mm.shape
        width, height = self.size_mm
        x = (np.arange(columns) / (columns - 1) - 0.5) * width
        return x[None, :], ((np.arange(rows) / (rows - 1) - 0.5) * height)[:, None]

    def raised(self, heights_mm: np.ndarray, wear: tuple = ()) -> Sheet:
        return replace(self, heights_mm=self.heights_mm + heights_mm, wear=self.wear + wear)

    def slopes(self) -> tuple[np.ndarray, np.ndarray]:
        """The slopes of the heights along x and along y, (rows, columns) each."""
        rows, columns = self.heights_mm.shape
        along_y, along_x = np.gradient(self.heights_mm)
        return along_x * (columns - 1) / self.size_mm[0], along_y * (rows - 1) / self.size_mm[1]


def curl(sheet: Sheet, chance: Chance, strength: float) -> Sheet:
    """A cylinder: an edge or corner that rises, or the whole sheet bowed as it left the printer's roll."""
    x, y = sheet.grid_mm()
    width, height = sheet.size_mm
    bowed = chance.happens(0.35)
    side = chance.chosen((0, 90, 180, 270)) + chance.between(-35, 35)
    angle = np.deg2rad(side)
    along = x * np.cos(angle) + y * np.sin(angle)
    reach = abs(width / 2 * np.cos(angle)) + abs(height / 2 * np.sin(angle))
    start, share = chance.between(-0.1, 0.6) * reach, chance.between(0.5, 1.0)
    if bowed:
        sign = chance.chosen((1, -1))
        return sheet.raised(sign * strength * share * 0.13 * reach * (1 - (along / reach) ** 2))
    beyond = np.maximum(along - start, 0) / (reach - start)
    return sheet.raised(strength * share * 0.42 * (reach - start) * beyond**2)


def smooth_warp(sheet: Sheet, chance: Chance, strength: float) -> Sheet:
    """Long waves, as damp paper shows: four of 90 to 260 mm in all directions."""
    x, y = sheet.grid_mm()
    waves = np.zeros_like(sheet.heights_mm)
    for _ in range(4):
        length_mm, angle = chance.between(90, 260), chance.between(0, np.pi)
        phase = chance.between(0, 2 * np.pi)
        along = x * np.cos(angle) + y * np.sin(angle)
        waves += chance.between(0.3, 1.0) * length_mm / 100 * np.cos(2 * np.pi * along / length_mm + phase)
    return sheet.raised(2.4 * strength * waves)


def fold(sheet: Sheet, chance: Chance, strength: float) -> Sheet:
    """Once folded in halves, thirds or quarters and opened again: straight ridges and valleys across the sheet."""
    width, height = sheet.size_mm
    across, along = chance.chosen(((1, 0), (2, 0), (3, 0), (0, 1), (0, 2), (1, 1), (3, 1)))
    for count, extent, base_deg in ((across, width, 0.0), (along, height, 90.0)):
        for k in range(count):
            place = ((k + 1) / (count + 1) - 0.5 + chance.between(-0.02, 0.02)) * extent
            angle_deg = base_deg + chance.between(-1.5, 1.5)
            sign = 1 if (k + chance.whole(0, 1)) % 2 else -1
            slope = sign * strength * chance.between(0.1, 0.3)
            sheet = _folded(sheet, chance, place, angle_deg, slope, chance.between(25, 70), strength)
    return sheet


def crease(sheet: Sheet, chance: Chance, strength: float) -> Sheet:
    """One to five short kinks anywhere, also across a corner."""
    x, y = sheet.grid_mm()
    width, height = sheet.size_mm
    for _ in range(chance.whole(1, 5)):
        cx, cy = chance.between(-0.48, 0.48) * width, chance.between(-0.48, 0.48) * height
        angle, half = chance.between(0, np.pi), chance.between(12, 60)
        slope = strength * chance.between(0.15, 0.45) * chance.chosen((1, -1))
        away = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
        length = (y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)
        near = np.exp(-((length / half) ** 4))
        soft, wide = 0.7, 0.25 * half
        ridge = slope * wide * (1 - np.exp(-np.sqrt(away**2 + soft**2) / wide)) * near
        ends = np.array([[-np.sin(angle), np.cos(angle)]]) * half * np.array([[-0.9], [0.9]])
        line = ends + [cx + width / 2, cy + height / 2]
        sheet = sheet.raised(ridge, ((line, 0.5 * strength * chance.between(0, 1)),))
    return sheet


def crumple(sheet: Sheet, chance: Chance, strength: float) -> Sheet:
    """Crushed and smoothed again: two nets of plane facets with sharp edges, a coarse and a finer one.

    Each net is the upper hull of planes tangent to a paraboloid at random places, which are the facets of a Voronoi
    net; the paraboloid itself is taken away again.
    """
    x, y = sheet.grid_mm()
    total = np.zeros_like(sheet.heights_mm)
    for count, share in ((26, 1.0), (70, 0.5)):
        sites = (chance.uniforms(2 * count).reshape(count, 2) - 0.5) * np.array(sheet.size_mm) * 1.15
        lift = chance.uniforms(count)
        cell_mm = np.sqrt(sheet.size_mm[0] * sheet.size_mm[1] / count)
        curve = 0.28 / cell_mm
        hull = np.full_like(total, -np.inf)
        for (sx, sy), up in zip(sites, lift, strict=True):
            plane = (2 * sx * curve) * x + (2 * sy * curve) * y + (up * 0.6 * cell_mm - curve * (sx * sx + sy * sy))
            np.maximum(hull, plane, out=hull)
        total += chance.chosen((1, -1)) * share * (hull - curve * (x * x + y * y))
    smooth = cv2.GaussianBlur(total, (0, 0), 0.2 * sheet.fine)
    return sheet.raised(0.8 * strength * (smooth - smooth.mean()))


SHAPES = {"curl": curl, "smooth_warp": smooth_warp, "fold": fold, "crease": crease, "crumple": crumple}
"""What can happen to the shape of a sheet, by name; strength 0 leaves it flat."""


def bend_of(sheet: Sheet, size_px: tuple[int, int], eye_mm: tuple[float, float, float] | None) -> Bend:
    """The map that the heights make of a page of `size_px` (H, W).

    `eye_mm` (x, y, height) is the camera over the sheet's centre; None looks from infinitely far above. A point at the
    height h, seen from the height c, appears at (x - eye) * c / (c - h) + eye on the table. The paper's own length
    follows from its slope s: the integral of sqrt(1 + s^2), levelled over 50 mm sideways as paper does not stretch.
    """
    heights, (x, y) = sheet.heights_mm, sheet.grid_mm()
    along_x, along_y = sheet.slopes()
    rows, columns = heights.shape
    step_x, step_y = sheet.size_mm[0] / (columns - 1), sheet.size_mm[1] / (rows - 1)
    gain_x = cv2.blur(np.sqrt(1 + along_x**2) - 1, (1, int(50 / step_y) | 1))
    gain_y = cv2.blur(np.sqrt(1 + along_y**2) - 1, (int(50 / step_x) | 1, 1))
    longer_x, longer_y = np.cumsum(gain_x, axis=1) * step_x, np.cumsum(gain_y, axis=0) * step_y
    shift_x = longer_x - longer_x[:, columns // 2 : columns // 2 + 1]
    shift_y = longer_y - longer_y[rows // 2 : rows // 2 + 1]
    if eye_mm is not None:
        nearer = heights / eye_mm[2]
        shift_x, shift_y = shift_x - (x - eye_mm[0]) * nearer, shift_y - (y - eye_mm[1]) * nearer
    px_per_mm = (size_px[1] / sheet.size_mm[0], size_px[0] / sheet.size_mm[1])
    nodes = np.stack([shift_x * px_per_mm[0], shift_y * px_per_mm[1]], axis=2)
    nodes = cv2.GaussianBlur(nodes, (0, 0), 0.4 * sheet.fine)[:: sheet.fine, :: sheet.fine]
    while lowest_determinant(nodes, size_px) < _LOWEST_DETERMINANT:
        nodes = nodes * 0.8
    return Bend(nodes, size_px)


def shaded(picture: np.ndarray, sheet: Sheet, light: tuple[float, float, float], depth: float) -> np.ndarray:
    """The page's picture uint8 (H, W, 3) with the light that falls on its slopes; flat paper stays as it is.

    `light` points to the lamp (any length, z > 0); `depth` 0 to 1 is the share of light that comes from the lamp alone.
    """
    along_x, along_y = sheet.slopes()
    lx, ly, lz = np.asarray(light, float) / np.sqrt(sum(v * v for v in light))
    facing = (lz - lx * along_x - ly * along_y) / np.sqrt(1 + along_x**2 + along_y**2)
    gain = 1 - depth + depth * np.maximum(facing, 0) / lz
    coarse = np.clip(gain * 160, 40, 250).astype(np.float32)
    height, width = picture.shape[:2]
    fine = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    fine = cv2.cvtColor(fine.astype(np.uint8), cv2.COLOR_GRAY2RGB)
    return _worn(cv2.multiply(picture, fine, scale=1 / 160), sheet)


def _folded(
    sheet: Sheet, chance: Chance, place_mm: float, angle_deg: float, slope: float, reach_mm: float, strength: float
) -> Sheet:
    """A roof along a line across the whole sheet: `slope` on both sides, levelling out after `reach_mm`."""
    x, y = sheet.grid_mm()
    angle = np.deg2rad(angle_deg)
    away = x * np.cos(angle) + y * np.sin(angle) - place_mm
    side = 1 + chance.between(-0.5, 0.5) * np.tanh(away / 4)  # the two sides are never alike
    roof = slope * reach_mm * side * (1 - np.exp(-np.sqrt(away**2 + 0.6**2) / reach_mm))
    half = np.hypot(*sheet.size_mm) / 2
    ends = np.array([[-np.sin(angle), np.cos(angle)]]) * half * np.array([[-1.0], [1.0]])
    line = ends + place_mm * np.array([np.cos(angle), np.sin(angle)]) + np.array(sheet.size_mm) / 2
    return sheet.raised(roof, ((line, strength * chance.between(0.1, 0.8)),))


def _worn(picture: np.ndarray, sheet: Sheet) -> np.ndarray:
    """Along worn creases the ink has gone and bare fibres show, in short stretches."""
    if not any(strength > 0.02 for _, strength in sheet.wear):
        return picture
    height, width = picture.shape[:2]
    per_mm = np.array([width / sheet.size_mm[0], height / sheet.size_mm[1]])
    mask = np.zeros((height, width), np.uint8)
    for number, (line, strength) in enumerate(sheet.wear):
        chance = Chance(number, "wear")
        pieces = max(int(np.hypot(*(line[-1] - line[0])) / 2.5), 2)
        along = np.linspace(0, 1, pieces + 1)[:, None]
        walk = line[0] + (line[-1] - line[0]) * along + 0.12 * chance.normals(2 * pieces + 2).reshape(-1, 2)
        fixed = np.round((walk * per_mm - 0.5) * 16).astype(np.int32)
        shown = chance.uniforms(pieces)
        for k in range(pieces):
            if shown[k] < 0.75:
                level = int(255 * min(strength, 1.0) * (0.3 + 0.7 * shown[k] / 0.75))
                thick = max(int(round(0.25 * per_mm[0])), 1)
                cv2.line(mask, fixed[k].tolist(), fixed[k + 1].tolist(), level, thick, cv2.LINE_AA, 4)
    places = np.flatnonzero(mask)
    flat = picture.reshape(-1, 3)
    bare = np.percentile(flat[:: max(len(flat) // 4096, 1)], 80, axis=0)
    share = mask.ravel()[places, None] / 255.0
    flat[places] = np.round(flat[places] + (bare - flat[places]) * share).astype(np.uint8)
    return picture
