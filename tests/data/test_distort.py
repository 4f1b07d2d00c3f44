"""Presets: known by name, continuous in severity, the same bytes everywhere, and the truth lies on the ink."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.data.accidents import ACCIDENTS
from ecgscribe.data.distort import PRESETS, accident_names, composed, distort
from ecgscribe.data.render import render
from ecgscribe.data.style import Style

BARE = Style(minor_mm=0, major_mm=0, separators="none", pulse_mm=0, name_size_mm=0.1, name_mm=(1.0, -19.0))
PROGRAM = """
import hashlib, sys
sys.path.insert(0, {tests!r})
from test_distort import page_and_truth
from ecgscribe.data.distort import distort
for preset, seed in {wanted!r}:
    picture, truth = distort(*page_and_truth(), preset, seed, 0.8)
    print(hashlib.sha256(picture.tobytes() + repr(truth.to_dict(signal=False)).encode()).hexdigest())
"""


def page_and_truth():
    """A sine in every lead on paper without a grid."""
    time = np.arange(2500) / 250
    return render(Ecg(np.stack([0.5 * np.sin(2 * np.pi * time)] * 12), 250), BARE, px_per_mm=3.0)


@pytest.fixture(scope="module")
def drawn():
    return page_and_truth()


def test_clean_at_severity_0_is_the_page_itself(drawn):
    picture, truth = distort(*drawn, "clean", 7, 0.0)
    assert np.array_equal(picture, drawn[0].picture)
    assert np.array_equal(truth.traces_px[0], drawn[1].traces_px[0]) and truth.size_px == picture.shape[:2]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_moved_truth_lies_on_the_ink(drawn, preset):
    on, beside = [], []
    for seed in range(4):
        picture, truth = distort(*drawn, preset, seed, 0.6)
        assert picture.dtype == np.uint8 and picture.shape[:2] == truth.size_px and picture.shape[2] == 3
        grey = picture.mean(axis=2)
        height, width = grey.shape
        for trace, hidden in zip(truth.traces_px, truth.hidden, strict=True):
            x, y = trace[~hidden][5:-5:9].T.astype(int)
            # beside the ink: half a wave's height away, across the line, whichever way the page lies
            keep = (x > 9) & (y > 9) & (x < width - 9) & (y < height - 9)
            x, y = x[keep], y[keep]
            on += list(grey[y, x])
            beside += list(np.max([grey[y - 8, x], grey[y + 8, x], grey[y, x - 8], grey[y, x + 8]], axis=0))
    assert np.median(on) < 0.75 * np.median(beside)


@pytest.mark.parametrize("preset", PRESETS)
def test_severity_is_continuous(drawn, preset):
    seed = 3
    pictures = [distort(*drawn, preset, seed, severity)[1] for severity in (0.5, 0.5005)]
    moved = pictures[0].traces_px[0] - pictures[1].traces_px[0]
    assert np.abs(moved).max() < 2.5, "half a thousandth of severity moves hardly a pixel or two"


def test_the_same_seed_gives_the_same_bytes_in_any_process_and_whatever_came_before(drawn):
    wanted = [(preset, seed) for seed in (1, 5) for preset in ("scan", "copy", "bad-phone", "screen")]
    digests = []
    for order in (wanted, wanted[::-1]):
        program = PROGRAM.format(tests=str(module_folder()), wanted=order)
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        digests.append(dict(zip(order, run.stdout.split(), strict=True)))
    assert digests[0] == digests[1] and len(set(digests[0].values())) == len(wanted)
    picture, truth = distort(*drawn, "bad-phone", 5, 0.8)
    here = hashlib.sha256(picture.tobytes() + repr(truth.to_dict(signal=False)).encode()).hexdigest()
    assert here == digests[0][("bad-phone", 5)]


def module_folder():
    from pathlib import Path

    return Path(__file__).parent


def test_unknown_names_are_refused_with_the_known_ones(drawn):
    with pytest.raises(BadOption, match="Known presets: clean, scan, copy, phone, bad-phone, screen"):
        distort(*drawn, "telegram", 1)
    with pytest.raises(BadOption, match="Known accidents: .*perspective"):
        composed(*drawn, {"flip": 1.0}, 1)
    with pytest.raises(BadOption, match="Unknown ground 'lava'"):
        composed(*drawn, {"rotation": 1.0}, 1, ground="lava")
    with pytest.raises(BadOption, match="outside 0 to 1"):
        distort(*drawn, "clean", 1, 1.5)


def test_every_accident_has_its_time_and_every_step_its_accident():
    names = accident_names()
    assert len(names) == len(set(names)) and set(ACCIDENTS) <= set(names)
    for preset in PRESETS.values():
        assert {step.name for step in (*preset.steps, *preset.one_of)} | set(preset.always) <= set(names)


@pytest.mark.parametrize("name", ["hand", "other_sheet", "pen_lying"])
def test_what_lies_over_the_page_hides_it(drawn, name):
    shares = []
    for seed in range(6):
        picture, truth = composed(*drawn, {name: 1.0}, seed)
        changed = (picture != drawn[0].picture).any(axis=2).mean()
        shares.append(np.mean(np.concatenate(truth.hidden)))
        assert 0.001 < changed < 0.7
    assert max(shares) > 0.003 and min(shares) < 0.2


def test_what_is_cropped_is_hidden(drawn):
    hidden = [np.mean(np.concatenate(composed(*drawn, {"crop": 1.0}, seed)[1].hidden)) for seed in range(6)]
    assert 0 < max(hidden) < 0.5


def test_a_photocopy_has_no_colour(drawn):
    for seed in range(4):
        picture = distort(*drawn, "copy", seed, 0.5)[0]
        assert (picture == picture[:, :, :1]).all()
