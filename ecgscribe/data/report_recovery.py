"""The reports' words for infarcts, ischaemia and other changes of ST and T: condition -> `Words`."""

from __future__ import annotations

from ecgscribe.data.report_words import Words

_WALLS = {
    # wall: German adjective, what is seen when old, ST raised and lowered when acute; leads as in shape_infarct
    "anterior": ("anteriorer", "q waves in v1,2,3,4", "v1,2,3,4,5", "iii, avf"),
    "anteroseptal": ("anteroseptaler", "qs complexes in v1,2,3", "v1,2,3,4", ""),
    "anterolateral": ("anterolateraler", "q waves in i, avl, v3,4,5,6", "i, avl, v2,3,4,5,6", "iii, avf"),
    "lateral": ("lateraler", "q waves in i, avl, v4,5,6", "i, avl, v4,5,6", "iii, avf"),
    "inferior": ("inferiorer", "q waves in ii, iii, avf", "ii, iii, avf", "avl"),
    "inferolateral": ("inferolateraler", "q waves in ii, iii, avf, v4,5,6", "ii, iii, avf, v4,5,6", "v1"),
    "posterior": ("posteriorer", "tall r waves in v1,2", "", "v1,2,3"),
    "inferoposterior": (
        "inferoposteriorer",
        "q waves in ii, iii, avf and tall r waves in v1,2",
        "ii, iii, avf",
        "avl, v1,2,3",
    ),
    "inferoposterolateral": (
        "inferoposterolateraler",
        "q waves in ii, iii, avf, v5,6 and tall r waves in v1,2",
        "ii, iii, avf, v5,6",
        "v1,2",
    ),
}


def _old(wall: str) -> Words:
    adjective, seen, _, _ = _WALLS[wall]
    return Words(
        "qrs",
        (
            f"{seen} consistent with old {wall}    myocardial infarction.",
            f"old {wall} myocardial infarction.",
        ),
        (
            f"qrs(t) abnorm    {adjective} infarkt     alter unbest.",
            f"qrs(t) abnorm    {adjective} infarkt     wahrscheinlich alt",
        ),
        (
            f"avvikande qrs(t) förlopp    {wall} infarkt     ålder ej bestämmbar",
            f"avvikande qrs(t) förlopp    {wall} infarkt     sannolikt äldre",
        ),
    )


def _acute(wall: str) -> Words:
    adjective, _, raised, lowered = _WALLS[wall]
    parts = [f"elevated in {raised}"] * bool(raised) + [f"depressed in {lowered}"] * bool(lowered)
    german = [f"st-hebung in {raised}"] * bool(raised) + [f"st-senkung in {lowered}"] * bool(lowered)
    swedish = [f"st-höjning i {raised}"] * bool(raised) + [f"st-sänkning i {lowered}"] * bool(lowered)
    return Words(
        "qrs",
        (
            f"st segments are {' and '.join(parts)}. consistent with acute {wall} myocardial infarction.",
            f"acute {wall} myocardial infarction.",
        ),
        (
            f"akuter {adjective} infarkt {' '.join(german)}",
            f"qrs(t) abnorm    {adjective} infarkt     mögl. akut {' '.join(german)}",
        ),
        (f"avvikande qrs(t) förlopp    {wall} infarkt     möjligen färsk {' '.join(swedish)}",),
    )


_TERRITORIES = {
    # territory: German for "in ... leads", German and Swedish adjective, leads of T and of ST
    "anterior": ("anterioren", "anteriore", "v2,3,4", ""),
    "anteroseptal": ("anteroseptalen", "anteroseptale", "v1,2,3", "v1,2,3"),
    "anterolateral": ("anterolateralen", "anterolaterale", "i, avl, v3,4,5,6", "i, avl, v3,4,5"),
    "lateral": ("lateralen", "laterale", "i, avl, v5,6", "i, avl, v4,5,6"),
    "inferior": ("inferioren", "inferiore", "ii, iii, avf", "ii, iii, avf"),
    "inferolateral": ("inferolateralen", "inferolaterale", "ii, iii, avf, v5,6", "ii, iii, avf, v4,5,6"),
}


def _ischaemia(territory: str) -> Words:
    leads, adjective, inverted, _ = _TERRITORIES[territory]
    return Words(
        "t",
        (
            f"t waves are inverted in {inverted}. {territory} myocardial ischaemia is likely.",
            f"t waves are inverted in {inverted}. non-specific but consistent with myocardial ischaemia.",
        ),
        (
            f"t abnorm in {leads} ableitungen {adjective} ischämie",
            f"t negativ in {inverted} {adjective} ischämie",
        ),
        (f"t-förändring, såsom vid    {territory} ischemi",),
    )


def _injury(territory: str) -> Words:
    _, adjective, _, depressed = _TERRITORIES[territory]
    return Words(
        "st",
        (
            f"st segments are depressed in {depressed}. consistent with {territory} subendocardial injury.",
            f"st segments are depressed in {depressed}. {territory} subendocardial ischaemia is likely.",
        ),
        (f"st abnorm, möglicherweise    {adjective}r innenschichtsschaden st-senkung in {depressed}",),
        (f"st sänkning, möjligen orsakad av    {territory} subendokardiell myokardaffektion",),
    )


RECOVERY_WORDS = {
    **{f"{wall}_infarct": _old(wall) for wall in _WALLS},
    **{f"acute_{wall}_infarct": _acute(wall) for wall in _WALLS},
    "anterior_aneurysm": Words(
        "qrs",
        (
            "q waves in v1,2,3,4. st segments are elevated in these leads. consistent with old anterior "
            "myocardial infarction and ventricular aneurysm.",
        ),
        ("qrs(t) abnorm    anteriorer infarkt     wahrscheinlich alt st-hebung in v1-4 vorderwandaneurysma",),
        ("avvikande qrs(t) förlopp    anterior infarkt     sannolikt äldre st-höjning i v1-4 aneurysm",),
    ),
    **{f"{territory}_ischaemia": _ischaemia(territory) for territory in _TERRITORIES},
    **{f"{territory}_injury": _injury(territory) for territory in _TERRITORIES if territory != "anterior"},
    "t_flattening": Words(
        "t",
        ("non-specific t wave flattening.", "t waves are low or flat throughout."),
        ("unspezifisches abnormes t", "flache t-wellen"),
        ("ospecifik t-förändring", "flacka t-vågor"),
    ),
    "nonspecific_st_change": Words(
        "st",
        ("minor non-specific st segment depression.", "non-specific st-t wave changes."),
        ("unspezifische abnorme st-senkung",),
        ("lätt st sänkning",),
    ),
    "pericarditis": Words(
        "st",
        (
            "st segments are elevated in i, ii, avf, v2,3,4,5,6 and pr segments are depressed. "
            "consistent with pericarditis.",
            "widespread st segment elevation consistent with pericarditis.",
        ),
        ("st-hebung in i, ii, avf, v2-6 perikarditis",),
        ("st-höjning i i, ii, avf, v2-6 perikardit",),
    ),
    "long_qt": Words(
        "qt",
        ("prolonged qt interval.", "prolonged qt, this may be due to a drug effect or an    electrolyte disturbance."),
        ("qt-verlängerung",),
        ("förlängd qt-tid",),
    ),
    "hyperkalaemia": Words(
        "t",
        (
            "tall peaked t waves. broad qrs complexes. p waves are flat. consistent with hyperkalaemia.",
            "tall peaked t waves consistent with hyperkalaemia.",
        ),
        ("hohe spitze t elektrolytstörung hyperkaliämie",),
        ("spetsiga t-vågor hyperkalemi",),
    ),
    "digitalis": Words(
        "st",
        (
            "scooped st segment depression consistent with digitalis effect.",
            "st-t wave changes due to digitalis effect.",
        ),
        ("muldenförmige st-senkung digitalisveränderung",),
        ("st sänkning digitalispåverkan",),
    ),
    "early_repolarisation": Words(
        "st",
        (
            "st elevation, probably due to early repolarization.",
            "early repolarization, this is probably a normal variant.",
        ),
        ("st-hebung frühe repolarisation",),
        ("st-höjning tidig repolarisation",),
        end="otherwise",
    ),
}
