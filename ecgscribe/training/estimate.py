"""What a training would cost, before anything is downloaded: samples, steps, parameters, memory.

The model is built without weights (torch's meta device) from its known sizes, and the activations are counted by
running one forward pass in which nothing is computed.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch

from ecgscribe.captioner.small import small_config
from ecgscribe.hub import local_folder
from ecgscribe.training.options import TrainOptions
from ecgscribe.training.scenarios import BASE, LARGE
from ecgscribe.training.start import SMALL, small_sizes

_TEXT = {"num_attention_heads": 12, "num_hidden_layers": 12, "vocab_size": 30524, "hidden_size": 768}
_BASE_VISION = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
_LARGE_VISION = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096}
KNOWN = {BASE: _BASE_VISION, LARGE: _LARGE_VISION}
"""Sizes of the published checkpoints' towers, as their config.json states them."""
TYPICAL_TOKENS = 40  # PTB-XL captions in batches are rarely longer


@dataclass(frozen=True)
class Estimate:
    """Samples and steps of the whole training, and bytes on each device."""

    train_rows: int
    validation_rows: int
    steps_per_epoch: int
    steps: int
    parameters: int
    state_bytes: int
    activation_bytes: int

    @property
    def memory_bytes(self) -> int:
        """Weights, gradients, AdamW's two averages and one batch's activations."""
        return self.state_bytes + self.activation_bytes

    def lines(self) -> list[str]:
        """For people."""
        gib = 1024**3
        return [
            f"training rows      {self.train_rows:,}",
            f"validation rows    {self.validation_rows:,}",
            f"steps per epoch    {self.steps_per_epoch:,}",
            f"steps in all       {self.steps:,}",
            f"parameters         {self.parameters:,}",
            f"memory per device  {self.memory_bytes / gib:.2f} GiB (weights and optimiser {self.state_bytes / gib:.2f},"
            f" activations of a batch {self.activation_bytes / gib:.2f}; estimated)",
        ]


def estimate(options: TrainOptions, rows: dict[str, int], processes: int = 1) -> Estimate:
    """`rows` split -> rows that the dataset has. Raises `Offline` or `BadModel` for a model of unknown sizes."""
    train, validation = wanted_rows(options.subset, rows)
    per_epoch = math.ceil(math.ceil(train / (options.batch_size * processes)) / options.accumulation)
    steps = options.max_steps or math.ceil(per_epoch * options.epochs)
    with torch.device("meta"):
        model = _model(config_of(options))
    parameters = sum(weight.numel() for weight in model.parameters())
    saved = activation_bytes(model, options.batch_size, min(options.max_tokens, TYPICAL_TOKENS))
    if options.bf16:
        saved = saved * 5 // 8  # products in two bytes; norms, soft maxima and the loss stay in four
    return Estimate(train, validation, per_epoch, steps, parameters, parameters * 16, saved)


def wanted_rows(records: int, rows: dict[str, int]) -> tuple[int, int]:
    """Training and validation rows of `records` split 80:10:10, as far as the dataset has them; 0 = all."""
    train, validation = rows.get("train", 0), rows.get("validation", 0)
    if not records:
        return train, validation
    return min(train, round(records * 0.8)), min(validation, round(records * 0.1))


def config_of(options: TrainOptions):
    """The configuration of the model that training would start from; published ones are known without the Hub."""
    from transformers import BlipConfig

    if options.init == SMALL:
        return small_config(_Vocabulary(options.vocabulary), **small_sizes(options))
    size = options.pixels().size_px[0]
    if options.init in KNOWN:
        vision = KNOWN[options.init] | {"patch_size": 16, "image_size": size, "initializer_range": 0.02}
        return BlipConfig(text_config=_TEXT, vision_config=vision)
    folder = local_folder(options.init, options.revision or None)
    config = BlipConfig(**json.loads((Path(folder) / "config.json").read_text(encoding="utf-8")))
    config.vision_config.image_size = size
    return config


def activation_bytes(model, batch_size: int, tokens: int) -> int:
    """Bytes kept for the backward pass by one forward pass on the meta device."""
    seen: dict[int, torch.UntypedStorage] = {}
    weights = {weight.untyped_storage()._cdata for weight in model.parameters()}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in weights:
            seen[storage._cdata] = storage  # kept alive, so that its address is not used again
        return tensor

    size = model.config.vision_config.image_size
    ids = torch.zeros((batch_size, tokens), dtype=torch.long, device="meta")
    model.train()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        outputs = model(
            pixel_values=torch.zeros((batch_size, 3, size, size), device="meta"),
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            labels=ids,
        )
    outputs.loss.sum()
    return sum(storage.nbytes() for storage in seen.values())


def _model(config):
    from transformers import BlipForConditionalGeneration

    return BlipForConditionalGeneration(config)


class _Vocabulary:
    """As much of a tokenizer as a configuration asks for."""

    bos_token_id, sep_token_id, pad_token_id = 5, 3, 0

    def __init__(self, size: int):
        self.size = size

    def __len__(self) -> int:
        return self.size
