"""How much the glossary covers of reports that its authors had not seen: an estimate by folds of patients.

For each fold, every row whose source stands in the corpus, but only in reports of that fold, is taken out of the
glossary; what is left is what an author who had read the other folds could have written. The fold is then translated
with that glossary and the words left over are counted. Rows that stand nowhere in the corpus stay: they came from
grammar and knowledge of the trade, not from reading it.
"""

import hashlib
from collections.abc import Iterable

from .boilerplate import body_of
from .caption import caption_of
from .coverage import NAMES, Coverage, sum_of
from .folding import mend, tokens_of
from .glossary import Entry, Glossary, load
from .language import language_of
from .translate import GlossaryTranslator

FOLDS = 5


def fold_of(patient: str, seed: int, folds: int = FOLDS) -> int:
    """The fold of a patient: 0 to `folds` - 1, the same on every machine for the same seed."""
    digest = hashlib.sha256(f"{seed}/{patient}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % folds


def held_out(reports: Iterable[tuple[str, str]], seed: int = 0, folds: int = FOLDS) -> list[Coverage]:
    """The coverage of each fold by the glossary without the rows that only that fold shows.

    `reports` are pairs of patient and raw report.
    """
    by_fold: list[list[str]] = [[] for _ in range(folds)]
    for patient, report in reports:
        by_fold[fold_of(patient, seed, folds)].append(report)
    _, glossaries = load()
    seen = _rows_seen(by_fold, glossaries)
    out = []
    for index, held in enumerate(by_fold):
        known = {
            language: Glossary([row for row in glossary.entries if seen[language].get(row) != {index}])
            for language, glossary in glossaries.items()
        }
        translator, coverage = GlossaryTranslator(known), Coverage()
        for report in held:
            coverage.add(report, caption_of(report, translator))
        out.append(coverage)
    return out


def held_out_lines(reports: Iterable[tuple[str, str]], seed: int = 0, folds: int = FOLDS) -> list[str]:
    """`held_out` as sentences: all folds together, then the lowest and highest of them, by language."""
    parts = held_out(reports, seed, folds)
    out = [
        f"Held out, {folds} folds of patients, seed {seed}, each by glossary {load()[0]} less the rows it alone shows:"
    ]
    out += sum_of(parts).language_lines()
    for language, name in NAMES.items():
        shares = sorted(share for part in parts if (share := part.share(language)) is not None)
        if shares:
            out.append(f"{name}, words by fold: {shares[0]:.2f} to {shares[-1]:.2f} %.")
    return out


def _rows_seen(by_fold: list[list[str]], glossaries: dict[str, Glossary]) -> dict[str, dict[Entry, set[int]]]:
    """By language and row, the folds in whose reports the row's words stand side by side."""
    seen: dict[str, dict[Entry, set[int]]] = {language: {} for language in glossaries}
    for index, reports in enumerate(by_fold):
        for report in set(reports):
            text = mend(body_of(report).text)
            language = language_of(text)
            glossary = glossaries.get(language)
            if glossary is None:
                continue
            keys = tuple(token.key for token in tokens_of(text)[0])
            for start in range(len(keys)):
                for row in glossary.rows_at(keys, start):
                    seen[language].setdefault(row, set()).add(index)
    return seen
