"""Paper speed and gain of a page: what it prints, held against its calibration pulse and the width of its rows."""

from __future__ import annotations

from ecgscribe.core.report import Problem
from ecgscribe.core.standards import STANDARD_SCALE, Scale
from ecgscribe.page.printed import Printed
from ecgscribe.page.vote import Fit

_TENTH = 0.1


def scale_of(printed: Printed, pulse_mm: float | None, fit: Fit) -> tuple[Scale, tuple[Problem, ...]]:
    """(scale, what was assumed or disagrees)."""
    speed, doubts = _speed(printed.mm_per_s, fit)
    gain, chest = printed.mm_per_mv, printed.chest_mm_per_mv
    if gain is None:
        gain = pulse_mm
        if gain is None:
            gain = STANDARD_SCALE.mm_per_mv
            doubts += (
                _doubt(
                    "gain-assumed",
                    f"Neither a printed gain nor a calibration pulse was read: {gain:g} mm/mV assumed.",
                    "Check the gain printed on the page.",
                ),
            )
    elif pulse_mm is not None and abs(pulse_mm - gain) > _TENTH * gain:
        doubts += (
            _doubt(
                "gain-disagrees",
                f"The page prints {gain:g} mm/mV, its calibration pulse is {pulse_mm:g} mm high: it was followed.",
                "Check the gain printed on the page.",
            ),
        )
        gain = pulse_mm
    return Scale(speed, gain, None if chest is None or chest == gain else chest), doubts


def borne_out(printed: Printed, pulse_mm: float | None, fit: Fit) -> bool:
    """Whether what the page prints bears its millimetres out: at the printed speed whole rows are as long as their
    layout says, to a tenth, or the calibration pulse is as high as the printed gain.

    Lines of one kind may be 1 or 5 mm apart, or every second one of them: never so near the truth.
    """
    if printed.mm_per_mv is not None and pulse_mm == printed.mm_per_mv:
        return True
    if printed.mm_per_s is None or fit.partial:
        return False
    usual_mm = printed.mm_per_s * fit.layout.width_s
    return abs(fit.pitch_mm * fit.layout.columns - usual_mm) <= _TENTH * usual_mm


def _speed(printed: float | None, fit: Fit) -> tuple[float, tuple[Problem, ...]]:
    width = fit.pitch_mm * fit.layout.columns
    if printed is not None:
        if not fit.partial and width / printed > 1.04 * fit.layout.width_s:
            seconds = width / printed
            return printed, (
                _doubt(
                    "speed-disagrees",
                    f"The page prints {printed:g} mm/s, at which its rows would show {seconds:.1f} s, "
                    f"{fit.layout.width_s:g} s being usual.",
                    "Check the paper speed printed on the page.",
                ),
            )
        return printed, ()
    speed = next(
        (v for v in (25.0, 12.5) if abs(width - v * fit.layout.width_s) <= 0.03 * v * fit.layout.width_s),
        STANDARD_SCALE.mm_per_s,
    )
    return speed, (
        _doubt(
            "speed-assumed",
            f"No paper speed was read: {speed:g} mm/s assumed.",
            "Check the paper speed printed on the page.",
        ),
    )


def _doubt(code: str, message: str, hint: str) -> Problem:
    return Problem("layout", code, message, hint)
