"""SNOMED CT codes of ECG findings as our statements: what the headers of the PhysioNet Challenge 2021 carry.

The table is snomed.tsv; its codes and names are those of the Challenge's lists of diagnoses (github.com/
physionetchallenges/evaluation-2021, dx_mapping_scored.csv and dx_mapping_unscored.csv), the statements are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ecgscribe.core.report import Statement

from .statement_table import table_lines
from .statements import canonical


@dataclass(frozen=True)
class Concept:
    """A SNOMED CT `code` with its `name`; `statement` None where ours have no word for it, and `why` says so."""

    code: str
    name: str
    statement: Statement | None
    why: str = ""


@dataclass(frozen=True)
class Mapped:
    """`statements` in canonical order; `unmapped` codes that gave none, in the order told."""

    statements: tuple[Statement, ...]
    unmapped: tuple[str, ...]


@lru_cache(maxsize=1)
def concepts() -> dict[str, Concept]:
    """Every code of the table."""
    return {line[0]: _concept(*line) for line in table_lines("snomed.tsv")}


def statements_of_snomed(codes: Iterable[str]) -> Mapped:
    """The statements of SNOMED CT codes as they stand in a header; unknown and unmappable codes are told."""
    statements, unmapped = [], []
    for code in codes:
        concept = concepts().get(code)
        if concept is None or concept.statement is None:
            unmapped.append(code)
        else:
            statements.append(concept.statement)
    return Mapped(canonical(statements), tuple(dict.fromkeys(unmapped)))


def concept_name(code: str) -> str:
    """The name of a code, or "not in the table"."""
    concept = concepts().get(code)
    return concept.name if concept else "not in the table"


def _concept(code: str, name: str, statement: str, territory: str = "", age: str = "", remark: str = "") -> Concept:
    if not statement:
        return Concept(code, name, None, remark)
    return Concept(code, name, Statement(statement, territory=tuple(t for t in territory.split(",") if t), age=age))
