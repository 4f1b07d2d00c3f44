"""Whether what was measured fits the paper speed that was assumed: every time on a page scales with it."""

from __future__ import annotations

from collections.abc import Sequence

from ecgscribe.core.report import Measurement, Problem

_USUAL = {"rate": (50.0, 110.0), "pr": (110.0, 220.0), "qrs": (60.0, 115.0), "qt": (300.0, 470.0)}
"""Resting values of adults in bpm and ms, normal ones and those near them: of PTB-XL's 324 validation records none is
doubted at its own speed, 237 at half of it and 238 at twice it."""
_LEAST_KNOWN = 3
_ASSUMED = "speed-assumed"


def doubtful_speed(
    mm_per_s: float | None, problems: Sequence[Problem], measurements: Sequence[Measurement]
) -> tuple[Problem, ...]:
    """A warning where the speed was assumed and every interval known is unusual at it, yet all would be usual at twice
    or half of it. () where the speed is printed or fewer than three of rate, PR, QRS and QT are known."""
    if mm_per_s is None or all(problem.code != _ASSUMED for problem in problems):
        return ()
    known = {one.name: one.value for one in measurements if one.name in _USUAL and not one.lead and one.known}
    if len(known) < _LEAST_KNOWN or any(_usual(name, value, 1.0) for name, value in known.items()):
        return ()
    for factor in (2.0, 0.5):
        if all(_usual(name, value, factor) for name, value in known.items()):
            return (_doubt(mm_per_s, factor * mm_per_s, known),)
    return ()


def _usual(name: str, value: float, factor: float) -> bool:
    """Whether the value would be usual on paper `factor` times as fast."""
    low, high = _USUAL[name]
    return low <= (value * factor if name == "rate" else value / factor) <= high


def _doubt(assumed: float, other: float, known: dict[str, float]) -> Problem:
    words = {"rate": "a rate of {:.0f} bpm", "pr": "PR {:.0f} ms", "qrs": "QRS {:.0f} ms", "qt": "QT {:.0f} ms"}
    told = [words[name].format(known[name]) for name in words if name in known]
    return Problem(
        "measure",
        "speed-doubtful",
        f"At the assumed {assumed:g} mm/s the page shows {', '.join(told[:-1])} and {told[-1]}; at {other:g} mm/s all "
        "would be usual.",
        "Look for the paper speed on the page, set it by hand and read the page again.",
    )
