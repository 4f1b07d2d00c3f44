"""Training of the trace network (models/ecg-trace) from a PTB-XL folder: resumable, on one core or a GPU."""

from __future__ import annotations

import csv
import json
import os
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.standards import LEADS
from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import CONDITIONS
from ecgscribe.data.records import read_record
from ecgscribe.data.simulate import simulate
from ecgscribe.data.split import read_split_file, split_of_fold
from ecgscribe.digitize.folder import save_network
from ecgscribe.digitize.net import TraceConfig, TraceNet
from ecgscribe.training.trace_loss import trace_loss
from ecgscribe.training.trace_pages import crops

CHECKPOINT = "trace.pt"
_HELD = 2000  # recordings kept in memory
_AVERAGED = 400.0
_SIMULATED = 0.08  # of the recordings: shapes that are rare in PTB-XL


@dataclass(frozen=True)
class TraceOptions:
    """`hours` of this run (a later start goes on); `steps` over which the learning rate falls; `batch` crops a step,
    each seen `uses` times out of a store of `store`; `learning_rate` at its highest."""

    seed: int = 7
    hours: float = 2.0
    steps: int = 30000
    batch: int = 8
    uses: int = 4
    store: int = 400
    learning_rate: float = 2e-3
    threads: int = 1
    save_minutes: float = 3.0


def train_records(folder: Path, split_file: Path | None, excluded: frozenset[int]) -> list[Path]:
    """Paths of the training records (folds 1 to 8, or the split "train" of the file) that are there.

    Raises `BadOption` when none is.
    """
    with (folder / "ptbxl_database.csv").open(newline="", encoding="utf-8") as lines:
        rows = {int(float(row["ecg_id"])): row for row in csv.DictReader(lines)}
    if split_file is not None:
        splits = read_split_file(split_file)
    else:
        splits = {ecg_id: split_of_fold(int(float(row["strat_fold"]))) for ecg_id, row in rows.items()}
    ids = [ecg_id for ecg_id, split in splits.items() if split == "train" and ecg_id in rows]
    paths = [folder / rows[ecg_id]["filename_hr"] for ecg_id in ids if ecg_id not in excluded]
    paths = [path for path in paths if path.with_suffix(".hea").exists()]
    if not paths:
        raise BadOption(f"No training record was found in {folder}.", "Name a folder in PTB-XL's layout.")
    return paths


class RecordStore:
    """Draws recordings: real ones, of which some thousand stay in memory, and simulated ones now and then."""

    def __init__(self, paths: list[Path]):
        self.paths, self.held = paths, {}

    def __call__(self, chance: Chance) -> Ecg:
        if chance.happens(_SIMULATED):
            condition = chance.chosen(tuple(CONDITIONS))
            return _whole(simulate(condition, chance.whole(0, 2**31 - 1)).ecg)
        first = chance.whole(0, len(self.paths) - 1)
        for number in range(first, first + len(self.paths)):
            held = self._held(self.paths[number % len(self.paths)])
            if held is not None:
                return Ecg(held[0].astype(np.float32) / 1000, held[1])
        raise BadOption("None of the training records can be read.", "Check the folder of recordings.")

    def _held(self, path: Path) -> tuple[np.ndarray, float] | None:
        """(12, N) int16 uV and the rate of a record, read once; None where it cannot be read."""
        if path not in self.held:
            try:
                ecg = _whole(read_record(path))
            except BadRecord:
                return None
            if len(self.held) >= _HELD:
                self.held.pop(next(iter(self.held)))
            counts = np.clip(np.nan_to_num(ecg.signal_mv) * 1000, -32000, 32000).astype(np.int16)
            self.held[path] = (counts, ecg.rate_hz)
        return self.held[path]


def _whole(ecg: Ecg) -> Ecg:
    return Ecg(np.stack([ecg.lead_mv(lead) for lead in LEADS]), ecg.rate_hz)


def _averaged(average: torch.Tensor, new: torch.Tensor, count) -> torch.Tensor:
    """Moving average over at most `_AVERAGED` steps, over fewer at the beginning."""
    share = 1.0 / min(float(count) * 0.2 + 2.0, _AVERAGED)
    return average + (new - average) * share


class Trainer:
    """One training run in the folder `work`: network, optimiser, step; goes on from the checkpoint that lies there."""

    def __init__(self, work: Path, options: TraceOptions):
        self.work, self.options = work, options
        torch.set_num_threads(options.threads)
        cv2.setNumThreads(options.threads)
        torch.manual_seed(options.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = TraceNet(TraceConfig()).to(self.device, memory_format=torch.channels_last)
        self.average = torch.optim.swa_utils.AveragedModel(self.network, avg_fn=_averaged, use_buffers=True)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=options.learning_rate, weight_decay=1e-2)
        self.step, self.seconds = 0, 0.0
        work.mkdir(parents=True, exist_ok=True)
        if (work / CHECKPOINT).exists():
            self._load(torch.load(work / CHECKPOINT, map_location=self.device, weights_only=True))

    def _load(self, state: dict) -> None:
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds = state["step"], state["seconds"]

    def save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        torch.save(state, self.work / (CHECKPOINT + ".part"))
        os.replace(self.work / (CHECKPOINT + ".part"), self.work / CHECKPOINT)

    def learn(self, image: torch.Tensor, height: torch.Tensor) -> dict[str, float]:
        """One step on (N, 2, H, W) and (N, C)."""
        options = self.options
        warm = min((self.step + 1) / 100, 1.0)
        left = 0.5 * (1 + float(np.cos(np.pi * min(self.step / options.steps, 1.0))))
        for group in self.optimiser.param_groups:
            group["lr"] = options.learning_rate * warm * (0.02 + 0.98 * left)
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.network(image.to(self.device))
        loss, parts = trace_loss(logits, height.to(self.device))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self.average.update_parameters(self.network)
        self.step += 1
        return {"loss": float(loss.detach()), **parts}


def train_trace(
    folder: Path, split_file: Path | None, excluded: frozenset[int], output: Path, work: Path, options: TraceOptions
) -> Path:
    """Trains for `options.hours` (or to the last step) and writes the model folder `output`."""
    trainer = Trainer(work, options)
    store = RecordStore(train_records(folder, split_file, excluded))
    # every start draws new crops: those of earlier starts were seen
    source = crops(store, options.seed + trainer.step * 1000003)
    chance = Chance(options.seed, "trace batches", str(trainer.step))
    held: deque = deque(maxlen=options.store)
    began, saved, sums, fresh = time.time(), time.time(), [], options.batch / options.uses
    start_seconds, due = trainer.seconds, 0.0
    while time.time() - began < options.hours * 3600 and trainer.step < options.steps:
        due += fresh if len(held) >= 4 * options.batch else 4 * options.batch
        while due >= 1:
            held.append(next(source))
            due -= 1
        chosen = [held[chance.whole(0, len(held) - 1)] for _ in range(options.batch)]
        image = torch.from_numpy(np.stack([crop.image for crop in chosen]))
        height = torch.from_numpy(np.stack([crop.height for crop in chosen]))
        sums.append(trainer.learn(image, height))
        trainer.seconds = start_seconds + time.time() - began
        if trainer.step % 50 == 0:
            mean = {name: round(float(np.mean([part[name] for part in sums])), 4) for name in sums[0]}
            print(json.dumps({"step": trainer.step, "hours": round(trainer.seconds / 3600, 3), **mean}), flush=True)
            sums = []
        if time.time() - saved > options.save_minutes * 60:
            trainer.save()
            saved = time.time()
    trainer.save()
    return export(work, output, options)


def export(work: Path, output: Path, options: TraceOptions) -> Path:
    """The model folder of the averaged weights in the checkpoint of `work`, with training.json."""
    trainer = Trainer(work, options)
    save_network(trainer.average.module, output)
    fields = {**asdict(options), "step": trainer.step, "training_hours": round(trainer.seconds / 3600, 3)}
    (output / "training.json").write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    return output
