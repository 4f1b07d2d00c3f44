"""The network: a strip -> in every column a distribution over heights, and how likely no trace is there.

A small U-net on cells of 4 x 4 strip pixels (space to depth, so that the dear first levels work on few places). Each
cell answers for `COLUMNS` columns and `ROWS` heights at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

CELL = (4, 4)
"""Strip pixels (down, across) of a cell."""

ROWS, COLUMNS = 4, 8
"""Heights and columns told by each cell: bins of one strip pixel, columns of half a pixel (2.5 ms at 25 mm/s)."""


@dataclass(frozen=True)
class TraceConfig:
    """Channels of the levels, from the finest; residual blocks of the deepest."""

    channels: tuple[int, ...] = (32, 48, 64, 80)
    deep_blocks: int = 2

    def to_dict(self) -> dict:
        return {**asdict(self), "channels": list(self.channels)}

    @classmethod
    def from_dict(cls, fields: dict) -> TraceConfig:
        return cls(tuple(fields["channels"]), int(fields["deep_blocks"]))


class _Step(nn.Sequential):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, inner: int, outer: int, side: int = 3, stride: int = 1):
        padding = (side - 1) // 2 if stride == 1 else 0
        super().__init__(
            nn.Conv2d(inner, outer, side, stride, padding, bias=False), nn.BatchNorm2d(outer), nn.ReLU(inplace=True)
        )


class _Block(nn.Module):
    """Two convolutions around which the input is led."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = _Step(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return functional.relu(x + self.second(self.first(x)))


class TraceNet(nn.Module):
    """(N, 2, H, W) darkness, H and W multiples of 32 -> logits (N, H + 1, 2 W): heights, then absence."""

    def __init__(self, config: TraceConfig | None = None):
        super().__init__()
        self.config = TraceConfig() if config is None else config
        sizes = self.config.channels
        self.stem = _Step(2 * CELL[0] * CELL[1], sizes[0])
        self.down = nn.ModuleList(_Step(a, b, 2, 2) for a, b in zip(sizes, sizes[1:], strict=False))
        blocks = [nn.Identity(), *(_Step(size, size) for size in sizes[1:-1])]
        self.encode = nn.ModuleList(
            [*blocks, nn.Sequential(*(_Block(sizes[-1]) for _ in range(self.config.deep_blocks)))]
        )
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in zip(sizes, sizes[1:], strict=False))
        self.decode = nn.ModuleList(_Step(size, size) for size in sizes[:-1])
        self.last = _Step(sizes[0], sizes[0])
        self.head = nn.Conv2d(sizes[0], COLUMNS * (ROWS + 1), 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.stem(_cells(image))
        kept = []
        for level, encode in enumerate(self.encode):
            x = encode(x)
            if level < len(self.down):
                kept.append(x)
                x = self.down[level](x)
        for level in reversed(range(len(self.down))):
            x = functional.interpolate(self.up[level](x), scale_factor=2.0, mode="nearest")
            x = self.decode[level](x + kept[level])
        return _columns(self.head(self.last(x)))

    def probabilities(self, images: list[np.ndarray]) -> list[np.ndarray]:
        """Strips float32 (2, H, W) -> float32 (2 W, H) each: the probability of each height, by column; the share
        missing from 1 is that of absence."""
        self.eval()
        device = next(self.parameters()).device
        made: list[np.ndarray] = []
        with torch.inference_mode():
            for image in images:
                x = torch.from_numpy(np.ascontiguousarray(image))[None].to(device)
                logits = self(x)[0].float()
                made.append(torch.softmax(logits.T.contiguous(), dim=1)[:, :-1].contiguous().cpu().numpy())
        return made


def _cells(image: torch.Tensor) -> torch.Tensor:
    """(N, C, H, W) -> (N, C * 16, H / 4, W / 4)."""
    batch, channels, height, width = image.shape
    down, across = CELL
    cut = image.reshape(batch, channels, height // down, down, width // across, across)
    cells = cut.permute(0, 1, 3, 5, 2, 4).reshape(batch, channels * down * across, height // down, width // across)
    return cells.contiguous(memory_format=torch.channels_last)


def _columns(out: torch.Tensor) -> torch.Tensor:
    """(N, COLUMNS * (ROWS + 1), h, w) -> (N, h * ROWS + 1, w * COLUMNS)."""
    batch, _, high, wide = out.shape
    out = out.reshape(batch, ROWS + 1, COLUMNS, high, wide).float()
    heights = out[:, :ROWS].permute(0, 3, 1, 4, 2).reshape(batch, high * ROWS, wide * COLUMNS)
    absent = out[:, ROWS].mean(dim=2).permute(0, 2, 1).reshape(batch, 1, wide * COLUMNS)
    return torch.cat([heights, absent], dim=1)


def folded(network: TraceNet) -> TraceNet:
    """The same network for inference: every batch normalisation merged into the convolution before it."""
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    network.eval()
    for module in network.modules():
        if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
            module[0], module[1] = fuse_conv_bn_eval(module[0], module[1]), nn.Identity()
    return network.to(memory_format=torch.channels_last)
