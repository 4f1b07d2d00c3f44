"""The reports' words for conditions of conduction and voltage: condition, or condition/variant, -> `Words`."""

from __future__ import annotations

from ecgscribe.data.report_words import Words

_RBBB = ("right bundle branch block.", "rechtsschenkelblock", "högersidigt skänkelblock")
_LAFB = ("left anterior fascicular block.", "linksanteriorer hemiblock", "vänster anteriort hemiblock")
_LPFB = ("left posterior fascicular block.", "linksposteriorer hemiblock", "vänster posteriort hemiblock")
_TWO = ("bifascicular block.", "bifaszikulärer block", "bifascikulärt block")


def _bifascicular(fascicle: tuple[str, str, str]) -> Words:
    english, german, swedish = (" ".join(parts) for parts in zip(fascicle, _RBBB, _TWO, strict=True))
    return Words("conduction", (english,), (german,), (swedish,))


CONDUCTION_WORDS = {
    "lbbb": Words(
        "conduction",
        (
            "left bundle branch block.",
            "left bundle branch block, this is most commonly due to    ischaemic heart disease.",
        ),
        ("linksschenkelblock",),
        ("vänstersidigt skänkelblock",),
    ),
    "incomplete_lbbb": Words(
        "conduction",
        ("incomplete left bundle branch block.",),
        ("unvollständiger linksschenkelblock",),
        ("inkomplett vänstersidigt skänkelblock",),
    ),
    "rbbb": Words("conduction", *((phrase,) for phrase in _RBBB)),
    "incomplete_rbbb": Words(
        "conduction",
        ("incomplete right bundle branch block.",),
        ("unvollständiger rechtsschenkelblock",),
        ("inkomplett högersidigt skänkelblock",),
        end="otherwise",
    ),
    "left_anterior_fascicular_block": Words("conduction", *((phrase,) for phrase in _LAFB)),
    "left_posterior_fascicular_block": Words("conduction", *((phrase,) for phrase in _LPFB)),
    "bifascicular_block": _bifascicular(_LAFB),
    "bifascicular_block/posterior": _bifascicular(_LPFB),
    "intraventricular_delay": Words(
        "conduction",
        ("non-specific intraventricular delay.", "non-specific intraventricular block."),
        ("unspezifische intraventrikuläre leitungsstörung", "unspezifischer intraventrikulärer block"),
        ("ospecifikt skänkelblock",),
    ),
    "wpw/a": Words(
        "conduction",
        (
            "short pr interval and delta waves consistent with wolff-parkinson-white syndrome, type a.",
            "wpw syndrome, type a.",
        ),
        ("wpw, typ a",),
        ("wpw syndrom typ a",),
    ),
    "wpw/b": Words(
        "conduction",
        (
            "short pr interval and delta waves consistent with wolff-parkinson-white syndrome, type b.",
            "wpw syndrome, type b.",
        ),
        ("wpw, typ b",),
        ("wpw syndrom typ b",),
    ),
}

CHAMBER_WORDS = {
    "lvh/strain": Words(
        "hypertrophy",
        (
            "left ventricular hypertrophy. st segments are depressed and t waves inverted in i, avl, "
            "v5,6. this may be due to lv strain or ischaemia.",
        ),
        ("linkshypertrophie st & t abnorm, wahrscheinlich    anterolaterale ischämie oder linksbelastung",),
        ("vänster kammarhypertrofi st-t sänkning, såsom vid    anterolateral ischemi eller vänster belastning",),
    ),
    "lvh/voltage": Words(
        "hypertrophy",
        ("voltages are high in chest leads suggesting lvh.",),
        ("mässige amplitudenkriterien für linkshypertrophie",),
        ("vänster kammarhypertrofi",),
    ),
    "rvh/rv_strain": Words(
        "hypertrophy",
        ("right ventricular hypertrophy. st segments are depressed and t waves inverted in v1,2,3. rv strain.",),
        ("rechtshypertrophie t abnorm in anterioren ableitungen",),
        ("höger kammarhypertrofi",),
    ),
    "rvh/rv_voltage": Words(
        "hypertrophy",
        ("right ventricular hypertrophy.",),
        ("rechtshypertrophie",),
        ("höger kammarhypertrofi",),
    ),
    "septal_hypertrophy": Words(
        "qrs",
        (
            "deep but narrow q waves in i, avl, v5,6 consistent with septal hypertrophy.",
            "deep but narrow q waves in i, avl, v5,6 may indicate septal hypertrophy rather than old infarction.",
        ),
        ("q in i, avl, v5-6 septale hypertrophie",),
        ("septal hypertrofi",),
    ),
    "left_atrial_enlargement": Words(
        "p",
        ("left atrial enlargement.",),
        ("p-sinistrocardiale",),
        ("vänster förmaksförstoring", "hypertrofi av vänster förmak"),
    ),
    "right_atrial_enlargement": Words(
        "p",
        ("right atrial enlargement.",),
        ("p-dextrocardiale", "p-pulmonale"),
        ("höger förmaksförstoring",),
    ),
    "low_voltage": Words(
        "voltage",
        ("low limb lead voltage.",),
        ("periphere niederspannung",),
        ("låga qrs amplituder i extremitetsavledningarna",),
    ),
    "high_voltage": Words(
        "voltage",
        ("voltages in chest leads are at upper limit.", "high v lead voltages are probably normal for age."),
        ("hohes r in v4-6", "hohe r in v4-6"),
        ("amplitudkriterier för vänster kammarhypertrofi",),
        end="otherwise",
    ),
}
