"""The measurements by name: words and units, in the order in which they are told."""

NAMES = {
    "beats": ("Beats seen", "beats"),
    "rate": ("Heart rate", "bpm"),
    "rr": ("Mean RR interval", "ms"),
    "rr_variation": ("RR variation (RMSSD over mean)", "%"),
    "p_present": ("P waves before the QRS complexes (1 yes, 0 no)", "1"),
    "p_duration": ("P duration", "ms"),
    "pr": ("PR interval", "ms"),
    "qrs": ("QRS duration", "ms"),
    "qt": ("QT interval", "ms"),
    "qtc_bazett": ("QTc (Bazett)", "ms"),
    "qtc_fridericia": ("QTc (Fridericia)", "ms"),
    "axis": ("Frontal QRS axis", "deg"),
    "p_axis": ("Frontal P axis", "deg"),
    "t_axis": ("Frontal T axis", "deg"),
    "st": ("ST level at J + 60 ms", "mV"),
    "r": ("R amplitude", "mV"),
    "s": ("S amplitude", "mV"),
    "sokolow_lyon": ("Sokolow-Lyon, S in V1 + R in V5 or V6", "mV"),
}
"""Name -> (words, unit). st, r and s come once per lead."""
