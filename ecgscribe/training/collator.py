"""Rows into batches, and the loss: where BLIP's own would go wrong without a word.

BLIP counts padding in its loss unless labels are -100 there; its processor starts texts with [CLS] while
generation starts with [DEC]; and its forward swallows `num_items_in_batch`, so that Trainer's accumulation and
several processes multiply the gradient. The batch and the loss below mend all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

IGNORED = -100


@dataclass(frozen=True)
class TokenText:
    """One caption as token ids: [DEC] words [SEP]; `cut` when it was too long (then without [SEP])."""

    ids: tuple[int, ...]
    cut: bool


def token_text(tokenizer, caption: str, max_tokens: int) -> TokenText:
    """Caption -> ids that start as generation starts. A cut caption has no end: stopping there would be wrong."""
    words = tokenizer(caption, add_special_tokens=False, truncation=False).input_ids
    ids = (tokenizer.bos_token_id, *words, tokenizer.sep_token_id)
    return TokenText(tuple(ids[:max_tokens]), len(ids) > max_tokens)


@dataclass(frozen=True)
class Collator:
    """Items {"pixels": float32 (3, H, W), "ids": token ids} -> a batch for BLIP.

    `labels` are aligned with `input_ids` (the loss shifts), -100 on padding and at position 0, which nothing
    predicts: so the number of labels is exactly the number of predicted tokens.
    """

    pad_token_id: int

    def __call__(self, items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        longest = max(len(item["ids"]) for item in items)
        ids = torch.full((len(items), longest), self.pad_token_id, dtype=torch.long)
        mask = torch.zeros((len(items), longest), dtype=torch.long)
        for row, item in enumerate(items):
            ids[row, : len(item["ids"])] = torch.tensor(item["ids"])
            mask[row, : len(item["ids"])] = 1
        labels = ids.masked_fill(mask == 0, IGNORED)
        labels[:, 0] = IGNORED
        pixels = torch.from_numpy(np.stack([item["pixels"] for item in items]))
        return {"pixel_values": pixels, "input_ids": ids, "attention_mask": mask, "labels": labels}


@dataclass(frozen=True)
class TokenLoss:
    """Cross entropy a token. With `num_items_in_batch` (the tokens of all accumulated batches and processes) the
    sum is divided by it, so that any division of a batch gives the same gradient; else the mean of this batch.
    """

    label_smoothing: float = 0.0

    def __call__(self, outputs, labels: torch.Tensor, num_items_in_batch=None) -> torch.Tensor:
        logits = outputs["logits"] if isinstance(outputs, dict) else outputs[0]
        targets = labels[:, 1:].reshape(-1)
        total = torch.nn.functional.cross_entropy(
            logits[:, :-1].float().flatten(0, 1),
            targets,
            ignore_index=IGNORED,
            reduction="sum",
            label_smoothing=self.label_smoothing,
        )
        if num_items_in_batch is None:
            num_items_in_batch = (targets != IGNORED).sum()
        return total / num_items_in_batch
