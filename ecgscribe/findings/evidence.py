"""Where a finding comes from: the stretches of leads whose ink moved its logit most, as boxes on the page.

First-order occlusion: the gradient of the logit times the darkness of the frame tells, summed over a stretch, how much
the logit would fall if that stretch were blank. `python -m ecgscribe evaluate-findings` checks it by really blanking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ecgscribe.core.page import Page
from ecgscribe.findings.frame import CELL_S, SLOTS, cell_box, placements, scale_of, window_px

STRETCH_PX = 24
"""Width of a stretch in the frame: 0.625 s, about one beat."""
SHOWN = 3


@dataclass(frozen=True)
class Stretch:
    """Part of a slot of the frame: columns `x0` to `x1` (frame px, inside the slot), and the `weight` it carries."""

    slot: int
    x0: int
    x1: int
    weight: float


def ink_weights(net: torch.nn.Module, frame: np.ndarray, seen: np.ndarray, labels: Sequence[int]) -> np.ndarray:
    """float32 (len(labels), *`FRAME_PX`): what every pixel's ink adds to each label's logit, to first order."""
    pixels = torch.from_numpy(frame.astype(np.float32) / 255)[None].requires_grad_(True)
    weights = np.empty((len(labels), *frame.shape), np.float32)
    with torch.enable_grad():
        logits = net(pixels, torch.from_numpy(seen)[None])[0]
        for row, label in enumerate(labels):
            # one forward pass for all of them: the graph is kept until the last label
            (slope,) = torch.autograd.grad(logits[int(label)], pixels, retain_graph=row + 1 < len(labels))
            weights[row] = (slope[0] * pixels.detach()[0]).numpy()
    return weights


def ink_of(frame: np.ndarray, stretch: Stretch) -> float:
    """How much ink a stretch holds: the sum of its darkness, in black pixels."""
    x0, y0, _, y1 = cell_box(stretch.slot)
    return float(frame[y0:y1, x0 + stretch.x0 : x0 + stretch.x1].sum()) / 255


def stretches(weights: np.ndarray, seen: np.ndarray) -> list[Stretch]:
    """Every stretch of every seen slot with its weight, the heaviest first. `weights` as of `ink_weights`."""
    found = []
    for slot in np.flatnonzero(seen):
        x0, y0, x1, y1 = cell_box(int(slot))
        columns = weights[y0:y1, x0:x1].sum(0)
        for start in range(0, x1 - x0, STRETCH_PX // 2):
            piece = columns[start : start + STRETCH_PX]
            if len(piece) == STRETCH_PX:
                found.append(Stretch(int(slot), start, start + STRETCH_PX, float(piece.sum())))
    return sorted(found, key=lambda stretch: -stretch.weight)


def strongest(found: list[Stretch], most: int = SHOWN) -> list[Stretch]:
    """The heaviest stretches that do not overlap and add to the logit."""
    chosen: list[Stretch] = []
    for stretch in found:
        clear = all(s.slot != stretch.slot or s.x1 <= stretch.x0 or stretch.x1 <= s.x0 for s in chosen)
        if stretch.weight > 0 and clear:
            chosen.append(stretch)
        if len(chosen) == most:
            break
    return chosen


def blanked(frame: np.ndarray, stretch: Stretch) -> np.ndarray:
    """A copy of the frame with the stretch's ink taken away."""
    x0, y0, _, y1 = cell_box(stretch.slot)
    out = frame.copy()
    out[y0:y1, x0 + stretch.x0 : x0 + stretch.x1] = 0
    return out


def boxes_on_page(page: Page, chosen: list[Stretch], late: float = 0.0) -> tuple[tuple[float, ...], ...]:
    """(x0, y0, x1, y1) in page px of each stretch, inside the page, from 2 mV above to 2 mV below the baseline."""
    px_per_mm = scale_of(page)
    placed = {slot: (panel, from_s, length_s) for slot, panel, from_s, length_s in placements(page.panels, late)}
    height, width = page.size_px
    boxes = []
    for stretch in chosen:
        panel, from_s, length_s = placed[stretch.slot]
        x0, y0, x1, y1 = window_px(panel, px_per_mm, from_s, length_s)
        full = cell_width_px(stretch.slot, length_s)
        left, right = (x0 + (x1 - x0) * min(v / full, 1.0) for v in (stretch.x0, stretch.x1))
        box = (max(left, 0.0), max(y0, 0.0), min(right, float(width)), min(y1, float(height)))
        if box[2] > box[0] and box[3] > box[1]:
            boxes.append(tuple(round(v, 1) for v in box))
    return tuple(boxes)


def cell_width_px(slot: int, length_s: float) -> float:
    """Frame px that `length_s` seconds fill in a slot."""
    x0, _, x1, _ = cell_box(slot)
    return (x1 - x0) * length_s / (10.0 if slot == SLOTS - 1 else CELL_S)
