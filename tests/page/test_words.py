"""Boxes of words: letters on a ruling, and solid signs before numbers."""

import cv2
import numpy as np
import pytest

from ecgscribe.data.lettering import letter
from ecgscribe.page.ctc import told
from ecgscribe.page.names import SIGN, read_words
from ecgscribe.page.printed import read_printed
from ecgscribe.page.strips import ALPHABET
from ecgscribe.page.words import find_words

PX_PER_MM = (7.5, 7.5)


def sheet() -> np.ndarray:
    return np.full((300, 1100, 3), 255, np.uint8)


def heart(picture: np.ndarray, x: float, y: float, side: float) -> None:
    """A heart whose tip is at (x, y)."""
    turn = np.linspace(0, 2 * np.pi, 60)
    across = np.sin(turn) ** 3
    down = -(13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn)) / 17
    shape = np.stack([x + side / 2 * across, y - side / 2 + side / 2 * (down - down.max()) + side / 2], axis=1)
    cv2.fillPoly(picture, [np.round(shape).astype(np.int32)], (0, 0, 0), cv2.LINE_AA)


@pytest.mark.parametrize("rate", [60, 88, 53])
def test_a_heart_tells_the_rate(rate):
    picture = sheet()
    footer = letter(picture, "25mm/s 10mm/mV 4*2.5s+1r", (60.0, 200.0), "sans", 24.0, (0, 0, 0))
    end = footer[:, 0].max()
    heart(picture, end + 22, 200.0, 17.0)
    letter(picture, str(rate), (end + 34, 200.0), "sans", 24.0, (0, 0, 0))
    words = read_words(find_words(picture, PX_PER_MM))
    assert [word.text for word in words].count(SIGN) == 1
    printed = read_printed(words)
    assert printed.values == {"rate_bpm": rate}
    assert printed.mm_per_s == 25.0


def test_bold_letters_are_no_signs():
    picture = sheet()
    letter(picture, "Aesculap 88 mm", (60.0, 200.0), "bold", 44.0, (0, 0, 0))
    assert len(find_words(picture, PX_PER_MM).signs) == 0


def test_letters_that_lines_join_are_found():
    picture = sheet()
    letter(picture, "25mm/s", (200.0, 200.0), "sans", 24.0, (30, 30, 30))
    picture[20:24, 20:1080] = 30  # a trace: ink as dark as the letters
    # short pieces of a ruling, paler than the letters, join all of them
    for x0 in range(190, 320, 44):
        picture[198:200, x0 : x0 + 40] = np.minimum(picture[198:200, x0 : x0 + 40], 135)
    assert read_printed(read_words(find_words(picture, PX_PER_MM))).mm_per_s == 25.0


def dotted_rules(picture: np.ndarray) -> None:
    """5 mm lines of a dithered scan: every other pixel of their length is pale."""
    for x in range(0, picture.shape[1], 37):
        picture[::2, x : x + 2] = 20
        picture[1::2, x : x + 2] = 130
    for y in range(0, picture.shape[0], 37):
        picture[y : y + 2, ::2] = 20
        picture[y : y + 2, 1::2] = 130


def test_letters_on_a_dotted_ruling_are_found():
    picture = sheet()
    for k, name in enumerate(("aVR", "V1", "V4")):
        letter(picture, name, (118.0 + 259 * k, 177.0), "sans", 24.0, (20, 20, 20))
    dotted_rules(picture)
    read = [word.text for word in read_words(find_words(picture, PX_PER_MM, dotted=True))]
    assert {"aVR", "V1", "V4"} <= set(read), read


def test_crossings_of_lines_are_no_letters():
    picture = sheet()
    picture[148:150, 300:350] = 60
    picture[130:170, 318:320] = 60
    assert len(find_words(picture, PX_PER_MM).boxes) == 0


def test_a_digit_that_may_be_another_is_marked():
    columns = np.full((6, len(ALPHABET) + 1), -20.0)
    for k, (text, chance) in enumerate((("4", 0.99), (None, 1.0), ("1", 0.97), (None, 1.0), ("9", 0.51), (None, 1.0))):
        columns[k, 0 if text is None else ALPHABET.index(text) + 1] = np.log(chance)
    assert told(columns, 0.6)[0] == "419"
    assert told(columns, 0.6)[2] == "41_"
