"""How much of a set of reports the glossary covers, by language."""

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

    def lines(self) -> list[str]:
        """The counts as sentences."""
        out = [f"{sum(self.reports.values())} reports, {self.cut} of them cut at the field limit."]
        for language, name in NAMES.items():
            if self.reports.get(language):
                words, unknown = self.words[language], self.unknown[language]
                share = 100 * (1 - unknown / words) if words else 100.0
                wholly = 100 * self.wholly[language] / self.reports[language]
                out.append(
                    f"{name}: {self.reports[language]} reports, {share:.2f} % of {words} words translated, "
                    f"{wholly:.1f} % of the reports wholly."
                )
        out += [f"Dropped: {count} ({reason})." for reason, count in sorted(self.dropped.items())]
        return out
