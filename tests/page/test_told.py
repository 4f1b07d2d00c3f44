"""What lead names tell of rows and columns where ink alone misleads."""

import numpy as np
import pytest

from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.page import find_page
from ecgscribe.page.aligned import align
from ecgscribe.page.layout import Rows
from ecgscribe.page.names import LABELS, Word
from ecgscribe.page.rows import row_sets
from ecgscribe.page.silent import contradicted, without_silent_columns
from ecgscribe.page.told import told_by_names, told_rows
from ecgscribe.page.traces import FLAT_PX_PER_MM
from ecgscribe.page.vote import best_fits
from ecgscribe.page.words import find_words

UNIT = FLAT_PX_PER_MM
LEFT_MM, WIDTH_MM = 30.0, 250.0
LEVELS_MM = (60.0, 90.0, 120.0, 150.0)
THREE = (("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6"))


def word(label, x_mm, foot_mm):
    chances = np.zeros(len(LABELS))
    chances[LABELS.index(label)] = 0.97
    return Word((x_mm, foot_mm - 2.5, x_mm + 5, foot_mm), label, 0.97, chances)


def named(rows=THREE, pitch_mm=62.5, left_mm=LEFT_MM, over_mm=9.0, columns=range(4)):
    return [
        word(rows[r][c], left_mm + c * pitch_mm + 1, LEVELS_MM[r] - over_mm) for r in range(len(rows)) for c in columns
    ]


def ink_of_rows(dark=0.8, levels=LEVELS_MM, left=LEFT_MM, width=WIDTH_MM):
    ink = np.zeros((int(200 * UNIT), int(320 * UNIT)), np.float32)
    x = np.arange(int(left * UNIT), int((left + width) * UNIT))
    for level in levels:
        y = ((level - 6 * np.maximum(0, 1 - np.abs((x / UNIT) % 20 - 10))) * UNIT).astype(int)
        for k in range(3):
            ink[y + k, x] = dark
    return ink


def fit_of(left_mm, right_mm, words, width_mm=WIDTH_MM):
    ink = ink_of_rows(width=width_mm) > 0
    rows = Rows(tuple(v * UNIT for v in LEVELS_MM), left_mm * UNIT, right_mm * UNIT, (False,) * 4, ink)
    sets, sources = row_sets([rows], words, WIDTH_MM)
    return best_fits(sets, words)[0], sources


@pytest.mark.parametrize(("left_mm", "right_mm"), [(30.0, 292.0), (18.0, 280.0), (20.0, 270.0), (42.0, 292.0)])
def test_columns_go_where_their_names_stand(left_mm, right_mm):
    words = named()
    fit, readings = fit_of(left_mm, right_mm, words)
    put = align(fit, readings, words)
    assert put.pitch_mm == 62.5 and put.edge_mm == pytest.approx(LEFT_MM, abs=0.5)


@pytest.mark.parametrize("waver", [0.0, -0.02])
def test_columns_that_agree_with_their_names_stay(waver):
    words = named(pitch_mm=62.5 * (1 + waver))
    fit, readings = fit_of(LEFT_MM, LEFT_MM + WIDTH_MM, words)
    assert align(fit, readings, words).pitch_mm == 62.5
    assert align(fit, readings, words).edge_mm == pytest.approx(LEFT_MM, abs=0.5)


def test_names_at_a_pitch_of_their_own_do_not_move_columns_whose_ends_the_ink_bears_out():
    """Two real pages print their names every 67 mm over columns of 62.5."""
    words = named(pitch_mm=67.2)
    fit, readings = fit_of(LEFT_MM, LEFT_MM + WIDTH_MM, words)
    assert align(fit, readings, words) is fit


def test_ink_beside_the_rows_does_not_keep_columns_from_their_names():
    """The sheet's dark edge ends as sharply as the traces do: the names choose."""
    words = named(pitch_mm=67.5)
    ink = ink_of_rows(width=270.0)
    edge = slice(int((LEFT_MM + 282) * UNIT), int((LEFT_MM + 287) * UNIT))
    ink[int(20 * UNIT) :, edge] = ink.max()
    levels = tuple(v * UNIT for v in LEVELS_MM)
    rows = Rows(levels, LEFT_MM * UNIT, (LEFT_MM + 287) * UNIT, (False,) * 4, ink > 0)
    sets, sources = row_sets([rows], words, WIDTH_MM)
    put = align(best_fits(sets, words)[0], sources, words)
    assert put.pitch_mm == pytest.approx(67.5, abs=0.3) and put.edge_mm == pytest.approx(LEFT_MM, abs=0.6)


def test_columns_of_a_pitch_of_their_own_go_where_names_and_ink_agree():
    """Pages of 5.2 s at 50 mm/s have columns of 65 mm; a pulse hid a row's beginning, shade its end."""
    words = named(pitch_mm=65.0)
    fit, readings = fit_of(LEFT_MM + 4, LEFT_MM + 254, words, width_mm=260.0)
    put = align(fit, readings, words)
    assert put.pitch_mm == pytest.approx(65.0, abs=0.1) and put.edge_mm == pytest.approx(LEFT_MM, abs=0.5)


def test_rows_and_an_unnamed_strip_are_told_by_names_over_pale_traces():
    told = told_by_names(named())
    assert told.names == 12 and told.left_mm == pytest.approx(LEFT_MM, abs=0.5)
    ink = ink_of_rows(dark=0.15)
    ink[: int(20 * UNIT), : int(60 * UNIT)] = 0.9  # lettering far darker than the traces
    rows = told_rows(told, ink)
    np.testing.assert_allclose(np.array(rows.levels) / UNIT, LEVELS_MM, atol=1.0)


def test_few_names_tell_no_rows():
    assert told_by_names(named(columns=range(2))) is None


def test_names_of_other_columns_contradict_a_layout():
    words = named()
    fit, _ = fit_of(LEFT_MM, LEFT_MM + WIDTH_MM, words)
    assert not contradicted(fit, words)
    six = [word(label, LEFT_MM + 126, LEVELS_MM[k]) for k, label in enumerate(("V4", "V5", "V6"))]
    assert contradicted(fit, [*six, word("aVL", LEFT_MM + 1, 80.0)])


def test_half_of_twelve_rows_is_no_page_of_two_columns():
    made = make_page(simulate("normal", 3).ecg, 3, style="edan-pink", layout="12x1", px_per_mm=5.0)
    levels = [panel.baseline_px for panel in made.truth.panels]
    upper = np.ascontiguousarray(made.picture[: int((levels[5] + levels[6]) / 2)])
    result = find_page(upper)
    assert not {panel.lead for panel in result.page.panels} & {"V1", "V2", "V3", "V4", "V5", "V6"}


def test_a_whole_page_of_two_columns_loses_none():
    rows = (("I", "V1"), ("II", "V2"), ("III", "V3"), ("aVR", "V4"), ("aVL", "V5"), ("aVF", "V6"))
    levels = [40.0 + 25 * k for k in range(6)]
    words = [word(rows[r][c], LEFT_MM + 125 * c + 1, levels[r] - 9) for r in range(6) for c in range(2)]
    ink = ink_of_rows(levels=levels) > 0
    one = Rows(tuple(v * UNIT for v in levels), LEFT_MM * UNIT, (LEFT_MM + WIDTH_MM) * UNIT, (False,) * 6, ink)
    fit = best_fits(row_sets([one], words, WIDTH_MM)[0], words)[0]
    assert without_silent_columns(fit, words) == (fit, ())
    first = [w for w in words if w.text not in {b for _, b in rows}]
    left, said = without_silent_columns(fit, first)
    assert set(left.labels.values()) == {a for a, _ in rows} and said[0].code == "layout-partial"


def test_pale_specks_do_not_displace_dark_names():
    rng = np.random.default_rng(0)
    picture = np.full((900, 1500, 3), 255, np.uint8)
    for _ in range(400):  # pieces of a ruling, as high as letters
        x, y = rng.integers(20, 1460), rng.integers(20, 860)
        picture[y : y + 13, x : x + 2] = picture[y : y + 2, x : x + 10] = 190
    picture[300:320, 700:703] = picture[300:303, 700:714] = picture[309:312, 700:712] = 0
    boxes = find_words(picture, (5.0, 5.0)).boxes
    assert any(abs(x0 - 700) < 4 and abs(y1 - 320) < 4 for x0, _, _, y1 in boxes)
