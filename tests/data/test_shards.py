"""Shards: memory stays flat however many rows there are, and rows survive the way through parquet."""

import tracemalloc
from collections import Counter

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgscribe.data.pictures import RowPicture
from ecgscribe.data.plan import PlannedRow
from ecgscribe.data.processes import Processes
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.rows import Row, features
from ecgscribe.data.shards import ROWS_PER_GROUP, in_order, write_shard

PICTURE_BYTES = 100_000


class Noise:
    """Pictures of incompressible bytes; remembers how many it gave."""

    given = 0

    def picture(self, row, variant=0):
        self.given += 1
        return RowPicture(np.random.default_rng(row.ecg_id).bytes(PICTURE_BYTES), 8.0, row.ecg_id)


def planned(count):
    return [
        PlannedRow(PtbXlRow(k, str(k), None, "", "r", {"NORM": 1.0}, ("NORM",), 1, "", "", True), "caption.", "en")
        for k in range(count)
    ]


def peak_bytes(path, count):
    rows = planned(count)
    pool = pyarrow.default_memory_pool()
    tracemalloc.start()
    before = pool.bytes_allocated()
    arrow_peak = []
    write_shard(path, rows, in_order(Noise(), rows, Processes(1)), lambda k: arrow_peak.append(
        pool.bytes_allocated() - before))  # fmt: skip
    _, python_peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return python_peak + max(arrow_peak)


def test_memory_does_not_grow_with_the_rows(tmp_path):
    few, many = ROWS_PER_GROUP * 2, ROWS_PER_GROUP * 8
    less, more = peak_bytes(tmp_path / "few.parquet", few), peak_bytes(tmp_path / "many.parquet", many)
    assert (tmp_path / "many.parquet").stat().st_size > many * PICTURE_BYTES
    assert more < less * 1.2 + 1e6
    assert more < 4 * ROWS_PER_GROUP * PICTURE_BYTES


def test_pictures_are_asked_for_one_by_one():
    noise = Noise()
    results = in_order(noise, planned(50), Processes(1))
    next(results)
    assert noise.given == 1
    results.close()


def test_row_groups_are_small(tmp_path):
    rows = planned(ROWS_PER_GROUP + 1)
    written = write_shard(tmp_path / "x.parquet", rows, in_order(Noise(), rows, Processes(1)))
    file = pyarrow.parquet.ParquetFile(tmp_path / "x.parquet")
    assert written.rows == len(rows) == file.metadata.num_rows and file.num_row_groups == 2
    codecs = Counter(file.metadata.row_group(0).column(k).compression for k in range(file.metadata.num_columns))
    assert codecs["UNCOMPRESSED"] == 2 and set(codecs) == {"UNCOMPRESSED", "ZSTD"}  # the picture's bytes and name


rows_of_any_kind = st.builds(
    Row,
    image=st.binary(max_size=50),
    caption=st.text(),
    report=st.text(),
    language=st.sampled_from(["de", "en", "sv", ""]),
    scp_codes=st.dictionaries(st.text(), st.integers(0, 100).map(float), max_size=4),
    superclasses=st.lists(st.sampled_from(["NORM", "MI", "CD"]), unique=True).map(tuple),
    ecg_id=st.integers(0, 2**31),
    patient_id=st.text(),
    strat_fold=st.integers(1, 10),
    seed=st.none() | st.integers(0, 2**31),
    px_per_mm=st.none() | st.floats(1, 32, width=32),
    variant=st.integers(0, 9),
    preset=st.sampled_from(["", "phone"]),
    severity=st.none() | st.floats(0, 1, width=32),
    layout=st.text(),
    style=st.text(),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(rows_of_any_kind, max_size=4))
def test_rows_come_back_from_parquet_as_they_were(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("rows") / "x.parquet"
    schema = features().arrow_schema
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row.to_dict() for row in rows], schema=schema), path)
    assert [Row.from_dict(fields) for fields in pyarrow.parquet.read_table(path).to_pylist()] == rows


@pytest.mark.slow
def test_leaving_early_ends_the_processes():
    import multiprocessing

    results = in_order(Noise(), planned(40), Processes(2))
    next(results)
    assert len(multiprocessing.active_children()) > 0
    results.close()
    assert multiprocessing.active_children() == []
