"""A typeface of our own, drawn from skeletons: even strokes like a plotter's, or serifs and contrast like a book's.

Two digits are a point, x then y: y 2 the baseline, 6 the top of small letters, 8 of capitals, 0 descenders.
A stroke is a run of points; "~" smooths it into a curve, "o" closes it into a bowl.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

_GLYPHS = {
    "A": "02 38 62,14 54",
    "B": "02 08,~08 38 58 55 35 05,~05 45 65 62 42 02",
    "C": "~67 68 08 02 62 63",
    "D": "02 08,~08 38 68 62 32 02",
    "E": "58 08 02 52,05 35",
    "F": "58 08 02,05 35",
    "G": "~67 68 08 02 62 65,65 45",
    "H": "02 08,62 68,05 65",
    "I": "12 18",
    "J": "~38 33 32 02 03",
    "K": "02 08,58 04,25 62",
    "L": "08 02 52",
    "M": "02 08 33 68 62",
    "N": "02 08 62 68",
    "O": "o02 08 68 62",
    "P": "02 08,~08 38 58 54 34 04",
    "Q": "o02 08 68 62,43 71",
    "R": "02 08,~08 38 58 55 35 05,35 62",
    "S": "~57 58 08 05 55 52 02 03",
    "T": "08 68,38 32",
    "U": "~08 04 02 62 64 68",
    "V": "08 32 68",
    "W": "08 22 48 62 88",
    "X": "08 62,68 02",
    "Y": "08 35 68,35 32",
    "Z": "08 58 02 52",
    "a": "~05 06 36 33 32,~34 04 02 32 33",
    "b": "02 08,o06 02 42 46",
    "c": "~45 46 06 02 42 43",
    "d": "42 48,o06 02 42 46",
    "e": "~04 44 46 06 02 42 43",
    "f": "~38 18 15 12,06 36",
    "g": "o06 02 42 46,~46 41 40 00 01",
    "h": "02 08,~04 06 46 44 42",
    "i": "12 16,18 18",
    "j": "~16 11 10 00,18 18",
    "k": "02 08,46 04,24 42",
    "l": "12 18",
    "m": "02 06,~04 06 36 34 32,~34 36 66 64 62",
    "n": "02 06,~04 06 46 44 42",
    "o": "o06 02 42 46",
    "p": "00 06,o06 02 42 46",
    "q": "40 46,o06 02 42 46",
    "r": "02 06,~04 06 26 35",
    "s": "~35 36 06 04 34 32 02 03",
    "t": "~18 14 12 32,06 36",
    "u": "~06 04 02 42 44,46 42",
    "v": "06 22 46",
    "w": "06 12 36 52 66",
    "x": "06 42,46 02",
    "y": "06 22,46 10 00",
    "z": "06 46 02 42",
    "0": "o02 08 48 42",
    "1": "07 28 22",
    "2": "~07 08 48 46 02,02 42",
    "3": "~07 08 48 45 25,~25 45 42 02 03",
    "4": "32 38 04 44",
    "5": "48 08 05,~05 35 45 42 02 03",
    "6": "~47 48 08 04,o02 05 45 42",
    "7": "08 48 12",
    "8": "o05 08 48 45,o02 05 45 42",
    "9": "o05 08 48 45,~46 42 02 03",
    ".": "02 02",
    ",": "02 01",
    ":": "02 02,05 05",
    ";": "02 01,05 05",
    "/": "01 39",
    "-": "05 25",
    "+": "23 27,05 45",
    "*": "15 19,06 28,26 08",
    "~": "~05 06 15 25 34 44 45",
    "=": "04 44,06 46",
    "(": "~29 05 21",
    ")": "~09 25 01",
    "[": "29 09 01 21",
    "]": "09 29 21 01",
    "|": "01 09",
    "_": "01 51",
    "<": "47 05 43",
    ">": "07 45 03",
    "%": "02 68,o06 08 28 26,o42 44 64 62",
    "#": "12 28,32 48,04 54,06 56",
    "!": "08 04,02 02",
    "?": "~07 08 48 45 24,22 22",
    "'": "08 06",
    "°": "o06 08 28 26",
}
_ARMS = "EFLTZz"  # their free horizontal ends get upright serifs
_PLAIN = "0235689.,:;/-+*~=()[]|_<>%#!?'°e"  # no serifs

_X_EM, _Y_EM = 0.087, 0.69 / 6  # one step of the grid
_GAP_EM = 0.175  # between letters
_SPACE_EM = 0.3
_NIB_DEG = 18.0  # the angle at which a broad nib is held


@lru_cache(maxsize=256)
def _strokes(letter: str) -> tuple[tuple[np.ndarray, ...], float, tuple[bool, ...]]:
    """(strokes (N, 2) in grid steps with y up from the baseline, width, which strokes are bowls)."""
    strokes, closed = [], []
    for part in _GLYPHS.get(letter, "02 08 48 42 02").split(","):
        points = np.array([[int(digit) for digit in point] for point in part.lstrip("~o").split()], float)
        points[:, 1] -= 2
        bowl = part.startswith("o")
        if bowl or part.startswith("~"):
            points = _smooth(points, bowl)
        strokes.append(points)
        closed.append(bowl)
    width = max(stroke[:, 0].max() for stroke in strokes)
    return tuple(strokes), float(width), tuple(closed)


def _smooth(points: np.ndarray, closed: bool) -> np.ndarray:
    """Corner cutting (Chaikin 1974), three times; a quadratic spline in the limit."""
    for _ in range(3):
        following = np.roll(points, -1, axis=0) if closed else points[1:]
        first = points if closed else points[:-1]
        cut = np.stack([0.75 * first + 0.25 * following, 0.25 * first + 0.75 * following], axis=1).reshape(-1, 2)
        points = cut if closed else np.concatenate([points[:1], cut, points[-1:]])
    return np.concatenate([points, points[:1]]) if closed else points


def skeleton_line(
    text: str, size_px: int, serifs: bool, weight: float, pitch_em: float = 0.0
) -> tuple[np.ndarray, tuple[int, int]]:
    """(mask uint8 of one line, (x, y) of the baseline's left end).

    `size_px` em, `weight` of the strokes in em; `pitch_em` the width of every letter where it is not its own.
    """
    margin = size_px // 2
    advance = sum(_advance(letter, pitch_em) for letter in text) * size_px
    mask = np.zeros((2 * size_px, int(np.ceil(advance)) + 2 * margin), np.uint8)
    origin = (margin, int(1.3 * size_px))
    x = float(origin[0])
    for letter in text:
        if letter != " ":
            wide, squeeze, shift = _strokes(letter)[1] * _X_EM, 1.0, 0.0
            if pitch_em:
                squeeze = min(1.0, (pitch_em - _GAP_EM) / max(wide, 1e-6))
                shift = 0.5 * (pitch_em - wide * squeeze)
            place = (x + shift * size_px, origin[1])
            _draw_letter(mask, letter, place, size_px, squeeze, serifs, weight, not pitch_em)
        x += _advance(letter, pitch_em) * size_px
    return mask, origin


def _advance(letter: str, pitch_em: float) -> float:
    if pitch_em:
        return pitch_em
    return _SPACE_EM if letter == " " else _strokes(letter)[1] * _X_EM + _GAP_EM


def _draw_letter(
    mask: np.ndarray,
    letter: str,
    place: tuple[float, float],
    size_px: int,
    squeeze: float,
    serifs: bool,
    weight: float,
    nib: bool,
) -> None:
    strokes, _, closed = _strokes(letter)
    step = np.array([_X_EM * squeeze, -_Y_EM]) * size_px
    for points, bowl in zip(strokes, closed, strict=True):
        line = points * step + place
        _pen(mask, line, weight * size_px, serifs and nib)
        if serifs and not bowl and letter not in _PLAIN:
            for end, before in ((line[0], line[1]), (line[-1], line[-2])):
                _serif(mask, end, before, letter, size_px, weight, place[1])


def _pen(mask: np.ndarray, line: np.ndarray, width_px: float, nib: bool) -> None:
    """One stroke; with a nib its thickness depends on the direction."""
    for a, b in zip(line[:-1], line[1:], strict=True):
        thick = width_px
        if nib and (a != b).any():
            across = abs(np.sin(np.arctan2(b[1] - a[1], b[0] - a[0]) + np.deg2rad(_NIB_DEG)))
            thick = width_px * (0.42 + 0.75 * across)
        elif nib:
            thick = 1.3 * width_px
        _segment(mask, a, b, thick)


def _segment(mask: np.ndarray, a: np.ndarray, b: np.ndarray, thick: float) -> None:
    start, end = (tuple(int(v) for v in np.round(point * 16)) for point in (a, b))
    cv2.line(mask, start, end, 255, max(int(round(thick)), 1), cv2.LINE_AA, 4)


def _serif(
    mask, end: np.ndarray, before: np.ndarray, letter: str, size_px: int, weight: float, baseline: float
) -> None:
    """A thin foot across a stroke's upright end; an upright one at the end of a free arm."""
    across, along = np.abs(end - before)
    thin = 0.45 * weight * size_px
    if along > 0.6 * across:
        reach = np.array([0.085 * size_px, 0.0])
        # small letters have their upper serif on the left side only
        right = reach * (0.2 if letter.islower() and end[1] < before[1] else 1.0)
        _segment(mask, end - reach, end + right, thin)
    elif letter in _ARMS and across > 0:
        inward = np.array([0.0, 0.12 * size_px])
        downward = end[1] < baseline - 0.5 * size_px  # the arms of the cap line; those of the baseline point up
        _segment(mask, end, end + inward if downward else end - inward, thin)
