"""Reports into English: by the glossary, offline, or by the online translator with a cache."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ecgscribe.core.errors import BadOption

from .clauses import Piece, Segment, statements_of
from .folding import Token, mend, tokens_of
from .glossary import Entry, Glossary, load
from .language import language_of
from .leads import LIMB, expand_chest, is_leads
from .mixture import by_language
from .places import place_of

_PART = 4000
_GLUED = re.compile(r"(in|i)(i{1,3}|avr|avl|avf)")
_UNITS = {"mmhg": "mmHg", "mv": "mV", "sek": "s", "sec": "s", "ppm": "bpm"}
_UNITS |= {unit: unit for unit in ("mm", "cm", "kg", "mg", "ml", "ms", "s", "min")}
_ROMAN = {"1": "I", "2": "II", "3": "III"}


@dataclass(frozen=True)
class Translation:
    """A report in English.

    `caption` is the text; `language` the report's, 'de', 'en', 'sv' or ''; `unknown` the words left as they were;
    `statements` the single statements where the translator knows them.
    """

    caption: str
    language: str
    unknown: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


class Translator(Protocol):
    """What turns the body of a report into English."""

    def translate(self, report: str) -> Translation:
        """The English of one report without its boilerplate."""
        ...


class GlossaryTranslator:
    """German and Swedish by longest match in the glossary, qualifiers reordered; English gets standard terms only."""

    def __init__(self, glossaries: dict[str, Glossary] | None = None) -> None:
        self.version, known = load()
        self._glossaries = glossaries or known

    def translate(self, report: str) -> Translation:
        """The English of one report; words that the glossary lacks stay as they are and are listed."""
        text = mend(report)
        language = language_of(text)
        if not language:
            return Translation(self._standard_terms(text), language)
        runs = by_language(text, language)
        if runs == [("en", text)]:
            return Translation(self._standard_terms(text), language)
        parts = [self._part(part, of) for of, run in runs for part in _in_parts(run)]
        statements = tuple(statement for part in parts for statement in part.statements)
        unknown = tuple(word for part in parts for word in part.unknown)
        return Translation(", ".join(statements), language, unknown, statements)

    def _part(self, text: str, language: str) -> Translation:
        if language != "en":
            return self._by_clauses(text, language)
        sentences = re.split(r"[.;](?:\s+|$)", self._standard_terms(text))
        return Translation(
            "", language, (), tuple(sentence.strip(" ,") for sentence in sentences if sentence.strip(" ,"))
        )

    def segments(self, text: str, language: str) -> tuple[list[Segment], str]:
        """The words of mended `text` grouped by what the glossary of `language` knows, and the raw text after them."""
        glossary = self._glossaries[language]
        tokens, rest = tokens_of(text)
        keys = _mended(glossary, tokens, rest)
        found: list[Segment] = []
        before: list[Piece] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            entry, length = _match(glossary, tokens, keys, index, language)
            known = True
            if entry is None:
                length, pieces = 1, _by_rule(token, before) or _by_parts(token, glossary)
                if not pieces:
                    known, pieces = False, [Piece(token.text, "unknown", token.gap)]
            elif entry.kind == "drop":
                pieces = []
            else:
                pieces = [Piece(entry.english, "lead" if is_leads(entry.english) else entry.kind, token.gap)]
            words = tokens[index].text + "".join(each.gap + each.text for each in tokens[index + 1 : index + length])
            found.append(Segment(words, token.gap, tuple(_decimals(pieces)), known))
            before = pieces or before
            index += length
        return found, rest

    def _by_clauses(self, text: str, language: str) -> Translation:
        segments, rest = self.segments(text, language)
        statements = statements_of([piece for segment in segments for piece in segment.pieces], rest)
        unknown = tuple(segment.text for segment in segments if not segment.known)
        return Translation(", ".join(statements), language, unknown, tuple(statements))

    def _standard_terms(self, text: str) -> str:
        glossary = self._glossaries["en"]
        tokens, rest = tokens_of(text)
        keys = tuple(token.key for token in tokens)
        out, index = [], 0
        while index < len(tokens):
            token = tokens[index]
            limit = index + 1
            while limit < min(len(tokens), index + glossary.longest) and tokens[limit].gap.strip() in ("", "-", "/"):
                limit += 1
            entry, length = glossary.match(keys, index, limit) if token.kind == "word" else (None, 0)
            if entry is None:
                out.append(token.gap + (expand_chest(token.text) if token.kind == "leads" else token.text))
                index += 1
            else:
                out.append(token.gap + entry.english)
                index += length
        text = "".join(out) + rest
        return re.sub(r"\b([a-z][a-z ]{1,60}[a-z]) \(\1\)", r"\1", text)  # "left anterior fascicular block (lafb)"


def _in_parts(text: str) -> list[str]:
    """`text` in parts of at most a few thousand characters, cut at blanks: the clause rules are for short texts."""
    if len(text) <= _PART:
        return [text]
    return re.findall(rf"\S.{{0,{_PART}}}(?!\S)|\S{{{_PART},}}", text, flags=re.DOTALL)


def _match(
    glossary: Glossary, tokens: list[Token], keys: tuple[str, ...], start: int, language: str
) -> tuple[Entry | None, int]:
    """The longest entry at `start` that no semicolon, colon or question mark cuts in two.

    Swedish "i" means "in" unless it stands in a lead list; German "u" between leads means "and", "r" aVR.
    """
    limit = start + 1
    while limit < min(len(tokens), start + glossary.longest) and not re.search("[;:?]", tokens[limit].gap):
        limit += 1
    entry, length = glossary.match(keys, start, limit)
    if length == 1 and keys[start] == "alter" and start + 1 == len(tokens):
        return Entry("alter", "age", "after", "rule"), 1  # "alter unbest." cut short, not "old"
    if length == 1 and keys[start] in ("i", "u", "r"):
        before, after = (tokens[start - 1] if start else None), (tokens[start + 1] if limit > start + 1 else None)
        if language == "sv" and before is not None and (_is_lead(before) or before.key in ("och", "samt")):
            return None, 0
        if language == "de" and keys[start] == "u" and after is not None and _is_lead(after):
            return Entry("u", "and", "link", "rule"), 1
        if keys[start] == "r" and before is not None and _is_lead(before) and "," in tokens[start].gap:
            return Entry("r", "aVR", "lead", "rule"), 1  # "i, ii, r, l, f"
    return entry, length


def _is_lead(token: Token) -> bool:
    return token.kind == "leads" or token.text in LIMB


def _by_rule(token: Token, before: list[Piece]) -> list[Piece]:
    """The piece of a token that needs no glossary: chest lead list, limb lead, number; none for other words."""
    if token.kind == "leads":
        return [Piece(expand_chest(token.text), "lead", token.gap)]
    if token.text in LIMB:
        return [Piece(LIMB[token.text], "lead", token.gap)]
    if token.text in _UNITS and before and before[-1].kind == "number":
        return [Piece(_UNITS[token.text], "noun", token.gap)]
    if token.kind != "number":
        return [Piece(token.text, "number", token.gap)] if re.fullmatch(r"\d+x\d*", token.text) else []
    digits = token.text.split(",")
    if before and before[-1].english == "in" and all(digit in _ROMAN for digit in digits):
        return [Piece(", ".join(_ROMAN[digit] for digit in digits), "lead", token.gap)]  # "q in 2,3,avf"
    return [Piece(token.text, "number", token.gap)]


def _by_parts(token: Token, glossary: Glossary) -> list[Piece]:
    """The pieces of a word that runs others together: "iniii", "anterolateroseptaler", two or three glossary words."""
    glued = _GLUED.fullmatch(token.text)
    if glued:
        leads = Piece(LIMB[glued.group(2)], "lead", " ")
        return (
            [Piece("in", "link", token.gap), leads]
            if glued.group(1) == "in"
            else [Piece("I", "lead", token.gap), leads]
        )
    place = place_of(token.key)
    if place:
        return [Piece(place, "adj", token.gap)]
    gaps = (token.gap, " ", " ")
    return [Piece(entry.english, entry.kind, gap) for entry, gap in zip(glossary.split(token.key), gaps, strict=False)]


def _mended(glossary: Glossary, tokens: list[Token], rest: str) -> tuple[str, ...]:
    """The look-up keys of `tokens`, misspelt words mended."""
    gaps = [token.gap for token in tokens[1:]] + [rest] * bool(tokens)
    return tuple(
        glossary.mended(token.key, gap.startswith(".")) if token.kind == "word" else token.key
        for token, gap in zip(tokens, gaps, strict=True)
    )


def _decimals(pieces: list[Piece]) -> list[Piece]:
    """`pieces` with the decimal comma of numbers as a point."""
    return [
        Piece(piece.english.replace(",", "."), piece.kind, piece.gap)
        if piece.kind == "number" and re.fullmatch(r"\d+,\d+", piece.english)
        else piece
        for piece in pieces
    ]


def translator_named(name: str, cache: Path | None = None) -> Translator:
    """The translator called `name`: "glossary" (offline) or "google" (online, remembering its answers in `cache`)."""
    if name == "glossary":
        return GlossaryTranslator()
    if name == "google":
        from .online import GoogleTranslator

        return GoogleTranslator(cache)
    raise BadOption(f"There is no translator '{name}'.", "Choose glossary or google.")
