"""The model that training starts from: BLIP from a folder or the Hub, or the small one from scratch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch

from ecgscribe.captioner.folder import load_blip
from ecgscribe.captioner.small import small_blip
from ecgscribe.captioner.tokenizer import build_tokenizer
from ecgscribe.hub import local_folder
from ecgscribe.training.options import TrainOptions

SMALL = "small"


def start_tokenizer(options: TrainOptions, captions: Iterable[str], kept: Path):
    """The own vocabulary of the training captions, learnt once and kept in the folder `kept` for every process."""
    from transformers import AutoTokenizer

    if not (kept / "tokenizer.json").is_file():
        build_tokenizer(captions, options.vocabulary, options.max_tokens).save_pretrained(kept)
    return AutoTokenizer.from_pretrained(kept, local_files_only=True)


def start_model(options: TrainOptions, tokenizer=None):
    """(model in float32, tokenizer). With `init` small a `tokenizer` is needed; else it comes with the model.

    A published model made for another picture size gets its position table resized. Raises `BadModel`, `Offline`.
    """
    size = options.pixels().size_px[0]
    if options.init == SMALL:
        return small_blip(tokenizer, options.seed, **small_sizes(options)), tokenizer
    model, tokenizer = load_blip(local_folder(options.init, options.revision or None))
    resize_vision(model, size)
    return model, tokenizer


def small_sizes(options: TrainOptions) -> dict:
    """The small model's sizes for the preprocessing: patches of 24 px where they fit, else 16."""
    size = options.pixels().size_px[0]
    return {
        "image_size": size,
        "patch_size": 24 if size % 24 == 0 else 16,
        "positions": options.max_tokens,
        "dropout": options.dropout,
    }


def resize_vision(model, size_px: int) -> None:
    """Make a BLIP read square pictures of `size_px`, by bicubic interpolation of its position table, in place."""
    config = model.config.vision_config
    if config.image_size == size_px:
        return
    embeddings = model.vision_model.embeddings
    old, width = config.image_size // config.patch_size, config.hidden_size
    new = size_px // config.patch_size
    table = embeddings.position_embedding.detach()
    grid = table[:, 1:].reshape(1, old, old, width).permute(0, 3, 1, 2)
    grid = torch.nn.functional.interpolate(grid, size=(new, new), mode="bicubic", align_corners=False)
    table = torch.cat([table[:, :1], grid.permute(0, 2, 3, 1).reshape(1, new * new, width)], dim=1)
    embeddings.position_embedding = torch.nn.Parameter(table.contiguous())
    embeddings.image_size = config.image_size = size_px
    embeddings.num_patches, embeddings.num_positions = new * new, new * new + 1
