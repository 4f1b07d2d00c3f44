"""Model folders: load a BLIP from one, write a complete one.

A complete folder holds config.json, model.safetensors, the tokenizer, processor_config.json (written from
`Preprocess`, so that plain transformers sees the same pixels), preprocess.json and generation.json.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ecgscribe.captioner.generation import FILE as GENERATION_FILE
from ecgscribe.captioner.generation import Generation
from ecgscribe.core.errors import BadModel, EcgscribeError
from ecgscribe.core.preprocess import Preprocess

PREPROCESS_FILE = "preprocess.json"
WEIGHTS_FILE = "model.safetensors"


def revision_of(folder: Path) -> str:
    """Twelve hex digits: the commit of a Hub snapshot, otherwise the digest of the weights."""
    if folder.parent.name == "snapshots":
        return folder.name[:12]
    digest = hashlib.sha256()
    with (folder / WEIGHTS_FILE).open("rb") as weights:
        while block := weights.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:12]


def load_blip(folder: Path):
    """Folder -> (`BlipForConditionalGeneration` in float32, tokenizer that knows [DEC]).

    Works for our folders and for published BLIP checkpoints. Raises `BadModel` for anything else.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoTokenizer, BlipForConditionalGeneration

    for name in ("config.json", WEIGHTS_FILE):
        if not (folder / name).is_file():
            raise BadModel(f"The model folder {str(folder)!r} has no {name}.", "Is it a complete BLIP folder?")
    try:
        with _no_progress():
            model, report = BlipForConditionalGeneration.from_pretrained(
                folder, dtype=torch.float32, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise BadModel(f"The model folder {str(folder)!r} does not load: {error}") from error
    missing = [key for key in report["missing_keys"] if "cls.predictions" not in key]
    if missing:
        raise BadModel(
            f"The weights of {str(folder)!r} do not fit BLIP's captioner: {len(missing)} tensors are missing,"
            f" such as {sorted(missing)[0]}.",
            "Name a BLIP image captioning model.",
        )
    return model, with_start_token(tokenizer, model.config.text_config)


def with_start_token(tokenizer, text_config):
    """The tokenizer, with [DEC] declared as its start token (published checkpoints do not declare it).

    Raises `BadModel` when tokenizer and model disagree about it or about the vocabulary.
    """
    if tokenizer.bos_token_id is None:
        tokenizer.add_special_tokens({"bos_token": "[DEC]"})
    if tokenizer.bos_token_id != text_config.bos_token_id or len(tokenizer) > text_config.vocab_size:
        raise BadModel(
            f"Tokenizer ({len(tokenizer)} tokens, start {tokenizer.bos_token_id}) and model"
            f" ({text_config.vocab_size} tokens, start {text_config.bos_token_id}) do not belong together."
        )
    return tokenizer


def processor_of(tokenizer, preprocess: Preprocess):
    """A plain `BlipProcessor` whose pixel values of `preprocess.picture(page)` equal `preprocess.pixels(page)`."""
    from transformers import BlipProcessor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    height, width = preprocess.size_px
    image_processor = BlipImageProcessorPil(
        size={"height": height, "width": width},
        resample={"box": 4, "bilinear": 2, "bicubic": 3}[preprocess.resample],
        image_mean=list(preprocess.mean),
        image_std=list(preprocess.spread),
        # the float32 of 1/255: the processor multiplies in float64 and rounds once, as Preprocess does in float32
        rescale_factor=float(np.float32(1 / 255)),
    )
    return BlipProcessor(image_processor, tokenizer)


def save_folder(
    folder: str | Path,
    model,
    tokenizer,
    preprocess: Preprocess,
    generation: Generation,
    extra: dict[str, str] | None = None,
    half: bool = True,
) -> Path:
    """Write a complete model folder, each file whole or not at all.

    `half`: weights as float16 in the file; config.json keeps float32, so that plain from_pretrained
    computes in float32. `extra` more text files, name -> content (README.md, results.json).
    Raises `BadModel` when picture sizes do not fit or weights do not fit float16.
    """
    size = model.config.vision_config.image_size
    if tuple(preprocess.size_px) != (size, size):
        raise BadModel(f"The model reads {size}x{size} px, its preprocessing makes {preprocess.size_px}.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as temporary:
        draft = Path(temporary)
        with _no_progress():
            model.save_pretrained(draft, state_dict=_halves(model) if half else None, max_shard_size="100GB")
        processor_of(tokenizer, preprocess).save_pretrained(draft)
        (draft / "generation_config.json").unlink(missing_ok=True)
        texts = {PREPROCESS_FILE: preprocess.to_json(), GENERATION_FILE: generation.to_json(), **(extra or {})}
        for name, text in texts.items():
            (draft / name).write_text(text, encoding="utf-8")
        # the weights last: a folder with weights is complete
        for path in sorted(draft.iterdir(), key=lambda path: path.name == WEIGHTS_FILE):
            path.chmod(0o644)  # safetensors makes its files readable by their owner alone
            os.replace(path, folder / path.name)
    return folder


def read_settings(folder: Path) -> tuple[Preprocess, Generation]:
    """preprocess.json and generation.json of a folder. Raises `BadModel` when either is missing or broken."""
    texts = {}
    for name in (PREPROCESS_FILE, GENERATION_FILE):
        if not (folder / name).is_file():
            raise BadModel(
                f"The model folder {str(folder)!r} has no {name}, so its pixels cannot be known.",
                "Train it with train_hf.py, or name a model trained by this project.",
            )
        texts[name] = (folder / name).read_text(encoding="utf-8")
    try:
        return Preprocess.from_dict(json.loads(texts[PREPROCESS_FILE])), Generation.from_json(texts[GENERATION_FILE])
    except (EcgscribeError, ValueError, TypeError) as error:
        raise BadModel(f"The settings in {str(folder)!r} cannot be used: {error}") from error


@contextmanager
def _no_progress() -> Iterator[None]:
    """transformers draws bars on stderr for work of a second."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _halves(model) -> dict:
    """float16 weights; tensors that are shared stay shared, so that they are stored once."""
    import torch

    known: dict[int, torch.Tensor] = {}
    weights = {}
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            if tensor.data_ptr() not in known:
                known[tensor.data_ptr()] = tensor.detach().to("cpu", torch.float16)
            half = known[tensor.data_ptr()].view(tensor.shape)
            if not torch.isfinite(half).all():
                raise BadModel(f"The weight {name} is not finite or too large for float16.", "Did training diverge?")
            tensor = half
        weights[name] = tensor.contiguous()
    return weights
