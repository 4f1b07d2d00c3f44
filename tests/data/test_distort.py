"""Distortions: the truth moves with the pixels, and the same seed gives the same bytes."""

import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.data import distort
from ecgscribe.data.render import render
from ecgscribe.data.style import Style

BARE = Style(minor_mm=0, major_mm=0, separators=False, pulse_mm=0, name_size_mm=0.1, name_mm=(1.0, -19.0))


@pytest.fixture(scope="module")
def drawn():
    time = np.arange(2500) / 250
    return render(Ecg(np.stack([0.5 * np.sin(2 * np.pi * time)] * 12), 250), BARE, px_per_mm=5.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_moved_truth_lies_on_the_ink(drawn, seed):
    picture, truth = distort.photograph(*drawn, seed=seed, severity=0.8)
    grey = picture.mean(axis=2)
    on, beside = [], []
    for trace in truth.traces_px:
        x, y = trace[5:-5:9].T.astype(int)
        on += list(grey[y, x])
        beside += list(grey[y - 14, x])
    assert np.mean(on) < 0.7 * np.mean(beside)


def test_corners_are_inside_the_picture(drawn):
    for seed in range(20):
        picture, truth = distort.photograph(*drawn, seed=seed, severity=1.0)
        assert (truth.corners_px > 0).all() and (truth.corners_px < picture.shape[1::-1]).all()


def test_same_seed_same_bytes(drawn):
    first, second, other = (distort.photograph(*drawn, seed=seed)[0] for seed in (4, 4, 5))
    assert first.tobytes() == second.tobytes() != other.tobytes()


def test_warp_follows_the_house_convention(drawn):
    page = drawn[0]
    from ecgscribe.core.geometry import Transform

    moved = distort.warped(page.picture, Transform.shift(3, 2), page.size_px, (0, 0, 0))
    assert np.array_equal(moved[2:, 3:], page.picture[:-2, :-3])


def test_noise_is_as_strong_as_asked():
    grey = np.full((300, 400, 3), 128, np.uint8)
    noisy = distort.noisy(grey, np.random.default_rng(0), 6.0).astype(float)
    assert 5 < noisy.std() < 7 and abs(noisy.mean() - 128) < 1
