"""Preprocess: one road, saved and loaded, the published steps, and what the lead bands promise."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.render import render

ROADS = {"blip": Preprocess.blip(), "published": Preprocess.published(), "bands": Preprocess.lead_bands()}


def spikes(amplitude_mv: float = 1.0) -> Ecg:
    signal = np.zeros((12, 2500), np.float32)
    signal[:, 100::250] = amplitude_mv
    return Ecg(signal, 250)


@pytest.fixture(scope="module")
def page() -> Page:
    return render(spikes(), px_per_mm=4.0)[0]


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)
def test_shape_dtype_and_repetition(road, page):
    pixels = road.pixels(page)
    assert pixels.shape == (3, *road.size_px) and pixels.dtype == np.float32
    assert np.array_equal(pixels, road.pixels(page))
    assert np.array_equal(pixels, road.normalised(road.picture(page)))


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)
def test_saved_and_loaded_gives_the_same_bytes(road, page):
    back = Preprocess.from_dict(json.loads(road.to_json()))
    assert back == road and back.digest == road.digest
    assert road.pixels(page).tobytes() == back.pixels(page).tobytes()


def test_digests_differ():
    assert len({road.digest for road in ROADS.values()}) == len(ROADS)


def test_published_steps(page):
    picture = Preprocess.published().picture(page)
    assert picture.shape == (224, 224, 3)
    assert (picture[:, :, 0] == picture[:, :, 1]).all() and (picture[:, :, 0] == picture[:, :, 2]).all()
    assert 190 < picture.mean() < 210, "brightness 200"


def test_blip_keeps_the_aspect(page):
    picture = Preprocess.blip(384).picture(page)
    height = 384 * page.size_px[0] / page.size_px[1]
    band = int((384 - height) / 2) - 2
    assert (picture[:band] == 255).all() and (picture[-band:] == 255).all()


def test_a_band_shows_its_own_lead_only():
    still = np.tile(0.001 * (np.arange(2500) % 2), (12, 1))  # wholly flat leads would not be drawn at all
    signal = still.copy()
    signal[7, 1250 + 300] = 1.2  # V2, third column: 5 s to 7.5 s
    page, _ = render(Ecg(signal, 250), px_per_mm=4.0)
    quiet, _ = render(Ecg(still, 250), px_per_mm=4.0)
    road = Preprocess.lead_bands()
    # the third channel looks 30 mm up and down, so there the neighbours show, as they do on the page
    different = road.picture(page)[:, :, :2] != road.picture(quiet)[:, :, :2]
    changed = different.any(axis=(1, 2)).reshape(14, -1).any(axis=1)
    assert changed[6], "second row, third column"
    assert changed.sum() == 1


@settings(max_examples=20, deadline=None)
@given(st.floats(0.35, 1.0), st.floats(3.0, 8.0))
def test_bands_hardly_change_with_the_light(light, px_per_mm):
    page, _ = render(spikes(), px_per_mm=round(px_per_mm, 1))
    dim = Page((page.picture * light).astype(np.uint8), px_per_mm=page.px_per_mm, panels=page.panels)
    road = Preprocess.lead_bands()
    difference = np.abs(road.picture(page).astype(int) - road.picture(dim).astype(int))
    assert difference.mean() < 3


def test_pixels_show_the_amplitude():
    road = Preprocess.lead_bands()
    tops = []
    for amplitude in (0.3, 0.6, 1.2):
        page, _ = render(spikes(amplitude), px_per_mm=5.0)
        dark = 255 - road.picture(page)[:24, 60:320, 0].astype(int)  # first band, between name and separator
        tops.append(np.flatnonzero(dark.max(axis=1) > 60).min())
    assert tops[0] > tops[1] > tops[2], "a taller wave reaches higher in its band"


def test_what_leaves_the_page_is_paper():
    page, truth = render(spikes(), px_per_mm=4.0)
    cropped = Page(page.picture[: int(truth.panels[0].baseline_px) + 2], px_per_mm=page.px_per_mm, panels=page.panels)
    assert (Preprocess.lead_bands().picture(cropped)[240:] == 255).all()


def test_bands_need_panels():
    with pytest.raises(BadOption, match="located leads"):
        Preprocess.lead_bands().pixels(Page(np.full((50, 50, 3), 255, np.uint8)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"frame": "x"},
        {"grey": "x"},
        {"level": "x"},
        {"resample": "x"},
        {"aspect": "x"},
        {"size_px": (0, 5)},
        {"frame": "panels", "size_px": (100, 100)},
    ],
)
def test_settings_that_do_not_exist_are_refused(wrong):
    with pytest.raises(BadOption):
        Preprocess(**wrong)


def test_unknown_keys_are_refused():
    with pytest.raises(BadOption, match="sharpen"):
        Preprocess.from_dict({**Preprocess().to_dict(), "sharpen": 1})


def test_a_grid_as_dark_as_the_trace_leaves_little_paper(page):
    road = Preprocess.lead_bands()
    assert road.paper_share(road.picture(page)) > 0.8
    dark = page.picture.copy()
    dark[::4] = dark[:, ::4] = 60
    gridded = Page(dark, px_per_mm=page.px_per_mm, panels=page.panels)
    assert road.paper_share(road.picture(gridded)) < 0.6
