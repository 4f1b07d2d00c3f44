"""Conditions of rhythm: when atria and ventricles beat, whatever the shape of the beats."""

from __future__ import annotations

from ecgscribe.data.condition_rule import Rule

RHYTHM_RULES: dict[str, Rule] = {
    "normal": Rule(codes={"NORM": 100.0, "SR": 0.0}),
    "sinus_bradycardia": Rule(codes={"NORM": 80.0, "SBRAD": 0.0}, rate_bpm=(42, 57)),
    "sinus_tachycardia": Rule(
        codes={"NORM": 80.0, "STACH": 0.0}, rate_bpm=(103, 132), pr_ms=(118, 150), arrhythmia=(0.003, 0.012)
    ),
    "sinus_arrhythmia": Rule(codes={"NORM": 100.0, "SARRH": 0.0}, rate_bpm=(58, 80), arrhythmia=(0.13, 0.20)),
    "atrial_fibrillation": Rule(
        rhythm="fibrillation", codes={"AFIB": 0.0}, rate_bpm=(62, 125), pr_ms=None, axis_deg=(-15, 85)
    ),
    "first_degree_av_block": Rule(codes={"1AVB": 100.0, "LPR": 0.0, "SR": 0.0}, rate_bpm=(55, 80), pr_ms=(222, 310)),
    "premature_atrial": Rule(
        rhythm="premature_atrial",
        codes={"NORM": 80.0, "PAC": 0.0, "SR": 0.0},
        rate_bpm=(58, 84),
        variants=("low", "high"),
    ),
    "premature_ventricular": Rule(
        rhythm="premature_ventricular",
        codes={"NORM": 80.0, "PVC": 100.0, "SR": 0.0},
        rate_bpm=(58, 86),
        variants=("right", "left"),
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
