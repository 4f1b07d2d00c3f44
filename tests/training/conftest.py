"""A tiny dataset whose frames are already kept (no page is searched), and a tiny BLIP to start from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from training_rows import CAPTIONS, write_rows


@dataclass(frozen=True)
class TinySet:
    """`dataset` the folder, `cache` with its frames, `start` a tiny BLIP folder."""

    dataset: Path
    cache: Path
    start: Path

    def options(self, output: Path, **given) -> dict:
        """Options for a training of a few steps."""
        return {
            "dataset": str(self.dataset),
            "output": str(output),
            "cache": str(self.cache),
            "init": str(self.start),
            "preprocess": "published",
            "batch_size": 4,
            "max_steps": 3,
            "keep": "last",
            "learning_rate": 1e-3,
            "seed": 7,
        } | given


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> TinySet:
    import datasets

    from ecgscribe.captioner.folder import save_folder
    from ecgscribe.captioner.generation import Generation
    from ecgscribe.captioner.small import small_blip
    from ecgscribe.captioner.tokenizer import build_tokenizer
    from ecgscribe.core.preprocess import Preprocess

    folder = tmp_path_factory.mktemp("tiny")
    datasets.config.HF_DATASETS_CACHE = folder / "datasets"
    pictures = write_rows(folder / "rows", "train", list(range(16)))
    pictures += write_rows(folder / "rows", "validation", list(range(100, 104)))
    preprocess = Preprocess.published()
    frames = folder / "cache" / f"frames-{preprocess.digest}"
    frames.mkdir(parents=True)
    for number, data in enumerate(pictures):
        frame = np.random.default_rng(number).integers(0, 256, (*preprocess.size_px, 3), dtype=np.uint8)
        Image.fromarray(frame).save(frames / f"{hashlib.sha256(data).hexdigest()[:32]}.png")
    tokenizer = build_tokenizer(CAPTIONS * 4, 300)
    sizes = {"patch_size": 56, "vision_layers": 1, "text_layers": 1, "hidden": 32, "heads": 2, "dropout": 0.0}
    model = small_blip(tokenizer, image_size=224, **sizes)
    start = save_folder(folder / "start", model, tokenizer, preprocess, Generation(), half=False)
    return TinySet(folder / "rows", folder / "cache", start)
