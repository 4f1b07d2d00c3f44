"""Training pages, drawn anew for every record and epoch: time window, gain, place, light, small errors of geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Panel
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.core.standards import Scale
from ecgscribe.data.distort import blurred, jpeg, lit, noisy, warped
from ecgscribe.data.render import render
from ecgscribe.data.style import STANDARD, drawn_style

TRACE_SAMPLES = 12  # mV values a patch has to tell in the pretext task


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
    style, so that its sheet of paper is ruled once.
    """
    rng, shared = np.random.default_rng(seed), np.random.default_rng([style_seed, 0xBA])
    style = drawn_style(style_seed) if shared.random() < 0.75 else STANDARD
    px_per_mm = float(np.round(shared.uniform(2.8, 5.0), 1))
    gain = rng.uniform(0.88, 1.12)
    starts = (0.0, 2.5, 5.0, 7.5) if rng.random() < 0.3 else tuple(rng.uniform(0, 7.4, 4))
    page, truth = render(ecg, style, px_per_mm=px_per_mm, scale=Scale(25.0, 10.0 * gain), starts_s=starts)
    picture = _photographed(page.picture, rng, px_per_mm)
    panels = tuple(_misplaced(panel, rng, px_per_mm) for panel in page.panels)
    drawn = replace(page, picture=picture, panels=panels)
    return DrawnPage(preprocess.picture(drawn), _trace_target(ecg, truth.panels, preprocess.bands, columns))


def _photographed(picture: np.ndarray, rng: np.random.Generator, px_per_mm: float) -> np.ndarray:
    """What straightening leaves behind: half a degree, a trace of perspective; and light, blur, noise, JPEG."""
    height, width = picture.shape[:2]
    paper = tuple(int(v) for v in picture[2, 2])
    if rng.random() < 0.6:
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
        moved = Transform.rotation(rng.normal(0, 0.25), (width / 2, height / 2)).points(corners)
        moved += rng.normal(0, 0.7 * px_per_mm, (4, 2))
        picture = warped(picture, Transform.from_corners(corners, moved), (height, width), paper)
    if rng.random() < 0.5:
        picture = lit(picture, rng, rng.uniform(0.05, 0.5))
    if rng.random() < 0.4:
        picture = blurred(picture, rng.uniform(0.2, 0.3 * px_per_mm))
    if rng.random() < 0.4:
        picture = noisy(picture, rng, rng.uniform(1, 10))
    if rng.random() < 0.3:
        picture = jpeg(picture, int(rng.integers(30, 95)))
    return picture


def _misplaced(panel: Panel, rng: np.random.Generator, px_per_mm: float) -> Panel:
    """A panel as a page finder would give it: a millimetre off in time, more in height."""
    dx, dy, wide = rng.normal(0, 0.8), rng.normal(0, 0.8), rng.normal(0, 0.01)
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
