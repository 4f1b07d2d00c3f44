"""Styles by name and drawn from a seed; `Style` itself stands in style_model.py, the machines in styles_machines.py."""

from __future__ import annotations

from dataclasses import replace

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.style_model import STANDARD, Colour, Style
from ecgscribe.data.styles_machines import STYLES

__all__ = ["STANDARD", "STYLES", "Colour", "Style", "drawn_style", "style_named"]

# Paper, minor, major of pages measured in the reference collection: pink, red, rose, orange, green, blue, grey, white.
_PAPERS: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((255, 253, 252), (250, 222, 220), (238, 160, 158)),
    ((255, 255, 255), (254, 223, 219), (255, 60, 60)),
    ((255, 247, 248), (243, 222, 226), (237, 196, 204)),
    ((255, 248, 238), (250, 226, 210), (222, 137, 66)),
    ((236, 255, 243), (215, 243, 225), (170, 215, 190)),
    ((251, 255, 255), (232, 238, 244), (200, 210, 228)),
    ((250, 250, 250), (228, 228, 228), (195, 195, 195)),
    ((240, 240, 238), (205, 205, 205), (165, 165, 165)),
)

_ROOM_FOR_STICKER = ("none", "kaggle", "flat-form", "single-lines")  # nothing is printed at the upper right


def style_named(name: str) -> Style:
    """The style of that name. Raises `BadOption` with the list of known ones."""
    if name not in STYLES:
        raise BadOption(f"Unknown style {name!r}.", f"Known styles: {', '.join(STYLES)}.")
    return STYLES[name]


def drawn_style(seed: int, base: Style | None = None) -> Style:
    """A plausible machine's page: one of STYLES, or `base`, with its own colours, line widths and places.

    The geometry stays within what the machine does: rows still fit their sheet.
    """
    chance = Chance(seed, "style")
    style = base or STYLES[chance.chosen(tuple(STYLES))]
    changes = {**_paper(style, chance), **_pen(style, chance), **_places(style, chance), **_names(style, chance)}
    return replace(style, **changes)


def _paper(style: Style, chance: Chance) -> dict:
    """Another grid colour one time in four; line widths and tints always differ a little."""
    paper, minor, major = style.ground or style.paper, style.minor, style.major
    if chance.happens(0.25) and style.major_kind != "none":
        paper, minor, major = chance.chosen(_PAPERS)
    # exports and scans are mostly blown out to full white, and real rulings stand out more than a machine's own tint
    light = 1.0 if chance.happens(0.6) else chance.between(0.95, 1.0)
    depth = chance.between(1.0, 1.9) if chance.happens(0.6) else 1.0
    changes = {
        "minor": _shifted(_deepened(minor, paper, depth), chance, 6),
        "major": _shifted(_deepened(major, paper, depth), chance, 10),
        "minor_mm": style.minor_mm * chance.between(0.8, 1.25),
        "major_mm": style.major_mm * chance.between(0.75, 1.3),
        "ground": tuple(int(v * light) for v in paper),
    }
    if style.ground is None:
        changes["paper"] = changes["ground"]
    if style.minor_kind == "lines" and chance.happens(0.12):
        changes["minor_kind"] = chance.chosen(("dots", "none"))
    if style.major_kind == "lines" and chance.happens(0.08):
        changes["major_kind"] = chance.chosen(("boxes", "dotted"))
    changes["sticker"] = style.arrangement in _ROOM_FOR_STICKER and chance.happens(0.1)
    return changes


def _pen(style: Style, chance: Chance) -> dict:
    upstroke = style.upstroke if style.upstroke > 0 or chance.happens(0.8) else chance.between(0.1, 0.5)
    lift = chance.whole(0, 45) if chance.happens(0.3) else 0
    return {
        "ink": tuple(min(value + lift, 150) for value in _shifted(style.ink, chance, 8)),
        "trace_mm": style.trace_mm * chance.between(0.8, 1.6),
        "upstroke": upstroke,
        "pen": "exact",
    }


def _places(style: Style, chance: Chance) -> dict:
    """Origin, pitch, pulse and separators; ten seconds at 25 mm/s still fit where they fitted before."""
    x0, x1 = style.room_mm
    spare = max(x1 - x0 - 250.0, 0.0)
    changes = {
        "origin_mm": (
            style.origin_mm[0] + chance.between(-1.0, 0.8 * min(spare, 8.0)),
            style.origin_mm[1] + chance.between(-3.0, 1.0),
        ),
        "pitch_mm": style.pitch_mm * chance.between(0.9, 1.0),
    }
    if style.pulse_place != "none":
        changes["pulse_mm"] = chance.chosen((style.pulse_mm, style.pulse_mm, style.pulse_mm, 5.0, 2.5, 0.0))
    if chance.happens(0.3):
        changes["separators"] = chance.chosen(("none", "ticks", "bars", "lines", "dotted"))
    return changes


def _names(style: Style, chance: Chance) -> dict:
    dx, dy = style.name_mm
    changes = {
        "name_size_mm": min(max(style.name_size_mm * chance.between(0.85, 1.15), 2.5), 4.4),
        "name_mm": (dx + chance.between(-0.5, 1.0), dy + chance.between(-1.0, 1.0)),
    }
    if not style.name_side and chance.happens(0.3):
        changes["name_mm"] = (chance.between(-0.5, 3.0), chance.chosen((-11.5, -9.0, -14.0, 6.5, -1.2)))
    if chance.happens(0.15):
        changes["name_form"] = chance.chosen(("upper", "lower", "roman", "spaced"))
    if chance.happens(0.2):
        changes["font"] = changes["text_font"] = chance.chosen(
            ("sans", "bold", "narrow", "wide", "typewriter", "roman")
        )
    return changes


def _deepened(colour: Colour, paper: Colour, depth: float) -> Colour:
    """A ruling's colour `depth` times as far from its paper."""
    return tuple(max(int(p - depth * (p - c)), 0) for c, p in zip(colour, paper, strict=True))


def _shifted(colour: Colour, chance: Chance, most: int) -> Colour:
    return tuple(min(max(value + chance.whole(-most, most), 0), 255) for value in colour)
