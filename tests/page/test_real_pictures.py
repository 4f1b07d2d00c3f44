"""Real scans and photographs, where they are at hand: each is read rightly or honestly not."""

from pathlib import Path

import numpy as np
import pytest

from ecgscribe.core.picture import open_picture
from ecgscribe.core.warp import Warp
from ecgscribe.page import find_page

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not _DATA.is_dir(), reason="the collection of real pictures is not beside this checkout"),
]

# name -> (px a mm, first panel's left edge in the picture's px, baselines of the four rows in the picture's px at it)
_READ = {
    "photos/kaggle-46930936-0001-clean.png": (7.874, 118, (707, 991, 1279, 1538)),
    "pages/kaggle-clean-ptbxl-07637.png": (7.874, 118, (707, 991, 1279, 1538)),
    "pages/kaggle-clean-ptbxl-14823.png": (7.874, 118, (707, 991, 1279, 1538)),
    "pages/kaggle-clean-ptbxl-20699.png": (7.874, 118, (707, 991, 1279, 1538)),
}
_STANDARD = [
    *(f"pages/edan-{name}.jpg" for name in ("hb-039", "hb-212", "mi-104", "mi-212", "normal-104", "pmi-021")),
    *(f"photos/scan-bw-ptbxl-{name}.jpg" for name in ("01612", "02132", "10173", "16989", "18091")),
    "photos/kaggle-46930936-0004-bwscan.png",
    "pages/pdf-render-3x4-grey.jpg",
]
_OTHER = {
    "pages/ge-marquette-flat.png": "3x4+2",
    "pages/ge-marquette-rotated.jpg": "3x4+2",
    "pages/muse-stemi-6row.jpg": "3x4+3",
}
_ASSUMED = {"layout-assumed", "speed-assumed", "gain-assumed"}
_BENT = "photos/kaggle-46930936-0010-damaged-photo.jpg"
_STRIPS = [f"pages/strip-{name}.jpg" for name in ("bw", "green", "mounted", "orange", "photo", "pink", "red")]


def _found(name):
    path = _DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not there")
    return find_page(open_picture(path))


@pytest.mark.parametrize("name", _READ)
def test_pages_with_known_geometry(name):
    px_per_mm, left, baselines = _READ[name]
    result = _found(name)
    assert result.problems == ()
    panels = result.page.panels
    first = result.page.to_source.points([[panels[0].box_px[0], panels[0].baseline_px]])[0]
    assert abs(first[0] - left) < 1.5 * px_per_mm
    rows = [panels[k].baseline_px for k in (0, 4, 8, 12)]
    np.testing.assert_allclose(rows, baselines, atol=0.8 * px_per_mm)


@pytest.mark.parametrize("name", _STANDARD)
def test_standard_pages_are_read_with_assumptions_at_most(name):
    result = _found(name)
    assert {problem.code for problem in result.problems} <= _ASSUMED
    assert not any(problem.fatal for problem in result.problems)
    assert [panel.lead for panel in result.page.panels] == [*"I aVR V1 V4 II aVL V2 V5 III aVF V3 V6 II".split()]
    width_mm = (result.page.panels[12].box_px[2] - result.page.panels[12].box_px[0]) / result.page.px_per_mm[0]
    assert abs(width_mm - 250) < 3


@pytest.mark.parametrize("name", _OTHER)
def test_other_layouts_are_known_by_their_names(name):
    result = _found(name)
    assert result.page.layout == _OTHER[name]
    assert {problem.code for problem in result.problems} <= _ASSUMED


@pytest.mark.parametrize("name", _STRIPS)
def test_strips_are_not_read_as_pages(name):
    result = _found(name)
    assert result.problems and (result.page is None or result.page.panels == ())


def test_thumbnails_are_refused_as_too_small():
    for path in sorted((_DATA / "pages").glob("thumb-*")):
        assert find_page(open_picture(path)).problems[0].code in ("too-small", "no-grid"), path.name


def test_a_crumpled_page_is_laid_flat():
    result = _found(_BENT)
    assert len(result.page.panels) == 13 and isinstance(result.page.to_source, Warp)
    # its shape is followed, so nothing is to be said about it
    assert "page-bent" not in [problem.code for problem in result.problems]
