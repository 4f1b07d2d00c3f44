"""`Preprocess`: the only road from a page to the pixels a model sees, in training, evaluation and serving.

Saved as `preprocess.json` in the model folder; `digest` names it in results.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page, Panel

_RESAMPLE = {"box": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
_FRAMES = ("page", "signal", "panels")
_GREYS = ("colour", "luma", "brightest")
_LEVELS = ("none", "standard", "ink")


@dataclass(frozen=True)
class Preprocess:
    """How a `Page` becomes pixels.

    `frame`: "page" the whole page; "signal" the hull of the panels (the whole page without panels);
    "panels" each panel cut out and stacked: one band of `size_px[0] / bands` pixels a panel, the rhythm
    panel folded into the bands left over. Each of the three channels then shows another height of paper
    around the baseline, `panel_mm`: the whole wave, small waves enlarged, giants unclipped.
    `size_px` (H, W). `aspect` "stretch" or "pad" (with white; never for panels). `grey`: "colour", "luma",
    or "brightest" (the largest of R, G, B: coloured grids fade, dark ink stays). `level`: "none";
    "standard" to mean `brightness` and deviation `contrast`; "ink" paper to 255 and ink to 0 by local
    paper brightness, where anything lighter than `ink_floor` of the ink's darkness is paper; `ink_gain`
    multiplies the darkness of bands after shrinking. `mean`, `spread` normalise each of the three
    channels of pixel / 255. Raises `BadOption` for values that do not exist.
    """

    frame: str = "page"
    size_px: tuple[int, int] = (384, 384)
    aspect: str = "stretch"
    panel_mm: tuple[float, float, float] = (30.0, 12.0, 60.0)
    bands: int = 14
    grey: str = "colour"
    level: str = "none"
    brightness: float = 200.0
    contrast: float = 15.0
    ink_floor: float = 0.35
    ink_gain: float = 1.0
    resample: str = "bicubic"
    mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    spread: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)

    def __post_init__(self):
        for name, known in (
            ("frame", _FRAMES),
            ("grey", _GREYS),
            ("level", _LEVELS),
            ("resample", tuple(_RESAMPLE)),
            ("aspect", ("stretch", "pad")),
        ):
            if getattr(self, name) not in known:
                raise BadOption(
                    f"Preprocess {name} {getattr(self, name)!r} does not exist.", f"Known: {', '.join(known)}."
                )
        for name in ("size_px", "panel_mm", "mean", "spread"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if min(self.size_px) < 1 or (self.frame == "panels" and self.size_px[0] % self.bands):
            raise BadOption(f"Size {self.size_px} does not hold {self.bands} equal bands.")

    @classmethod
    def blip(cls, size: int = 384) -> Preprocess:
        """Whole page padded to a square, as BLIP's published checkpoints expect (CLIP's mean and spread)."""
        return cls(size_px=(size, size), aspect="pad")

    @classmethod
    def published(cls) -> Preprocess:
        """The original project's steps: crop to the signal area, 224x224, grey, brightness 200, contrast 15, RGB.

        Source: debbyrofikomalik/ECG-Image-Captioning-using-BLIP, the training notebook's constants.
        """
        return cls(frame="signal", size_px=(224, 224), grey="luma", level="standard")

    @classmethod
    def lead_bands(cls, band_px: int = 24, bands: int = 14) -> Preprocess:
        """Each lead in a band of one patch height, so that a patch of a vision transformer is a piece of one lead."""
        return cls(
            frame="panels",
            size_px=(band_px * bands, band_px * bands),
            bands=bands,
            grey="brightest",
            level="ink",
            ink_gain=3.0,
            resample="bilinear",
            mean=(1.0, 1.0, 1.0),
            spread=(0.3, 0.3, 0.3),
        )

    def picture(self, page: Page) -> np.ndarray:
        """The page as the model's frame: uint8 (H, W, 3). Raises `BadOption` when panels are needed and absent."""
        if self.frame == "panels":
            return self._bands(page)
        box = (0.0, 0.0, float(page.size_px[1]), float(page.size_px[0]))
        if self.frame == "signal" and page.panels:
            box = _hull(page.panels, page.size_px)
        # levels belong to the cut-out, as in the original project: whiteness around it must not count
        x0, y0, x1, y1 = (round(v) for v in box)
        cut = self._levelled(self._greyed(page.picture[y0:y1, x0:x1]), page)
        image = Image.fromarray(cut)
        height, width = self.size_px
        if self.aspect == "pad":
            image = _padded(image, width / height)
        return _rgb(np.asarray(image.resize((width, height), _RESAMPLE[self.resample])))

    def normalised(self, picture: np.ndarray) -> np.ndarray:
        """uint8 (H, W, 3) from `picture` -> float32 (3, H, W), (value / 255 - mean) / spread."""
        mean, spread = np.array(self.mean, np.float32), np.array(self.spread, np.float32)
        scaled = (picture.astype(np.float32) * np.float32(1 / 255) - mean) / spread
        return np.ascontiguousarray(scaled.transpose(2, 0, 1))

    def pixels(self, page: Page) -> np.ndarray:
        """Page -> float32 (3, H, W)."""
        return self.normalised(self.picture(page))

    def paper_share(self, picture: np.ndarray) -> float:
        """Share of the model's frame, uint8 (H, W, 3), that is blank paper in the first channel.

        With the level "ink" a page whose grid could be removed is mostly blank; one whose grid is as dark as
        its trace is not.
        """
        return float((picture[:, :, 0] >= 250).mean())

    @property
    def digest(self) -> str:
        """Twelve hex digits that name these settings."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:12]

    def to_dict(self) -> dict:
        fields = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}

    @classmethod
    def from_dict(cls, fields: dict) -> Preprocess:
        unknown = set(fields) - set(cls.__dataclass_fields__)
        if unknown:
            raise BadOption(f"Unknown preprocess settings {sorted(unknown)}.", "Was it written by a newer version?")
        return cls(**fields)

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=1, sort_keys=True) + "\n"

    def levelled(self, page: Page) -> np.ndarray:
        """The whole page at its own size, grey and levelled: uint8 (H, W), or (H, W, 3) where colour stays."""
        return self._levelled(self._greyed(page.picture), page)

    def _greyed(self, picture: np.ndarray) -> np.ndarray:
        if self.grey == "colour":
            return picture
        if self.grey == "brightest":
            return _brightest(picture)
        return np.asarray(Image.fromarray(picture).convert("L"))

    def _levelled(self, picture: np.ndarray, page: Page) -> np.ndarray:
        if self.level == "none":
            return picture
        if self.level == "standard":
            values = picture.astype(np.float32)
            deviation = float(values.std()) or 1.0
            return np.clip((values - values.mean()) / deviation * self.contrast + self.brightness, 0, 255).astype(
                np.uint8
            )
        mm = page.px_per_mm[0] if page.px_per_mm else page.size_px[1] / 297.0
        return _ink(picture, mm, self.ink_floor)

    def _bands(self, page: Page) -> np.ndarray:
        if not page.panels or page.px_per_mm is None:
            raise BadOption(
                "The page has no located leads; this model needs them.", "Use a page whose layout was found."
            )
        grey = self.levelled(page)
        height, width = self.size_px[0] // self.bands, self.size_px[1]
        short = [panel for panel in page.panels if not panel.rhythm][: self.bands]
        windows = [(panel.box_px[0], panel.box_px[2], panel.baseline_px) for panel in short]
        left = self.bands - len(short)
        for panel in [panel for panel in page.panels if panel.rhythm][:1]:
            step = (panel.box_px[2] - panel.box_px[0]) / max(left, 1)
            starts = [panel.box_px[0] + k * step for k in range(left)]
            windows += [(start, start + step, panel.baseline_px) for start in starts]
        out = np.full((*self.size_px, 3), 255, np.uint8)
        for channel, tall_mm in enumerate(self.panel_mm):
            half = tall_mm / 2 * page.px_per_mm[1]
            for k, (x0, x1, baseline) in enumerate(windows):
                box = (x0, baseline - half, x1, baseline + half)
                out[k * height : (k + 1) * height, :, channel] = self._cut(grey, box, (width, height))
        ink = (255 - out.astype(np.float32)) * self.ink_gain
        return (255 - np.minimum(ink, 255)).astype(np.uint8)

    def _cut(self, grey: np.ndarray, box: tuple[float, ...], size: tuple[int, int]) -> np.ndarray:
        """The box out of uint8 (H, W), paper where it leaves the page, resized to `size` (W, H)."""
        x0, y0, x1, y1 = box
        rows, columns = grey.shape
        # two pixels of margin give the resampling filter its neighbours; pasting pads what lies outside
        left, top = int(np.floor(x0)) - 2, int(np.floor(y0)) - 2
        wide, high = int(np.ceil(x1)) + 2 - left, int(np.ceil(y1)) + 2 - top
        cut = np.full((high, wide), 255, np.uint8)
        a, b, c, d = max(left, 0), max(top, 0), min(left + wide, columns), min(top + high, rows)
        if c > a and d > b:
            cut[b - top : d - top, a - left : c - left] = grey[b:d, a:c]
        filtering = _RESAMPLE[self.resample]
        # first the strong shrinking in height, then the width of what is left: twice as fast as both at once
        low = Image.fromarray(cut).resize((wide, size[1]), filtering, box=(0, y0 - top, wide, y1 - top))
        return np.asarray(low.resize(size, filtering, box=(x0 - left, 0, x1 - left, size[1])))


def _hull(panels: tuple[Panel, ...], size_px: tuple[int, int]) -> tuple[float, float, float, float]:
    boxes = np.array([panel.box_px for panel in panels])
    return (
        max(boxes[:, 0].min(), 0.0),
        max(boxes[:, 1].min(), 0.0),
        min(boxes[:, 2].max(), size_px[1]),
        min(boxes[:, 3].max(), size_px[0]),
    )


def _padded(image: Image.Image, ratio: float) -> Image.Image:
    """Centred on white so that width / height equals `ratio`."""
    width, height = image.size
    target = (max(width, round(height * ratio)), max(height, round(width / ratio)))
    canvas = Image.new(image.mode, target, 255 if image.mode == "L" else (255, 255, 255))
    canvas.paste(image, ((target[0] - width) // 2, (target[1] - height) // 2))
    return canvas


def _ink(grey: np.ndarray, px_per_mm: float, floor: float) -> np.ndarray:
    """Paper to 255, ink to 0: divided by the local paper brightness, stretched to the darkest per cent.

    `grey` uint8 (H, W). The paper's brightness is the 80th percentile of cells of about 8 mm, interpolated,
    so shadows and uneven light go; `floor` of the ink's darkness becomes paper, so a light grid goes.
    """
    if grey.ndim == 3:
        grey = _brightest(grey)
    rows, columns = grey.shape
    high, wide = max(round(rows / px_per_mm / 8), 1), max(round(columns / px_per_mm / 8), 1)
    step = 3 if min(rows, columns) >= 400 else 1
    sample = grey[::step, ::step]
    cell_y, cell_x = max(sample.shape[0] // high, 1), max(sample.shape[1] // wide, 1)
    high, wide = sample.shape[0] // cell_y, sample.shape[1] // cell_x
    sample = sample[: high * cell_y, : wide * cell_x]
    cells = sample.reshape(high, cell_y, wide, cell_x).transpose(0, 2, 1, 3).reshape(high, wide, -1)
    rank = int(cells.shape[2] * 0.8)
    paper_cells = np.maximum(np.partition(cells, rank, axis=2)[:, :, rank], 1)
    darkness = 1.0 - cells / paper_cells[:, :, None].astype(np.float32)
    ink = max(float(np.partition(darkness.ravel(), int(darkness.size * 0.99))[int(darkness.size * 0.99)]), 0.15)
    paper = np.asarray(Image.fromarray(paper_cells).resize((columns, rows), Image.Resampling.BILINEAR))
    # lightness = 255 * (1 - (darkness / ink - floor) / (1 - floor)), in place: this runs over every page
    lightness = np.divide(grey, np.maximum(paper, 1), dtype=np.float32)
    slope = 255.0 / (ink * (1.0 - floor))
    lightness *= slope
    lightness += 255.0 * (1.0 + floor / (1.0 - floor)) - slope
    return np.clip(lightness, 0, 255, out=lightness).astype(np.uint8)


def _brightest(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) -> (H, W), the largest channel; ten times faster than max over the short last axis."""
    return np.maximum(np.maximum(picture[:, :, 0], picture[:, :, 1]), picture[:, :, 2])


def _rgb(picture: np.ndarray) -> np.ndarray:
    return picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
