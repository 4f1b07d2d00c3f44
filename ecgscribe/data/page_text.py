"""All printed matter of a page but the lead names: header, scale, note."""

from __future__ import annotations

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import Layout, Scale
from ecgscribe.data.arrangements import ARRANGEMENTS
from ecgscribe.data.header import Header
from ecgscribe.data.lettering import letter
from ecgscribe.data.print_line import Line, Rule
from ecgscribe.data.style_model import Style


def footer_of(style: Style, scale: Scale, layout: Layout, panel_s: float, header: Header | None = None) -> str:
    """Speed, gain and filter as this machine prints them; they always agree with the scale."""
    gain = style.gain_form.format(scale.mm_per_mv)
    if scale.mixed:
        chest = style.gain_form.format(scale.gain("V1"))
        gain = style.mixed_form.format(gain, chest)
    rate = "" if header is None or header.rate_bpm is None else f"HR {header.rate_bpm:.0f}"
    return style.footer.format(
        speed=style.speed_form.format(scale.mm_per_s),
        gain=gain,
        limb=style.gain_form.format(scale.mm_per_mv),
        chest=style.gain_form.format(scale.gain("V1")),
        band=style.band,
        rate=rate,
        code=f"{layout.columns}*{panel_s:g}s+{len(layout.rhythm)}r",
    )


def printed_matter(
    style: Style, scale: Scale, layout: Layout, panel_s: float, note: str, header: Header | None
) -> list[Line | Rule]:
    """Everything to print, in mm. Raises `BadOption` for an unknown arrangement."""
    if style.arrangement not in ARRANGEMENTS:
        raise BadOption(f"Unknown arrangement {style.arrangement!r}.", f"Known: {', '.join(ARRANGEMENTS)}.")
    x0, y0, _, y1 = style.grid_mm
    footer = footer_of(style, scale, layout, panel_s, header)
    printed = [Line(footer, x0 + style.footer_mm[0], y1 + style.footer_mm[1])] if footer else []
    if note:
        printed.append(Line(note, x0 + style.note_mm[0], y0 + style.note_mm[1]))
    return printed + ARRANGEMENTS[style.arrangement](style, header)


def print_text(
    picture: np.ndarray, style: Style, printed: list[Line | Rule], px_per_mm: float
) -> tuple[tuple[str, np.ndarray], ...]:
    """Prints the lines onto the picture; returns each with the (4, 2) box of its ink."""
    texts = []
    colour = style.text_ink or style.ink
    for line in printed:
        if isinstance(line, Rule):
            continue
        place = (line.x_mm * px_per_mm, line.y_mm * px_per_mm)
        size = style.text_mm * line.size * px_per_mm
        box = letter(picture, line.text, place, line.font or style.text_font, size, colour, line.anchor)
        if box is not None:
            texts.append((line.text, box))
    return tuple(texts)
