"""Frames and windows for training, made anew for every record and epoch: what pages, photographs and digitising do."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.data.chance import Chance
from ecgscribe.data.render import render
from ecgscribe.findings.frame import (
    CELLS,
    FRAME_PX,
    LEAD_CELLS,
    PX_PER_MV,
    PX_PER_S,
    SLOTS,
    cell_box,
    lead_frame,
)
from ecgscribe.findings.windows import lead_windows
from ecgscribe.training.draw import varied_page

_LAYOUTS = ("3x4+1",) * 11 + ("3x4", "3x4", "3x4+3", "3x4+2", "6x2+1", "6x2", "12x1", "3x4+1-cabrera")


def plain_frame(ecg: Ecg) -> tuple[np.ndarray, np.ndarray]:
    """Frame and seen cells of the standard page."""
    return lead_frame(render(ecg, px_per_mm=5.0)[0])


def varied_frame(ecg: Ecg, seed: tuple[int, ...], style_seed: int, bare: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """One random variant: a whole page of the data engine after accidents, or with the probability `bare` only its
    traces, drawn straight into the cells (ten times faster). Then blur, noise, holes, cells that are missing."""
    chance = Chance(seed[0], "frame", *map(str, seed[1:]))
    if chance.happens(bare):
        frame, seen = bare_frame(ecg, chance)
    else:
        severe = 2.0 ** chance.between(-1.0, 1.6)
        page, _ = varied_page(ecg, seed, style_seed, chance.chosen(_LAYOUTS), severe)
        frame, seen = lead_frame(page, chance.between(0, 1))
    return worn(frame, chance), _without_some(seen, chance)


def bare_frame(ecg: Ecg, chance: Chance) -> tuple[np.ndarray, np.ndarray]:
    """Anti-aliased traces in their cells, with the neighbours' traces reaching in, and now and then a grid."""
    frame = np.zeros(FRAME_PX, np.uint8)
    gain, ink = chance.between(0.88, 1.12) * PX_PER_MV, int(chance.between(110, 255))
    starts = [column * 2.5 for column in range(4)] if chance.happens(0.3) else [7.4 * u for u in chance.uniforms(4)]
    if chance.happens(0.15):
        step, at = chance.chosen((7.68, 7.68, 1.536)), chance.between(0, 7)
        grey = int(chance.between(8, 50))
        frame[(at + step * np.arange(int(FRAME_PX[0] / step))).astype(int) % FRAME_PX[0]] = grey
        frame[:, (at + step * np.arange(int(FRAME_PX[1] / step))).astype(int) % FRAME_PX[1]] = grey
    apart_px = chance.between(2.0, 3.6) * PX_PER_MV if chance.happens(0.7) else 1e6
    wide, late = 1.0 + 0.01 * chance.normal(), 2.0 * chance.normals(SLOTS)
    lift = 1.3 * chance.normals(SLOTS)
    for slot in range(SLOTS):
        x0, y0, x1, y1 = cell_box(slot)
        cell = np.ascontiguousarray(frame[y0:y1, x0:x1])
        row, column = divmod(slot, 4)
        start_s = starts[column] if slot < SLOTS - 1 else 0.0
        for step in (-1, 0, 1):
            lead = "II" if slot == SLOTS - 1 else CELLS[row + step][column] if 0 <= row + step < 3 else None
            if lead is None or (slot == SLOTS - 1 and step):
                continue
            _trace(cell, ecg, lead, start_s - late[slot] / PX_PER_S, wide, lift[slot] + step * apart_px, gain, ink)
        frame[y0:y1, x0:x1] = cell
    return frame, np.ones(SLOTS, bool)


def _trace(cell, ecg: Ecg, lead: str, start_s: float, wide: float, lift: float, gain: float, ink: int) -> None:
    height, width = cell.shape
    first = int(start_s * ecg.rate_hz)
    index = np.arange(first, first + int(width / PX_PER_S * ecg.rate_hz) + 1)
    inside = (index >= 0) & (index < ecg.signal_mv.shape[1])
    x = (index - first) / ecg.rate_hz * PX_PER_S * wide
    y = height / 2 + lift - gain * ecg.lead_mv(lead)[np.clip(index, 0, ecg.signal_mv.shape[1] - 1)]
    points = np.stack([x[inside], np.clip(y[inside], -200, height + 200)], 1)
    cv2.polylines(cell, [np.round((points - 0.5) * 16).astype(np.int32)], False, ink, 1, cv2.LINE_AA, 4)


def worn(frame: np.ndarray, chance: Chance) -> np.ndarray:
    """Blur, noise, another darkness, a hole, a bend of a pixel or two: what bad pictures leave of a frame."""
    out = frame.astype(np.float32)
    if chance.happens(0.25):
        across, down = chance.between(0.3, 1.2), chance.between(0.3, 1.2)
        out = cv2.GaussianBlur(out, (0, 0), across, sigmaY=down)
    if chance.happens(0.3):
        out *= chance.between(0.5, 1.5)
    if chance.happens(0.3):
        tile = chance.normals(64 * 64).reshape(64, 64) * chance.between(2, 22)
        out += np.tile(tile, (FRAME_PX[0] // 64, FRAME_PX[1] // 64))
    if chance.happens(0.2):
        for _ in range(chance.whole(1, 3)):
            x, y = chance.whole(0, FRAME_PX[1]), chance.whole(0, FRAME_PX[0])
            wide, high = chance.whole(6, 50), chance.whole(6, 40)
            out[y : y + high, x : x + wide] = chance.chosen((0.0, 0.0, 60.0, 160.0))
    if chance.happens(0.3):
        out = _bent(out, chance)
    return np.clip(out, 0, 255).astype(np.uint8)


def _bent(frame: np.ndarray, chance: Chance) -> np.ndarray:
    """Every cell moved a little by a smooth field, as a curled sheet does."""
    height, width = FRAME_PX
    grid = (chance.normals(2 * 30).reshape(2, 5, 6) * chance.between(0.3, 1.8)).astype(np.float32)
    dx, dy = (cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in grid)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return cv2.remap(frame, x + dx, y + dy, cv2.INTER_LINEAR)


def _without_some(seen: np.ndarray, chance: Chance) -> np.ndarray:
    """Which cells are told to be missing: in one page of eight one to four leads, in one of eight the strip."""
    seen = seen.copy()
    if chance.happens(0.12):
        for _ in range(chance.whole(1, 4)):
            seen[chance.whole(0, SLOTS - 2)] = False
    if chance.happens(0.12):
        seen[SLOTS - 1] = False
    return seen


def plain_windows(ecg: Ecg) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The leads as a 3x4 page with lead II below shows them."""
    return lead_windows(ecg)


def varied_windows(ecg: Ecg, seed: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The windows of another page of the record, as digitising leaves them: shifted, with another gain, drift, noise,
    jitter, steps of a pixel, gaps, and leads that are missing."""
    chance = Chance(seed[0], "windows", *map(str, seed[1:]))
    rolled = ecg
    if chance.happens(0.7):
        # every column shows its own time: the record is turned so that windows need not be successive
        pieces = []
        for column, start in enumerate(chance.uniforms(4) * 7.5):
            pieces.append(int((start - 2.5 * column) * ecg.rate_hz))
        signal = ecg.signal_mv.copy()
        for lead, (_, column) in LEAD_CELLS.items():
            if lead != "II":  # lead II is the strip as well, so it keeps its time
                signal[ecg.leads.index(lead)] = np.roll(ecg.lead_mv(lead), -pieces[column])
        rolled = replace(ecg, signal_mv=signal)
    short, long, seen = lead_windows(rolled)
    gain = chance.between(0.88, 1.12)
    for plane in (short, long):
        value, mask = plane[0], plane[1]
        value *= gain
        if chance.happens(0.5):
            _digitised(value, mask, chance)
    if chance.happens(0.2):
        for _ in range(chance.whole(1, 4)):
            seen[chance.whole(0, SLOTS - 2)] = False
    if chance.happens(0.15):
        seen[SLOTS - 1] = False
    return short, long, seen


def _digitised(value: np.ndarray, mask: np.ndarray, chance: Chance) -> None:
    """In place: errors of a digitiser in mV planes (..., samples); `mask` loses what a gap takes."""
    flat, known = value.reshape(-1, value.shape[-1]), mask.reshape(-1, value.shape[-1])
    samples = flat.shape[1]
    time = np.linspace(0, 1, samples)
    for row in range(len(flat)):
        if chance.happens(0.5):
            flat[row] += chance.between(0.0, 0.12) * np.sin(
                2 * np.pi * (chance.between(0.2, 2) * time + chance.between(0, 1))
            )
        if chance.happens(0.5):
            flat[row] += (chance.between(0.005, 0.04) * chance.normals(samples)).astype(np.float32)
        if chance.happens(0.15):
            at, length = chance.whole(0, samples - 1), chance.whole(3, 40)
            flat[row, at : at + length], known[row, at : at + length] = 0, 0
    if chance.happens(0.4):
        step = chance.between(0.01, 0.05)
        flat[:] = np.round(flat / step) * step
