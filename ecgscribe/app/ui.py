"""The page in the browser: Gradio Blocks, one for people (`Read this ECG`) and one endpoint for programs (`/read`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

# before Gradio is imported: it would look up two hosts at start
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
import numpy as np
from PIL import Image

from ecgscribe.app.examples import EXAMPLES, Example
from ecgscribe.app.service import NO_PICTURE, Service, shared_reader
from ecgscribe.app.style import CSS, FONTS, MONO
from ecgscribe.app.uploads import private_folder
from ecgscribe.app.view import data_url, waiting
from ecgscribe.reader.reader import Reader

TITLE = "ecgscribe reads a picture of an ECG"
HEAD = """<div class="head"><h1>ecgscribe</h1>
<p>Reads a photograph, scan or screenshot of a 12-lead ECG and writes the report.</p>
<p class="notice"><strong>For research and teaching. Not a medical device, not for diagnosis.</strong></p></div>"""
EXAMPLES_HEAD = """<div class="section"><h2>Examples</h2>
<p>Simulated ECGs, drawn by this project. They belong to no patient.</p></div>"""
ABOUT = """<div class="about"><p><strong>Not a medical device.</strong> The caption is written by a small model; it
misses findings, rhythm disorders above all, and can invent others. Do not use it to decide about anybody's care.</p>
<p><strong>Your picture</strong> is read in memory and deleted from the server as soon as it is read; a picture that is
uploaded but never read is deleted within minutes. Nothing is sent anywhere else. Still, remove names first.</p>
<p><strong>The examples</strong> are simulated.</p></div>"""
STEPS = {
    "picture": (0.1, "Opening the picture"),
    "page": (0.3, "Finding the page"),
    "caption": (0.6, "Reading the ECG"),
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
        pictures = gr.HTML(waiting().pictures, elem_id="pictures", padding=False)
        clicks = _examples()
        with gr.Accordion("Everything as JSON", open=False):
            details = gr.JSON(show_label=False, elem_id="json")
        gr.HTML(ABOUT, padding=False)
        _wire(service, as_uploaded(picture), as_uploaded(pdf), read, [card, pictures, details], clicks)
        _endpoint(service)
    demo.queue(max_size=WAITING_AT_MOST, default_concurrency_limit=1)
    return demo


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
    outputs: list[Any],
    examples: list[tuple[gr.Button, Example]],
) -> None:
    """Connects the buttons. The fields are emptied, since the upload is gone after the reading."""

    def from_upload(path: str | None, progress=gr.Progress()):  # noqa: B008
        seen, fields = service.upload(path, _told(progress))
        return None, seen.card, seen.pictures, fields

    def from_example(example: Example):
        def run(progress=gr.Progress()):  # noqa: B008
            seen, fields = service.file(example.path(), _told(progress))
            return seen.card, seen.pictures, fields

        return run

    shared = {"api_visibility": "private", "concurrency_id": "reader", "scroll_to_output": True}
    shared["show_progress_on"] = outputs[0]
    read.click(from_upload, picture, [picture, *outputs], **shared)
    pdf.upload(from_upload, pdf, [pdf, *outputs], **shared)
    for button, example in examples:
        button.click(from_example(example), None, outputs, **shared)


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
