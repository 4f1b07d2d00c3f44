"""Lettering on a dark ruling: lines go, letters that cross them stay."""

import cv2
import numpy as np

from ecgscribe.page.unruled import without_ruling

PX_PER_MM = (7.5, 7.5)


def lettered():
    page = np.zeros((300, 500), np.uint8)
    cv2.putText(page, "aVR", (60, 160), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2, cv2.LINE_AA)
    return page.astype(np.float32) / 255


def ruled(dark, tone):
    out = dark.copy()
    for k in range(0, 500, 37):
        out[:, k : k + 2] = np.maximum(out[:, k : k + 2], tone)
    for k in range(0, 300, 37):
        out[k : k + 2] = np.maximum(out[k : k + 2], tone)
    return out


def test_bare_paper_is_left_as_it_is():
    dark = lettered()
    assert without_ruling(dark, PX_PER_MM) is dark


def test_a_dark_ruling_goes_and_the_letters_stay():
    dark = lettered()
    clean = without_ruling(ruled(dark, 0.8), PX_PER_MM)
    inked = dark > 0.5
    assert clean[inked].mean() > 0.8
    assert clean[cv2.dilate(inked.astype(np.uint8), np.ones((9, 9))) == 0].max() < 0.1
