"""`Captioner`: a trained BLIP that reads a page and writes its caption."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ecgscribe.captioner.folder import load_blip, read_settings, revision_of, save_folder
from ecgscribe.captioner.generation import Generation
from ecgscribe.captioner.tokenizer import detokenise
from ecgscribe.core.errors import BadModel, BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.hub import local_folder


@dataclass
class Captioner:
    """BLIP, its tokenizer, the road from page to pixels and the generation settings.

    `revision` names the weights (Hub commit or digest). The model computes in float32 on `device`.
    """

    model: Any
    tokenizer: Any
    preprocess: Preprocess
    generation: Generation = field(default_factory=Generation)
    revision: str = "unsaved"
    device: str = "cpu"

    def __post_init__(self):
        size = self.model.config.vision_config.image_size
        if tuple(self.preprocess.size_px) != (size, size):
            raise BadModel(f"The model reads {size}x{size} px, its preprocessing makes {self.preprocess.size_px}.")
        self.generation = self.generation.fitting(self.model.config.text_config.max_position_embeddings)
        self.model.to(self.device).eval()
        decoder = json.loads(self.tokenizer.backend_tokenizer.to_str())["decoder"] or {}
        self._exact = decoder.get("type") != "WordPiece"

    @classmethod
    def from_pretrained(
        cls, folder_or_id: str | Path, revision: str | None = None, device: str | None = None
    ) -> Captioner:
        """Loads a model folder or Hub id, on CUDA where there is one.

        Raises `BadModel` for a folder without preprocess.json or generation.json (nobody could know which
        pixels it wants) or with weights that do not fit; `Offline` when the Hub is needed and away.
        """
        import torch

        folder = local_folder(folder_or_id, revision)
        preprocess, generation = read_settings(folder)
        model, tokenizer = load_blip(folder)
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        return cls(model, tokenizer, preprocess, generation, revision_of(folder), device)

    def save_pretrained(self, folder: str | Path, extra: dict[str, str] | None = None) -> Path:
        """Writes a complete model folder, weights as float16; `extra` text files, name -> content."""
        return save_folder(folder, self.model, self.tokenizer, self.preprocess, self.generation, extra)

    def read(self, page: Page) -> str:
        """The caption of one page. Raises `BadOption` when the preprocessing needs leads that were not located.

        Settings that sample draw by a seed from the pixels: the same page always gets the same caption.
        """
        pixels = self.preprocess.pixels(page)
        return self.read_pixels(pixels[None], seed=zlib.crc32(pixels.tobytes()))[0]

    def read_pixels(self, pixels: np.ndarray, seed: int = 0) -> list[str]:
        """Captions of float32 pixels (N, 3, H, W) as `preprocess.pixels` makes them.

        Only pixels go in: no text can leak into the caption. `seed` counts only when the settings sample.
        """
        import torch

        batch = self._tensor(pixels)
        with torch.inference_mode(), torch.random.fork_rng(devices=[] if self.device == "cpu" else None):
            torch.manual_seed(seed)
            ids = self.model.generate(pixel_values=batch, **self.generation.arguments())
        return self.decode(ids)

    def decode(self, ids) -> list[str]:
        """Token ids (N, T) -> captions, special tokens dropped."""
        texts = self.tokenizer.batch_decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return [text.strip() if self._exact else detokenise(text) for text in texts]

    def embed(self, pixels: np.ndarray) -> np.ndarray:
        """Pixels (N, 3, H, W) -> float32 (N, D): the mean of the vision tower's tokens after its last layer norm."""
        import torch

        with torch.inference_mode():
            tokens = self.model.vision_model(pixel_values=self._tensor(pixels)).last_hidden_state
        return tokens.mean(dim=1).float().cpu().numpy()

    def _tensor(self, pixels: np.ndarray):
        import torch

        shape = (3, *self.preprocess.size_px)
        if pixels.ndim != 4 or tuple(pixels.shape[1:]) != shape or len(pixels) == 0:
            raise BadOption(f"Pixels must be (N, {shape[0]}, {shape[1]}, {shape[2]}), got {tuple(pixels.shape)}.")
        return torch.from_numpy(np.ascontiguousarray(pixels, np.float32)).to(self.device)
