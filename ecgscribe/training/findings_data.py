"""Records, labels and pictures of the findings' training: PTB-XL folder in, banks and data sets out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import CONDITIONS, codes_of, request_of
from ecgscribe.data.ptbxl import STATEMENTS, PtbXl, PtbXlRow, diagnostic_classes
from ecgscribe.data.simulate import simulate
from ecgscribe.findings.labels import SUPERCLASSES, Label, targets
from ecgscribe.training.findings_beats import average_beats, varied_beat
from ecgscribe.training.findings_draw import plain_frame, plain_windows, varied_frame, varied_windows
from ecgscribe.training.recordbank import RATE_HZ, RecordBank, pack_signal

VIEWS = ("picture", "signal", "beat")


@dataclass(frozen=True, eq=False)
class FindingsData:
    """`codes` (SCP code -> likelihood) beside the records of `bank`; `classes` SCP code -> superclass; average
    beats are kept in `cache`."""

    bank: RecordBank
    codes: tuple[Mapping[str, float], ...]
    classes: Mapping[str, str]
    cache: Path | None = None

    def __len__(self) -> int:
        return len(self.bank)

    @property
    def patients(self) -> tuple[str, ...]:
        return tuple(row.patient_id for row in self.bank.rows)

    def part(self, places: Sequence[int]) -> FindingsData:
        """The records at these places."""
        rows = tuple(self.bank.rows[k] for k in places)
        bank = RecordBank(rows, ("",) * len(rows), self.bank.signal_uv[np.asarray(places, int)], self.bank.rate_hz)
        return FindingsData(bank, tuple(self.codes[k] for k in places), self.classes, self.cache)

    def joined(self, other: FindingsData) -> FindingsData:
        """These records, then those of `other`."""
        signals = np.concatenate([self.bank.signal_uv, other.bank.signal_uv])
        rows = self.bank.rows + other.bank.rows
        bank = RecordBank(rows, ("",) * len(rows), signals, self.bank.rate_hz)
        return FindingsData(bank, self.codes + other.codes, self.classes, self.cache)


def load_findings(
    source: PtbXl, split: Mapping[int, str], name: str, cache: Path, excluded: frozenset[int] = frozenset()
) -> FindingsData:
    """The usable records of the split `name`; their signals are packed into `cache` once.

    Raises `BadOption` when no record is left, or the folder's diagnostic classes are not those of PTB-XL.
    """
    rows = {row.ecg_id: row for row in source.rows if split.get(row.ecg_id) == name and row.ecg_id not in excluded}
    packed = cache / f"findings-{name}.npz"
    if not packed.exists():
        pairs = [(row.ecg_id, pack_signal(ecg)) for row, ecg in source.good(list(rows.values()))]
        if not pairs:
            raise BadOption(f"No usable record in the split {name!r}.", "Check the folder and the split file.")
        cache.mkdir(parents=True, exist_ok=True)
        temporary = packed.with_suffix(".tmp.npz")
        np.savez(temporary, ids=np.array([k for k, _ in pairs]), signals=np.stack([signal for _, signal in pairs]))
        os.replace(temporary, packed)
    with np.load(packed) as held:
        ids, signals = held["ids"], held["signals"]
    keep = [k for k, ecg_id in enumerate(ids) if int(ecg_id) in rows]
    if not keep:
        raise BadOption(f"{packed} holds none of the split's records.", "Remove it, so that it is made again.")
    chosen = tuple(rows[int(ids[k])] for k in keep)
    bank = RecordBank(chosen, ("",) * len(chosen), signals[keep], RATE_HZ)
    return FindingsData(bank, tuple(row.scp_codes for row in chosen), known_classes(source.folder), cache)


def known_classes(folder: Path) -> dict[str, str]:
    """SCP code -> superclass, of the diagnostic codes. Raises `BadOption` for a class that is none of PTB-XL's five,
    or when one of the five has no code."""
    classes = diagnostic_classes(folder)
    strange = sorted(set(map(str, classes.values())) ^ set(SUPERCLASSES))
    if strange:
        raise BadOption(
            f"{folder / STATEMENTS}: the diagnostic classes differ from PTB-XL's in {', '.join(strange)}.",
            f"The column diagnostic_class must hold {', '.join(SUPERCLASSES)}.",
        )
    return classes


def simulated_findings(
    classes: Mapping[str, str], wanted: Sequence[str], each: int, seed: int, cache: Path
) -> FindingsData:
    """`each` simulated records of every condition that carries one of the `wanted` codes; kept in `cache`."""
    conditions = [name for name in CONDITIONS if set(codes_of(request_of(name, seed, {}))) & set(wanted)]
    packed = cache / f"simulated-{each}-{seed}.npz"
    made = [(name, Chance(seed, name, str(k)).whole(0, 2**31 - 1)) for name in conditions for k in range(each)]
    if not made:
        raise BadOption(f"No simulated condition carries one of {', '.join(wanted)}.", "Train without --simulated.")
    records = None
    if packed.exists():
        with np.load(packed) as held:
            records = held["signals"] if len(held["signals"]) == len(made) else None
    if records is None:
        records = np.stack([pack_signal(simulate(name, number, RATE_HZ).ecg) for name, number in made])
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(packed, signals=records)
    codes = tuple(dict(codes_of(request_of(name, number, {}))) for name, number in made)
    rows = tuple(
        PtbXlRow(-1 - k, f"simulated-{k}", None, "", "", dict(held), (), 1, "", "", False)
        for k, held in enumerate(codes)
    )
    return FindingsData(RecordBank(rows, ("",) * len(rows), records, RATE_HZ), codes, classes)


class DrawnFindings(Dataset):
    """Index (epoch, record, style seed, bare share) -> tensors of one view, target, weight. Epoch -1: the plain page;
    -2 a page after many accidents, the same one every time."""

    def __init__(self, data: FindingsData, labels: Sequence[Label], view: str, seed: int):
        if view not in VIEWS:
            raise BadOption(f"There is no view {view!r}.", f"Known: {', '.join(VIEWS)}.")
        self.data, self.view, self.seed = data, view, seed
        self._beats: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.target, self.weight = targets(data.codes, labels, data.classes)

    def __len__(self) -> int:
        return len(self.data)

    def inputs(self, epoch: int, k: int, style_seed: int = 0, bare: float = 0.0) -> tuple[np.ndarray, ...]:
        seed = (self.seed, epoch, self.data.bank.rows[k].ecg_id)
        if self.view == "beat":
            beat, rhythm = (array[k] for array in self._average_beats(min(epoch, -1)))
            return (beat.astype(np.float32), rhythm) if epoch < 0 else varied_beat(beat, rhythm, seed)
        ecg: Ecg = self.data.bank.ecg(k)
        if self.view == "picture":
            return plain_frame(ecg) if epoch == -1 else varied_frame(ecg, seed, style_seed, bare)
        return plain_windows(ecg) if epoch == -1 else varied_windows(ecg, seed)

    def _average_beats(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        if epoch not in self._beats:
            self._beats[epoch] = average_beats(self.data.bank, epoch, self.data.cache)
        return self._beats[epoch]

    def __getitem__(self, index: tuple[int, int, int, float]):
        arrays = self.inputs(*index)
        k = index[1]
        return (
            *(torch.from_numpy(array) for array in arrays),
            torch.tensor(self.target[k]),
            torch.tensor(self.weight[k]),
        )
