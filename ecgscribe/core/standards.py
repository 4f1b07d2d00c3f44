"""The registry of leads, layouts and paper scales: the one place to add a lead alias or a layout."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Scale:
    """Paper speed (mm/s) and gain (mm/mV)."""

    mm_per_s: float = 25.0
    mm_per_mv: float = 10.0

    def __post_init__(self):
        if not (self.mm_per_s > 0 and self.mm_per_mv > 0):
            raise BadOption(f"Scale must be positive, got {self.mm_per_s} mm/s and {self.mm_per_mv} mm/mV.")


@dataclass(frozen=True)
class Layout:
    """Which leads stand where on a page.

    `rows` holds the lead names of each row of columns, left to right; each panel shows `panel_s`
    seconds, column k starting at k * panel_s. `rhythm` names the full-width rows below them.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    panel_s: float
    rhythm: tuple[str, ...] = ()

    def __post_init__(self):
        for lead in (*sum(self.rows, ()), *self.rhythm):
            if lead not in LEADS:
                raise BadOption(f"Layout {self.name!r} names the unknown lead {lead!r}.", f"Known: {LEADS}.")

    @property
    def columns(self) -> int:
        return max(len(row) for row in self.rows)

    @property
    def width_s(self) -> float:
        """Seconds shown by a whole row."""
        return self.columns * self.panel_s

    @property
    def row_count(self) -> int:
        return len(self.rows) + len(self.rhythm)


_THREE_ROWS = (("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6"))

LAYOUTS = {
    "3x4+1": Layout("3x4+1", _THREE_ROWS, 2.5, ("II",)),
    "3x4": Layout("3x4", _THREE_ROWS, 2.5),
}
STANDARD_LAYOUT = LAYOUTS["3x4+1"]
STANDARD_SCALE = Scale()


def layout_named(name: str) -> Layout:
    """The layout of that name. Raises `BadOption` with the list of known ones."""
    if name not in LAYOUTS:
        raise BadOption(f"Unknown layout {name!r}.", f"Known layouts: {', '.join(LAYOUTS)}.")
    return LAYOUTS[name]
