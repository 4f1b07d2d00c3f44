"""`BeatNet`: what `lead_beats` gives, in; one logit a label, out."""

from __future__ import annotations

import torch
from torch import nn

from ecgscribe.core.standards import LEADS
from ecgscribe.findings.beats import RHYTHM
from ecgscribe.findings.nets import NetSizes, WaveBlock

_WIDTHS = (64, 96, 128)
_PARTS = 10
"""The beat's features are kept apart in so many stretches of time: P, PQ, QRS, ST, T stand at known places."""
_NARROW, _RHYTHM_FEATURES = 32, 32
_DROP = 0.15


class BeatNet(nn.Module):
    """A convolutional net over the twelve aligned average beats as channels; rhythm and intervals join at its end."""

    def __init__(self, labels: int, sizes: NetSizes):
        super().__init__()
        first, last = _WIDTHS[0], _WIDTHS[-1]
        self.stem = nn.Sequential(nn.Conv1d(len(LEADS), first, 11, 1, 5), nn.BatchNorm1d(first), nn.ReLU())
        self.blocks = nn.Sequential(*(WaveBlock(a, b, _DROP) for a, b in zip(_WIDTHS, _WIDTHS[1:], strict=False)))
        self.squeeze = nn.Conv1d(last, _NARROW, 1)
        self.rhythm = nn.Sequential(nn.Linear(2 * len(RHYTHM), _RHYTHM_FEATURES), nn.GELU())
        features = _NARROW * _PARTS + last + _RHYTHM_FEATURES
        self.head = nn.Sequential(nn.Dropout(sizes.drop), nn.Linear(features, labels))

    def forward(self, beat: torch.Tensor, rhythm: torch.Tensor) -> torch.Tensor:
        """`beat` (N, 12, BEAT), `rhythm` (N, 2, len(RHYTHM)) -> (N, labels)."""
        seen = self.blocks(self.stem(beat))
        placed = torch.relu(self.squeeze(nn.functional.adaptive_avg_pool1d(seen, _PARTS)))
        return self.head(torch.cat([placed.flatten(1), seen.amax(-1), self.rhythm(rhythm.flatten(1))], 1))
