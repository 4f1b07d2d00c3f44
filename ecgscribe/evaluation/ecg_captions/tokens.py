"""Captions as strings of tokens: the Penn Treebank rules of COCO's caption scores, without Java.

The rules were found by watching Stanford's PTBTokenizer 3.4.1 (lower-cased, one line a caption) on ECG
captions; tests compare both. Letters, digits, hyphens and slashes stay together, units leave decimals,
brackets become `-lrb-` and `-rrb-`, lone punctuation goes.
"""

from __future__ import annotations

import re

RULES = "ecgscribe PTB rules 1 (no Java)"
"""Name of this tokenizer in results; the number rises with every change of the rules."""

_BRACKETS = {"(": "-lrb-", ")": "-rrb-", "[": "-lsb-", "]": "-rsb-", "{": "-lcb-", "}": "-rcb-"}
_DROPPED = set("\"'`.?!,:;-") | {"--", "..."}
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": " -- ", "—": " -- ", "…": " ... "})
_STOPPED = (  # abbreviations that keep their full stop
    "ms|mr|mrs|dr|prof|sen|vs|st|etc|al|ext|est|co|inc|dept|ave|jan|feb|mar|apr|aug|sept|oct|nov|dec|mon|tue|wed|thu|fri"
)
_TOKEN = re.compile(
    rf"""
      (?:[^\W\d_]\.)+ (?!\w)                    # t.   i.e.
    | (?:{_STOPPED})\. (?!\w) | no\. (?=\ +\d)   # ms.  vs.  no. 5
    | can (?=not\b)                             # can not
    | [^\W_]+? (?=n't\b) | n't\b | '(?:s|m|d|re|ll|ve)\b
    | [+-]? \d+ (?:[.,:]\d+)+                   # 0.12  2:1  1,000
    | [.,:]\d+ (?:[.,:]\d+)*                   # the ",3" of "v2,3"
    | [+-]\d+                                   # -30
    | \d+ (?=\.[^\W\d_])                        # the "1" of "1.grade"
    | [^\W_]+ (?: [-/][^\W_]+ | \.[^\W\d_][^\W_]* )*
    | \.\.\. | --
    | \S
    """,
    re.VERBOSE,
)


def ptb_like(text: str) -> str:
    """The tokens of one caption, joined by single blanks ("" when nothing but punctuation is left)."""
    lowered = " ".join(text.translate(_TYPOGRAPHY).lower().split())
    tokens = (_BRACKETS.get(token, token) for token in _TOKEN.findall(lowered))
    return " ".join(token for token in tokens if token not in _DROPPED)
