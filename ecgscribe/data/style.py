"""`Style`: paper, grid, ink, lead names and the places of everything on a page, in mm; drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Style:
    """The look of a page. Lengths in mm, colours RGB 0-255.

    `sheet_mm` (width, height); `grid_mm` (x0, y0, x1, y1) of the ruled area; `origin_mm` (x of time 0,
    y of the first row's baseline); `pitch_mm` between baselines; `name_mm` (dx, dy) of the lead name's
    lower left corner from the panel's start and baseline; `pulse_mm` width of the calibration pulse
    left of each row, 0 = none. `minor_mm` and `major_mm` are line widths, 0 = not drawn.
    """

    sheet_mm: tuple[float, float] = (297.0, 210.0)
    grid_mm: tuple[float, float, float, float] = (15.0, 25.0, 290.0, 195.0)
    origin_mm: tuple[float, float] = (35.0, 50.0)
    pitch_mm: float = 40.0
    paper: Colour = (255, 253, 252)
    minor: Colour = (250, 222, 220)
    major: Colour = (238, 160, 158)
    ink: Colour = (18, 18, 24)
    minor_mm: float = 0.1
    major_mm: float = 0.2
    trace_mm: float = 0.35
    name_mm: tuple[float, float] = (1.0, -11.5)
    name_size_mm: float = 3.4
    pulse_mm: float = 5.0
    separators: bool = True
    footer: str = "25 mm/s   10 mm/mV"


STANDARD = Style()

# Paper, minor, major of pages measured in the reference collection: pink, orange, green, grey, blue, white.
_PAPERS: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((255, 253, 252), (250, 222, 220), (238, 160, 158)),
    ((255, 255, 255), (254, 223, 219), (255, 60, 60)),
    ((255, 247, 248), (243, 222, 226), (237, 196, 204)),
    ((255, 248, 238), (250, 226, 210), (222, 137, 66)),
    ((236, 255, 243), (215, 243, 225), (170, 215, 190)),
    ((251, 255, 255), (232, 238, 244), (200, 210, 228)),
    ((250, 250, 250), (228, 228, 228), (195, 195, 195)),
    ((240, 240, 238), (205, 205, 205), (165, 165, 165)),
    ((255, 255, 255), (255, 255, 255), (255, 255, 255)),
)


def drawn_style(seed: int, base: Style = STANDARD) -> Style:
    """A plausible machine's page: colours, line widths, name places, pitch and margins vary with the seed."""
    rng = np.random.default_rng([seed, 0x57])
    paper, minor, major = _PAPERS[rng.integers(len(_PAPERS))]
    ink = int(rng.integers(0, 90))
    tint = rng.integers(-8, 9, 3)
    return replace(
        base,
        paper=paper,
        minor=minor,
        major=major,
        ink=tuple(int(np.clip(ink + shift, 0, 255)) for shift in tint),
        minor_mm=float(rng.choice([0.0, 0.1, 0.12])),
        major_mm=float(rng.uniform(0.1, 0.3)),
        trace_mm=float(rng.uniform(0.2, 0.5)),
        origin_mm=(base.origin_mm[0] + float(rng.uniform(-3, 8)), base.origin_mm[1] + float(rng.uniform(-4, 4))),
        pitch_mm=float(rng.uniform(32, 41)),
        name_mm=(float(rng.uniform(-1, 4)), float(rng.choice([-11.5, -9.0, -14.0, 6.5, -4.0]))),
        name_size_mm=float(rng.uniform(2.5, 4.0)),
        pulse_mm=float(rng.choice([5.0, 5.0, 2.5, 0.0])),
        separators=bool(rng.random() < 0.5),
    )
