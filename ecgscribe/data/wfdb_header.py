"""What the comment lines of a WFDB header say of patient and findings: age, sex, SNOMED CT codes, diagnoses in words.

Two manners are known: `# Dx: 426783006,59118001` with `# Age:` and `# Sex:` (PhysioNet Challenges 2020 and 2021), and
`#<diagnoses>:` with one sentence a line after it (LUDB).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"#\s*<?(?P<key>[A-Za-z]+)>?\s*:\s*(?P<value>.*)$")
_SEXES = {"m": "male", "male": "male", "0": "male", "f": "female", "female": "female", "1": "female"}
_MOST_BYTES = 1_000_000
_LATIN = "latin-1"


@dataclass(frozen=True)
class HeaderNotes:
    """`age` years or None; `sex` male, female or ""; `snomed` the codes; `report` the diagnoses in words."""

    age: float | None = None
    sex: str = ""
    snomed: tuple[str, ...] = ()
    report: str = ""


def header_notes(path: Path) -> HeaderNotes:
    """The notes of one header file; what is not there stays empty. Raises `OSError`."""
    with path.open(encoding=_LATIN) as file:
        lines = file.read(_MOST_BYTES).splitlines()
    comments = [line.strip() for line in lines if line.startswith("#")]
    told: dict[str, str] = {}
    sentences: list[str] | None = None
    for line in comments:
        found = _LINE.match(line)
        if found and found["key"].lower() in ("diagnoses", "age", "sex", "dx", "rx", "hx", "sx", "note"):
            key = found["key"].lower()
            sentences = [] if key == "diagnoses" else None
            told.setdefault(key, found["value"].strip())
        elif sentences is not None:
            sentences.append(line.lstrip("# ").strip())
            told["diagnoses"] = " ".join(sentences)
    codes = tuple(code for code in re.split(r"[,;\s]+", told.get("dx", "")) if code.isdigit())
    return HeaderNotes(
        _age(told.get("age", "")), _SEXES.get(told.get("sex", "").lower(), ""), codes, told.get("diagnoses", "")
    )


def _age(text: str) -> float | None:
    """Years; None for NaN, text and what no person reaches."""
    try:
        age = float(text.lstrip(">"))
    except ValueError:
        return None
    return age if 0 <= age <= 120 else None
