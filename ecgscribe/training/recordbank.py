"""The records of one split, held in memory: rows, captions and signals (int16 microvolts)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.data.ptbxl import PtbXl, PtbXlRow
from ecgscribe.text.caption import caption_of

RATE_HZ = 250


@dataclass(frozen=True, eq=False)
class RecordBank:
    """`rows` and `captions` side by side; `signal_uv` int16 (records, 12, N) at `rate_hz`."""

    rows: tuple[PtbXlRow, ...]
    captions: tuple[str, ...]
    signal_uv: np.ndarray
    rate_hz: float = RATE_HZ

    def __len__(self) -> int:
        return len(self.rows)

    def ecg(self, k: int) -> Ecg:
        return Ecg(
            self.signal_uv[k].astype(np.float32) / 1000,
            self.rate_hz,
            record=str(self.rows[k].ecg_id),
            patient=self.rows[k].patient_id,
        )


def load_bank(
    source: PtbXl, split: dict[int, str], name: str, translator, cache: Path, excluded: frozenset[int] = frozenset()
) -> RecordBank:
    """All usable records of the split `name`; signals are packed into `cache` once and read from there later."""
    rows = [row for row in source.rows if split.get(row.ecg_id) == name and row.ecg_id not in excluded]
    captions = {row.ecg_id: caption_of(row.report, translator).text for row in rows}
    packed = cache / f"records-{name}.npz"
    if not packed.exists():
        cache.mkdir(parents=True, exist_ok=True)
        kept, signals = [], []
        for row, ecg in source.good(rows):
            kept.append(row.ecg_id)
            signals.append(pack_signal(ecg))
        if not signals:
            raise BadOption(f"No usable record in split {name!r}.", "Check the folder and the split file.")
        temporary = packed.with_suffix(".tmp.npz")
        np.savez(temporary, ids=np.array(kept), signals=np.stack(signals))
        os.replace(temporary, packed)
    held = np.load(packed)
    by_id = {row.ecg_id: row for row in rows}
    # records whose report says nothing teach the eye but not the pen: they keep an empty caption
    keep = [k for k, ecg_id in enumerate(held["ids"]) if int(ecg_id) in by_id]
    chosen = [by_id[int(held["ids"][k])] for k in keep]
    return RecordBank(tuple(chosen), tuple(captions[row.ecg_id] for row in chosen), held["signals"][keep])


def pack_signal(ecg: Ecg) -> np.ndarray:
    """(12, N) int16 microvolts at RATE_HZ. Pairs of samples are averaged, a short low-pass against aliasing."""
    step = int(round(ecg.rate_hz / RATE_HZ))
    signal = ecg.signal_mv
    if step > 1:
        usable = signal.shape[1] // step * step
        signal = signal[:, :usable].reshape(len(signal), -1, step).mean(axis=2)
    elif ecg.rate_hz < RATE_HZ:
        old = np.arange(signal.shape[1]) / ecg.rate_hz
        new = np.arange(int(ecg.duration_s * RATE_HZ)) / RATE_HZ
        signal = np.stack([np.interp(new, old, lead) for lead in signal])
    return np.clip(np.round(signal * 1000), -32768, 32767).astype(np.int16)
