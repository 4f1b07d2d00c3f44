"""The other ways to give a picture, in a real Chromium: camera, clipboard, PDF."""

import os
import shutil
import time

import numpy as np
import pytest
from fakes_reader import ecg_page
from PIL import Image

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.slow


def film(picture: np.ndarray, path) -> str:
    """A picture as a film of a few equal frames, for Chromium's pretended camera."""
    image = Image.fromarray(picture).resize((1280, 960))
    light, blue, red = image.convert("YCbCr").split()
    frame = light.tobytes() + blue.resize((640, 480)).tobytes() + red.resize((640, 480)).tobytes()
    path.write_bytes(b"YUV4MPEG2 W1280 H960 F10:1 Ip A1:1 C420jpeg\n" + (b"FRAME\n" + frame) * 4)
    return str(path)


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """A page on a dark table, whose left differs from its right."""
    from ecgscribe.data.distort import distort

    page, truth = ecg_page("anterior_infarct", px_per_mm=5.0)
    return distort(page, truth, "phone", 3, severity=0.1)[0]


@pytest.fixture(scope="module")
def tab(page, scene, tmp_path_factory):
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium, or name it in CHROMIUM")
    camera = film(scene, tmp_path_factory.mktemp("camera") / "camera.y4m")
    flags = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*flags, f"--use-file-for-fake-video-capture={camera}"]
        )
        context = browser.new_context(permissions=["camera", "clipboard-read", "clipboard-write"])
        context.set_default_timeout(120_000)
        tab = context.new_page()
        tab.goto(page.url)
        tab.wait_for_selector("#read")
        yield tab
        browser.close()


def read(tab, page, act) -> np.ndarray:
    """Does `act` and gives the picture of the page that the captioner was shown then."""
    before = len(page.captioner.pages)
    act()
    deadline = time.monotonic() + 240
    while len(page.captioner.pages) == before:
        assert time.monotonic() < deadline, tab.inner_text("#card")
        tab.wait_for_timeout(200)
    tab.wait_for_function("!document.querySelector('#picture img[src]')")
    return page.captioner.pages[-1].picture


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two pages, made small."""
    small = [np.asarray(Image.fromarray(p).convert("L").resize((297, 210)), float).ravel() for p in (one, other)]
    return float(np.corrcoef(*small)[0, 1])


def test_the_camera_is_not_mirrored(tab, page, scene):
    from ecgscribe.page import find_page

    tab.click("#picture button[aria-label='Capture from camera']")
    tab.click("#picture button:has-text('Click to Access Webcam')")
    tab.wait_for_function("document.querySelector('#picture video')?.videoWidth === 1280")
    tab.click("#picture button[aria-label='capture photo']")
    tab.wait_for_selector("#picture img[src]")
    shown = read(tab, page, lambda: tab.click("#read"))
    expected = find_page(scene).page.picture
    assert likeness(shown, expected) > likeness(shown[:, ::-1], expected) + 0.1
    assert not [path for path in (page.folder / "gradio").rglob("*") if path.is_file()]


def test_a_picture_is_pasted(tab, page, pictures):
    data = list(pictures["page"].read_bytes())
    tab.evaluate(
        """async bytes => {
            const blob = new Blob([new Uint8Array(bytes)], {type: 'image/png'});
            await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
        }""",
        data,
    )
    tab.click("#picture button[aria-label='Paste from clipboard']")
    tab.wait_for_selector("#picture img[src]")
    shown = read(tab, page, lambda: tab.click("#read"))
    assert likeness(shown, np.asarray(Image.open(pictures["page"]))) > 0.8
    assert not [path for path in (page.folder / "gradio").rglob("*") if path.is_file()]


def test_a_pdf_is_read(tab, page, pictures, tmp_path):
    file = tmp_path / "page.pdf"
    Image.open(pictures["page"]).save(file, "PDF", resolution=127)

    def choose():
        with tab.expect_file_chooser() as chooser:
            tab.click("#pdf")
        chooser.value.set_files(str(file))

    assert likeness(read(tab, page, choose), np.asarray(Image.open(pictures["page"]))) > 0.8
    assert not [path for path in (page.folder / "gradio").rglob("*") if path.is_file()]
