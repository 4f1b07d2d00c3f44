"""Photometric accidents of a page, by name: each `(scene, chance, strength 0..1) -> Scene`, none moves a point."""

from __future__ import annotations

from collections.abc import Callable

from ecgscribe.data.accidents.copying import dithering, fax, greyscale, photocopy
from ecgscribe.data.accidents.fading import dead_dots, thermal_fading, yellowing
from ecgscribe.data.accidents.focus import defocus, motion_blur
from ecgscribe.data.accidents.glare import glare, window_glare
from ecgscribe.data.accidents.handwriting import handwriting
from ecgscribe.data.accidents.highlighter import highlighter
from ecgscribe.data.accidents.holes import punch_holes, staple, torn_corner
from ecgscribe.data.accidents.light import coloured_light, exposure, uneven_light, vignette
from ecgscribe.data.accidents.mould import mould
from ecgscribe.data.accidents.paper import paper_grain
from ecgscribe.data.accidents.pen import caliper_marks, pen_arrows, pen_circles, redaction, underlines
from ecgscribe.data.accidents.screen import flicker_bands, moire, screen_black, screen_pixels
from ecgscribe.data.accidents.sensor import few_pixels, jpeg_blocks, low_contrast, over_sharpened, sensor_noise
from ecgscribe.data.accidents.shadow import edge_shadow, hand_shadow, phone_shadow
from ecgscribe.data.accidents.stains import brown_spread, coffee_ring, water_stain
from ecgscribe.data.accidents.sticker import sticker
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

Accident = Callable[[Scene, Chance, float], Scene]

_ON_THE_SHEET = (
    paper_grain, thermal_fading, dead_dots, yellowing, brown_spread, water_stain, coffee_ring, mould,
    handwriting, pen_circles, pen_arrows, underlines, caliper_marks, redaction, highlighter, sticker,
    punch_holes, staple, torn_corner, photocopy, fax, greyscale, dithering,
)  # fmt: skip
_ON_THE_PICTURE = (
    uneven_light, coloured_light, vignette, exposure, hand_shadow, phone_shadow, edge_shadow, glare, window_glare,
    screen_black, moire, screen_pixels, flicker_bands, low_contrast, defocus, motion_blur, sensor_noise, few_pixels,
    over_sharpened, jpeg_blocks,
)  # fmt: skip

ACCIDENTS: dict[str, Accident] = {accident.__name__: accident for accident in (*_ON_THE_SHEET, *_ON_THE_PICTURE)}
