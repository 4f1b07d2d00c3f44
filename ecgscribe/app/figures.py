"""The user's picture with the traces drawn over it, and the straightened page: pictures with layers that can be hidden.

The layers are vectors over the picture itself, so that a reader can take them away and look at what is beneath.
"""

from __future__ import annotations

import numpy as np

from ecgscribe.app.markup import data_url, escaped, points
from ecgscribe.core.page import Page
from ecgscribe.core.report import Interpretation
from ecgscribe.reader.draw import outline_of, page_on_picture, panels_on_page, trace_curves

ENLARGE = "document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen()"
_LONGEST_PX = 1600


def pictures(picture: np.ndarray | None, interpretation: Interpretation) -> str:
    """HTML of both figures; "" without a picture. `picture` uint8 (H, W, 3) in full size."""
    if picture is None:
        return ""
    page = interpretation.page
    figures = _overlay(picture, interpretation)
    if page is not None:
        leads = len({panel.lead for panel in page.panels})
        found = f"the windows of {leads} leads" if leads else "no lead windows found"
        height, width = page.size_px
        figures += _figure(panels_on_page(page), f"The page straightened, {found}", "page", (width, height))
    return f'<div class="pictures">{figures}</div>'


def _overlay(picture: np.ndarray, interpretation: Interpretation) -> str:
    """The user's own picture; over it the outline of the page and the digitised traces."""
    page = interpretation.page
    height, width = picture.shape[:2]
    small = page_on_picture(picture, None, _LONGEST_PX)
    if page is None:
        return _figure(small, "Your picture", "own", (width, height))
    layers = f'<polygon class="outline" points="{points(_near(outline_of(page), width, height))}"/>'
    curves = trace_curves(page, interpretation.traces_px)
    lines = "".join(f'<polyline points="{points(curve)}"/>' for curve in curves)
    layers += f'<g class="traces">{lines}</g>'
    text = "Your picture, with the page that was read outlined"
    switches = [("outline", "outline")]
    if curves:
        text = "Your picture, with the traces that were read drawn over it"
        switches.insert(0, ("traces", "traces"))
    return _figure(small, text, "own", (width, height), layers, switches)


def _near(outline: np.ndarray, width: int, height: int) -> np.ndarray:
    """A wild perspective would send a corner beyond what a browser draws."""
    reach = 3 * max(width, height)
    return np.clip(np.nan_to_num(outline), -reach, reach)


def _figure(
    picture: np.ndarray,
    text: str,
    name: str,
    size: tuple[int, int],
    layers: str = "",
    switches: list[tuple[str, str]] = [],  # noqa: B006
) -> str:
    """`size` (width, height) of the coordinates of `layers`; `switches` (layer, word) each with a box to hide it."""
    height, width = picture.shape[:2]
    image = f'<img class="{name}" src="{data_url(picture)}" width="{width}" height="{height}" alt="{escaped(text)}">'
    drawn = f'<svg viewBox="0 0 {size[0]} {size[1]}" aria-hidden="true">{layers}</svg>' if layers else ""
    enlarge = (
        f'<button type="button" aria-label="Enlarge: {escaped(text)}" onclick="{ENLARGE}">'
        f'<span class="layers">{image}{drawn}</span></button>'
    )
    boxes = "".join(
        f'<label><input type="checkbox" checked data-layer="{layer}"> {escaped(word)}</label>'
        for layer, word in switches
    )
    shown = f'<span class="switches">Show {boxes}</span>' if boxes else ""
    return f'<figure data-size="{size[0]} {size[1]}">{enlarge}<figcaption>{escaped(text)}{shown}</figcaption></figure>'


def page_corners(picture: np.ndarray, page: Page | None) -> np.ndarray:
    """(4, 2) corners to begin a correction with, all in the picture, so within reach: those of the page found,
    else a frame inside the picture."""
    height, width = picture.shape[:2]
    if page is not None:
        outline = outline_of(page)
        return np.round(np.clip(np.nan_to_num(outline[:: len(outline) // 4]), 0, [width, height]), 1)
    inset = round(0.04 * min(height, width))
    low, right, bottom = inset, width - inset, height - inset
    return np.array([[low, low], [right, low], [right, bottom], [low, bottom]], float)


def corrector(picture: np.ndarray, page: Page | None) -> str:
    """The picture with four corners that can be dragged, clicked to, or moved by the arrow keys."""
    height, width = picture.shape[:2]
    corners = page_corners(picture, page)
    names = ("top left", "top right", "bottom right", "bottom left")
    radius = max(width, height) / 60
    handles = "".join(
        f'<circle data-corner="{k}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" tabindex="0" role="button" '
        f'aria-label="Corner {name} of the page; arrow keys move it"/>'
        for k, ((x, y), name) in enumerate(zip(corners.tolist(), names, strict=True))
    )
    small = page_on_picture(picture, None, 1200)
    image = f'<img src="{data_url(small)}" alt="Your picture, to set the corners of the page on">'
    polygon = f'<polygon points="{points(corners)}"/>'
    margin = round(radius)
    box = f"{-margin} {-margin} {width + 2 * margin} {height + 2 * margin}"
    # handles at the very edge stay whole: the drawing reaches a little beyond the picture
    share = f"--mx:{100 * margin / (width + 2 * margin):.3f}%;--my:{100 * margin / (height + 2 * margin):.3f}%"
    ratio = f"aspect-ratio:{width + 2 * margin}/{height + 2 * margin}"
    return (
        f'<div class="corners"><div class="layers" style="{share};{ratio}">{image}'
        f'<svg viewBox="{box}">{polygon}{handles}</svg></div></div>'
    )


def corners_text(picture: np.ndarray, page: Page | None) -> str:
    """The corners to begin with as "x,y x,y x,y x,y"."""
    return points(page_corners(picture, page), 0)
