"""Trains the small network that reads lettering on pages, and writes its weights for page.line_reader.

    python -m ecgscribe.training.line_reader FOLDER --minutes 30

trains on drawn strips, one thread, and goes on where it stopped: `FOLDER` holds the checkpoint, the newest weights
and log.txt.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional

from ecgscribe.page.strips import ALPHABET, STRIP_PX
from ecgscribe.training.line_strips import drawn_strip

_CLASS = {letter: k + 1 for k, letter in enumerate(ALPHABET)}
_FRESH = 480  # strips drawn a round
_BANK = 14400  # newest strips kept to train on
_BATCH = 32
_PASSES = 6  # times a strip is seen, about
_HELD = 300  # strips that are never trained on: seeds below this number


class LineNet(nn.Module):
    """Strips (N, 1, STRIP_PX, W) -> log probabilities (N, W / 2, letters + 1)."""

    def __init__(self):
        super().__init__()
        sizes = (1, 12, 24, 48, 64, 72, 72)
        shapes = ((3, 3), (3, 3), (3, 3), (3, 3), (1, 5), (1, 5))
        pads = ((1, 1), (1, 1), (1, 1), (0, 1), (0, 2), (0, 2))
        for k in range(6):
            self.add_module(f"conv{k + 1}", nn.Conv2d(sizes[k], sizes[k + 1], shapes[k], padding=pads[k]))
            self.add_module(f"norm{k + 1}", nn.BatchNorm2d(sizes[k + 1]))
        self.out = nn.Conv2d(sizes[-1], len(ALPHABET) + 1, 1)

    def forward(self, strips: torch.Tensor) -> torch.Tensor:
        x = functional.max_pool2d(functional.relu(self.norm1(self.conv1(strips))), (2, 2))
        x = functional.max_pool2d(functional.relu(self.norm2(self.conv2(x))), (2, 1))
        x = functional.max_pool2d(functional.relu(self.norm3(self.conv3(x))), (2, 1))
        x = functional.relu(self.norm4(self.conv4(x)))
        x = functional.relu(self.norm5(self.conv5(x)))
        x = functional.relu(self.norm6(self.conv6(x)))
        return functional.log_softmax(self.out(x)[:, :, 0].transpose(1, 2), dim=2)

    def folded(self) -> dict[str, np.ndarray]:
        """Weights in float16 for `page.line_reader.LineReader`, the normalisations worked into the convolutions."""
        weights = {}
        for k in range(1, 7):
            conv, norm = getattr(self, f"conv{k}"), getattr(self, f"norm{k}")
            gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            weights[f"conv{k}.weight"] = conv.weight * gain[:, None, None, None]
            weights[f"conv{k}.bias"] = (conv.bias - norm.running_mean) * gain + norm.bias
        weights["out.weight"], weights["out.bias"] = self.out.weight, self.out.bias
        # channels-last weights would be written in the order of their memory
        return {name: np.ascontiguousarray(value.detach().numpy(), np.float16) for name, value in weights.items()}


def batch_of(strips: list[tuple[np.ndarray, str]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """(pictures (N, 1, STRIP_PX, W), letters of all texts, columns of each strip, letters of each text)."""
    wide = max(strip.shape[1] for strip, _ in strips)
    pictures = np.zeros((len(strips), 1, STRIP_PX, wide), np.float32)
    for k, (strip, _) in enumerate(strips):
        pictures[k, 0, :, : strip.shape[1]] = strip
    letters = [_CLASS[letter] for _, text in strips for letter in text]
    columns = [strip.shape[1] // 2 for strip, _ in strips]
    lengths = [len(text) for _, text in strips]
    return torch.from_numpy(pictures), torch.tensor(letters), torch.tensor(columns), torch.tensor(lengths)


def greedy_text(log_probabilities: np.ndarray) -> str:
    """The most likely class of each column, repeats and blanks taken out."""
    best = log_probabilities.argmax(axis=1)
    kept = best[np.r_[True, best[1:] != best[:-1]]]
    return "".join(ALPHABET[k - 1] for k in kept if k)


def train(folder: Path, minutes: float, rate: float, extra: Path | None = None) -> None:
    """Trains for so many minutes, learning rate falling to nothing at their end; goes on from a checkpoint.

    `extra` a .npz of strips cut from pages (see `save_strips`), mixed in one to two.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net = LineNet().to(memory_format=torch.channels_last)  # a third faster
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=1e-3)
    drawn, steps = _HELD, 0
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        drawn, steps = state["drawn"], state["steps"]
    held = [drawn_strip(seed) for seed in range(_HELD)]
    cut = [] if extra is None else load_strips(extra)
    order = np.random.default_rng(steps)
    bank: list[tuple[np.ndarray, str]] = []
    start = time.monotonic()
    while (passed := (time.monotonic() - start) / (60 * minutes)) < 1:
        bank = (bank + [drawn_strip(drawn + k) for k in range(_FRESH)])[-_BANK:]
        drawn += _FRESH
        losses = []
        for _ in range(_PASSES * _FRESH // _BATCH):
            passed = min((time.monotonic() - start) / (60 * minutes), 1)
            for group in optimiser.param_groups:
                group["lr"] = rate * max(0.5 * (1 + math.cos(math.pi * passed)), 0.02)
            source = cut if cut and order.random() < 0.35 else bank
            losses.append(_step(net, optimiser, _drawn_batch(source, order)))
            steps += 1
        _save(net, optimiser, drawn, steps, checkpoint)
        with (folder / "log.txt").open("a") as log:
            log.write(f"{time.monotonic() - start:.0f} s, step {steps}, drawn {drawn}, loss {np.mean(losses):.4f}, ")
            log.write(f"held right {share_right(net, held):.3f}\n")


def _drawn_batch(strips: list[tuple[np.ndarray, str]], order: np.random.Generator) -> list[tuple[np.ndarray, str]]:
    """A batch of strips of about one width."""
    some = order.choice(len(strips), min(6 * _BATCH, len(strips)), replace=False)
    some = sorted(some, key=lambda k: strips[k][0].shape[1])
    first = int(order.integers(0, max(len(some) - _BATCH, 0) + 1))
    return [strips[k] for k in some[first : first + _BATCH]]


def _step(net: LineNet, optimiser, strips: list[tuple[np.ndarray, str]]) -> float:
    net.train()
    pictures, letters, columns, lengths = batch_of(strips)
    # the same strips come again: never with the same noise and contrast
    pictures = (pictures * (0.8 + 0.4 * torch.rand(len(strips), 1, 1, 1)) + 0.06 * torch.randn_like(pictures)).clip(
        0, 1
    )
    answer = net(pictures).transpose(0, 1)
    loss = functional.ctc_loss(answer, letters, columns, lengths, zero_infinity=True)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimiser.step()
    return float(loss.detach())


@torch.no_grad()
def share_right(net: LineNet, strips: list[tuple[np.ndarray, str]]) -> float:
    """Share of strips read letter by letter as they are."""
    net.eval()
    right = 0
    for strip, text in strips:
        answer = net(torch.from_numpy(strip)[None, None])[0].numpy()
        right += " ".join(greedy_text(answer).split()) == text
    return right / len(strips)


def _save(net: LineNet, optimiser, drawn: int, steps: int, checkpoint: Path) -> None:
    part = checkpoint.with_suffix(".part")
    state = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "drawn": drawn, "steps": steps}
    torch.save(state, part)
    os.replace(part, checkpoint)
    weights = checkpoint.with_name("line_reader.part")
    net.eval()
    save_file(net.folded(), weights)
    os.replace(weights, checkpoint.with_name("line_reader.safetensors"))


def save_strips(strips: list[tuple[np.ndarray, str]], path: Path) -> None:
    """Writes strips and their texts into one .npz, pixels in 8 bits."""
    pixels = np.concatenate([(255 * strip).astype(np.uint8) for strip, _ in strips], axis=1)
    widths = np.array([strip.shape[1] for strip, _ in strips])
    np.savez_compressed(path, pixels=pixels, widths=widths, texts=np.array([text for _, text in strips]))


def load_strips(path: Path) -> list[tuple[np.ndarray, str]]:
    """What `save_strips` wrote."""
    with np.load(path) as stored:
        cuts = np.cumsum(stored["widths"])[:-1]
        pieces = np.split(stored["pixels"].astype(np.float32) / 255, cuts, axis=1)
        return list(zip(pieces, (str(text) for text in stored["texts"]), strict=True))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the checkpoint and the weights go")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long to train")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--extra", type=Path, default=None, help=".npz of strips cut from drawn pages")
    given = parser.parse_args()
    train(given.folder, given.minutes, given.rate, given.extra)


if __name__ == "__main__":
    main()
