"""Asymmetric loss (Ridnik et al. 2021, "Asymmetric Loss for Multi-Label Classification"): easy negatives weigh less."""

from __future__ import annotations

import torch


def asymmetric_loss(
    logits: torch.Tensor,
    target: torch.Tensor,
    gamma_negative: float = 4.0,
    gamma_positive: float = 1.0,
    margin: float = 0.05,
    focus_gradient: bool = True,
) -> torch.Tensor:
    """Loss of every cell, same shape as `logits` and `target` (0 or 1); not summed.

    With p = sigmoid(logit): positives -(1-p)^gamma_positive log p; negatives, with q = max(p - margin, 0),
    -q^gamma_negative log(1 - q). All three 0 give the binary cross-entropy. Without `focus_gradient` no gradient runs
    through the two powers.
    """
    present = torch.sigmoid(logits)
    absent = (1 - present + margin).clamp(max=1)
    focus = (1 - present) ** gamma_positive * target + (1 - absent) ** gamma_negative * (1 - target)
    if not focus_gradient:
        focus = focus.detach()
    likelihood = target * torch.log(present.clamp(min=1e-8)) + (1 - target) * torch.log(absent.clamp(min=1e-8))
    return -focus * likelihood


def class_weights(held: torch.Tensor, power: float = 0.5, most: float = 6.0) -> torch.Tensor:
    """(labels,) weight of positives from `held` (records, labels): (absent / present) ** power, 1 to `most`."""
    present = held.sum(0).clamp(min=1)
    return ((len(held) - present).clamp(min=1) / present).pow(power).clamp(1.0, most)
