"""Every option of `train_hf.py` in one place: its default, its help, its limits."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import BadOption
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.row import ALL, PAGES, PHOTOS, STYLES
from ecgscribe.training.scenarios import PUBLISHED_OPTIMISER, scenario_named

SCHEDULES = ("cosine", "linear", "constant", "published")
PREPROCESSES = {"blip": Preprocess.blip, "published": Preprocess.published, "bands": Preprocess.lead_bands}
NOT_PART_OF_THE_RESULT = ("output", "resume", "dry_run", "push_to_hub", "workers", "cache")


def _option(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class TrainOptions:
    """Options of one training. Raises `BadOption` for values that do not exist or do not fit."""

    dataset: str = _option("", "dataset folder (build_dataset.py) or Hub dataset id")
    output: str = _option("", "model folder to write; checkpoints lie in it while training")
    scenario: str = _option("", "one of the six published scenarios; options given beside it win")
    published_optimiser: bool = _option(False, "the published learning rates instead of ours")
    init: str = _option("small", "'small' (from scratch, own vocabulary), a BLIP folder or a Hub id")
    revision: str = _option("", "revision of a Hub id given as --init")
    preprocess: str = _option("blip", "how a page becomes pixels: blip, published or bands (one lead a band)")
    vocabulary: int = _option(1500, "tokens of the own vocabulary (only from scratch)")
    subset: int = _option(0, "use about so many records, patient by patient, 80:10:10; smaller lie in larger; 0 = all")
    config: str = _option("pages", "which rows of the dataset: pages, photos or all (both)")
    caption_style: str = _option("", "text to learn: report or statements (default: as the dataset was built)")
    epochs: float = _option(10.0, "passes over the training rows")
    max_steps: int = _option(0, "stop after so many steps instead; 0 = by epochs")
    batch_size: int = _option(8, "pictures a step and process")
    accumulation: int = _option(1, "batches gathered before a step; equal to one larger batch")
    learning_rate: float = _option(2e-5, "highest rate of AdamW (from scratch 3e-4 is a good start)")
    weight_decay: float = _option(0.05, "weight decay of AdamW")
    warmup_share: float = _option(0.05, "share of the steps in which the rate rises")
    schedule: str = _option("cosine", "cosine, linear, constant or published")
    max_grad_norm: float = _option(1.0, "longest gradient; 0 = as it is")
    label_smoothing: float = _option(0.0, "share of the target spread over all tokens")
    dropout: float = _option(0.1, "dropout of the text part (only from scratch)")
    max_tokens: int = _option(96, "longer captions are cut, and counted")
    bf16: bool = _option(False, "compute in bfloat16 where the processor can")
    gradient_checkpointing: bool = _option(False, "less memory, a third more time")
    keep: str = _option("best", "which weights are kept: best (validation loss, looked at each epoch) or last")
    save_steps: int = _option(0, "checkpoint and validate every so many steps; 0 = each epoch")
    max_new_tokens: int = _option(80, "longest caption that the model will write, in tokens")
    num_beams: int = _option(1, "beams when it writes; 1 is greedy")
    seed: int = _option(42, "decides everything random")
    workers: int = _option(0, "processes that load pictures")
    cache: str = _option("", "folder for prepared pictures (default: inside the output)")
    allow_shared_patients: bool = _option(False, "accept a patient in two splits (published random splits)")
    resume: bool = _option(False, "go on from the last checkpoint in the output")
    dry_run: bool = _option(False, "print samples, steps, parameters and memory, then stop")
    push_to_hub: str = _option("", "Hub repository owner/name that gets the finished folder")

    def __post_init__(self):
        for name, known in (
            ("preprocess", tuple(PREPROCESSES)),
            ("schedule", SCHEDULES),
            ("keep", ("best", "last")),
            ("config", (PAGES, PHOTOS, ALL)),
            ("caption_style", ("", *STYLES)),
        ):
            if getattr(self, name) not in known:
                names = ", ".join(filter(None, known))
                raise BadOption(f"--{_flag(name)} {getattr(self, name)!r} does not exist.", f"Known: {names}.")
        for name in ("epochs", "batch_size", "accumulation", "learning_rate", "max_new_tokens", "num_beams"):
            if not getattr(self, name) > 0:
                raise BadOption(f"--{_flag(name)} must be above 0, got {getattr(self, name)}.")
        for name in ("subset", "max_steps", "weight_decay", "max_grad_norm", "save_steps", "workers", "seed"):
            if getattr(self, name) < 0:
                raise BadOption(f"--{_flag(name)} must not be negative, got {getattr(self, name)}.")
        for name in ("warmup_share", "label_smoothing", "dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise BadOption(f"--{_flag(name)} must be at least 0 and below 1, got {getattr(self, name)}.")
        if self.max_tokens < 4:
            raise BadOption(f"--max-tokens {self.max_tokens} leaves no room for a caption.", "Take at least 4.")

    @classmethod
    def build(cls, given: dict[str, Any]) -> TrainOptions:
        """Defaults, under the scenario's settings, under what was `given`. Unknown names raise `BadOption`."""
        unknown = sorted(set(given) - {known.name for known in fields(cls)})
        if unknown:
            raise BadOption(f"Unknown training options: {', '.join(unknown)}.", "See train_hf.py --help.")
        settings: dict[str, Any] = {}
        if given.get("scenario"):
            settings |= scenario_named(given["scenario"]).settings()
        if given.get("published_optimiser"):
            settings |= PUBLISHED_OPTIMISER
        if given.get("init", settings.get("init", "small")) == "small":
            settings.setdefault("learning_rate", 3e-4)
        return cls(**settings | given)

    def pixels(self) -> Preprocess:
        """The preprocessing by its name."""
        return PREPROCESSES[self.preprocess]()

    def recipe(self) -> dict[str, Any]:
        """What decides the result: all but places and running conditions. Kept as train_options.json.

        Folders appear by their names only: the file is published with the model.
        """
        kept = {name: value for name, value in asdict(self).items() if name not in NOT_PART_OF_THE_RESULT}
        for name in ("dataset", "init"):
            if Path(kept[name]).is_dir():
                kept[name] = Path(kept[name]).resolve().name
        return kept

    def to_json(self) -> str:
        return json.dumps(self.recipe(), indent=1, sort_keys=True) + "\n"


def _flag(name: str) -> str:
    return name.replace("_", "-")
