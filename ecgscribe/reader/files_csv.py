"""Writes signals as a table for spreadsheets: a time column and a column in mV per lead."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadRecord
from ecgscribe.reader.files_wfdb import write_whole


def csv_text(ecg: Ecg) -> str:
    """Header `time_s,I,II ...`, then one line a sample: seconds from the page's left edge, mV with four decimals
    (0.1 uV), an empty cell where nothing was seen. All leads of `ecg` have a column, in its order.
    """
    times_s = np.arange(ecg.signal_mv.shape[1]) / ecg.rate_hz
    lines = ["time_s," + ",".join(ecg.leads)]
    for time_s, values in zip(times_s.tolist(), ecg.signal_mv.T.tolist(), strict=True):
        # a NaN is the only number that differs from itself; "+ 0.0" turns -0.0000 into 0.0000
        lines.append(f"{time_s:.6g}," + ",".join("" if v != v else f"{round(v, 4) + 0.0:.4f}" for v in values))
    return "\n".join(lines) + "\n"


def write_csv(ecg: Ecg, folder: str | Path, name: str) -> Path:
    """Writes `name`.csv below `folder` and returns its path.

    Raises `BadRecord` when no lead has a sample, `BadOption` when the folder cannot be written.
    """
    if not np.isfinite(ecg.signal_mv).any():
        raise BadRecord("nan", f"No lead of {name!r} has a sample to write as CSV.", "Read a clearer picture.")
    path = Path(folder) / f"{Path(name).name}.csv"
    write_whole(path, csv_text(ecg).encode("utf-8"))
    return path
