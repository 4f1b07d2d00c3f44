"""The conditions that can be simulated, and the request that a seed draws for one of them."""

from __future__ import annotations

from dataclasses import dataclass

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.condition_rule import Range, Rule
from ecgscribe.data.conditions_rhythm import RHYTHM_RULES
from ecgscribe.data.conditions_shapes import SHAPE_RULES

RULES: dict[str, Rule] = {**RHYTHM_RULES, **SHAPE_RULES}

CONDITIONS: tuple[str, ...] = tuple(RULES)
"""Names of the conditions that `simulate` knows."""


@dataclass(frozen=True)
class Request:
    """What one simulated record shall show. None where the condition has no such thing.

    `gain` multiplies all voltages; `arrhythmia` is the share by which the RR interval swings with the
    breath; `wander_mv`, `muscle_mv` and `mains_mv` are the disturbances at each electrode; `variant` is
    the condition's own choice (LVH: strain or voltage; premature beats: which ventricle; pacing: ddd or vvi).
    """

    condition: str
    rate_bpm: float
    pr_ms: float | None
    qrs_ms: float
    qtc_ms: float
    axis_deg: float | None
    arrhythmia: float
    gain: float
    wander_mv: float
    muscle_mv: float
    mains_mv: float
    variant: str


def rule_of(condition: str) -> Rule:
    """The rule of a condition. Raises `BadOption` with the list of known ones."""
    if condition not in RULES:
        raise BadOption(f"Unknown condition {condition!r}.", f"Known conditions: {', '.join(CONDITIONS)}.")
    return RULES[condition]


def draw_request(condition: str, seed: int) -> Request:
    """The request that this seed draws. Raises `BadOption` for an unknown condition."""
    rule = rule_of(condition)
    chance = Chance(seed, "request", condition)

    def drawn(limits: Range | None, digits: int = 0) -> float | None:
        # drawn even where unused: the later numbers of a seed must not depend on the condition's rule
        value = chance.between(*(limits or (0.0, 0.0)))
        return None if limits is None else round(value, digits)

    request = Request(
        condition=condition,
        rate_bpm=drawn(rule.rate_bpm, 1),
        pr_ms=drawn(rule.pr_ms),
        qrs_ms=drawn(rule.qrs_ms),
        qtc_ms=drawn(rule.qtc_ms),
        axis_deg=drawn(rule.axis_deg),
        arrhythmia=chance.between(*rule.arrhythmia),
        gain=min(rule.gain[1], max(rule.gain[0], 1.0 + 0.14 * chance.normal())),
        wander_mv=chance.between(0.01, 0.07) * chance.chosen((1.0, 1.0, 1.0, 2.2)),
        muscle_mv=chance.between(0.003, 0.014),
        mains_mv=chance.between(0.0, 0.008),
        variant=chance.chosen(rule.variants),
    )
    if condition == "paced" and request.variant == "vvi":
        return _replaced(request, {"pr_ms": None})
    return request


def codes_of(request: Request) -> dict[str, float]:
    """The SCP-ECG statements of a request, with their likelihood in per cent."""
    rule = rule_of(request.condition)
    return rule.codes | rule.variant_codes.get(request.variant, {})


def _replaced(request: Request, fields: dict) -> Request:
    return Request(**{**request.__dict__, **fields})


def changed(request: Request, wishes: dict) -> Request:
    """The request with some fields set by the caller. Raises `BadOption` for unknown or impossible ones."""
    unknown = sorted(set(wishes) - set(request.__dict__) - {"condition"})
    if unknown:
        raise BadOption(f"Unknown wish {unknown[0]!r} for a simulated ECG.", f"Known: {', '.join(request.__dict__)}.")
    for name, (low, high) in LIMITS.items():
        value = wishes.get(name)
        if value is not None and not low <= value <= high:
            raise BadOption(f"{name} of {value} cannot be simulated.", f"Use {low} to {high}.")
    variants = rule_of(request.condition).variants
    if wishes.get("variant", request.variant) not in variants:
        raise BadOption(
            f"{request.condition} has no variant {wishes['variant']!r}.", f"Known: {', '.join(sorted(set(variants)))}."
        )
    if request.condition == "paced" and "variant" in wishes:
        paced_pr_ms = None if wishes["variant"] == "vvi" else request.pr_ms or 160.0
        request = _replaced(request, {"pr_ms": paced_pr_ms})
    if wishes.get("pr_ms") is not None and request.pr_ms is None:
        raise BadOption(f"{request.condition} has no PR interval, but pr_ms={wishes['pr_ms']} was asked.")
    return _replaced(request, wishes)


LIMITS: dict[str, Range] = {
    "rate_bpm": (25, 220),
    "pr_ms": (80, 400),
    "qrs_ms": (60, 220),
    "qtc_ms": (300, 600),
    "axis_deg": (-180, 180),
    "arrhythmia": (0, 0.4),
    "gain": (0.05, 4),
    "wander_mv": (0, 2),
    "muscle_mv": (0, 1),
    "mains_mv": (0, 1),
}
