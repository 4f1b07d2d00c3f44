"""An `Interpretation` as text for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from pathlib import Path

from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Interpretation, Problem
from ecgscribe.text.writing import sentences


def sentence(problem: Problem) -> str:
    """Message and remedy as one line."""
    return f"{problem.message} {problem.hint}".strip()


def as_text(interpretation: Interpretation, width: int = 100) -> str:
    """Source, caption, what was measured and found, and warnings, for a terminal."""
    lines = [interpretation.source]
    if interpretation.caption is None:
        lines.append("  No caption.")
    else:
        lines += textwrap.wrap(sentences(interpretation.caption), width, initial_indent="  ", subsequent_indent="  ")
    for word, told in (("measured", measured(interpretation)), ("found", found(interpretation))):
        if told:
            lines += textwrap.wrap(f"{word}: {told}", width, initial_indent="  ", subsequent_indent="    ")
    for problem in interpretation.problems:
        word = "why" if problem.fatal else "note"
        lines += textwrap.wrap(sentence(problem), width, initial_indent=f"  {word}: ", subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def measured(interpretation: Interpretation) -> str:
    """The measurements of the whole ECG in one line, those that could not be had left out; "" without any."""
    known = [m for m in interpretation.measurements if m.known and not m.lead and m.name in _TOLD]
    return ", ".join(f"{_TOLD[m.name]} {m.value:.{1 if m.unit == 'mV' else 0}f} {m.unit}" for m in known)


_TOLD = {
    "rate": "rate",
    "pr": "PR",
    "qrs": "QRS",
    "qt": "QT",
    "qtc_bazett": "QTc (Bazett)",
    "axis": "axis",
    "sokolow_lyon": "Sokolow-Lyon",
}


def found(interpretation: Interpretation) -> str:
    """The findings that are present, or may be, with their probabilities; "" where nothing was assessed."""
    told = [
        f"{finding.name} {finding.probability:.0%}{'' if finding.present else ' (uncertain)'}"
        for finding in interpretation.findings
        if finding.verdict != "absent"
    ]
    if interpretation.findings and not told:
        return "none of what was assessed"
    return ", ".join(told)


class JsonOutput:
    """Writes interpretations as JSON: one object, or a list when `many`.

    `target` a file, written under a temporary name and renamed on `close` so that it is never half a
    document, or "-" for stdout. A run that is interrupted still leaves a valid list of what was read.
    Raises `BadOption` when the file cannot be written.
    """

    def __init__(self, target: str, many: bool):
        self.path = None if target == "-" else Path(target).expanduser()
        self.many = many
        self.count = 0
        if self.path is None:
            self.stream = sys.stdout
        else:
            self.temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}")
            try:
                self.stream = open(self.temporary, "w", encoding="utf-8")
            except OSError as error:
                raise BadOption(f"Cannot write {self.path}: {error.strerror}.", "Name a writable file.") from None

    def add(self, interpretation: Interpretation) -> None:
        """Writes one interpretation."""
        text = json.dumps(interpretation.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        if self.many:
            self.stream.write("[\n" if self.count == 0 else ",\n")
        self.stream.write(text)
        self.count += 1
        self.stream.flush()

    def close(self) -> None:
        """Ends the document and puts the file in its place; a single object that never came makes no file."""
        if self.many:
            self.stream.write("\n]" if self.count else "[]")
        if self.many or self.count:
            self.stream.write("\n")
        self.stream.flush()
        if self.path is not None:
            self.stream.close()
            if self.many or self.count:
                os.replace(self.temporary, self.path)
            else:
                os.unlink(self.temporary)
