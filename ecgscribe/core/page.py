"""`Page`: a straightened picture that knows its scale, its panels and the way back to the source."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.standards import LEADS


@dataclass(frozen=True)
class Panel:
    """One lead's window on a page.

    `box_px` (x0, y0, x1, y1), end not included, in page pixels: exactly the stretch of time shown
    (the calibration pulse is outside); `start_s` and `length_s` in seconds of the recording;
    `baseline_px` the y of 0 mV. `rhythm` marks a full-width row; `sign` -1 where the lead stands upside down
    (Cabrera's -aVR); `mm_per_mv` the panel's own gain, None when unknown.
    """

    lead: str
    box_px: tuple[float, float, float, float]
    start_s: float
    length_s: float
    baseline_px: float
    rhythm: bool = False
    sign: int = 1
    mm_per_mv: float | None = None

    def __post_init__(self):
        x0, y0, x1, y1 = self.box_px
        if self.lead not in LEADS:
            raise BadOption(f"Panel of the unknown lead {self.lead!r}.", f"Known: {', '.join(LEADS)}.")
        if not (x1 > x0 and y1 > y0):
            raise BadOption(f"Panel {self.lead} has the empty box {self.box_px}.")
        if self.sign not in (1, -1):
            raise BadOption(f"Panel {self.lead} has the sign {self.sign}; 1 or -1 is needed.")
        if self.mm_per_mv is not None and not self.mm_per_mv > 0:
            raise BadOption(f"Panel {self.lead} has the gain {self.mm_per_mv} mm/mV; it must be positive.")

    def along(self, shift_px: float, growth: float = 0.0, left_px: float = 0.0) -> Panel:
        """The panel `shift_px` further right, and its x stretched by the share `growth` away from `left_px`."""
        x0, y0, x1, y1 = self.box_px
        x0, x1 = (x + shift_px + growth * (x - left_px) for x in (x0, x1))
        return replace(self, box_px=(x0, y0, x1, y1))

    def to_dict(self) -> dict:
        return {
            "lead": self.lead,
            "box_px": [float(v) for v in self.box_px],
            "start_s": float(self.start_s),
            "length_s": float(self.length_s),
            "baseline_px": float(self.baseline_px),
            "rhythm": self.rhythm,
            "sign": self.sign,
            "mm_per_mv": self.mm_per_mv,
        }

    @classmethod
    def from_dict(cls, fields: dict) -> Panel:
        return cls(**{**fields, "box_px": tuple(fields["box_px"])})


@dataclass(frozen=True, eq=False)
class Page:
    """A straightened page.

    `picture` uint8 (H, W, 3); `to_source` maps page points to points of the picture it came from;
    `px_per_mm` (x, y) or None when unknown; `layout` a name of `standards.LAYOUTS` or None;
    `panels` in layout order, empty when the leads were not located; `mm_per_s` the paper speed, None when unknown;
    `px_per_mm_spread` (x, y) the standard deviation of `px_per_mm`, None when that is exact or unknown.
    """

    picture: np.ndarray
    to_source: Transform = field(default_factory=Transform)
    px_per_mm: tuple[float, float] | None = None
    layout: str | None = None
    panels: tuple[Panel, ...] = ()
    mm_per_s: float | None = None
    px_per_mm_spread: tuple[float, float] | None = None

    def __post_init__(self):
        picture = self.picture
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
            raise BadOption(f"A page picture is uint8 (H, W, 3), got {picture.dtype} {picture.shape}.")
        if self.px_per_mm is not None and not (self.px_per_mm[0] > 0 and self.px_per_mm[1] > 0):
            raise BadOption(f"px_per_mm must be positive, got {self.px_per_mm}.")
        if self.mm_per_s is not None and not self.mm_per_s > 0:
            raise BadOption(f"The paper speed must be positive, got {self.mm_per_s} mm/s.")

    @property
    def size_px(self) -> tuple[int, int]:
        """(H, W)"""
        return self.picture.shape[:2]

    def to_dict(self) -> dict:
        """Everything but the pixels."""
        return {
            "size_px": list(self.size_px),
            "to_source": self.to_source.to_dict(),
            "px_per_mm": None if self.px_per_mm is None else [float(v) for v in self.px_per_mm],
            "px_per_mm_spread": None if self.px_per_mm_spread is None else [float(v) for v in self.px_per_mm_spread],
            "layout": self.layout,
            "mm_per_s": self.mm_per_s,
            "panels": [panel.to_dict() for panel in self.panels],
        }
