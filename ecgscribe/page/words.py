"""Boxes of lettering on a straight page: small pieces of ink beside one another, apart from traces and ruling."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.page.darkness import darkness, lightest
from ecgscribe.page.pieces import pieces_of
from ecgscribe.page.signs import solid_signs, without_signs
from ecgscribe.page.unruled import without_ruling

_FINEST = 7.5  # px a mm: lettering needs no more
_LEAST_MM, _MOST_MM = 0.9, 5.6  # height of a letter
_WIDEST_MM = 7.0
_GLUED_MM = (40.0, 12.0)  # letters that a ruling joins are no larger together
_INK, _DARKEST = 0.42, 0.7  # of the darkest ink: what is ink, and what is ink rather than a ruling beside it
_PALEST = 0.1  # darkness that is ink on any page
_FULL = 0.1  # of a letter's box is ink at least
_GAP = 1.0  # of the letters' height between two of one word, spaces included
_OVERLAP = 0.5  # of the lower letter's height that two letters of one word share
_FAR_MM = 120.0  # lines are not longer
_MOST_WORDS = 120
_STROKE = 0.35  # of its height: a word narrower than this is a single stroke


@dataclass(frozen=True, eq=False)
class Lettering:
    """`dark` float32 (H, W) darkness of the page at `px_per_mm` (x, y), at most 7.5, and `bare` the same without the
    ruling, both without signs; `boxes` float (N, 4) x0 y0 x1 y1 of words in their pixels, top to bottom; `to_page` page
    pixels a pixel of `dark` (x, y); `signs` float (N, 4) boxes of solid signs as a heart."""

    dark: np.ndarray
    bare: np.ndarray
    px_per_mm: tuple[float, float]
    boxes: np.ndarray
    to_page: tuple[float, float]
    signs: np.ndarray


def find_words(picture: np.ndarray, px_per_mm: tuple[float, float], dotted: bool = False) -> Lettering:
    """Words on a page uint8 (H, W, 3), the lines of its ruling perhaps `dotted`.

    The brightest channel is looked at: a coloured ruling is pale there, black, grey and blue letters are dark.
    """
    grey = lightest(picture)
    finest = max(px_per_mm)
    if finest > _FINEST:
        size = tuple(max(round(side * _FINEST / finest), 8) for side in grey.shape[::-1])
        small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    else:
        small = grey
    to_page = (grey.shape[1] / small.shape[1], grey.shape[0] / small.shape[0])
    scale = (px_per_mm[0] / to_page[0], px_per_mm[1] / to_page[1])
    dark = darkness(small, int(8 * max(scale)) + 1)
    bare = without_ruling(dark, scale, dotted)
    level = float(np.quantile(bare[::2, ::2], 0.995))
    signs = solid_signs(bare, max(_INK * level, _PALEST), scale)
    if len(signs):
        ruled, dark = bare is not dark, without_signs(dark, signs)
        bare = without_signs(bare, signs) if ruled else dark
    letters, marks = _letters(bare, level, scale)
    boxes = _joined(letters, marks)
    high = (boxes[:, 3] - boxes[:, 1]) / scale[1] if len(boxes) else np.zeros(0)
    wide = (boxes[:, 2] - boxes[:, 0]) / scale[0] if len(boxes) else np.zeros(0)
    boxes = boxes[(high <= 1.3 * _MOST_MM) & (wide <= _FAR_MM)]
    if len(boxes) > _MOST_WORDS:  # specks: those most like letters in height and darkness stay, single strokes last
        size = (boxes[:, 2:] - boxes[:, :2]) / scale
        odd = np.abs(np.log(size[:, 1] / 2.6)) + (size[:, 0] < _STROKE * size[:, 1]) - np.log(_darkest(bare, boxes))
        boxes = boxes[np.sort(np.argsort(odd, kind="stable")[:_MOST_WORDS])]
    return Lettering(dark, bare, scale, boxes, to_page, signs)


def _darkest(dark: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(N,) darkness of the darkest pixel in every box (N, 4), at least `_PALEST`."""
    return np.array([max(float(dark[y0:y1, x0:x1].max(initial=0.0)), _PALEST) for x0, y0, x1, y1 in boxes.astype(int)])


def _letters(dark: np.ndarray, level: float, scale: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (N, 4) of what is as high as a letter, and of smaller marks: dots and dashes; `level` of the darkest ink.

    Pieces as large as a few letters are looked at once more at their darkest: a ruling joins letters to one another.
    """
    binary = (dark > max(_INK * level, _PALEST)).astype(np.uint8)
    labels, pieces = pieces_of(binary)
    letters, marks, glued = _sorted(pieces[1:], scale)
    if glued.any():
        part = (np.take(np.r_[False, glued], labels) & (dark > _DARKEST * level)).astype(np.uint8)
        more, dots, _ = _sorted(pieces_of(part)[1][1:], scale)
        letters, marks = np.concatenate([letters, more]), np.concatenate([marks, dots])
    return letters, marks


def _sorted(pieces: np.ndarray, scale: tuple[float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(boxes of letters, boxes of marks, which may be letters grown together) of pieces int (N, 5) x y w h area."""
    x, y, wide, high, area = pieces.T
    boxes = np.stack([x, y, x + wide, y + high], axis=1).astype(float)
    filled = area / np.maximum(wide * high, 1)
    wide, high = wide / scale[0], high / scale[1]
    letter = (high >= _LEAST_MM) & (high <= _MOST_MM) & (wide <= _WIDEST_MM)
    letter &= area >= 0.15 * scale[0] * scale[1]
    # a trace's piece is flat and wide, a crossing of two lines nearly empty, a letter neither
    letter &= (wide <= 3.2 * high) & ((filled >= _FULL) | (wide < 1.2))
    mark = ~letter & (high < _LEAST_MM) & (wide <= 1.6) & (area >= 0.04 * scale[0] * scale[1])
    glued = ~letter & (high >= _LEAST_MM) & (wide >= 2 * _LEAST_MM) & (high <= _GLUED_MM[1]) & (wide <= _GLUED_MM[0])
    return boxes[letter], boxes[mark], glued


def _joined(letters: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Boxes (N, 4) of words: letters on one line with small gaps, and the marks between and beside them."""
    if not len(letters):
        return np.zeros((0, 4))
    letters = letters[np.argsort(letters[:, 0], kind="stable")]
    high = letters[:, 3] - letters[:, 1]
    group = np.arange(len(letters))
    for k in range(len(letters)):
        near = np.flatnonzero(letters[k + 1 :, 0] <= letters[k, 2] + _GAP * 1.6 * high[k]) + k + 1
        if not len(near):
            continue
        shared = np.minimum(letters[near, 3], letters[k, 3]) - np.maximum(letters[near, 1], letters[k, 1])
        gap = letters[near, 0] - letters[k, 2]
        lower, higher = np.minimum(high[near], high[k]), np.maximum(high[near], high[k])
        same = (shared >= _OVERLAP * lower) & (gap <= _GAP * higher) & (higher <= 2.2 * lower)
        for other in near[same]:
            first, second = group[k], group[other]
            if first != second:
                group[group == second] = first
    words = []
    for number in np.unique(group):
        part = letters[group == number]
        words.append([*part[:, :2].min(axis=0), *part[:, 2:].max(axis=0)])
    boxes = np.array(words)
    for k, (x0, y0, x1, y1) in enumerate(boxes):
        tall = y1 - y0
        middle = (marks[:, 1] + marks[:, 3]) / 2
        beside = (middle > y0) & (middle < y1 + 0.2 * tall) & (marks[:, 0] < x1 + 0.5 * tall)
        beside &= marks[:, 2] > x0 - 0.8 * tall
        if beside.any():
            boxes[k, 0], boxes[k, 2] = min(x0, marks[beside, 0].min()), max(x1, marks[beside, 2].max())
    return boxes[np.argsort(boxes[:, 1], kind="stable")]
