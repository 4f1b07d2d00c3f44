"""`Interpretation` -> what is shown: HTML with everything escaped and pictures inside, nothing on disk."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ecgscribe.core.page import Page
from ecgscribe.core.report import Interpretation, Problem
from ecgscribe.reader.draw import page_on_picture, panels_on_page

CHECK = "Written by a machine from the picture alone. It can be wrong: a physician must read the ECG itself."

ENLARGE = "document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen()"


@dataclass(frozen=True)
class Shown:
    """Two pieces of HTML for the page: the card with caption and warnings, and the pictures."""

    card: str
    pictures: str


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


def shown(interpretation: Interpretation, picture: np.ndarray | None) -> Shown:
    """The interpretation of `picture` (uint8 (H, W, 3), None when it could not be opened)."""
    return Shown(_card(interpretation), _pictures(picture, interpretation.page))


def waiting() -> Shown:
    """Before the first reading: how to take a good picture."""
    tips = (
        "of the whole page, with its grid,",
        "straight from above, flat, without shadow or flash,",
        "of twelve leads in three rows, best with a rhythm strip.",
    )
    listed = "".join(f"<li>{tip}</li>" for tip in tips)
    body = f"<h2>Caption</h2><p>It will appear here. A good picture is</p><ul>{listed}</ul>"
    return Shown(f'<div class="reading quiet">{body}</div>', "")


def sorry(sentence: str) -> Shown:
    """One sentence instead of a reading."""
    return Shown(f'<div class="reading refused" role="alert"><h2>No caption</h2><p>{escaped(sentence)}</p></div>', "")


def _card(interpretation: Interpretation) -> str:
    if interpretation.caption is None:
        reasons = [p for p in interpretation.problems if p.fatal] or list(interpretation.problems)
        rest = [p for p in interpretation.problems if p not in reasons]
        body = "".join(f"<p>{_sentences(reason)}</p>" for reason in reasons)
        return f'<div class="reading refused" role="alert"><h2>No caption</h2>{body}{_warnings(rest)}</div>'
    return (
        '<div class="reading" role="status"><h2>Caption</h2>'
        f'<p class="caption">{escaped(sentence_case(interpretation.caption))}</p>'
        f"{_warnings(list(interpretation.problems))}"
        f'<p class="check">{CHECK}</p></div>'
    )


def sentence_case(caption: str) -> str:
    """The caption with a capital at the start of each sentence; words such as aVR stay as they are."""
    sentences = caption.split(". ")
    return ". ".join(s[:1].upper() + s[1:] if s.split(" ", 1)[0].islower() else s for s in sentences)


def _warnings(problems: list[Problem]) -> str:
    if not problems:
        return ""
    items = "".join(f"<li>{_sentences(problem)}</li>" for problem in problems)
    return f'<div class="warnings"><h3>Please note</h3><ul>{items}</ul></div>'


def _sentences(problem: Problem) -> str:
    hint = f' <span class="hint">{escaped(problem.hint)}</span>' if problem.hint else ""
    return f"{escaped(problem.message)}{hint}"


def _pictures(picture: np.ndarray | None, page: Page | None) -> str:
    if picture is None:
        return ""
    named = "Your picture" if page is None else "Your picture, with the page that was read outlined"
    figures = _figure(page_on_picture(picture, page), named)
    if page is not None:
        leads = len({panel.lead for panel in page.panels})
        found = f"the windows of {leads} leads" if leads else "no lead windows found"
        figures += _figure(panels_on_page(page), f"The page straightened, {found}")
    return f'<div class="pictures">{figures}</div>'


def _figure(picture: np.ndarray, text: str) -> str:
    height, width = picture.shape[:2]
    image = f'<img src="{data_url(picture)}" width="{width}" height="{height}" alt="{escaped(text)}">'
    enlarge = f'<button type="button" aria-label="Enlarge: {escaped(text)}" onclick="{ENLARGE}">{image}</button>'
    return f"<figure>{enlarge}<figcaption>{escaped(text)}</figcaption></figure>"
