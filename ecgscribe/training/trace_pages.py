"""Training crops of the trace network: pieces of rows, with the exact height of their trace in every column.

Most come from pages that suffer cheap accidents around the piece only; the others from pages that went through a whole
preset of the data engine and were rectified by the true map. All keep small errors of rectification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page
from ecgscribe.core.standards import LAYOUTS, LEADS, Scale
from ecgscribe.core.truth import PageTruth
from ecgscribe.data.accidents import ACCIDENTS
from ecgscribe.data.chance import Chance
from ecgscribe.data.distort import distort
from ecgscribe.data.engine import style_of
from ecgscribe.data.render import render
from ecgscribe.data.scene import Scene
from ecgscribe.digitize.net import COLUMNS
from ecgscribe.digitize.strips import ACROSS_PX_PER_MM, DOWN_PX_PER_MM, STRIP_ROWS, darkness_of, rows_of

CROP_COLUMNS = 384
"""Width of a crop in strip pixels: 48 mm."""

PER_PX = COLUMNS // 4
"""Columns told per strip pixel."""

IGNORED, ABSENT = np.float32(np.inf), np.float32(np.nan)
"""Targets of a column that teaches nothing, and of one without a trace."""

_WHOLE_PRESETS = (("clean", 1), ("scan", 2), ("copy", 2), ("phone", 3), ("bad-phone", 3), ("screen", 1))
_COARSE_SHARE, _COARSE_HZ = 0.25, 100.0  # of the pages, drawn from recordings of a low rate
_WHOLE_SHARE = 0.35  # of the pages that go through a whole preset
_PAGES_A_STYLE = 5
_CROPS_A_PAGE = 8
_LAYOUT_NAMES = ("3x4+1",) * 6 + ("3x4", "3x4", "3x4+2", "3x4+3", "6x2", "6x2+1", "12x1", "12x1")
_GAINS = ((10.0, None),) * 7 + ((5.0, None), (20.0, None), (10.0, 5.0))
_SHARES: tuple[tuple[tuple[str, ...], float, tuple[float, float]], ...] = (
    # accidents of which one plays, in which share of the crops, how strongly
    (("thermal_fading", "dead_dots", "yellowing"), 0.1, (0.2, 0.9)),
    (("handwriting", "pen_circles", "underlines", "highlighter", "caliper_marks"), 0.1, (0.3, 1.0)),
    (("coffee_ring", "water_stain", "brown_spread", "mould"), 0.1, (0.3, 1.0)),
    (("uneven_light", "edge_shadow", "hand_shadow", "phone_shadow"), 0.4, (0.1, 0.9)),
    (("coloured_light", "exposure", "low_contrast"), 0.4, (0.1, 0.8)),
    (("defocus", "defocus", "motion_blur"), 0.35, (0.05, 0.6)),
    (("few_pixels",), 0.15, (0.1, 0.7)),
    (("sensor_noise",), 0.5, (0.05, 0.8)),
    (("over_sharpened",), 0.1, (0.2, 0.9)),
    (("greyscale",), 0.45, (1.0, 1.0)),
    (("photocopy", "photocopy", "fax", "dithering"), 0.12, (0.3, 1.0)),
    (("jpeg_blocks",), 0.5, (0.1, 0.9)),
)


@dataclass(frozen=True, eq=False)
class Crop:
    """`image` float32 (2, STRIP_ROWS, CROP_COLUMNS) as `Strip.image`; `height` float32 (PER_PX * CROP_COLUMNS,) the
    trace's height in bins from the top, `ABSENT` where there is none, `IGNORED` where it leaves the strip."""

    image: np.ndarray
    height: np.ndarray


def crops(record: Callable[[Chance], Ecg], seed: int) -> Iterator[Crop]:
    """Endless crops; `record` draws a recording. The same seed gives the same crops."""
    number = 0
    while True:
        shared = Chance(seed, "trace style", str(number))
        number += 1
        style = style_of(None, shared.whole(0, 2**31 - 1))[1]
        low, high = (4.0, 8.5) if shared.happens(0.8) else (2.6, 11.0)
        px_per_mm = round(shared.between(low, high), 1)
        for page in range(_PAGES_A_STYLE):
            chance = Chance(seed, "trace page", str(number), str(page))
            yield from _page_crops(record(chance), style, px_per_mm, chance)


def _page_crops(ecg: Ecg, style, px_per_mm: float, chance: Chance) -> Iterator[Crop]:
    layout = chance.chosen(_LAYOUT_NAMES)
    limb, chest = chance.chosen(_GAINS)
    speed = 50.0 if chance.happens(0.08) else 25.0
    scale = Scale(speed, limb * chance.between(0.85, 1.15), chest)
    ecg = _varied(ecg, chance)
    width_s = LAYOUTS[layout].width_s
    start_s = chance.between(0.0, max(ecg.duration_s - width_s, 0.0))
    page, truth = render(ecg, style, layout, px_per_mm, start_s, chance.whole(0, 9999), scale)
    whole = chance.happens(_WHOLE_SHARE)
    picture, after = page.picture, truth
    if whole:
        names = sum(((name,) * count for name, count in _WHOLE_PRESETS), ())
        preset, severity = chance.chosen(names), chance.between(0.1, 0.95)
        picture, after = distort(page, truth, preset, chance.whole(0, 2**31 - 1), severity)
    rows = rows_of(page.panels, page.px_per_mm)
    for _ in range(_CROPS_A_PAGE):
        row = rows[chance.whole(0, len(rows) - 1)]
        place = _Place.drawn(page, row, chance)
        yield place.crop(picture, page, truth, after, None if whole else chance)


def _varied(ecg: Ecg, chance: Chance) -> Ecg:
    """Leads exchanged and turned over now and then, amplitudes changed, a lead lost: rows must not be guessed."""
    signal = ecg.signal_mv.copy()
    if chance.happens(0.4):
        order = np.argsort(chance.uniforms(len(signal)))
        signal = signal[order]
    if chance.happens(0.1):
        signal = -signal
    signal *= chance.between(0.7, 1.5)
    if chance.happens(_COARSE_SHARE):
        signal = _coarse(signal, ecg.rate_hz)
    if chance.happens(0.15):
        signal[chance.whole(0, len(signal) - 1)] = np.nan
    return replace(ecg, signal_mv=signal)


def _coarse(signal: np.ndarray, rate_hz: float) -> np.ndarray:
    """(12, N) as a program draws it from `_COARSE_HZ`: straight pieces, and sharper peaks than any amplifier's."""
    step = max(int(round(rate_hz / _COARSE_HZ)), 1)
    padded = np.pad(signal, ((0, 0), (1, 1)), mode="edge")
    means = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3
    every, kept = np.arange(signal.shape[1]), np.arange(0, signal.shape[1], step)
    return np.stack([np.interp(every, kept, row[kept]) for row in means])


@dataclass(frozen=True, eq=False)
class _Place:
    """A crop's place: page = origin + strip / scale + stray(strip), with small errors of rectification."""

    row: tuple[int, ...]
    origin_px: np.ndarray
    scale: np.ndarray
    waves: np.ndarray  # (K, 6): amplitude x, y (page px), wave numbers x, y (a strip px), phase x, y

    @classmethod
    def drawn(cls, page: Page, row: tuple[int, ...], chance: Chance) -> _Place:
        px = page.px_per_mm[0]
        panels = [page.panels[k] for k in row]
        left, right = panels[0].box_px[0], panels[-1].box_px[2]
        middle = float(np.mean([panel.baseline_px for panel in panels]))
        wide = CROP_COLUMNS / ACROSS_PX_PER_MM * px
        x0 = chance.between(left - 8 * px, max(right + 8 * px - wide, left))
        if chance.happens(0.35):  # the ends matter as much as the middle
            x0 = left - chance.between(1, 8) * px if chance.happens(0.6) else right + chance.between(1, 8) * px - wide
        y0 = middle - STRIP_ROWS / 2 / DOWN_PX_PER_MM * px + float(chance.normal()) * 0.9 * px
        stretch = np.exp(np.array([chance.normal(), chance.normal()]) * 0.012)
        strength = 0.35 * px * chance.between(0, 1) if chance.happens(0.7) else 0.0
        u = chance.uniforms(24).reshape(4, 6)
        waves = np.c_[
            (u[:, :2] - 0.5) * 2 * strength * (0.4, 1.0),
            u[:, 2:3] * 2 * np.pi / (12 * ACROSS_PX_PER_MM) * 0.8,
            (u[:, 3:4] - 0.5) * 2 * np.pi / (30 * DOWN_PX_PER_MM),
            u[:, 4:] * 2 * np.pi,
        ]
        scale = np.array([ACROSS_PX_PER_MM, DOWN_PX_PER_MM]) / px * stretch
        turn = np.array([[0, 0.006 * chance.normal() * px / DOWN_PX_PER_MM, 0, 0, 0, 0]])
        return cls(row, np.array([x0, y0]), scale, np.concatenate([waves, turn]))

    def stray(self, points: np.ndarray) -> np.ndarray:
        """(N, 2) page px off, at strip points (N, 2)."""
        *waves, turn = self.waves
        off = np.zeros_like(points)
        for ax, ay, kx, ky, px, py in waves:
            off[:, 0] += ax * np.sin(kx * points[:, 0] + ky * points[:, 1] + px)
            off[:, 1] += ay * np.sin(kx * points[:, 0] + ky * points[:, 1] + py)
        off[:, 1] += turn[1] * (points[:, 0] - CROP_COLUMNS / 2)
        return off

    def to_page(self, points: np.ndarray) -> np.ndarray:
        return self.origin_px + points / self.scale + self.stray(points)

    def from_page(self, points: np.ndarray) -> np.ndarray:
        strip = (points - self.origin_px) * self.scale
        for _ in range(3):
            strip = (points - self.origin_px - self.stray(strip)) * self.scale
        return strip

    def crop(self, picture, page: Page, truth: PageTruth, after: PageTruth, chance: Chance | None) -> Crop:
        """The crop out of `picture`; with a chance, cheap accidents befall its surroundings first."""
        step = 16
        x, y = (np.arange(-1.0, side // step + 2) * step for side in (CROP_COLUMNS, STRIP_ROWS))
        nodes = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=2).reshape(-1, 2)
        there = after.to_picture.points(self.to_page(nodes)).reshape(len(y), len(x), 2)
        magnified = 1.0 if picture is page.picture else after.magnification
        low = np.floor(there.min(axis=(0, 1)) - 4).astype(int)
        high = np.ceil(there.max(axis=(0, 1)) + 4).astype(int)
        part = _part(picture, low, high)
        px_per_mm = page.px_per_mm[0] * magnified
        if chance is not None:
            part = _suffered(part, truth, px_per_mm, chance)
        image = _remapped(part, there - low, step, px_per_mm)
        return Crop(darkness_of(image), self._heights(page, truth, after))

    def _heights(self, page: Page, truth: PageTruth, after: PageTruth) -> np.ndarray:
        columns = CROP_COLUMNS * PER_PX
        centres = (np.arange(columns) + 0.5) / PER_PX
        heights = np.full(columns, ABSENT, np.float32)
        for k in self.row:
            trace = truth.traces_px[k]
            lost = np.isnan(trace).any(axis=1) | after.hidden[k]
            strip = self.from_page(np.nan_to_num(trace, nan=page.panels[k].baseline_px))
            along = np.maximum.accumulate(strip[:, 0])
            inside = np.flatnonzero((centres >= along[0]) & (centres <= along[-1]))
            if len(inside) == 0:
                continue
            value = np.interp(centres[inside], along, strip[:, 1])
            nearest = np.clip(np.searchsorted(along, centres[inside]), 0, len(along) - 1)
            gone = lost[nearest] | lost[np.maximum(nearest - 1, 0)]
            value = np.where((value < 0.5) | (value > STRIP_ROWS - 0.5), IGNORED, value)
            heights[inside] = np.where(gone, ABSENT, value)
        return heights


def _part(picture: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The picture between two corners; beyond its edge the edge's median colour."""
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(low[0], 0), max(low[1], 0), min(high[0], width), min(high[1], height)
    if x1 <= x0 or y1 <= y0:
        return np.full((high[1] - low[1], high[0] - low[0], 3), 255, np.uint8)
    seen = picture[y0:y1, x0:x1]
    if seen.shape[:2] == (high[1] - low[1], high[0] - low[0]):
        return np.ascontiguousarray(seen)
    part = np.empty((high[1] - low[1], high[0] - low[0], 3), np.uint8)
    part[:] = np.median(seen[::7, ::7].reshape(-1, 3), axis=0)
    part[y0 - low[1] : y1 - low[1], x0 - low[0] : x1 - low[0]] = seen
    return part


def _suffered(part: np.ndarray, truth: PageTruth, px_per_mm: float, chance: Chance) -> np.ndarray:
    """The part after the accidents of `_SHARES` that befall it."""
    height, width = part.shape[:2]
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    bare = replace(truth, corners_px=sheet, size_px=(height, width), to_picture=Transform())
    scene = Scene(part, bare, px_per_mm)
    for names, share, (low, high) in _SHARES:
        plays, which, strength = chance.happens(share), chance.chosen(names), chance.between(low, high)
        number = chance.whole(0, 2**31 - 1)
        if plays:
            scene = ACCIDENTS[which](scene, Chance(number, which), strength)
    picture = scene.picture
    if picture.shape[:2] != (height, width):
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    return picture


def _remapped(part: np.ndarray, there: np.ndarray, step: int, px_per_mm: float) -> np.ndarray:
    """uint8 (STRIP_ROWS, CROP_COLUMNS, 3) of the part at the nodes `there` (px-edge coordinates), averaged where the
    strip is coarser than the part."""
    blur = 0.5 * np.sqrt(np.maximum((px_per_mm / np.array([ACROSS_PX_PER_MM, DOWN_PX_PER_MM])) ** 2 - 1, 0))
    if blur.max() > 0.25:
        part = cv2.GaussianBlur(part, (0, 0), float(max(blur[0], 0.05)), sigmaY=float(max(blur[1], 0.05)))
    rows, columns = there.shape[:2]
    fine = cv2.resize(there.astype(np.float32) - 0.5, (columns * step, rows * step), interpolation=cv2.INTER_LINEAR)
    # enlarging keeps a node at the middle of its cell of `step` pixels; the first node belongs to strip pixel -step
    first = step + step // 2
    grid = fine[first : first + STRIP_ROWS, first : first + CROP_COLUMNS]
    return cv2.remap(part, np.ascontiguousarray(grid), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def shuffled_leads(ecg: Ecg) -> Ecg:
    """The recording with all twelve leads in standard order (missing ones NaN), as `_varied` expects."""
    return replace(ecg, signal_mv=np.stack([ecg.lead_mv(lead) for lead in LEADS]), leads=LEADS)
