"""The normal form of a caption: lower case, leads written out, plain punctuation; applying it twice changes nothing."""

import re

from .folding import tokens_of
from .leads import expand_chest


def normalise(english: str) -> str:
    """`english` in its normal form.

    Lower case; "v3-6" -> "v3-v6", "v5,6" -> "v5, v6"; decimals with a point and measured units kept ("0,24 sec" ->
    "0.24 s"); one blank after a comma or full stop; no blank before one; one full stop at the end.
    """
    text = " ".join(english.lower().split())
    text = re.sub(r"\s*;\s*", ". ", text)
    text = re.sub(r"(?<![\w.,])(\d+),(\d+)(?=\s?(?:sec\b|s\b|mv\b|mm\b))", r"\1.\2", text)
    text = re.sub(r"(\d)\s?sec\b\.?(?=\s+[a-z(]|\s*$|[,.])", r"\1 s", text)
    text = _leads(text)
    text = re.sub(r"\b(i|ii|iii|avr|avl|avf|v[1-9]),(?=(?:i|ii|iii|avr|avl|avf|v[1-9])\b)", r"\1, ", text)
    text = re.sub(r"\s+([,.?)])", r"\1", text)
    text = re.sub(r"\(\s+", "(", text)
    text = re.sub(r"([,.])(?:\s*[,.])+", _strongest, text)
    text = re.sub(r"([,.?)])(?=[a-z(])", r"\1 ", text)
    text = re.sub(r",(?=\d{3,}|\d+[a-z])", ", ", text)
    text = re.sub(r"\s*\(\s*\)", "", text)
    text = " ".join(text.split()).strip(" ,.-")
    text = re.sub(r"\b(\w+ing|ecg|block|normal|rhythm)\s\.\s", r"\1. ", text)
    return text + "." if text else ""


def _leads(text: str) -> str:
    """`text` with its chest lead lists written out in lower case."""
    tokens, rest = tokens_of(text)
    parts = [expand_chest(token.text).lower() if token.kind == "leads" else token.text for token in tokens]
    return "".join(token.gap + part for token, part in zip(tokens, parts, strict=True)) + rest


def _strongest(match: re.Match[str]) -> str:
    """Of several marks in a row the strongest: a full stop before a comma."""
    return "." if "." in match.group() else ","
