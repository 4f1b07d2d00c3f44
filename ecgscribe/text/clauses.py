"""The clause grammar: translated pieces of a stream without punctuation become English statements.

German and Swedish reports put statement after statement with hardly a mark between them, and put qualifiers behind
their noun. Each piece carries the part it plays (see glossary.py); the rules here decide where a statement begins, and
move qualifiers to their English place.
"""

import re
from dataclasses import dataclass

from .english import before_noun, merged, tidy

UNITS = frozenset({"s", "ms", "min", "mm", "cm", "mV", "mg", "ml", "kg", "mmHg", "bpm", "W", "degree", "years", "days"})
"""English units that stay with the number before them."""

_AS_ADJECTIVE = {"probably": "probable", "possibly": "possible"}
_OF_INFARCTS = frozenset({"old", "acute", "subacute"})
_DAMAGE = re.compile(r"infarct|damage|injury|ischaemia")
_KINDS_OF_ECG = frozenset({"resting ECG", "exercise", "exercise ECG"})
_CERTAINTIES = frozenset({"possible", "definite"})
_LEAD_IN = re.compile(r"\b(?:in|over|of|except|from|to) |\b(?:V[1-9]|I{1,3}|aV[RLF])\b")
_LEADING = re.compile(r"(?:possible|probable|definite|suspected) ")
_DANGLING = re.compile(
    r"(?:[\s,]*\b(?:in|on|or|and|with|as in|by|of|the|for|over|during|due to|caused by|as|not|than))+$"
)


@dataclass(frozen=True)
class Piece:
    """English text, its kind (see glossary.py, and lead, number, unknown) and the raw text before it."""

    english: str
    kind: str
    gap: str = " "


@dataclass(frozen=True)
class Segment:
    """Words of a report that go together: their `text`, the raw `gap` before them, the `pieces` made of them.

    `known` is False for a word that the glossary lacks; no pieces: words that say nothing ("patient data missing").
    """

    text: str
    gap: str
    pieces: tuple[Piece, ...]
    known: bool = True


@dataclass
class _Statement:
    text: str
    separator: str
    is_open: bool
    has_noun: bool
    last: str

    @property
    def after_leads(self) -> bool:
        return self.last == "lead"


def statements_of(pieces: list[Piece], rest: str = "") -> list[str]:
    """The statements that `pieces` make; one in brackets belongs to the one before. `rest` is the raw text after."""
    clauses = _Clauses()
    for index, piece in enumerate(pieces):
        clauses.add(piece, pieces[index + 1] if index + 1 < len(pieces) else None)
    return clauses.finish(rest)


class _Clauses:
    """Statements put together piece by piece."""

    def __init__(self) -> None:
        self.statements: list[_Statement] = []
        self._depth = 0

    def add(self, piece: Piece, following: Piece | None) -> None:
        opened = self._brackets(piece.gap)
        if opened or not self.statements:
            self._new(piece, " (" if opened and self.statements else ", ")
            return
        current = self.statements[-1]
        if "?" in piece.gap and not current.text.endswith("?"):
            current.text += "?"
            current.is_open = False
        if piece.english in UNITS and current.last == "number":
            self._append(current, piece.english, "/" if "/" in piece.gap else " ")
        elif piece.kind in ("pred", "open"):
            getattr(self, "_add_" + piece.kind)(current, piece, following)
        else:
            getattr(self, "_add_" + piece.kind)(current, piece)
        self.statements[-1].last = piece.kind

    def finish(self, rest: str) -> list[str]:
        self._brackets(rest)
        if "?" in rest and self.statements:
            self.statements[-1].text += "?"
        out: list[str] = []
        for statement in self.statements:
            text = _DANGLING.sub("", statement.text).rstrip(" ,") if statement.is_open else statement.text
            if statement.is_open and not statement.has_noun and ", " in text:
                text = text.rpartition(", ")[0]  # "ST-T abnormality, probably": nothing followed
            if statement.separator == " (" and out and text:
                out[-1] += " (" + text
            elif text:
                out.append(text)
        return merged([tidy(text) + ")" * (text.count("(") - text.count(")")) for text in out])

    def _brackets(self, gap: str) -> bool:
        """Take the brackets of `gap`; whether one stays open after it."""
        opened = False
        for character in gap:
            if character == "(":
                opened, self._depth = True, self._depth + 1
            elif character == ")" and self._depth:
                self._depth -= 1
                if not opened and self.statements:
                    self.statements[-1].text += ")"
                    self.statements[-1].is_open = False
                opened = False
        return opened

    def _new(self, piece: Piece, separator: str = ", ") -> None:
        is_open = piece.kind in ("adj", "pred", "link", "open")
        mark = re.search(r"[<>=]\s*$", piece.gap) if piece.kind == "number" else None
        text = mark.group().strip() + piece.english if mark else piece.english
        if self._depth and separator == ", " and self.statements:  # inside brackets all is one statement
            self.statements[-1].text += ", " + text
            self.statements[-1].is_open = is_open
            return
        self.statements.append(_Statement(text, separator, is_open, not is_open, piece.kind))

    def _append(self, current: _Statement, english: str, between: str = " ", is_open: bool = False) -> None:
        current.text += between + english
        current.is_open = is_open
        current.has_noun = current.has_noun or not is_open

    def _add_noun(self, current: _Statement, piece: Piece) -> None:
        leading = _LEADING.match(piece.english)
        if current.is_open and current.last == "adj" and leading:
            current.text = leading.group() + current.text
            self._append(current, piece.english[leading.end() :])
        elif current.is_open:
            self._append(current, piece.english)
        elif ":" in piece.gap and piece.english in ("normal ECG", "abnormal ECG") and current.text in _KINDS_OF_ECG:
            current.text = piece.english.replace("ECG", current.text.removesuffix(" ECG") + " ECG")
        elif piece.gap == "/" and current.last == "noun":
            self._append(current, piece.english, " to " if "axis" in piece.english + current.text else "/")
        else:
            self._new(piece)

    def _add_adj(self, current: _Statement, piece: Piece) -> None:
        if current.is_open:
            self._append(current, piece.english, ", " if "," in piece.gap else " ", is_open=True)
        else:
            self._new(piece)

    def _add_pred(self, current: _Statement, piece: Piece, following: Piece | None) -> None:
        of_infarct = any(word in _OF_INFARCTS for word in piece.english.split())
        apart = "," in piece.gap or "   " in piece.gap or ":" in piece.gap
        if current.text.endswith(")") and self._qualify_bracketed(piece, of_infarct):
            return
        thing = following is not None and following.kind in ("noun", "adj")
        leads_on = thing and not _marks(following.gap)
        if piece.english in _CERTAINTIES and thing and "ECG" in following.english:
            leads_on = apart = False  # "anterior infarct possible / abnormal ECG"
        if current.is_open and leads_on or current.last == "adj":
            self._add_adj(current, piece)
        elif current.is_open:
            self._append(current, piece.english)
        elif apart and of_infarct and _DAMAGE.search(current.text):
            self._append(current, piece.english, ", ")
        elif leads_on and apart or thing and of_infarct and not _DAMAGE.search(current.text):
            self._new(piece)
        elif apart or current.after_leads and following is not None and following.kind in ("link", "lead"):
            self._append(current, piece.english, ", ")
        elif re.search(r"\bchanges?\b", current.text) and "nonspecific" not in current.text:
            self._append(current, piece.english, " " if current.text.endswith("inverted") else ", ")
        elif current.text.endswith(("?", ")")):
            self._append(current, piece.english, ", ")
        else:
            current.text = before_noun(_AS_ADJECTIVE.get(piece.english, piece.english), current.text)

    def _qualify_bracketed(self, piece: Piece, of_infarct: bool) -> bool:
        """Put `piece` before the infarct whose leads stand in the brackets just closed: "infarct (II, III) old"."""
        if len(self.statements) < 2 or not (of_infarct or piece.english in _CERTAINTIES):
            return False
        noun = self.statements[-2]
        if noun.is_open or not _DAMAGE.search(noun.text):
            return False
        noun.text = before_noun(piece.english, noun.text)
        return True

    def _add_open(self, current: _Statement, piece: Piece, following: Piece | None) -> None:
        closes = following is None or following.kind in ("lead", "tail", "link", "open") or "(" in following.gap
        if piece.english in _AS_ADJECTIVE and not current.is_open and closes and not re.search("[,:(]", piece.gap):
            current.text = f"{_AS_ADJECTIVE[piece.english]} {current.text}"
        elif current.is_open:
            self._append(current, piece.english, " ", is_open=True)
        else:
            self._new(piece)

    def _add_tail(self, current: _Statement, piece: Piece) -> None:
        group = re.fullmatch(r"in (the .+ leads)", piece.english)
        if group and current.text.endswith(" leads"):
            self._add_leads(current, Piece(group.group(1), "leads", piece.gap))
        else:
            self._append(current, piece.english, ", " if "," in piece.gap and current.last == "tail" else " ")

    def _add_after(self, current: _Statement, piece: Piece) -> None:
        self._append(current, piece.english, ", ")

    def _add_link(self, current: _Statement, piece: Piece) -> None:
        between = ", " if "," in piece.gap and current.text[-1:].isalnum() else " "
        current.text += between + piece.english
        current.is_open = True

    def _add_leads(self, current: _Statement, piece: Piece) -> None:
        if current.text.endswith(" leads") and not current.is_open:
            group = piece.english.removeprefix("the ").removesuffix(" leads")
            current.text = f"{current.text.removesuffix(' leads')} and {group} leads"
        else:
            self._append(current, piece.english, " " if current.is_open else " in ")

    def _add_lead(self, current: _Statement, piece: Piece) -> None:
        if current.after_leads and not current.is_open:
            between = "-" if piece.gap.strip() == "-" else ", "
        else:
            between = " " if current.is_open else " in "
        if current.text.endswith(" over"):
            current.text = current.text.removesuffix(" over") + " in"
        elif (
            current.last == "link"
            and re.search(r"(?<! in)(?<! leads) and$", current.text)
            and not _LEAD_IN.search(current.text)
        ):
            between = " in "  # "inferior ST elevation and in V1-V2"
        self._append(current, piece.english, between)

    def _add_number(self, current: _Statement, piece: Piece) -> None:
        mark = re.search(r"[-/:<>=+]", piece.gap)
        if mark and mark.group() in "-/:" and current.last == "number":
            self._append(current, piece.english, mark.group())
        elif mark and mark.group() in "<>=":
            self._append(current, piece.english, ("," if "," in piece.gap else "") + f" {mark.group()}")
        elif mark and mark.group() == "+":
            self._append(current, piece.english, " and ")
        else:
            self._append(current, piece.english)

    def _add_unknown(self, current: _Statement, piece: Piece) -> None:
        if current.is_open or not _marks(piece.gap):
            self._append(current, piece.english, piece.gap if piece.gap in ("/", "-") else " ")
        else:
            self._new(piece)


def _marks(gap: str) -> bool:
    """Whether the raw text `gap` parts two statements: a mark or a wide blank."""
    return bool(re.search(r"[,;:.()]|\s{3,}", gap))
