"""Reports into English: by the glossary, offline, or by the online translator with a cache."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ecgscribe.core.errors import BadOption

from .clauses import Clauses
from .folding import Token, mend, tokens_of
from .glossary import Entry, Glossary, load
from .language import language_of
from .leads import LIMB, expand_chest, is_leads


@dataclass(frozen=True)
class Translation:
    """A report in English: `caption`, the report's `language` ('de', 'en', 'sv' or ''), the words left `unknown`."""

    caption: str
    language: str
    unknown: tuple[str, ...] = ()


class Translator(Protocol):
    """What turns the body of a report into English."""

    def translate(self, report: str) -> Translation:
        """The English of one report without its boilerplate."""
        ...


class GlossaryTranslator:
    """German and Swedish by longest match in the glossary, qualifiers reordered; English gets standard terms only."""

    def __init__(self) -> None:
        self.version, self._glossaries = load()

    def translate(self, report: str) -> Translation:
        """The English of one report; words that the glossary lacks stay as they are and are listed."""
        text = mend(report)
        language = language_of(text)
        if language in ("de", "sv"):
            return self._by_clauses(text, language)
        return Translation(self._standard_terms(text), language)

    def _by_clauses(self, text: str, language: str) -> Translation:
        glossary = self._glossaries[language]
        tokens, rest = tokens_of(text)
        keys = tuple(token.key for token in tokens)
        clauses, unknown, index = Clauses(), [], 0
        while index < len(tokens):
            token = tokens[index]
            entry, length = _match(glossary, tokens, keys, index, language)
            if entry is not None:
                kind = "lead" if is_leads(entry.english) else entry.kind
                if kind != "drop":
                    clauses.add(entry.english, kind, token.gap)
                index += length
                continue
            english, kind = _by_rule(token)
            if kind == "unknown":
                unknown.append(token.text)
            clauses.add(english, kind, token.gap)
            index += 1
        clauses.close(rest)
        return Translation(clauses.text(), language, tuple(unknown))

    def _standard_terms(self, text: str) -> str:
        glossary = self._glossaries["en"]
        tokens, rest = tokens_of(text)
        keys = tuple(token.key for token in tokens)
        out, index = [], 0
        while index < len(tokens):
            token = tokens[index]
            limit = index + 1
            while limit < len(tokens) and tokens[limit].gap.strip() in ("", "-", "/"):
                limit += 1
            entry, length = glossary.match(keys, index, limit) if token.kind == "word" else (None, 0)
            if entry is None:
                out.append(token.gap + _by_rule(token)[0])
                index += 1
            else:
                out.append(token.gap + entry.english)
                index += length
        return "".join(out) + rest


def _match(
    glossary: Glossary, tokens: list[Token], keys: tuple[str, ...], start: int, language: str
) -> tuple[Entry | None, int]:
    """The longest entry at `start` that no semicolon or colon cuts in two; Swedish "i" only where it means "in"."""
    if tokens[start].kind != "word" and not any(character.isalpha() for character in "".join(keys[start : start + 2])):
        return None, 0
    limit = start + 1
    while limit < len(tokens) and not any(mark in tokens[limit].gap for mark in ";:"):
        limit += 1
    entry, length = glossary.match(keys, start, limit)
    if language == "sv" and length == 1 and keys[start] == "i":
        before = keys[start - 1] if start else ""
        if before in LIMB or before.startswith("v") and before[1:2].isdigit() or before == "och":
            return None, 0
    return entry, length


def _by_rule(token: Token) -> tuple[str, str]:
    """English and kind of a token that needs no glossary: chest lead list, limb lead, number; else unknown."""
    if token.kind == "leads":
        return expand_chest(token.text), "lead"
    if token.kind == "number":
        return token.text, "number"
    if token.text in LIMB:
        return LIMB[token.text], "lead"
    return token.text, "unknown"


def translator_named(name: str, cache: Path | None = None) -> Translator:
    """The translator called `name`: "glossary" (offline) or "google" (online, remembering its answers in `cache`)."""
    if name == "glossary":
        return GlossaryTranslator()
    if name == "google":
        from .online import GoogleTranslator

        return GoogleTranslator(cache)
    raise BadOption(f"There is no translator '{name}'.", "Choose glossary or google.")
