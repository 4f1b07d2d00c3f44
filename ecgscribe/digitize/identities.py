"""Einthoven's and Goldberger's identities: how well simultaneous limb leads agree, and what they teach each other.

With I and II known all six limb leads are: III = II - I, aVR = -(I + II) / 2, aVL = I - II / 2, aVF = II - I / 2
(Einthoven 1913, Goldberger 1942).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ecgscribe.core.standards import LEADS

LIMB = LEADS[:6]
FROM_I_AND_II = np.array([[1, 0], [0, 1], [-1, 1], [-0.5, -0.5], [1, -0.5], [-0.5, 1]])
"""(6, 2): the limb leads as combinations of I and II."""

_FLOOR_MV = 0.006  # no lead is trusted to more
_LEAST_S = 0.5  # leads that share less time do not judge each other
_WORST_MV = 0.12  # leads that disagree more are not of one time, or one of them is misread
_WORST_MISFIT = 1.3
"""Times what the reading explains (1), from which leads miss the identities of themselves: recorders that filter or
sample leads apart print such leads. LUDB's limb leads miss them by 20 to 60 uV in the files."""
_LONGER = 1.5  # a lead seen for so many times as long as the usual one of a stretch is a rhythm strip
_LEAST_LIKENESS = 0.5  # correlation of a strip with what a column's leads say of it, below which it is of another time


def limb_residual_mv(signal_mv: np.ndarray) -> np.ndarray:
    """(6, N) limb leads -> (6, N): each lead less what the others say (least squares); NaN where fewer than
    three leads stand at a time."""
    fitted = _fitted(signal_mv, np.full(signal_mv.shape, 1.0))
    return signal_mv - fitted


def _fitted(signal_mv: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(6, N) weighted least squares on I and II in every sample; NaN where fewer than three leads are known."""
    known = np.isfinite(signal_mv)
    weight = np.where(known, weight, 0.0)
    value = np.where(known, signal_mv, 0.0)
    a, b = FROM_I_AND_II.T
    aa, ab, bb = (a * a) @ weight, (a * b) @ weight, (b * b) @ weight
    ra, rb = a @ (weight * value), b @ (weight * value)
    determinant = aa * bb - ab * ab
    enough = (known.sum(axis=0) >= 3) & (determinant > 1e-12)
    safe = np.where(enough, determinant, 1.0)
    first, second = (bb * ra - ab * rb) / safe, (aa * rb - ab * ra) / safe
    fitted = FROM_I_AND_II @ np.stack([first, second])
    return np.where(known & enough, fitted, np.nan)


_ALIKE_MV = 0.1  # rms by which leads may miss the identities, beside a share of their own strength
_ALIKE_SHARE = 0.35


def disagreeing(signal_mv: np.ndarray, rate_hz: float) -> tuple[str, ...]:
    """Limb leads of (12, N) that miss the identities by more than misreadings of a hair do; zero lines do not count.

    All leads of a stretch are named: three leads cannot tell which of them is wrong.
    """
    limb = signal_mv[:6]
    named = np.zeros(6, bool)
    for _, rows, centred in _centred_stretches(limb, rate_hz):
        off = limb_residual_mv(centred)[rows]
        # least squares hides part of an error: n leads leave n - 2 of n shares of it to be seen
        seen = np.sqrt(np.nanmean(off**2) * rows.sum() / (rows.sum() - 2))
        if seen > _ALIKE_MV + _ALIKE_SHARE * np.sqrt(np.mean(centred[rows] ** 2)):
            named |= rows
    return tuple(name for name, one in zip(LIMB, named, strict=True) if one)


def repaired(signal_mv: np.ndarray, noise_mv: np.ndarray, rate_hz: float) -> tuple[np.ndarray, tuple[str, ...]]:
    """(12, N) mV with limb leads brought into agreement, and the names of those changed.

    `noise_mv` (12, N) the deviation expected of each sample: the surer a lead, the less it moves. Constant offsets
    between leads are left alone, as zero lines are known from elsewhere. Nothing is changed, and nothing invented, in
    stretches where leads disagree by more than `_WORST_MV` or than their reading explains; a rhythm strip that does not
    move with the leads of a column (on pages whose columns all began at one moment it does not) neither teaches them
    nor learns from them.
    """
    signal = signal_mv.copy()
    limb = signal[:6]
    weight = 1.0 / (np.nan_to_num(noise_mv[:6], nan=1.0) ** 2 + _FLOOR_MV**2)
    changed = np.zeros(6, bool)
    for (first, end), rows, centred in _centred_stretches(limb, rate_hz):
        centred[_strips_of_another_time(np.isfinite(limb).sum(axis=1), rows, centred)] = np.nan
        rows = np.isfinite(centred).any(axis=1)
        fitted = _fitted(centred, weight[:, first:end])
        move = np.where(np.isfinite(fitted), fitted - centred, 0.0)
        if not np.isfinite(fitted).any() or np.sqrt(np.mean(move[rows] ** 2)) > _WORST_MV:
            continue
        if _misfit(move[rows], weight[rows, first:end]) > _WORST_MISFIT:
            continue
        limb[:, first:end] += move
        changed |= np.abs(move).max(axis=1) > 1e-6
    return signal, tuple(name for name, one in zip(LIMB, changed, strict=True) if one)


def _misfit(move: np.ndarray, weight: np.ndarray) -> float:
    """Root mean square of the moves (R, W) in expected deviations, for the R - 2 that R leads leave free."""
    leads = len(move)
    return float(np.sqrt((move**2 * weight).mean() * leads / (leads - 2))) if leads > 2 else np.inf


def _strips_of_another_time(seen: np.ndarray, rows: np.ndarray, centred: np.ndarray) -> np.ndarray:
    """(6,) which of the leads `rows` of `centred` (6, W) stand on the page for longer (`seen` (6,) samples) than others
    and are not what these say of them.
    """
    long = rows & (seen >= _LONGER * np.sort(seen[rows])[(rows.sum() - 1) // 2])
    if rows.sum() - long.sum() < 2:
        return np.zeros(6, bool)
    column = np.flatnonzero(rows & ~long)
    two = np.linalg.lstsq(FROM_I_AND_II[column], centred[column], rcond=None)[0]
    strange = np.zeros(6, bool)
    for k in np.flatnonzero(long):
        told = FROM_I_AND_II[k] @ two
        power = np.sqrt(np.mean(told**2) * np.mean(centred[k] ** 2))
        strange[k] = power > 0 and np.mean(told * centred[k]) < _LEAST_LIKENESS * power
    return strange


def _stretches(known: np.ndarray) -> list[tuple[int, int]]:
    """(first, end) of the stretches of time over which the same three or more leads of (6, N) are known."""
    code = (2 ** np.arange(6)) @ known
    edges = np.r_[0, np.flatnonzero(np.diff(code)) + 1, len(code)]
    found = zip(edges[:-1], edges[1:], strict=True)
    return [(int(first), int(end)) for first, end in found if known[:, first].sum() >= 3] if len(code) else []


def _centred_stretches(limb: np.ndarray, rate_hz: float) -> Iterator[tuple[tuple[int, int], np.ndarray, np.ndarray]]:
    """((first, end), which leads are there, (6, end - first) mV without their means) of stretches of `_LEAST_S` on.

    Means are linear, so true leads still agree without them (medians would not).
    """
    for first, end in _stretches(np.isfinite(limb)):
        if end - first >= _LEAST_S * rate_hz:
            part = limb[:, first:end]
            rows = np.isfinite(part).any(axis=1)
            yield (first, end), rows, part - np.where(rows[:, None], part, 0.0).mean(axis=1, keepdims=True)
