"""`python -m ecgscribe evaluate-findings`: pages of real records in every condition, found and read as a user's are."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page
from ecgscribe.data.chance import Chance
from ecgscribe.data.distort import PRESETS
from ecgscribe.data.engine import make_page
from ecgscribe.data.ptbxl import PtbXl, PtbXlRow, diagnostic_classes
from ecgscribe.data.split import read_split_file, split_of_fold
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
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.frame import lead_frame
from ecgscribe.findings.labels import targets
from ecgscribe.findings.windows import lead_windows
from ecgscribe.page import find_page

CONDITIONS = ("clean", "scan", "copy", "phone", "bad-phone", "screen")
RECORDED = "recorded"
"""The condition without a picture: the record's own signals."""


@dataclass(frozen=True)
class FindingsEvaluation:
    """What is scored: the records of `split` in the PTB-XL folder, at most `limit` of them (0 all), in `conditions`;
    `work` keeps the logits of finished conditions."""

    ptbxl: Path
    work: Path
    split_file: Path | None = None
    split: str = "validation"
    excluded: frozenset[int] = frozenset()
    conditions: tuple[str, ...] = (*CONDITIONS, RECORDED)
    limit: int = 0
    seed: int = 7
    resamples: int = 300
    digitize: bool = False

    def __post_init__(self):
        for name in self.conditions:
            if name not in (*PRESETS, RECORDED):
                raise BadOption(f"Unknown condition {name!r}.", f"Known: {', '.join((*PRESETS, RECORDED))}.")


def evaluate_findings(wanted: FindingsEvaluation, classifier: Classifier, log: Callable = print) -> dict:
    """{"conditions": condition -> view -> scores, "controls": ..., "occlusion": ...} and what was scored.

    Raises `BadOption` when the split has no record.
    """
    source = PtbXl(wanted.ptbxl, only_existing=True)
    rows = {name: split_rows(source, wanted, name) for name in dict.fromkeys(("train", wanted.split))}
    chosen = _limited(rows[wanted.split], wanted)
    if not chosen:
        raise BadOption(f"The split {wanted.split!r} has no record here.", "Check --split and --split-file.")
    classes = diagnostic_classes(source.folder)
    target, _ = targets([row.scp_codes for row in chosen], classifier.labels, classes)
    result: dict = {
        "model": classifier.revision,
        "split": wanted.split,
        "records": len(chosen),
        "seed": wanted.seed,
        "conditions": {},
    }
    kept: Answers | None = None
    for condition in wanted.conditions:
        logits = condition_logits(wanted, classifier, source, chosen, condition, log)
        result["conditions"][condition] = {}
        for view, held in logits.items():
            answers = answers_of(classifier, view, held, target, tuple(row.patient_id for row in chosen))
            result["conditions"][condition][view] = scores_of(answers, wanted.resamples)
            kept = kept or answers
            log(f"{condition} {view}: {_line(result['conditions'][condition][view])}", flush=True)
    view = next(iter(classifier.model.nets))
    train_target, _ = targets([row.scp_codes for row in rows["train"]], classifier.labels, classes)
    people = [person_features([row.age for row in r], [row.sex for row in r]) for r in (rows["train"], chosen)]
    limits = classifier.thresholds(view)
    controls = {
        "prevalence": prevalence_answers(kept, train_target.mean(0), limits),
        "age and sex": person_answers(kept, people[0], train_target, people[1], limits),
    }
    order = shuffled_order(kept.patients)
    if order is not None:
        controls["shuffled pictures"] = shuffled_answers(kept, order)
    result["controls"] = {name: scores_of(held, wanted.resamples) for name, held in controls.items()}
    if "picture" in classifier.model.nets:
        pages = (plain_page(source.ecg(row), row, wanted) for row in chosen[:60])
        result["occlusion"] = occlusion_test(classifier, pages, wanted.seed)
    return result


def split_rows(source: PtbXl, wanted: FindingsEvaluation, name: str) -> list[PtbXlRow]:
    """The rows of one split, by the split file or by PTB-XL's folds."""
    if wanted.split_file:
        split = read_split_file(wanted.split_file)
    else:
        split = {row.ecg_id: split_of_fold(row.strat_fold) for row in source.rows}
    return [row for row in source.rows if split.get(row.ecg_id) == name and row.ecg_id not in wanted.excluded]


def _limited(rows: Sequence[PtbXlRow], wanted: FindingsEvaluation) -> list[PtbXlRow]:
    """At most `limit` rows, drawn with the seed, in the order of the table."""
    if not wanted.limit or wanted.limit >= len(rows):
        return list(rows)
    chosen = sorted(Chance(wanted.seed, "evaluated records").shuffled(range(len(rows)))[: wanted.limit])
    return [rows[k] for k in chosen]


def page_of(ecg: Ecg, row: PtbXlRow, wanted: FindingsEvaluation, condition: str) -> Page | None:
    """The record's page in this condition, as the page finder gives it; style, layout and severity by the seed."""
    seed = Chance(wanted.seed, "page", condition, str(row.ecg_id)).whole(0, 2**31 - 1)
    return find_page(make_page(ecg, seed, preset=condition, px_per_mm=6.0).picture).page


def plain_page(ecg: Ecg, row: PtbXlRow, wanted: FindingsEvaluation) -> Page:
    """A clean page with its leads where they were drawn: for the occlusion test."""
    seed = Chance(wanted.seed, "occlusion", str(row.ecg_id)).whole(0, 2**31 - 1)
    return make_page(ecg, seed, preset="clean", px_per_mm=5.0).page


def condition_logits(
    wanted: FindingsEvaluation, classifier: Classifier, source: PtbXl, rows: Sequence[PtbXlRow], condition: str, log
) -> dict[str, np.ndarray]:
    """View -> (n, labels) logits, NaN where nothing could be read. Finished conditions are taken from `work`."""
    mark = f"{classifier.revision}-{wanted.split}-{len(rows)}-{wanted.seed}-{'d' if wanted.digitize else 'p'}"
    kept = wanted.work / f"{mark}-{condition}.npz"
    if kept.is_file():
        with np.load(kept) as held:
            return {view: held[view] for view in held.files}
    views = ("signal",) if condition == RECORDED else ("picture", "signal") if wanted.digitize else ("picture",)
    views = tuple(view for view in views if view in classifier.model.nets)
    found = {view: np.full((len(rows), len(classifier.labels)), np.nan) for view in views}
    digitizer = _digitizer() if wanted.digitize and condition != RECORDED else None
    for k, row in enumerate(rows):
        ecg = source.ecg(row)
        if condition == RECORDED:
            found["signal"][k] = _recorded(classifier, ecg)
            continue
        page = page_of(ecg, row, wanted, condition)
        if page is None or not page.panels:
            continue
        frame, seen = lead_frame(page)
        if "picture" in found and seen[:12].sum() >= 4:
            found["picture"][k] = classifier.view_logits("picture", (frame, seen))
        if digitizer is not None:
            read = digitizer.read(page).ecg
            if np.isfinite(read.signal_mv).any():
                windows = tuple(array[None] for array in lead_windows(read))
                found["signal"][k] = classifier.view_logits("signal", windows)
        if k % 50 == 49:
            log(f"{condition}: {k + 1} of {len(rows)}", flush=True)
    wanted.work.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part.npz")
    np.savez(part, **found)
    os.replace(part, kept)
    return found


def _recorded(classifier: Classifier, ecg: Ecg) -> np.ndarray:
    windows = [lead_windows(ecg, shift_s) for shift_s in (0.0, 1.25, 2.5)]
    return classifier.view_logits("signal", tuple(np.stack(arrays) for arrays in zip(*windows, strict=True)))


def answers_of(
    classifier: Classifier, view: str, logits: np.ndarray, target: np.ndarray, patients: tuple[str, ...]
) -> Answers:
    """Answers of one view; a page that could not be read gets the mean logit of the others, and no verdict."""
    read = np.isfinite(logits).all(1)
    middle = np.nanmean(logits, axis=0) if read.any() else np.zeros(logits.shape[1])
    probability = classifier.probabilities(view, {view: np.where(read[:, None], logits, middle)})
    verdict = classifier.verdicts(view, probability)
    verdict[~read] = "uncertain"
    return Answers(tuple(classifier.labels), target, probability, verdict, patients, read)


def _digitizer():
    from ecgscribe.digitize.digitizer import Digitizer

    return Digitizer.from_pretrained(None)


def _line(scores: dict) -> str:
    names = ("superclass_auroc", "normal_auroc", "statement_auroc", "challenge_f", "calibration_error")
    shown = [f"{name} {scores[name]['value']:.3f}" for name in names if scores[name]["value"] is not None]
    return ", ".join([*shown, f"read {scores['read_share']:.3f}"])


def write_results(result: dict, path: Path) -> None:
    """results.json, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    os.replace(part, path)
