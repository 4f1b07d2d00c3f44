"""The words of a caption as the statement terms know them: lower case, singular, one spelling, no words of degree."""

from __future__ import annotations

import re
from functools import lru_cache

from ecgscribe.core.standards import LEADS

_ENDINGS = re.compile(r"\((?:s|es)\)")
_WORD = re.compile(
    r"v[1-9]r?(?:\s?-\s?v?[1-9])?(?![^\W_])|\d+(?:[.:,]\d+)*|[^\W\d_]+(?:\d[^\W_]*)?|[.,;?&]"
)  # a chest lead or a range of them, a number, a word, a mark
_CHEST = re.compile(r"v([1-9])r?(?:\s?-\s?v?([1-9]))?")
_LIMB = {name.lower(): name for name in LEADS[:6]}
_DROPPED = frozenset(
    "a an the slight slightly minor minimal mild mildly very quite somewhat marginal myocardial clear clearly "
    "definite definitely obvious pronounced well some frequent occasional multiple isolated single now terminal "
    "terminally preterminal atypical typical regular deep deeply gross grossly markedly".split()
)
_SPELLINGS = {
    "ischemia": "ischaemia", "ischemic": "ischaemic", "infarction": "infarct", "hypokalemia": "hypokalaemia",
    "hyperkalemia": "hyperkalaemia", "1st": "first", "2nd": "second", "3rd": "third", "waves": "wave", "axes": "axis",
    "repolarisation": "repolarization", "pq": "pr", "artefact": "artifact", "infarcts": "infarct", "poss": "possible",
    "ekg": "ecg", "unspecific": "nonspecific", "aspecific": "nonspecific", "qtc": "qt", "complexe": "complex",
}  # fmt: skip


def words_of(caption: str) -> list[str]:
    """The words, numbers, leads and marks of `caption`, in order; words of degree and articles are left out."""
    text = caption.lower()
    if "(" in text:
        text = _ENDINGS.sub("", text).replace("qrs(t)", "qrst")
    return [word for word in map(_plain, _WORD.findall(text)) if word]


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    """`word` in its plain form, '' for one that tells nothing."""
    if word in _DROPPED:
        return ""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word.isalpha():
        word = word[:-2] if word.endswith("xes") else word[:-1]
    return _SPELLINGS.get(word, word)


@lru_cache(maxsize=1_000)
def leads_of(word: str) -> tuple[str, ...]:
    """The leads that a word names: ("aVF",) for "avf", ("V3", "V4") for "v3-v4"; () for other words."""
    if word in _LIMB:
        return (_LIMB[word],)
    found = _CHEST.fullmatch(word)
    if found is None:
        return ()
    first = int(found[1])
    last = int(found[2] or first)
    return tuple(f"V{number}" for number in range(first, last + 1) if number <= 6)
