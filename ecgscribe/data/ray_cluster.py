"""The same work on a Ray cluster: in order, only a few results ahead, and a lost worker's work is done again.

Ray is an extra (`pip install 'ecgscribe[ray]'`). Without an address a cluster of this machine is started and ended.
A running cluster needs our dependencies (the extra `train`) on every node, and the records under the same path
everywhere (a shared disk); our own code is sent along, so that all nodes draw with this version.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import ecgscribe
from ecgscribe.core.errors import BadOption, Halted
from ecgscribe.data.processes import core_count, interrupt_later, one_thread

Item, Result = TypeVar("Item"), TypeVar("Result")

ITEMS_PER_TASK = 8
"""A page takes 20 to 100 ms, Ray about 1 ms for a task: a few pages a task hide that."""

_TASKS_PER_CORE = 3  # one at work, one waiting on the node, one being fetched
_ATTEMPTS = 5  # how often work is given to another worker when its own dies
_ANSWER_S, _LOOK_S, _LONELY_S = 5.0, 5.0, 60.0
_MIB = 1 << 20
_KEPT = "What is finished is kept: the same command goes on."


@dataclass(frozen=True)
class RayCluster:
    """A running cluster at `address` ("host:port", or "auto" on one of its nodes), or with None one of this machine
    alone, with `count` workers (0: a worker for each core)."""

    address: str | None = None
    count: int = 0

    def mapped(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """`work` of each item, in the order of the items.

        Raises `BadOption` when Ray is not installed or no cluster answers, `Halted` when work was lost too often, and
        whatever `work` raises.
        """
        ray = _ray()
        with _connected(ray, self.address, self.count):
            cores = int(ray.cluster_resources().get("CPU", 1))
            if self.address is not None and self.count:
                cores = min(cores, self.count)
            yield from _in_order(ray, work, items, _TASKS_PER_CORE * max(cores, 1))


def _in_order(ray, work: Callable, items: Iterable, ahead: int) -> Iterator:
    task = ray.remote(num_cpus=1, max_retries=_ATTEMPTS, retry_exceptions=False, scheduling_strategy="SPREAD")(_done)
    shared = ray.put(work)
    waiting: deque = deque()
    try:
        for group in _groups(items):
            waiting.append(task.remote(shared, group))
            if len(waiting) > ahead:
                yield from _result(ray, waiting.popleft())
        while waiting:
            yield from _result(ray, waiting.popleft())
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None  # the error of `work` itself, without the other machine's traceback
    except ray.exceptions.RayError as error:
        raise Halted(f"The Ray cluster lost its work too often ({_first_line(error)}).", _KEPT) from error
    finally:
        for reference in waiting:
            ray.cancel(reference)


def _result(ray, reference) -> list:
    """The results of one group; Ray itself would wait for ever when no node is left to work on it."""
    lonely_s = 0.0
    while not ray.wait([reference], timeout=_LOOK_S)[0]:
        alone = not any(node["Alive"] for node in ray.nodes())
        lonely_s = lonely_s + _LOOK_S if alone else 0.0
        if lonely_s >= _LONELY_S:
            raise Halted("The Ray cluster has no living node any more.", _KEPT)
    return ray.get(reference)


def _done(work: Callable, group: list) -> list:
    """On a worker: the results of one group."""
    one_thread()
    return [work(item) for item in group]


def _groups(items: Iterable) -> Iterator[list]:
    source = iter(items)
    while group := list(islice(source, ITEMS_PER_TASK)):
        yield group


def _ray():
    """The library, told to send no usage statistics."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # only silences a warning about GPUs
    try:
        import ray
    except ImportError as error:
        raise BadOption(
            "Ray is not installed.", "Run `pip install 'ecgscribe[ray]'`, or leave out --engine ray."
        ) from error
    return ray


@contextmanager
def _connected(ray, address: str | None, count: int) -> Iterator[None]:
    """Connects, and takes leave again; a connection that the caller had made before stays."""
    if ray.is_initialized():
        yield
        return
    with interrupt_later():
        _connect(ray, address, count)
    try:
        yield
    finally:
        ray.shutdown()


def _connect(ray, address: str | None, count: int) -> None:
    quiet = {"include_dashboard": False} if address is None else {}
    if address is None:
        cores = count or core_count()
        options = {"num_cpus": cores, "object_store_memory": (100 + 16 * cores) * _MIB}
    else:
        _answers(address)
        options = {"address": address, "runtime_env": {"py_modules": [str(Path(ecgscribe.__file__).parent)]}}
    try:
        ray.init(log_to_driver=False, logging_level="ERROR", **quiet, **options)
    except (SystemExit, Exception) as error:  # Ray ends the process itself when a cluster does not answer
        raise BadOption(
            f"No Ray cluster could be used at {address or 'this machine'} ({_first_line(error)}).",
            "Check the address, and that it runs the same Python and Ray versions.",
        ) from error


def _answers(address: str) -> None:
    """Ray itself waits two minutes for a cluster that is not there."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon:
        return  # "auto"
    try:
        socket.create_connection((host, int(port)), _ANSWER_S).close()
    except (OSError, ValueError, OverflowError) as error:
        raise BadOption(
            f"No Ray cluster answers at {address} ({error}).", "Give host:port as `ray start --head` prints it."
        ) from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:200] or type(error).__name__
