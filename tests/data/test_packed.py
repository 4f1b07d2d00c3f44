"""Packed: behaves as a list does, in a fraction of the memory."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.data.packed import ITEMS_PER_BLOCK, Packed
from ecgscribe.data.ptbxl import PtbXlRow

lengths = st.integers(0, 3 * ITEMS_PER_BLOCK + 1)
places = st.none() | st.integers(-4 * ITEMS_PER_BLOCK, 4 * ITEMS_PER_BLOCK)


@settings(max_examples=60, deadline=None)
@given(lengths, places, places, st.sampled_from([None, 1, 2, -1, 300]))
def test_it_is_sliced_as_a_list_is(length, start, stop, step):
    items = list(range(length))
    assert Packed(items)[start:stop:step] == items[start:stop:step]


@settings(max_examples=60, deadline=None)
@given(lengths, st.integers(-4 * ITEMS_PER_BLOCK, 4 * ITEMS_PER_BLOCK))
def test_it_is_indexed_and_read_as_a_list_is(length, place):
    items = [(k, str(k)) for k in range(length)]
    packed = Packed(items[: length // 2])
    if length % 2:
        packed.seal()
    packed += items[length // 2 :]
    assert list(packed) == items and packed == items and len(packed) == length
    if -length <= place < length:
        assert packed[place] == items[place]
    else:
        with pytest.raises(IndexError):
            packed[place]


def test_it_may_grow_while_nobody_reads_and_differs_from_others():
    packed = Packed([1, 2])
    packed.append(3)
    assert packed == [1, 2, 3] and packed != [1, 2, 4] and packed != [1, 2] and packed != "123"


def row(k):
    report = f"sinusrhythmus linkstyp qrs(t) abnormal inferiorer infarkt alter unbest., nummer {k * 7919 % 1000}"
    return PtbXlRow(k, f"{k // 2}.0", 61.0, "male", report, {"NORM": 100.0, "SR": 0.0}, ("NORM",), k % 10 + 1,
                    f"records100/{k:05d}_lr", f"records500/{k:05d}_hr", True)  # fmt: skip


def bytes_of(make):
    tracemalloc.start()
    kept = make()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kept) == 5000
    return size


def test_rows_take_a_tenth_of_the_memory():
    assert bytes_of(lambda: Packed(map(row, range(5000)))) < bytes_of(lambda: list(map(row, range(5000)))) / 8
