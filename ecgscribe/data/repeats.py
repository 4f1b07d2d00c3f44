"""The same picture under two record numbers: kept once, or it would stand in training and in test.

PTB-XL 1.0.1 holds eight such pairs, three of them under two patients, where a split by patient does not help.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ecgscribe.data.pictures import RowPicture
from ecgscribe.data.plan import PlannedRow
from ecgscribe.data.row import FOLDERS, PAGES
from ecgscribe.data.shards import BadRow, Result

REPEAT = "repeat"


def picture_key(image: bytes) -> bytes:
    """Sixteen bytes that stand for the picture."""
    return hashlib.sha256(image).digest()[:16]


def keys_of_shard(path: Path) -> dict[bytes, int]:
    """Key -> ecg_id of every page of a shard (none for photos and signals); one row group in memory at a time."""
    import pyarrow.parquet

    keys = {}
    if path.parent.name != FOLDERS[PAGES]:
        return keys
    file = pyarrow.parquet.ParquetFile(path)
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=["image.bytes", "ecg_id"])
        for image, ecg_id in zip(table["image"], table["ecg_id"].to_pylist(), strict=True):
            keys[picture_key(image["bytes"].as_py())] = ecg_id
    return keys


def without_repeats(
    rows: Iterable[PlannedRow],
    results: Iterable[Result],
    seen: dict[bytes, int],
    gone: dict[int, BadRow] | None = None,
) -> Iterator[Result]:
    """The results, but a picture that `seen` (key -> ecg_id, added to) has under another number is a bad row, and so
    are the photos and the signal after it; `gone` (added to) holds the repeats found before.
    """
    gone = {} if gone is None else gone
    for row, result in zip(rows, results, strict=True):
        ecg_id = row.source.ecg_id
        if row.config != PAGES:
            result = gone.get(ecg_id, result)
        elif isinstance(result, RowPicture):
            first = seen.setdefault(picture_key(result.image), ecg_id)
            if first != ecg_id:
                result = BadRow(ecg_id, REPEAT, f"Its picture is the same as that of ecg_id {first}.")
                gone[ecg_id] = result
        yield result
