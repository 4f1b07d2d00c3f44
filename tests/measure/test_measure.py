"""Simulated records, whose waves are known exactly, as whole recordings and as a page shows them."""

import numpy as np
import pytest
from page_windows import windows_mv

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.data.simulate import simulate
from ecgscribe.measure.measure import measure
from ecgscribe.measure.names import NAMES
from ecgscribe.measure.prepare import spikes_of, without_spikes


def told(ecg: Ecg) -> dict:
    return {m.name + m.lead: m for m in measure(ecg)}


CONDITIONS = ("normal", "first_degree_av_block", "inferior_infarct", "lbbb", "sinus_tachycardia", "sinus_bradycardia")


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("seed", [1, 2])
def test_intervals_of_whole_records(condition, seed):
    made = simulate(condition, seed)
    found, truth = told(made.ecg), made.truth
    assert found["rate"].value == pytest.approx(truth["rate_bpm"], abs=1)
    assert found["beats"].value == pytest.approx(len(truth["beats_s"]), abs=1)
    assert found["pr"].value == pytest.approx(truth["pr_ms"], abs=15)
    assert found["qrs"].value == pytest.approx(truth["qrs_ms"], abs=12)
    assert found["qt"].value == pytest.approx(truth["qt_ms"], abs=20)
    assert found["axis"].value == pytest.approx(truth["axis_shown_deg"], abs=10)
    assert found["p_present"].value == 1


@pytest.mark.parametrize("condition", ["normal", "first_degree_av_block", "sinus_tachycardia"])
@pytest.mark.parametrize("strips", [("II",), ("V1", "II", "V5"), ()])
def test_a_page_gives_nearly_the_same(condition, strips):
    made = simulate(condition, 2)
    found, truth = told(Ecg(windows_mv(made.ecg, strips), 500)), made.truth
    assert found["rate"].value == pytest.approx(truth["rate_bpm"], abs=1 if strips else 3)
    assert found["pr"].value == pytest.approx(truth["pr_ms"], abs=15)
    assert found["qrs"].value == pytest.approx(truth["qrs_ms"], abs=15)
    assert found["qt"].value == pytest.approx(truth["qt_ms"], abs=25)
    assert found["axis"].value == pytest.approx(truth["axis_shown_deg"], abs=12)


def test_columns_that_began_together_do_not_disturb_the_strip():
    made = simulate("normal", 1)
    found = told(Ecg(windows_mv(made.ecg, simultaneous=True), 500))
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)
    assert found["qrs"].value == pytest.approx(made.truth["qrs_ms"], abs=20)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_fibrillation_has_no_p_and_its_pr_a_reason(seed):
    made = simulate("atrial_fibrillation", seed)
    found = told(made.ecg)
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)
    assert found["p_present"].value == 0 and np.isnan(found["pr"].value)
    assert "P wave" in found["pr"].reason
    assert found["rr_variation"].value > 10
    assert found["qrs"].value == pytest.approx(made.truth["qrs_ms"], abs=16)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_atria_apart_from_the_ventricles_have_no_pr(seed):
    found = told(simulate("third_degree_av_block", seed).ecg)
    assert np.isnan(found["pr"].value) and found["pr"].reason


@pytest.mark.parametrize("seed", [1, 2])
def test_a_paced_ventricle_has_no_pr_and_its_spike_no_part_in_qrs(seed):
    made = simulate("paced", 2 * seed)
    assert made.truth["variant"] == "vvi"
    found = told(made.ecg)
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)
    assert found["qrs"].value == pytest.approx(made.truth["qrs_ms"], abs=12)
    assert np.isnan(found["pr"].value) and "wave" in found["pr"].reason


def test_pacing_of_both_chambers_has_its_pr():
    made = simulate("paced", 3)
    assert made.truth["variant"] == "ddd"
    assert told(made.ecg)["pr"].value == pytest.approx(made.truth["pr_ms"], abs=15)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fast_ventricular_tachycardia_has_a_rate_and_no_intervals(seed):
    made = simulate("ventricular_tachycardia", seed)
    found = told(made.ecg)
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=2)
    for name in ("pr", "qrs", "qt", "axis"):
        assert np.isnan(found[name].value) and found[name].reason
    assert "T wave" in found["qrs"].reason


@pytest.mark.parametrize("seed", [4, 5])
def test_flutter_waves_are_no_p_waves(seed):
    made = simulate("atrial_flutter", seed)
    found = told(made.ecg)
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)
    assert found["p_present"].value == 0 and np.isnan(found["pr"].value)
    assert "flutter" in found["pr"].reason


@pytest.mark.parametrize("seed", [1, 2, 4, 5])
def test_a_tachycardia_with_hidden_p_waves_has_no_pr(seed):
    found = told(simulate("supraventricular_tachycardia", seed).ecg)
    assert np.isnan(found["pr"].value) and found["pr"].reason


def test_small_spikes_are_found_in_several_leads_and_r_waves_are_none():
    signal = simulate("lbbb", 1).ecg.signal_mv.astype(float)
    assert len(spikes_of(signal)) == 0
    spiked = signal.copy()
    spiked[:, [700, 701, 1500]] += 0.3
    assert list(np.round(spikes_of(spiked), -1)) == [700, 1500]
    assert np.abs(without_spikes(spiked) - without_spikes(signal)).max() < 0.1


def test_regular_beats_vary_little():
    assert told(simulate("normal", 1, arrhythmia=0.0).ecg)["rr_variation"].value < 3


def test_every_measurement_is_there_in_order_with_its_unit():
    for ecg in (simulate("normal", 1).ecg, Ecg(np.full((12, 5000), np.nan), 500), Ecg(np.zeros((12, 5000)), 500)):
        found = measure(ecg)
        assert list(dict.fromkeys(m.name for m in found)) == list(NAMES)
        assert all(m.unit == NAMES[m.name][1] for m in found)
        for name in ("st", "r", "s"):
            assert [m.lead for m in found if m.name == name] == list(LEADS)


@pytest.mark.parametrize("signal", [np.full((12, 5000), np.nan), np.zeros((12, 5000)), np.zeros((12, 0))])
def test_nothing_seen_is_said_and_nothing_invented(signal):
    found = measure(Ecg(signal, 500))
    assert not any(m.known for m in found) and all(m.reason for m in found)


def test_amplitudes_follow_the_gain_and_the_sign():
    ecg = simulate("normal", 3, wander_mv=0, muscle_mv=0, mains_mv=0).ecg
    one, two = told(ecg), told(Ecg(2 * ecg.signal_mv, 500))
    for name in ("rV5", "sV1", "stV2", "sokolow_lyon"):
        assert two[name].value == pytest.approx(2 * one[name].value, rel=0.02, abs=0.005)
    assert one["sokolow_lyon"].value == pytest.approx(one["sV1"].value + max(one["rV5"].value, one["rV6"].value))
    turned = told(Ecg(-ecg.signal_mv, 500))
    assert abs((turned["axis"].value - one["axis"].value) % 360 - 180) < 5


def test_st_follows_an_injury_and_not_the_baseline():
    injured = told(simulate("acute_anterior_infarct", 2).ecg)
    healthy = told(simulate("normal", 2).ecg)
    assert max(injured[f"stV{k}"].value for k in (2, 3, 4)) > 0.1 + max(healthy[f"stV{k}"].value for k in (5, 6))
    ecg = simulate("normal", 2).ecg
    lifted = told(Ecg(ecg.signal_mv + 0.5, 500))
    assert lifted["stV5"].value == pytest.approx(told(ecg)["stV5"].value, abs=0.01)


def test_corrected_qt_follows_its_formulas():
    found = told(simulate("sinus_tachycardia", 1).ecg)
    rr_s = found["rr"].value / 1000
    assert found["qtc_bazett"].value == pytest.approx(found["qt"].value / rr_s**0.5)
    assert found["qtc_fridericia"].value == pytest.approx(found["qt"].value / rr_s ** (1 / 3))


def test_a_missing_lead_has_its_reason_and_the_axis_lives():
    made = simulate("normal", 2)
    ecg = Ecg(np.delete(made.ecg.signal_mv, LEADS.index("V1"), axis=0), 500, tuple(x for x in LEADS if x != "V1"))
    found = told(ecg)
    assert "V1" in found["sV1"].reason and "V1" in found["sokolow_lyon"].reason
    assert found["axis"].known
    chest = told(Ecg(made.ecg.signal_mv[6:], 500, LEADS[6:]))
    assert "limb leads" in chest["axis"].reason and chest["qrs"].known


@pytest.mark.parametrize("rate_hz", [250, 1000])
def test_the_sampling_rate_does_not_matter(rate_hz):
    made = simulate("normal", 1, rate_hz=rate_hz)
    found = told(made.ecg)
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)
    assert found["qrs"].value == pytest.approx(made.truth["qrs_ms"], abs=15)


def test_short_gaps_of_the_digitiser_are_crossed():
    made = simulate("normal", 1)
    signal = made.ecg.signal_mv.copy()
    signal[:, 97::400] = np.nan
    signal[:, 98::400] = np.nan
    found = told(Ecg(signal, 500))
    assert found["rate"].value == pytest.approx(made.truth["rate_bpm"], abs=1)
    assert found["qt"].value == pytest.approx(made.truth["qt_ms"], abs=20)
