"""What a row says of its record: the caption, and the statements with their canonical sentence."""

from __future__ import annotations

from dataclasses import dataclass

from ecgscribe.core.report import Statement
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.text.caption import caption_of
from ecgscribe.text.normalise import normalise
from ecgscribe.text.statements import canonical, statements_of
from ecgscribe.text.structured import caption_from
from ecgscribe.text.translate import Translator

MOST_CHARACTERS = 20_000
"""Longer texts are no reports (PTB-XL's end at 255 characters); to read them would take minutes."""
TOO_LONG = f"longer than {MOST_CHARACTERS} characters"
NO_REPORT = "neither a report nor a code that is known here"


@dataclass(frozen=True)
class Wording:
    """`caption` in normal form and `language` of the report; `structured` the canonical sentence of `statements`;
    `dropped` says why there is none of this; `cut` and `unknown` as in `text.caption.Caption`."""

    caption: str = ""
    language: str = ""
    structured: str = ""
    statements: tuple[Statement, ...] = ()
    dropped: str = ""
    cut: bool = False
    unknown: tuple[str, ...] = ()


MOST_KNOWN = 512


class Wordings:
    """The wording of each row; equal reports are translated once as long as few others stand between them."""

    def __init__(self, translator: Translator):
        self.translator = translator
        self._known: dict[tuple, Wording] = {}

    def of(self, row: PtbXlRow) -> Wording:
        """From the row's own caption, else from its report, else from the statements of its codes."""
        key = (row.caption, row.report if not row.caption else "", row.statements)
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:  # memory stays flat however many rows there are
                self._known.clear()
            self._known[key] = self._new(row)
        return self._known[key]

    def _new(self, row: PtbXlRow) -> Wording:
        if len(row.caption) > MOST_CHARACTERS or len(row.report) > MOST_CHARACTERS:
            return Wording(dropped=TOO_LONG)
        if row.caption.strip():
            return _read(normalise(row.caption), "en", False, ())
        if row.statements and not row.report.strip():
            statements = canonical(row.statements)
            sentence = caption_from(statements)
            return Wording(sentence, "", sentence, statements)
        if not row.report.strip() and row.source != "ptb-xl":
            return Wording(dropped=NO_REPORT)
        found = caption_of(row.report, self.translator)
        if found.dropped:
            return Wording(dropped=found.dropped, cut=found.cut)
        return _read(found.text, found.language, found.cut, found.unknown)


def _read(caption: str, language: str, cut: bool, unknown: tuple[str, ...]) -> Wording:
    statements = canonical(statements_of(caption))
    return Wording(caption, language, caption_from(statements), statements, "", cut, unknown)
