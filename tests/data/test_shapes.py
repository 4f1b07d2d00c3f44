"""Textbook criteria of conduction, chambers, infarcts and recovery, measured on the projected leads."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import find_peaks

from ecgscribe.core.errors import BadOption
from ecgscribe.data.conditions_shapes import SHAPE_RULES
from ecgscribe.data.shape_infarct import TOWARDS
from ecgscribe.data.shapes import SHAPES, Bump, Shape, axis_deg, bumps_mv, mixed, recovery_mv, scaled, with_axis
from ecgscribe.data.simulate import simulate

_PATH = Path(__file__).with_name("beat_seen.py")
_SPEC = importlib.util.spec_from_file_location("beat_seen", _PATH)
beat_seen = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(beat_seen)
seen, LIMBS, CHEST = beat_seen.seen, beat_seen.LIMBS, beat_seen.CHEST

SEEDS = tuple(range(20))
each_seed = pytest.mark.parametrize("seed", SEEDS)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SHAPES)), st.floats(-90, 180))
def test_every_shape_can_have_every_axis(name, wanted_deg):
    error = (axis_deg(with_axis(SHAPES[name], wanted_deg)) - wanted_deg + 180) % 360 - 180
    assert abs(error) < 1e-6


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(SHAPE_RULES)), st.integers(0, 2**32), st.floats(-90, 180))
def test_the_truth_has_the_axis_that_was_asked(condition, seed, wanted_deg):
    made = simulate(condition, seed, 100, 2.0, axis_deg=wanted_deg)
    error = (made.truth["axis_deg"] - wanted_deg + 180) % 360 - 180
    assert abs(error) < 0.1


def test_what_belongs_to_a_wall_does_not_turn():
    fixed, free = Bump(0.3, 0.1, (0.1, -0.6, 0.0), fixed=True), Bump(0.6, 0.1, (0.9, 0.5, 0.3))
    shape = Shape(qrs=(fixed, free), t=(0.1, -0.2, 0.3), turn=0.0)
    turned = with_axis(shape, -80)
    assert turned.qrs[0] == fixed and turned.qrs[1] != free and turned.t == shape.t
    assert with_axis(Shape(qrs=(free,), turn=1.0), -80).t != Shape(qrs=(free,)).t


def test_a_trailing_wave_outlasts_its_end_and_others_do_not():
    late = np.array([1.2, 1.5])
    assert np.abs(bumps_mv((Bump(0.9, 0.3, (1.0, 0, 0)),), late)).max() == 0
    assert bumps_mv((Bump(0.9, 0.3, (1.0, 0, 0), trailing=True),), late)[0, 0] > 0.5


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_end_of_t_is_the_end(name):
    after = recovery_mv(SHAPES[name], np.array([1.0, 1.1, 3.0]), 0.3)
    assert np.abs(after).max() < 1e-9
    assert np.abs(recovery_mv(SHAPES[name], np.linspace(0, 1, 101), 0.3)).max() > 0.02


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(SHAPES)), st.floats(0.1, 3))
def test_scaling_scales_every_wave(name, gain):
    shape, larger = SHAPES[name], scaled(SHAPES[name], gain)
    fractions = np.linspace(0, 1, 51)
    for wave in (lambda s: bumps_mv(s.qrs, fractions), lambda s: bumps_mv(s.p, fractions)):
        assert np.allclose(wave(larger), gain * wave(shape))
    assert np.allclose(recovery_mv(larger, fractions, 0.3), gain * recovery_mv(shape, fractions, 0.3))


def test_mixing_takes_each_wave_from_its_own():
    shape = mixed(SHAPES["normal"], qrs=SHAPES["rbbb"], st_t=SHAPES["inferior"], p=SHAPES["left_atrial_enlargement"])
    assert shape.qrs == SHAPES["rbbb"].qrs and shape.t == SHAPES["inferior"].t
    assert shape.p == SHAPES["left_atrial_enlargement"].p and shape.p_s > SHAPES["normal"].p_s
    assert mixed(SHAPES["lvh"]) == SHAPES["lvh"]


def test_every_rule_names_shapes_that_exist():
    for name, rule in SHAPE_RULES.items():
        assert {rule.shape, *rule.variant_shapes.values()} <= set(SHAPES), name
        assert set(rule.variant_shapes) | set(rule.variant_codes) <= set(rule.variants), name
    with pytest.raises(BadOption, match="brugada"):
        simulate("brugada", 1)


# conduction


@each_seed
def test_incomplete_right_bundle_branch_block(seed):
    beat = seen("incomplete_rbbb", seed)
    first = beat.qrs("V1")
    valley = int(first.argmin())
    assert 100 <= beat.truth["qrs_ms"] < 120
    assert first[:valley].max() > 0.08 and first[valley] < -0.2 and first[valley:].max() > 0.15  # rsr'
    assert all(beat.qrs(lead)[valley:].min() < -0.08 for lead in ("I", "V6"))


@each_seed
def test_incomplete_left_bundle_branch_block(seed):
    beat = seen("incomplete_lbbb", seed)
    assert 100 <= beat.truth["qrs_ms"] < 120
    for lead in ("I", "V5", "V6"):
        assert beat.qrs(lead).min() > -0.08 and beat.qrs(lead).max() > 0.3  # no septal q, one R
    assert beat.qrs("V5").argmax() / beat.rate_hz > 0.055  # late intrinsicoid deflection
    assert beat.qrs("V1").min() < -0.6 and beat.first_ms("V1", 30).max() < 0.1


@each_seed
def test_left_anterior_fascicular_block(seed):
    beat = seen("left_anterior_fascicular_block", seed)
    assert -90 <= beat.truth["axis_deg"] <= -45 and beat.truth["qrs_ms"] < 120
    left = beat.qrs("aVL")
    assert left[: left.argmax()].min() < -0.06 and left.max() > 0.3  # qR in aVL
    for lead in ("II", "III", "aVF"):  # rS
        complex_mv = beat.qrs(lead)
        assert complex_mv[: complex_mv.argmin()].max() > 0.08 and complex_mv.min() < -1.2 * complex_mv.max()


@each_seed
def test_left_posterior_fascicular_block(seed):
    beat = seen("left_posterior_fascicular_block", seed)
    assert 90 <= beat.truth["axis_deg"] <= 180 and beat.truth["qrs_ms"] < 120
    for lead in ("I", "aVL"):  # rS
        complex_mv = beat.qrs(lead)
        assert complex_mv[: complex_mv.argmin()].max() > 0.04 and complex_mv.min() < -complex_mv.max()
    for lead in ("III", "aVF"):  # qR
        complex_mv = beat.qrs(lead)
        assert complex_mv[: complex_mv.argmax()].min() < -0.08 and complex_mv.max() > 0.7


@pytest.mark.parametrize("variant,low,high", [("anterior", -90, -45), ("posterior", 90, 180)])
@each_seed
def test_bifascicular_block(variant, low, high, seed):
    beat = seen("bifascicular_block", seed, variant)
    first = beat.qrs("V1")
    assert beat.truth["qrs_ms"] >= 120 and low <= beat.truth["axis_deg"] <= high
    assert first[len(first) // 2 :].max() > 0.35 and beat.qrs("V6")[len(first) // 2 :].min() < -0.12
    assert beat.made.scp_codes["CRBBB"] == beat.made.scp_codes["LAFB" if variant == "anterior" else "LPFB"] == 100


@each_seed
def test_intraventricular_delay_is_neither_bundle(seed):
    beat = seen("intraventricular_delay", seed)
    first = beat.qrs("V1")
    assert beat.truth["qrs_ms"] > 110
    assert first[: first.argmin()].max() > 0.08  # an r before the S: not LBBB
    assert first[first.argmin() :].max() < 0.1  # no second R: not RBBB
    assert beat.first_ms("V6", 30).min() < -0.03  # the septal q stays
    assert len(find_peaks(beat.qrs("V5"), prominence=0.02)[0]) >= 2  # notched


@pytest.mark.parametrize("variant", ["a", "b"])
@each_seed
def test_pre_excitation(variant, seed):
    beat = seen("wpw", seed, variant)
    assert beat.truth["pr_ms"] < 120 < beat.truth["qrs_ms"]
    first, lead = beat.qrs("V1"), beat.qrs("V4" if variant == "a" else "V5")
    steep = np.gradient(lead) * beat.rate_hz
    slow = round(0.03 * beat.rate_hz)
    # delta: the first 30 ms rise, at less than half of the greatest slope
    assert (
        lead[slow] > 0.03 and (np.diff(lead[: slow + 1]) >= -1e-3).all() and steep[: slow + 1].max() < steep.max() / 2
    )
    assert (first.max() > -first.min()) == (variant == "a")


# chambers


@each_seed
def test_right_ventricular_hypertrophy(seed):
    for variant in ("rv_strain", "rv_voltage"):
        beat = seen("rvh", seed, variant)
        first, last = beat.qrs("V1"), beat.qrs("V6")
        assert beat.truth["axis_deg"] > 90 and first.max() > 0.7 and first.max() > -first.min()
        assert -last.min() > last.max() > 0
        assert (beat.t("V1") < -0.1 and beat.st("V1") < -0.03) == (variant == "rv_strain")


@each_seed
def test_septal_hypertrophy(seed):
    beat = seen("septal_hypertrophy", seed)
    for lead in ("I", "V5", "V6"):
        assert beat.first_ms(lead, 35).min() < -0.25 and beat.q_ms(lead) < 40  # deep but narrow
    assert beat.qrs("V1").max() > 0.6


@each_seed
def test_left_atrial_enlargement(seed):
    beat = seen("left_atrial_enlargement", seed)
    assert beat.beat["p_end_s"] - beat.beat["p_onset_s"] >= 0.118
    second = beat.p("II")
    tops = find_peaks(second, prominence=0.004)[0]
    assert len(tops) == 2 and (tops[1] - tops[0]) / beat.rate_hz >= 0.035  # two humps in II
    end = np.minimum(beat.p("V1"), 0.0)
    assert end.min() < -0.08  # a deep, broad negative end in V1: over 0.04 mV s
    assert -end.sum() / beat.rate_hz * 1000 > 3.0  # uV s


@each_seed
def test_right_atrial_enlargement(seed):
    beat = seen("right_atrial_enlargement", seed)
    assert beat.p("II").max() > 0.25 and beat.p("aVF").max() > 0.2
    assert beat.p("V1").max() > 0.08
    assert beat.beat["p_end_s"] - beat.beat["p_onset_s"] < 0.12


@each_seed
def test_low_voltage(seed):
    beat = seen("low_voltage", seed)
    assert all(beat.span(lead) < 0.5 for lead in LIMBS) and all(beat.span(lead) < 1.0 for lead in CHEST)
    assert max(beat.span(lead) for lead in LIMBS) > 0.15


@each_seed
def test_high_voltage_without_strain(seed):
    beat = seen("high_voltage", seed)
    assert -beat.qrs("V1").min() + beat.qrs("V5").max() > 3.5
    assert all(beat.t(lead) > 0.1 for lead in ("II", "V4", "V5", "V6"))


# infarcts

OVER = {
    "anterior": ("V1", "V2", "V3", "V4"),
    "anteroseptal": ("V1", "V2", "V3"),
    "anterolateral": ("I", "aVL", "V3", "V4", "V5", "V6"),
    "lateral": ("I", "aVL", "V5", "V6"),
    "inferior": ("II", "III", "aVF"),
    "inferolateral": ("II", "III", "aVF", "V5", "V6"),
    "inferoposterior": ("II", "III", "aVF"),
    "inferoposterolateral": ("II", "III", "aVF", "V5", "V6"),
}
RECIPROCAL = {
    "anterior": ("III",),
    "anterolateral": ("III", "aVF"),
    "lateral": ("III", "aVF"),
    "inferior": ("aVL",),
    "inferolateral": ("aVR", "V1"),
    "posterior": ("V1", "V2", "V3"),
    "inferoposterior": ("aVL", "V2"),
    "inferoposterolateral": ("V1", "V2"),
}


@pytest.mark.parametrize("wall", OVER)
@each_seed
def test_old_infarct_has_q_waves_over_its_wall(wall, seed):
    beat = seen(f"{wall}_infarct", seed)
    for lead in OVER[wall]:
        assert beat.q_ms(lead) >= 18 and beat.first_ms(lead, 50).min() < -0.08, lead
    spared = {"inferior": ("I", "aVL", "V5"), "anteroseptal": ("II", "V5", "V6"), "lateral": ("II", "III", "aVF")}
    for lead in spared.get(wall, ()):
        assert beat.first_ms(lead, 45).min() > -0.16, lead
    inverted = [lead for lead in OVER[wall] if beat.t(lead) < -0.03]
    assert len(inverted) >= len(OVER[wall]) - 1


@pytest.mark.parametrize("wall", ["posterior", "inferoposterior", "inferoposterolateral"])
@each_seed
def test_old_posterior_infarct_has_tall_r_in_front(wall, seed):
    beat = seen(f"{wall}_infarct", seed)
    for lead in ("V1", "V2"):
        complex_mv = beat.qrs(lead)
        assert complex_mv.max() > -complex_mv.min() and (complex_mv > 0.05).sum() / beat.rate_hz >= 0.028
    assert beat.t("V2") > 0.15


@pytest.mark.parametrize("wall", TOWARDS)
@each_seed
def test_acute_infarct_raises_st_over_its_wall_and_lowers_it_opposite(wall, seed):
    beat = seen(f"acute_{wall}_infarct", seed)
    for lead in OVER.get(wall, ()):
        least = 0.1 if lead not in ("V2", "V3") else 0.15
        if (wall, lead) in (("anterior", "V1"), ("inferoposterolateral", "III")):
            least = 0.04  # at the edge of the territory
        assert beat.st(lead, 40) > least, lead
    for lead in RECIPROCAL.get(wall, ()):
        assert beat.st(lead, 40) < -0.04, lead
    if wall == "posterior":
        assert beat.st("V2", 40) < -0.15 and beat.t("V3") > 0


@each_seed
def test_aneurysm_keeps_st_raised_over_q_waves(seed):
    beat = seen("anterior_aneurysm", seed)
    for lead in ("V2", "V3"):
        assert beat.st(lead, 40) > 0.2 and beat.qrs(lead)[: len(beat.qrs(lead)) // 2].min() < -0.5


# recovery

INVERTED = {
    "anterior": ("V2", "V3", "V4"),
    "anteroseptal": ("V1", "V2", "V3"),
    "anterolateral": ("I", "aVL", "V4", "V5"),
    "lateral": ("I", "aVL", "V5", "V6"),
    "inferior": ("II", "III", "aVF"),
    "inferolateral": ("II", "aVF", "V5", "V6"),
}


@pytest.mark.parametrize("territory", INVERTED)
@each_seed
def test_ischaemia_inverts_t_over_its_territory(territory, seed):
    beat = seen(f"{territory}_ischaemia", seed)
    assert all(beat.t(lead) < -0.05 for lead in INVERTED[territory])
    assert all(beat.q_ms(lead) < 25 for lead in INVERTED[territory] if lead not in ("V1", "III", "aVL"))
    apart = {"anterior": "aVF", "anteroseptal": "V6", "anterolateral": "III", "lateral": "III", "inferior": "aVL"}
    assert beat.t(apart.get(territory, "V1")) > 0


@pytest.mark.parametrize("territory", [name for name in INVERTED if name != "anterior"])
@each_seed
def test_injury_lowers_st_over_its_territory(territory, seed):
    beat = seen(f"{territory}_injury", seed)
    depths = [beat.st(lead, 60) for lead in INVERTED[territory]]
    assert max(depths) < -0.05 and np.median(depths) <= -0.08
    assert beat.st("aVR", 60) > -0.05


@each_seed
def test_pericarditis(seed):
    beat = seen("pericarditis", seed)
    raised = ("I", "II", "aVF", "V3", "V4", "V5", "V6")
    assert all(beat.st(lead, 40) > 0.04 for lead in raised) and beat.st("II", 40) > 0.1 and beat.st("V5", 40) > 0.1
    assert beat.st("aVR", 40) < -0.08
    # the PR segment sinks against the level before P, and rises in aVR
    before_s, onset_s = beat.beat["p_onset_s"] - 0.01, beat.beat["qrs_onset_s"]
    assert beat.wave_mv("II", onset_s, onset_s, before_s)[0] < -0.04
    assert beat.wave_mv("aVR", onset_s, onset_s, before_s)[0] > 0.02


@each_seed
def test_nonspecific_changes(seed):
    flat = seen("t_flattening", seed)
    assert all(abs(flat.t(lead)) < 0.1 * flat.qrs(lead).max() + 0.03 for lead in ("I", "II", "V4", "V5", "V6"))
    slight = seen("nonspecific_st_change", seed)
    assert -0.2 < slight.st("V5", 40) < -0.02 and slight.t("V5") > 0


@each_seed
def test_long_qt_hyperkalaemia_and_digitalis(seed):
    long = seen("long_qt", seed)
    rr_s = 60 / long.truth["rate_bpm"]
    assert long.truth["qt_ms"] / rr_s ** (1 / 3) > 480
    potassium = seen("hyperkalaemia", seed)
    assert potassium.truth["qrs_ms"] > 110 and potassium.p("II").max() < 0.08
    heights = {lead: potassium.t(lead) for lead in ("V2", "V3", "V4")}
    assert max(heights.values()) > 0.8 and heights["V4"] > 0.45 * potassium.qrs("V4").max()
    start_s = (potassium.beat["qrs_end_s"] + potassium.beat["t_end_s"]) / 2
    wave = potassium.wave_mv("V3", potassium.beat["qrs_end_s"], potassium.beat["t_end_s"])
    assert (wave > wave.max() / 2).sum() / potassium.rate_hz < 0.09 and start_s > potassium.beat["qrs_end_s"]  # narrow
    glycoside = seen("digitalis", seed)
    sag = [glycoside.st("V5", after_ms) for after_ms in (0, 90)]
    assert sag[1] < sag[0] - 0.02 and sag[1] < -0.06  # sinks on behind the J point, like a bowl
    rr_s = 60 / glycoside.truth["rate_bpm"]
    assert glycoside.truth["qt_ms"] / rr_s ** (1 / 3) < 380


@each_seed
def test_early_repolarisation(seed):
    beat = seen("early_repolarisation", seed)
    assert sum(beat.st(lead, 10) >= 0.1 for lead in ("II", "aVF", "V2", "V3", "V4", "V5")) >= 4
    assert beat.t("V4") > 0.4 and beat.st("aVL", 10) < 0.08
