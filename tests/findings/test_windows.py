"""The signal model's windows: of a whole record, of a page, with gaps."""

import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.findings.frame import LEAD_CELLS, slot_of
from ecgscribe.findings.windows import LONG, SHORT, lead_windows, resampled


def test_a_page_and_its_record_give_the_same_windows(ecg):
    masked = np.full_like(ecg.signal_mv, np.nan)
    for lead, (_, column) in LEAD_CELLS.items():
        row = LEADS.index(lead)
        window = slice(int(column * 625), int((column + 1) * 625))
        masked[row, window] = ecg.signal_mv[row, window]
    masked[1] = ecg.signal_mv[1]
    short, long, seen = lead_windows(Ecg(masked, 250))
    whole = lead_windows(ecg)
    assert seen.all() and short.shape == (2, 12, SHORT) and long.shape == (2, LONG)
    # a window may begin half a sample later: nowhere far, and hardly anywhere at all
    assert np.abs(short[0, :, :-1] - whole[0][0, :, :-1]).mean() < 0.01
    np.testing.assert_array_equal(long, whole[1])


def test_gaps_are_masked_and_short_leads_are_not_assessed(ecg):
    signal = ecg.signal_mv.copy()
    signal[1, 100:150] = np.nan
    signal[6] = np.nan
    signal[6, :100] = 0.1
    short, _, seen = lead_windows(Ecg(signal, 250))
    assert not seen[slot_of("V1")] and seen[slot_of("II")]
    assert short[1, slot_of("II")].mean() < 1 and short[0, slot_of("II")][short[1, slot_of("II")] == 0].max() == 0


@pytest.mark.parametrize("rate_hz", [100, 250, 360, 500])
def test_resampling_keeps_a_slow_wave_and_its_gap(rate_hz):
    time = np.arange(int(10 * rate_hz)) / rate_hz
    wave = np.sin(2 * np.pi * time)[None].astype(np.float32)
    wave[:, time > 9] = np.nan
    out = resampled(wave, rate_hz)
    expected = np.sin(2 * np.pi * np.arange(out.shape[1]) / 125)
    known = np.isfinite(out[0])
    assert out.shape[1] == 1250 and known.mean() == pytest.approx(0.9, abs=0.01)
    assert np.abs(out[0] - expected)[known].max() < 0.05


def test_signals_without_a_value_are_refused():
    with pytest.raises(BadOption, match="no value"):
        lead_windows(Ecg(np.full((12, 500), np.nan), 500))
