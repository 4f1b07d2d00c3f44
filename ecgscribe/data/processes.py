"""Work done by several processes, its results in order: only a few are ahead, and Ctrl-C ends all in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ecgscribe.core.errors import BadOption, Halted

Item, Result = TypeVar("Item"), TypeVar("Result")

ENGINES = ("processes", "ray")
"""What can draw rows: processes of this machine, or a Ray cluster."""


class Workers(Protocol):
    """Whatever does one function for many items; the results are the same, and in the same order, from each."""

    def mapped(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """As `mapped` below."""
        ...


@dataclass(frozen=True)
class Processes:
    """`count` processes of this machine, 0 for one for each core it may use; one process works where it is called."""

    count: int = 1

    def mapped(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """As `mapped` below."""
        return mapped(work, items, self.count)


def workers_named(engine: str = "processes", count: int = 1, ray_address: str | None = None) -> Workers:
    """The workers of an engine of `ENGINES`. Raises `BadOption` for another one, or an address without Ray."""
    if engine not in ENGINES:
        raise BadOption(f"There is no engine {engine!r}.", f"Known engines: {', '.join(ENGINES)}.")
    if engine == "ray":
        from ecgscribe.data.ray_cluster import RayCluster

        return RayCluster(ray_address, count)
    if ray_address is not None:
        raise BadOption(f"The address {ray_address} belongs to a Ray cluster.", "Add --engine ray.")
    return Processes(count)


def core_count() -> int:
    """The cores that this process may use; fewer than the machine's in many containers."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS, Windows


def mapped(work: Callable[[Item], Result], items: Iterable[Item], processes: int) -> Iterator[Result]:
    """`work` of each item, in the order of the items; `work` and items must survive pickling.

    One process works here and starts none; 0 takes all cores. Close the iterator when it is left early: the processes
    end with it. Raises `Halted` when a process is ended from outside.
    """
    processes = processes or core_count()
    if processes == 1:
        for item in items:
            yield work(item)
        return
    # spawn: a fork would copy the threads' locks of pyarrow and OpenCV in an unknown state
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin)
    waiting: deque = deque()
    try:
        for item in items:
            with interrupt_later():
                waiting.append(pool.submit(work, item))
            if len(waiting) > 4 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise Halted(
            "A working process was ended from outside, perhaps because memory ran short.",
            "What is finished is kept: the same command goes on; fewer processes (--num-proc) need less memory.",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def interrupt_later() -> Iterator[None]:
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


def _begin() -> None:
    """Ctrl-C reaches the whole process group, the parent alone answers it; and each process keeps to one core."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    one_thread()


def one_thread() -> None:
    """OpenCV starts a thread for each core of the machine by itself: as many processes as cores do that already."""
    try:
        import cv2
    except ImportError:  # work that draws nothing
        return
    cv2.setNumThreads(1)
