"""Pictures that hold less, or more, than a page: what can be had is given, the rest is told, nothing is invented."""

import cv2
import numpy as np
import pytest
from pages import drawn

from ecgscribe.digitize import Digitizer
from ecgscribe.page import find_page
from ecgscribe.page.complexes import shows_ecg
from ecgscribe.page.layout import Rows
from ecgscribe.page.ruling import find_ruling
from ecgscribe.page.traces import FLAT_PX_PER_MM, line_mask

_COLUMNS = {"left": ("I", "II", "III", "aVR", "aVL", "aVF"), "right": ("V1", "V2", "V3", "V4", "V5", "V6")}


def _codes(result) -> list[str]:
    return [problem.code for problem in result.problems]


def _raster(picture: np.ndarray, pitch_px: float, turn_deg: float, depth: float) -> np.ndarray:
    """The picture as a screen or a printer's dots show it."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    turn = np.radians(turn_deg)
    across, down = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    dots = (np.cos(2 * np.pi * across / pitch_px) + np.cos(2 * np.pi * down / pitch_px)) / 2
    return np.clip(picture - depth * (1 + dots[:, :, None]), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("side", ["left", "right"])
def test_half_a_page_gives_the_leads_that_it_shows(side):
    page, _ = drawn(0, 5.0)
    middle = page.size_px[1] // 2
    half = page.picture[:, :middle] if side == "left" else page.picture[:, middle:]
    result = find_page(np.ascontiguousarray(half))
    panels = [panel for panel in result.page.panels if not panel.rhythm]
    assert {panel.lead for panel in panels} == set(_COLUMNS[side])
    assert {"layout-partial", "layout-assumed"} & set(_codes(result))
    shown_s = half.shape[1] / 5.0 / 25
    assert max(panel.start_s + panel.length_s for panel in panels) - min(p.start_s for p in panels) <= shown_s
    if side == "right":  # the pulses and the first columns are on the other half
        assert min(panel.start_s for panel in panels) == 5.0
        assert {"gain-assumed", "speed-assumed"} <= set(_codes(result))


def test_the_upper_half_gives_its_rows():
    page, _ = drawn(0, 5.0)
    result = find_page(page.picture[: page.size_px[0] // 2])
    assert {panel.lead for panel in result.page.panels} == {"I", "aVR", "V1", "V4", "II", "aVL", "V2", "V5"}
    assert "layout-partial" in _codes(result)


@pytest.mark.parametrize("way", ["beside", "below", "apart"])
def test_two_pages_in_one_picture_are_never_mixed(way):
    (one, _), (other, _) = drawn(0, 5.0), drawn(1, 5.0)
    between = np.full((one.size_px[0], 120, 3), 90, np.uint8)
    parts = {
        "beside": np.hstack([one.picture, other.picture]),
        "below": np.vstack([one.picture, other.picture]),
        "apart": np.hstack([one.picture, between, other.picture]),
    }
    result = find_page(parts[way])
    assert result.page is None and _codes(result) == ["two-pages"]
    assert "two ECG pages" in result.problems[0].message and "one page at a time" in result.problems[0].hint


def test_what_a_hand_covers_is_not_read():
    page, truth = drawn(0, 5.0)
    panel = next(one for one in truth.panels if one.lead == "II")
    middle = ((panel.box_px[0] + panel.box_px[2]) / 2, panel.baseline_px)
    covered = page.picture.copy()
    cv2.ellipse(covered, (int(middle[0]), int(middle[1])), (60, 80), 15, 0, 360, (205, 160, 135), -1, cv2.LINE_AA)
    result = find_page(covered)
    assert [one.lead for one in result.page.panels] == [one.lead for one in truth.panels]
    read = Digitizer.from_pretrained(None).read(result.page)
    number = next(k for k, one in enumerate(result.page.panels) if one.lead == "II" and not one.rhythm)
    trace = read.traces_px[number]
    seen = trace[~np.isnan(trace).any(axis=1), 0]
    under = (seen > middle[0] - 45) & (seen < middle[0] + 45)
    assert len(np.unique(seen[under].astype(int))) <= 0.1 * 90
    # the rest of the lead is there
    free = panel.box_px[2] - panel.box_px[0] - 125
    assert len(np.unique(seen[~under].astype(int))) >= 0.85 * free


@pytest.mark.parametrize("side_px", [8, 40, 120])
def test_a_picture_of_a_few_pixels_is_refused(side_px):
    page, _ = drawn(0, 5.0)
    small = cv2.resize(page.picture, (side_px, side_px * 2 // 3), interpolation=cv2.INTER_AREA)
    result = find_page(small)
    assert result.page is None and result.problems[0].fatal and _codes(result)[0] in ("no-grid", "too-small")


@pytest.mark.parametrize(("pitch_px", "turn_deg", "depth"), [(2.7, 9.0, 30.0), (4.1, -1.0, 22.0)])
def test_a_raster_is_not_taken_for_the_ruling(pitch_px, turn_deg, depth):
    page, _ = drawn(1, 4.6)
    ruling = find_ruling(_raster(page.picture, pitch_px, turn_deg, depth))
    assert ruling.px_per_mm == pytest.approx((4.6, 4.6), rel=0.01)


def _unit(mm: float) -> int:
    return int(mm * FLAT_PX_PER_MM)


def test_streaks_of_a_copier_do_not_cut_a_quiet_trace():
    ink = np.zeros((_unit(100), _unit(250)), np.float32)
    ink[_unit(50) : _unit(50) + 3, _unit(10) : _unit(240)] = 1.0  # a trace that runs straight on
    for place in (20, 60, 62, 230):
        ink[:, _unit(place) : _unit(place) + 2] = 0.8
    ink[:, -_unit(6) :] = 1.0
    assert line_mask(ink, 0.3)[_unit(50) + 1, _unit(10) : _unit(240)].mean() > 0.95


def test_a_ruling_as_dark_as_the_traces_is_taken_out():
    ink = np.zeros((_unit(100), _unit(250)), np.float32)
    for place in range(0, 250, 5):
        ink[:, _unit(place) : _unit(place) + 1] = 0.8
    for place in range(0, 100, 5):
        ink[_unit(place) : _unit(place) + 1] = 0.8
    assert line_mask(ink, 0.3).mean() < 0.01


def _rows(mask: np.ndarray, levels_mm: tuple[float, ...]) -> Rows:
    levels = tuple(float(_unit(level)) for level in levels_mm)
    return Rows(levels, float(_unit(10)), float(_unit(240)), (False,) * len(levels), mask)


@pytest.mark.parametrize(("beat", "is_ecg"), [("line", False), ("complex", True)])
def test_upright_lines_that_a_ruling_left_are_no_beats(beat, is_ecg):
    mask = np.zeros((_unit(100), _unit(250)), bool)
    for level in (25, 50, 75):
        mask[_unit(level) - 1 : _unit(level) + 1, _unit(10) : _unit(240)] = True
        for place in range(20, 240, 20):
            for rise in range(_unit(8)):
                lean = 0 if beat == "line" else (_unit(8) - rise) // 8  # a complex is wider at its foot
                for x in (_unit(place) - lean, _unit(place) + lean):
                    mask[_unit(level) - rise, x : x + 2] = True
    assert shows_ecg((_rows(mask, (25, 50, 75)),) * 2) == is_ecg
