"""`Header`: what machines print above the traces - invented person, measured values, statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import lead_name
from ecgscribe.data.chance import Chance

SEXES = ("female", "male")

_LEAD = re.compile(r"\b(i{1,3}|av[rlf]|v[1-6])\b", re.IGNORECASE)
_ECG = re.compile(r"\becg\b", re.IGNORECASE)

# Nobody's names: words of paper and tests, so that no reader takes them for a person's.
_FAMILY = ("Specimen", "Sample", "Example", "Placeholder", "Testcase", "Mockup", "Paperdoll", "Fictum", "Dummy")
_GIVEN = {
    "female": ("Alma", "Bella", "Cora", "Dora", "Edna", "Fanny", "Greta", "Hilda"),
    "male": ("Arno", "Boris", "Carlo", "Damian", "Emil", "Fabio", "Gustav", "Hugo"),
}


@dataclass(frozen=True)
class Header:
    """Everything optional: what is None is left out or printed as an empty label.

    `age` years, `sex` one of SEXES; `rate_bpm`, `pr_ms`, `qrs_ms`, `qt_ms`, `qtc_ms`, axes `p_axis_deg`,
    `axis_deg` (QRS), `t_axis_deg`; `statements` lines of the interpretation; `name`, `identifier`, `date`
    ("YYYY-MM-DD"), `time` ("HH:MM:SS") invented. Raises `BadOption` for an unknown sex.
    """

    age: int | None = None
    sex: str | None = None
    rate_bpm: float | None = None
    pr_ms: float | None = None
    qrs_ms: float | None = None
    qt_ms: float | None = None
    qtc_ms: float | None = None
    p_axis_deg: float | None = None
    axis_deg: float | None = None
    t_axis_deg: float | None = None
    statements: tuple[str, ...] = ()
    name: str = ""
    identifier: str = ""
    date: str = ""
    time: str = ""

    def __post_init__(self):
        if self.sex is not None and self.sex not in SEXES:
            raise BadOption(f"Unknown sex {self.sex!r}.", f"Known: {', '.join(SEXES)}, or None.")


def _as_printed(statement: str) -> str:
    """A statement of a report as machines write it: first letter and lead names in capitals."""
    text = _LEAD.sub(lambda found: lead_name(found.group()), " ".join(statement.split()).rstrip("."))
    return _ECG.sub("ECG", text[:1].upper() + text[1:])


def header_of(truth: dict, seed: int, statements: Sequence[str] = ()) -> Header:
    """The header of a simulated record: the values of its `truth`, an invented person drawn from the seed.

    `truth` as `simulate` gives it (rate_bpm, pr_ms, qrs_ms, qt_ms, axis_deg; missing ones stay out); without a
    qtc_ms there it is Bazett's (1920): QT over the square root of RR in seconds. `statements` are written as
    machines do, lead names in capitals.
    """
    chance = Chance(seed, "header")
    sex = chance.chosen(SEXES)
    rate, qt = truth.get("rate_bpm"), truth.get("qt_ms")
    qtc = truth.get("qtc_ms")
    if qtc is None and rate and qt:
        qtc = qt * (rate / 60.0) ** 0.5
    return Header(
        age=chance.whole(18, 92),
        sex=sex,
        rate_bpm=rate,
        pr_ms=truth.get("pr_ms"),
        qrs_ms=truth.get("qrs_ms"),
        qt_ms=qt,
        qtc_ms=qtc,
        p_axis_deg=truth.get("p_axis_deg"),
        axis_deg=truth.get("axis_deg"),
        t_axis_deg=truth.get("t_axis_deg"),
        statements=tuple(_as_printed(statement) for statement in statements if statement.strip()),
        name=f"{chance.chosen(_FAMILY).upper()}, {chance.chosen(_GIVEN[sex])}",
        identifier=f"SIM{chance.whole(0, 999999):06d}",
        date=f"{chance.whole(2031, 2069)}-{chance.whole(1, 12):02d}-{chance.whole(1, 28):02d}",
        time=f"{chance.whole(0, 23):02d}:{chance.whole(0, 59):02d}:{chance.whole(0, 59):02d}",
    )
