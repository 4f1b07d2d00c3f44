"""Times two ways of doing the same thing in one run, alternating, and prints their ratio.

Absolute times belong to the machine; the ratio is what to compare between versions.
"""

import statistics
import time
from collections.abc import Callable


def compare(
    question: str,
    unit: str,
    count: int,
    ours: Callable[[], None],
    baseline: Callable[[], None],
    said: str,
    rounds: int = 5,
) -> float:
    """`count` things are done by each call; prints things a second of both and the median ratio ours / baseline."""
    ours(), baseline()  # once for caches and lazy imports
    pairs = []
    for _ in range(rounds):
        pairs.append((_seconds(ours), _seconds(baseline)))
    ratio = statistics.median(theirs / mine for mine, theirs in pairs)
    mine, theirs = (count / statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{question}: {mine:.2f} {unit}/s; {said}: {theirs:.2f} {unit}/s; ratio {ratio:.2f} ({rounds} rounds)")
    return ratio


def _seconds(call: Callable[[], None]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
