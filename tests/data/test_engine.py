"""The engine's front: one seed one page, in any order and process; what is not given is drawn in its share."""

import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LAYOUTS, STANDARD_SCALE, Scale
from ecgscribe.core.truth import PageTruth
from ecgscribe.data import engine
from ecgscribe.data.distort import PRESETS
from ecgscribe.data.engine import PHOTOGRAPHS, made_again, make_page, style_of
from ecgscribe.data.simulate import simulate

SMALL = 2.4


@pytest.fixture(scope="module")
def made():
    return simulate("lbbb", seed=1)


def picture_of(seed: int) -> tuple[bytes, str]:
    """What a worker process makes of a seed."""
    ecg = simulate("lbbb", seed=1).ecg
    page = make_page(ecg, seed, preset=None, px_per_mm=SMALL)
    return page.picture.tobytes(), json.dumps(page.truth.to_dict(signal=False))


def test_processes_and_order_do_not_matter():
    seeds = [3, 1, 2, 5]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        elsewhere = list(pool.map(picture_of, seeds))
    here = {seed: picture_of(seed) for seed in sorted(seeds)}
    assert elsewhere == [here[seed] for seed in seeds]
    assert len({picture for picture, _ in elsewhere}) == len(seeds)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31 - 1))
def test_any_page_is_made_again_from_its_choices(made, seed):
    page = make_page(made.ecg, seed, preset=None, px_per_mm=SMALL, facts=made.truth)
    again = made_again(made.ecg, json.loads(json.dumps(page.choices)))
    assert np.array_equal(page.picture, again.picture) and page.choices == again.choices
    assert page.truth.to_dict(False) == again.truth.to_dict(False)


def test_a_clean_page_is_the_drawn_page(made):
    page = make_page(made.ecg, 4, preset="clean", px_per_mm=SMALL)
    assert page.choices["severity"] == 0.0 and np.array_equal(page.picture, page.page.picture)
    assert np.array_equal(page.truth.to_picture.points(np.array([[3.0, 4.0]])), [[3.0, 4.0]])


def test_what_is_given_is_kept(made):
    scale = Scale(50.0, 5.0)
    page = make_page(
        made.ecg, 4, style="standard", layout="6x2", scale=scale, px_per_mm=3.0, start_s=1.0, simultaneous=True
    )
    told = page.choices
    assert (told["style"], told["layout"], told["px_per_mm"], told["start_s"]) == ("standard", "6x2", 3.0, 1.0)
    assert page.truth.scale == scale and page.truth.layout == "6x2" and page.truth.px_per_mm == (3.0, 3.0)
    assert {panel.start_s for panel in page.truth.panels} == {1.0}
    again = PageTruth.from_dict(json.loads(json.dumps(page.truth.to_dict())))
    assert np.allclose(again.traces_px[0], page.truth.traces_px[0], atol=0.006, equal_nan=True)


def test_shares_are_those_of_real_pages(made, monkeypatch):
    """Only the drawing of choices, not of pages: 1,500 seeds."""
    told = []

    def rendered(ecg, style, layout, px_per_mm, start_s, seed, scale, simultaneous, header):
        told.append((layout, px_per_mm, scale, style.name, header))
        return None, None

    monkeypatch.setattr(engine, "render", rendered)
    presets = []
    monkeypatch.setattr(engine, "distort", lambda page, truth, preset, seed, severity: (presets.append(preset), None))
    for seed in range(1500):
        make_page(made.ecg, seed, preset=None, facts=made.truth)
    layouts = Counter(layout.removesuffix("-cabrera") for layout, *_ in told)
    assert 0.45 < layouts["3x4+1"] / 1500 < 0.55
    assert {layout for layout, *_ in told} <= set(LAYOUTS) and len(layouts) == 7
    assert 2.4 <= min(px for _, px, *_ in told) and max(px for _, px, *_ in told) <= 12.0
    assert 0.7 < np.mean([4 <= px <= 8 for _, px, *_ in told]) < 0.95
    assert 0.82 < np.mean([scale == STANDARD_SCALE for _, _, scale, *_ in told]) < 0.92
    assert 0.01 < np.mean([scale.mm_per_s == 50 for _, _, scale, *_ in told]) < 0.07
    assert 0.55 < np.mean([header is not None for *_, header in told]) < 0.75
    assert set(Counter(presets)) == set(PRESETS) == {*PHOTOGRAPHS, "clean"}


def test_unknown_names_are_refused_with_the_known_ones(made):
    for wish, known in (
        ({"style": "crayon"}, "standard"),
        ({"layout": "4x4"}, "3x4"),
        ({"preset": "oil painting"}, "phone"),
        ({"style": "drawn-x"}, "standard"),
    ):
        with pytest.raises(BadOption, match=known):
            make_page(made.ecg, 1, **{"px_per_mm": SMALL, **wish})
    with pytest.raises(BadOption, match="do not describe a page"):
        made_again(made.ecg, {"seed": 1})


def test_a_drawn_style_is_named_by_its_seed():
    name, style = style_of(None, seed=next(seed for seed in range(99) if style_of(None, seed)[0].startswith("drawn-")))
    assert style_of(name) == (name, style)
