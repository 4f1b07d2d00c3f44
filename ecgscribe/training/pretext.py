"""What the vision tower learns before it learns to write: the trace under each patch, and the findings of the record.

A small vision transformer learns little from a few thousand captions alone; these two tasks tell it what to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.training.draw import TRACE_SAMPLES

SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")


def statements_of(caption: str) -> list[str]:
    """The caption cut at commas and full stops: "sinus rhythm, normal axis." -> two statements."""
    return [part.strip() for part in re.split(r"[,.;](?: |$)", caption) if len(part.strip()) > 3]


def label_names(rows: Sequence[PtbXlRow], captions: Sequence[str], least: int) -> list[str]:
    """Superclasses, then the codes and caption statements that at least `least` training records carry."""
    codes = Counter(code for row in rows for code in row.scp_codes)
    said = Counter(text for caption in captions for text in set(statements_of(caption)))
    return [
        *SUPERCLASSES,
        *(f"code {code}" for code, n in sorted(codes.items()) if n >= least),
        *(f"said {text}" for text, n in sorted(said.items()) if n >= least),
    ]


def label_matrix(names: Sequence[str], rows: Sequence[PtbXlRow], captions: Sequence[str]) -> np.ndarray:
    """float32 (records, names), 1 where the record carries the label."""
    place = {name: k for k, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)), np.float32)
    for k, (row, caption) in enumerate(zip(rows, captions, strict=True)):
        held = [
            *row.superclasses,
            *(f"code {code}" for code in row.scp_codes),
            *(f"said {text}" for text in statements_of(caption)),
        ]
        matrix[k, [place[name] for name in held if name in place]] = 1
    return matrix


class PretextHeads(nn.Module):
    """Two linear heads: `findings` on the mean vision token, `trace` on every patch token of an inner layer."""

    def __init__(self, hidden: int, labels: int):
        super().__init__()
        self.findings = nn.Linear(hidden, labels)
        self.trace = nn.Linear(hidden, TRACE_SAMPLES)
        self.drop = nn.Dropout(0.2)

    def findings_loss(self, tokens: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """`tokens` (N, T, D) of the last layer, `labels` (N, L). Superclasses count as much as all the rest."""
        logits = self.findings(self.drop(tokens.mean(1))).float()
        loss = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        return loss[:, : len(SUPERCLASSES)].mean() + 2.0 * loss[:, len(SUPERCLASSES) :].mean()

    def trace_loss(self, tokens: torch.Tensor, trace_mv: torch.Tensor) -> torch.Tensor:
        """`tokens` (N, 1 + patches, D) inside; `trace_mv` (N, bands, columns, TRACE_SAMPLES), NaN unknown."""
        told = self.trace(tokens[:, 1:]).float()
        wanted = trace_mv.reshape(told.shape)
        known = ~torch.isnan(wanted)
        return functional.smooth_l1_loss(told[known], wanted[known], beta=0.2)
