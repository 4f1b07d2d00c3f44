"""`lead_beats`: aligned average beats of a recording and of a page, what is unknown, and the net that hears them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from findings_models import some_labels

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.data.simulate import simulate
from ecgscribe.findings.beatnet import BeatNet
from ecgscribe.findings.beats import BEAT, RHYTHM, lead_beats
from ecgscribe.findings.nets import NetSizes
from ecgscribe.measure.measure import measure
from ecgscribe.training.findings_beats import from_windows, shown
from ecgscribe.training.findings_draw import plain_windows


def known(rhythm, name, part="value"):
    k = list(RHYTHM).index((name, part))
    centre, width = RHYTHM[name, part]
    return rhythm[0, k] * width + centre, bool(rhythm[1, k])


def test_beats_are_aligned_and_intervals_are_those_of_measure(ecg):
    beat, rhythm = lead_beats(ecg)
    assert beat.shape == (12, BEAT) and rhythm.shape == (2, len(RHYTHM)) and beat.dtype == rhythm.dtype == np.float32
    told = {m.name: m.value for m in measure(ecg) if not m.lead}
    for name in ("rate", "qrs", "axis"):
        value, there = known(rhythm, name)
        assert there and value == pytest.approx(told[name], rel=1e-3)
    steep = np.abs(np.diff(beat[:, :110])).argmax(1)  # the next beat reaches in behind
    assert np.ptp(steep) * 8 < 120, "QRS complexes stand at one place of all leads, samples of 8 ms"


@pytest.mark.parametrize("seed", [1, 5])
def test_a_page_gives_nearly_the_beats_of_its_recording(seed):
    whole = simulate("normal", seed, rate_hz=250).ecg
    beats = [lead_beats(held)[0][:, 20:110] for held in (whole, shown(whole), from_windows(*plain_windows(whole)))]
    for page in beats[1:]:
        alike = [np.corrcoef(a, b)[0, 1] for a, b in zip(beats[0], page, strict=True)]
        assert np.median(alike) > 0.98, alike
    alike = [np.corrcoef(a, b)[0, 1] for a, b in zip(*beats[1:], strict=True)]
    assert min(alike) > 0.9, "windows of 125 Hz stand where the page's columns do"


def test_unseen_leads_are_zero_and_no_beat_gives_none(ecg):
    signal = ecg.signal_mv.copy()
    signal[LEADS.index("V3")] = np.nan
    assert not lead_beats(replace(ecg, signal_mv=signal))[0][LEADS.index("V3")].any()
    assert lead_beats(Ecg(np.zeros((12, 2500)), 250)) is None


def test_what_is_unknown_counts_as_nothing(ecg):
    net = BeatNet(len(some_labels()[0]), NetSizes()).eval()
    beat, rhythm = (torch.from_numpy(array)[None] for array in lead_beats(ecg))
    unknown = torch.zeros_like(rhythm)
    with torch.inference_mode():
        assert torch.isfinite(net(beat, unknown)).all() and (net(beat, rhythm) != net(beat, unknown)).any()
