"""The page in a real Chromium: no request elsewhere, narrow screens, keyboard, pictures, what the reader says."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from fakes_reader import CAPTION

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
SHOWN = "Sinus rhythm. Left axis deviation. No acute changes."

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium, or name it in CHROMIUM")
    with sync.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=WIDTHS)
def tab(request, browser, page):
    """A tab on the page; `asked` are the hosts that it requested anything from, `errors` what its scripts raised."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
    context.set_default_timeout(120_000)  # patience for loaded machines
    tab = context.new_page()
    tab.asked, tab.errors = [], []
    tab.on("request", lambda sent: tab.asked.append(urlsplit(sent.url)))
    tab.on("pageerror", lambda error: tab.errors.append(str(error)))
    tab.goto(page.url)
    tab.wait_for_selector("#read")
    tab.wait_for_load_state("networkidle")
    yield tab
    context.close()


def choose(tab, path) -> None:
    tab.set_input_files("#picture input[type=file]", str(path))
    tab.wait_for_selector("#picture img")


def outside(tab, page) -> set[str]:
    """Hosts other than the server's that were asked for anything."""
    home = urlsplit(page.url).netloc
    return {part.netloc for part in tab.asked if part.scheme in ("http", "https", "ws", "wss")} - {home}


def test_a_picture_is_read_shown_and_gone(tab, page, pictures, kept_in):
    choose(tab, pictures["page"])
    tab.click("#read")
    tab.wait_for_selector(".reading .caption")
    assert tab.inner_text(".reading .caption") == SHOWN
    assert CAPTION.split(".")[0] in tab.inner_text(".reading .caption").lower()
    tab.wait_for_function("document.querySelectorAll('.pictures img').length === 2")
    # both pictures are really decoded, and side by side only where there is room
    boxes = tab.eval_on_selector_all(
        ".pictures img",
        "all => all.map(i => [i.complete && i.naturalWidth > 100, i.getBoundingClientRect().x])",
    )
    assert all(drawn for drawn, _ in boxes)
    assert (boxes[1][1] > boxes[0][1] + 100) == (tab.viewport_size["width"] > 600)
    # the field is empty again, since the upload is deleted
    assert tab.query_selector("#picture img") is None
    assert kept_in(page.folder, pictures["page"].read_bytes()) == []
    assert outside(tab, page) == set() and len(tab.asked) > 5
    assert tab.errors == []


def test_it_fits_the_screen(tab, pictures):
    choose(tab, pictures["page"])
    tab.click("#read")
    tab.wait_for_selector(".reading .caption")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    size = tab.eval_on_selector(".reading .caption", "e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 18
    for button in ("#read", "#pdf", ".examples button"):
        assert tab.eval_on_selector(button, "e => e.getBoundingClientRect().height") >= 44


def test_by_keyboard_alone(tab, pictures):
    choose(tab, pictures["page"])
    for _ in range(25):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == "read":
            break
    assert tab.evaluate("document.activeElement.id") == "read"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".reading .caption")
    assert tab.inner_text(".reading .caption") == SHOWN


def test_everything_that_acts_has_a_name(tab):
    nameless = tab.eval_on_selector_all(
        ".gradio-container button, .gradio-container a, .gradio-container input:not([type=hidden])",
        """all => all.filter(e => e.getClientRects().length && !(e.innerText || '').trim() && !e.ariaLabel
             && !e.title && !e.labels?.length).map(e => e.outerHTML.slice(0, 200))""",
    )
    assert nameless == []
    assert tab.eval_on_selector_all("img:not([alt])", "all => all.length") == 0
    assert tab.inner_text("h1") == "ecgscribe" and tab.title()


def test_it_says_what_it_is_not(tab):
    text = tab.inner_text("body")
    assert "Not a medical device" in text and "not for diagnosis" in text
    assert "simulated" in text.lower() and "deleted from the server" in text


def test_a_refusal_is_a_sentence_beside_the_picture(tab, pictures):
    choose(tab, pictures["grey"])
    tab.click("#read")
    tab.wait_for_selector(".reading.refused")
    assert "grid" in tab.inner_text(".reading.refused") and "Traceback" not in tab.inner_text("body")
    tab.wait_for_function("document.querySelectorAll('.pictures img').length === 1")


def test_no_picture_is_a_sentence(tab):
    tab.click("#read")
    tab.wait_for_selector(".reading.refused")
    assert "No picture was chosen" in tab.inner_text(".reading.refused")


def test_a_broken_file_is_a_sentence(tab, pictures):
    tab.set_input_files("#picture input[type=file]", str(pictures["text"]))
    tab.wait_for_load_state("networkidle")
    tab.wait_for_selector("#picture button[aria-label='Clear'], #picture img", state="attached")
    tab.click("#read")
    tab.wait_for_selector(".reading.refused")
    assert "text file" in tab.inner_text(".reading.refused")


def test_an_example_is_read_twice(tab):
    for _ in range(2):
        tab.click(".examples button >> nth=1")
        tab.wait_for_selector(".reading .caption")
        tab.wait_for_function("document.querySelectorAll('.pictures img').length === 2")
    assert tab.inner_text(".reading .caption") == SHOWN


def test_the_browser_keeps_nothing(tab, pictures):
    choose(tab, pictures["page"])
    tab.click("#read")
    tab.wait_for_selector(".reading .caption")
    kept = tab.evaluate(
        """async () => [JSON.stringify(localStorage) + JSON.stringify(sessionStorage),
                        (await indexedDB.databases()).map(d => d.name)]"""
    )
    assert "Sinus" not in kept[0] and "data:image" not in kept[0] and kept[1] == []
