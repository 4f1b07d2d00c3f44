"""The registry of leads, layouts, paper scales and sheet sizes: the one place to add a lead alias or a layout."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from ecgscribe.core.errors import BadOption

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
"""The twelve leads in the standard order of every array of this package."""

_BY_FOLDED = {name.casefold(): name for name in LEADS}
_ALIASES = {"mli": "I", "mlii": "II", "mliii": "III", "ⅰ": "I", "ⅱ": "II", "ⅲ": "III"}


def lead_name(written: str) -> str:
    """The standard name of a lead however it is written ("AVR", "avr", "v1"). Raises `BadOption`."""
    folded = written.strip().casefold()
    name = _BY_FOLDED.get(folded) or _ALIASES.get(folded)
    if name is None:
        raise BadOption(f"Unknown lead {written!r}.", f"Known leads: {', '.join(LEADS)}.")
    return name


def labelled_lead(label: str) -> tuple[str, int]:
    """(lead, sign) of a name as it stands on a page: "-aVR" is ("aVR", -1). Raises `BadOption`."""
    turned = label.strip().startswith("-")
    return lead_name(label.strip().removeprefix("-")), -1 if turned else 1


@dataclass(frozen=True)
class Scale:
    """Paper speed (mm/s) and gain (mm/mV); `chest_mm_per_mv` the gain of V1 to V6 where it differs."""

    mm_per_s: float = 25.0
    mm_per_mv: float = 10.0
    chest_mm_per_mv: float | None = None

    def __post_init__(self):
        given = (self.mm_per_s, self.mm_per_mv, self.gain("V1"))
        if not all(0 < value < math.inf for value in given):
            raise BadOption(f"Scale must be positive, got {given[0]} mm/s, {given[1]} and {given[2]} mm/mV.")

    def gain(self, lead: str) -> float:
        """mm/mV of this lead."""
        if self.chest_mm_per_mv is None or not lead.startswith("V"):
            return self.mm_per_mv
        return self.chest_mm_per_mv

    @property
    def mixed(self) -> bool:
        """Whether limb and chest leads differ in gain."""
        return self.gain("V1") != self.mm_per_mv


@dataclass(frozen=True)
class Layout:
    """Which leads stand where on a page.

    `rows` holds the labels of each row of columns, left to right ("-aVR" is aVR drawn upside down); each
    panel shows `panel_s` seconds, column k starting at k * panel_s. `rhythm` names the full-width rows
    below them.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    panel_s: float
    rhythm: tuple[str, ...] = ()

    def __post_init__(self):
        for label in (*sum(self.rows, ()), *self.rhythm):
            if label.removeprefix("-") not in LEADS:
                raise BadOption(f"Layout {self.name!r} names the unknown lead {label!r}.", f"Known: {LEADS}.")

    @cached_property
    def columns(self) -> int:
        return max(len(row) for row in self.rows)

    @property
    def width_s(self) -> float:
        """Seconds shown by a whole row."""
        return self.columns * self.panel_s

    @property
    def row_count(self) -> int:
        return len(self.rows) + len(self.rhythm)


STANDARD_ORDER = (("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6"))
"""Groups of three leads, each a column of the 3x4 page."""

CABRERA_ORDER = (("aVL", "I", "-aVR"), ("II", "aVF", "III"), *STANDARD_ORDER[2:])
"""The limb leads by their angle in the frontal plane, -30 to 120 degrees, in steps of 30 (Cabrera 1944)."""


def _layouts() -> dict[str, Layout]:
    made = {}
    for suffix, groups in (("", STANDARD_ORDER), ("-cabrera", CABRERA_ORDER)):
        three = tuple(zip(*groups, strict=True))
        six = tuple(zip(groups[0] + groups[1], groups[2] + groups[3], strict=True))
        twelve = tuple((label,) for label in sum(groups, ()))
        for name, rows, panel_s, rhythm in (
            ("3x4+1", three, 2.5, ("II",)),
            ("3x4", three, 2.5, ()),
            ("3x4+2", three, 2.5, ("V1", "II")),
            ("3x4+3", three, 2.5, ("V1", "II", "V5")),
            ("6x2", six, 5.0, ()),
            ("6x2+1", six, 5.0, ("II",)),
            ("12x1", twelve, 10.0, ()),
        ):
            made[name + suffix] = Layout(name + suffix, rows, panel_s, rhythm)
    return made


LAYOUTS = _layouts()
STANDARD_LAYOUT = LAYOUTS["3x4+1"]
STANDARD_SCALE = Scale()


def layout_named(name: str) -> Layout:
    """The layout of that name. Raises `BadOption` with the list of known ones."""
    if name not in LAYOUTS:
        raise BadOption(f"Unknown layout {name!r}.", f"Known layouts: {', '.join(LAYOUTS)}.")
    return LAYOUTS[name]


SHEETS_MM = {"a4": (297.0, 210.0), "letter": (279.4, 215.9), "a4-portrait": (210.0, 297.0), "a3": (420.0, 297.0)}
"""(width, height) of sheets of paper in mm."""


def sheet_named(name: str) -> tuple[float, float]:
    """(width, height) in mm of that sheet. Raises `BadOption` with the list of known ones."""
    if name not in SHEETS_MM:
        raise BadOption(f"Unknown sheet {name!r}.", f"Known sheets: {', '.join(SHEETS_MM)}.")
    return SHEETS_MM[name]
