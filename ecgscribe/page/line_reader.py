"""`LineReader`: reads strips of lettering with a small convolutional network in plain numpy.

Trained by ecgscribe.training.line_reader, which also writes the weights; the letters come out as in connectionist
temporal classification (Graves et al. 2006).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ecgscribe.core.errors import BadOption
from ecgscribe.page.strips import ALPHABET, STRIP_PX

WEIGHTS = Path(__file__).with_name("line_reader.safetensors")
COLUMN_PX = 2
"""Strip pixels a column of the reader's answer."""

_STEP_PX = 32  # strips of about one width are read together
_MOST = 24  # strips at a time: memory stays small


class LineReader:
    """`weights` name -> array: conv1 to conv6 and out, each `.weight` (out, in, high, wide) and `.bias` (out,).

    Raises `BadOption` when weights are missing or do not fit the alphabet.
    """

    def __init__(self, weights: dict[str, np.ndarray]):
        try:
            layers = [_layer(weights, name) for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "conv6", "out")]
        except KeyError as error:
            raise BadOption(f"The line reader lacks the weights {error}.", "Train it again.") from error
        if layers[-1][0].shape[1] != len(ALPHABET) + 1:
            raise BadOption(f"The line reader knows {layers[-1][0].shape[1] - 1} letters, not {len(ALPHABET)}.")
        self._layers = layers

    @classmethod
    def packaged(cls) -> LineReader:
        """The reader that comes with this package; loaded once."""
        return _packaged()

    def read(self, strips: list[np.ndarray]) -> list[np.ndarray]:
        """Log probabilities float32 (W / 2, letters + 1) of each strip (STRIP_PX, W), W even."""
        answers: list[np.ndarray | None] = [None] * len(strips)
        order = sorted(range(len(strips)), key=lambda k: strips[k].shape[1])
        while order:
            wide = -(-strips[order[0]].shape[1] // _STEP_PX) * _STEP_PX
            batch = [k for k in order[:_MOST] if strips[k].shape[1] <= wide]
            order = order[len(batch) :]
            padded = np.zeros((len(batch), STRIP_PX, wide), np.float32)
            for place, k in enumerate(batch):
                padded[place, :, : strips[k].shape[1]] = strips[k]
            for k, answer in zip(batch, self.log_probabilities(padded), strict=True):
                answers[k] = answer[: strips[k].shape[1] // COLUMN_PX]
        return answers

    def log_probabilities(self, batch: np.ndarray) -> np.ndarray:
        """float32 (N, W / 2, letters + 1) of strips float32 (N, STRIP_PX, W), W even."""
        x = batch[..., None]
        x = _pooled(_relu(_convolved(x, *self._layers[0], 3, 3, 1)), 2, 2)
        x = _pooled(_relu(_convolved(x, *self._layers[1], 3, 3, 1)), 2, 1)
        x = _pooled(_relu(_convolved(x, *self._layers[2], 3, 3, 1)), 2, 1)
        x = _relu(_convolved(x, *self._layers[3], 3, 3, 0))
        x = _relu(_convolved(x, *self._layers[4], 1, 5, 0))
        x = _relu(_convolved(x, *self._layers[5], 1, 5, 0))
        x = _convolved(x, *self._layers[6], 1, 1, 0)[:, 0]
        x -= x.max(axis=2, keepdims=True)
        return x - np.log(np.exp(x).sum(axis=2, keepdims=True))


@lru_cache(maxsize=1)
def _packaged() -> LineReader:
    from safetensors.numpy import load_file

    return LineReader(load_file(WEIGHTS))


def _layer(weights: dict[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    """(matrix (high * wide * in, out), bias (out,)) in float32."""
    kernel = weights[f"{name}.weight"].astype(np.float32)
    return kernel.transpose(2, 3, 1, 0).reshape(-1, kernel.shape[0]), weights[f"{name}.bias"].astype(np.float32)


def _convolved(x: np.ndarray, matrix: np.ndarray, bias: np.ndarray, high: int, wide: int, pad: int) -> np.ndarray:
    """x (N, H, W, C): a convolution that keeps W, and H where `pad` is half of `high`."""
    count, rows, columns, channels = x.shape
    side = wide // 2
    padded = np.zeros((count, rows + 2 * pad, columns + 2 * side, channels), np.float32)
    padded[:, pad : pad + rows, side : side + columns] = x
    rows += 2 * pad - high + 1
    # what lies under the kernel beside one another is so in memory too
    step = padded.strides
    under = as_strided(padded, (count, rows, columns, high, wide * channels), (*step[:3], step[1], step[3]))
    out = under.reshape(-1, high * wide * channels) @ matrix
    out += bias
    return out.reshape(count, rows, columns, -1)


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0, out=x)


def _pooled(x: np.ndarray, high: int, wide: int) -> np.ndarray:
    """The greatest of `high` x `wide` cells."""
    taps = [x[:, i::high, j::wide] for i in range(high) for j in range(wide)]
    out = taps[0]
    for tap in taps[1:]:
        out = np.maximum(out, tap)
    return out
