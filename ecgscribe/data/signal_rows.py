"""Rows of the config `signals`: the twelve leads of a record as one array, with what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadRecord
from ecgscribe.core.standards import LEADS
from ecgscribe.data.pictures import Records, RowPicture
from ecgscribe.data.plan import PlannedRow
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.data.row import SIGNALS, features, stored

UV_PER_MV = 1000.0
MOST_UV = 2**15 - 1


@dataclass(frozen=True)
class RowSignal:
    """`signal_uv` int16 (samples, 12) microvolts, leads in standard order; `rate_hz`; `note` of the record."""

    signal_uv: np.ndarray
    rate_hz: float
    note: str = ""


@dataclass(frozen=True)
class Content:
    """What a build puts into rows: `pictures` for pages and photos, signals from `records` (None: there are none)."""

    pictures: object
    records: Records | None = None

    def picture(self, row: PtbXlRow, variant: int = 0) -> RowPicture:
        """As the pictures give it. Raises `BadRecord`."""
        return self.pictures.picture(row, variant)

    def signal(self, row: PtbXlRow) -> RowSignal:
        """The signal of a row. Raises `BadRecord`."""
        return signal_of(self.records.ecg(row)[0])


def signal_of(ecg: Ecg) -> RowSignal:
    """In whole microvolts. Raises `BadRecord` when a lead is absent, a sample has no value or is above 32.767 mV."""
    if ecg.leads != LEADS or not np.isfinite(ecg.signal_mv).all():
        raise BadRecord("leads", f"Record {ecg.record} has not all twelve leads with all samples.")
    uv = np.rint(np.asarray(ecg.signal_mv, np.float64).T * UV_PER_MV)
    if np.abs(uv).max() > MOST_UV:
        raise BadRecord("range", f"Record {ecg.record} holds {np.abs(uv).max() / 1000:.1f} mV; at most 32.767 fit.")
    return RowSignal(np.ascontiguousarray(uv.astype(np.int16)), float(ecg.rate_hz), ecg.note)


def signal_table(rows: Sequence[tuple[PlannedRow, RowSignal]]):
    """The `pyarrow.Table` of some rows, in the schema of the config `signals`."""
    import pyarrow

    schema = features(SIGNALS).arrow_schema
    records = [_record(row, signal.rate_hz) for row, signal in rows]
    columns = {
        field.name: pyarrow.array([record[field.name] for record in records], field.type)
        for field in schema
        if field.name != "signal_uv"
    }
    columns["signal_uv"] = _stacked([signal.signal_uv for _, signal in rows], schema.field("signal_uv").type)
    return pyarrow.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def _stacked(signals: Sequence[np.ndarray], kind):
    """(samples, 12) arrays as one Arrow column without a Python number for each sample."""
    import pyarrow

    lengths = np.cumsum([0] + [len(signal) for signal in signals])
    values = pyarrow.array(np.concatenate([signal.ravel() for signal in signals]))
    inner = pyarrow.ListArray.from_arrays(pyarrow.array(np.arange(lengths[-1] + 1) * 12, pyarrow.int32()), values)
    outer = pyarrow.ListArray.from_arrays(pyarrow.array(lengths, pyarrow.int32()), inner)
    return pyarrow.ExtensionArray.from_storage(kind, outer)


def _record(row: PlannedRow, rate_hz: float) -> dict:
    source = row.source
    return {
        "rate_hz": rate_hz,
        "caption": row.caption,
        "report": source.report,
        "language": row.language,
        "ecg_id": source.ecg_id,
        "patient_id": source.patient_id,
        "strat_fold": source.strat_fold,
        "structured": row.structured,
        "source": source.source,
        "record": source.record or str(source.ecg_id),
        "age": source.age,
        "sex": source.sex,
    } | stored(source.scp_codes, source.superclasses, row.statements)
