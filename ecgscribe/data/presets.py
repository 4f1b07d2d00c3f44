"""Named ways a page becomes a picture: which accidents play together, how often and how strongly."""

from __future__ import annotations

from dataclasses import dataclass

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance


@dataclass(frozen=True)
class Step:
    """One accident of a preset: it plays in a share `often` of the pictures, at full severity with a strength between
    `low` and `high`. It sets in at a severity drawn between 0 and `late` and grows from nothing.
    """

    name: str
    often: float = 1.0
    low: float = 0.3
    high: float = 1.0
    late: float = 0.5

    def strength(self, chance: Chance, severity: float) -> float:
        """The strength at `severity`: 0 at severity 0 and continuous in it."""
        plays, onset = chance.happens(self.often), self.late * chance.between(0, 1)
        full = chance.between(self.low, self.high)
        return full * max(0.0, (severity - onset) / (1 - onset)) if plays else 0.0


@dataclass(frozen=True)
class Preset:
    """`steps` in any order (each accident knows when it happens); `ground` what surrounds the sheet: a name of
    `backgrounds.BACKGROUNDS` to choose from, "lid" of a scanner, "screen" of a monitor, or "none" for a picture of
    the page alone; `one_of` steps of which exactly one plays; `always` accidents at full strength at any severity;
    `fill` (at severity 0, at severity 1) the sheet's side over the picture's; `aspects` of pictures.
    """

    about: str
    steps: tuple[Step, ...]
    one_of: tuple[Step, ...] = ()
    always: tuple[str, ...] = ()
    ground: tuple[str, ...] = ("none",)
    fill: tuple[float, float] = (1.0, 1.0)
    aspects: tuple[float | None, ...] = (None,)
    flat: bool = True

    def strengths(self, seed: int, severity: float) -> dict[str, float]:
        """Accident -> strength for one picture; each accident has random numbers of its own."""
        steps = self.steps
        if self.one_of:
            steps = (*steps, Chance(seed, "preset", "one of").chosen(self.one_of))
        drawn = {step.name: step.strength(Chance(seed, "preset", step.name), severity) for step in steps}
        return {**drawn, **dict.fromkeys(self.always, 1.0)}


_CAMERA = (
    Step("sensor_noise", 1.0, 0.15, 0.7, 0.2),
    Step("jpeg_blocks", 0.9, 0.2, 0.8, 0.4),
    Step("coloured_light", 0.6, 0.1, 0.6),
    Step("exposure", 0.6, 0.1, 0.6),
    Step("vignette", 0.5, 0.2, 0.8),
    Step("low_contrast", 0.3, 0.2, 0.7),
)

PRESETS = {
    "clean": Preset(
        "An export or screenshot of the page: now and then shrunk or coded as JPEG.",
        (Step("downscale", 0.5, 0.1, 0.6), Step("jpeg_blocks", 0.7, 0.1, 0.7)),
    ),
    "scan": Preset(
        "A print on a flatbed scanner: slightly turned, a border of the lid, mild noise, JPEG, grey half the time.",
        (
            Step("rotation", 0.9, 0.1, 0.35, 0.1),
            Step("downscale", 0.4, 0.1, 0.6),
            Step("crop", 0.4, 0.1, 0.4),
            Step("fold", 0.25, 0.1, 0.3),
            Step("paper_grain", 0.6, 0.2, 0.8, 0.2),
            Step("greyscale", 0.5, 1.0, 1.0, 0.0),
            Step("sensor_noise", 0.8, 0.05, 0.3),
            Step("defocus", 0.6, 0.05, 0.3),
            Step("yellowing", 0.25, 0.1, 0.8),
            Step("thermal_fading", 0.2, 0.1, 0.7),
            Step("dead_dots", 0.15, 0.1, 0.6),
            Step("punch_holes", 0.15, 1.0, 1.0),
            Step("staple", 0.1, 1.0, 1.0),
            Step("mould", 0.1, 0.2, 0.9),
            Step("handwriting", 0.3, 0.3, 1.0),
            Step("highlighter", 0.1, 0.3, 1.0),
            Step("jpeg_blocks", 0.9, 0.1, 0.7),
        ),
        ground=("lid",),
        fill=(0.99, 0.95),
    ),
    "copy": Preset(
        "A photocopy or a fax: black and white, thresholded, speckled, slightly turned.",
        (
            Step("rotation", 0.8, 0.1, 0.4, 0.2),
            Step("fold", 0.25, 0.1, 0.3),
            Step("handwriting", 0.3, 0.3, 1.0),
            Step("punch_holes", 0.2, 1.0, 1.0),
            Step("coffee_ring", 0.15, 0.2, 0.9),
            Step("mould", 0.15, 0.2, 0.9),
            Step("downscale", 0.4, 0.1, 0.4),
        ),
        one_of=(
            Step("photocopy", 1.0, 0.4, 1.0, 0.0),
            Step("photocopy", 1.0, 0.4, 1.0, 0.0),
            Step("fax", 1.0, 0.3, 1.0, 0.0),
            Step("dithering", 1.0, 0.3, 1.0, 0.0),
        ),
        always=("greyscale",),
        ground=("lid",),
        fill=(0.995, 0.96),
    ),
    "phone": Preset(
        "A careful photograph of a page on a table.",
        (
            Step("rotation", 1.0, 0.1, 0.6, 0.1),
            Step("perspective", 1.0, 0.1, 0.6, 0.1),
            Step("downscale", 0.5, 0.1, 0.7),
            Step("curl", 0.4, 0.05, 0.35),
            Step("smooth_warp", 0.5, 0.1, 0.5),
            Step("fold", 0.3, 0.1, 0.5),
            Step("paper_grain", 0.4, 0.2, 0.8, 0.2),
            Step("uneven_light", 0.8, 0.1, 0.6),
            Step("phone_shadow", 0.25, 0.2, 0.7),
            Step("defocus", 0.6, 0.05, 0.5),
            *_CAMERA,
        ),
        ground=("wood", "wood", "desk", "desk", "cloth", "metal"),
        fill=(0.96, 0.86),
        aspects=(None, 4 / 3, 4 / 3, 16 / 9),
        flat=False,
    ),
    "bad-phone": Preset(
        "A hurried photograph of a page that has been through something.",
        (
            Step("rotation", 1.0, 0.3, 1.0, 0.1),
            Step("quarter_turn", 0.15, 1.0, 1.0),
            Step("perspective", 1.0, 0.4, 1.0, 0.1),
            Step("downscale", 0.6, 0.1, 0.8),
            Step("crop", 0.5, 0.2, 1.0),
            Step("curl", 0.6, 0.2, 0.9),
            Step("smooth_warp", 0.6, 0.2, 1.0),
            Step("fold", 0.6, 0.2, 0.9),
            Step("crease", 0.5, 0.2, 1.0),
            Step("crumple", 0.4, 0.15, 0.9),
            Step("hand", 0.45, 0.4, 1.0),
            Step("other_sheet", 0.1, 0.2, 1.0),
            Step("pen_lying", 0.12, 0.2, 1.0),
            Step("paper_grain", 0.4, 0.2, 0.8, 0.2),
            Step("uneven_light", 0.9, 0.2, 0.9),
            Step("hand_shadow", 0.4, 0.3, 1.0),
            Step("phone_shadow", 0.4, 0.3, 1.0),
            Step("edge_shadow", 0.2, 0.2, 0.8),
            Step("defocus", 0.6, 0.1, 0.8),
            Step("motion_blur", 0.35, 0.1, 0.7),
            Step("over_sharpened", 0.2, 0.2, 0.9),
            Step("glare", 0.15, 0.2, 0.8),
            Step("coffee_ring", 0.15, 0.3, 1.0),
            Step("water_stain", 0.2, 0.3, 1.0),
            Step("brown_spread", 0.15, 0.3, 1.0),
            Step("yellowing", 0.3, 0.2, 1.0),
            Step("thermal_fading", 0.2, 0.2, 0.9),
            Step("torn_corner", 0.12, 0.3, 1.0),
            Step("handwriting", 0.35, 0.3, 1.0),
            Step("pen_circles", 0.25, 0.3, 1.0),
            Step("highlighter", 0.15, 0.3, 1.0),
            *_CAMERA,
        ),
        ground=("wood", "wood", "desk", "cloth", "metal"),
        fill=(0.92, 0.8),
        aspects=(None, 4 / 3, 4 / 3, 16 / 9),
        flat=False,
    ),
    "screen": Preset(
        "A monitor photographed: bezel, pixel grid, moire, glare.",
        (
            Step("rotation", 1.0, 0.1, 0.5, 0.1),
            Step("perspective", 1.0, 0.1, 0.7, 0.1),
            Step("downscale", 0.5, 0.1, 0.6),
            Step("distant", 0.5, 0.1, 0.7),
            Step("crop", 0.3, 0.1, 0.5),
            Step("flicker_bands", 0.3, 0.2, 0.9),
            Step("screen_black", 0.8, 0.2, 1.0),
            Step("screen_pixels", 0.5, 0.2, 1.0),
            Step("moire", 0.8, 0.2, 1.0, 0.2),
            Step("glare", 0.6, 0.2, 0.9),
            Step("defocus", 0.4, 0.05, 0.4),
            *_CAMERA,
        ),
        ground=("screen",),
        fill=(0.9, 0.78),
        aspects=(None, 4 / 3, 3 / 4),
        flat=False,
    ),
}
"""The presets by name; severity 0 to 1 is continuous in all of them but for turns by whole quarters."""


def preset_named(name: str) -> Preset:
    """The preset of that name. Raises `BadOption` with the list of known ones."""
    if name not in PRESETS:
        raise BadOption(f"Unknown preset {name!r}.", f"Known presets: {', '.join(PRESETS)}.")
    return PRESETS[name]
