"""Beats through a picture: what a digitiser reads wrongly must not become a beat, nor take one away."""

import numpy as np
import pytest
from page_windows import windows_mv

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.data.simulate import simulate
from ecgscribe.measure.measure import measure


def told(signal: np.ndarray) -> dict:
    return {m.name: m for m in measure(Ecg(signal, 500)) if not m.lead}


def assert_regular_at(rate_bpm: float, signal: np.ndarray) -> None:
    found = told(signal)
    assert found["rate"].value == pytest.approx(rate_bpm, abs=1)
    assert found["rr_variation"].value < 5


def bump(at_s: float, height_mv: float, width_s: float = 0.02) -> np.ndarray:
    """(5000,) a letter or a bar as a digitiser reads it."""
    return height_mv * np.exp(-0.5 * ((np.arange(5000) / 500 - at_s) / width_s) ** 2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hole_in_the_strip_makes_no_long_interval(seed):
    """A hand over the strip where the columns, all begun at one moment, cannot tell its beats."""
    made = simulate("normal", seed, arrhythmia=0.0)
    signal = windows_mv(made.ecg, simultaneous=True)
    signal[1, 1600:3100] = np.nan
    assert_regular_at(made.truth["rate_bpm"], signal)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_stretch_of_the_strip_read_flat_is_told_by_the_columns(seed):
    made = simulate("normal", seed, arrhythmia=0.0)
    signal = windows_mv(made.ecg)
    signal[1, 2600:3700] *= 0.15
    assert_regular_at(made.truth["rate_bpm"], signal)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_letters_and_bars_beside_the_columns_are_no_beats(seed):
    made = simulate("normal", seed, arrhythmia=0.0)
    signal = windows_mv(made.ecg)
    for k in range(12):
        signal[k] += 0 if k == 1 else bump(k // 3 * 2.5 + 0.02, 1.5) + bump(k // 3 * 2.5 + 2.48, -1.5)
    assert_regular_at(made.truth["rate_bpm"], signal)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_strip_that_was_misread_as_a_nearly_flat_line_does_not_count_as_much(seed):
    made = simulate("normal", seed, arrhythmia=0.0)
    signal = windows_mv(made.ecg)
    signal[LEADS.index("V1")] = made.ecg.lead_mv("V1")
    noise = np.random.default_rng(seed).normal(0, 0.01, 5000)
    signal[1] = noise + sum(bump(at, 0.05) for at in np.arange(0.3, 10, 0.7))
    assert_regular_at(made.truth["rate_bpm"], signal)


@pytest.mark.parametrize("seed", [2, 3])
def test_a_noisy_strip_is_led_by_clear_columns(seed):
    made = simulate("lbbb", seed, arrhythmia=0.0)
    signal = windows_mv(made.ecg)
    rng = np.random.default_rng(seed)
    waves = sum(bump(at, rng.normal(0, 0.1), 0.03) for at in np.arange(0.1, 10, 0.17))
    signal[1] = 0.5 * signal[1] + waves
    found = told(signal)
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_foot_of_a_bar_in_the_strip_is_no_beat(seed):
    """A separator drawn through all rows, read in the strip as well as in the columns beside it."""
    made = simulate("normal", seed, arrhythmia=0.0)
    signal = windows_mv(made.ecg)
    beats_s = np.array([beat["r_s"] for beat in made.truth["beats"]])
    before = beats_s[beats_s < 7.9].max()
    at_s = before + 0.55 * (60 / made.truth["rate_bpm"])
    for k in (1, 9, 10):
        signal[k] += bump(at_s, 0.6 if k == 1 else 0.2, 0.008)
    assert told(signal)["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)


def test_crumbs_after_the_end_are_no_beats():
    made = simulate("normal", 2, arrhythmia=0.0)
    signal = windows_mv(made.ecg)
    signal[:, 4400:] = np.nan
    signal[:, 4900:4960] = np.linspace(1, -2, 60)
    found = told(signal)
    assert found["rr_variation"].value < 5


def test_a_regularity_that_hangs_on_a_doubtful_beat_is_not_told():
    """A bump of another shape in a strip that has no columns beside it."""
    made = simulate("normal", 2, arrhythmia=0.0)
    beats_s = [beat["r_s"] for beat in made.truth["beats"]]
    signal = np.full((12, 5000), np.nan)
    signal[1] = made.ecg.lead_mv("II") - bump(0.5 * (beats_s[4] + beats_s[5]), 0.6, 0.01)
    found = told(signal)
    assert np.isnan(found["rr_variation"].value) and "not sure" in found["rr_variation"].reason
    assert found["rate"].known


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_steep_p_waves_are_no_beats(seed):
    """What a pacemaker leaves of an atrial pulse after filtering is as steep as a small complex."""
    made = simulate("normal", seed, arrhythmia=0.0)
    signal = made.ecg.signal_mv.astype(float)
    size = np.nanpercentile(np.abs(signal), 99.5, axis=1)[:, None]
    for beat in made.truth["beats"]:
        signal += 0.5 * size * bump(beat["r_s"] - 0.26, 1.0, 0.012)
    assert told(signal)["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)


def test_a_line_of_the_ruling_is_no_strip():
    made = simulate("normal", 2, arrhythmia=0.0)
    signal = windows_mv(made.ecg)
    signal[1] = 0.01 * np.sin(2 * np.pi * 5 * np.arange(5000) / 500)
    assert told(signal)["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=3)
