"""From a raw report to the caption that a model learns: boilerplate off, English, normal form."""

from dataclasses import dataclass

from .boilerplate import body_of
from .normalise import normalise
from .translate import Translator


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
    """The caption of one raw report."""
    body = body_of(report)
    if body.dropped:
        return Caption("", dropped=body.dropped, cut=body.cut)
    translation = translator.translate(body.text)
    text = normalise(translation.caption)
    if not text:
        return Caption("", translation.language, "empty", body.cut, translation.unknown)
    return Caption(text, translation.language, "", body.cut, translation.unknown)
