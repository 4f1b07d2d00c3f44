"""What is shown: everything said, everything escaped, pictures inside the page."""

import base64
import html
import io
import re

import numpy as np
import pytest
from fakes_reader import CAPTION, ecg_page
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ecgscribe.app.markup import data_url, escaped
from ecgscribe.app.view import BY_HAND, shown, sorry, waiting
from ecgscribe.core.report import Interpretation, Problem

GREY = np.full((40, 60, 3), 90, np.uint8)


@given(st.text())
def test_escaped_text_comes_back_and_holds_no_markup_or_template(text):
    safe = escaped(text)
    assert html.unescape(safe) == html.unescape(html.escape(text))
    assert not set(safe) & set("<>\"'${}")


def test_a_caption_cannot_bring_markup():
    evil = Interpretation("x", caption="<script>alert(1)</script> ${value}")
    card = shown(evil, None).card
    assert "<script" not in card and "${" not in card and "&lt;script&gt;" in card


def test_caption_warnings_and_check_are_shown():
    doubt = Problem("layout", "assumed", "The layout was assumed.", "Compare.")
    seen = shown(Interpretation("x", ecg_page()[0], CAPTION, (doubt,)), GREY)
    assert "Sinus rhythm. Left axis deviation." in seen.card
    assert "The layout was assumed." in seen.card and "Compare." in seen.card and "physician" in seen.card
    assert seen.pictures.count("<figure") == 2 and "windows of 12 leads" in seen.pictures
    assert "warnings" not in shown(Interpretation("x", caption=CAPTION), None).card


def test_a_refusal_shows_the_reason_first_and_the_picture_alone():
    note = Problem("page", "dark", "The picture is dark.")
    reason = Problem("page", "no-grid", "No grid was found.", "Show the page.", fatal=True)
    seen = shown(Interpretation("x", problems=(note, reason)), GREY)
    assert "No caption" in seen.card and seen.card.index("No grid was found.") < seen.card.index("The picture is dark.")
    assert seen.pictures.count("<figure") == 1
    assert shown(Interpretation("x", problems=(reason,)), None).pictures == ""
    assert BY_HAND in seen.card and "data-corner" in seen.corrector and not seen.settled and seen.downloads == ()


def test_disagreements_stand_beside_the_caption_before_other_notes():
    clash = Problem("agreement", "disagreement", "The caption says <this>, measured: that.", "Look at the ECG.")
    note = Problem("layout", "assumed", "The layout was assumed.")
    for caption in (CAPTION, None):
        card = shown(Interpretation("x", ecg_page()[0], caption, (note, clash)), GREY).card
        assert "disagree" in card and "says &lt;this&gt;" in card and "Look at the ECG." in card
        assert card.index("says &lt;this&gt;") > card.index("<h2>") and "<details" not in card
    card = shown(Interpretation("x", ecg_page()[0], CAPTION, (note, clash)), GREY).card
    assert card.index("says &lt;this&gt;") < card.index("The layout was assumed.")


def test_pictures_are_inside_the_page_and_described():
    seen = shown(Interpretation("x", ecg_page()[0], CAPTION), GREY)
    images = re.findall(r"<img ([^>]+)>", seen.pictures)
    assert len(images) == 2
    for image in images:
        assert 'src="data:image/jpeg;base64,' in image and re.search(r'alt="[^"]{10,}"', image)
    assert "http" not in seen.card + seen.pictures


def test_data_urls_are_the_picture():
    gradient = np.linspace(0, 255, 60, dtype=np.uint8)[None, :, None].repeat(40, 0).repeat(3, 2)
    back = np.asarray(Image.open(io.BytesIO(base64.b64decode(data_url(gradient).split(",")[1]))))
    assert np.abs(back.astype(int) - gradient).max() < 8


def test_the_caption_is_written_as_in_a_report():
    card = shown(Interpretation("x", ecg_page()[0], "sinus rhythm. st-t change in avl. normal ecg."), GREY).card
    assert "Sinus rhythm. ST-T change in aVL. Normal ECG." in card


def test_a_strip_is_told_why_before_what_and_each_remedy_once():
    cause = Problem("layout", "layout-unknown", "One row is seen.", "Show all.")
    result = Problem("caption", "leads_not_found", "No caption.", "Show all.", fatal=True)
    card = shown(Interpretation("x", ecg_page()[0], None, (cause, result)), GREY).card
    assert card.index("One row is seen.") < card.index("No caption.") and card.count("Show all.") == 1
    assert "Please note" not in card


@pytest.mark.parametrize(("code", "helps"), [("no-grid", True), ("no-ecg", True), ("too-small", False)])
def test_corners_by_hand_are_offered_where_they_help(code, helps):
    seen = shown(Interpretation("x", None, None, (Problem("page", code, "Not found.", fatal=True),)), GREY)
    assert (BY_HAND in seen.card) == helps and seen.settled == (not helps) and "data-corner" in seen.corrector


def test_waiting_and_sorry():
    assert "appear here" in waiting().card and waiting().pictures == ""
    assert "&lt;b&gt;" in sorry("<b>").card and 'role="alert"' in sorry("x").card
