"""Average beats for training: as pages show them, worked out once for every record; varied anew every epoch."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.data.chance import Chance
from ecgscribe.findings.beats import BEAT, RHYTHM, lead_beats
from ecgscribe.findings.frame import CELL_S, LEAD_CELLS, slot_of
from ecgscribe.findings.windows import RATE_HZ, SHORT
from ecgscribe.training.findings_draw import varied_windows
from ecgscribe.training.recordbank import RecordBank

_WORN_SEED = 42


def average_beats(bank: RecordBank, epoch: int, cache: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """(beats float16 (records, 12, BEAT), rhythm float32 (records, 2, len(RHYTHM))), zeros where no beat was found.

    `epoch` -1 of the standard page, below of one after accidents, always the same. Finding them takes some 80 ms a
    record, so they are kept in `cache` by the record's id; simulated records (ids below 0) are not kept.
    """
    path = cache / f"beats{epoch}.npz" if cache else None
    held: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    if path is not None and path.exists():
        with np.load(path) as stored:
            held = {int(k): (b, r) for k, b, r in zip(stored["ids"], stored["beats"], stored["rhythm"], strict=True)}
    before = len(held)
    ids = [row.ecg_id for row in bank.rows]
    for k, ecg_id in enumerate(ids):
        if ecg_id not in held:
            beat, rhythm = lead_beats(_page(bank.ecg(k), epoch, ecg_id)) or _nothing()
            held[ecg_id] = (beat.astype(np.float16), rhythm)
    if path is not None and len(held) > before:
        kept = {ecg_id: pair for ecg_id, pair in held.items() if ecg_id >= 0}
        cache.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        beats, rhythms = (np.stack(arrays) for arrays in zip(*kept.values(), strict=True)) if kept else ([], [])
        np.savez(part, ids=np.array(list(kept)), beats=beats, rhythm=rhythms)
        os.replace(part, path)
    return np.stack([held[k][0] for k in ids]), np.stack([held[k][1] for k in ids])


def varied_beat(beat: np.ndarray, rhythm: np.ndarray, seed: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Another gain, noise, a fiducial point some samples off, and in three of ten records leads that are missing."""
    chance = Chance(seed[0], "beat", *map(str, seed[1:]))
    out = beat.astype(np.float32) * np.float32(1 + 0.08 * float(chance.normals(1)[0]))
    out += (0.02 * chance.between(0, 1) * chance.normals(out.size)).reshape(out.shape).astype(np.float32)
    out = np.roll(out, chance.whole(-3, 3), 1)
    if chance.happens(0.3):
        out[chance.uniforms(len(out)) < 0.15] = 0
    return out, rhythm


def shown(ecg: Ecg) -> Ecg:
    """What a 3x4 page with lead II below shows of a recording: NaN elsewhere."""
    signal, count = np.full_like(ecg.signal_mv, np.nan), int(CELL_S * ecg.rate_hz)
    for lead, (_, column) in LEAD_CELLS.items():
        k, part = ecg.leads.index(lead), slice(column * count, (column + 1) * count)
        signal[k, part] = ecg.signal_mv[k, part]
    strip = ecg.leads.index("II")
    signal[strip] = ecg.signal_mv[strip]
    return replace(ecg, signal_mv=signal)


def from_windows(short: np.ndarray, long: np.ndarray, seen: np.ndarray) -> Ecg:
    """The page that `lead_windows` were cut from: every lead in its column, the strip as lead II, NaN elsewhere."""
    signal = np.full((len(LEADS), long.shape[1]), np.nan)
    for lead, (_, column) in LEAD_CELLS.items():
        value, known = short[:, slot_of(lead)]
        if seen[slot_of(lead)]:
            start = int(round(column * CELL_S * RATE_HZ))  # as `lead_windows` cuts them, to the sample
            signal[LEADS.index(lead), start : start + SHORT] = np.where(known > 0, value, np.nan)
    if seen[-1]:
        signal[LEADS.index("II")] = np.where(long[1] > 0, long[0], np.nan)
    return Ecg(signal_mv=signal, rate_hz=RATE_HZ)


def _page(ecg: Ecg, epoch: int, ecg_id: int) -> Ecg:
    return shown(ecg) if epoch == -1 else from_windows(*varied_windows(ecg, (_WORN_SEED, epoch, ecg_id)))


def _nothing() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((len(LEADS), BEAT), np.float32), np.zeros((2, len(RHYTHM)), np.float32)
