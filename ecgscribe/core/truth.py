"""`PageTruth`: what is exactly known about a drawn page, carried through everything that happens to the picture."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Panel
from ecgscribe.core.standards import STANDARD_SCALE, Scale


@dataclass(frozen=True, eq=False)
class PageTruth:
    """What is exactly known about a drawn page; places are in the pixels of the picture it belongs to.

    `corners_px` (4, 2) of the sheet, clockwise from top left; `panels` as drawn, in page pixels, before any
    distortion; `traces_px` one (N, 2) polyline per panel, NaN where nothing was recorded; `hidden` one (N,)
    bool per panel, True where that point cannot be seen in the picture (covered, cut off); `name_boxes_px`
    (4, 2) per panel, None where no name is printed; `texts` the other printed lines with their boxes
    (4, 2); `pulses_px` the calibration pulses as polylines (N, 2); `px_per_mm` as drawn (x, y);
    `trace_px` the width of the line as drawn; `scale` paper speed and gain; `layout` and `style` names;
    `absent` lead -> why nothing of it is drawn; `size_px` (H, W) of the present picture; `ecg` what was
    drawn; `to_picture` maps drawn-page points to the present picture.
    """

    corners_px: np.ndarray
    panels: tuple[Panel, ...]
    traces_px: tuple[np.ndarray, ...]
    px_per_mm: tuple[float, float]
    ecg: Ecg
    seed: int
    size_px: tuple[int, int] = (0, 0)
    hidden: tuple[np.ndarray, ...] = ()
    name_boxes_px: tuple[np.ndarray | None, ...] = ()
    texts: tuple[tuple[str, np.ndarray], ...] = ()
    pulses_px: tuple[np.ndarray, ...] = ()
    trace_px: float = 1.0
    scale: Scale = STANDARD_SCALE
    layout: str = "3x4+1"
    style: str = "standard"
    absent: dict[str, str] = field(default_factory=dict)
    to_picture: Transform = field(default_factory=Transform)

    def __post_init__(self):
        if not self.hidden:
            object.__setattr__(self, "hidden", tuple(np.zeros(len(trace), bool) for trace in self.traces_px))
        if not self.name_boxes_px:
            object.__setattr__(self, "name_boxes_px", (None,) * len(self.panels))

    def moved(self, transform: Transform, size_px: tuple[int, int] | None = None) -> PageTruth:
        """The truth after the picture was moved by `transform` onto a canvas of `size_px` (H, W)."""
        points = transform.points
        return replace(
            self,
            corners_px=points(self.corners_px),
            traces_px=tuple(points(trace) for trace in self.traces_px),
            name_boxes_px=tuple(None if box is None else points(box) for box in self.name_boxes_px),
            texts=tuple((text, points(box)) for text, box in self.texts),
            pulses_px=tuple(points(pulse) for pulse in self.pulses_px),
            to_picture=self.to_picture.then(transform),
            size_px=self.size_px if size_px is None else size_px,
        )
