"""Work on two threads: the same answers, in order, as on one."""

import threading

import cv2
import pytest

from ecgscribe.core.threads import side_by_side


@pytest.fixture(params=(1, 2))
def threads(request):
    before = cv2.getNumThreads()
    cv2.setNumThreads(request.param)
    yield request.param
    cv2.setNumThreads(before)


def test_answers_come_in_the_items_order(threads):
    assert side_by_side(lambda item: item**2, range(20)) == [item**2 for item in range(20)]
    assert side_by_side(abs, ()) == []


def test_two_calls_run_at_once_unless_opencv_is_held_to_one_thread():
    before = cv2.getNumThreads()
    meeting = threading.Barrier(2, timeout=10)
    try:
        cv2.setNumThreads(2)
        assert sorted(side_by_side(lambda _: meeting.wait(), range(2))) == [0, 1]
        cv2.setNumThreads(1)
        assert set(side_by_side(lambda _: threading.get_ident(), range(4))) == {threading.get_ident()}
    finally:
        cv2.setNumThreads(before)


def test_calls_may_share_out_work_themselves(threads):
    assert side_by_side(lambda item: sum(side_by_side(abs, [item] * 3)), range(4)) == [0, 3, 6, 9]


def test_an_exception_is_raised_here(threads):
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 / item, (2, 1, 0))
