"""`python -m ecgscribe evaluate-findings`: pages of real records in every condition, found and read as a user's are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.page import Page
from ecgscribe.data.chance import Chance
from ecgscribe.data.disk import write_text
from ecgscribe.data.distort import PRESETS
from ecgscribe.data.engine import make_page
from ecgscribe.data.ptbxl import PtbXl, PtbXlRow, diagnostic_classes
from ecgscribe.data.split import splits_of
from ecgscribe.evaluation.controls import shuffled_order
from ecgscribe.evaluation.findings import (
    Answers,
    person_answers,
    person_features,
    prevalence_answers,
    scores_of,
    shuffled_answers,
)
from ecgscribe.evaluation.findings_occlusion import occlusion_test
from ecgscribe.evaluation.findings_pages import RECORDED, PageInputs
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.folder import VIEWS
from ecgscribe.findings.labels import targets

CONDITIONS = ("clean", "scan", "copy", "phone", "bad-phone", "screen")
OCCLUSION_PAGES = 60


@dataclass(frozen=True)
class FindingsEvaluation:
    """What is scored: the records of `split` in the PTB-XL folder, at most `limit` of them (0 all), in `conditions`;
    a condition "phone:150" takes the first 150 of them. `work` keeps the pages that were read."""

    ptbxl: Path
    work: Path
    split_file: Path | None = None
    split: str = "validation"
    excluded: frozenset[int] = frozenset()
    conditions: tuple[str, ...] = (*CONDITIONS, RECORDED)
    limit: int = 0
    seed: int = 7
    resamples: int = 300

    def __post_init__(self):
        for name, limit in self.limits().items():
            if name not in (*PRESETS, RECORDED):
                raise BadOption(f"Unknown condition {name!r}.", f"Known: {', '.join((*PRESETS, RECORDED))}.")
            if limit < 0:
                raise BadOption(f"{name}: {limit} records cannot be scored.", "Give a positive number, 0 for all.")

    def limits(self) -> dict[str, int]:
        """Condition -> at most how many records, 0 all. Raises `BadOption` for what is no number."""
        limits = {}
        for word in self.conditions:
            name, _, count = word.partition(":")
            if count and not count.isdecimal():
                raise BadOption(f"{count!r} is no number of records.", f"Write {name}:150, or {name} alone.")
            limits[name] = int(count) if count else self.limit
        return limits


def evaluate_findings(
    wanted: FindingsEvaluation, classifier: Classifier, digitizer: Any = None, log: Callable = print
) -> dict:
    """{"conditions": condition -> view -> scores, "controls": ..., "occlusion": ...} and what was scored.

    With a `digitizer` the view "signal" is what it read from the same page, "both" what the reader gives: both together
    where both could be read, else the one that could. Raises `BadOption` when the split has no record.
    """
    source = PtbXl(wanted.ptbxl, only_existing=True)
    rows = {name: split_rows(source, wanted, name) for name in dict.fromkeys(("train", wanted.split))}
    if not rows[wanted.split]:
        raise BadOption(f"The split {wanted.split!r} has no record here.", "Check --split and --split-file.")
    classes = diagnostic_classes(source.folder)
    result: dict = {
        "model": classifier.revision,
        "digitizer": digitizer.revision if digitizer is not None else None,
        "split": wanted.split,
        "seed": wanted.seed,
        "conditions": {},
    }
    pages = PageInputs(classifier, wanted.work, wanted.seed, digitizer)
    first: tuple[Answers, list[PtbXlRow], str] | None = None
    for condition, limit in wanted.limits().items():
        chosen = limited(rows[wanted.split], limit, wanted.seed)
        logits, chosen = condition_logits(pages, source, chosen, condition, log)
        target, _ = targets([row.scp_codes for row in chosen], classifier.labels, classes)
        patients = tuple(row.patient_id for row in chosen)
        result["conditions"][condition] = {}
        for view in views_of(logits):
            answers = answers_of(classifier, view, logits, target, patients)
            scores = scores_of(answers, wanted.resamples)
            result["conditions"][condition][view] = scores if view == views_of(logits)[-1] else _short(scores)
            log(f"{condition} {view}: {_line(result['conditions'][condition][view])}", flush=True)
        first = first or (answers, chosen, view)
    train_target, _ = targets([row.scp_codes for row in rows["train"]], classifier.labels, classes)
    result["controls"] = {
        name: _short(scores_of(held, wanted.resamples))
        for name, held in controls_of(classifier, *first, rows["train"], train_target).items()
    }
    if "picture" in classifier.model.nets:
        shown = (plain_page(ecg, row, wanted) for row, ecg in source.good(first[1][:OCCLUSION_PAGES]))
        result["occlusion"] = occlusion_test(classifier, shown, wanted.seed)
    return result


def controls_of(
    classifier: Classifier,
    answers: Answers,
    rows: Sequence[PtbXlRow],
    view: str,
    train: Sequence[PtbXlRow],
    train_target: np.ndarray,
) -> dict[str, Answers]:
    """What no look at the ECG gives: the labels' frequency, age and sex, another patient's page."""
    people = [person_features([row.age for row in r], [row.sex for row in r]) for r in (train, rows)]
    limits = classifier.thresholds(view)
    controls = {
        "prevalence": prevalence_answers(answers, train_target.mean(0), limits),
        "age and sex": person_answers(answers, people[0], train_target, people[1], limits),
    }
    order = shuffled_order(answers.patients)
    if order is not None:
        controls["shuffled pictures"] = shuffled_answers(answers, order)
    return controls


def split_rows(source: PtbXl, wanted: FindingsEvaluation, name: str) -> list[PtbXlRow]:
    """The rows of one split, by the split file or by PTB-XL's folds."""
    split = splits_of(source.rows, wanted.split_file)
    return [row for row in source.rows if split.get(row.ecg_id) == name and row.ecg_id not in wanted.excluded]


def limited(rows: Sequence[PtbXlRow], limit: int, seed: int) -> list[PtbXlRow]:
    """The first `limit` rows (0 all) in an order drawn with the seed: a smaller limit is part of a larger one."""
    order = Chance(seed, "evaluated records").shuffled(range(len(rows)))
    return [rows[k] for k in (order[:limit] if limit else order)]


def plain_page(ecg: Ecg, row: PtbXlRow, wanted: FindingsEvaluation) -> Page:
    """A clean page with its leads where they were drawn: for the occlusion test."""
    seed = Chance(wanted.seed, "occlusion", str(row.ecg_id)).whole(0, 2**31 - 1)
    return make_page(ecg, seed, preset="clean", px_per_mm=5.0).page


def condition_logits(
    pages: PageInputs, source: PtbXl, rows: Sequence[PtbXlRow], condition: str, log: Callable = print
) -> tuple[dict[str, np.ndarray], list[PtbXlRow]]:
    """(view -> (n, labels) logits, NaN where nothing could be read; the rows whose record could be opened)."""
    classifier, found, kept = pages.classifier, [], []
    for number, row in enumerate(rows, 1):
        try:
            ecg = source.ecg(row)
        except BadRecord as error:
            log(f"{condition}: record {row.ecg_id} is left out: {error.message}", flush=True)
            continue
        inputs = pages.of(ecg, row.ecg_id, condition)
        found.append({view: classifier.view_logits(view, held) for view, held in inputs.items()})
        kept.append(row)
        if number % 25 == 0:
            log(f"{condition}: {number} of {len(rows)}", flush=True)
    nothing = np.full(len(classifier.labels), np.nan)
    views = [view for view in classifier.model.nets if any(view in held for held in found)]
    return {view: np.array([held.get(view, nothing) for held in found]) for view in views}, kept


def views_of(logits: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """The views that these logits can answer; the last one is what the reader would give."""
    return VIEWS if len(logits) == 2 else tuple(logits)


def answers_of(
    classifier: Classifier,
    view: str,
    logits: Mapping[str, np.ndarray],
    target: np.ndarray,
    patients: tuple[str, ...],
) -> Answers:
    """Answers of one view, "both" falling back on what there is; a page that could not be read gets the mean
    probability of the others, and no verdict."""
    known = {name: np.isfinite(held).all(1) for name, held in logits.items()}
    parts = {view: known.get(view)}
    if view == "both":
        picture, signal = known["picture"], known["signal"]
        parts = {"both": picture & signal, "picture": picture & ~signal, "signal": signal & ~picture}
    probability, verdict = np.full(target.shape, np.nan), np.full(target.shape, "uncertain", dtype="<U9")
    for name, rows in parts.items():
        if rows.any():
            probability[rows] = classifier.probabilities(name, {v: held[rows] for v, held in logits.items()})
            verdict[rows] = classifier.verdicts(name, probability[rows])
    read = np.isfinite(probability).all(1)
    probability[~read] = probability[read].mean(0) if read.any() else 0.5
    return Answers(tuple(classifier.labels), target, probability, verdict, patients, read)


def _short(scores: dict) -> dict:
    """Scores without the tables of labels and reliability."""
    tables = ("labels", "reliability", "superclass_reliability")
    return {name: held for name, held in scores.items() if name not in tables}


def _line(scores: dict) -> str:
    names = ("superclass_auroc", "normal_auroc", "statement_auroc", "challenge_f", "calibration_error")
    shown = [f"{name} {scores[name]['value']:.3f}" for name in names if scores[name]["value"] is not None]
    return ", ".join([*shown, f"read {scores['read_share']:.3f}"])


def write_results(result: dict, path: Path) -> None:
    """results.json, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(result, indent=1) + "\n")
