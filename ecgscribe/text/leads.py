"""Lead names in running text: recognise them, write lists and ranges out."""

import re

LIMB = {"i": "I", "ii": "II", "iii": "III", "avr": "aVR", "avl": "aVL", "avf": "aVF"}
"""Limb leads by their lower-case name."""

_RANGE = re.compile(r"\s*(-|,|\+|/|&|\.)\s*v?([1-9])")


def is_leads(text: str) -> bool:
    """Whether `text` is nothing but lead names separated by commas."""
    parts = text.lower().split(", ")
    return all(part in LIMB or re.fullmatch(r"v[1-9](-v[1-9])?", part) for part in parts)


def expand_chest(text: str) -> str:
    """Write a chest lead list out: "v3-6" -> "V3-V6", "v4,5,6" -> "V4, V5, V6", "v4 + v5" -> "V4, V5"."""
    head = re.match(r"v\s?([1-9])", text.lower())
    if head is None:
        return text
    out, ranged = f"V{head.group(1)}", False
    for mark, digit in _RANGE.findall(text.lower()[head.end() :]):
        if mark == "-" and ranged:
            out = out[:-1] + digit  # "v1-2-3" is V1 to V3
        else:
            out += f"-V{digit}" if mark == "-" else f", V{digit}"
        ranged = mark == "-"
    return out
