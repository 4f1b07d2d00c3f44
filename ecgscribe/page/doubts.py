"""What find_page says of a page or picture: refusals, and what was assumed of the sheet."""

from __future__ import annotations

from ecgscribe.core.report import Problem


def no_grid() -> Problem:
    """Nothing ruled, and nothing that could be read without."""
    return _fatal("no-grid", "No ECG grid was found in the picture.", "Use a picture of an ECG on ruled paper.")


def too_small(finest_px_per_mm: float, least_px_per_mm: float) -> Problem:
    """Too few pixels."""
    return _fatal(
        "too-small",
        f"The picture shows only about {finest_px_per_mm:.1f} pixels a millimetre of paper; {least_px_per_mm} are "
        "needed.",
        "Scan or photograph the page at a higher resolution.",
    )


def no_trace() -> Problem:
    """A blank ruling."""
    return _fatal(
        "no-trace",
        "The picture shows ruled paper, but no ECG trace that stands out from its lines.",
        "Use a sharp picture of a recorded ECG whose trace is darker than the ruling.",
    )


def no_ecg() -> Problem:
    """A ruling with something else on it."""
    return _fatal(
        "no-ecg",
        "The picture shows ruled paper, but nothing on it was recognised as a 12-lead ECG: no rows of beats, lead "
        "names or pulses.",
        "Use a picture of a whole 12-lead page; single strips are not read.",
    )


def two_pages() -> Problem:
    """More than one page in one picture: leads of both are never mixed."""
    return _fatal(
        "two-pages",
        "The picture shows two ECG pages: the names of most leads stand on it twice.",
        "Give one page at a time: cut the picture in two, or photograph each page alone.",
    )


def _fatal(code: str, message: str, hint: str) -> Problem:
    return Problem("page", code, message, hint, fatal=True)


def unscaled() -> Problem:
    """Neither 1 mm nor 5 mm lines for sure."""
    return Problem(
        "page",
        "scale-unknown",
        "Lines of one kind only are seen, which may be 1 mm or 5 mm apart: the scale is unknown.",
        "Scan or photograph the page at a higher resolution.",
    )


def scale_assumed(pulsed: bool) -> Problem:
    """A page without a grid, scaled by its rows; `pulsed` whether calibration pulses agree."""
    borne = ", which its calibration pulses bear out" if pulsed else ""
    return Problem(
        "page",
        "scale-assumed",
        f"The page shows no grid: its rows were taken for ten seconds at 25 mm/s{borne}.",
        "Use a picture with the grid switched on.",
    )


def bent(bend_mm: float) -> Problem:
    """Paper whose shape could not be told."""
    return Problem(
        "page",
        "page-bent",
        f"The paper is not flat: parts of it lie {bend_mm:.1f} mm and more from where they should.",
        "Flatten the page and take the picture again.",
    )


def turned(turns: int) -> Problem:
    """Turned by quarter turns on the word of its lead names or its rows."""
    return Problem(
        "page",
        "way-up-assumed",
        f"The page lay turned by {90 * turns} degrees, and no calibration pulse shows which way is up.",
        "Give the picture upright.",
    )
