"""Random numbers that are the same on every machine and in every numpy."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np


class Chance:
    """A stream of random numbers named by a seed and any number of words.

    numpy promises the raw stream of `PCG64` for ever (NEP 19) but not its distributions, so these few
    are made here. Streams of different words are independent: a new draw in one part of the simulator
    does not shift the numbers of another.
    """

    def __init__(self, seed: int, *words: str):
        key = [int(seed) & 0xFFFFFFFFFFFFFFFF, *(zlib.crc32(word.encode()) for word in words)]
        self._bits = np.random.PCG64(np.random.SeedSequence(key))

    def uniforms(self, count: int) -> np.ndarray:
        """(count,) numbers in [0, 1) with 53 random bits each."""
        return (self._bits.random_raw(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normals(self, count: int) -> np.ndarray:
        """(count,) standard normal numbers (Box and Muller 1958)."""
        half = (count + 1) // 2
        radius = np.sqrt(-2.0 * np.log(1.0 - self.uniforms(half)))
        angle = 2.0 * np.pi * self.uniforms(half)
        return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]

    def _uniform(self) -> float:
        """The next number of `uniforms`, without the cost of an array."""
        return (int(self._bits.random_raw()) >> 11) * 2.0**-53

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._uniform()

    def normal(self, mean: float = 0.0, spread: float = 1.0) -> float:
        return mean + spread * float(self.normals(1)[0])

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._uniform() * (high - low + 1))

    def chosen(self, options: Sequence):
        return options[self.whole(0, len(options) - 1)]

    def happens(self, probability: float) -> bool:
        return self._uniform() < probability

    def shuffled(self, items: Sequence) -> list:
        """The items in random order (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.whole(0, last)
            order[last], order[other] = order[other], order[last]
        return order
