"""Validation scores of trained nets beside each other, of one view, alone or several together.

    python bench/findings_nets.py --ptbxl DIR --split-file CSV --cache DIR NAME=CHECKPOINT[,CHECKPOINT...] ...
        [--view signal|picture|beat] [--exclude IDS] [--json FILE --command TEXT --note TEXT]

Each NAME is a checkpoint of `train-findings` (WORK/signal/signal.pt); of several with commas between the logits are
averaged. `plain` is the standard page, `worn` one after many accidents, both of the validation records. "rare" are the
statements with fewer than 120 training records. Beside each score stands its 95 % interval and that of the difference
to the first NAME, validation patients drawn anew.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from results import keep

from ecgscribe.cli.ptbxl_options import excluded_of
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.split import read_split_file
from ecgscribe.evaluation.bootstrap import patient_weights
from ecgscribe.evaluation.findings_scores import auroc, macro
from ecgscribe.findings.folder import NETS
from ecgscribe.findings.labels import Label
from ecgscribe.findings.nets import NetSizes
from ecgscribe.training.findings import LEAST_POSITIVES
from ecgscribe.training.findings_data import DrawnFindings, FindingsData, load_findings
from ecgscribe.training.findings_export import variant_logits
from ecgscribe.training.findings_run import RARE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="+", metavar="NAME=CHECKPOINT")
    parser.add_argument("--ptbxl", type=Path, required=True)
    parser.add_argument("--split-file", type=Path, required=True)
    parser.add_argument("--exclude", default="")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--view", default="signal")
    parser.add_argument("--resamples", type=int, default=300)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--command", default="", help="kept in the file: how the nets were trained")
    parser.add_argument("--note", default="", help="kept in the file")
    args = parser.parse_args()
    torch.set_num_threads(1)
    source, split = PtbXl(args.ptbxl, only_existing=True), read_split_file(args.split_file)
    excluded = excluded_of(args)
    validation = load_findings(source, split, "validation", args.cache, excluded)
    first, rows = None, []
    for word in args.nets:
        name, _, paths = word.partition("=")
        logits, labels, target = joined_logits([Path(path) for path in paths.split(",")], args.view, validation)
        row = {"view": args.view, "training": name, **scores(logits, labels, target)}
        first = logits if first is None else first
        row |= intervals(first, logits, labels, target, validation.patients, args.resamples)
        rows.append(row)
        print(json.dumps(row), flush=True)
    keep(args.json, {"command": args.command, "note": args.note, "rows": rows})


def joined_logits(
    paths: list[Path], view: str, validation: FindingsData
) -> tuple[np.ndarray, tuple[Label, ...], np.ndarray]:
    """((variants, records, labels) mean logits of the checkpoints' best weights, labels, targets)."""
    found = []
    for path in paths:
        held = torch.load(path, map_location="cpu", weights_only=True)
        labels = tuple(Label(**fields) for fields in held["labels"])
        net = NETS[view](len(labels), NetSizes.from_dict(held["sizes"]))
        net.load_state_dict(held["best"]["weights"])
        drawn = DrawnFindings(validation, labels, view, seed=42)
        found.append(variant_logits(net.eval(), drawn))
    return np.mean(found, 0), labels, drawn.target


def scores(logits: np.ndarray, labels: tuple[Label, ...], target: np.ndarray, weights=None) -> dict[str, float]:
    """Macro AUROC of superclasses, all labels, rare statements; on the plain page and over all others."""
    rare = [k for k, label in enumerate(labels) if label.task == "statement" and label.support < RARE]
    groups = {"superclass": (list(range(5)), 1), "all": (list(range(len(labels))), LEAST_POSITIVES)}
    groups["rare"] = (rare, LEAST_POSITIVES)
    answer = {}
    for name, variants in (("plain", logits[:1]), ("worn", logits[1:])):
        for group, (columns, least) in groups.items():
            found = [macro(auroc, target[:, columns], held[:, columns], least) for held in variants]
            answer[f"{name}_{group}"] = round(float(np.mean(found)), 4)
    return answer


def intervals(first, logits, labels, target, patients, resamples: int) -> dict[str, list[float]]:
    """Score -> its own 95 % interval, and that of its difference to the first net's, over patients drawn anew."""
    drawn: dict[str, list[float]] = {}
    for counts in patient_weights(patients, resamples, 0).astype(int):
        rows = np.repeat(np.arange(len(patients)), counts)
        one, two = (scores(held[:, rows], labels, target[rows]) for held in (first, logits))
        for name, value in two.items():
            drawn.setdefault(f"{name}_interval", []).append(value)
            if logits is not first:
                drawn.setdefault(f"{name}_difference", []).append(value - one[name])
    return {name: [round(float(v), 4) for v in np.quantile(held, [0.025, 0.975])] for name, held in drawn.items()}


if __name__ == "__main__":
    main()
