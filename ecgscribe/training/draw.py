"""Training pages, drawn anew for every record and epoch: time window, gain, place, light, small errors of geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.core.standards import Scale
from ecgscribe.core.truth import PageTruth
from ecgscribe.data.accidents import ACCIDENTS
from ecgscribe.data.chance import Chance
from ecgscribe.data.engine import style_of
from ecgscribe.data.render import render
from ecgscribe.data.scene import Scene
from ecgscribe.data.style import STANDARD

TRACE_SAMPLES = 12  # mV values a patch has to tell in the pretext task

_MARGIN_MM = (10.0, 12.0)  # kept left and right of the panels, above and below them

_SHARES: tuple[tuple[tuple[str, ...], float, tuple[float, float]], ...] = (
    # accidents of which one plays, in which share of the pages, how strongly; cheap ones, as every page is new
    (("thermal_fading", "dead_dots", "yellowing", "punch_holes"), 0.08, (0.2, 0.8)),
    (("underlines", "pen_circles", "pen_arrows", "highlighter", "caliper_marks"), 0.06, (0.3, 1.0)),
    (("uneven_light",), 0.4, (0.1, 0.7)),
    (("edge_shadow", "hand_shadow", "phone_shadow"), 0.1, (0.2, 0.8)),
    (("coloured_light", "exposure", "low_contrast"), 0.35, (0.1, 0.7)),
    (("defocus", "defocus", "motion_blur"), 0.3, (0.05, 0.45)),
    (("greyscale",), 0.15, (1.0, 1.0)),
    (("photocopy", "photocopy", "photocopy", "fax", "dithering"), 0.1, (0.3, 0.9)),
    (("jpeg_blocks",), 0.25, (0.1, 0.8)),
)


@dataclass(frozen=True)
class DrawnPage:
    """`picture` uint8 (H, W, 3), the model's frame; `trace_mv` float32 (bands, columns, TRACE_SAMPLES)."""

    picture: np.ndarray
    trace_mv: np.ndarray


def draw_plain(ecg: Ecg, preprocess: Preprocess, columns: int) -> DrawnPage:
    """The standard page, no variation: what validation sees."""
    page, _ = render(ecg, px_per_mm=5.0)
    return DrawnPage(preprocess.picture(page), _trace_target(ecg, page.panels, preprocess.bands, columns))


def draw_varied(ecg: Ecg, preprocess: Preprocess, columns: int, seed: tuple[int, ...], style_seed: int) -> DrawnPage:
    """One variant. `seed` chooses everything but style and scale, which come from `style_seed`: a batch shares one
    style of the data engine (a machine's or a free one), so that its sheet of paper is ruled once.
    """
    page, truth = varied_page(ecg, seed, style_seed)
    return DrawnPage(preprocess.picture(page), _trace_target(ecg, truth.panels, preprocess.bands, columns))


def varied_page(
    ecg: Ecg, seed: tuple[int, ...], style_seed: int, layout: str = "3x4+1", severe: float = 1.0
) -> tuple[Page, PageTruth]:
    """The varied page itself, cut to its panels, and the truth of the page that it was cut from.

    Columns start at any second in a 3x4 layout. `severe` multiplies the shares of the accidents.
    """
    chance, shared = Chance(seed[0], "training", *map(str, seed[1:])), Chance(style_seed, "training batch")
    style = style_of(None if shared.happens(0.85) else STANDARD, shared.whole(0, 2**31 - 1))[1]
    px_per_mm = round(shared.between(2.8, 5.0), 1)
    gain = chance.between(0.88, 1.12)
    starts = (0.0, 2.5, 5.0, 7.5) if chance.happens(0.3) else tuple(7.4 * chance.uniforms(4))
    starts = starts if layout.startswith("3x4") else None
    page, truth = render(ecg, style, layout, px_per_mm=px_per_mm, scale=Scale(25.0, 10.0 * gain), starts_s=starts)
    page = _cropped(page)
    picture = _suffered(_turned(page.picture, chance, px_per_mm), page, truth, chance, severe)
    panels = tuple(_misplaced(panel, chance, px_per_mm) for panel in page.panels)
    return replace(page, picture=picture, panels=panels), truth


def _cropped(page: Page) -> Page:
    """The part of the page that holds its panels: accidents cost by the pixel, and nothing else will be looked at."""
    height, width = page.size_px
    boxes = np.array([panel.box_px for panel in page.panels])
    across, down = (int(mm * page.px_per_mm[0]) for mm in _MARGIN_MM)
    x0, y0 = max(int(boxes[:, 0].min()) - across, 0), max(int(boxes[:, 1].min()) - down, 0)
    x1, y1 = min(int(boxes[:, 2].max()) + across, width), min(int(boxes[:, 3].max()) + down, height)
    panels = tuple(
        replace(
            panel,
            box_px=tuple(v - (x0, y0)[k % 2] for k, v in enumerate(panel.box_px)),
            baseline_px=panel.baseline_px - y0,
        )
        for panel in page.panels
    )
    return replace(page, picture=np.ascontiguousarray(page.picture[y0:y1, x0:x1]), panels=panels)


def _turned(picture: np.ndarray, chance: Chance, px_per_mm: float) -> np.ndarray:
    """What straightening leaves behind, in two pages of three: half a degree, a trace of perspective."""
    turn_deg, jitter = 0.25 * chance.normal(), chance.normals(8).reshape(4, 2)
    if not chance.happens(0.6):
        return picture
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    moved = Transform.rotation(turn_deg, (width / 2, height / 2)).points(corners) + 0.7 * px_per_mm * jitter
    half = Transform.shift(0.5, 0.5)  # OpenCV counts from pixel centres, we from edges
    matrix = half.then(Transform.from_corners(corners, moved)).then(half.inverse).matrix
    paper = tuple(int(v) for v in picture[2, 2])
    return cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=paper)


def _suffered(picture: np.ndarray, page: Page, truth: PageTruth, chance: Chance, severe: float) -> np.ndarray:
    """The picture after the accidents that this page meets, in the order of `_SHARES`."""
    height, width = picture.shape[:2]
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    scene = Scene(picture, replace(truth, corners_px=sheet, size_px=(height, width)), page.px_per_mm[0])
    for names, share, (low, high) in _SHARES:
        plays, which, strength = (
            chance.happens(min(share * severe, 0.9)),
            chance.chosen(names),
            chance.between(low, high),
        )
        if plays:
            scene = ACCIDENTS[which](scene, Chance(chance.whole(0, 2**31 - 1), which), strength)
    return _grainy(scene.picture, chance) if chance.happens(0.35) else scene.picture


def _grainy(picture: np.ndarray, chance: Chance) -> np.ndarray:
    """Grey noise of deviation 1 to 10: one tile is drawn and repeated, ten times faster than `sensor_noise`."""
    tile = (chance.normals(128 * 128).reshape(128, 128, 1) * chance.between(1, 10)).astype(np.int16)
    rows, columns = picture.shape[:2]
    grain = np.tile(tile, (rows // 128 + 1, columns // 128 + 1, 3))[:rows, :columns]
    return cv2.add(picture, grain, dtype=cv2.CV_8U)


def _misplaced(panel: Panel, chance: Chance, px_per_mm: float) -> Panel:
    """A panel as a page finder would give it: a millimetre off in time, more in height."""
    dx, dy, wide = chance.normals(3) * (0.8, 0.8, 0.01)
    x0, y0, x1, y1 = panel.box_px
    grown = (x1 - x0) * wide / 2
    box = (x0 + dx * px_per_mm - grown, y0, x1 + dx * px_per_mm + grown, y1)
    return replace(panel, box_px=box, baseline_px=panel.baseline_px + dy * px_per_mm)


def _trace_target(ecg: Ecg, panels: tuple[Panel, ...], bands: int, columns: int) -> np.ndarray:
    """(bands, columns, TRACE_SAMPLES) mV shown in each patch, NaN where nothing is drawn, clipped to +-3 mV."""
    target = np.full((bands, columns * TRACE_SAMPLES), np.nan, np.float32)
    short = [panel for panel in panels if not panel.rhythm][:bands]
    windows = [(panel.lead, panel.start_s, panel.length_s) for panel in short]
    left = bands - len(short)
    for panel in [panel for panel in panels if panel.rhythm][:1]:
        length = panel.length_s / max(left, 1)
        windows += [(panel.lead, panel.start_s + k * length, length) for k in range(left)]
    steps = (np.arange(columns * TRACE_SAMPLES) + 0.5) / (columns * TRACE_SAMPLES)
    for k, (lead, start_s, length_s) in enumerate(windows):
        index = np.round((start_s + steps * length_s) * ecg.rate_hz).astype(int)
        signal = ecg.lead_mv(lead)
        inside = index < len(signal)
        target[k, inside] = np.clip(signal[index[inside]], -3, 3)
    return target.reshape(bands, columns, TRACE_SAMPLES)
