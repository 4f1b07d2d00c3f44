"""How much of a set of reports the glossary covers, by language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .boilerplate import body_of
from .caption import Caption
from .folding import mend, tokens_of

NAMES = {"de": "German", "sv": "Swedish"}


@dataclass
class Coverage:
    """Counts over captions: `reports`, those `wholly` translated, word tokens and `unknown` ones, dropped and cut."""

    reports: dict[str, int] = field(default_factory=dict)
    wholly: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    cut: int = 0

    def add(self, report: str, caption: Caption) -> None:
        """Count one report with its caption."""
        language = caption.language
        self.cut += caption.cut
        if caption.dropped:
            self.dropped[caption.dropped] = self.dropped.get(caption.dropped, 0) + 1
        self.reports[language] = self.reports.get(language, 0) + 1
        if language in NAMES:
            words = sum(token.kind == "word" for token in tokens_of(mend(body_of(report).text))[0])
            self.words[language] = self.words.get(language, 0) + words
            self.unknown[language] = self.unknown.get(language, 0) + len(caption.unknown)
            self.wholly[language] = self.wholly.get(language, 0) + (not caption.unknown)

    def share(self, language: str) -> float | None:
        """Per cent of the word tokens of `language` that were translated; None where there are no reports."""
        if not self.reports.get(language):
            return None
        words = self.words[language]
        return 100 * (1 - self.unknown[language] / words) if words else 100.0

    def language_lines(self) -> list[str]:
        """The share of words and of whole reports translated, a sentence for each foreign language."""
        return [
            f"{name}: {self.reports[language]} reports, {self.share(language):.2f} % of {self.words[language]} words "
            f"translated, {100 * self.wholly[language] / self.reports[language]:.1f} % of the reports wholly."
            for language, name in NAMES.items()
            if self.reports.get(language)
        ]

    def lines(self) -> list[str]:
        """The counts as sentences."""
        head = f"{sum(self.reports.values())} reports, {self.cut} of them cut at the field limit."
        dropped = [f"Dropped: {count} ({reason})." for reason, count in sorted(self.dropped.items())]
        return [head, *self.language_lines(), *dropped]


def sum_of(parts: Iterable[Coverage]) -> Coverage:
    """The counts of all `parts` together."""
    whole = Coverage()
    for part in parts:
        whole.cut += part.cut
        for name in ("reports", "wholly", "words", "unknown", "dropped"):
            counts = getattr(whole, name)
            for key, count in getattr(part, name).items():
                counts[key] = counts.get(key, 0) + count
    return whole
