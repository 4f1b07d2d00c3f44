"""The recipe of the embedded model `models/ecg-blip-small`: three stages on pages drawn anew for every epoch.

1. `language`: the text decoder learns to write reports from SCP codes, on every report whose patient is in training.
2. `look`: the vision tower learns the trace under each patch and the record's findings.
3. `caption`: both together, on pages; the first two tasks go on with small weights, so neither half forgets.

One checkpoint an epoch; started again with the same options it goes on where it stopped. Validation chooses the epoch.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from ecgscribe.core.errors import BadOption
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.disk import write_text
from ecgscribe.training.draw import draw_plain, draw_varied
from ecgscribe.training.language import CodeTokens, ReportBank, caption_batch
from ecgscribe.training.pretext import SUPERCLASSES, PretextHeads, label_matrix, label_names
from ecgscribe.training.recordbank import RecordBank

STAGES = ("language", "look", "caption")
_TRACE_LAYER = 3  # the trace is read after this vision layer; the later ones are free for findings


@dataclass(frozen=True)
class EmbeddedOptions:
    """Settings of the recipe; the defaults are those of the published folder."""

    seed: int = 42
    language_epochs: int = 3
    look_epochs: int = 10
    caption_epochs: int = 6
    batch: int = 32
    look_rate: float = 6e-4
    caption_rate: float = 4e-4
    language_rate: float = 8e-4
    weight_decay: float = 0.05
    least_label: int = 12
    label_smoothing: float = 0.1
    code_drop: float = 0.15
    workers: int = 1
    threads: int = 1

    def epochs(self, stage: str) -> int:
        return getattr(self, f"{stage}_epochs")


class _Drawn(Dataset):
    """Index (epoch, record, style seed) -> picture, trace, labels, record. Epoch -1 draws the plain page."""

    def __init__(self, bank: RecordBank, labels: np.ndarray, preprocess: Preprocess, columns: int, seed: int):
        self.bank, self.labels, self.preprocess, self.columns, self.seed = bank, labels, preprocess, columns, seed

    def __getitem__(self, index: tuple[int, int, int]):
        epoch, k, style_seed = index
        ecg = self.bank.ecg(k)
        if epoch < 0:
            drawn = draw_plain(ecg, self.preprocess, self.columns)
        else:
            seed = (self.seed, epoch, self.bank.rows[k].ecg_id)
            drawn = draw_varied(ecg, self.preprocess, self.columns, seed, style_seed)
        return drawn.picture, drawn.trace_mv, self.labels[k], k


def _collate(items):
    pictures, traces, labels, places = zip(*items, strict=True)
    return (
        torch.from_numpy(np.stack(pictures)),
        torch.from_numpy(np.stack(traces)),
        torch.from_numpy(np.stack(labels)),
        list(places),
    )


class EmbeddedTraining:
    """Holds model, heads and data; `run` trains what is left to train and leaves the best weights in `model`."""

    def __init__(
        self,
        model,
        tokenizer,
        preprocess: Preprocess,
        train: RecordBank,
        validation: RecordBank,
        reports: ReportBank,
        options: EmbeddedOptions,
        work: Path,
    ):
        self.model, self.tokenizer, self.preprocess = model, tokenizer, preprocess
        self.train, self.validation, self.reports = train, validation, reports
        self.options, self.work = options, work
        vision = model.config.vision_config
        self.columns = vision.image_size // vision.patch_size
        self.names = self._kept_names(label_names(train.rows, train.captions, options.least_label))
        hidden = vision.hidden_size
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(options.seed)
            self.heads = PretextHeads(hidden, len(self.names))
            self.codes = CodeTokens(len(reports.code_names), hidden)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.parts = torch.nn.ModuleDict({"model": model, "heads": self.heads, "codes": self.codes}).to(self.device)
        self.mean = torch.tensor(preprocess.mean, device=self.device)[:, None, None]
        self.spread = torch.tensor(preprocess.spread, device=self.device)[:, None, None]
        self.history: list[dict] = []

    def _kept_names(self, names: list[str]) -> list[str]:
        """The labels that this run began with: a mended glossary must not give the heads other meanings."""
        path = self.work / "labels.json"
        if not path.exists():
            self.work.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(names))
        return json.loads(path.read_text())

    def run(self) -> None:
        """Trains every stage; raises `BadOption` when `work` holds a run with other options."""
        torch.set_num_threads(self.options.threads)
        torch.manual_seed(self.options.seed)
        self.work.mkdir(parents=True, exist_ok=True)
        done = self._resume()
        for stage in STAGES:
            first = done.get(stage, 0)
            if first < self.options.epochs(stage):
                self._stage(stage, first)
        best = self.work / "best.pt"
        if best.exists():
            self.parts.load_state_dict(torch.load(best, map_location=self.device, weights_only=True))

    def _stage(self, stage: str, first: int) -> None:
        epochs, steps = self.options.epochs(stage), self._steps(stage)
        optimizer = self._optimizer(stage)
        rate = getattr(self.options, f"{stage}_rate")
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, [group["lr"] for group in optimizer.param_groups], total_steps=epochs * steps + 1, pct_start=0.12
        )
        state = self.work / f"optimizer-{stage}.pt"
        if first and state.exists():
            held = torch.load(state, map_location=self.device, weights_only=True)
            optimizer.load_state_dict(held["optimizer"])
            schedule.load_state_dict(held["schedule"])
        for epoch in range(first, epochs):
            begun = time.time()
            torch.manual_seed(hash_seed(self.options.seed, stage, epoch))
            self.parts.train()
            losses: list[dict[str, float]] = []
            for parts in self._losses(stage, epoch):
                loss = sum(parts.values())
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.parts.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                losses.append({name: float(value.detach()) for name, value in parts.items()})
                if len(losses) % 25 == 0:
                    print(
                        f"\r{stage} {epoch + 1}/{epochs} step {len(losses)}/{steps} {_mean(losses[-25:])}",
                        end="",
                        flush=True,
                    )
            entry = {
                "stage": stage,
                "epoch": epoch + 1,
                "rate": rate,
                "train": _mean(losses),
                "seconds": round(time.time() - begun, 1),
                **self._validate(stage),
            }
            entry["seconds_all"] = round(time.time() - begun, 1)
            self.history.append(entry)
            print(f"\r{json.dumps(entry)}", flush=True)
            self._checkpoint(stage, epoch + 1, optimizer, schedule)

    def _optimizer(self, stage: str) -> torch.optim.Optimizer:
        rate = getattr(self.options, f"{stage}_rate")
        vision, text = [*self.model.vision_model.parameters()], [*self.model.text_decoder.parameters()]
        heads = [*self.heads.parameters()]
        groups = {
            "language": [{"params": [*text, *self.codes.parameters()], "lr": rate}],
            "look": [{"params": [*vision, *heads], "lr": rate}],
            # the eye has learnt; the pen has to learn where to look
            "caption": [
                {"params": [*vision, *heads], "lr": rate * 0.6},
                {"params": [*text, *self.codes.parameters()], "lr": rate},
            ],
        }[stage]
        return torch.optim.AdamW(groups, weight_decay=self.options.weight_decay, betas=(0.9, 0.98))

    def _steps(self, stage: str) -> int:
        if stage == "language":
            return len(self.reports.captions) // (4 * self.options.batch)
        return len(self._writable(stage)) // self.options.batch

    def _writable(self, stage: str) -> np.ndarray:
        """Records to draw: all for looking, those with a caption for writing."""
        return np.array([k for k, caption in enumerate(self.train.captions) if caption or stage == "look"])

    def _losses(self, stage: str, epoch: int) -> Iterator[dict[str, torch.Tensor]]:
        rng = np.random.default_rng([self.options.seed, STAGES.index(stage), epoch])
        reports = self._report_batches(rng, self.options.batch * 4 if stage == "language" else self.options.batch // 2)
        if stage == "language":
            for _ in range(self._steps(stage)):
                yield {"language": self._language_loss(next(reports), rng)}
            return
        for pictures, traces, labels, places in self._pages(stage, epoch, rng):
            with self._autocast():
                tokens, inner = self._see(pictures)
                parts = {
                    "trace": self.heads.trace_loss(inner, traces.to(self.device)),
                    "findings": self.heads.findings_loss(tokens, labels.to(self.device)),
                }
                if stage == "caption":
                    parts = {name: 0.7 * value for name, value in parts.items()}
                    captions = [self.train.captions[k] for k in places]
                    parts["caption"] = self._text_loss(captions, tokens, None)
                    parts["language"] = 0.3 * self._language_loss(next(reports), rng)
            yield parts

    def _pages(self, stage: str, epoch: int, rng: np.random.Generator) -> DataLoader:
        order = rng.permutation(self._writable(stage))
        batch = self.options.batch
        drawn_epoch = epoch + 1000 * STAGES.index(stage)
        batches = [
            [(drawn_epoch, int(k), drawn_epoch * 10_000 + b) for k in order[b * batch : (b + 1) * batch]]
            for b in range(len(order) // batch)
        ]
        return self._loader(self.train, batches)

    def _loader(self, bank: RecordBank, batches) -> DataLoader:
        labels = label_matrix(self.names, bank.rows, bank.captions)
        data = _Drawn(bank, labels, self.preprocess, self.columns, self.options.seed)
        return DataLoader(
            data,
            batch_sampler=batches,
            collate_fn=_collate,
            num_workers=self.options.workers,
            prefetch_factor=4 if self.options.workers else None,
            worker_init_fn=_single_thread,
        )

    def _report_batches(self, rng: np.random.Generator, size: int) -> Iterator[np.ndarray]:
        lengths = np.array([len(caption) for caption in self.reports.captions])
        while True:
            order = rng.permutation(len(lengths))
            # captions of like length share a batch, in mixed order: a third of the padding
            pools = [order[start : start + 32 * size] for start in range(0, len(order), 32 * size)]
            order = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
            for k in rng.permutation(len(order) // size):
                yield order[k * size : (k + 1) * size]

    def _see(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """uint8 (N, H, W, 3) -> tokens after the last norm and after the trace layer, (N, T, D)."""
        pixels = (pictures.to(self.device).permute(0, 3, 1, 2).float() / 255 - self.mean) / self.spread
        vision = self.model.vision_model
        hidden = vision.embeddings(pixels)
        inner = hidden
        for k, layer in enumerate(vision.encoder.layers):
            hidden = layer(hidden)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
            if k + 1 == _TRACE_LAYER:
                inner = hidden
        return vision.post_layernorm(hidden), inner

    def _text_loss(self, captions, tokens: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        text = self.model.config.text_config
        batch = caption_batch(self.tokenizer, captions, text.bos_token_id, text.max_position_embeddings, self.device)
        if mask is None:
            mask = torch.ones(tokens.shape[:2], dtype=torch.long, device=self.device)
        logits = self.model.text_decoder(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            encoder_hidden_states=tokens,
            encoder_attention_mask=mask,
        ).logits
        smoothing = self.options.label_smoothing if self.model.training else 0.0
        return functional.cross_entropy(
            logits[:, :-1].float().flatten(0, 1),
            batch["labels"][:, 1:].flatten(),
            ignore_index=-100,
            label_smoothing=smoothing,
        )

    def _language_loss(self, chosen: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
        with self._autocast():
            tokens, mask = self.codes([self.reports.codes[k] for k in chosen], self.options.code_drop, rng)
            return self._text_loss([self.reports.captions[k] for k in chosen], tokens, mask)

    @torch.no_grad()
    def _validate(self, stage: str) -> dict:
        """Superclass AUROC and caption loss on plain pages of the validation patients."""
        if stage == "language":
            return {}
        from sklearn.metrics import roc_auc_score

        self.parts.eval()
        places = [
            [(-1, k, 0) for k in range(b, min(b + 32, len(self.validation)))]
            for b in range(0, len(self.validation), 32)
        ]
        told, held, text = [], [], []
        for pictures, _, labels, chosen in self._loader(self.validation, places):
            with self._autocast():
                tokens, _ = self._see(pictures)
                told.append(self.heads.findings(tokens.mean(1)).float().cpu())
                spoken = [k for k, index in enumerate(chosen) if self.validation.captions[index]]
                if stage == "caption" and spoken:
                    captions = [self.validation.captions[chosen[k]] for k in spoken]
                    text.append(float(self._text_loss(captions, tokens[spoken], None)))
            held.append(labels)
        told, held = torch.cat(told).numpy(), torch.cat(held).numpy()
        known = [k for k in range(len(self.names)) if 0 < held[:, k].sum() < len(held)]
        auroc = {k: roc_auc_score(held[:, k], told[:, k]) for k in known}
        superclass = [auroc[k] for k in range(len(SUPERCLASSES)) if k in auroc]
        result = {
            "superclass_auroc": round(float(np.mean(superclass)), 4),
            "label_auroc": round(float(np.mean(list(auroc.values()))), 4),
        }
        if text:
            result["caption_loss"] = round(float(np.mean(text)), 4)
        return result

    def _autocast(self):
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=bf16_is_fast(self.device))

    def _checkpoint(self, stage: str, epoch: int, optimizer, schedule) -> None:
        _save(self.parts.state_dict(), self.work / "last.pt")
        _save(
            {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()},
            self.work / f"optimizer-{stage}.pt",
        )
        captioned = [entry for entry in self.history if entry["stage"] == "caption"]
        if captioned and min(captioned, key=lambda entry: entry["caption_loss"]) is self.history[-1]:
            _save(self.parts.state_dict(), self.work / "best.pt")
        progress = {"options": asdict(self.options), "stage": stage, "epoch": epoch, "history": self.history}
        write_text(self.work / "progress.json", json.dumps(progress, indent=1))

    def _resume(self) -> dict[str, int]:
        """Epochs done by stage."""
        progress = self.work / "progress.json"
        if not progress.exists():
            return {}
        held = json.loads(progress.read_text())
        if held["options"] != asdict(self.options):
            raise BadOption(
                f"{self.work} holds a run with other options.", "Take another --work folder or the same options."
            )
        self.history = held["history"]
        self.parts.load_state_dict(torch.load(self.work / "last.pt", map_location=self.device, weights_only=True))
        at = STAGES.index(held["stage"])
        return {stage: self.options.epochs(stage) for stage in STAGES[:at]} | {held["stage"]: held["epoch"]}


def hash_seed(seed: int, stage: str, epoch: int) -> int:
    """One number from three, the same on every machine (Python's own hash is salted)."""
    return int(np.random.SeedSequence([seed, STAGES.index(stage), epoch]).generate_state(1)[0])


def bf16_is_fast(device: torch.device) -> bool:
    """Whether bfloat16 arithmetic is native; emulated it would be slower than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())


def _single_thread(_worker: int) -> None:
    import cv2

    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _mean(entries: list[dict[str, float]]) -> dict[str, float]:
    return (
        {name: round(float(np.mean([entry[name] for entry in entries])), 4) for name in entries[0]} if entries else {}
    )


def _save(state: dict, path: Path) -> None:
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)
