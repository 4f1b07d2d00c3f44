"""The two nets: `PictureNet` on `lead_frame`, `SignalNet` on `lead_windows`; each gives one logit a label.

`Members` are several nets of one kind, trained with different seeds, whose logits are averaged.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoBackbone, ConvNextV2Config, ConvNextV2Model, ResNetConfig, ResNetModel

from ecgscribe.core.errors import BadOption
from ecgscribe.findings.frame import GRID, SLOTS

BACKBONES = {
    "resnet-tiny": {"kind": "resnet", "embedding_size": 24, "hidden_sizes": [24, 48, 96, 128], "depths": [1, 1, 1, 1]},
    "resnet-slim": {"kind": "resnet", "embedding_size": 32, "hidden_sizes": [32, 64, 128, 192], "depths": [1, 1, 1, 1]},
    "resnet-small": {
        "kind": "resnet",
        "embedding_size": 32,
        "hidden_sizes": [48, 96, 160, 224],
        "depths": [1, 1, 1, 1],
    },
    "resnet-base": {"kind": "resnet", "embedding_size": 48, "hidden_sizes": [48, 96, 192, 256], "depths": [2, 2, 2, 1]},
    "convnextv2-small": {"kind": "convnextv2", "hidden_sizes": [40, 80, 160, 224], "depths": [1, 1, 2, 1]},
}
"""Sizes that are trained from scratch; any folder or Hub id of an image backbone can be named instead."""


@dataclass(frozen=True)
class NetSizes:
    """`backbone` the picture net's configuration (a value of `BACKBONES`, or {"kind": "pretrained", "name": ...});
    `lead_features` numbers a lead contributes; `drop` dropout before the last layer; `signal_widths` of the signal
    encoder's stem and blocks."""

    backbone: dict = field(default_factory=lambda: dict(BACKBONES["resnet-slim"]))
    lead_features: int = 96
    drop: float = 0.4
    signal_widths: tuple[int, ...] = (32, 64, 96, 128)

    def to_dict(self) -> dict:
        return {**asdict(self), "signal_widths": list(self.signal_widths)}

    @classmethod
    def from_dict(cls, fields: dict) -> NetSizes:
        return cls(**{**fields, "signal_widths": tuple(fields["signal_widths"])})


def backbone_of(settings: dict) -> tuple[nn.Module, int]:
    """(module whose last_hidden_state is (N, C, h, w) of one-channel frames, C). Raises `BadOption`."""
    kind = settings.get("kind")
    fields = {name: value for name, value in settings.items() if name not in ("kind", "name")}
    if kind == "resnet":
        config = ResNetConfig(num_channels=1, layer_type="basic", hidden_act="relu", **fields)
        return ResNetModel(config), config.hidden_sizes[-1]
    if kind == "convnextv2":
        config = ConvNextV2Config(num_channels=1, **fields)
        return ConvNextV2Model(config), config.hidden_sizes[-1]
    if kind == "pretrained":
        module = AutoBackbone.from_pretrained(settings["name"])
        return module, module.channels[-1]
    raise BadOption(f"Unknown backbone {kind!r}.", "Known: resnet, convnextv2, pretrained.")


class PictureNet(nn.Module):
    """A convolutional net over the frame; what it saw of each cell is gathered, unseen cells are blanked."""

    def __init__(self, labels: int, sizes: NetSizes):
        super().__init__()
        self.eye, channels = backbone_of(sizes.backbone)
        self.colours = 3 if sizes.backbone["kind"] == "pretrained" else 1
        self.lead = nn.Sequential(nn.Linear(channels, sizes.lead_features), nn.GELU())
        self.head = _head(GRID[0] * GRID[1] * sizes.lead_features, labels, sizes.drop)

    def forward(self, frame: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """`frame` float (N, H, W) 0 paper to 1 ink, `seen` bool (N, SLOTS) -> (N, labels)."""
        known = torch.cat([seen[:, : SLOTS - 1], seen[:, SLOTS - 1 :].expand(-1, GRID[1])], 1)
        pixels = ((frame - 0.1) / 0.25)[:, None].expand(-1, self.colours, -1, -1)
        seen_map = self.eye(pixels)
        seen_map = seen_map.feature_maps[-1] if hasattr(seen_map, "feature_maps") else seen_map.last_hidden_state
        cells = functional.adaptive_avg_pool2d(seen_map, GRID).flatten(2).transpose(1, 2)
        features = self.lead(cells) * known[:, :, None]
        return self.head(features.flatten(1))


_STRIP_WINDOWS = 4
_WINDOWS = SLOTS - 1 + _STRIP_WINDOWS


class WaveBlock(nn.Module):
    """Residual block of two convolutions over time, halving it."""

    def __init__(self, narrow: int, wide: int, drop: float = 0.1):
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv1d(narrow, wide, 7, 2, 3, bias=False),
            nn.BatchNorm1d(wide),
            nn.ReLU(),
            nn.Dropout(drop),
            nn.Conv1d(wide, wide, 7, 1, 3, bias=False),
            nn.BatchNorm1d(wide),
        )
        self.short = nn.Conv1d(narrow, wide, 1, 2)

    def forward(self, wave: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.path(wave) + self.short(wave))


class SignalNet(nn.Module):
    """One encoder for every lead, told which lead it hears; the leads meet after it, each in its place.

    The strip is heard in four windows of a lead's length: batch normalisation then sees waves of one kind only.
    """

    def __init__(self, labels: int, sizes: NetSizes):
        super().__init__()
        widths = sizes.signal_widths
        self.stem = nn.Conv1d(2, widths[0], 15, 2, 7)
        self.name = nn.Embedding(SLOTS, widths[0])
        nn.init.normal_(self.name.weight, std=0.1)
        self.norm = nn.BatchNorm1d(widths[0])
        self.blocks = nn.Sequential(*(WaveBlock(a, b) for a, b in zip(widths, widths[1:], strict=False)))
        self.lead = nn.Sequential(nn.Linear(2 * widths[-1], sizes.lead_features), nn.GELU())
        self.head = _head(_WINDOWS * sizes.lead_features, labels, sizes.drop)

    def forward(self, short: torch.Tensor, long: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """`short` (N, 2, 12, SHORT), `long` (N, 2, LONG), `seen` bool (N, SLOTS) -> (N, labels)."""
        count, samples = short.shape[0], short.shape[-1]
        strip = long[:, :, : _STRIP_WINDOWS * samples].unflatten(2, (_STRIP_WINDOWS, samples))
        waves = torch.cat([short, strip], 2).transpose(1, 2).flatten(0, 1)
        names = torch.arange(_WINDOWS, device=short.device).clamp(max=SLOTS - 1).repeat(count)
        first = torch.relu(self.norm(self.stem(waves) + self.name(names)[:, :, None]))
        last = self.blocks(first)
        heard = self.lead(torch.cat([last.mean(-1), last.amax(-1)], -1)).unflatten(0, (count, _WINDOWS))
        known = torch.cat([seen[:, : SLOTS - 1], seen[:, SLOTS - 1 :].expand(-1, _STRIP_WINDOWS)], 1)
        return self.head((heard * known[:, :, None]).flatten(1))


def _head(features: int, labels: int, drop: float) -> nn.Module:
    return nn.Sequential(nn.Dropout(drop), nn.Linear(features, labels))


class Members(nn.ModuleList):
    """Nets of one kind that answer together: the mean of their logits."""

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """What each member takes -> (N, labels)."""
        return torch.stack([net(*inputs) for net in self]).mean(0)


def members_of(net: nn.Module) -> int:
    """How many nets answer together."""
    return len(net) if isinstance(net, Members) else 1
