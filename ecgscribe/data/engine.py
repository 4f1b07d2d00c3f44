"""The data engine's front: one ECG and one seed make one page, its picture and its truth.

Whatever is not given is drawn from the seed, in shares counted on real pages; every choice is told in
`MadePage.choices`, plain JSON, from which `made_again` makes the same bytes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.standards import Scale, layout_named
from ecgscribe.core.truth import PageTruth
from ecgscribe.data.chance import Chance
from ecgscribe.data.distort import PRESETS, distort
from ecgscribe.data.header import Header, header_of
from ecgscribe.data.render import render
from ecgscribe.data.style import STYLES, Style, drawn_style, style_named

GIVEN = "given"
"""What a style of the caller's own is called in the choices."""

DRAWN = "drawn-"
"""A style called drawn-N is the one that `drawn_style` makes of the seed N."""

_LAYOUTS = (("3x4+1", 50), ("3x4", 17), ("6x2", 9), ("3x4+3", 8), ("6x2+1", 6), ("3x4+2", 5), ("12x1", 5))
_CABRERA = 0.03
_SPEEDS = ((25.0, 95), (50.0, 4), (12.5, 1))
_GAINS = (((10.0, None), 91), ((5.0, None), 3), ((20.0, None), 2), ((10.0, 5.0), 4))
_PRESETS = (("clean", 25), ("scan", 18), ("copy", 10), ("phone", 27), ("bad-phone", 12), ("screen", 8))
PHOTOGRAPHS = tuple(name for name, _ in _PRESETS if name != "clean")
"""The presets that change a page."""

_NAMED_STYLE, _HEADER, _SIMULTANEOUS = 0.6, 0.65, 0.12


@dataclass(frozen=True, eq=False)
class MadePage:
    """`picture` uint8 (H, W, 3) RGB; `truth` in its pixels; `page` as drawn, before any accident; `choices` what
    was given or drawn, in plain JSON values.
    """

    picture: np.ndarray
    truth: PageTruth
    page: Page
    choices: dict


def make_page(
    ecg: Ecg,
    seed: int,
    *,
    style: Style | str | None = None,
    layout: str | None = None,
    scale: Scale | None = None,
    preset: str | None = "clean",
    severity: float | None = None,
    px_per_mm: float | None = None,
    start_s: float | None = None,
    simultaneous: bool | None = None,
    header: Header | None = None,
    facts: dict | None = None,
) -> MadePage:
    """One page; the same arguments give the same bytes in any process.

    `preset` and `severity` (0 to 1) say which accidents befall it, see `distort`; a clean page has none. `start_s` is
    the recording's second at the left edge; `simultaneous` columns all start there. `header` is printed; without
    one, `facts` (the simulator's truth, and "statements" if these shall be printed) give one to two pages in three.
    None draws: the style (one of `STYLES` or a free one), layout, speed and gain, preset, severity, resolution,
    start. Raises `BadOption` with the known names.
    """
    drawn_name, drawn = style_of(style, seed)
    layout = _weighted(seed, "layout", _LAYOUTS) + _order(seed) if layout is None else layout_named(layout).name
    scale = _scale(seed) if scale is None else scale
    preset = _weighted(seed, "preset", _PRESETS) if preset is None else preset
    if preset not in PRESETS:
        raise BadOption(f"Unknown preset {preset!r}.", f"Known presets: {', '.join(PRESETS)}.")
    if severity is None:
        severity = 0.0 if preset == "clean" else round(Chance(seed, "severity").between(0.15, 0.9), 3)
    px_per_mm = _resolution(seed) if px_per_mm is None else px_per_mm
    chance = Chance(seed, "time")
    simultaneous = chance.happens(_SIMULTANEOUS) if simultaneous is None else simultaneous
    start_s = _start_s(ecg, layout, chance) if start_s is None else start_s
    if header is None and facts is not None and Chance(seed, "header").happens(_HEADER):
        header = header_of(facts, seed, facts.get("statements", ()))
    page, truth = render(ecg, drawn, layout, px_per_mm, start_s, seed, scale, simultaneous=simultaneous, header=header)
    picture, truth = distort(page, truth, preset, seed, severity)
    choices = {
        "seed": int(seed),
        "style": drawn_name,
        "layout": layout,
        "scale": asdict(scale),
        "preset": preset,
        "severity": float(severity),
        "px_per_mm": float(px_per_mm),
        "start_s": float(start_s),
        "simultaneous": bool(simultaneous),
        "header": None if header is None else {**asdict(header), "statements": list(header.statements)},
    }
    return MadePage(picture, truth, page, choices)


def made_again(ecg: Ecg, choices: dict, style: Style | None = None) -> MadePage:
    """The page of these `choices`, byte by byte; `style` is needed where it was the caller's own.

    Raises `BadOption` when the choices are not whole.
    """
    try:
        given = dict(choices)
        given["style"] = style if given["style"] == GIVEN else given["style"]
        given["scale"] = Scale(**given["scale"])
        given["header"] = None if given["header"] is None else header_from_dict(given["header"])
        return make_page(ecg, given.pop("seed"), **given)
    except (KeyError, TypeError) as error:
        raise BadOption(f"These choices do not describe a page ({error}).", "Take those of a truth file.") from error


def header_from_dict(fields: dict) -> Header:
    """The header that `choices` hold; JSON knows no tuples."""
    return Header(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})


def style_of(style: Style | str | None, seed: int = 0) -> tuple[str, Style]:
    """(name, style) of what was given, or drawn. Raises `BadOption` with the known names."""
    if isinstance(style, Style):
        return style.name if STYLES.get(style.name) == style else GIVEN, style
    if style is None:
        chance = Chance(seed, "style")
        style = chance.chosen(tuple(STYLES)) if chance.happens(_NAMED_STYLE) else f"{DRAWN}{chance.whole(0, 2**31 - 1)}"
    number = style.removeprefix(DRAWN)
    if style.startswith(DRAWN) and number.isdecimal():
        return style, drawn_style(int(number))
    return style, style_named(style)


def _weighted(seed: int, word: str, options: tuple):
    """One of (option, weight), by the seed's stream of this word."""
    place = Chance(seed, word).between(0.0, sum(weight for _, weight in options))
    for option, weight in options:
        place -= weight
        if place < 0:
            return option
    return options[-1][0]


def _order(seed: int) -> str:
    return "-cabrera" if Chance(seed, "order").happens(_CABRERA) else ""


def _scale(seed: int) -> Scale:
    limb, chest = _weighted(seed, "gain", _GAINS)
    return Scale(_weighted(seed, "speed", _SPEEDS), limb, chest)


def _resolution(seed: int) -> float:
    """Most pages lie at 4 to 8 px/mm, some from 2.4 to 12."""
    chance = Chance(seed, "resolution")
    low, high = (4.0, 8.0) if chance.happens(0.75) else (2.4, 12.0)
    return round(chance.between(low, high), 2)


def _start_s(ecg: Ecg, layout: str, chance: Chance) -> float:
    """0, or anywhere in a recording that is longer than the page."""
    spare_s = ecg.duration_s - layout_named(layout).width_s
    return round(chance.between(0.0, spare_s), 3) if spare_s > 0.5 and chance.happens(0.7) else 0.0
