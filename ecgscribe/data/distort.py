"""A page becomes a picture: accidents by name or by preset, all geometry in one resampling, the truth carried along.

Accidents happen in this order, whatever the order of their names: marks and ageing on the paper; the shape of the
paper; the place of the camera; what lies over the page; light, lens, sensor and file of the camera.
"""

from __future__ import annotations

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page
from ecgscribe.core.truth import PageTruth
from ecgscribe.core.warp import Warp
from ecgscribe.data.accidents import ACCIDENTS
from ecgscribe.data.backgrounds import BACKGROUNDS, lid, on_background
from ecgscribe.data.bending import SHAPES, Sheet, bend_of, shaded
from ecgscribe.data.camera import POSES, Pose, View, resampled, sheet_mask, view_of
from ecgscribe.data.chance import Chance
from ecgscribe.data.covering import COVERS
from ecgscribe.data.monitor import Monitor
from ecgscribe.data.presets import PRESETS, preset_named
from ecgscribe.data.scene import Scene

__all__ = ["PRESETS", "accident_names", "composed", "distort"]

_ON_PAPER = (
    "paper_grain",
    "handwriting",
    "highlighter",
    "pen_circles",
    "pen_arrows",
    "underlines",
    "caliper_marks",
    "redaction",
    "thermal_fading",
    "yellowing",
    "dead_dots",
    "water_stain",
    "brown_spread",
    "coffee_ring",
    "mould",
    "sticker",
    "staple",
    "punch_holes",
    "torn_corner",
)
_ON_SCREEN = ("screen_black", "screen_pixels", "moire", "flicker_bands")
_IN_CAMERA = (
    "edge_shadow",
    "hand_shadow",
    "phone_shadow",
    "uneven_light",
    "coloured_light",
    "glare",
    "window_glare",
    "vignette",
    "exposure",
    "low_contrast",
    "defocus",
    "motion_blur",
    "few_pixels",
    "sensor_noise",
    "over_sharpened",
    "greyscale",
    "photocopy",
    "fax",
    "dithering",
    "jpeg_blocks",
)


def accident_names() -> tuple[str, ...]:
    """Every accident that can be named, in the order in which they happen."""
    return (*_ON_PAPER, *SHAPES, *POSES, *_ON_SCREEN, *COVERS, *_IN_CAMERA)


def distort(
    page: Page, truth: PageTruth, preset: str, seed: int, severity: float = 0.5
) -> tuple[np.ndarray, PageTruth]:
    """The page as the named preset shows it: (picture uint8 (H, W, 3), truth in its pixels).

    `severity` 0 to 1 is continuous: the same seed at a little more severity is the same picture a little worse.
    "clean" at severity 0 is the page itself. Same arguments, same bytes. Raises `BadOption` with the known presets.
    """
    chosen = preset_named(preset)
    if not 0 <= severity <= 1:
        raise BadOption(f"Severity {severity} is outside 0 to 1.")
    strengths = chosen.strengths(seed, severity)
    chance = Chance(seed, "distort", preset, "place")
    ground, aspect, share = chance.chosen(chosen.ground), chance.chosen(chosen.aspects), chance.between(0.5, 1)
    fill = chosen.fill[0] + (chosen.fill[1] - chosen.fill[0]) * severity * share
    pose = Pose(fill=fill, aspect=aspect, flat=chosen.flat)
    return composed(page, truth, strengths, seed, ground, pose)


def composed(
    page: Page,
    truth: PageTruth,
    strengths: dict[str, float],
    seed: int,
    ground: str = "none",
    pose: Pose | None = None,
) -> tuple[np.ndarray, PageTruth]:
    """The page after any accidents: `strengths` name -> 0 to 1, see `accident_names`.

    `ground` is what surrounds the sheet: a name of `BACKGROUNDS`, "lid", "screen" or "none"; `pose` where the camera
    stands before the accidents. Raises `BadOption` with the known accidents.
    """
    unknown = sorted(set(strengths) - set(accident_names()))
    if unknown:
        raise BadOption(f"Unknown accidents {unknown}.", f"Known accidents: {', '.join(accident_names())}.")
    scene = _happened(Scene.of(page, truth), _ON_PAPER, ACCIDENTS, strengths, seed)
    scene = _photographed(scene, strengths, seed, ground, Pose() if pose is None else pose)
    scene = _happened(scene, tuple(COVERS), COVERS, strengths, seed)
    scene = _happened(scene, _IN_CAMERA, ACCIDENTS, strengths, seed)
    return scene.picture, scene.truth.hiding(scene.covered)


def _happened(thing, names: tuple[str, ...], registry: dict, strengths: dict[str, float], seed: int):
    """The thing after those of the accidents that have a strength, each with random numbers of its own."""
    for name in names:
        if strengths.get(name, 0.0) > 0:
            thing = registry[name](thing, Chance(seed, "accident", name), strengths[name])
    return thing


def _photographed(scene: Scene, strengths: dict[str, float], seed: int, ground: str, pose: Pose) -> Scene:
    """All of the geometry: the sheet's shape and light, the camera's view, the surroundings; pixels move once."""
    page_px, scale = scene.size_px, scene.truth.px_per_mm
    pose = _happened(pose, tuple(POSES), POSES, strengths, seed)
    sheet = Sheet.flat((page_px[1] / scale[0], page_px[0] / scale[1]), scene.px_per_mm)
    sheet = _happened(sheet, tuple(SHAPES), SHAPES, strengths, seed)
    view = view_of(pose, page_px, scale)
    picture, warp = scene.picture, Warp((view.to_picture,))
    if not sheet.is_flat:
        chance = Chance(seed, "lamp")
        angle = chance.between(0, 2 * np.pi)
        lamp = (np.cos(angle), np.sin(angle), chance.between(0.5, 1.3))
        picture = shaded(picture, sheet, lamp, chance.between(0.35, 0.8) * (0.4 if pose.flat else 1.0))
        warp = bend_of(sheet, page_px, view.eye_mm).then(view.to_picture)
    elif view.size_px == page_px and np.array_equal(view.to_picture.matrix, np.eye(3)):
        return scene
    step = warp if len(warp.steps) > 1 else warp.steps[0]
    truth = scene.truth.moved(step, view.size_px)
    shrunk = truth.magnification / scene.truth.magnification
    moved, px_per_mm = resampled(picture, step, view.size_px, shrunk), scene.px_per_mm * shrunk
    covered = None if scene.covered is None else resampled(scene.covered, step, view.size_px)
    mask = sheet_mask(step, page_px, view.size_px)
    scene = Scene(moved, truth, px_per_mm, covered)
    if ground == "screen":
        return _on_monitor(scene, mask, view, strengths, seed)
    scene = scene.painted(_surrounded(moved, mask, ground, px_per_mm, seed))
    return _happened(scene, _ON_SCREEN, ACCIDENTS, strengths, seed)


def _on_monitor(scene: Scene, mask: np.ndarray, view: View, strengths: dict[str, float], seed: int) -> Scene:
    """The page in a window of a monitor: what screens do to pictures stays within the bezel."""
    monitor = Monitor.drawn(Chance(seed, "ground", "screen"))
    lit = np.zeros_like(scene.picture)
    lit[:] = monitor.window
    scene = scene.painted(on_background(scene.picture, mask, lit, 0.0))
    scene = _happened(scene, _ON_SCREEN, ACCIDENTS, strengths, seed)
    glass, around = monitor.around(view, scene.px_per_mm)
    return scene.painted(on_background(scene.picture, glass, around, 0.0))


def _surrounded(sheet: np.ndarray, mask: np.ndarray, ground: str, px_per_mm: float, seed: int) -> np.ndarray:
    """The sheet's picture with what surrounds it where `mask` (uint8 (H, W), 255 on the sheet) leaves room."""
    if ground == "none" or mask.min() == 255:
        return sheet
    chance = Chance(seed, "ground", ground)
    if ground == "lid":
        return on_background(sheet, mask, lid(mask.shape, px_per_mm, chance), 0.12 * px_per_mm)
    if ground not in BACKGROUNDS:
        raise BadOption(f"Unknown ground {ground!r}.", f"Known: none, lid, screen, {', '.join(BACKGROUNDS)}.")
    return on_background(sheet, mask, BACKGROUNDS[ground](mask.shape, px_per_mm, chance), 1.6 * px_per_mm)


_HALF = Transform.shift(0.5, 0.5)
