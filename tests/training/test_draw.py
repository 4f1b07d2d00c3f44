"""Training pages: a variant a record and epoch, always the same one, and truth about the trace under each patch."""

import numpy as np
import pytest

from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.simulate import simulate
from ecgscribe.training.draw import TRACE_SAMPLES, draw_plain, draw_varied

ROAD = Preprocess.lead_bands()


@pytest.fixture(scope="module")
def ecg():
    return simulate("sinus_rhythm" if "sinus_rhythm" in _conditions() else _conditions()[0], seed=3).ecg


def _conditions():
    from ecgscribe.data.simulate import CONDITIONS

    return CONDITIONS


def test_same_seed_same_page_other_epoch_other_page(ecg):
    first, again = (draw_varied(ecg, ROAD, 14, (1, 2, 3), 5) for _ in range(2))
    other = draw_varied(ecg, ROAD, 14, (1, 3, 3), 5)
    assert first.picture.tobytes() == again.picture.tobytes()
    assert np.array_equal(first.trace_mv, again.trace_mv, equal_nan=True)
    assert first.picture.tobytes() != other.picture.tobytes()


def test_the_plain_page_tells_the_first_seconds_of_each_lead(ecg):
    drawn = draw_plain(ecg, ROAD, 14)
    assert drawn.picture.shape == (336, 336, 3) and drawn.trace_mv.shape == (14, 14, TRACE_SAMPLES)
    lead = ecg.lead_mv("I")
    index = np.round((np.arange(14 * TRACE_SAMPLES) + 0.5) / (14 * TRACE_SAMPLES) * 2.5 * ecg.rate_hz).astype(int)
    assert np.allclose(drawn.trace_mv[0].ravel(), lead[index])
    rhythm = ecg.lead_mv("II")
    halfway = int(5 * ecg.rate_hz)
    assert drawn.trace_mv[13].ravel()[0] == pytest.approx(rhythm[halfway : halfway + 12].mean(), abs=0.3)


def test_the_told_trace_is_where_the_ink_is(ecg):
    drawn = draw_plain(ecg, ROAD, 14)
    dark = 255.0 - drawn.picture[:, :, 0]
    rows = np.arange(24)[:, None] + 0.5
    errors = []
    for band in range(12):
        strip = dark[band * 24 : (band + 1) * 24, 70:320]  # between the lead's name and the next separator
        seen = (rows * strip).sum(0) / np.maximum(strip.sum(0), 1)
        told = 12 - drawn.trace_mv[band].ravel() * 10 / 30 * 24
        at = np.clip((np.arange(70, 320) / 336 * 14 * TRACE_SAMPLES).astype(int), 0, 14 * TRACE_SAMPLES - 1)
        errors.append(np.median(np.abs(seen - told[at])))
    assert np.median(errors) < 0.5, "half a band pixel"
