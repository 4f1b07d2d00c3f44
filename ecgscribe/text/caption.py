"""From a raw report to the caption that a model learns: boilerplate off, English, normal form."""

import re
from dataclasses import dataclass

from .boilerplate import body_of
from .normalise import normalise
from .translate import Translation, Translator

# What one picture cannot show: sentences about an earlier tracing.
_EARLIER = re.compile(
    r"\b(?:compared (?:with|to)|comparison with|tracings? (?:of|dated)|similar to (?:that of|\d)|unchanged from"
    r"|since (?:ecg of|\d)|(?:previous|earlier) (?:tracing|ecg)|tracing dated)\b"
)
# A preposition or conjunction with nothing but adjectives of place behind it.
_OPEN_END = re.compile(
    r"[\s,;]*(?:\b(?:possibly|probably|perhaps)\s+)?"
    r"\b(?:caused by|due to|consistent with|suggesting|suggestive of|compatible with|as in|with|of|in|or|and)"
    r"(?:\s+(?:the|a|an|high|left|right|\w+al|\w+ior))*[\s.,;]*$"
)


@dataclass(frozen=True)
class Caption:
    """The caption of a report.

    `text` in normal form, '' when the report was dropped; `language` 'de', 'en', 'sv' or ''; `dropped` says why there
    is no caption; `cut`: the report was cut at the field limit and its last statement left out; `unknown`: words that
    were not translated.
    """

    text: str
    language: str = ""
    dropped: str = ""
    cut: bool = False
    unknown: tuple[str, ...] = ()


def caption_of(report: str, translator: Translator) -> Caption:
    """The caption of one raw report.

    Dropped are empty reports, "trace only requested", and those that only compare with an earlier tracing.
    """
    body = body_of(report)
    if body.dropped:
        return Caption("", dropped=body.dropped, cut=body.cut)
    translation = translator.translate(body.text)
    text = _without_comparisons(normalise(_certain_part(translation, body.cut)))
    dropped = "" if text else "nothing left"
    return Caption(text, translation.language, dropped, body.cut, translation.unknown)


def _certain_part(translation: Translation, cut: bool) -> str:
    """The English without the last statement of a cut report: that one may lack its qualifier."""
    if cut and translation.statements:
        return _closed(", ".join(translation.statements[:-1]))
    return translation.caption


def _closed(text: str) -> str:
    """`text` without an end that waits for its noun: "st depression, possibly caused by high lateral"."""
    while (shorter := _OPEN_END.sub("", text)) != text:
        text = shorter
    return text


def _without_comparisons(text: str) -> str:
    """`text` without the sentences about an earlier tracing."""
    if not _EARLIER.search(text):
        return text
    sentences = re.split(r"(?<=[a-z)\d]\.)\s+", text)
    kept = [sentence for sentence in sentences if not _EARLIER.search(sentence)]
    if not kept:  # a list of statements between commas
        kept = [", ".join(part for part in text.split(", ") if not _EARLIER.search(part))]
    return normalise(" ".join(kept))
