"""Einthoven's and Goldberger's identities: true leads stay, noise shrinks, strangers are left alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.digitize.identities import FROM_I_AND_II, disagreeing, limb_residual_mv, repaired

RATE_HZ = 100.0


def limb_leads(seed=0, count=250):
    rng = np.random.default_rng(seed)
    two = np.cumsum(rng.normal(0, 0.03, (2, count)), axis=1)
    signal = np.full((12, count), np.nan)
    signal[:6] = FROM_I_AND_II @ two
    return signal


def test_identities_of_the_text_books():
    first, second = 0.4, 1.1
    third, right, left, foot = (FROM_I_AND_II @ [first, second])[2:]
    assert np.isclose(first + third, second)
    assert np.isclose(right + left + foot, 0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sets(st.integers(0, 5), min_size=3, max_size=6))
def test_true_leads_are_not_changed(seed, known):
    signal = limb_leads(seed)
    signal[[k for k in range(6) if k not in known]] = np.nan
    after, _ = repaired(signal, np.full(signal.shape, 0.02), RATE_HZ)
    assert np.allclose(after, signal, atol=1e-9, equal_nan=True)
    assert np.nanmax(np.abs(limb_residual_mv(signal[:6]))) < 1e-9


def test_noise_shrinks_where_three_leads_stand_together():
    true = limb_leads(1)
    true[3:6] = np.nan
    noisy = true + np.random.default_rng(5).normal(0, 0.03, true.shape)
    after, changed = repaired(noisy, np.full(true.shape, 0.03), RATE_HZ)
    assert changed == ("I", "II", "III")
    before = np.nanmean((noisy - true)[:3] ** 2)
    assert np.nanmean((after - true)[:3] ** 2) < 0.75 * before, "two thirds are expected"


def test_the_surer_lead_moves_less():
    true = limb_leads(2)
    true[3:6] = np.nan
    noisy, noise = true.copy(), np.full(true.shape, 0.005)
    noisy[2] += np.random.default_rng(5).normal(0, 0.05, true.shape[1])
    noise[2] = 0.05
    after, _ = repaired(noisy, noise, RATE_HZ)
    assert np.nanstd((after - true)[0]) < 0.005
    assert np.nanstd((after - true)[2]) < 0.015


def test_offsets_and_strangers_are_left_alone():
    signal = limb_leads(3)
    signal[3:6] = np.nan
    shifted = signal + np.arange(12)[:, None] * 0.1
    after, _ = repaired(shifted, np.full(signal.shape, 0.02), RATE_HZ)
    assert np.allclose(np.nanmedian(after - shifted, axis=1)[:3], 0, atol=0.02)
    strange = signal.copy()
    strange[1] = limb_leads(99)[0] * 3
    after, changed = repaired(strange, np.full(signal.shape, 0.02), RATE_HZ)
    assert changed == () and np.array_equal(after, strange, equal_nan=True)


def test_a_strip_of_another_time_neither_teaches_nor_learns():
    """Columns that all began at one moment: in the second column the strip shows what came later."""
    whole = limb_leads(1, 1000)
    page = np.full_like(whole, np.nan)
    page[:3, :250], page[3:6, 250:500] = whole[:3, :250], whole[3:6, :250]
    page[1] = whole[1]
    noisy = page + np.random.default_rng(4).normal(0, 0.02, page.shape)
    after, changed = repaired(noisy, np.full(page.shape, 0.02), RATE_HZ)
    assert np.array_equal(after[1, 250:], noisy[1, 250:]) and set(changed) >= {"I", "III", "aVR", "aVL", "aVF"}
    assert np.nanmean((after - page)[3:6] ** 2) < 0.8 * np.nanmean((noisy - page)[3:6] ** 2)
    page[3:6, 250:500] = whole[3:6, 250:500]
    noisy = page + np.random.default_rng(4).normal(0, 0.02, page.shape)
    after, _ = repaired(noisy, np.full(page.shape, 0.02), RATE_HZ)
    assert not np.array_equal(after[1, 250:500], noisy[1, 250:500]), "a strip of the same time does both"


def test_nothing_is_invented():
    signal = limb_leads(4)
    signal[2, 100:150] = np.nan
    after, _ = repaired(signal, np.full(signal.shape, 0.02), RATE_HZ)
    assert np.array_equal(np.isnan(after), np.isnan(signal))


def test_leads_that_disagree_are_named_and_true_ones_are_not():
    signal = limb_leads(2)
    signal[3:6] = np.nan
    noisy = signal + np.random.default_rng(3).normal(0, 0.03, signal.shape)
    assert disagreeing(signal + 0.4 * (np.arange(12) == 1)[:, None], RATE_HZ) == ()  # zero lines do not count
    assert disagreeing(noisy, RATE_HZ) == ()
    strange = signal.copy()
    strange[2] = -signal[2] + np.sin(np.arange(signal.shape[1]))
    assert disagreeing(strange, RATE_HZ) == ("I", "II", "III")
