"""A monitor that shows a page: its lit window, the dark bezel around it, the dim room behind."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.data.backgrounds import BACKGROUNDS
from ecgscribe.data.camera import View
from ecgscribe.data.chance import Chance


@dataclass(frozen=True)
class Monitor:
    """`margins_mm` (left, top, right, bottom) of the lit glass beyond the page, in mm of the page; `bezel_mm` and
    `chin_mm` of its frame; `case` and `window` RGB; `room` a name of `BACKGROUNDS`, `dim` its share of light.
    """

    margins_mm: tuple[float, float, float, float]
    bezel_mm: float
    chin_mm: float
    case: tuple[int, int, int]
    window: tuple[int, int, int]
    room: str
    dim: float
    seed: int

    @classmethod
    def drawn(cls, chance: Chance) -> Monitor:
        margins = tuple(chance.between(2, 24) for _ in range(4))
        case, window = chance.whole(10, 48), chance.chosen((250, 238, 205, 60))
        return cls(
            margins,
            chance.between(9, 16),
            chance.between(0, 14),
            (case, case, case + 2),
            (window, window, window),
            chance.chosen(("desk", "desk", "wood")),
            chance.between(0.2, 0.55),
            chance.whole(0, 2**31),
        )

    def around(self, view: View, px_per_mm: float) -> tuple[np.ndarray, np.ndarray]:
        """(mask uint8 (H, W) 255 on the lit glass, picture uint8 (H, W, 3) of everything around it)."""
        room = BACKGROUNDS[self.room](view.size_px, px_per_mm, Chance(self.seed, "room"))
        picture = cv2.multiply(room, (self.dim, self.dim, self.dim, 0))
        left, top, right, bottom = self.margins_mm
        rim = self.bezel_mm
        outer = view.around_px(left + rim, top + rim, right + rim, bottom + rim + self.chin_mm)
        _fill(picture, outer, self.case)
        _fill(picture, view.around_px(left + 1, top + 1, right + 1, bottom + 1), tuple(v // 3 for v in self.case))
        glass = np.zeros(view.size_px, np.uint8)
        _fill(glass, view.around_px(left, top, right, bottom), 255)
        return glass, picture


def _fill(picture: np.ndarray, outline: np.ndarray, colour: tuple[int, ...] | int) -> None:
    cv2.fillPoly(picture, [np.round((outline - 0.5) * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)
