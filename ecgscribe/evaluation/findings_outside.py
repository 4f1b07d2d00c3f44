"""Findings on records of other sources, by `evaluate-findings --outside FOLDER`: what transfers, and in words which of
their labels have no head here.

Other readers use other words: a label that a source never gives may still be true there, so only labels with enough
positive records are scored, and superclasses only among records that carry any diagnostic statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.statements import superclasses_of
from ecgscribe.data.wfdb_source import WfdbFolder
from ecgscribe.evaluation.bootstrap import interval
from ecgscribe.evaluation.findings_pages import PageInputs
from ecgscribe.evaluation.findings_run import answers_of, condition_logits
from ecgscribe.evaluation.findings_scores import auroc
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.labels import targets

LEAST_CASES = 5
"""Labels with fewer positive (or negative) records are only counted."""
RESAMPLES = 500
NOTES = {
    "ludb": "LUDB's headers scale every lead of a record to a span of 1 mV, so that voltages, and with them "
    "hypertrophy and Q or R that are too large or small, cannot be read from it."
}
"""What must be known of a source to judge its figures, by the name of its folder."""


def outside_scores(
    folders: Sequence[Path],
    classifier: Classifier,
    work: Path,
    conditions: Sequence[str],
    digitizer=None,
    seed: int = 7,
    log: Callable = print,
) -> dict:
    """{folder name: {"records", "conditions": condition -> [label rows], "unmapped": statement -> records}}.

    A label row has code, task, records that carry it, how many of them and of the others are called present, and the
    AUROC with its 95 % interval where there are enough. Raises `BadOption` for a folder without records.
    """
    answer = {}
    for folder in folders:
        source = WfdbFolder(folder)
        pages = PageInputs(classifier, work / f"outside-{folder.name}", seed, digitizer)
        held = {"records": len(source), "conditions": {}, "unmapped": unmapped(source.rows, classifier)}
        for condition in conditions:
            logits, rows = condition_logits(pages, source, source.rows, condition, log)
            held["conditions"][condition] = label_rows(classifier, logits, rows)
            log(f"{folder.name} {condition}: {len(rows)} records", flush=True)
        answer[folder.name] = held
    return answer


def unmapped(rows: Sequence[PtbXlRow], classifier: Classifier) -> dict[str, int]:
    """Statements of the source that no head answers, with the number of records, the commonest first."""
    heads = {label.code for label in classifier.labels}
    counts: Counter[str] = Counter()
    for row in rows:
        codes = {statement.code for statement in row.statements or () if statement.present} | set(row.scp_codes)
        counts.update(code for code in codes if code not in heads)
    return dict(counts.most_common())


def label_rows(classifier: Classifier, logits, rows: Sequence[PtbXlRow]) -> list[dict]:
    """One row for every label that the source gives at least once."""
    codes = [row.scp_codes for row in rows]
    classes = {code: found[0] for record in codes for code in record if (found := superclasses_of({code: 0.0}))}
    target, _ = targets(codes, classifier.labels, classes)
    view = "both" if len(logits) == 2 else next(iter(logits))
    answers = answers_of(classifier, view, logits, target, tuple(row.patient_id for row in rows))
    diagnosed = target[:, answers.columns("superclass")].sum(1) > 0
    found = []
    for k in np.flatnonzero(target.sum(0)):
        label = classifier.labels[k]
        part = diagnosed if label.task == "superclass" else np.ones(len(rows), bool)
        true, said = target[part, k] > 0, answers.verdict[part, k] == "present"
        area, low, high = _area(true, answers.probability[part, k])
        found.append(
            {
                "code": label.code,
                "task": label.task,
                "cases": int(true.sum()),
                "records": int(part.sum()),
                "called_of_cases": int((said & true).sum()),
                "called_of_others": int((said & ~true).sum()),
                "auroc": area,
                "low": low,
                "high": high,
            }
        )
    return found


def _area(true: np.ndarray, probability: np.ndarray) -> tuple[float | None, float | None, float | None]:
    """AUROC and its interval, each record a patient; None where there are too few."""
    if min(true.sum(), (~true).sum()) < LEAST_CASES:
        return None, None, None
    generator = np.random.default_rng(0)
    draws = (generator.integers(0, len(true), len(true)) for _ in range(RESAMPLES))
    areas = np.array([auroc(true[rows], probability[rows]) for rows in draws])
    return auroc(true, probability), *interval(areas[np.isfinite(areas)])


def outside_text(outside: dict) -> str:
    """The tables of `outside_scores`, markdown."""
    parts = ["### Other sources"]
    for name, held in outside.items():
        for condition, rows in held["conditions"].items():
            lines = [
                f"{name}, {held['records']} records, {condition}:",
                "",
                "| label | cases of records | called present: of cases | of others | AUROC |",
                "|---|---|---|---|---|",
            ]
            for row in rows:
                area = (
                    "too few" if row["auroc"] is None else f"{row['auroc']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
                )
                cells = [f"{row['code']} ({row['task']})", f"{row['cases']} of {row['records']}"]
                cells += [str(row["called_of_cases"]), str(row["called_of_others"]), area]
                lines.append(f"| {' | '.join(cells)} |")
            parts.append("\n".join(lines))
        if name in NOTES:
            parts.append(NOTES[name])
        if held["unmapped"]:
            words = ", ".join(f"{code} {count}" for code, count in held["unmapped"].items())
            parts.append(f"{name} also says what no head here answers: {words}.")
    return "\n\n".join(parts)
