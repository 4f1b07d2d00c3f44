"""The recipe of `models/ecg-findings`: one view at a time, with Accelerate, resumable after every epoch.

One random variant of every record and epoch; asymmetric loss with class weights and the annotators' likelihoods; the
running mean of the weights (EMA) is what is validated and kept; validation patients choose the epoch.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch.utils.data import DataLoader

from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.evaluation.findings_scores import auroc, macro
from ecgscribe.findings.folder import NETS
from ecgscribe.findings.labels import Label
from ecgscribe.findings.nets import NetSizes
from ecgscribe.training.findings_data import DrawnFindings, FindingsData
from ecgscribe.training.findings_loss import asymmetric_loss, class_weights

LEAST_POSITIVES = 3
"""A statement that fewer validation records carry does not help to choose the epoch."""


@dataclass(frozen=True)
class FindingsOptions:
    """Settings of the recipe; the defaults are those of the published folder. `start` names a checkpoint of the same
    view, whose running mean the weights start from: for some last epochs with a falling rate."""

    seed: int = 42
    epochs: int = 14
    batch: int = 32
    rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up: float = 0.15
    bare: float = 0.7
    bare_end: float = 0.4
    gamma_negative: float = 2.0
    gamma_positive: float = 0.0
    margin: float = 0.02
    class_weight: float = 0.35
    ema: float = 0.998
    least_label: int = 20
    precision: str = "bf16"
    threads: int = 1
    workers: int = 0
    start: str = ""


class FindingsTraining:
    """Trains one `view` on `train`; the best weights (of the running mean) end in `net`, epochs told in `history`.

    `work` holds checkpoints; a second start with the same options goes on after the last whole epoch. Raises
    `BadOption` when the checkpoint there belongs to other options or labels.
    """

    def __init__(
        self,
        view: str,
        labels: Sequence[Label],
        train: FindingsData,
        validation: FindingsData,
        options: FindingsOptions,
        sizes: NetSizes,
        work: Path,
    ):
        self.view, self.labels, self.options, self.sizes, self.work = view, tuple(labels), options, sizes, work
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.accelerator = Accelerator(mixed_precision=options.precision)
        self.train_set = DrawnFindings(train, labels, view, options.seed)
        self.checked = DrawnFindings(validation, labels, view, options.seed)
        net = NETS[view](len(labels), sizes)
        decayed = [weight for weight in net.parameters() if weight.ndim > 1]
        other = [weight for weight in net.parameters() if weight.ndim <= 1]
        optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": options.weight_decay}, {"params": other, "weight_decay": 0.0}],
            lr=options.rate,
        )
        self.steps = len(train) // options.batch
        if not self.steps:
            raise BadOption(f"{len(train)} records do not fill a batch of {options.batch}.", "Use a smaller --batch.")
        self.net, self.optimizer = self.accelerator.prepare(net, optimizer)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, options.rate, total_steps=options.epochs * self.steps + 1, pct_start=options.warm_up
        )
        device = self.accelerator.device
        self.positive = class_weights(torch.from_numpy(self.train_set.target), options.class_weight).to(device)
        self.mean = {name: value.detach().clone() for name, value in self._plain().state_dict().items()}
        self.best: dict = {"score": -1.0}
        self.history: list[dict] = []

    def run(self, log=print) -> FindingsTraining:
        """Trains the epochs that are left."""
        for epoch in range(self._resumed(), self.options.epochs):
            started = time.monotonic()
            loss = self._epoch(epoch)
            entry = {"epoch": epoch, "loss": round(loss, 5), **self.scores()}
            entry["seconds"] = round(time.monotonic() - started, 1)
            self.history.append(entry)
            if entry["score"] > self.best["score"]:
                self.best = {"score": entry["score"], "epoch": epoch, "weights": _copied(self.mean)}
            if self.accelerator.is_main_process:
                self._save(epoch)
                log(f"{self.view} {json.dumps(entry)}", flush=True)
        self._plain().load_state_dict(self.best["weights"])
        return self

    def scores(self) -> dict[str, float]:
        """Validation AUROC of the running mean, on plain pages and after accidents."""
        answer = {}
        for name, epoch in (("plain", -1), ("worn", -2)):
            logits = self.logits(epoch)
            target = self.checked.target
            answer[f"{name}_superclass"] = round(macro(auroc, target[:, :5], logits[:, :5]), 4)
            answer[f"{name}_all"] = round(macro(auroc, target, logits, LEAST_POSITIVES), 4)
        answer["score"] = round(sum(answer.values()) / 4, 5)
        return answer

    def logits(self, epoch: int = -1) -> np.ndarray:
        """(validation records, labels) of the running mean on the frames of this epoch."""
        kept = _copied(self._plain().state_dict())
        self._plain().load_state_dict(self.mean)
        self.net.eval()
        index = [(epoch, k, k // self.options.batch, 0.0) for k in range(len(self.checked))]
        found = []
        with torch.no_grad():
            for *inputs, _, _ in self._loader(self._kept_frames(epoch), index, self.options.batch):
                found.append(self._answers(inputs).float().cpu().numpy())
        self._plain().load_state_dict(kept)
        return np.concatenate(found)

    def _epoch(self, epoch: int) -> float:
        self.net.train()
        losses = []
        share = epoch / max(self.options.epochs - 1, 1)
        bare = self.options.bare + (self.options.bare_end - self.options.bare) * share
        for *inputs, target, weight in self._loader(self.train_set, list(self._order(epoch, bare)), self.options.batch):
            logits = self._answers(inputs).float()
            loss = self._loss(logits, target.to(logits.device), weight.to(logits.device))
            self.optimizer.zero_grad()
            self.accelerator.backward(loss)
            self.accelerator.clip_grad_norm_(self.net.parameters(), 5.0)
            self.optimizer.step()
            self.schedule.step()
            self._averaged()
            losses.append(float(loss.detach()))
        return float(np.mean(losses))

    def _loss(self, logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        """Superclasses count as much as all the rest."""
        options = self.options
        cells = asymmetric_loss(logits, target, options.gamma_negative, options.gamma_positive, options.margin)
        cells = cells * weight * torch.where(target > 0, self.positive, 1.0)
        return cells[:, :5].mean() + 2.0 * cells[:, 5:].mean()

    def _answers(self, inputs: Sequence[torch.Tensor]) -> torch.Tensor:
        device = self.accelerator.device
        moved = [tensor.to(device) for tensor in inputs]
        if self.view == "picture":
            moved[0] = moved[0].float() / 255
        with self.accelerator.autocast():
            return self.net(*moved)

    def _order(self, epoch: int, bare: float) -> Iterator[tuple[int, int, int, float]]:
        """Whole batches in random order; a batch shares one style seed."""
        order = Chance(self.options.seed, "order", str(epoch)).shuffled(range(len(self.train_set)))
        for place in range(self.steps * self.options.batch):
            style_seed = (self.options.seed + epoch) * 100_000 + place // self.options.batch
            yield epoch, order[place], style_seed, bare

    def _loader(self, items, index: list, batch: int) -> DataLoader:
        return DataLoader(items, batch, sampler=index, num_workers=self.options.workers)

    def _kept_frames(self, epoch: int):
        """Validation inputs do not change: they are made once and held."""
        held = self.__dict__.setdefault("_held", {})
        if epoch not in held:
            size = self.options.batch
            held[epoch] = {
                index: self.checked[index] for index in ((epoch, k, k // size, 0.0) for k in range(len(self.checked)))
            }
        return held[epoch]

    def _averaged(self) -> None:
        seen = self.schedule.last_epoch
        keep = min(self.options.ema, (1 + seen) / (10 + seen))
        with torch.no_grad():
            for name, value in self._plain().state_dict().items():
                if value.is_floating_point():
                    self.mean[name].lerp_(value, 1 - keep)
                else:
                    self.mean[name].copy_(value)

    def _plain(self) -> torch.nn.Module:
        return self.accelerator.unwrap_model(self.net)

    def _mark(self) -> str:
        """What must not change between two starts of one run."""
        options = {k: v for k, v in asdict(self.options).items() if k not in ("threads", "workers", "precision")}
        if not self.options.start:
            del options["start"]  # as in checkpoints from before there was such an option
        return json.dumps([self.view, [x.code for x in self.labels], options, self.sizes.to_dict()], sort_keys=True)

    def _save(self, epoch: int) -> None:
        self.work.mkdir(parents=True, exist_ok=True)
        part = self.work / f"{self.view}.part"
        torch.save(
            {
                "mark": self._mark(),
                "epoch": epoch,
                "net": self._plain().state_dict(),
                "mean": self.mean,
                "best": self.best,
                "optimizer": self.optimizer.state_dict(),
                "schedule": self.schedule.state_dict(),
                "history": self.history,
                "labels": [label.to_dict() for label in self.labels],
                "sizes": self.sizes.to_dict(),
            },
            part,
        )
        os.replace(part, self.work / f"{self.view}.pt")

    def _resumed(self) -> int:
        """The epoch to go on with."""
        path = self.work / f"{self.view}.pt"
        if not path.exists():
            self._started()
            return 0
        held = torch.load(path, map_location="cpu", weights_only=True)
        if held["mark"] != self._mark():
            raise BadOption(f"{path} belongs to a training with other options.", "Name another --work folder.")
        self._plain().load_state_dict(held["net"])
        self.optimizer.load_state_dict(held["optimizer"])
        self.schedule.load_state_dict(held["schedule"])
        self.mean, self.best, self.history = held["mean"], held["best"], held["history"]
        # dropout of the epochs that are left: another stream than that of the first epochs
        torch.manual_seed(self.options.seed + 1000 * (held["epoch"] + 1))
        return held["epoch"] + 1

    def _started(self) -> None:
        """The weights of the checkpoint `start`, if there is one to start from."""
        if not self.options.start:
            return
        path = Path(self.options.start)
        held = torch.load(path, map_location="cpu", weights_only=True) if path.is_file() else None
        wanted = [label.to_dict() for label in self.labels]
        if held is None or held["labels"] != wanted or held["sizes"] != self.sizes.to_dict():
            raise BadOption(f"{path} is no checkpoint of these labels and sizes.", "Name one of the same recipe.")
        self._plain().load_state_dict(held["mean"])
        self.mean = _copied(held["mean"])


def _copied(weights: dict) -> dict:
    return {name: value.detach().clone() for name, value in weights.items()}
