"""What a condition is made of: the form in which every rhythm and every beat shape is described."""

from __future__ import annotations

from dataclasses import dataclass, field

Range = tuple[float, float]
"""Smallest and largest value, both included."""


@dataclass(frozen=True)
class Rule:
    """What a condition is: its rhythm, its beat shape, the ranges that a seed draws from, and its codes.

    `codes` are SCP-ECG statements with their likelihood in per cent as PTB-XL writes them (0 = said, no
    likelihood given). `rhythm` is a name of `rhythm.RHYTHMS`, `shape` one of `shapes.SHAPES` (or several
    that decide different waves, joined by "+"). A condition with `variants` draws one of them (named twice
    = twice as often; either all are named or there is only ""); a variant may have a shape of its own
    (`variant_shapes`), ranges of its own (`variant_ranges`) and add or change codes (`variant_codes`).
    `gain` bounds the factor on all voltages, where the voltage itself is the finding. Ranges that are
    None: the condition has no such thing (no PR interval), or leaves it as the shape has it (axis).
    """

    codes: dict[str, float]
    rhythm: str = "sinus"
    shape: str = "normal"
    rate_bpm: Range = (60, 92)
    pr_ms: Range | None = (130, 190)
    qrs_ms: Range = (82, 104)
    qtc_ms: Range = (385, 430)
    axis_deg: Range | None = (-5, 80)
    arrhythmia: Range = (0.008, 0.04)
    gain: Range = (0.75, 1.2)
    variants: tuple[str, ...] = ("",)
    variant_shapes: dict[str, str] = field(default_factory=dict)
    variant_ranges: dict[str, dict[str, Range | None]] = field(default_factory=dict)
    variant_codes: dict[str, dict[str, float]] = field(default_factory=dict)
