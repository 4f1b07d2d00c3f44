"""Teaching the text decoder the language of reports before it sees a page.

Most reports of PTB-XL come without signals in a small collection. Their SCP codes stand in for the picture:
each code becomes one token for the cross attention, so the decoder learns to write a report from findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn


@dataclass(frozen=True, eq=False)
class ReportBank:
    """`captions` and, side by side, the codes of each record as indices into `code_names`."""

    captions: tuple[str, ...]
    codes: tuple[tuple[int, ...], ...]
    code_names: tuple[str, ...]


def report_bank(rows, captions: Sequence[str]) -> ReportBank:
    """Rows with a caption; `captions` side by side with `rows`, empty ones are left out."""
    names = tuple(sorted({code for row in rows for code in row.scp_codes}))
    place = {name: k for k, name in enumerate(names)}
    kept = [
        (caption, tuple(place[code] for code in row.scp_codes))
        for row, caption in zip(rows, captions, strict=True)
        if caption
    ]
    return ReportBank(tuple(caption for caption, _ in kept), tuple(codes for _, codes in kept), names)


class CodeTokens(nn.Module):
    """SCP codes as tokens for the decoder's cross attention, (N, K, D) with a mask (N, K)."""

    def __init__(self, codes: int, hidden: int):
        super().__init__()
        self.embedding = nn.Embedding(codes + 1, hidden, padding_idx=0)
        self.norm = nn.LayerNorm(hidden)

    def forward(self, codes: Sequence[Sequence[int]], drop: float, rng: np.random.Generator):
        kept = [[code + 1 for code in held if rng.random() >= drop] or [0] for held in codes]
        longest = max(len(held) for held in kept)
        ids = torch.tensor([held + [0] * (longest - len(held)) for held in kept], device=self.embedding.weight.device)
        mask = (ids > 0).long()
        mask[:, 0] = 1  # a record without codes still has one, empty, token to look at
        return self.norm(self.embedding(ids)), mask


def caption_batch(
    tokenizer, captions: Sequence[str], start_id: int, max_length: int, device
) -> dict[str, torch.Tensor]:
    """input_ids beginning with the token that generation starts from, and labels that ignore padding."""
    batch = tokenizer(list(captions), padding=True, truncation=True, max_length=max_length, return_tensors="pt")
    ids, mask = batch["input_ids"].to(device), batch["attention_mask"].to(device)
    ids[:, 0] = start_id
    return {"input_ids": ids, "attention_mask": mask, "labels": ids.masked_fill(mask == 0, -100)}
