"""From checkpoints to models/ecg-findings: best weights of both views, fused and calibrated on validation patients."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

import ecgscribe
from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.findings_scores import auroc, calibration_error, macro
from ecgscribe.findings.calibrate import fit_curves, fit_thresholds, log_loss
from ecgscribe.findings.consistency import agreeing
from ecgscribe.findings.folder import NETS, Calibration, FindingsModel, save_folder
from ecgscribe.findings.labels import Label, label_from
from ecgscribe.findings.nets import Members, NetSizes
from ecgscribe.training.findings import LEAST_POSITIVES
from ecgscribe.training.findings_card import card
from ecgscribe.training.findings_data import DrawnFindings, FindingsData

VARIANTS = (-1, -2, -3, -4)
"""The plain page and three pages after accidents: calibration shall hold for all of them."""
_SHARES = np.round(np.arange(0.0, 1.01, 0.1), 1)
_LEAST_PICTURE = 0.2
"""The place that is shown beside a finding is what moved the picture net: that net always has a share of the answer."""


def export_findings(
    work: Path,
    validation: FindingsData,
    output: Path,
    not_assessed: tuple[str, ...],
    members: Mapping[str, int] | None = None,
    batch: int = 32,
) -> FindingsModel:
    """Writes the folder from the best weights of every checkpoint (`checkpoint_of`); a view without any is left out.

    `members` view -> how many nets answer it together, where more than one. Raises `BadOption` when there is no
    checkpoint at all, one of several members is missing, or they were trained on different labels.
    """
    held = {view: _checkpoints(work, view, (members or {}).get(view, 1)) for view in NETS}
    held = {view: checkpoints for view, checkpoints in held.items() if checkpoints}
    if not held:
        raise BadOption(f"There is no checkpoint below {work}.", "Train first.")
    first = next(iter(held.values()))[0]
    if any(_taught(checkpoint) != _taught(first) for checkpoints in held.values() for checkpoint in checkpoints):
        raise BadOption(f"The nets below {work} were trained on different labels.", "Train all with one command.")
    labels = tuple(label_from(fields) for fields in first["labels"])
    nets, logits, target = {}, {}, None
    for view, checkpoints in held.items():
        nets[view] = _net(view, len(labels), checkpoints)
        drawn = DrawnFindings(validation, labels, view, seed=42)
        logits[view] = variant_logits(nets[view], drawn, batch)
        target = drawn.target
    record = _record(held, logits, target)
    beat_share = None
    if "beat" in logits:
        if "signal" not in logits:
            raise BadOption("Nets of the average beat answer beside signal nets only.", "Train --views signal as well.")
        logits["signal"], beat_share = joined(labels, logits["signal"], logits.pop("beat"), target)
        record["views"]["signal and beat"] = _aurocs(logits["signal"], target)
    calibration = replace(calibrated(labels, logits, target, validation.patients), beat_share=beat_share)
    for view, found in logits.items():
        raw = np.stack([curve(found[1][:, k]) for k, curve in enumerate(calibration.curves[view])], 1)
        told = "signal and beat" if view == "signal" and beat_share is not None else view
        record["views"][told]["worn_calibration_error"] = calibration_error(target, raw)
    sizes = NetSizes.from_dict(held["picture" if "picture" in held else "signal"][0]["sizes"])
    model = FindingsModel(labels, not_assessed, nets, sizes, calibration)
    extra = {
        "training.json": json.dumps(record, indent=1) + "\n",
        "README.md": card(
            model,
            {
                view if seed is None else f"{view}, seed {seed}": checkpoint["history"]
                for view, checkpoints in held.items()
                for seed, checkpoint in _seeded(checkpoints)
            },
            {view: _settings(checkpoints[0]) for view, checkpoints in held.items()},
        ),
    }
    save_folder(output, model, extra)
    return model


def _taught(checkpoint: dict) -> list[dict]:
    """What a net was trained on; the names of labels may have changed since another was."""
    return [{key: value for key, value in label.items() if key != "name"} for label in checkpoint["labels"]]


def checkpoint_of(work: Path, view: str, member: int = 0) -> Path:
    """Where the training of a view's `member` keeps its checkpoint: VIEW/VIEW.pt, VIEW-1/VIEW.pt, VIEW-2/VIEW.pt."""
    return work / (f"{view}-{member}" if member else view) / f"{view}.pt"


def variant_logits(net: torch.nn.Module, drawn: DrawnFindings, batch: int = 32) -> np.ndarray:
    """(variants, records, labels) on the frames or windows of `VARIANTS`."""
    found = []
    with torch.inference_mode():
        for epoch in VARIANTS:
            rows = []
            for start in range(0, len(drawn), batch):
                places = range(start, min(start + batch, len(drawn)))
                arrays = [
                    np.stack(held) for held in zip(*(drawn.inputs(epoch, k, k // batch) for k in places), strict=True)
                ]
                tensors = [torch.from_numpy(array) for array in arrays]
                if drawn.view == "picture":
                    tensors[0] = tensors[0].float() / 255
                rows.append(net(*tensors).numpy())
            found.append(np.concatenate(rows))
    return np.stack(found)


def calibrated(
    labels: tuple[Label, ...], logits: Mapping[str, np.ndarray], target: np.ndarray, patients: tuple[str, ...]
) -> Calibration:
    """Curves, thresholds and the picture's share from (variants, records, labels) logits of the views."""
    times = len(next(iter(logits.values())))
    wanted, owners = np.tile(target, (times, 1)), tuple(patients) * times
    flat = {view: found.reshape(-1, found.shape[-1]) for view, found in logits.items()}
    share = np.full(len(labels), 0.5)
    if len(flat) == 2:
        share = best_share(labels, flat["picture"], flat["signal"], wanted, _SHARES[_SHARES >= _LEAST_PICTURE])
        flat["both"] = share * flat["picture"] + (1 - share) * flat["signal"]
    curves, thresholds, chosen = {}, {}, {}
    for view, found in flat.items():
        curves[view] = fit_curves(found, wanted, owners)
        probability = agreeing(labels, np.stack([curve(found[:, k]) for k, curve in enumerate(curves[view])], 1))
        # the same records stand in `found` several times: cases are counted once
        thresholds[view], chosen[view] = fit_thresholds(probability, wanted, times)
    return Calibration(curves, thresholds, chosen, share, patients=len(set(patients)))


def joined(
    labels: tuple[Label, ...], signal: np.ndarray, beat: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """((variants, records, labels) logits of windows and average beats together, (labels,) the beats' share)."""
    flat = [found.reshape(-1, found.shape[-1]) for found in (beat, signal)]
    share = best_share(labels, *flat, np.tile(target, (len(signal), 1)))
    return (share * beat + (1 - share) * signal).astype(np.float32), share


def best_share(
    labels: tuple[Label, ...], one: np.ndarray, other: np.ndarray, target: np.ndarray, shares: np.ndarray = _SHARES
) -> np.ndarray:
    """(labels,) the share of `one`, the same for superclasses and the same for all else: of `shares` the one of least
    log loss after scaling. `one` and `other` (n, labels) logits."""
    share = np.zeros(len(labels))
    for group in (lambda label: label.task == "superclass", lambda label: label.task != "superclass"):
        columns = [k for k, label in enumerate(labels) if group(label)]
        losses = []
        for part in shares:
            mixed = part * one[:, columns] + (1 - part) * other[:, columns]
            curves = fit_curves(mixed, target[:, columns], ("",) * len(mixed), folds=1, isotonic=False)
            losses.append(np.mean([log_loss(target[:, c], curves[i](mixed[:, i])) for i, c in enumerate(columns)]))
        share[columns] = shares[int(np.argmin(losses))]
    return share


def _checkpoints(work: Path, view: str, members: int) -> list[dict]:
    """The checkpoints of the members, [] when there is none."""
    paths = [checkpoint_of(work, view, member) for member in range(members)]
    there = [path for path in paths if path.is_file()]
    if there and len(there) < members:
        missing = next(path for path in paths if path not in there)
        raise BadOption(f"{view}: {missing} is missing, {members} nets are asked for.", "Train it, or ask for fewer.")
    return [torch.load(path, map_location="cpu", weights_only=True) for path in there]


def _net(view: str, labels: int, checkpoints: list[dict]) -> torch.nn.Module:
    """The net of the best weights; of several checkpoints their members in one."""
    nets = []
    for checkpoint in checkpoints:
        net = NETS[view](labels, NetSizes.from_dict(checkpoint["sizes"]))
        net.load_state_dict(checkpoint["best"]["weights"])
        nets.append(net.eval())
    return nets[0] if len(nets) == 1 else Members(nets).eval()


def _settings(checkpoint: dict) -> dict:
    return json.loads(checkpoint["mark"])[2]


def _seeded(checkpoints: list[dict]) -> list[tuple[int | None, dict]]:
    """Each checkpoint behind the seed that tells it from the others, None where it stands alone."""
    if len(checkpoints) == 1:
        return [(None, checkpoints[0])]
    return [(_settings(checkpoint)["seed"], checkpoint) for checkpoint in checkpoints]


def _record(held: Mapping[str, list[dict]], logits: Mapping[str, np.ndarray], target) -> dict:
    """training.json: options, epochs, and what validation says of each view, plain and worn."""
    views = {}
    for view, checkpoints in held.items():
        nets = [
            {
                "seed": _settings(checkpoint)["seed"],
                "settings": _settings(checkpoint),
                "best_epoch": checkpoint["best"]["epoch"],
                "epochs": checkpoint["history"],
            }
            for checkpoint in checkpoints
        ]
        views[view] = {"nets": nets, **_aurocs(logits[view], target)}
    return {"version": ecgscribe.__version__, "torch": torch.__version__, "views": views}


def _aurocs(logits: np.ndarray, target: np.ndarray) -> dict[str, float]:
    found = {}
    for name, variant in (("plain", 0), ("worn", 1)):
        found[f"{name}_superclass_auroc"] = macro(auroc, target[:, :5], logits[variant][:, :5])
        found[f"{name}_normal_auroc"] = auroc(target[:, 0], logits[variant][:, 0])
        found[f"{name}_all_auroc"] = macro(auroc, target, logits[variant], LEAST_POSITIVES)
    return found
