"""Terms that an online translator must not touch: put behind placeholders, and put back in English.

Each technical term (a noun of the glossary, lead names, numbers with their units) becomes "[1]", "[2]" ... in the text
that is sent; what stays readable is the grammar around them and the words that the glossary lacks.
"""

import re
from dataclasses import dataclass

from .clauses import UNITS, Piece, Segment

_MARK = re.compile(r"\[\s*(\d+)\s*\]")
_TERMS = frozenset({"noun", "leads", "lead", "number"})


@dataclass(frozen=True)
class Masked:
    """A report ready to be sent: `text` with placeholders, the English `terms` in their order."""

    text: str
    terms: tuple[str, ...]

    @property
    def wants_asking(self) -> bool:
        """Whether anything but terms and marks is left to translate."""
        return re.search(r"[^\W\d_]", _MARK.sub("", self.text)) is not None

    def restored(self, answer: str) -> str | None:
        """The `answer` with the terms in place of the placeholders; None when one was lost, doubled or made up."""
        found = sorted(int(number) for number in _MARK.findall(answer))
        if found != list(range(1, len(self.terms) + 1)) or re.search(r"[\[\]]", _MARK.sub("", answer)):
            return None
        text = _MARK.sub(lambda match: self.terms[int(match.group(1)) - 1], answer)
        return " ".join(text.split())


def masked(segments: list[Segment], rest: str = "") -> Masked:
    """`segments`, the words of a report with the pieces that the glossary has for them, as a text to send.

    `rest` is the raw text after the last word.

    A comma parts terms that stand side by side as two statements, since the source has no punctuation there.
    """
    parts: list[str] = []
    terms: list[str] = []
    last: Piece | None = None
    for segment in segments:
        gap = re.sub(r"[\[\]]", " ", segment.gap)
        if segment.pieces and all(each.kind in _TERMS for each in segment.pieces):
            terms.append(" ".join(each.english for each in segment.pieces))
            if last is not None and not gap.strip() and not _goes_on(last, segment.pieces[0]):
                gap = ", "
            parts.append(f"{gap or ' '}[{len(terms)}]")
            last = segment.pieces[-1]
        elif segment.pieces:
            parts.append((gap or " ") + segment.text)
            last = None
    text = " ".join(("".join(parts) + re.sub(r"[\[\]]", " ", rest)).split())
    return Masked(re.sub(r"\s+([,.;:)])", r"\1", text), tuple(terms))


def _goes_on(last: Piece, piece: Piece) -> bool:
    """Whether `piece` belongs to the term before it: leads and numbers to their noun, units to their number."""
    return piece.kind in ("lead", "leads", "number") or last.kind == "number" and piece.english in UNITS
