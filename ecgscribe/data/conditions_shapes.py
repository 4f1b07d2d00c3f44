"""Conditions of conduction and shape: what every beat looks like, whatever the rhythm.

Codes are PTB-XL's SCP-ECG statements with the likelihoods that the corpus gives to a sure one (100) and
to a mere description (0). It has no statement for acute and old: the stage of an infarct stands in the
report and in PTB-XL's column infarction_stadium1. Nor has it one for pericarditis: STE_ describes it.
"""

from __future__ import annotations

from ecgscribe.data.condition_rule import Rule

_SR = {"SR": 0.0}
_OLD = {"QWAVE": 0.0, "ABQRS": 0.0, **_SR}
_ACUTE = {"STE_": 0.0, **_SR}

_CONDUCTION = {
    "lbbb": Rule(shape="lbbb", codes={"CLBBB": 100.0, **_SR}, qrs_ms=(132, 168), qtc_ms=(420, 470), axis_deg=(-35, 35)),
    "incomplete_lbbb": Rule(
        shape="incomplete_lbbb", codes={"ILBBB": 100.0, **_SR}, qrs_ms=(106, 118), qtc_ms=(395, 440), axis_deg=(-25, 45)
    ),
    "rbbb": Rule(shape="rbbb", codes={"CRBBB": 100.0, **_SR}, qrs_ms=(124, 152), qtc_ms=(410, 450), axis_deg=(30, 85)),
    "incomplete_rbbb": Rule(
        shape="incomplete_rbbb", codes={"IRBBB": 100.0, **_SR}, qrs_ms=(104, 118), axis_deg=(30, 85)
    ),
    "left_anterior_fascicular_block": Rule(
        shape="lafb", codes={"LAFB": 100.0, **_SR}, qrs_ms=(88, 112), axis_deg=(-72, -48)
    ),
    "left_posterior_fascicular_block": Rule(
        shape="lpfb", codes={"LPFB": 100.0, **_SR}, qrs_ms=(88, 112), axis_deg=(93, 114)
    ),
    "bifascicular_block": Rule(
        shape="rbbb_lafb",
        codes={"CRBBB": 100.0, **_SR},
        qrs_ms=(126, 154),
        qtc_ms=(410, 450),
        axis_deg=(-80, -52),
        variants=("anterior", "anterior", "posterior"),
        variant_shapes={"posterior": "rbbb_lpfb"},
        variant_ranges={"posterior": {"axis_deg": (97, 120)}},
        variant_codes={"anterior": {"LAFB": 100.0}, "posterior": {"LPFB": 100.0}},
    ),
    "intraventricular_delay": Rule(
        shape="intraventricular_delay", codes={"IVCD": 100.0, **_SR}, qrs_ms=(114, 138), qtc_ms=(405, 450)
    ),
    "wpw": Rule(
        shape="wpw_a",
        codes={"WPW": 100.0, "ABQRS": 0.0, **_SR},
        pr_ms=(86, 114),
        qrs_ms=(122, 150),
        qtc_ms=(405, 445),
        axis_deg=(45, 95),
        variants=("a", "b"),
        variant_shapes={"b": "wpw_b"},
        variant_ranges={"b": {"axis_deg": (-35, 15)}},
    ),
}

_CHAMBERS = {
    "lvh": Rule(
        shape="lvh",
        codes={"LVH": 100.0, "VCLVH": 0.0, **_SR},
        qrs_ms=(90, 112),
        qtc_ms=(395, 440),
        axis_deg=(-20, 45),
        gain=(0.95, 1.2),  # high voltage is the finding: the gain may raise it but hardly lower it
        variants=("strain", "strain", "voltage"),
        variant_shapes={"strain": "lvh_strain"},
        # voltage alone makes the diagnosis less sure; strain adds non-specific ischaemic ST and T
        variant_codes={"strain": {"ISC_": 100.0}, "voltage": {"LVH": 50.0}},
    ),
    "rvh": Rule(
        shape="rvh_strain",
        codes={"RVH": 100.0, **_SR},
        qrs_ms=(88, 110),
        axis_deg=(106, 145),
        gain=(0.95, 1.3),
        variants=("rv_strain", "rv_strain", "rv_voltage"),
        variant_shapes={"rv_voltage": "rvh"},
        variant_codes={"rv_strain": {"STD_": 0.0, "INVT": 0.0}},
    ),
    "septal_hypertrophy": Rule(
        shape="septal_hypertrophy", codes={"SEHYP": 100.0, "QWAVE": 0.0, **_SR}, axis_deg=(0, 60), gain=(0.9, 1.2)
    ),
    "left_atrial_enlargement": Rule(
        shape="left_atrial_enlargement",
        codes={"LAO/LAE": 100.0, **_SR},
        pr_ms=(172, 200),
        gain=(0.92, 1.2),
    ),
    "right_atrial_enlargement": Rule(
        shape="right_atrial_enlargement",
        codes={"RAO/RAE": 100.0, **_SR},
        axis_deg=(55, 95),
        gain=(0.95, 1.2),
    ),
    "low_voltage": Rule(shape="low_voltage", codes={"LVOLT": 0.0, **_SR}, gain=(0.7, 1.05)),
    "high_voltage": Rule(
        shape="high_voltage", codes={"HVOLT": 0.0, **_SR}, axis_deg=(20, 60), gain=(1.0, 1.15), rate_bpm=(52, 80)
    ),
}

_WALLS = {
    # wall: code, axis of the old infarct
    "anterior": ("AMI", (15, 75)),
    "anteroseptal": ("ASMI", (0, 70)),
    "anterolateral": ("ALMI", (60, 100)),
    "lateral": ("LMI", (60, 105)),
    "inferior": ("IMI", (-25, 12)),
    "inferolateral": ("ILMI", (0, 50)),
    "posterior": ("PMI", (30, 85)),
    "inferoposterior": ("IPMI", (-10, 35)),
    "inferoposterolateral": ("IPLMI", (25, 75)),
}


def _infarcts() -> dict[str, Rule]:
    rules = {}
    for wall, (code, axis) in _WALLS.items():
        rules[f"{wall}_infarct"] = Rule(
            shape=wall,
            codes={code: 100.0, **_OLD},
            qrs_ms=(92, 108),
            qtc_ms=(395, 445),
            axis_deg=axis,
            gain=(0.85, 1.2),
        )
        rules[f"acute_{wall}_infarct"] = Rule(
            shape=f"acute_{wall}",
            codes={code: 100.0, **(_ACUTE if wall != "posterior" else {"STD_": 0.0, **_SR})},
            rate_bpm=(58, 105),
            qtc_ms=(395, 440),
            axis_deg=(10, 75),
            gain=(0.9, 1.3),
        )
    return rules


_ANEURYSM = Rule(
    shape="aneurysm",
    codes={"ANEUR": 100.0, "AMI": 100.0, **_OLD},
    qrs_ms=(92, 110),
    qtc_ms=(400, 445),
    axis_deg=(15, 75),
    gain=(0.9, 1.2),
)

_TERRITORIES = {
    # territory: codes of ischaemia (T) and of subendocardial injury (ST)
    "anterior": ("ISCAN", None),
    "anteroseptal": ("ISCAS", "INJAS"),
    "anterolateral": ("ISCAL", "INJAL"),
    "lateral": ("ISCLA", "INJLA"),
    "inferior": ("ISCIN", "INJIN"),
    "inferolateral": ("ISCIL", "INJIL"),
}


def _ischaemias() -> dict[str, Rule]:
    rules = {}
    for territory, (ischaemia, injury) in _TERRITORIES.items():
        rules[f"{territory}_ischaemia"] = Rule(
            shape=f"ischaemia_{territory}",
            codes={ischaemia: 100.0, "INVT": 0.0, **_SR},
            qtc_ms=(400, 450),
            axis_deg=(15, 75),
            gain=(0.9, 1.2),
        )
        if injury is not None:
            rules[f"{territory}_injury"] = Rule(
                shape=f"injury_{territory}",
                codes={injury: 100.0, "STD_": 0.0, **_SR},
                rate_bpm=(62, 108),
                qtc_ms=(395, 440),
                axis_deg=(15, 75),
                gain=(0.95, 1.25),
            )
    return rules


_RECOVERY = {
    "t_flattening": Rule(shape="flat_t", codes={"NDT": 100.0, "LOWT": 0.0, **_SR}),
    "nonspecific_st_change": Rule(
        shape="nonspecific_st", codes={"NST_": 100.0, "STD_": 0.0, **_SR}, axis_deg=(20, 75), gain=(0.85, 1.2)
    ),
    "pericarditis": Rule(
        shape="pericarditis",
        codes={"STE_": 0.0, **_SR},
        rate_bpm=(72, 104),
        pr_ms=(140, 172),
        axis_deg=(25, 70),
        gain=(0.95, 1.3),
    ),
    "long_qt": Rule(shape="long_qt", codes={"LNGQT": 100.0, **_SR}, rate_bpm=(52, 78), qtc_ms=(490, 570)),
    "hyperkalaemia": Rule(
        shape="hyperkalaemia",
        codes={"EL": 100.0, "TAB_": 0.0, **_SR},
        rate_bpm=(55, 90),
        pr_ms=(190, 240),
        qrs_ms=(116, 150),
        qtc_ms=(400, 440),
        gain=(0.9, 1.2),
    ),
    "digitalis": Rule(
        shape="digitalis",
        codes={"DIG": 100.0, "STD_": 0.0, **_SR},
        rate_bpm=(55, 80),
        pr_ms=(170, 215),
        qtc_ms=(340, 375),
        axis_deg=(20, 75),
        gain=(0.9, 1.2),
    ),
    "early_repolarisation": Rule(
        shape="early_repolarisation",
        codes={"NORM": 80.0, "STE_": 0.0, **_SR},
        rate_bpm=(50, 75),
        qtc_ms=(375, 410),
        axis_deg=(35, 80),
        gain=(0.95, 1.3),
    ),
}

SHAPE_RULES: dict[str, Rule] = {
    **_CONDUCTION,
    **_CHAMBERS,
    **_infarcts(),
    "anterior_aneurysm": _ANEURYSM,
    **_ischaemias(),
    **_RECOVERY,
}
