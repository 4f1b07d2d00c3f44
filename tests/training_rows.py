"""Writes a tiny dataset folder of rows for the training tests."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from PIL import Image

CAPTIONS = [
    "sinus rhythm, normal ecg",
    "sinus rhythm, left axis deviation, st-t abnormality in v4-v6",
    "atrial fibrillation 120/min",
    "p-r 0.22 s, first degree av block. qrs(t) abnormal",
]


def png(seed: int, size: int = 24) -> bytes:
    """Noise as a picture file."""
    picture = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def write_rows(folder: Path, split: str, ids: list[int]) -> list[bytes]:
    """One split of invented rows, captions in turn; returns the pictures' bytes."""
    from ecgscribe.data.rows import Row, features

    pictures = [png(k) for k in ids]
    rows = [
        Row(picture, CAPTIONS[k % 4], "raw", "en", {"NORM": 100.0}, ("NORM",), k, f"p{k}", 1, k, 8.0).to_dict()
        for k, picture in zip(ids, pictures, strict=True)
    ]
    (folder / "data").mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=features().arrow_schema)
    parquet.write_table(table, folder / "data" / f"{split}-00000.parquet")
    return pictures
