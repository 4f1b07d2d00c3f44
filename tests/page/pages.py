"""Drawn pages for the tests of this room, and how far a reading is from their truth."""

from functools import lru_cache

import numpy as np

from ecgscribe.core.page import Page
from ecgscribe.core.truth import PageTruth
from ecgscribe.data.distort import distort
from ecgscribe.data.render import render
from ecgscribe.data.simulate import CONDITIONS, simulate
from ecgscribe.data.style import STANDARD, Style
from ecgscribe.page import PageResult


@lru_cache(maxsize=8)
def drawn(
    seed: int = 0, px_per_mm: float = 5.0, style: Style = STANDARD, layout: str = "3x4+1"
) -> tuple[Page, PageTruth]:
    """A page of a simulated record, the condition by turns."""
    ecg = simulate(CONDITIONS[seed % len(CONDITIONS)], seed).ecg
    return render(ecg, style, layout, px_per_mm, seed=seed)


def photographed(page: Page, truth: PageTruth, seed: int, severity: float) -> tuple[np.ndarray, PageTruth]:
    """The page as a careful photograph, and its truth there."""
    return distort(page, truth, "phone", seed, severity)


def errors_mm(result: PageResult, truth: PageTruth) -> tuple[float, float]:
    """(largest error of a panel's left or right edge, largest error of a baseline), in mm of the page."""
    page = result.page
    assert page is not None, result.problems
    assert [panel.lead for panel in page.panels] == [panel.lead for panel in truth.panels], result.problems
    to_page = truth.to_picture.then(page.to_source.inverse)
    sideways, upward = [], []
    for true, found in zip(truth.panels, page.panels, strict=True):
        left, right = to_page.points([[true.box_px[k], true.baseline_px] for k in (0, 2)])
        sideways += [found.box_px[0] - left[0], found.box_px[2] - right[0]]
        upward.append(found.baseline_px - (left[1] + right[1]) / 2)
    return float(np.abs(sideways).max() / page.px_per_mm[0]), float(np.abs(upward).max() / page.px_per_mm[1])
