"""Conditions joined by "+": one rhythm and beat shapes that do not contradict each other become one rule.

What is united, and what is refused:

- The order of the parts does not matter; the rhythm comes first in the name that results.
- Two conditions of rhythm go together only where both are made by the sinus node ("sinus_bradycardia" and
  "first_degree_av_block").
- A shape decides the QRS complex, ST and T, the P wave, or several of these. Shapes go together where no
  two decide the same ("lbbb" and "left_atrial_enlargement" do); of variants those are kept that go
  together ("third_degree_av_block" with "lbbb" is always the narrow one, whose beats the bundle conducts).
- Shapes of the P wave need a rhythm with P waves of the sinus node, pre-excitation one that is conducted.
- A range that one part sets holds for all; where two parts set the same range, what both allow holds, and
  parts that leave nothing are refused. A rhythm without PR interval has none in any company.
- Codes are united at the greater likelihood. NORM stays only where every part has it, and statements of
  the rhythm (SR among them) come from the parts of rhythm where there is one.
"""

from __future__ import annotations

from itertools import product

from ecgscribe.core.errors import BadOption
from ecgscribe.data.condition_rule import Range, Rule
from ecgscribe.data.shapes import SHAPES, Shape, mixed

RANGES = ("rate_bpm", "pr_ms", "qrs_ms", "qtc_ms", "axis_deg", "arrhythmia", "gain")
_DEFAULT = Rule(codes={})
_WITHOUT_OWN_P = {"fibrillation", "flutter", "supraventricular_tachycardia", "ventricular_tachycardia", "paced"}
_WITHOUT_PREEXCITATION = {"supraventricular_tachycardia", "complete_block"}
_RHYTHM_CODES = frozenset("SR SBRAD STACH SARRH AFIB AFLT PSVT SVTAC SVARR PACE".split())


def combined(named: dict[str, Rule], rhythms: frozenset[str]) -> Rule:
    """One rule from several, given in canonical order by name; `rhythms` are the names that are rhythms.

    Raises `BadOption` for parts that contradict each other.
    """
    if len(named) == 1:
        return next(iter(named.values()))
    if "normal" in named:
        raise BadOption("A normal ECG has no findings beside it.", "Leave out 'normal', or ask for it alone.")
    makers = {name: rule.rhythm for name, rule in named.items() if rule.rhythm != "sinus"}
    if len(makers) > 1 or (makers and len(rhythms & set(named)) > 1):
        _refuse(sorted(rhythms & set(named)), "a record has one rhythm")
    _refuse_what_cannot_be_seen(named, makers)
    parts = list(named.values())
    shapes, ranges, codes = {}, {}, {}
    for variants in product(*(rule.variants for rule in parts)):
        chosen = list(zip(parts, variants, strict=True))
        names = [rule.variant_shapes.get(variant, rule.shape) for rule, variant in chosen]
        if _decided_once(names):
            joined = "+".join(filter(None, variants))
            shapes[joined] = "+".join(name for name in names if name != "normal") or "normal"
            ranges[joined] = {k: v for rule, variant in chosen for k, v in rule.variant_ranges.get(variant, {}).items()}
            codes[joined] = {k: v for rule, variant in chosen for k, v in rule.variant_codes.get(variant, {}).items()}
    if not shapes:
        _refuse([name for name, rule in named.items() if rule.shape != "normal"], "both shape the same waves")
    return Rule(
        **{name: _range(name, named) for name in RANGES},
        codes=_codes(named, rhythms),
        rhythm=next(iter(makers.values()), "sinus"),
        variants=tuple(shapes),
        variant_shapes=shapes,
        variant_ranges=ranges,
        variant_codes=codes,
    )


def _refuse_what_cannot_be_seen(named: dict[str, Rule], makers: dict[str, str]) -> None:
    """A P wave's shape needs the sinus node's P waves, pre-excitation a beat that came down by the bypass."""
    for rhythm, maker in makers.items():
        for name, rule in named.items():
            if maker in _WITHOUT_OWN_P and decided(rule.shape) == {"p"}:
                _refuse([rhythm, name], "the rhythm shows no P wave of the sinus node")
            if maker in _WITHOUT_PREEXCITATION and "WPW" in rule.codes:
                _refuse([rhythm, name], "no beat of this rhythm is pre-excited")


def decided(name: str) -> frozenset[str]:
    """What a named shape decides: some of "qrs", "st_t", "p"; where it is as the normal one it decides nothing."""
    shape, normal = SHAPES[name], SHAPES["normal"]
    wholes = {"qrs": mixed(normal, qrs=shape), "st_t": mixed(normal, st_t=shape), "p": mixed(normal, p=shape)}
    return frozenset(wave for wave, whole in wholes.items() if whole != normal)


def shape_named(names: str) -> Shape:
    """The shape of this name, or of several joined by "+" of which each decides something else."""
    total = SHAPES["normal"]
    for name in names.split("+"):
        waves = decided(name)
        total = mixed(total, **{wave: SHAPES[name] for wave in waves})
    return total


def _decided_once(names: list[str]) -> bool:
    waves = [wave for name in names for wave in decided(name)]
    return len(set(waves)) == len(waves)


def _range(name: str, named: dict[str, Rule]) -> Range | None:
    own = {part: getattr(rule, name) for part, rule in named.items() if getattr(rule, name) != getattr(_DEFAULT, name)}
    if not own:
        return getattr(_DEFAULT, name)
    if None in own.values():
        return None
    low, high = max(limits[0] for limits in own.values()), min(limits[1] for limits in own.values())
    if low > high:
        _refuse(list(own), f"their {name} differ: " + ", ".join(f"{a:g} to {b:g}" for a, b in own.values()))
    return (low, high)


def _codes(named: dict[str, Rule], rhythms: frozenset[str]) -> dict[str, float]:
    codes: dict[str, float] = {}
    for name, rule in named.items():
        for code, likelihood in rule.codes.items():
            if code in _RHYTHM_CODES and name not in rhythms and rhythms & set(named):
                continue
            codes[code] = max(likelihood, codes.get(code, 0.0))
    if not all("NORM" in rule.codes for rule in named.values()):
        codes.pop("NORM", None)
    if any(code in codes for code in ("SBRAD", "STACH", "SARRH")):
        codes.pop("SR", None)
    return codes


def _refuse(names: list[str], why: str) -> None:
    raise BadOption(f"{' and '.join(repr(name) for name in names)} contradict each other: {why}.", "Ask for one.")
