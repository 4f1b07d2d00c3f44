"""The conditions that can be simulated, and the request that a seed draws for one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.data.chance import Chance
from ecgscribe.data.combine import combined
from ecgscribe.data.condition_rule import Range, Rule
from ecgscribe.data.conditions_rhythm import RHYTHM_RULES
from ecgscribe.data.conditions_shapes import SHAPE_RULES

RULES: dict[str, Rule] = {**RHYTHM_RULES, **SHAPE_RULES}

CONDITIONS: tuple[str, ...] = tuple(RULES)
"""Names of the conditions that `simulate` knows; some may be joined by "+" (combine.py says which)."""

ELECTRODES = ("placed", "arms_swapped", "loose")


@dataclass(frozen=True)
class Request:
    """What one simulated record shall show. None where the condition has no such thing.

    `rate_bpm` is the ventricles' rate. `gain` multiplies all voltages; `arrhythmia` is the share by which
    the RR interval swings; `wander_mv`, `muscle_mv` and `mains_mv` are the disturbances at each
    electrode; `variant` is the condition's own choice (LVH: strain or voltage; premature beats: which
    ventricle; pacing: ddd or vvi), of joined conditions joined by "+". Never drawn, only on wish:
    `electrodes` ("arms_swapped": those of the two arms; "loose": one loses contact for a while) and
    `missing_lead`, the name of a lead that was not recorded.
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
    mains_hz: float = 50.0
    electrodes: str = "placed"
    missing_lead: str = ""


def canonical(condition: str) -> str:
    """The name of a condition with its parts in order, rhythms first. Raises `BadOption` for unknown ones."""
    parts = condition.split("+")
    for part in parts:
        if part not in RULES:
            raise BadOption(f"Unknown condition {part!r}.", f"Known conditions: {', '.join(CONDITIONS)}.")
    if len(set(parts)) < len(parts):
        raise BadOption(f"{condition!r} names a condition twice.", "Name each once.")
    return "+".join(sorted(parts, key=CONDITIONS.index))


@lru_cache(maxsize=1024)
def rule_of(condition: str) -> Rule:
    """The rule of a condition, which may be joined by "+".

    Raises `BadOption` with the list of known ones, or for parts that contradict each other.
    """
    return combined({part: RULES[part] for part in canonical(condition).split("+")}, frozenset(RHYTHM_RULES))


def rhythm_part(condition: str) -> str:
    """The part of a condition that decides the rhythm, "normal" where none does."""
    rhythms = [part for part in condition.split("+") if part in RHYTHM_RULES]
    special = [part for part in rhythms if RULES[part].rhythm != "sinus"]
    return (special or rhythms or ["normal"])[0]


def variants_of(request: Request) -> dict[str, str]:
    """Part of the condition -> its variant, for the parts that have variants."""
    names = iter(request.variant.split("+"))
    return {part: next(names) for part in request.condition.split("+") if RULES[part].variants != ("",)}


def draw_request(condition: str, seed: int, variant: str | None = None, rate_bpm: float | None = None) -> Request:
    """The request that this seed draws; `rate_bpm` and `variant` that are given decide what can be drawn.

    Raises `BadOption` for an unknown condition or variant.
    """
    condition = canonical(condition)
    rule = rule_of(condition)
    chance = Chance(seed, "request", condition)
    variant = _variant(condition, rule, chance, variant, rate_bpm)
    limits = {name: getattr(rule, name) for name in ("rate_bpm", "pr_ms", "qrs_ms", "qtc_ms", "axis_deg")}
    limits |= rule.variant_ranges.get(variant, {})

    def drawn(name: str, digits: int = 0) -> float | None:
        # drawn even where unused: the later numbers of a seed must not depend on the condition's rule
        value = chance.between(*(limits[name] or (0.0, 0.0)))
        return None if limits[name] is None else round(value, digits)

    request = Request(
        condition=condition,
        rate_bpm=drawn("rate_bpm", 1),
        pr_ms=drawn("pr_ms"),
        qrs_ms=drawn("qrs_ms"),
        qtc_ms=drawn("qtc_ms"),
        axis_deg=drawn("axis_deg"),
        arrhythmia=chance.between(*rule.arrhythmia),
        gain=min(rule.gain[1], max(rule.gain[0], 1.0 + 0.14 * chance.normal())),
        wander_mv=chance.between(0.01, 0.07) * chance.chosen((1.0, 1.0, 1.0, 2.2)),
        muscle_mv=chance.between(0.003, 0.014),
        mains_mv=chance.between(0.0, 0.008),
        variant=variant,
        mains_hz=chance.chosen((50.0, 50.0, 60.0)),
    )
    if "vvi" in variant.split("+"):
        return _replaced(request, {"pr_ms": None})
    return request


def _variant(condition: str, rule: Rule, chance: Chance, wanted: str | None, rate_bpm: float | None) -> str:
    """The variant that is wanted, or one that the seed draws among those that can have this rate."""
    options = rule.variants
    if wanted is not None:
        asked = set(wanted.split("+"))
        options = tuple(name for name in options if wanted == name or asked <= set(name.split("+")) - {""})
        if not options:
            known = sorted({word for name in rule.variants for word in name.split("+")})
            raise BadOption(f"{condition} has no variant {wanted!r}.", f"Known: {', '.join(known)}.")
    elif rate_bpm is not None:

        def distance_bpm(name: str) -> float:
            low, high = rule.variant_ranges.get(name, {}).get("rate_bpm", rule.rate_bpm)
            return max(0.0, low - rate_bpm, rate_bpm - high)

        least = min(map(distance_bpm, options))
        options = tuple(name for name in options if distance_bpm(name) == least)
    return chance.chosen(options)


def codes_of(request: Request) -> dict[str, float]:
    """The SCP-ECG statements of a request, with their likelihood in per cent."""
    rule = rule_of(request.condition)
    return rule.codes | rule.variant_codes.get(request.variant, {})


def _replaced(request: Request, fields: dict) -> Request:
    return Request(**{**request.__dict__, **fields})


def request_of(condition: str, seed: int, wishes: dict) -> Request:
    """The request of a seed with some fields set by the caller.

    Raises `BadOption` for an unknown condition, and for unknown or impossible wishes.
    """
    known = [name for name in Request.__dataclass_fields__ if name != "condition"]
    unknown = sorted(set(wishes) - set(known))
    if unknown:
        raise BadOption(f"Unknown wish {unknown[0]!r} for a simulated ECG.", f"Known: {', '.join(known)}.")
    for name, (low, high) in LIMITS.items():
        value = wishes.get(name)
        if value is not None and not low <= value <= high:
            raise BadOption(f"{name} of {value} cannot be simulated.", f"Use {low} to {high}.")
    for name, options in (("electrodes", ELECTRODES), ("missing_lead", ("", *LEADS))):
        if wishes.get(name, options[0]) not in options:
            raise BadOption(f"{name} cannot be {wishes[name]!r}.", f"Known: {', '.join(options[1:])}.")
    request = draw_request(condition, seed, wishes.get("variant"), wishes.get("rate_bpm"))
    if wishes.get("pr_ms") is not None and request.pr_ms is None:
        if wishes.get("variant") is None and "ddd" in rule_of(request.condition).variants:
            request = draw_request(condition, seed, "ddd")
        else:
            raise BadOption(f"{request.condition} has no PR interval, but pr_ms={wishes['pr_ms']} was asked.")
    return _replaced(request, {name: value for name, value in wishes.items() if name != "variant"})


LIMITS: dict[str, Range] = {
    "rate_bpm": (20, 240),
    "pr_ms": (80, 400),
    "qrs_ms": (60, 220),
    "qtc_ms": (300, 600),
    "axis_deg": (-180, 180),
    "arrhythmia": (0, 0.4),
    "gain": (0.05, 4),
    "wander_mv": (0, 2),
    "muscle_mv": (0, 1),
    "mains_mv": (0, 1),
    "mains_hz": (49, 61),
}
