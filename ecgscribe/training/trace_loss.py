"""What the trace network is trained on: the likelihood of the true height, and the error of the mean near it."""

from __future__ import annotations

import torch
from torch.nn import functional

_SIGMA = 0.7  # bins: width of the target where the trace is flat
_SLOPE = 0.2  # of the height passed from one column to the next, added to the width of the target
_REACH = 6  # bins on either side of the truth over which target and mean are taken
_STEEPEST = 4.0  # extra weight of steep columns grows up to here
_ERROR, _CHANGE, _ABSENT = 0.5, 0.25, 0.7  # weights beside the likelihood's 1


def trace_loss(logits: torch.Tensor, height: torch.Tensor) -> tuple[torch.Tensor, dict[str, float]]:
    """`logits` (N, H + 1, C), `height` (N, C) bins, NaN = absent, infinite = ignored -> (loss, its parts).

    Likelihood: cross entropy with a narrow Gaussian, wider on steep strokes, which weigh more as they carry the
    signal's power. Error: smooth L1 of the mean height within `_REACH` bins, and of its change between columns.
    """
    bins = logits.shape[1] - 1
    log_p = functional.log_softmax(logits.float(), dim=1)
    absent, ignored = torch.isnan(height), torch.isinf(height)
    traced = ~absent & ~ignored
    true = torch.where(traced, height, torch.full_like(height, bins / 2))
    slope = functional.pad((true[:, 2:] - true[:, :-2]).abs() / 2, (1, 1))
    weight = traced * (1 + 0.5 * slope.clamp(max=_STEEPEST))
    offsets = torch.arange(-_REACH, _REACH + 1, device=logits.device)
    near = true.floor().long()[:, None, :] + offsets[None, :, None]
    inside = (near >= 0) & (near < bins)
    there = log_p.gather(1, near.clamp(0, bins - 1)).masked_fill(~inside, -30.0)
    away = near + 0.5 - true[:, None, :]
    sigma = _SIGMA + _SLOPE * slope.clamp(max=2 * _REACH)
    target = torch.softmax((-0.5 * (away / sigma[:, None, :]) ** 2).masked_fill(~inside, -30.0), dim=1)
    total = weight.sum().clamp(min=1.0)
    likelihood = -((target * there).sum(dim=1) * weight).sum() / total
    mean = (torch.softmax(there, dim=1) * away).sum(dim=1)
    error = (functional.smooth_l1_loss(mean, torch.zeros_like(mean), reduction="none") * weight).sum() / total
    pair = traced[:, 1:] & traced[:, :-1]
    change = functional.smooth_l1_loss(mean[:, 1:], mean[:, :-1], reduction="none")
    changed = (change * pair).sum() / pair.sum().clamp(min=1)
    gone = -(log_p[:, -1] * absent).sum() / absent.sum().clamp(min=1)
    loss = likelihood + _ERROR * error + _CHANGE * changed + _ABSENT * gone * (absent.float().mean() + 0.1)
    off = (mean.detach().abs() * traced).sum() / traced.sum().clamp(min=1)
    parts = {
        "likelihood": float(likelihood.detach()),
        "error": float(error.detach()),
        "absent": float(gone.detach()),
        "off": float(off),
    }
    return loss, parts
