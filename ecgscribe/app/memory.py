"""The last reading of each open page, in memory only: for downloads and corrections, forgotten soon and surely."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from ecgscribe.core.report import Interpretation

LIFETIME_S = 15 * 60
CAPACITY = 8
"""Pages remembered at once; one more, and the oldest is forgotten. A page of a large photograph takes 40 MB."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One reading: `name` of the picture, `data` the picture file's bytes, and what was read from it."""

    name: str
    data: bytes
    interpretation: Interpretation


class Memory:
    """Owner (a browser's session) -> its last `Reading`, for `lifetime_s`, at most `capacity` of them."""

    def __init__(self, lifetime_s: float = LIFETIME_S, capacity: int = CAPACITY):
        self.lifetime_s, self.capacity = lifetime_s, capacity
        self._held: OrderedDict[str, tuple[float, Reading]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, owner: str, reading: Reading) -> None:
        """Replaces what the owner had; it is forgotten after the lifetime even when nobody asks again."""
        with self._lock:
            self._held.pop(owner, None)
            self._held[owner] = time.monotonic() + self.lifetime_s, reading
            while len(self._held) > self.capacity:
                self._held.popitem(last=False)
        timer = threading.Timer(self.lifetime_s + 0.05, self._sweep)
        timer.daemon = True
        timer.start()

    def get(self, owner: str) -> Reading | None:
        """The owner's reading, None when there is none any more."""
        self._sweep()
        with self._lock:
            held = self._held.get(owner)
        return None if held is None else held[1]

    def forget(self, owner: str) -> None:
        """Drops what the owner had."""
        with self._lock:
            self._held.pop(owner, None)

    def __len__(self) -> int:
        self._sweep()
        return len(self._held)

    def _sweep(self) -> None:
        now = time.monotonic()
        with self._lock:
            for owner in [owner for owner, (end, _) in self._held.items() if end <= now]:
                del self._held[owner]
