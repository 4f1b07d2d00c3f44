"""What a report says of one condition, in three languages, and where in the report it stands."""

from __future__ import annotations

from dataclasses import dataclass

PLACES = ("ectopy", "rhythm", "av", "p", "axis", "conduction", "voltage", "hypertrophy", "qrs", "st", "t", "qt", "end")
"""The order of statements in the corpus: ectopy, rhythm, AV block, P, axis, conduction, ... conclusion."""


@dataclass(frozen=True)
class Words:
    """The phrases of one condition; those of a language are alternatives, the first is the plain one.

    `place` is one of `PLACES`. `end` is the conclusion that such a record allows: "normal", "otherwise"
    (otherwise normal ECG), or none. Where `axis` is False the beats begin in the ventricles and nothing is
    said of the axis.
    """

    place: str
    en: tuple[str, ...]
    de: tuple[str, ...]
    sv: tuple[str, ...]
    end: str = ""
    axis: bool = True

    def phrases(self, language: str) -> tuple[str, ...]:
        """The alternatives in a language, "en", "de" or "sv"."""
        return {"en": self.en, "de": self.de, "sv": self.sv}[language]
