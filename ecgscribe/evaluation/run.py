"""One evaluation: rows and a Reader in, predictions.jsonl and results.json out."""

from __future__ import annotations

import datetime
import hashlib
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import ecgscribe
from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.bootstrap import LEVEL, RESAMPLES
from ecgscribe.evaluation.captions import Sampler, distinct_share, folded
from ecgscribe.evaluation.ecg_captions.corpus import Items
from ecgscribe.evaluation.ecg_captions.scorer import CaptionScorer
from ecgscribe.evaluation.predict import Prediction, predict, problem_counts, write_json
from ecgscribe.evaluation.probe import SUPERCLASSES, linear_probe, targets
from ecgscribe.evaluation.statements import codes_said, findings_table
from ecgscribe.evaluation.systems import MODEL, Systems, with_controls
from ecgscribe.evaluation.vectors import EMBEDDING, kind_of

SCHEMA = "ecgscribe.evaluation/1"
RESULTS = "results.json"


@dataclass(frozen=True)
class Options:
    """What to evaluate: `model` and `dataset` are folders or Hub ids; `limit` the first rows only; `train_pages`
    how many training pages, drawn by the seed, serve the nearest-neighbour control and the probe (None = all);
    `config` pages, photos or all; `caption_style` report or statements, the text to compare with ("" = the data
    set's own; rows without a text of that style are left out)."""

    model: str
    dataset: str
    out: Path
    split: str = "test"
    limit: int | None = None
    batch: int = 8
    seed: int = 0
    controls: bool = True
    resamples: int = RESAMPLES
    train_pages: int | None = None
    tokenizer: str = "auto"
    allow_shared_patients: bool = False
    config: str = "pages"
    caption_style: str = ""

    def __post_init__(self):
        for name in ("limit", "batch", "resamples", "train_pages"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise BadOption(f"{name} {value} is not possible.", "Give 1 or more.")


def run(
    options: Options,
    reader: Any,
    progress: Callable[[str], Callable[[int, int], None]] = lambda name: lambda done, total: None,
) -> dict:
    """Reads, scores, writes `options.out`/results.json and returns its content.

    `reader` has `read(bytes, source=...)`, `models` and `captioner`. Raises `BadOption` for a dataset or
    folder that does not fit.
    """
    from ecgscribe.data.rows import caption_style_of, load_rows

    style = caption_style_of(options.dataset, options.caption_style)
    data = load_rows(
        options.dataset,
        allow_shared_patients=options.allow_shared_patients,
        decode=False,
        config=options.config,
        caption_style=style,
    )
    if options.split not in data:
        raise BadOption(f"The dataset {options.dataset} has no split {options.split!r}.", f"It has {', '.join(data)}.")
    rows = data[options.split]
    rows = rows if options.limit is None else rows.select(range(min(options.limit, len(rows))))
    if len(rows) == 0:
        raise BadOption(f"The split {options.split!r} of {options.dataset} is empty.", "Build more rows.")
    train_rows = data["train"] if "train" in data and options.split != "train" else None
    near_rows = _drawn(train_rows, options.train_pages, options.seed)
    settings = {"generation": str(getattr(reader.captioner, "generation", ""))}  # the weights' digest is without them
    identity = (
        {"models": reader.models, "split": options.split, "config": options.config, "caption_style": style}
        | settings
        | _rows_mark(rows)
    )
    predictions = predict(reader, rows, options.out, identity, progress("pages read"))
    if options.controls:
        systems = with_controls(
            predictions,
            reader.captioner,
            rows,
            train_rows,
            near_rows,
            options.out,
            options.batch,
            options.seed,
            progress,
        )
    else:
        systems = Systems({MODEL: [p.caption for p in predictions]}, {MODEL: "the model, through the Reader"})
    train_captions = None if train_rows is None else list(train_rows["caption"])
    results = _head(options, identity, predictions, reader) | scored(
        predictions, systems, train_captions, options.tokenizer, options.resamples, options.seed
    )
    results["codes"] = codes_said(
        systems.captions[MODEL], [[held["code"] for held in row] for row in rows["scp_codes"]]
    )
    results["probe"] = _probe(systems, reader.captioner, rows, near_rows, options)
    write_json(options.out / RESULTS, results)
    return results


def scored(
    predictions: Sequence[Prediction],
    systems: Systems,
    train_captions: Sequence[str] | None,
    tokenizer: str = "auto",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict:
    """The tables: every system, model minus control, the answered rows alone, and slices of the rows."""
    patients = [p.patient_id for p in predictions]
    with CaptionScorer([p.reference for p in predictions], train_captions, tokenizer) as scorer:
        items = {name: scorer.items(captions) for name, captions in systems.captions.items()}
        library, missing = scorer.library, dict(scorer.missing)
    sampler = Sampler(patients, resamples, seed)
    table = {}
    for name, own in items.items():
        captions = systems.captions[name]
        table[name] = {
            "note": systems.notes[name],
            "answered": sum(caption is not None for caption in captions),
            "distinct_share": distinct_share(captions),
            "scores": sampler.scores(own),
            "model_minus": None if name == MODEL else sampler.differences(items[MODEL], own),
        }
    return {
        "systems": table,
        "findings": findings_table(systems.captions, [p.reference for p in predictions], patients, resamples, seed),
        "systems_missing": systems.missing,
        "slices": _slices(predictions, items, train_captions, resamples, seed),
        "metrics_missing": missing,
        "library": library,
        "bootstrap": {"by": "patient", "resamples": resamples, "level": LEVEL, "seed": seed},
    }


def _slices(
    predictions: Sequence[Prediction],
    items: dict[str, Items],
    train_captions: Sequence[str] | None,
    resamples: int,
    seed: int,
) -> dict:
    """Scores of parts of the rows; their CIDEr keeps the document frequencies of the whole set."""
    parts = {"answered": np.array([p.caption is not None for p in predictions])}
    if train_captions is not None:
        known = {folded(caption) for caption in train_captions}
        parts["caption unseen in training"] = np.array([folded(p.reference) not in known for p in predictions])
        parts["caption seen in training"] = ~parts["caption unseen in training"]
    for language in sorted({p.language for p in predictions}):
        parts[f"report language {language or 'unknown'}"] = np.array([p.language == language for p in predictions])
    answer = {}
    for name, chosen in parts.items():
        patients = [p.patient_id for p, taken in zip(predictions, chosen, strict=True) if taken]
        entry: dict[str, Any] = {"n": len(patients), "patients": len(set(patients)), "scores": {}}
        if patients:
            sampler = Sampler(patients, resamples, seed)
            entry["scores"] = {system: sampler.scores(own.take(chosen)) for system, own in items.items()}
        answer[name] = entry
    return answer


def _probe(systems: Systems, captioner: Any, rows: Any, train_rows: Any, options: Options) -> dict:
    """The linear probe on the vectors that the nearest-neighbour control already has, or why there is none."""
    if not systems.vectors or kind_of(captioner) != EMBEDDING:
        return {"missing": "needs the controls, training rows and a model that embeds pages"}
    sides = {"train": targets(list(train_rows["superclasses"])), "test": targets(list(rows["superclasses"]))}
    try:
        found = linear_probe(
            systems.vectors["train"], sides["train"], systems.vectors["test"], sides["test"],
            list(rows["patient_id"]), options.seed, options.resamples,
        )  # fmt: skip
    except BadOption as error:
        return {"missing": str(error)}
    return found | {"classes": list(SUPERCLASSES)}


def _drawn(rows: Any | None, count: int | None, seed: int) -> Any | None:
    """`count` of the rows, drawn by the seed, in their order; all of them without a count."""
    if rows is None or count is None or count >= len(rows):
        return rows
    return rows.select(sorted(np.random.default_rng(seed).choice(len(rows), count, replace=False).tolist()))


def _head(options: Options, identity: dict, predictions: Sequence[Prediction], reader: Any) -> dict:
    seconds = [p.seconds for p in predictions]
    return {
        "schema": SCHEMA,
        "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "version": ecgscribe.__version__,
        "commit": _commit(),
        "model": {"name": reader.name, "revisions": reader.models, "generation": identity["generation"]},
        "dataset": {
            "name": Path(options.dataset).name,
            "split": options.split,
            "config": options.config,
            "caption_style": identity["caption_style"],
            "patients": len({p.patient_id for p in predictions}),
            "digest": identity["rows_digest"],
            "limit": options.limit,
        },
        "n_asked": len(predictions),
        "n_answered": sum(p.caption is not None for p in predictions),
        "problems": problem_counts(predictions),
        "distinct_share": distinct_share([p.caption for p in predictions]),
        "seconds_per_page": {"median": float(np.median(seconds)), "total": round(float(np.sum(seconds)), 1)},
    }


def _rows_mark(rows: Any) -> dict:
    """How many rows, and a digest of which pictures with which references."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row['ecg_id']}\t{row['patient_id']}\t{row['caption']}\n".encode())
        digest.update(hashlib.sha256(row["image"]["bytes"]).digest())
    return {"rows": len(rows), "rows_digest": digest.hexdigest()[:16]}


def _commit() -> str | None:
    """The commit of the checkout that this runs from; None outside one."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
