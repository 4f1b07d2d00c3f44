"""The normal form of a caption: lower case, leads written out, plain punctuation; applying it twice changes nothing."""

import re

from .folding import tokens_of
from .leads import expand_chest

_LEAD = r"(?:i|ii|iii|avr|avl|avf|v[1-9])"
_RHYTHM = "(?:sinus (?:rhythm|tachycardia|bradycardia|arrhythmia)|atrial (?:fibrillation|flutter)|paced rhythm)"
# What begins a statement: after it a rhythm without its full stop has ended.
_NEXT = (
    "(?:normal|otherwise|left|right|first|borderline|incomplete|complete|intraventricular|ventricular|premature|prolonged"
    "|nonspecific|non-specific|minor|possible|probable|probably|slight|st|t waves?|t inversion|q waves?|qs|p waves?"
    "|r waves?|poor|low|voltages?|old|inferior|anterior|lateral|anteroseptal|inferolateral|no)"
)
_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[`*_~]+", " "),  # stray keys
        (r"\s*[;!]+\s*", ". "),
        (r"(?<![\w.,])(\d+),(\d+)(?=\s?(?:sec|seconds|s|mv|mm)\b)", r"\1.\2"),  # decimal comma
        (r"(?<![\w.,])(\d+(?:\.\d+)?)\s?sec(?:onds?)?\b(?:\.(?=\s*[),]))?", r"\1 s"),
        (r"(?<=[a-z]{3})\((e?s)\)", r"\1"),  # "contraction(s)": one or more
        (rf"^({_RHYTHM}) (?={_NEXT}\b)", r"\1. "),
        (rf"\b({_LEAD}),(?={_LEAD}\b)", r"\1, "),
        (r"\(\s+|\s+(?=\))", lambda match: match.group().strip()),
        (r"\(\s*\)", " "),
        (r"\s+(?=[,.?)])(?!\.\d)", ""),
        (r"[,.](?:\s*[,.])+", lambda match: "." if "." in match.group() else ","),
        (r"([,?)]|(?<=[a-z]{2})\.|(?<=\bv[1-9])\.|(?<=\d s)\.|(?<=[?)])\.)(?=[a-z(])", r"\1 "),
    )
)
_EDGE = " ,.-\t\n"


def normalise(english: str) -> str:
    """`english` in its normal form.

    Lower case; "v3-6" -> "v3-v6", "v5,6" -> "v5, v6"; decimals with a point and their unit ("0,24 sec" -> "0.24 s");
    one blank after a comma or full stop and none before; one full stop at the end.
    """
    text = " ".join(english.lower().split())
    for _ in range(20):  # a rule may open the way for another; real captions settle in one round
        before, text = text, _once(text)
        if text == before:
            break
    return text + "." if text else ""


def _once(text: str) -> str:
    text = _leads(text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return " ".join(text.split()).strip(_EDGE)


def _leads(text: str) -> str:
    """`text` with its chest lead lists written out in lower case."""
    tokens, rest = tokens_of(text)
    parts = [expand_chest(token.text).lower() if token.kind == "leads" else token.text for token in tokens]
    return "".join(token.gap + part for token, part in zip(tokens, parts, strict=True)) + rest
