"""Trains a captioner on a dataset of rows and leaves a complete model folder.

transformers' Trainer with our batch, our loss and our checks; works alone, with accelerate launch and torchrun.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainingArguments, set_seed
from transformers.trainer_utils import get_last_checkpoint

from ecgscribe.captioner.folder import WEIGHTS_FILE, save_folder
from ecgscribe.captioner.generation import Generation
from ecgscribe.core.errors import BadOption
from ecgscribe.data.disk import write_text
from ecgscribe.data.subset import subset_rows
from ecgscribe.training.card import training_card
from ecgscribe.training.collator import Collator, TokenLoss, token_text
from ecgscribe.training.frames import FrameRows, keep_frames
from ecgscribe.training.options import TrainOptions
from ecgscribe.training.start import SMALL, start_model, start_tokenizer

RECIPE_FILE, RECORD_FILE, WORK_FOLDER = "train_options.json", "training.json", ".cache"
Say = Callable[[str], None]


class CaptionTrainer(Trainer):
    """Trainer for BLIP: the loss a token over all accumulated batches and processes; pictures reach the collator."""

    def __init__(self, options: TrainOptions, model, tokenizer, **arguments):
        super().__init__(
            model=model,
            data_collator=Collator(tokenizer.pad_token_id),
            compute_loss_func=TokenLoss(options.label_smoothing),
            processing_class=tokenizer,
            **arguments,
        )
        self.options = options
        # BLIP's forward takes any keyword, so Trainer believes that it divides by num_items_in_batch; it does not
        self.model_accepts_loss_kwargs = False

    def create_scheduler(self, num_training_steps: int, optimizer=None):
        """The published schedule (a cosine of period 1,000 steps that rises first), or transformers' own."""
        if self.options.schedule != "published":
            return super().create_scheduler(num_training_steps, optimizer)
        if self.lr_scheduler is None:
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, published_share)
        return self.lr_scheduler


def published_share(step: int) -> float:
    """Rate at `step` as a share of the first rate: CosineAnnealingLR(T_max=500, eta_min = twice the first rate)."""
    return 2.0 - (1.0 + math.cos(math.pi * step / 500)) / 2.0


def train(options: TrainOptions, say: Say = print) -> Path:
    """Trains and returns the model folder. Only the first process prints and writes.

    Raises `BadOption` for an output that holds another training, rows that cannot be used or options that do not
    fit them; `BadModel` and `Offline` for the model it starts from.
    """
    output, started = Path(options.output), time.monotonic()
    arguments = training_arguments(options)
    first = arguments.process_index == 0
    say = say if first else _silent
    last = _claim(options, output, arguments)
    if options.resume and (output / RECORD_FILE).is_file() and (output / WEIGHTS_FILE).is_file():
        say(f"{output} is already finished; nothing was trained")
        return output
    set_seed(options.seed)
    sets, tokenizer, model = _prepared(options, output, arguments, say)
    trainer = CaptionTrainer(
        options, model, tokenizer, args=arguments, train_dataset=sets["train"], eval_dataset=sets.get("validation")
    )
    if options.gradient_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    say(f"training {len(sets['train'])} rows on {arguments.device}, {arguments.world_size} process(es)")
    with _without_cache(model):
        outcome = trainer.train(resume_from_checkpoint=last)
    if first:
        record = _record(options, trainer, sets, outcome.global_step, time.monotonic() - started)
        generation = Generation(options.max_new_tokens, options.num_beams)
        has_results = (output / "results.json").is_file()
        extra = {
            "README.md": training_card(record, has_results),
            RECORD_FILE: json.dumps(record, indent=1, sort_keys=True) + "\n",
        }
        save_folder(output, trainer.model, tokenizer, options.pixels(), generation, extra)
        say(f"model folder {output}")
    trainer.accelerator.wait_for_everyone()
    return output


def training_arguments(options: TrainOptions) -> TrainingArguments:
    """Our options in transformers' words."""
    schedule = {"constant": "constant_with_warmup", "published": "constant"}.get(options.schedule, options.schedule)
    every = {"strategy": "steps", "steps": options.save_steps} if options.save_steps else {"strategy": "epoch"}
    if options.workers:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return TrainingArguments(
        output_dir=options.output,
        num_train_epochs=options.epochs,
        max_steps=options.max_steps or -1,
        per_device_train_batch_size=options.batch_size,
        per_device_eval_batch_size=options.batch_size,
        gradient_accumulation_steps=options.accumulation,
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        warmup_steps=options.warmup_share,
        lr_scheduler_type=schedule,
        max_grad_norm=options.max_grad_norm,
        bf16=options.bf16,
        use_cpu=not torch.cuda.is_available(),
        seed=options.seed,
        data_seed=options.seed,
        dataloader_num_workers=options.workers,
        remove_unused_columns=False,
        label_names=["labels"],
        prediction_loss_only=True,
        save_strategy=every["strategy"],
        save_steps=every.get("steps", 500),
        eval_strategy=every["strategy"] if options.keep == "best" else "no",
        eval_steps=every.get("steps"),
        load_best_model_at_end=options.keep == "best",
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        save_total_limit=2,
        logging_first_step=True,
        logging_steps=10,
        report_to="none",
        disable_tqdm=not sys.stderr.isatty(),
        ddp_find_unused_parameters=False,
        ddp_timeout=86_400,  # seconds; the others wait while the first process prepares the pages
    )


def _claim(options: TrainOptions, output: Path, arguments: TrainingArguments) -> str | None:
    """The checkpoint to go on from, or None. Refuses an output that holds another training."""
    if not options.output or not options.dataset:
        raise BadOption("Training needs --dataset and --output.", "See train_hf.py --help.")
    recipe, last = output / RECIPE_FILE, None
    if output.is_dir():
        last = get_last_checkpoint(str(output))
    if (last or (output / RECORD_FILE).is_file()) and not options.resume:
        raise BadOption(f"{output} already holds a training.", "Go on with --resume, or choose another --output.")
    if options.resume and recipe.is_file():
        before, now = json.loads(recipe.read_text(encoding="utf-8")), json.loads(options.to_json())
        names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
        if names:
            raise BadOption(
                f"The training in {output} was begun with other options ({', '.join(names)} differ).",
                "Resume with the same options, or choose another --output.",
            )
    with arguments.main_process_first():
        if arguments.process_index == 0:
            output.mkdir(parents=True, exist_ok=True)
            write_text(recipe, options.to_json())  # whole at once: other processes may be reading it
    return last


def _prepared(options: TrainOptions, output: Path, arguments: TrainingArguments, say: Say):
    """(sets by split, tokenizer, model). The first process prepares; the others then read what it kept."""
    cache = Path(options.cache) if options.cache else output / WORK_FOLDER
    with arguments.main_process_first():
        rows = _rows(options)
        _same_rows(rows, output / WORK_FOLDER / "rows.txt", options.resume)
        tokenizer = model = None
        if options.init == SMALL:
            tokenizer = start_tokenizer(options, rows["train"]["caption"], output / WORK_FOLDER / "tokenizer")
        model, tokenizer = start_model(options, tokenizer)
        longest = min(options.max_tokens, model.config.text_config.max_position_embeddings)
        sets = {}
        for split, part in rows.items():
            pictures = (row["image"]["bytes"] for row in part)
            kept = keep_frames(pictures, options.pixels(), cache, options.workers, _progress(split, len(part), say))
            texts = [token_text(tokenizer, caption, longest) for caption in part["caption"]]
            sets[split] = FrameRows.of(options.pixels(), kept, texts)
            for reason, count in sorted(sets[split].dropped.items()):
                say(f"{split}: {count} rows left out ({reason})")
            if sets[split].cut:
                say(f"{split}: {sets[split].cut} captions are longer than {longest} tokens and were cut")
    if len(sets["train"]) == 0:
        raise BadOption(f"No row of {options.dataset} can be trained on.", f"Reasons: {dict(sets['train'].dropped)}.")
    if options.keep == "best" and not len(sets.get("validation", ())):
        raise BadOption("--keep best needs validation rows, and there are none.", "Use --keep last.")
    return sets, tokenizer, model


def _rows(options: TrainOptions) -> dict[str, Any]:
    """Training rows, and validation rows when the best weights are to be kept."""
    from ecgscribe.data.rows import load_rows

    data = load_rows(
        options.dataset,
        allow_shared_patients=options.allow_shared_patients,
        decode=False,
        config=options.config,
        caption_style=options.caption_style,
    )
    counts = {split: len(data[split]) for split in data}
    if not counts.get("train"):
        raise BadOption(f"The dataset {options.dataset} has no training rows.", f"It has {counts}.")
    if options.subset:
        data = subset_rows(data, options.subset, options.seed)
    wanted = ("train", "validation") if options.keep == "best" and counts.get("validation") else ("train",)
    return {split: data[split] for split in wanted}


def _same_rows(rows: dict[str, Any], kept: Path, resume: bool) -> None:
    """Refuses to go on with other rows than those it was begun with."""
    digest = hashlib.sha256()
    for split, part in rows.items():
        for ecg_id, caption in zip(part["ecg_id"], part["caption"], strict=True):
            digest.update(f"{split}\t{ecg_id}\t{caption}\n".encode())
    known = kept.read_text() if kept.is_file() else ""
    if known == digest.hexdigest():  # the other processes come here too: what is right is not written again
        return
    if resume and known:
        raise BadOption("The dataset has changed since this training was begun.", "Choose another --output.")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(digest.hexdigest())


def _record(options: TrainOptions, trainer: Trainer, sets: dict, steps: int, seconds: float) -> dict[str, Any]:
    """What training.json and the card say."""
    import transformers

    import ecgscribe

    args = trainer.args
    return {
        "name": Path(options.output).resolve().name,
        "options": options.recipe(),
        "rows": {
            split: {"used": len(rows), "cut": rows.cut, "dropped": dict(rows.dropped)} for split, rows in sets.items()
        },
        "steps": steps,
        "seconds": round(seconds, 1),
        "processes": args.world_size,
        "device": torch.cuda.get_device_name() if args.device.type == "cuda" else f"{platform.machine()} CPU",
        "parameters": sum(weight.numel() for weight in trainer.model.parameters()),
        "preprocess_digest": options.pixels().digest,
        "best_validation_loss": trainer.state.best_metric,
        "history": [
            {name: entry[name] for name in ("step", "epoch", "loss", "eval_loss", "grad_norm") if name in entry}
            for entry in trainer.state.log_history
            if "loss" in entry or "eval_loss" in entry
        ],
        "versions": {
            "ecgscribe": ecgscribe.__version__,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "python": platform.python_version(),
        },
    }


class _without_cache:
    """Keys and values are not gathered while training; generation needs the setting back."""

    def __init__(self, model):
        self.config = model.text_decoder.config

    def __enter__(self):
        self.before, self.config.use_cache = self.config.use_cache, False

    def __exit__(self, *_):
        self.config.use_cache = self.before


def _progress(split: str, total: int, say: Say) -> Callable[[int], None]:
    step = max(total // 10, 50)
    return lambda done: say(f"{split}: {done} of {total} pages prepared") if done % step == 0 else None


def _silent(_: str) -> None:
    """What the other processes say."""
