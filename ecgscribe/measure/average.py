"""The average beat of every lead, all on one time axis, from leads that may have been seen at different times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.measure.beats import Beats, beats_of, snippets
from ecgscribe.measure.complexes import find_complexes, steepness
from ecgscribe.measure.prepare import RATE_HZ, Group, spikes_of, without_spikes

BEFORE_S, AFTER_S = 0.5, 0.8
ZERO = int(BEFORE_S * RATE_HZ)
"""The fiducial point's sample in an average beat."""

LENGTH = ZERO + int(AFTER_S * RATE_HZ) + 1
_ANCHOR_S = (-0.13, -0.07)
"""Where, from the fiducial point, the level of a beat is taken: mostly the PQ segment."""


@dataclass(frozen=True, eq=False)
class Average:
    """`signal_mv` (L, LENGTH) the average ordinary beat of each of `leads`, NaN where no beat shows it; per lead
    `stacks_mv` (B, LENGTH) the beats themselves and `at` (B,) the samples of their fiducial points; `beats` those of
    the longest group. `rr_s` (R,) the intervals between neighbouring beats, `rr_doubts_s` the same without the beats
    that are doubtful and with those that are possible (none without doubts), `beats_seen` how many beats: all three
    read from `rhythm_leads` over `rhythm_s` seconds. `spike` the sample, on the average's axis, of the pacemaker spike
    before most beats, NaN without one.
    """

    leads: tuple[str, ...]
    signal_mv: np.ndarray
    stacks_mv: tuple[np.ndarray, ...]
    at: tuple[np.ndarray, ...]
    beats: Beats
    rr_s: np.ndarray
    rr_doubts_s: tuple[np.ndarray, ...]
    beats_seen: int
    rhythm_leads: tuple[str, ...]
    rhythm_s: float
    spike: float = float("nan")


def average_of(groups: tuple[Group, ...]) -> Average | None:
    """The average beats of all groups; None without any beat."""
    main = groups[0]
    whole = main.seconds >= 0.9 * max(group.last for group in groups) / RATE_HZ
    beats = beats_of(main, groups[1:] if whole else ())
    leads, signals, stacks, places = [], [], [], []
    rhythm = [beats]
    reference = None
    for group in groups:
        own, at = _beats_in(group, main, beats if whole else None)
        if own is not None and group is not main and not whole:
            rhythm.append(own)
        if len(at) == 0:
            continue
        stack = snippets(_levelled(group, at), at, max(ZERO, LENGTH - ZERO - 1))
        stack = _without_fragments(stack[:, :, stack.shape[2] // 2 - ZERO :][:, :, :LENGTH])
        mean = _middle(stack)
        if reference is None:
            reference = mean
        elif own is not None:
            shift = _shift_to(reference, mean)
            at = at + shift
            stack = np.roll(stack, -shift, axis=2)
            mean = np.roll(mean, -shift, axis=1)
        for k, lead in enumerate(group.leads):
            leads.append(lead)
            signals.append(mean[k])
            stacks.append(stack[:, k])
            places.append(at)
    if not leads:
        return None
    doubts = any(one.doubtful.any() or len(one.possible) for one in rhythm)
    choices = ((True, False), (False, False), (True, True)) if doubts else ((True, False),)
    rr_s, *rr_doubts_s = (np.concatenate([one.intervals(*choice) for one in rhythm]) / RATE_HZ for choice in choices)
    return Average(
        leads=tuple(leads),
        signal_mv=np.stack(signals),
        stacks_mv=tuple(stacks),
        at=tuple(places),
        beats=beats,
        rr_s=rr_s,
        rr_doubts_s=tuple(rr_doubts_s),
        beats_seen=sum(len(one.at) for one in rhythm),
        rhythm_leads=main.leads if whole else tuple(leads),
        rhythm_s=main.seconds if whole else sum(group.seconds for group in groups),
        spike=_spike(groups, dict(zip(leads, places, strict=True))),
    )


def _spike(groups: tuple[Group, ...], places: dict[str, np.ndarray]) -> float:
    """Where on the average's axis a pacemaker spike stands before most beats of the group that shows most; or NaN."""
    most = (0, float("nan"))
    for group in groups:
        at = places.get(group.leads[0], np.zeros(0, int))
        apart = (spikes_of(group.signal_mv)[:, None] - at[None]).ravel()
        apart = apart[(apart > -0.2 * RATE_HZ) & (apart < 0.02 * RATE_HZ)]
        if len(apart) < 2 or len(apart) < 0.5 * len(at):
            continue
        middle = float(np.median(apart))
        steady = int(np.sum(np.abs(apart - middle) <= 0.012 * RATE_HZ))
        if steady >= 0.5 * len(at) and steady > most[0]:
            most = (steady, ZERO + middle)
    return most[1]


def _beats_in(group: Group, main: Group, beats: Beats | None) -> tuple[Beats | None, np.ndarray]:
    """(its own beats or None, samples of the ordinary beats) of a group.

    The beats of the longest group serve where they stand at the same times in this one; on a page whose columns all
    began at one moment they do not, and the group's own are taken.
    """
    if group is main and beats is not None:
        return beats, beats.at[beats.ordinary]
    if beats is not None:
        inside = (beats.at >= group.first) & (beats.at < group.last)
        if _agree(beats.at[inside], find_complexes(without_spikes(group.signal_mv))):
            return None, beats.at[inside & beats.ordinary]
    own = beats_of(group)
    return own, own.at[own.ordinary]


def _agree(known: np.ndarray, found: np.ndarray, within_s: float = 0.06, offset_s: float = 0.02) -> bool:
    """Whether most of the found complexes stand at known beats, and on the whole neither before nor after them."""
    if len(known) == 0 or len(found) == 0:
        return True
    apart = found[:, None] - known[None]
    nearest = apart[np.arange(len(found)), np.argmin(np.abs(apart), axis=1)] / RATE_HZ
    near = np.abs(nearest) <= within_s
    return bool(near.mean() >= 0.6 and abs(np.median(nearest[near])) <= offset_s)


def _levelled(group: Group, at: np.ndarray) -> np.ndarray:
    """(L, N) the group's signals less a line through the levels before its ordinary beats."""
    first, last = (int(v * RATE_HZ) for v in _ANCHOR_S)
    out = without_spikes(group.signal_mv)
    for row in out:
        places, levels = [], []
        for k in at:
            part = row[max(k + first, 0) : max(k + last, 0)]
            part = part[np.isfinite(part)]
            if len(part) >= 5:
                places.append(k)
                levels.append(np.median(part))
        row -= np.interp(np.arange(len(row)), places, levels) if places else np.nanmedian(row)
    return out


def _without_fragments(stack: np.ndarray) -> np.ndarray:
    """(B, L, LENGTH) with beats cut by the edge of a window made NaN, lead by lead, where whole ones are there.

    Mixed with whole ones, a beat that ends in the middle leaves a step in the average.
    """
    kept = stack.copy()
    for before_s, after_s in ((0.30, 0.45), (0.20, 0.25)):
        core = stack[:, :, ZERO - int(before_s * RATE_HZ) : ZERO + int(after_s * RATE_HZ)]
        whole = np.isfinite(core).all(axis=2)
        if whole.any():
            kept[~whole & whole.any(axis=0)] = np.nan
            return kept
    return kept


def _middle(stack: np.ndarray) -> np.ndarray:
    """(L, W) mean over beats without the highest and lowest fifth; plain mean of fewer than four."""
    ordered = np.sort(stack, axis=0)  # NaN goes last
    count = np.isfinite(stack).sum(axis=0)
    cut = np.where(count >= 4, np.maximum(count // 5, 1), 0)
    place = np.arange(len(stack))[:, None, None]
    kept = (place >= cut) & (place < count - cut)
    total = np.where(kept, np.nan_to_num(ordered), 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(kept.sum(axis=0), 1), np.nan)


def _shift_to(reference: np.ndarray, mean: np.ndarray, most_s: float = 0.08) -> int:
    """By how many samples `mean` is late against `reference`: where their steepness is most alike."""
    first, second = steepness(reference), steepness(mean)
    most, half = int(most_s * RATE_HZ), int(0.15 * RATE_HZ)
    fixed = first[ZERO - half : ZERO + half]
    scores = [np.sum(fixed * second[ZERO - half + s : ZERO + half + s]) for s in range(-most, most + 1)]
    return int(np.argmax(scores)) - most
