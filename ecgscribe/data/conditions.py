"""The conditions that can be simulated, and the request that a seed draws for one of them."""

from __future__ import annotations

from dataclasses import dataclass

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance

Range = tuple[float, float]


@dataclass(frozen=True)
class Rule:
    """What a condition is: its rhythm, its beat shape, the ranges that a seed draws from, and its codes.

    `codes` are SCP-ECG statements with their likelihood in per cent as PTB-XL writes them (0 = said, no
    likelihood given).
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


RULES: dict[str, Rule] = {
    "normal": Rule(codes={"NORM": 100.0, "SR": 0.0}),
    "sinus_bradycardia": Rule(codes={"NORM": 80.0, "SBRAD": 0.0}, rate_bpm=(42, 57)),
    "sinus_tachycardia": Rule(
        codes={"NORM": 80.0, "STACH": 0.0}, rate_bpm=(103, 132), pr_ms=(118, 150), arrhythmia=(0.003, 0.012)
    ),
    "sinus_arrhythmia": Rule(codes={"NORM": 100.0, "SARRH": 0.0}, rate_bpm=(58, 80), arrhythmia=(0.13, 0.20)),
    "atrial_fibrillation": Rule(
        rhythm="fibrillation", codes={"AFIB": 0.0}, rate_bpm=(62, 125), pr_ms=None, axis_deg=(-15, 85)
    ),
    "first_degree_av_block": Rule(codes={"1AVB": 100.0, "LPR": 0.0, "SR": 0.0}, rate_bpm=(55, 80), pr_ms=(222, 310)),
    "lbbb": Rule(
        shape="lbbb", codes={"CLBBB": 100.0, "SR": 0.0}, qrs_ms=(132, 168), qtc_ms=(420, 470), axis_deg=(-35, 35)
    ),
    "rbbb": Rule(
        shape="rbbb", codes={"CRBBB": 100.0, "SR": 0.0}, qrs_ms=(124, 152), qtc_ms=(410, 450), axis_deg=(30, 85)
    ),
    "lvh": Rule(
        shape="lvh",
        codes={"LVH": 100.0, "VCLVH": 0.0, "SR": 0.0},
        qrs_ms=(90, 112),
        qtc_ms=(395, 440),
        axis_deg=(-20, 45),
    ),
    "inferior_infarct": Rule(
        shape="inferior",
        codes={"IMI": 100.0, "QWAVE": 0.0, "SR": 0.0},
        qrs_ms=(92, 108),
        qtc_ms=(395, 440),
        axis_deg=(-25, 12),
    ),
    "anterior_infarct": Rule(
        shape="anterior",
        codes={"ASMI": 100.0, "QWAVE": 0.0, "SR": 0.0},
        qrs_ms=(90, 108),
        qtc_ms=(400, 450),
        axis_deg=(15, 75),
    ),
    "premature_atrial": Rule(rhythm="premature_atrial", codes={"NORM": 80.0, "PAC": 0.0, "SR": 0.0}, rate_bpm=(58, 84)),
    "premature_ventricular": Rule(
        rhythm="premature_ventricular", codes={"NORM": 80.0, "PVC": 100.0, "SR": 0.0}, rate_bpm=(58, 86)
    ),
    "paced": Rule(
        rhythm="paced",
        shape="paced",
        codes={"PACE": 100.0},
        rate_bpm=(60, 75),
        pr_ms=(150, 190),
        qrs_ms=(140, 172),
        qtc_ms=(430, 475),
        axis_deg=None,
        arrhythmia=(0.0, 0.0),
    ),
}

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


VARIANTS = {
    "lvh": ("strain", "strain", "voltage"),
    "premature_ventricular": ("right", "left"),
    "paced": ("ddd", "vvi"),
    "premature_atrial": ("low", "high"),
}


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
        gain=min(1.2, max(0.75, 1.0 + 0.14 * chance.normal())),
        wander_mv=chance.between(0.01, 0.07) * chance.chosen((1.0, 1.0, 1.0, 2.2)),
        muscle_mv=chance.between(0.003, 0.014),
        mains_mv=chance.between(0.0, 0.008),
        variant=chance.chosen(VARIANTS.get(condition, ("",))),
    )
    if condition == "paced" and request.variant == "vvi":
        return _replaced(request, {"pr_ms": None})
    return request


def codes_of(request: Request) -> dict[str, float]:
    """The SCP-ECG statements of a request, with their likelihood in per cent."""
    codes = dict(rule_of(request.condition).codes)
    if request.condition == "lvh":
        # voltage alone makes the diagnosis less sure; strain adds non-specific ischaemic ST and T
        codes |= {"ISC_": 100.0} if request.variant == "strain" else {"LVH": 50.0}
    return codes


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
    variants = VARIANTS.get(request.condition, ("",))
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
