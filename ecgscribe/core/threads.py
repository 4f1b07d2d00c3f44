"""Work on two cores: numpy, OpenCV and torch let other threads run while they compute."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")
_MOST = 2  # threads: more wait for each other between numpy's steps


def side_by_side(call: Callable[[_Item], _Answer], items: Iterable[_Item]) -> list[_Answer]:
    """`call` of every item, in the items' order, on two threads; on one where OpenCV is held to one
    (`cv2.setNumThreads(1)`), as where a machine's cores are shared out to processes.

    The calls must not depend on one another: then the answers are the same on any number of threads. An exception of
    one is raised here.
    """
    import cv2

    if cv2.getNumThreads() < _MOST:
        return [call(item) for item in items]
    # begun anew each time, for a tenth of a millisecond: threads that are kept do not live on in a forked process
    with ThreadPoolExecutor(_MOST) as threads:
        return list(threads.map(call, items))
