"""Work done by several processes, its results in order: only a few are ahead, and Ctrl-C ends all in order."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item, Result = TypeVar("Item"), TypeVar("Result")


def mapped(work: Callable[[Item], Result], items: Iterable[Item], processes: int) -> Iterator[Result]:
    """`work` of each item, in the order of the items; `work` and items must survive pickling.

    One process works here and starts none. Close the iterator when it is left early: the processes end with it.
    """
    if processes <= 1:
        for item in items:
            yield work(item)
        return
    # spawn: a fork would copy the threads' locks of pyarrow and OpenCV in an unknown state
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_ignore_interrupt)
    waiting: deque = deque()
    try:
        for item in items:
            with _interrupt_later():
                waiting.append(pool.submit(work, item))
            if len(waiting) > 4 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """Ctrl-C waits until the end of the block; a process started inside inherits that and never hears it, so that it
    cannot die of it before its imports are done."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _ignore_interrupt() -> None:
    """Ctrl-C reaches the whole process group; the parent alone answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
