"""What an English caption says, as coded statements.

    statements_of("sinus rhythm. possible inferior infarct, age undetermined.")
    -> (Statement("SR"), Statement("IMI", certainty="possible", territory=("inferior",), age="undetermined"))

The whole interface: `statements_of(caption)`; `read(caption)`, which also tells the words that said nothing to it;
`text/structured.py` writes the canonical sentence of statements and reads it back; `text/statement_codes.py` gives
the SCP codes that PTB-XL's annotators would have put down. Words are in statement_terms.tsv, codes and their canonical
words in statement_codes.tsv; rules of scope in statement_grammar.py. A caption has at most one statement of each code
and polarity: leads and walls are joined, the firmest certainty is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ecgscribe.core.report import AGES, CERTAINTIES, Statement
from ecgscribe.core.standards import LEADS

from .statement_grammar import Draft, Grammar, events
from .statement_table import kinds, terms
from .statement_words import leads_of, words_of

__all__ = ["Reading", "Statement", "canonical", "read", "statements_of"]

_MARKS = {".": "stop", ";": "stop", ",": "comma"}
_GLUE = frozenset(
    "is are be been was with in of to and this these that there at on by for over it as from has have ecg finding & "
    "which these those seen noted due also s wave complex between into partly may can only heart disease "
    "nonspecific present variant type rhythm patient evidence rapid slow show further finding detected found".split()
)
_PLACES = {name: place for place, name in enumerate(LEADS)}
_SPECIFIC = {
    "BRADY": ("SBRAD",),
    "TACHY": ("STACH", "SVTAC", "PSVT", "VT"),
    "BBB": ("CLBBB", "CRBBB", "ILBBB", "IRBBB"),
    "MI": ("IMI", "ASMI", "AMI", "ALMI", "LMI", "ILMI", "IPMI", "IPLMI", "PMI"),
}
"""General codes, left out where one of the special ones is said."""


@dataclass(frozen=True)
class Reading:
    """The statements of a caption in the order said, and its words that no term knows."""

    statements: tuple[Statement, ...]
    unread: tuple[str, ...] = ()


def statements_of(caption: str) -> tuple[Statement, ...]:
    """What `caption` (English, our normal form) says, in the order said; () when it says nothing known."""
    return read(caption).statements


def read(caption: str) -> Reading:
    """The statements of `caption` and the words that were not understood."""
    words = words_of(caption)
    matches, unread = _matches(words)
    grammar = Grammar()
    events(grammar, matches, words)
    return Reading(_merged(_statement(draft, words) for draft in grammar.drafts), tuple(unread))


def canonical(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements in canonical order and form: what a canonical sentence can say of them, each code once.

    Codes that no caption can say are left out; walls follow the code; ages stay with infarct, injury, ischaemia.
    """
    table = kinds()
    kept = [_canonical(statement) for statement in statements if statement.code in table]
    return tuple(sorted(_merged(kept), key=lambda s: (table[s.code].place, s.polarity == "absent")))


def _matches(words: list[str]) -> tuple[list[tuple[str, str, int, int]], list[str]]:
    """The longest terms from left to right, as (kind, value, first word, end), and the words left over."""
    tree, found, unread, start = terms(), [], [], 0
    while start < len(words):
        branch, end, held, ahead = tree, start, None, start
        while ahead < len(words) and words[ahead] in branch:
            branch = branch[words[ahead]]
            ahead += 1
            if "" in branch:
                held, end = branch[""], ahead
        word = words[start]
        if held is not None:
            found += [(kind, value, start, end) for kind, value in held]
            start = end
            continue
        if word in _MARKS:
            found.append((_MARKS[word], "", start, start + 1))
        elif leads_of(word):
            found.append(("leads", word, start, start + 1))
        elif word not in _GLUE and not word[0].isdigit():
            unread.append(word)
        start += 1
    return found, unread


def _statement(draft: Draft, words: list[str]) -> Statement:
    said = " ".join(words[slice(*draft.words)])
    return Statement(draft.kind.code, draft.polarity, draft.certainty, _ordered(draft.territory), draft.age, said)


def _ordered(territory: Iterable[str]) -> tuple[str, ...]:
    """Walls in alphabetical order, then leads in the standard order, each once; anterior and septal is anteroseptal."""
    names = set(territory)
    if {"anterior", "septal"} <= names:
        names = names - {"anterior", "septal"} | {"anteroseptal"}
    return tuple(sorted(names, key=lambda name: (_PLACES.get(name, -1), name)))


def _canonical(statement: Statement) -> Statement:
    kind = kinds()[statement.code]
    territory = statement.territory
    if kind.takes == "wall":
        if kind.walls:
            territory = tuple(wall for wall in territory if wall in kind.walls) or kind.walls[:1]
        else:
            territory = ()
    elif kind.takes != "leads":
        territory = ()
    certainty = statement.certainty
    if not statement.present and certainty != "certain":
        certainty = "probable"
    if statement.code == "NORM" and certainty == "cannot be excluded":
        certainty = "possible"
    age = statement.age if kind.ages and statement.present else ""
    return replace(statement, territory=_ordered(territory), certainty=certainty, age=age)


def _merged(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """One statement of each code and polarity; general ones go where a special one says the same."""
    held: dict[tuple[str, str], Statement] = {}
    for statement in statements:
        key = (statement.code, statement.polarity)
        held[key] = _joined(held[key], statement) if key in held else statement
    present = {code for code, polarity in held if polarity == "present"}
    return tuple(
        statement
        for (code, polarity), statement in held.items()
        if polarity == "absent" or not present.intersection(_SPECIFIC.get(code, ()))
    )


def _joined(one: Statement, other: Statement) -> Statement:
    """Both in one: all places, the firmest certainty, the first age that was told (undetermined last)."""
    known = [age for age in (one.age, other.age) if age and age != "undetermined"]
    age = known[0] if known else max(one.age, other.age, key=AGES.index)
    certainty = min(one.certainty, other.certainty, key=CERTAINTIES.index)
    return replace(one, territory=_ordered(one.territory + other.territory), certainty=certainty, age=age)
