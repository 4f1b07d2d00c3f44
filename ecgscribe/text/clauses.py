"""The clause grammar: translated pieces of a stream without punctuation become English statements."""

import re
from dataclasses import dataclass, field

_ADVERB_TO_ADJECTIVE = {"probably": "probable", "possibly": "possible", "terminally": "terminal"}


@dataclass
class _Statement:
    """A statement under construction: `is_open` says that a word must follow."""

    text: str
    separator: str
    is_open: bool = False
    has_noun: bool = False
    ends_with_leads: bool = False


@dataclass
class Clauses:
    """Statements put together piece by piece; `add` takes the English, its kind and the raw text before it."""

    statements: list[_Statement] = field(default_factory=list)
    _depth: int = 0

    def add(self, english: str, kind: str, gap: str) -> None:
        """Join one piece on: kinds as in glossary.py, and lead, number, unknown."""
        opened = self._brackets(gap)
        current = self.statements[-1] if self.statements and not opened else None
        if current is None:
            self._new(english, kind, " (" if opened and self.statements else ", ")
            return
        if "?" in gap and not current.text.endswith("?"):
            current.text += "?"
        getattr(self, "_add_" + kind)(current, english, gap)

    def text(self) -> str:
        """The statements as one line, brackets closed."""
        out = ""
        for statement in self.statements:
            text = _finished(statement)
            if not text:
                continue
            out += (statement.separator if out else statement.separator.strip(" ,")) + text
        return out + ")" * (out.count("(") - out.count(")"))

    def close(self, gap: str) -> None:
        """Take the raw text after the last piece."""
        self._brackets(gap)
        if "?" in gap and self.statements:
            self.statements[-1].text += "?"

    def _brackets(self, gap: str) -> bool:
        opened = False
        for character in gap:
            if character == "(":
                opened, self._depth = True, self._depth + 1
            elif character == ")" and self._depth:
                self._depth -= 1
                if opened:
                    opened = False
                elif self.statements:
                    self.statements[-1].text += ")"
                    self.statements[-1].is_open = False
        return opened

    def _new(self, english: str, kind: str, separator: str = ", ") -> None:
        is_open = kind in ("adj", "pred", "link", "open")
        self.statements.append(_Statement(english, separator, is_open, kind not in ("adj", "pred", "link", "open")))
        self.statements[-1].ends_with_leads = kind == "lead"

    def _append(self, current: _Statement, english: str, between: str = " ", is_open: bool = False) -> None:
        current.text += between + english
        current.is_open = is_open
        current.ends_with_leads = False

    def _add_noun(self, current: _Statement, english: str, gap: str) -> None:
        if current.is_open:
            self._append(current, english, ", " if "," in gap and current.has_noun else " ")
            current.has_noun = True
        else:
            self._new(english, "noun")

    def _add_adj(self, current: _Statement, english: str, gap: str) -> None:
        if current.is_open:
            self._append(current, english, ", " if "," in gap else " ", is_open=True)
        else:
            self._new(english, "adj")

    def _add_pred(self, current: _Statement, english: str, gap: str) -> None:
        if current.is_open or not current.has_noun or "   " in gap or "," in gap or current.text.endswith(")"):
            self._add_adj(current, english, gap)
        else:
            current.text = f"{_ADVERB_TO_ADJECTIVE.get(english, english)} {current.text}"

    def _add_tail(self, current: _Statement, english: str, gap: str) -> None:
        group = re.fullmatch(r"in the (.+) leads", english)
        if group and current.text.endswith(" leads"):
            self._add_leads(current, f"the {group.group(1)} leads", gap)
        else:
            self._append(current, english)

    def _add_after(self, current: _Statement, english: str, gap: str) -> None:
        self._append(current, english, ", ")

    def _add_link(self, current: _Statement, english: str, gap: str) -> None:
        self._append(current, english, " ", is_open=True)

    def _add_open(self, current: _Statement, english: str, gap: str) -> None:
        if current.is_open:
            self._append(current, english, " ", is_open=True)
        else:
            self._new(english, "open")

    def _add_leads(self, current: _Statement, english: str, gap: str) -> None:
        if current.text.endswith(" leads") and not current.is_open:
            group = english.removeprefix("the ").removesuffix(" leads")
            current.text = f"{current.text.removesuffix(' leads')} and {group} leads"
        else:
            self._append(current, english, " " if current.is_open else " in ")

    def _add_lead(self, current: _Statement, english: str, gap: str) -> None:
        if current.ends_with_leads:
            between = "-" if gap.strip() == "-" else ", "
        elif current.is_open or not current.has_noun:
            between = " "
        else:
            between = " in "
        self._append(current, english, between)
        current.ends_with_leads = True

    def _add_number(self, current: _Statement, english: str, gap: str) -> None:
        tight = gap.strip()
        if gap and not re.search(r"\s", gap) and tight in ("-", "/", ":", "<", ">", "="):
            self._append(current, english, tight)
        else:
            mark = re.search(r"[<>=]", gap)
            self._append(current, english, f" {mark.group()} " if mark else " ")

    def _add_unknown(self, current: _Statement, english: str, gap: str) -> None:
        if current.is_open or not re.search(r"[,;.]|\s{2,}", gap):
            between = gap if gap in ("/", "-") else " "
            self._append(current, english, between)
            current.has_noun = True
        else:
            self._new(english, "unknown")


def _finished(statement: _Statement) -> str:
    """The text of a statement, its last open word settled when nothing followed."""
    text = statement.text
    if statement.is_open:
        for adverb, adjective in (("probably", "probable"), ("possibly", "possible")):
            if text.endswith(f", {adverb}"):
                return f"{adjective} {text.removesuffix(', ' + adverb)}"
        text = re.sub(r"(?:\b(?:in|on|or|and|with|as in|by|of|the|for)\s*|,\s*)+$", "", text).rstrip()
    return text
