"""The page in the browser: Gradio Blocks, one for people (`Read this ECG`) and one endpoint for programs (`/read`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# before Gradio is imported: it would look up two hosts at start
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
import numpy as np
from PIL import Image

from ecgscribe.app.downloads import KINDS
from ecgscribe.app.examples import EXAMPLES, Example
from ecgscribe.app.fields import FIND, GAIN_CHOICES, LAYOUT_CHOICES, SPEED_CHOICES, correction_of
from ecgscribe.app.markup import data_url
from ecgscribe.app.script import SAVE, SCRIPT
from ecgscribe.app.service import NO_PICTURE, Service, shared_reader
from ecgscribe.app.style import CSS, FONTS, MONO
from ecgscribe.app.uploads import private_folder
from ecgscribe.app.view import Shown, waiting
from ecgscribe.core.errors import EcgscribeError
from ecgscribe.reader.reader import Reader

TITLE = "ecgscribe reads a picture of an ECG"
HEAD = """<div class="head"><h1>ecgscribe</h1>
<p>Reads a photograph, scan or screenshot of a 12-lead ECG and writes the report.</p>
<p class="notice"><strong>For research and teaching. Not a medical device, not for diagnosis.</strong></p></div>"""
EXAMPLES_HEAD = """<div class="section"><h2>Examples</h2>
<p>Simulated ECGs, drawn by this project. They belong to no patient.</p></div>"""
ABOUT = """<div class="about"><p><strong>Not a medical device.</strong> The caption is written by a small model; it
misses findings, rhythm disorders above all, and can invent others. Do not use it to decide about anybody's care.</p>
<p><strong>Your picture</strong> is deleted from the server's disk as soon as it is read; a picture that is uploaded but
never read is deleted within minutes. The picture and its reading stay in the server's memory, for downloads and
corrections, until you read another one or close this page, and for 15 minutes at most. Downloads are made there when
you ask for them. Nothing is sent anywhere else. Still, remove names first.</p>
<p><strong>The examples</strong> are simulated.</p></div>"""
BY_HAND = """<div class="section"><p>Drag the four corners onto those of the page (or of its ruled part), or click near
one; Tab and the arrow keys move them too. Give what else was found wrong, and have the page read again.</p></div>"""
STEPS = {
    "picture": (0.05, "Opening the picture"),
    "page": (0.15, "Finding the page"),
    "traces": (0.35, "Following the traces"),
    "measurements": (0.6, "Measuring"),
    "findings": (0.7, "Looking for findings"),
    "caption": (0.85, "Writing the caption"),
}
# the camera at the back, as sharp as it can; a mirrored ECG would read as another one
CAMERA = {"video": {"facingMode": "environment", "width": {"ideal": 2560}, "height": {"ideal": 1920}}}
MAX_FILE_SIZE = "30mb"
WAITING_AT_MOST = 16
CLEANING_S = (60, 600)


def as_uploaded(field: gr.Image | gr.UploadButton) -> Any:
    """Makes a field give the path of the uploaded file as it is, without opening, checking or copying it.

    Gradio would open it first: a broken file would fail before our own sentences, and stay on disk. (A
    subclass would do too, but Gradio writes a .pyi file beside the source of each.)
    """
    field.preprocess = lambda payload: None if payload is None else payload.path
    return field


def theme() -> gr.themes.Base:
    """Calm, light, with the device's own fonts: nothing is fetched from elsewhere."""
    return gr.themes.Base(primary_hue="cyan", neutral_hue="slate", font=list(FONTS), font_mono=list(MONO)).set(
        button_primary_background_fill="#0f6f86",
        button_primary_background_fill_hover="#0c5c70",
        button_primary_background_fill_dark="#0f6f86",
        button_primary_background_fill_hover_dark="#0c5c70",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
        body_text_color_subdued="#526071",  # 6:1 on white; the default is 2.6:1
        body_text_color_subdued_dark="#a9b6c6",
    )


def launch_options() -> dict[str, Any]:
    """What `Blocks.launch` needs so that the page is private, quiet and works offline."""
    return {
        "theme": theme(),
        "css": CSS,
        "js": SCRIPT,
        "footer_links": [],
        "show_error": False,
        "share": False,
        "ssr_mode": False,
        "run_history": False,  # would keep pictures and captions in the browser
        "enable_monitoring": False,
        "pwa": False,
        "mcp_server": False,
        "max_file_size": MAX_FILE_SIZE,
        "quiet": True,
    }


def build(reader: Callable[[], Reader] = shared_reader) -> gr.Blocks:
    """The page; `reader` is called at the first reading. Loads no model."""
    private_folder()
    service = Service(reader)
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=CLEANING_S) as demo:
        gr.HTML(HEAD, padding=False)
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=300):
                picture = gr.Image(
                    label="Picture of a 12-lead ECG",
                    sources=["upload", "webcam", "clipboard"],
                    type="filepath",
                    height=300,
                    buttons=["fullscreen"],
                    webcam_options=gr.WebcamOptions(mirror=False, constraints=CAMERA),
                    elem_id="picture",
                )
                read = gr.Button("Read this ECG", variant="primary", elem_id="read")
                pdf = gr.UploadButton(
                    "Read a PDF or TIFF instead", file_types=[".pdf", ".tif", ".tiff"], size="sm", elem_id="pdf"
                )
            with gr.Column(scale=6, min_width=300):
                card = gr.HTML(waiting().card, elem_id="card", padding=False)
        view = _view(card)
        clicks = _examples()
        view.details = _details()
        gr.HTML(ABOUT, padding=False)
        _wire(service, as_uploaded(picture), as_uploaded(pdf), read, view, clicks)
        _endpoint(service)
        demo.unload(_forgetting(service))
    demo.queue(max_size=WAITING_AT_MOST, default_concurrency_limit=1)
    return demo


def _forgetting(service: Service) -> Callable[[gr.Request], None]:
    """What runs when a page is closed."""

    def forget(request: gr.Request) -> None:
        service.memory.forget(request.session_hash)

    return forget


@dataclass
class _View:
    """The components that a reading fills, and the fields of a correction."""

    card: gr.HTML
    pictures: gr.HTML
    parts: gr.HTML
    downloads: dict[str, gr.Button]
    file: gr.JSON
    by_hand: gr.Accordion
    corrector: gr.HTML
    corners: gr.Textbox
    fields: list[Any]
    again: gr.Button
    note: gr.HTML
    details: gr.JSON | None = None

    @property
    def outputs(self) -> list[Any]:
        """In the order of `filled`."""
        places = [self.card, self.pictures, self.parts, self.by_hand, self.corrector, self.corners, self.details]
        return [*places, *self.fields, *self.downloads.values(), self.note]

    def filled(self, seen: Shown, fields: dict | None) -> list[Any]:
        """What `outputs` get."""
        by_hand = gr.update(visible=bool(seen.corrector), open=not seen.settled)
        empty = [FIND, None, FIND, FIND]
        buttons = [gr.update(visible=kind in seen.downloads) for kind in self.downloads]
        return [
            seen.card, seen.pictures, seen.parts, by_hand, seen.corrector, seen.corners, fields, *empty, *buttons, "",
        ]  # fmt: skip

    def refused(self, seen: Shown) -> list[Any]:
        """Only the note below the button: a correction that could not be must not take away what is there."""
        return [*(gr.skip() for _ in self.outputs[1:]), seen.card]


def _view(card: gr.HTML) -> _View:
    """Below the card: downloads, pictures, what was read, and the page put right by hand."""
    with gr.Row(elem_classes="downloads", elem_id="downloads"):
        downloads = {
            name: gr.Button(kind.title, size="sm", visible=False, elem_id=f"save-{name}", min_width=90)
            for name, kind in KINDS.items()
        }
    file = gr.JSON(visible="hidden", elem_id="file")
    pictures = gr.HTML("", elem_id="pictures", padding=False)
    with gr.Accordion("Put the page right by hand", open=False, visible=False, elem_id="by-hand") as by_hand:
        gr.HTML(BY_HAND, padding=False)
        corrector = gr.HTML("", elem_id="corrector", padding=False)
        corners = gr.Textbox(
            label="Corners: x,y of top left, top right, bottom right, bottom left", elem_id="corners", max_lines=1
        )
        with gr.Row():
            layout = gr.Dropdown(LAYOUT_CHOICES, value=FIND, label="Layout", elem_id="layout", min_width=130)
            per_mm = gr.Number(label="Picture pixels a mm", minimum=0, elem_id="per-mm", min_width=130)
            speed = gr.Dropdown(
                SPEED_CHOICES, value=FIND, label="Paper speed, mm/s", allow_custom_value=True, min_width=130
            )
            gain = gr.Dropdown(GAIN_CHOICES, value=FIND, label="Gain, mm/mV", allow_custom_value=True, min_width=130)
        again = gr.Button("Read the page again", variant="primary", elem_id="again")
        note = gr.HTML("", elem_id="again-note", padding=False)
    parts = gr.HTML("", elem_id="parts", padding=False)
    fields = [layout, per_mm, speed, gain]
    return _View(card, pictures, parts, downloads, file, by_hand, corrector, corners, fields, again, note)


def _details() -> gr.JSON:
    with gr.Accordion("Everything as JSON", open=False):
        return gr.JSON(show_label=False, elem_id="json")


def _examples() -> list[tuple[gr.Button, Example]]:
    """Thumbnails with a button each; those whose file is not there are left out."""
    present = [example for example in EXAMPLES if example.path().is_file()]
    buttons = []
    if present:
        gr.HTML(EXAMPLES_HEAD, padding=False)
        with gr.Row(elem_classes="examples"):
            for example in present:
                with gr.Column(min_width=140):
                    with Image.open(example.path()) as image:
                        small = image.convert("RGB")
                    small.thumbnail((360, 360), Image.Resampling.LANCZOS)
                    gr.HTML(f'<div class="thumb"><img src="{data_url(np.asarray(small))}" alt=""></div>', padding=False)
                    buttons.append((gr.Button(example.title, size="sm"), example))
    return buttons


def _wire(
    service: Service,
    picture: gr.Image,
    pdf: gr.UploadButton,
    read: gr.Button,
    view: _View,
    examples: list[tuple[gr.Button, Example]],
) -> None:
    """Connects the buttons. The fields are emptied, since the upload is gone after the reading."""

    def from_upload(path: str | None, request: gr.Request, progress=gr.Progress()):  # noqa: B008
        return [None, *view.filled(*service.upload(path, _told(progress), request.session_hash))]

    def from_example(example: Example):
        def run(request: gr.Request, progress=gr.Progress()):  # noqa: B008
            return view.filled(*service.file(example.path(), _told(progress), request.session_hash))

        return run

    def by_hand(corners, layout, px_per_mm, speed, gain, request: gr.Request, progress=gr.Progress()):  # noqa: B008
        def given():
            return correction_of(corners, layout, px_per_mm, speed, gain)

        seen, fields = service.correct(request.session_hash, given, _told(progress))
        return view.refused(seen) if fields is None else view.filled(seen, fields)

    shared = {"api_visibility": "private", "concurrency_id": "reader", "scroll_to_output": True}
    shared["show_progress_on"] = view.card
    read.click(from_upload, picture, [picture, *view.outputs], **shared)
    pdf.upload(from_upload, pdf, [pdf, *view.outputs], **shared)
    for button, example in examples:
        button.click(from_example(example), None, view.outputs, **shared)
    view.again.click(by_hand, [view.corners, *view.fields], view.outputs, **shared)
    _wire_downloads(service, view)


def _wire_downloads(service: Service, view: _View) -> None:
    """Each button: the file comes from the server's memory into a hidden field, and the browser saves it from there."""

    def file_of(kind: str):
        def run(request: gr.Request):
            try:
                return service.download(request.session_hash, kind)
            except EcgscribeError as error:
                raise gr.Error(error.message, print_exception=False) from None

        return run

    for kind, button in view.downloads.items():
        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        button.click(file_of(kind), None, view.file, **quiet).success(None, view.file, view.file, js=SAVE)


def _endpoint(service: Service) -> None:
    """`/read`: picture in; the caption, and the interpretation of docs/json.md, out."""

    def for_programs(path: str | None):
        seen, fields = service.upload(path)
        if fields is None:
            raise gr.Error(NO_PICTURE if not path else "The picture could not be read.", print_exception=False)
        return fields["caption"] or "", fields

    with gr.Column(visible=False):
        picture = as_uploaded(gr.Image(label="picture", type="filepath"))
        caption, fields = gr.Textbox(label="caption"), gr.JSON(label="interpretation")
        gr.Button("read").click(
            for_programs,
            picture,
            [caption, fields],
            api_name="read",
            api_description="Reads one picture of a 12-lead ECG: its caption, and the interpretation as JSON.",
            concurrency_id="reader",
        )


def _told(progress: gr.Progress) -> Callable[[str], None]:
    def tell(step: str) -> None:
        share, text = STEPS.get(step, (0.5, step))
        progress(share, desc=text)

    return tell
