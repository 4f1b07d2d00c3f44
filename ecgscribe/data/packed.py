"""A long sequence of small objects in little memory: millions of planned rows, of which a few are looked at."""

from __future__ import annotations

import pickle
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, overload

Item = TypeVar("Item")

ITEMS_PER_BLOCK = 256


class Packed(Sequence[Item]):
    """Grows at its end like a list, but holds the items pickled and compressed, `ITEMS_PER_BLOCK` together.

    Every look gives equal items, not the same ones. Going through it in order unpacks each block once. A row of
    PTB-XL takes about 100 bytes here instead of 1,300 and more.
    """

    def __init__(self, items: Iterable[Item] = ()):
        self._blocks: list[bytes] = []
        self._ends: list[int] = []  # of each block, in items
        self._tail: list[Item] = []
        self.extend(items)

    def append(self, item: Item) -> None:
        """Adds one item; it must survive pickling."""
        self._tail.append(item)
        if len(self._tail) == ITEMS_PER_BLOCK:
            self.seal()

    def seal(self) -> Packed[Item]:
        """Packs the last items too, of which up to `ITEMS_PER_BLOCK` are held as they are; it may still grow."""
        if self._tail:
            self._ends.append(len(self))
            self._blocks.append(zlib.compress(pickle.dumps(self._tail, protocol=5)))
            self._tail = []
        return self

    def extend(self, items: Iterable[Item]) -> None:
        """Adds all `items`."""
        for item in items:
            self.append(item)

    def __iadd__(self, items: Iterable[Item]) -> Packed[Item]:
        self.extend(items)
        return self

    def __len__(self) -> int:
        return (self._ends[-1] if self._ends else 0) + len(self._tail)

    def __iter__(self) -> Iterator[Item]:
        return self._between(0, len(self))

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place):
        """One item, or a list of those of a slice."""
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            if step != 1:
                return [self[k] for k in range(start, stop, step)]
            return list(self._between(start, max(start, stop)))
        index = range(len(self))[place]
        return next(self._between(index, index + 1))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Packed, list)):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None

    def __repr__(self) -> str:
        return f"Packed of {len(self)} items"

    def _between(self, start: int, stop: int) -> Iterator[Item]:
        while start < stop:
            block = bisect_right(self._ends, start)
            before = self._ends[block - 1] if block else 0
            items = self._block(block)[start - before : stop - before]
            yield from items
            start += len(items)

    def _block(self, number: int) -> list[Item]:
        if number == len(self._blocks):
            return self._tail
        return pickle.loads(zlib.decompress(self._blocks[number]))
