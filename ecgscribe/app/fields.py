"""What a person types to put a page right, and the `Correction` it means."""

from __future__ import annotations

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LAYOUTS
from ecgscribe.reader.correct import Correction, parsed_corners

FIND = "as found"
LAYOUT_CHOICES = [FIND, *LAYOUTS]
SPEED_CHOICES = [FIND, "12.5", "25", "50"]
GAIN_CHOICES = [FIND, "5", "10", "20"]


def correction_of(corners: str, layout: str, px_per_mm: float | None, speed: str, gain: str) -> Correction:
    """The fields' contents as a `Correction`; an empty one, 0 or `FIND` is left to the reader. Raises `BadOption`."""
    return Correction(
        parsed_corners(corners or ""),
        px_per_mm=_number(px_per_mm, "pixels a mm"),
        layout=None if layout in (None, "", FIND) else layout,
        mm_per_s=_number(speed, "paper speed"),
        mm_per_mv=_number(gain, "gain"),
    )


def _number(value: str | float | None, name: str) -> float | None:
    if value in (None, "", FIND, 0):
        return None
    try:
        return float(str(value).split()[0].replace(",", "."))
    except (ValueError, IndexError):
        raise BadOption(f"The {name} {value!r} is no number.", "Give a number, or leave it as found.") from None
