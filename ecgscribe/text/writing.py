"""Captions and names as they are written in a report: abbreviations, waves, leads and proper names with their capitals.

Captions are kept in lower case (text/normalise.py); this is for people's eyes only, never for comparing texts.
"""

from __future__ import annotations

import re

_CAPITALS = "ecg qrs qrst qs qt st pr pq rr av sa wpw lgl lbbb rbbb lvh rvh i ii iii p q r s t u j s1q3 s1s2s3".split()
_WORDS = {
    **{word: word.upper() for word in _CAPITALS},
    **{lead.lower(): lead for lead in ("aVR", "aVL", "aVF")},
    "qtc": "QTc", "wenckebach": "Wenckebach", "mobitz": "Mobitz", "brugada": "Brugada",
}  # fmt: skip
# "0.24 s" are seconds, the s of "wenckebach's" is no wave
_WORD = re.compile(r"(?<![\w'])(?<!\d )(?:v[1-9]r?|[a-z]+|s1q3|s1s2s3)(?![\w'])|(?<![\w'])(?:wenckebach|brugada)(?='s)")
_CHEST = re.compile(r"v[1-9]r?")


def written(text: str) -> str:
    """`text` with the capitals of its abbreviations: "st-t change in v4-v6" -> "ST-T change in V4-V6".

    Words that have a capital already stay as they are, so applying it twice changes nothing.
    """
    return _WORD.sub(lambda match: _word(match.group()), text)


def sentences(caption: str) -> str:
    """`written`, with a capital at the start of each sentence; a sentence that begins with "aVR" stays."""
    parts = written(caption).split(". ")
    return ". ".join(part[:1].upper() + part[1:] if part.split(" ", 1)[0].islower() else part for part in parts)


def _word(word: str) -> str:
    return word.upper() if _CHEST.fullmatch(word) else _WORDS.get(word, word)
