"""Columns that stop at the bars drawn between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.page import Panel
from ecgscribe.page.bars import at_bars

PX_PER_MM = 8.0
COLUMN_MM, LEFT_MM = 62.5, 15.0
NAMES = (("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6"))


def panels() -> tuple[Panel, ...]:
    made = []
    for row, names in enumerate(NAMES):
        y = 40 + 30 * row
        for column, lead in enumerate(names):
            left = LEFT_MM + column * COLUMN_MM
            box = (left, y - 15.0, left + COLUMN_MM, y + 15.0)
            made.append(
                Panel(lead, tuple(v * PX_PER_MM for v in box), column * 2.5, 2.5, y * PX_PER_MM, mm_per_mv=10.0)
            )
    return tuple(made)


def paper(line: tuple[int, int, int] = (240, 150, 150)) -> np.ndarray:
    """A sheet with rows of noise for traces and a ruling every 5 mm."""
    picture = np.full((int(140 * PX_PER_MM), int(290 * PX_PER_MM), 3), 255, np.uint8)
    picture[:: int(5 * PX_PER_MM)] = line
    picture[:, :: int(5 * PX_PER_MM)] = line
    return picture


def with_bars(picture: np.ndarray, places_mm: list[float]) -> np.ndarray:
    for place in places_mm:
        x = int(round(place * PX_PER_MM))
        picture[int(35 * PX_PER_MM) : int(105 * PX_PER_MM), x - 1 : x + 2] = 0
    return picture


@settings(max_examples=25, deadline=None)
@given(left=st.floats(-0.6, 0.6), growth=st.floats(-0.012, 0.012))
def test_columns_meet_at_the_bars(left: float, growth: float) -> None:
    bars = [LEFT_MM + left + k * COLUMN_MM * (1 + growth) for k in (1, 2, 3)]
    before = panels()
    after = at_bars(with_bars(paper(), bars), before, PX_PER_MM)
    for panel, old in zip(after, before, strict=True):
        # bars are drawn on whole pixels of 0.125 mm; the first column is carried on from them
        column = round(old.start_s / 2.5)
        assert panel.box_px[0] / PX_PER_MM == pytest.approx(
            LEFT_MM + left + column * COLUMN_MM * (1 + growth), abs=0.25
        )
        assert panel.box_px[2] - panel.box_px[0] == pytest.approx(COLUMN_MM * (1 + growth) * PX_PER_MM, abs=1.0)
        assert (panel.lead, panel.start_s, panel.length_s) == (old.lead, old.start_s, old.length_s)
        assert panel.box_px[1::2] == old.box_px[1::2]


@pytest.mark.parametrize(
    "picture",
    [
        paper(),
        paper((0, 0, 0)),
        with_bars(paper(), [LEFT_MM + COLUMN_MM, LEFT_MM + 2 * COLUMN_MM]),
        with_bars(paper(), [LEFT_MM + 60.0, LEFT_MM + 126.5, LEFT_MM + 186.0]),
        with_bars(paper((0, 0, 0)), [LEFT_MM + k * COLUMN_MM - 0.6 * k for k in (1, 2, 3)]),
    ],
    ids=["no bars", "black ruling", "two bars", "uneven bars", "bars on a black ruling"],
)
def test_columns_stay_without_three_even_bars(picture: np.ndarray) -> None:
    assert at_bars(picture, panels(), PX_PER_MM) == panels()


def test_pages_of_one_column_stay() -> None:
    one = tuple(panel for panel in panels() if panel.start_s == 0)
    assert at_bars(paper(), one, PX_PER_MM) == one
