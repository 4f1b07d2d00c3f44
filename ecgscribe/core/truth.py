"""`PageTruth`: what is exactly known about a drawn page, carried through everything that happens to the picture."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.geometry import Transform
from ecgscribe.core.page import Panel
from ecgscribe.core.standards import STANDARD_SCALE, Scale
from ecgscribe.core.warp import Bend, Warp, map_from_dict

OUTLINE_STEPS = 24  # points along each side of a panel: enough for every bend that is drawn
_SUBPIXEL_BITS = 6  # OpenCV takes integer coordinates with this many binary places


@dataclass(frozen=True, eq=False)
class PageTruth:
    """What is exactly known about a drawn page; places are in the pixels of the picture it belongs to.

    `corners_px` (4, 2) of the sheet, clockwise from top left; `panels` as drawn, in page pixels, before any
    distortion; `traces_px` one (N, 2) polyline per panel, NaN where nothing was recorded; `hidden` one (N,)
    bool per panel, True where that point cannot be seen in the picture (covered, cut off), False where nothing was
    recorded; `name_boxes_px`
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
    to_picture: Transform | Bend | Warp = field(default_factory=Transform)

    def __post_init__(self):
        if not self.hidden:
            object.__setattr__(self, "hidden", tuple(np.zeros(len(trace), bool) for trace in self.traces_px))
        if not self.name_boxes_px:
            object.__setattr__(self, "name_boxes_px", (None,) * len(self.panels))

    def moved(self, transform: Transform | Bend | Warp, size_px: tuple[int, int] | None = None) -> PageTruth:
        """The truth after the picture was moved by `transform` onto a canvas of `size_px` (H, W)."""
        names = [box for box in self.name_boxes_px if box is not None]
        places = [self.corners_px, *self.traces_px, *names, *(box for _, box in self.texts), *self.pulses_px]
        ends = np.cumsum([len(place) for place in places])[:-1]
        moved = iter(np.split(transform.points(np.concatenate(places)), ends))
        return replace(
            self,
            corners_px=next(moved),
            traces_px=tuple(next(moved) for _ in self.traces_px),
            name_boxes_px=tuple(None if box is None else next(moved) for box in self.name_boxes_px),
            texts=tuple((text, next(moved)) for text, _ in self.texts),
            pulses_px=tuple(next(moved) for _ in self.pulses_px),
            to_picture=self.to_picture.then(transform),
            size_px=self.size_px if size_px is None else size_px,
        )

    @property
    def missing(self) -> tuple[np.ndarray, ...]:
        """One (N,) bool per panel: True where nothing was recorded, so nothing is drawn."""
        return tuple(np.isnan(trace).any(axis=1) for trace in self.traces_px)

    def hiding(self, covered: np.ndarray | None = None) -> PageTruth:
        """The truth with every trace point marked hidden that lies outside the picture or where `covered`
        (uint8 (H, W), `size_px`) is above 127. What was hidden before stays hidden.
        """
        if covered is not None and covered.shape != tuple(self.size_px):
            raise BadOption(f"A cover of {covered.shape} does not fit a picture of {tuple(self.size_px)}.")
        height, width = self.size_px
        hidden = []
        for trace, before, missing in zip(self.traces_px, self.hidden, self.missing, strict=True):
            x, y = np.nan_to_num(trace, nan=0.0).T
            out = (x < 0) | (y < 0) | (x >= width) | (y >= height)
            if covered is not None:
                at_x, at_y = (np.clip(v.astype(int), 0, side - 1) for v, side in ((x, width), (y, height)))
                out |= covered[at_y, at_x] > 127
            hidden.append((out | before) & ~missing)
        return replace(self, hidden=tuple(hidden))

    def outline_px(self, panel: int) -> np.ndarray:
        """(4 * OUTLINE_STEPS, 2) the panel's edge in the picture, clockwise from its top left, bent as the paper is."""
        x0, y0, x1, y1 = self.panels[panel].box_px
        along = np.arange(OUTLINE_STEPS)[:, None] / OUTLINE_STEPS
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)
        sides = [corners[k] + (corners[(k + 1) % 4] - corners[k]) * along for k in range(4)]
        return self.to_picture.points(np.concatenate(sides))

    def box_px(self, panel: int) -> tuple[float, float, float, float]:
        """(x0, y0, x1, y1) around the panel's outline, cut to the picture."""
        height, width = self.size_px
        outline = np.clip(self.outline_px(panel), 0, [width, height])
        return (*(float(v) for v in outline.min(axis=0)), *(float(v) for v in outline.max(axis=0)))

    def mask(self, panel: int) -> np.ndarray:
        """uint8 (H, W): 255 on the drawn line of a panel, soft at its edge; hidden stretches are left out."""
        import cv2

        ink = np.zeros(self.size_px, np.uint8)
        trace = np.where(self.hidden[panel][:, None], np.nan, self.traces_px[panel])
        width = max(int(round(self.trace_px * self.magnification)), 1)
        broken = np.isnan(trace).any(axis=1)
        for piece in np.split(trace, np.flatnonzero(np.diff(broken.astype(np.int8))) + 1):
            if len(piece) > 1 and not np.isnan(piece[0]).any():
                fixed = np.round((piece - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
                cv2.polylines(ink, [fixed], False, 255, width, cv2.LINE_AA, _SUBPIXEL_BITS)
        return ink

    @property
    def magnification(self) -> float:
        """Picture pixels per pixel of the drawn page, as the mean over the sheet."""
        drawn = self.to_picture.inverse.points(self.corners_px)
        return float(np.sqrt(_area(self.corners_px) / _area(drawn)))

    def to_dict(self, signal: bool = True) -> dict:
        """Plain lists and numbers, places rounded to 0.01 px, None where nothing was recorded.

        `signal` False leaves the samples in mV out; whoever reads such a dict must bring the `Ecg`.
        """
        return {
            "size_px": list(self.size_px),
            "px_per_mm": [float(v) for v in self.px_per_mm],
            "scale": asdict(self.scale),
            "layout": self.layout,
            "style": self.style,
            "seed": self.seed,
            "trace_px": float(self.trace_px),
            "corners_px": _rounded(self.corners_px),
            "panels": [
                {
                    **panel.to_dict(),
                    "outline_px": _rounded(self.outline_px(k)),
                    "name_box_px": None if self.name_boxes_px[k] is None else _rounded(self.name_boxes_px[k]),
                    "trace_px": _rounded(self.traces_px[k]),
                    "hidden": _runs(self.hidden[k]),
                    "samples": len(self.traces_px[k]),
                    "missing": int(self.missing[k].sum()),
                }
                for k, panel in enumerate(self.panels)
            ],
            "texts": [{"text": text, "box_px": _rounded(box)} for text, box in self.texts],
            "pulses_px": [_rounded(pulse) for pulse in self.pulses_px],
            "absent": dict(self.absent),
            "to_picture": self.to_picture.to_dict(),
            "ecg": self.ecg.to_dict() if signal else None,
        }

    @classmethod
    def from_dict(cls, fields: dict, ecg: Ecg | None = None) -> PageTruth:
        """What `to_dict` wrote. Raises `BadOption` when neither the dict nor `ecg` holds the signal."""
        if ecg is None and fields["ecg"] is None:
            raise BadOption("This truth was written without its signal.", "Give the recording as `ecg`.")
        panels = fields["panels"]
        own = set(Panel.__dataclass_fields__)
        boxes = [panel["name_box_px"] for panel in panels]
        return cls(
            corners_px=_points(fields["corners_px"]),
            panels=tuple(Panel.from_dict({k: v for k, v in panel.items() if k in own}) for panel in panels),
            traces_px=tuple(_points(panel["trace_px"]) for panel in panels),
            px_per_mm=tuple(fields["px_per_mm"]),
            ecg=Ecg.from_dict(fields["ecg"]) if ecg is None else ecg,
            seed=fields["seed"],
            size_px=tuple(fields["size_px"]),
            hidden=tuple(_from_runs(panel["hidden"], panel["samples"]) for panel in panels),
            name_boxes_px=tuple(None if box is None else _points(box) for box in boxes),
            texts=tuple((line["text"], _points(line["box_px"])) for line in fields["texts"]),
            pulses_px=tuple(_points(pulse) for pulse in fields["pulses_px"]),
            trace_px=fields["trace_px"],
            scale=Scale(**fields["scale"]),
            layout=fields["layout"],
            style=fields["style"],
            absent=dict(fields["absent"]),
            to_picture=map_from_dict(fields["to_picture"]),
        )


def _area(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def _rounded(points: np.ndarray) -> list:
    """(N, 2) -> [[x, y], ...] to 0.01 px, None for a NaN point."""
    return [None if x != x or y != y else [x, y] for x, y in np.round(points, 2).tolist()]


def _points(rows: list) -> np.ndarray:
    return np.array([[np.nan, np.nan] if row is None else row for row in rows], float).reshape(-1, 2)


def _runs(flags: np.ndarray) -> list:
    """(N,) bool -> [[first, end], ...], end not included."""
    edges = np.flatnonzero(np.diff(np.r_[0, flags.astype(np.int8), 0]))
    return edges.reshape(-1, 2).tolist()


def _from_runs(runs: list, count: int) -> np.ndarray:
    flags = np.zeros(count, bool)
    for first, end in runs:
        flags[first:end] = True
    return flags
