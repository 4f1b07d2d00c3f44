"""`python -m ecgscribe train-findings`: PTB-XL folder in, models/ecg-findings out; folds, comparisons and resume."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.split import assert_disjoint, share_of, splits_of
from ecgscribe.findings.labels import Label, labels_of
from ecgscribe.findings.nets import BACKBONES, NetSizes
from ecgscribe.training.findings import FindingsOptions, FindingsTraining
from ecgscribe.training.findings_data import VIEWS, FindingsData, load_findings, simulated_findings
from ecgscribe.training.findings_export import checkpoint_of, export_findings

RARE = 120
"""Statements with fewer training records are what simulated ones are made for."""


@dataclass(frozen=True)
class FindingsRun:
    """What to train. `epochs` view -> number; `members` signal nets and as many of the average beat, of seeds one
    after the other, answer together; `simulated` records of every condition with a rare statement, 0 none; `backbone`
    a name of `BACKBONES`, or a folder or Hub id of an image backbone."""

    ptbxl: Path
    output: Path
    work: Path
    split_file: Path | None = None
    excluded: frozenset[int] = frozenset()
    views: tuple[str, ...] = VIEWS
    epochs: tuple[tuple[str, int], ...] = (("picture", 14), ("signal", 24), ("beat", 12))
    backbone: str = "resnet-slim"
    simulated: int = 0
    members: int = 1

    def __post_init__(self):
        if self.members < 1:
            raise BadOption(f"{self.members} signal nets cannot be trained.", "Use --members 1 or more.")

    def members_of(self, view: str) -> int:
        return 1 if view == "picture" else self.members

    def epochs_of(self, view: str) -> int:
        return dict(self.epochs)[view]


def sizes_of(backbone: str) -> NetSizes:
    """The nets with this picture backbone, of ours by name, or pretrained from a folder or Hub id."""
    if backbone in BACKBONES:
        return NetSizes(backbone=dict(BACKBONES[backbone]))
    if "/" not in backbone and not Path(backbone).is_dir():
        raise BadOption(f"Unknown backbone {backbone!r}.", f"Known: {', '.join(BACKBONES)}, a folder, or a Hub id.")
    return NetSizes(backbone={"kind": "pretrained", "name": backbone})


def load(run: FindingsRun) -> tuple[FindingsData, FindingsData]:
    """(training, validation) records of the run. Raises `BadOption` when a patient is in two splits."""
    source = PtbXl(run.ptbxl, only_existing=True)
    split = splits_of(source.rows, run.split_file)
    cache = run.work / "cache"
    names = ("train", "validation", "test")
    rows = [row for row in source.rows if split.get(row.ecg_id) in names and row.ecg_id not in run.excluded]
    assert_disjoint((row.patient_id, split[row.ecg_id]) for row in rows)
    return tuple(load_findings(source, split, name, cache, run.excluded) for name in names[:2])


def train_findings(run: FindingsRun, options: FindingsOptions, export_only: bool = False, log=print) -> None:
    """Trains what is left of each view, then writes the folder. `export_only` takes the checkpoints as they are."""
    train, validation = load(run)
    labels, rare = labels_of(train.codes, train.classes, options.least_label)
    log(f"{len(train)} records to train, {len(validation)} to validate, {len(labels)} labels", flush=True)
    if not export_only:
        taught = with_simulated(run, train, labels, options)
        for view in run.views:
            for member in range(run.members_of(view)):
                own = replace(options, epochs=run.epochs_of(view), seed=options.seed + member)
                work = checkpoint_of(run.work, view, member).parent
                FindingsTraining(view, labels, taught, validation, own, sizes_of(run.backbone), work).run(log)
    export_findings(run.work, validation, run.output, rare, {view: run.members_of(view) for view in VIEWS})
    log(f"Written: {run.output}", flush=True)


def with_simulated(
    run: FindingsRun, train: FindingsData, labels: Sequence[Label], options: FindingsOptions
) -> FindingsData:
    """The training records, and `run.simulated` simulated ones of every condition with a rare statement."""
    if not run.simulated:
        return train
    rare = [label.code for label in labels if label.task == "statement" and label.support < RARE]
    made = simulated_findings(train.classes, rare, run.simulated, options.seed, run.work / "cache")
    return train.joined(made)


def cross_validate(run: FindingsRun, options: FindingsOptions, folds: int, log=print) -> list[dict]:
    """`folds` trainings, each validated on the patients that it did not see; what each gave, also in `work`/folds.json.

    Training and validation records are pooled and divided by patient; the test records stay out. The labels are those
    of all of them, so that folds can be compared. Raises `BadOption` for fewer than two folds.
    """
    if folds < 2:
        raise BadOption(f"{folds} folds cannot be crossed.", "Use --folds 5.")
    everything = load(run)[0].joined(load(run)[1])
    labels, _ = labels_of(everything.codes, everything.classes, options.least_label)
    fold = np.array([int(share_of(patient, options.seed) * folds) for patient in everything.patients])
    rows = []
    for view in run.views:
        for held in range(folds):
            own = replace(options, epochs=run.epochs_of(view))
            parts = (everything.part(np.flatnonzero(fold != held)), everything.part(np.flatnonzero(fold == held)))
            work = run.work / f"fold-{held}"
            done = FindingsTraining(view, labels, *parts, own, sizes_of(run.backbone), work).run(log)
            best = max(done.history, key=lambda entry: entry["score"])
            rows.append({"view": view, "fold": held, "validation": len(parts[1]), **best})
    _write(run.work / "folds.json", rows)
    log(table(rows, "fold"), flush=True)
    return rows


def compare_backbones(run: FindingsRun, options: FindingsOptions, names: Sequence[str], log=print) -> list[dict]:
    """The picture view once with every backbone, all else alike; what each gave, also in `work`/backbones.json."""
    train, validation = load(run)
    labels, _ = labels_of(train.codes, train.classes, options.least_label)
    rows = []
    for name in names:
        own = replace(options, epochs=run.epochs_of("picture"))
        work = run.work / f"backbone-{name.replace('/', '-')}"
        done = FindingsTraining("picture", labels, train, validation, own, sizes_of(name), work).run(log)
        best = max(done.history, key=lambda entry: entry["score"])
        size = sum(weight.numel() for weight in done.net.parameters())
        seconds = float(np.median([entry["seconds"] for entry in done.history]))
        rows.append({"view": "picture", "backbone": name, "parameters": size, "seconds_an_epoch": seconds, **best})
    _write(run.work / "backbones.json", rows)
    log(table(rows, "backbone"), flush=True)
    return rows


def table(rows: Sequence[dict], by: str) -> str:
    """Rows as a table; with more than one row the mean and spread of each view's superclass AUROC below."""
    names = ["view", by, "epoch", "plain_superclass", "plain_all", "worn_superclass", "worn_all"]
    names += [name for name in ("parameters", "seconds_an_epoch") if name in rows[0]]
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(row[name]) for name in names) + " |" for row in rows]
    for view in dict.fromkeys(row["view"] for row in rows):
        values = [row["plain_superclass"] for row in rows if row["view"] == view]
        if by == "fold":
            lines.append(f"\n{view}: {np.mean(values):.4f} +- {np.std(values, ddof=1):.4f} over {len(values)} folds")
    return "\n".join(lines)


def _write(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
