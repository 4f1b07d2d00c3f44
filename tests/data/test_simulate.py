"""Simulated ECGs: identities, determinism, truth against what the signal shows, textbook criteria."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import RULES
from ecgscribe.data.leadfield import DOWER, frontal_axis_deg, project, twelve
from ecgscribe.data.simulate import CONDITIONS, NOTE, simulate

SEEDS = (0, 1, 2, 3, 4, 5)
MEASURED = (
    "normal sinus_bradycardia sinus_tachycardia sinus_arrhythmia first_degree_av_block premature_atrial "
    "premature_ventricular bigeminy second_degree_av_block_wenckebach second_degree_av_block_mobitz "
    "third_degree_av_block paced lbbb rbbb lvh inferior_infarct anteroseptal_infarct"
).split()
"""Conditions whose ST segments and atria leave QRS complexes alone, so that plain rules can measure them."""
STILL = {"wander_mv": 0, "muscle_mv": 0, "mains_mv": 0}


def still(condition, seed, rate_hz=500, **wishes):
    """A record without any disturbance."""
    return simulate(condition, seed, rate_hz, **STILL, **wishes)


def whole_beats(made, kind=None):
    """Truth of the beats that lie wholly inside the record."""
    return [
        beat
        for beat in made.truth["beats"]
        if (kind is None or beat["kind"] == kind)
        and beat["qrs_onset_s"] > 0.45
        and beat["t_end_s"] < made.ecg.duration_s - 0.1
    ]


def ordinary(made):
    """The kind of the record's ordinary beats: not the premature ones."""
    kinds = {beat["kind"] for beat in made.truth["beats"]}
    return next(iter(kinds - {"atrial", "ventricular"} or kinds))


def qrs_mv(made, lead, beat):
    """(N,) one QRS complex of one lead, from the level before its onset."""
    rate = made.ecg.rate_hz
    signal = made.ecg.lead_mv(lead).astype(np.float64)
    level = signal[round((beat["qrs_onset_s"] - 0.016) * rate)]
    return signal[round(beat["qrs_onset_s"] * rate) : round(beat["qrs_end_s"] * rate) + 1] - level


def at_mv(made, lead, time_s, beat):
    """The lead's value at a time, from the level before the beat's QRS."""
    rate = made.ecg.rate_hz
    signal = made.ecg.lead_mv(lead)
    return float(signal[round(time_s * rate)] - signal[round((beat["qrs_onset_s"] - 0.016) * rate)])


def activity(made):
    """(N,) steepest slope over the leads, mV/s."""
    return np.abs(np.gradient(made.ecg.signal_mv.astype(np.float64), axis=1)).max(axis=0) * made.ecg.rate_hz


def peak_times_s(made):
    """Middles of the complexes as a plain detector finds them: where the leads are steep for a while.

    Signals are smoothed over 24 ms first, which leaves little of a pacing impulse.
    """
    rate = round(made.ecg.rate_hz)
    short, long = np.ones(round(0.024 * rate)), np.ones(round(0.14 * rate))
    smooth = np.stack([np.convolve(row, short / short.size, mode="same") for row in made.ecg.signal_mv[[0, 1, 6, 10]]])
    steep = np.abs(np.gradient(smooth, axis=1)).sum(axis=0)
    energy = np.convolve(steep, long / long.size, mode="same")
    inside = energy > 0.55 * np.percentile(energy, 97)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    middles = (edges[::2] + edges[1::2]) / 2 / rate
    kept = [middles[0]]
    for time in middles[1:]:
        if time - kept[-1] > 0.22:
            kept.append(time)
    return np.array(kept)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_limb_leads_obey_einthoven_and_goldberger(condition):
    one, two, three, right, left, foot = simulate(condition, 7).ecg.signal_mv[:6].astype(np.float64)
    tolerance = 1e-6
    assert np.abs(one + three - two).max() < tolerance
    assert np.abs(right + (one + two) / 2).max() < tolerance
    assert np.abs(left - (one - three) / 2).max() < tolerance
    assert np.abs(foot - (two + three) / 2).max() < tolerance


@pytest.mark.parametrize("condition", CONDITIONS)
def test_same_seed_same_numbers_and_other_seed_other_numbers(condition):
    first, again, other = simulate(condition, 3), simulate(condition, 3), simulate(condition, 4)
    assert np.array_equal(first.ecg.signal_mv, again.ecg.signal_mv) and first.truth == again.truth
    assert not np.array_equal(first.ecg.signal_mv, other.ecg.signal_mv)
    assert first.ecg.leads == LEADS and first.ecg.note == NOTE and "simulated" in NOTE


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(CONDITIONS),
    st.integers(0, 2**40),
    st.sampled_from([100, 128, 250, 360, 500, 1000]),
    st.floats(2, 12),
)
def test_any_seed_rate_and_length(condition, seed, rate_hz, duration_s):
    made = simulate(condition, seed, rate_hz, duration_s)
    assert made.ecg.signal_mv.shape == (12, round(duration_s * rate_hz))
    assert np.isfinite(made.ecg.signal_mv).all()
    assert 0.3 < np.abs(made.ecg.signal_mv).max() < 6
    assert all(0 <= time < duration_s for time in made.truth["beats_s"])


def test_values_are_whole_microvolts():
    signal = simulate("normal", 1).ecg.signal_mv[[0, 1, *range(6, 12)]].astype(np.float64) * 1000
    assert np.abs(signal - np.rint(signal)).max() < 1e-3


@pytest.mark.parametrize("condition", CONDITIONS)
def test_rates_of_sampling_show_the_same_heart(condition):
    fine, coarse = still(condition, 5, 1000), still(condition, 5, 500)
    assert np.abs(fine.ecg.signal_mv[:, ::2] - coarse.ecg.signal_mv).max() < 1e-6
    assert fine.truth == coarse.truth


@pytest.mark.parametrize("condition", MEASURED)
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_a_plain_detector_finds_the_beats_and_the_rate(condition, seed):
    # an atrial impulse before the P wave would need a cleverer detector
    made = simulate(condition, seed, **({"variant": "vvi"} if condition == "paced" else {}))
    found, true = peak_times_s(made), np.array(made.truth["beats_s"])
    inner = true[(true > 0.3) & (true < 9.7)]
    assert all(np.abs(found - time).min() < 0.07 for time in inner)
    assert abs(len(found) - len(true)) <= 1
    assert 60 / np.diff(found).mean() == pytest.approx(made.truth["rate_bpm"], rel=0.05)


@pytest.mark.parametrize("condition", MEASURED)
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_qrs_is_as_long_as_said(condition, seed):
    made = still(condition, seed)
    steep = activity(made)
    lengths_ms = []
    for beat in whole_beats(made, ordinary(made)):
        spike_free = -0.004 if condition == "paced" else -0.03
        start = round((beat["qrs_onset_s"] + spike_free) * 500)
        window = steep[start : round((beat["qrs_end_s"] + 0.04) * 500)]
        busy = np.flatnonzero(window > max(4.0, 0.06 * window.max()))
        lengths_ms.append((busy[-1] - busy[0] + 1) * 2)
    # the flanks of the complex are flat, so the slope shows a little less than the truth
    assert np.median(lengths_ms) == pytest.approx(made.truth["qrs_ms"] - 4, abs=8)


@pytest.mark.parametrize("condition", MEASURED)
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_axis_is_as_said(condition, seed):
    made = still(condition, seed)
    beats = whole_beats(made, ordinary(made))
    axes = [frontal_axis_deg(qrs_mv(made, "I", b).sum(), qrs_mv(made, "aVF", b).sum()) for b in beats]
    error = (np.median(axes) - made.truth["axis_deg"] + 180) % 360 - 180
    assert abs(error) < 8
    if made.request.axis_deg is not None:
        assert made.truth["axis_deg"] == pytest.approx(made.request.axis_deg, abs=0.1)


@pytest.mark.parametrize("condition", [name for name in MEASURED if RULES[name].pr_ms and name != "paced"])
def test_pr_and_qt_are_as_said(condition):
    made = still(condition, 2, axis_deg=50) if RULES[condition].axis_deg else still(condition, 2)
    steep = activity(made)
    beats = whole_beats(made, "sinus")
    pr_ms, qt_ms = [], []
    for beat in beats:
        begin = round((beat["p_onset_s"] - 0.02) * 500)
        busy = np.flatnonzero(steep[begin : round(beat["qrs_onset_s"] * 500)] > 0.5)
        pr_ms.append((beat["qrs_onset_s"] - (begin + busy[0]) / 500) * 1000)
        last = np.flatnonzero(steep[: round((beat["t_end_s"] + 0.01) * 500)] > 0.25)[-1]
        qt_ms.append((last / 500 - beat["qrs_onset_s"]) * 1000)
    assert np.median(pr_ms) == pytest.approx(made.truth["pr_ms"], abs=14)
    assert np.median(qt_ms) == pytest.approx(made.truth["qt_ms"], abs=20)


@pytest.mark.parametrize("seed", SEEDS)
def test_lbbb_by_the_book(seed):
    made = still("lbbb", seed)
    for beat in whole_beats(made):
        assert made.truth["qrs_ms"] >= 120
        first = qrs_mv(made, "V1", beat)  # no r to speak of before the S; ST rises after it
        assert first.min() < -0.6 and first[: first.argmin()].max() < 0.1
        for lead in ("I", "V5", "V6"):
            assert qrs_mv(made, lead, beat).max() > 0.25 and qrs_mv(made, lead, beat)[:20].min() > -0.05
        middle = (beat["qrs_end_s"] + 3 * beat["t_end_s"]) / 4 - 0.05
        assert at_mv(made, "V6", middle, beat) < -0.1 < 0.1 < at_mv(made, "V1", middle, beat)


@pytest.mark.parametrize("seed", SEEDS)
def test_rbbb_by_the_book(seed):
    made = still("rbbb", seed)
    for beat in whole_beats(made):
        first = qrs_mv(made, "V1", beat)
        valley = int(first.argmin())
        assert made.truth["qrs_ms"] >= 120
        assert first[:valley].max() > 0.08 and first[valley] < -0.2 and first[valley:].max() > 0.35
        assert first[valley:].max() > first[:valley].max()
        for lead in ("I", "V6"):
            later = qrs_mv(made, lead, beat)[valley:]
            assert later.min() < -0.12 and (later < -0.04).sum() * 2 >= 36  # ms of S


@pytest.mark.parametrize("seed", SEEDS)
def test_inferior_infarct_by_the_book(seed):
    made = still("inferior_infarct", seed)
    for beat in whole_beats(made):
        for lead in ("II", "III", "aVF"):
            early = qrs_mv(made, lead, beat)[: round(0.05 * 500)]
            assert early.min() < -0.15 and (early < -0.04).sum() * 2 >= 20
        assert qrs_mv(made, "I", beat)[:20].min() > -0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_anterior_infarct_by_the_book(seed):
    made = still("anterior_infarct", seed)
    for beat in whole_beats(made):
        for lead in ("V1", "V2", "V3"):
            complex_mv = qrs_mv(made, lead, beat)
            assert complex_mv.min() < -0.5 and complex_mv[: complex_mv.argmin()].max() < 0.05
        assert qrs_mv(made, "V4", beat)[:22].min() < -0.04
        assert at_mv(made, "V2", beat["qrs_end_s"] + 0.02, beat) > 0.04
        assert at_mv(made, "V3", (beat["qrs_end_s"] + 2 * beat["t_end_s"]) / 3, beat) < -0.08


@pytest.mark.parametrize("seed", SEEDS)
def test_lvh_by_the_book(seed):
    made = still("lvh", seed)
    for beat in whole_beats(made):
        sokolow_mv = -qrs_mv(made, "V1", beat).min() + qrs_mv(made, "V5", beat).max()
        assert sokolow_mv > 3.5
        late = at_mv(made, "V6", (beat["qrs_end_s"] + 2 * beat["t_end_s"]) / 3, beat)
        assert (late < -0.08) == (made.truth["variant"] == "strain")


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_by_the_book(seed):
    made = still("normal", seed)
    for beat in whole_beats(made):
        first, last = qrs_mv(made, "V1", beat), qrs_mv(made, "V6", beat)
        assert first.max() > 0.05 and first.min() < -first.max() and last.max() > -2 * last.min()
        assert qrs_mv(made, "aVR", beat).sum() < 0
        top = beat["qrs_end_s"] + 0.62 * (beat["t_end_s"] - beat["qrs_end_s"])
        assert all(at_mv(made, lead, top, beat) > 0.05 for lead in ("II", "V3", "V4", "V5"))
        sokolow_mv = -first.min() + qrs_mv(made, "V5", beat).max()
        assert sokolow_mv < 3.5


def test_pacing_impulses_stand_before_the_complexes():
    made = still("paced", 3)
    sharp = np.abs(np.diff(made.ecg.lead_mv("II").astype(np.float64), 2))
    for beat in whole_beats(made):
        onset = round(beat["qrs_onset_s"] * 500)
        assert sharp[onset - 9 : onset].max() > 5 * sharp[onset + 5 : onset + 100].max()


def test_wishes_are_kept_and_refused():
    made = simulate("normal", 1, rate_bpm=75, pr_ms=160, qrs_ms=90, axis_deg=10)
    assert (made.truth["pr_ms"], made.truth["qrs_ms"]) == (160, 90)
    assert made.truth["axis_deg"] == pytest.approx(10, abs=0.1)
    for condition, wishes, words in (
        ("measles", {}, "measles"),
        ("normal", {"rate": 70}, "rate"),
        ("normal", {"rate_bpm": 900}, "900"),
        ("atrial_fibrillation", {"pr_ms": 160}, "no PR"),
        ("paced", {"variant": "vvi", "pr_ms": 160}, "no PR"),
        ("lvh", {"variant": "large"}, "large"),
    ):
        with pytest.raises(BadOption, match=words):
            simulate(condition, 1, **wishes)
    with pytest.raises(BadOption, match="10 Hz"):
        simulate("normal", 1, rate_hz=10)
    with pytest.raises(BadOption, match="0 s"):
        simulate("normal", 1, duration_s=0)


def test_lead_field_keeps_dowers_published_limb_leads():
    # Dower's own rows for the derived leads, to the rounding of three decimals
    published = {"III": (-0.397, 1.301, -0.191), "aVR": (-0.434, -0.415, 0.037), "aVF": (-0.081, 1.184, -0.162)}
    derived = twelve(project(np.eye(3)))
    for lead, row in published.items():
        assert derived[LEADS.index(lead)] == pytest.approx(np.array(row), abs=0.0015)
    assert DOWER.shape == (8, 3)


def test_axis_of_known_directions():
    for degrees in (-120, -60, 0, 30, 60, 90, 150):
        one, foot = np.cos(np.radians(degrees)), np.sin(np.radians(degrees)) * np.sqrt(3) / 2
        assert frontal_axis_deg(one, foot) == pytest.approx(degrees)


def test_chance_is_the_same_everywhere():
    stream = Chance(42, "golden")
    # the raw stream of PCG64 is promised by numpy for ever; these are its first numbers
    assert [round(float(v), 12) for v in stream.uniforms(2)] == GOLDEN
    many = Chance(1, "many").normals(20001)
    assert len(many) == 20001 and abs(many.mean()) < 0.03 and abs(many.std() - 1) < 0.03
    assert sorted(Chance(1).shuffled(range(20))) == list(range(20)) != Chance(1).shuffled(range(20))
    assert {Chance(k).whole(1, 3) for k in range(50)} == {1, 2, 3}
    assert Chance(5, "a").between(0, 1) != Chance(5, "b").between(0, 1)


GOLDEN = [0.224457619257, 0.629988081518]


def test_codes_and_report_come_with_the_record():
    assert simulate("lvh", 0, variant="strain").scp_codes["ISC_"] == 100
    assert "ISC_" not in simulate("lvh", 0, variant="voltage").scp_codes
    assert simulate("lbbb", 0).scp_codes == {"CLBBB": 100.0, "SR": 0.0}
    assert simulate("normal", 0).report == "sinus rhythm. normal ecg."
    assert all(simulate(name, 0, 100, 2).report for name in CONDITIONS)


def test_swapped_arms_show_what_swapped_arms_show():
    true, swapped = still("normal", 3), still("normal", 3, electrodes="arms_swapped")
    for lead, other, sign in (("I", "I", -1), ("II", "III", 1), ("aVR", "aVL", 1), ("aVF", "aVF", 1), ("V3", "V3", 1)):
        assert np.abs(swapped.ecg.lead_mv(lead) - sign * true.ecg.lead_mv(other)).max() < 0.002
    assert swapped.truth["axis_deg"] == true.truth["axis_deg"]
    beat = whole_beats(swapped)[1]
    seen = frontal_axis_deg(qrs_mv(swapped, "I", beat).sum(), qrs_mv(swapped, "aVF", beat).sum())
    assert abs((seen - swapped.truth["axis_shown_deg"] + 180) % 360 - 180) < 8


def test_a_loose_electrode_spoils_its_leads_for_a_while():
    spoiled = set()
    for seed in range(8):
        placed, loose = still("normal", seed), still("normal", seed, electrodes="loose")
        where = loose.truth["loose"]
        difference = np.abs(loose.ecg.signal_mv - placed.ecg.signal_mv)
        during = slice(round(where["from_s"] * 500) + 10, round(where["to_s"] * 500) - 10)
        before = slice(0, round(where["from_s"] * 500) - 20)
        assert difference[:, before].max() < 1e-6 and difference[:, during].max() > 0.3
        one, two, three, right, _, foot = loose.ecg.signal_mv[:6].astype(np.float64)
        assert np.abs(one + three - two).max() < 1e-6 and np.abs(right + (one + two) / 2).max() < 1e-6
        if where["electrode"].startswith("V"):
            touched = difference[:, during].max(axis=1) > 0.05
            assert [LEADS[k] for k in np.flatnonzero(touched)] == [where["electrode"]]
        spoiled.add(where["electrode"])
    assert len(spoiled) > 2 and still("normal", 1).truth["loose"] is None


def test_a_missing_lead_is_not_a_number_and_the_others_stay():
    whole, lacking = simulate("lbbb", 2), simulate("lbbb", 2, missing_lead="V4")
    at = LEADS.index("V4")
    assert np.isnan(lacking.ecg.signal_mv[at]).all() and lacking.truth["missing_lead"] == "V4"
    assert np.array_equal(np.delete(lacking.ecg.signal_mv, at, 0), np.delete(whole.ecg.signal_mv, at, 0))
    for wishes, words in (({"electrodes": "upside_down"}, "upside_down"), ({"missing_lead": "V9"}, "V9")):
        with pytest.raises(BadOption, match=words):
            simulate("normal", 1, **wishes)
