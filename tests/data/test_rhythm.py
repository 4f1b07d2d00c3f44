"""Rhythms: atria and ventricles as events, each rhythm by its textbook criteria over seeds, joined conditions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.combine import decided, shape_named
from ecgscribe.data.conditions import CONDITIONS, RULES, canonical, request_of, rule_of, variants_of
from ecgscribe.data.conditions_rhythm import RHYTHM_RULES
from ecgscribe.data.heart import heart_of
from ecgscribe.data.heart_truth import truth_of
from ecgscribe.data.rhythm import qt_s
from ecgscribe.data.rhythms import RHYTHMS, rhythm_of
from ecgscribe.data.shapes import SHAPES, mixed
from ecgscribe.data.simulate import simulate
from ecgscribe.data.sinus import SinusNode, breath_of
from ecgscribe.data.statements import statement_lines

SEEDS = range(12)


def events(condition, seed, duration_s=10.0, **wishes):
    """(request, rhythm, truth) of a record, without making its signals."""
    request = request_of(condition, seed, wishes)
    rhythm = rhythm_of(request, seed, duration_s)
    return request, rhythm, truth_of(request, rhythm, heart_of(request, seed), duration_s)


def onsets(truth, kind=None):
    return np.array([beat["qrs_onset_s"] for beat in truth["beats"] if kind in (None, beat["kind"])])


def p_onsets(truth):
    """Onsets of all P waves, with and without a QRS."""
    own = [beat["p_onset_s"] for beat in truth["beats"] if beat["p_onset_s"] is not None]
    return np.sort(np.array(own + [wave["p_onset_s"] for wave in truth["p_waves"]]))


def spread(times):
    gaps = np.diff(times)
    return gaps.std() / gaps.mean()


@pytest.mark.parametrize("condition", sorted(RHYTHM_RULES))
def test_requested_and_true_values_agree(condition):
    for seed in SEEDS:
        request, rhythm, truth = events(condition, seed)
        # groups of beats (Wenckebach, a dropped beat, a premature one and its pause) do not fill ten seconds evenly
        grouped = "block" in condition and "first" not in condition or request.variant in ("variable", "dropped")
        tolerance = 0.16 if grouped or "premature" in condition or "geminy" in condition else 0.05
        assert truth["rate_bpm"] == pytest.approx(request.rate_bpm, rel=tolerance), seed
        assert truth["qrs_ms"] == pytest.approx(request.qrs_ms, abs=0.1)
        assert (truth["pr_ms"] is None) == (request.pr_ms is None)
        if request.pr_ms is not None:
            assert truth["pr_range_ms"][0] == pytest.approx(request.pr_ms, abs=0.1)
            if condition != "second_degree_av_block_wenckebach":
                assert truth["pr_ms"] == truth["pr_range_ms"][1] == pytest.approx(request.pr_ms, abs=0.1)
        if request.axis_deg is not None:
            assert truth["axis_deg"] == pytest.approx(request.axis_deg, abs=0.1)
        if request.rate_bpm < 120:
            corrected = truth["qt_ms"] / (60 / request.rate_bpm) ** (1 / 3)
            assert corrected == pytest.approx(request.qtc_ms, rel=0.03)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(RHYTHM_RULES)), st.integers(0, 2**40), st.floats(2, 30))
def test_events_of_any_rhythm_are_in_order(condition, seed, duration_s):
    _, rhythm, truth = events(condition, seed, duration_s)
    for beat in truth["beats"]:
        assert beat["qrs_onset_s"] < beat["r_s"] < beat["qrs_end_s"] < beat["t_onset_s"] < beat["t_end_s"]
        if beat["p_onset_s"] is not None:
            assert beat["p_onset_s"] < beat["p_end_s"] <= beat["qrs_onset_s"]
    begins = [beat.qrs_onset_s for beat in rhythm.beats]
    assert begins == sorted(begins) and begins[0] < 0
    assert begins[-1] + max(np.diff(begins)) > duration_s
    for before, after in zip(rhythm.beats, rhythm.beats[1:], strict=False):
        assert before.qrs_onset_s + before.qt_s <= after.qrs_onset_s + 0.01
    assert {wave.conducted for wave in rhythm.alone} <= {False}
    assert all(beat.p.conducted for beat in rhythm.beats if beat.p)
    assert all(wave["p_onset_s"] < wave["p_end_s"] for wave in truth["p_waves"])


@pytest.mark.parametrize("seed", SEEDS)
def test_sinus_rhythms(seed):
    assert spread(onsets(events("normal", seed)[2])) < 0.06
    assert 0.06 < spread(onsets(events("sinus_arrhythmia", seed)[2])) < 0.2
    assert (
        events("sinus_bradycardia", seed)[2]["rate_bpm"] < 60 < 100 < events("sinus_tachycardia", seed)[2]["rate_bpm"]
    )
    long = events("first_degree_av_block", seed)[2]
    assert long["pr_ms"] > 200 and all(beat["p_onset_s"] is not None for beat in long["beats"])
    # sinus arrhythmia: the longest and the shortest interval differ by more than 0.12 s
    gaps = np.diff(onsets(events("sinus_arrhythmia", seed)[2]))
    assert gaps.max() - gaps.min() > 0.12


def test_rr_spectrum_has_the_peaks_of_breath_and_mayer_wave():
    for seed in range(4):
        breath = breath_of(seed)
        node = SinusNode(1.0, 0.05, Chance(seed, "test"), breath)
        # the node is asked at even times, as if its signal were sampled twice a second
        swing = np.array([node.interval_s(k / 2) for k in range(2048)]) - 1.0
        power = np.abs(np.fft.rfft(swing * np.hanning(2048))) ** 2
        frequency = np.fft.rfftfreq(2048, 0.5)
        low, high = np.abs(frequency - 0.1) < 0.03, np.abs(frequency - breath.hz) < 0.03
        assert power[low | high].sum() > 0.9 * power.sum()
        assert 0.25 < power[low].sum() / power[high].sum() < 1.8
        assert 0.9 < swing.std() * 2**0.5 / 0.05 < 1.15
        for peak, centre_hz in ((low, 0.1), (high, breath.hz)):
            width_hz = (np.sum(power[peak] * (frequency[peak] - centre_hz) ** 2) / power[peak].sum()) ** 0.5
            assert 0.004 < width_hz < 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_fibrillation_is_irregular_and_without_p(seed):
    truth = events("atrial_fibrillation", seed)[2]
    assert spread(onsets(truth)) > 0.12 and len(p_onsets(truth)) == 0
    assert truth["pr_ms"] is None and truth["atrial_rate_bpm"] is None
    gaps = np.diff(onsets(truth))
    # nobody can foresee the next interval from the last
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 0.85


@pytest.mark.parametrize("variant,ratio", [("2:1", 2), ("3:1", 3), ("4:1", 4)])
def test_flutter_conducts_every_nth_wave(variant, ratio):
    for seed in range(4):
        made = simulate("atrial_flutter", seed, variant=variant, wander_mv=0, muscle_mv=0, mains_mv=0)
        truth = made.truth
        assert 240 <= truth["atrial_rate_bpm"] <= 340 and truth["p_waves"] == []
        assert truth["rate_bpm"] * ratio == pytest.approx(truth["atrial_rate_bpm"], rel=0.01)
        assert spread(onsets(truth)) < 0.01
        # the saw is in the signal: its own frequency stands out in II among its neighbours
        power = np.abs(np.fft.rfft(made.ecg.lead_mv("II") * np.hanning(5000))) ** 2
        waves = round(truth["atrial_rate_bpm"] / 60 * 10)
        beats = round(truth["rate_bpm"] / 60 * 10)
        assert power[waves - 2 : waves + 3].max() > 3 * np.median(power[waves - beats // 2 : waves + beats // 2])


def test_flutter_waves_fall_slowly_and_are_negative_below():
    slow = simulate("atrial_flutter", 3, variant="4:1", wander_mv=0, muscle_mv=0, mains_mv=0)
    cycle_s = 60 / slow.truth["atrial_rate_bpm"]
    beat = slow.truth["beats"][3]
    # from the end of T to the next QRS nothing but flutter is seen
    window = slice(round(beat["t_end_s"] * 500), round((beat["t_end_s"] + cycle_s) * 500))
    for lead in ("II", "III", "aVF"):
        wave = slow.ecg.lead_mv(lead)[window]
        assert wave.max() - np.median(wave) < np.median(wave) - wave.min()  # the deflection is downward
    first = slow.ecg.lead_mv("V1")[window]
    assert first.max() - np.median(first) > np.median(first) - first.min()
    waves = slow.ecg.lead_mv("II")[window]
    assert (np.diff(waves) < 0).mean() > 0.5  # down slower than up


@pytest.mark.parametrize("seed", SEEDS)
def test_variable_flutter_changes_its_ratio(seed):
    truth = events("atrial_flutter", seed, variant="variable")[2]
    cycles = np.diff(onsets(truth)) * truth["atrial_rate_bpm"] / 60
    assert np.abs(cycles - np.rint(cycles)).max() < 0.02 and len(set(np.rint(cycles))) >= 2


@pytest.mark.parametrize("seed", SEEDS)
def test_supraventricular_tachycardia(seed):
    truth = events("supraventricular_tachycardia", seed, variant="hidden")[2]
    assert 150 <= truth["rate_bpm"] <= 220 and truth["qrs_ms"] < 110 and len(p_onsets(truth)) == 0
    assert spread(onsets(truth)) < 0.02
    truth = events("supraventricular_tachycardia", seed, variant="retrograde")[2]
    for wave in truth["p_waves"][1:-1]:
        behind = wave["p_onset_s"] - onsets(truth)
        assert 0.06 < behind[behind > 0].min() < 0.14 and wave["kind"] == "retrograde"


def test_retrograde_p_is_negative_below_and_upright_in_v1():
    quiet = {"wander_mv": 0, "muscle_mv": 0, "mains_mv": 0, "rate_bpm": 155}
    hidden = simulate("supraventricular_tachycardia", 2, variant="hidden", **quiet)
    seen = simulate("supraventricular_tachycardia", 2, variant="retrograde", **quiet)
    assert seen.request.rate_bpm == hidden.request.rate_bpm
    # the same heart but for its P waves; other draws differ, so only a wave of its own is looked at
    wave = seen.truth["p_waves"][3]
    middle = round((wave["p_onset_s"] + 0.4 * (wave["p_end_s"] - wave["p_onset_s"])) * 500)
    begin = round(wave["p_onset_s"] * 500)
    assert seen.ecg.lead_mv("II")[middle] < seen.ecg.lead_mv("II")[begin] - 0.03
    assert seen.ecg.lead_mv("V1")[middle] > seen.ecg.lead_mv("V1")[begin]


@pytest.mark.parametrize("seed", SEEDS)
def test_wenckebach_grows_and_drops(seed):
    _, rhythm, truth = events("second_degree_av_block_wenckebach", seed)
    p_waves = rhythm.p_waves
    assert spread(np.array([wave.onset_s for wave in p_waves])) < 0.06
    following = {beat.p.onset_s: beat.pr_s for beat in rhythm.beats}
    prs = [following.get(wave.onset_s) for wave in p_waves]
    assert prs.count(None) >= 2
    for before, after in zip(prs, prs[1:], strict=False):
        assert before is None or after is None or after > before + 0.02
    # the pause is shorter than two intervals before it, and RR shrinks within a period
    assert truth["pr_range_ms"][1] > truth["pr_range_ms"][0] + 60
    for k in range(2, len(prs) - 1):
        if None not in prs[k - 2 : k + 1]:
            times = [p_waves[j].onset_s + prs[j] for j in (k - 2, k - 1, k)]
            assert times[2] - times[1] < times[1] - times[0] + 0.02


@pytest.mark.parametrize("variant", ["2:1", "3:1", "dropped"])
@pytest.mark.parametrize("seed", range(5))
def test_mobitz_has_constant_pr_and_lone_p_waves(variant, seed):
    request, rhythm, truth = events("second_degree_av_block_mobitz", seed, variant=variant)
    assert truth["pr_range_ms"][0] == truth["pr_range_ms"][1] and truth["p_waves"]
    share = len(rhythm.beats) / len(rhythm.p_waves)
    if variant != "dropped":
        assert share == pytest.approx(1 / int(variant[0]), abs=0.06)
    else:
        assert 0.6 < share < 0.85
    assert spread(np.array([wave.onset_s for wave in rhythm.p_waves])) < 0.05


@pytest.mark.parametrize("condition", ["third_degree_av_block", "ventricular_tachycardia"])
@pytest.mark.parametrize("seed", SEEDS)
def test_dissociation(condition, seed):
    """P waves at their own rate, at every distance from the QRS complexes."""
    _, rhythm, truth = events(condition, seed, duration_s=60.0)
    atria = np.array([wave.onset_s for wave in rhythm.alone])
    assert all(beat.p is None for beat in rhythm.beats) and spread(atria) < 0.04
    inside = atria[(atria > 0) & (atria < 60)]
    rr_s = truth["rr_ms"] / 1000
    places = np.array([(time - onsets(truth)[onsets(truth) <= time].max()) / rr_s for time in inside[3:]])
    assert np.histogram(places, bins=4, range=(0, 1.02))[0].min() >= 0.08 * len(places)
    if condition == "third_degree_av_block":
        assert truth["rate_bpm"] < 56 and truth["atrial_rate_bpm"] > 1.4 * truth["rate_bpm"]
        assert (truth["qrs_ms"] >= 120) == (truth["variant"] == "wide")
    else:
        assert 120 <= truth["rate_bpm"] <= 220 and truth["qrs_ms"] >= 120
        assert truth["atrial_rate_bpm"] < 0.85 * truth["rate_bpm"]


@pytest.mark.parametrize("condition,kind", [("premature_atrial", "atrial"), ("premature_ventricular", "ventricular")])
@pytest.mark.parametrize("seed", SEEDS)
def test_premature_beats_by_the_book(condition, kind, seed):
    request, _, truth = events(condition, seed)
    beats = truth["beats"]
    early = [k for k, beat in enumerate(beats) if beat["kind"] == kind and 0 < k < len(beats) - 1]
    sinus_s = 60 / request.rate_bpm
    assert early
    for k in early:
        before, after = np.diff([beat["qrs_onset_s"] for beat in beats[k - 1 : k + 2]])
        assert before < 0.93 * sinus_s
        if kind == "ventricular":
            assert beats[k]["p_onset_s"] is None and beats[k]["qrs_end_s"] - beats[k]["qrs_onset_s"] >= 0.12
            assert before + after == pytest.approx(2 * sinus_s, rel=0.1)
        else:
            assert beats[k]["p_kind"] == request.variant and before + after < 1.99 * sinus_s


@pytest.mark.parametrize("condition,every", [("bigeminy", 2), ("trigeminy", 3)])
@pytest.mark.parametrize("variant,kind", [("right", "ventricular"), ("left", "ventricular"), ("atrial", "atrial")])
def test_every_second_or_third_beat_is_premature(condition, every, variant, kind):
    for seed in range(4):
        kinds = [beat["kind"] for beat in events(condition, seed, variant=variant)[2]["beats"]]
        first = kinds.index(kind)
        assert all((name == kind) == ((k - first) % every == 0) for k, name in enumerate(kinds))


def test_pacing():
    for seed in range(4):
        both, one = events("paced", seed, variant="ddd")[2], events("paced", seed, variant="vvi")[2]
        assert {beat["p_kind"] for beat in both["beats"]} == {"paced"} and len(p_onsets(one)) == 0
        assert both["qrs_ms"] > 120 and spread(onsets(both)) < 1e-3


def test_qt_follows_the_rate_and_ends_before_the_next_beat():
    assert qt_s(400, 1.0) == pytest.approx(0.4)
    assert qt_s(400, 0.512) == pytest.approx(0.32)
    assert qt_s(450, 0.27) < 0.27


def test_every_rule_names_what_exists():
    assert {rule.rhythm for rule in RULES.values()} == set(RHYTHMS)
    for name, rule in RULES.items():
        assert {rule.shape, *rule.variant_shapes.values()} <= set(SHAPES), name
        assert rule.variants == ("",) or "" not in rule.variants
        for table in (rule.variant_shapes, rule.variant_ranges, rule.variant_codes):
            assert set(table) <= set(rule.variants), name
        codes = set(rule.codes).union(*rule.variant_codes.values())
        assert len(statement_lines(codes)) >= len(codes)  # every code is one of PTB-XL's


def test_joined_conditions_unite_what_agrees():
    made = simulate("lbbb+atrial_fibrillation", 1)
    same = simulate("atrial_fibrillation+lbbb", 1)
    assert made.condition == "atrial_fibrillation+lbbb" and np.array_equal(made.ecg.signal_mv, same.ecg.signal_mv)
    assert set(made.scp_codes) == {"AFIB", "CLBBB"} and made.truth["qrs_ms"] >= 120 and made.truth["pr_ms"] is None
    slow = rule_of("first_degree_av_block+sinus_bradycardia")
    assert slow.rate_bpm == (55, 57) and slow.pr_ms == (222, 310) and "NORM" not in slow.codes
    assert {"SBRAD", "1AVB"} <= set(slow.codes) and "SR" not in slow.codes
    assert rule_of("third_degree_av_block+lbbb").variants == ("narrow",)
    request = request_of("premature_ventricular+lvh", 5, {"variant": "strain"})
    variants = variants_of(request)
    assert variants["lvh"] == "strain" and variants["premature_ventricular"] in ("right", "left")
    assert request.variant == "+".join(variants.values())


def test_joined_shapes_each_decide_their_own_waves():
    names = [name for name in SHAPES if decided(name) == {"p"}]
    assert names and decided("normal") == frozenset() and decided("lbbb") == {"qrs", "st_t"}
    joined = shape_named(f"lbbb+{names[0]}")
    assert joined == mixed(SHAPES["lbbb"], p=SHAPES[names[0]])


@pytest.mark.parametrize(
    "condition,words",
    [
        ("normal+lbbb", "no findings"),
        ("atrial_fibrillation+atrial_flutter", "one rhythm"),
        ("atrial_fibrillation+sinus_bradycardia", "one rhythm"),
        ("sinus_bradycardia+sinus_tachycardia", "rate_bpm"),
        ("lbbb+rbbb", "same waves"),
        ("ventricular_tachycardia+lbbb", "same waves"),
        ("left_atrial_enlargement+atrial_flutter", "no P wave"),
        ("third_degree_av_block+wpw", "pre-excited"),
        ("first_degree_av_block+wpw", "pr_ms"),
        ("lbbb+lbbb", "twice"),
        ("lbbb+measles", "measles"),
    ],
)
def test_contradictions_are_refused(condition, words):
    with pytest.raises(BadOption, match=words):
        simulate(condition, 1)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(CONDITIONS), st.sampled_from(CONDITIONS), st.integers(0, 999))
def test_any_two_conditions_are_joined_or_refused(first, second, seed):
    try:
        rule = rule_of(f"{first}+{second}")
    except BadOption:
        return
    request, rhythm, truth = events(f"{first}+{second}", seed)
    assert request.condition == canonical(f"{second}+{first}") and rule.variants
    assert ("NORM" in rule.codes) == all("NORM" in RULES[name].codes for name in (first, second))
    own = {*RULES[first].codes, *RULES[second].codes}
    assert set(rule.codes) <= own and set(rule.codes) - {"SR"}
    assert truth["beats"] and truth["qrs_ms"] == pytest.approx(request.qrs_ms, abs=0.1)


def test_a_wish_for_a_rate_finds_the_variant_that_has_it():
    for rate, variant in ((75, "4:1"), (150, "2:1")):
        assert request_of("atrial_flutter", 1, {"rate_bpm": rate}).variant == variant
    with pytest.raises(BadOption, match="Use 100 to 180"):
        simulate("atrial_flutter", 1, variant="2:1", rate_bpm=60)
