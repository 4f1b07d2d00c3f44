"""The lead names of a page: what is written, where, on which patch of paper."""

from __future__ import annotations

import numpy as np

from ecgscribe.core.page import Panel
from ecgscribe.data.lettering import letter
from ecgscribe.data.style_model import Style


def name_of(style: Style, panel: Panel, first: bool) -> str:
    """The label of a panel in this style; `first` when it begins its row."""
    label = ("-" if panel.sign < 0 else "") + panel.lead
    if panel.rhythm:
        return style.rhythm_form.format(label)
    return label if first else style.name_bar + label


def print_names(
    picture: np.ndarray | None, style: Style, panels: tuple[Panel, ...], px_per_mm: float
) -> tuple[np.ndarray | None, ...]:
    """Prints every panel's name, or only measures it without a picture; returns the (4, 2) boxes of the ink."""
    left = min(panel.box_px[0] for panel in panels)
    colour, size = style.text_ink or style.ink, style.name_size_mm * px_per_mm
    boxes = []
    for panel in panels:
        first = panel.box_px[0] == left
        text = name_of(style, panel, first)
        inner = style.inner_name_mm if not first else None
        dx, dy = inner or style.name_mm
        place = (panel.box_px[0] + dx * px_per_mm, panel.baseline_px + dy * px_per_mm)
        anchor = "r" if style.name_side and inner is None else "l"
        boxes.append(letter(picture, text, place, style.font, size, colour, anchor, style.name_form))
    return tuple(boxes)


def paint_patches(picture: np.ndarray, style: Style, panels: tuple[Panel, ...], px_per_mm: float) -> None:
    """Paints the ground behind each name where the style has such patches; before anything is drawn there."""
    if not style.name_box:
        return
    room = 0.5 * px_per_mm
    for box in print_names(None, style, panels, px_per_mm):
        if box is not None:
            (x0, y0), (x1, y1) = box.min(axis=0) - room, box.max(axis=0) + room
            rows, columns = slice(max(int(y0), 0), max(int(y1 + 1), 0)), slice(max(int(x0), 0), max(int(x1 + 1), 0))
            picture[rows, columns] = style.ground or style.paper
