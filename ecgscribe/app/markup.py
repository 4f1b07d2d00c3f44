"""Text and pictures made safe for the page: nothing of them can act as markup, nothing is fetched."""

from __future__ import annotations

import base64
import html
import io

import numpy as np
from PIL import Image


def escaped(text: str) -> str:
    """Text that is safe in HTML and in Gradio's HTML templates (`$` and braces are theirs)."""
    safe = html.escape(text, quote=True)
    for character in "${}":
        safe = safe.replace(character, f"&#{ord(character)};")
    return safe


def data_url(picture: np.ndarray) -> str:
    """uint8 (H, W, 3) as a JPEG that travels inside the page: nothing to store, nothing to fetch."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=88, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


def points(curve: np.ndarray, decimals: int = 1) -> str:
    """(N, 2) as the points of an SVG polyline; what is not finite is left out."""
    kept = curve[np.isfinite(curve).all(axis=1)]
    return " ".join(f"{x:.{decimals}f},{y:.{decimals}f}" for x, y in kept.tolist())


def section(title: str, body: str, name: str, note: str = "") -> str:
    """A part of the page with its heading; `note` one line below it."""
    told = f"<p>{escaped(note)}</p>" if note else ""
    return f'<section class="part {name}"><h2>{escaped(title)}</h2>{told}{body}</section>'
