"""The folder models/ecg-findings: config.json (labels, nets), calibration.json, model.safetensors in float16.

A view that several nets answer together says in config.json how many ("members"), and its weights stand as
"signal.0.NAME", "signal.1.NAME"; a view of one net as "signal.NAME".
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ecgscribe.core.errors import BadModel
from ecgscribe.findings.beatnet import BeatNet
from ecgscribe.findings.calibrate import CONFIDENCE, Curve
from ecgscribe.findings.labels import Label, label_from
from ecgscribe.findings.nets import Members, NetSizes, PictureNet, SignalNet, members_of

CONFIG_FILE, CALIBRATION_FILE, WEIGHTS_FILE = "config.json", "calibration.json", "model.safetensors"
SCHEMA = "ecgscribe.findings/1"
NETS = {"picture": PictureNet, "signal": SignalNet, "beat": BeatNet}
"""What may answer. "beat" hears the average beats of the signals and answers with "signal", never by itself."""
VIEWS = ("picture", "signal", "both")


@dataclass(frozen=True, eq=False)
class Calibration:
    """What validation patients taught: `curves` view -> one `Curve` a label; `thresholds` view -> (labels,); `chosen`
    view -> how each threshold was found; `picture_share` (labels,) weight of the picture's logit where both views are
    there; `confidence` below which a verdict is "uncertain"; `patients` how many taught it; `beat_share` (labels,)
    weight of the average beat's logit beside the signal's, None without nets of the average beat."""

    curves: Mapping[str, tuple[Curve, ...]]
    thresholds: Mapping[str, np.ndarray]
    chosen: Mapping[str, tuple[str, ...]]
    picture_share: np.ndarray
    confidence: float = CONFIDENCE
    patients: int = 0
    beat_share: np.ndarray | None = None

    def to_dict(self) -> dict:
        shares = {} if self.beat_share is None else {"beat_share": [round(float(part), 3) for part in self.beat_share]}
        return {
            "curves": {view: [curve.to_dict() for curve in curves] for view, curves in self.curves.items()},
            "thresholds": {view: [round(float(t), 4) for t in found] for view, found in self.thresholds.items()},
            "chosen": {view: list(found) for view, found in self.chosen.items()},
            "picture_share": [round(float(share), 3) for share in self.picture_share],
            **shares,
            "confidence": self.confidence,
            "patients": self.patients,
        }

    @classmethod
    def from_dict(cls, fields: dict) -> Calibration:
        return cls(
            {view: tuple(Curve.from_dict(curve) for curve in curves) for view, curves in fields["curves"].items()},
            {view: np.array(found, float) for view, found in fields["thresholds"].items()},
            {view: tuple(found) for view, found in fields["chosen"].items()},
            np.array(fields["picture_share"], float),
            float(fields["confidence"]),
            int(fields["patients"]),
            np.array(fields["beat_share"], float) if "beat_share" in fields else None,
        )


@dataclass(frozen=True, eq=False)
class FindingsModel:
    """All that a folder holds: `labels` in the order of the logits, `not_assessed` statements without support,
    `nets` view -> module, `sizes`, `calibration`."""

    labels: tuple[Label, ...]
    not_assessed: tuple[str, ...]
    nets: Mapping[str, torch.nn.Module]
    sizes: NetSizes
    calibration: Calibration


def save_folder(folder: str | Path, model: FindingsModel, extra: Mapping[str, str] | None = None) -> Path:
    """Writes the folder, every file whole or not at all, the weights last. `extra` more text files.

    Raises `BadModel` for weights that float16 cannot hold.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "schema": SCHEMA,
        "model_type": "ecg-findings",
        "labels": [label.to_dict() for label in model.labels],
        "not_assessed": list(model.not_assessed),
        "views": list(model.nets),
        "members": {view: members_of(net) for view, net in model.nets.items()},
        "sizes": model.sizes.to_dict(),
    }
    texts = {
        CONFIG_FILE: json.dumps(config, indent=1) + "\n",
        CALIBRATION_FILE: json.dumps(model.calibration.to_dict(), indent=1) + "\n",
        **(extra or {}),
    }
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as temporary:
        draft = Path(temporary)
        for name, text in texts.items():
            (draft / name).write_text(text, encoding="utf-8")
        save_file(_halves(model.nets), draft / WEIGHTS_FILE, metadata={"format": "pt"})
        for path in sorted(draft.iterdir(), key=lambda path: path.name == WEIGHTS_FILE):
            path.chmod(0o644)
            os.replace(path, folder / path.name)
    return folder


def load_folder(folder: Path) -> FindingsModel:
    """The folder's model in float32, ready to answer. Raises `BadModel` naming what is missing or does not fit."""
    config, calibration = (_json(folder / name) for name in (CONFIG_FILE, CALIBRATION_FILE))
    if config.get("schema") != SCHEMA:
        raise BadModel(
            f"{folder} holds the schema {config.get('schema')!r}, this version reads {SCHEMA!r}.",
            "Name a folder made by `python -m ecgscribe train-findings`.",
        )
    try:
        labels = tuple(label_from(fields) for fields in config["labels"])
        sizes = NetSizes.from_dict(config["sizes"])
        learnt = Calibration.from_dict(calibration)
        _check(labels, learnt, config["views"], folder)
        weights = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS_FILE).items()}
        members = config.get("members", {})
        nets = {view: empty_net(view, len(labels), sizes, members.get(view, 1)) for view in config["views"]}
        for view, net in nets.items():
            own = {name.removeprefix(view + "."): w for name, w in weights.items() if name.startswith(view + ".")}
            counters = {name: value for name, value in net.state_dict().items() if name.endswith("num_batches_tracked")}
            net.load_state_dict({**counters, **own})
            net.eval()
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise BadModel(f"The folder {folder} does not load: {str(error)[:300]}", "Export it again.") from error
    return FindingsModel(labels, tuple(config["not_assessed"]), nets, sizes, learnt)


def empty_net(view: str, labels: int, sizes: NetSizes, members: int = 1) -> torch.nn.Module:
    """The untrained net of a view, or so many of them that answer together. Raises `ValueError` for no member."""
    if not isinstance(members, int) or members < 1:
        raise ValueError(f"{members!r} members of the view {view!r}")
    if members == 1:
        return NETS[view](labels, sizes)
    return Members(NETS[view](labels, sizes) for _ in range(members))


def use_threads(count: int) -> None:
    """How many threads torch may use from now on."""
    torch.set_num_threads(max(count, 1))


def revision_of(folder: Path) -> str:
    """Twelve hex digits that name the weights and their calibration."""
    digest = hashlib.sha256()
    for name in (WEIGHTS_FILE, CALIBRATION_FILE):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def _check(labels: Sequence[Label], learnt: Calibration, views: Sequence[str], folder: Path) -> None:
    for view, curves in learnt.curves.items():
        if view not in VIEWS or not len(curves) == len(learnt.thresholds[view]) == len(labels):
            raise BadModel(
                f"{folder}: {len(labels)} labels, but {len(curves)} curves for the view {view!r}.",
                "config.json and calibration.json must come from one export.",
            )
    if len(learnt.picture_share) != len(labels):
        raise BadModel(f"{folder}: {len(labels)} labels, but {len(learnt.picture_share)} shares of the picture.")
    shares = () if learnt.beat_share is None else learnt.beat_share
    if "beat" in views and ("signal" not in views or len(shares) != len(labels)):
        raise BadModel(
            f"{folder}: nets of the average beat without signal nets or without a share of each label.",
            "config.json and calibration.json must come from one export.",
        )


def _json(path: Path) -> dict:
    if not path.is_file():
        raise BadModel(f"The model folder {path.parent} has no {path.name}.", "Is it a complete findings folder?")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadModel(f"{path} is no JSON ({error}).", "Export the folder again.") from error


def _halves(nets: Mapping[str, torch.nn.Module]) -> dict[str, torch.Tensor]:
    weights = {}
    for view, net in nets.items():
        for name, tensor in net.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            half = tensor.detach().to("cpu", torch.float16).contiguous()
            if not torch.isfinite(half).all():
                raise BadModel(f"The weight {view}.{name} does not fit float16.", "Did training diverge?")
            weights[f"{view}.{name}"] = half
    return weights
