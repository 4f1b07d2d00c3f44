"""Conditions of conduction and shape: what every beat looks like, whatever the rhythm."""

from __future__ import annotations

from ecgscribe.data.condition_rule import Rule

SHAPE_RULES: dict[str, Rule] = {
    "lbbb": Rule(
        shape="lbbb", codes={"CLBBB": 100.0, "SR": 0.0}, qrs_ms=(132, 168), qtc_ms=(420, 470), axis_deg=(-35, 35)
    ),
    "rbbb": Rule(
        shape="rbbb", codes={"CRBBB": 100.0, "SR": 0.0}, qrs_ms=(124, 152), qtc_ms=(410, 450), axis_deg=(30, 85)
    ),
    "lvh": Rule(
        shape="lvh",
        codes={"LVH": 100.0, "VCLVH": 0.0, "SR": 0.0},
        qrs_ms=(90, 112),
        qtc_ms=(395, 440),
        axis_deg=(-20, 45),
        gain=(0.95, 1.2),  # high voltage is the finding: the gain may raise it but hardly lower it
        variants=("strain", "strain", "voltage"),
        variant_shapes={"strain": "lvh_strain"},
        # voltage alone makes the diagnosis less sure; strain adds non-specific ischaemic ST and T
        variant_codes={"strain": {"ISC_": 100.0}, "voltage": {"LVH": 50.0}},
    ),
    "inferior_infarct": Rule(
        shape="inferior",
        codes={"IMI": 100.0, "QWAVE": 0.0, "SR": 0.0},
        qrs_ms=(92, 108),
        qtc_ms=(395, 440),
        axis_deg=(-25, 12),
    ),
    "anterior_infarct": Rule(
        shape="anterior",
        codes={"ASMI": 100.0, "QWAVE": 0.0, "SR": 0.0},
        qrs_ms=(90, 108),
        qtc_ms=(400, 450),
        axis_deg=(15, 75),
    ),
}
