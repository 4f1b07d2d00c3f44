"""Conditions of rhythm: when atria and ventricles beat, whatever the shape of the beats.

Codes are PTB-XL's SCP-ECG statements. That corpus has no statement for ventricular tachycardia: such a
record carries ABQRS (abnormal QRS) alone, and its condition and report say the rest. Premature beats
keep NORM at 80 per cent, as the corpus does ("otherwise normal ecg").
"""

from __future__ import annotations

from ecgscribe.data.condition_rule import Rule

_FROM_RIGHT_OR_LEFT = {"right": {"PVC": 100.0}, "left": {"PVC": 100.0}, "atrial": {"PAC": 0.0}}

RHYTHM_RULES: dict[str, Rule] = {
    "normal": Rule(codes={"NORM": 100.0, "SR": 0.0}),
    "sinus_bradycardia": Rule(codes={"NORM": 80.0, "SBRAD": 0.0}, rate_bpm=(42, 57)),
    "sinus_tachycardia": Rule(
        codes={"NORM": 80.0, "STACH": 0.0}, rate_bpm=(103, 132), pr_ms=(118, 150), arrhythmia=(0.003, 0.012)
    ),
    "sinus_arrhythmia": Rule(codes={"NORM": 100.0, "SARRH": 0.0}, rate_bpm=(58, 80), arrhythmia=(0.13, 0.20)),
    "atrial_fibrillation": Rule(rhythm="fibrillation", codes={"AFIB": 0.0}, rate_bpm=(62, 125), pr_ms=None),
    "atrial_flutter": Rule(
        rhythm="flutter",
        codes={"AFLT": 100.0},
        rate_bpm=(64, 165),
        pr_ms=None,
        arrhythmia=(0.0, 0.0),
        variants=("2:1", "3:1", "4:1", "variable"),
        # the atria make 250 to 330 a minute
        variant_ranges={
            "2:1": {"rate_bpm": (126, 165)},
            "3:1": {"rate_bpm": (85, 109)},
            "4:1": {"rate_bpm": (64, 82)},
            "variable": {"rate_bpm": (84, 110)},
        },
    ),
    "supraventricular_tachycardia": Rule(
        rhythm="supraventricular_tachycardia",
        codes={"PSVT": 100.0, "SVTAC": 0.0},
        rate_bpm=(152, 218),
        pr_ms=None,
        qrs_ms=(76, 96),
        qtc_ms=(370, 410),
        arrhythmia=(0.0, 0.006),
        variants=("hidden", "retrograde"),
    ),
    "first_degree_av_block": Rule(codes={"1AVB": 100.0, "LPR": 0.0, "SR": 0.0}, rate_bpm=(55, 80), pr_ms=(222, 310)),
    "second_degree_av_block_wenckebach": Rule(
        rhythm="wenckebach", codes={"2AVB": 100.0, "SR": 0.0}, rate_bpm=(46, 68), pr_ms=(170, 220)
    ),
    "second_degree_av_block_mobitz": Rule(
        rhythm="mobitz",
        codes={"2AVB": 100.0, "SR": 0.0},
        rate_bpm=(27, 66),
        pr_ms=(150, 210),
        arrhythmia=(0.004, 0.02),
        variants=("2:1", "3:1", "dropped"),
        variant_ranges={
            "2:1": {"rate_bpm": (36, 49)},
            "3:1": {"rate_bpm": (27, 36)},
            "dropped": {"rate_bpm": (50, 66)},
        },
    ),
    "third_degree_av_block": Rule(
        rhythm="complete_block",
        codes={"3AVB": 100.0},
        rate_bpm=(28, 54),
        pr_ms=None,
        arrhythmia=(0.002, 0.012),
        variants=("narrow", "wide"),
        variant_shapes={"wide": "premature_right"},
        variant_ranges={
            "narrow": {"rate_bpm": (40, 54)},
            "wide": {"rate_bpm": (28, 40), "qrs_ms": (130, 162), "qtc_ms": (425, 465), "axis_deg": None},
        },
    ),
    "premature_atrial": Rule(
        rhythm="premature",
        codes={"NORM": 80.0, "PAC": 0.0, "SR": 0.0},
        rate_bpm=(58, 84),
        variants=("low", "high"),
    ),
    "premature_ventricular": Rule(
        rhythm="premature",
        codes={"NORM": 80.0, "PVC": 100.0, "SR": 0.0},
        rate_bpm=(58, 86),
        variants=("right", "left"),
    ),
    "bigeminy": Rule(
        rhythm="bigeminy",
        codes={"BIGU": 100.0, "SR": 0.0},
        rate_bpm=(58, 86),
        variants=("right", "left", "atrial"),
        variant_codes=_FROM_RIGHT_OR_LEFT,
    ),
    "trigeminy": Rule(
        rhythm="trigeminy",
        codes={"TRIGU": 0.0, "SR": 0.0},
        rate_bpm=(58, 86),
        variants=("right", "left", "atrial"),
        variant_codes=_FROM_RIGHT_OR_LEFT,
    ),
    "ventricular_tachycardia": Rule(
        rhythm="ventricular_tachycardia",
        shape="premature_right",
        codes={"ABQRS": 0.0},
        rate_bpm=(125, 205),
        pr_ms=None,
        qrs_ms=(142, 180),
        qtc_ms=(420, 470),
        axis_deg=None,
        arrhythmia=(0.0, 0.012),
        variants=("right", "left"),
        variant_shapes={"left": "premature_left"},
    ),
    "paced": Rule(
        rhythm="paced",
        shape="paced",
        codes={"PACE": 100.0},
        rate_bpm=(60, 75),
        pr_ms=(150, 190),
        qrs_ms=(140, 172),
        qtc_ms=(430, 475),
        axis_deg=None,
        arrhythmia=(0.0, 0.0),
        variants=("ddd", "vvi"),
    ),
}
