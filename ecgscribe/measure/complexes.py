"""Where QRS complexes are steep, and which of the steep places are complexes; what stays in doubt is told."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.measure.prepare import RATE_HZ, smooth

APART_S = 0.22
"""Two beats are at least so far apart: 270 a minute."""

_SHARE, _SHARE_ALONE, _SHARE_IN_GAP, _LONG_GAP = 0.42, 0.65, 0.22, 1.65
_DOUBTFUL, _LONG_DOUBT = 0.25, 1.5
_EDGE_S, _AT_EDGE_S = 0.03, 0.12
_T_WAVE_S, _T_WAVE_SHARE = 0.36, 0.55
_BEFORE_S, _BEFORE_SHARE, _BEFORE_FREE = 0.3, 0.78, 1.5
_STANDS_OUT, _EDGE = 0.8, 0.6
_FAINT, _TOLD_BY_COLUMNS = 0.4, (0.85, 1.25)


@dataclass(frozen=True, eq=False)
class Complexes:
    """`at` (B,) samples of the QRS complexes; `height` (B,) how steep they are, 1 for a usual one; `doubtful` (B,)
    which may be none; `possible` (P,) samples of places that were not taken and may be complexes.
    """

    at: np.ndarray
    height: np.ndarray
    doubtful: np.ndarray
    possible: np.ndarray


def steepness(signal_mv: np.ndarray) -> np.ndarray:
    """(N,) how steep all leads are together, about 1 at a QRS complex: the mean over leads of the smoothed absolute
    slope between 5 and 25 Hz, each lead's by its own largest; leads much flatter than the others count for less.
    """
    band = smooth(signal_mv, 0.005) - smooth(signal_mv, 0.035)
    # at the edge of what was seen the two means lean to one side
    inside = smooth(np.isfinite(band).astype(float), _EDGE_S / 3) > 0.98
    slope = smooth(np.where(inside, np.abs(np.gradient(band, axis=1)), np.nan), 0.022)
    seen = np.isfinite(slope)
    largest = np.array(
        [np.percentile(row[one], 97.5) if one.any() else 0.0 for row, one in zip(slope, seen, strict=True)]
    )
    moving = largest > 1e-4
    if not moving.any():
        return np.zeros(signal_mv.shape[1])
    usual = max(float(np.median(largest[moving])), 0.5 * float(largest.max()))
    weight = np.where(moving, np.minimum(largest / (_FAINT * usual), 1.0) ** 2, 0.0)
    weights = np.where(seen, weight[:, None], 0.0)
    height = np.where(seen, np.minimum(slope / np.maximum(largest, 1e-9)[:, None], 2.0), 0.0)
    return np.sum(weights * height, axis=0) / np.maximum(weights.sum(axis=0), 1e-9)


def find_complexes(signal_mv: np.ndarray) -> np.ndarray:
    """(B,) samples of the QRS complexes of leads (L, N) seen together."""
    return complexes_of(signal_mv).at


def complexes_of(signal_mv: np.ndarray) -> Complexes:
    """The QRS complexes of leads (L, N) seen together."""
    height, seen = steepness(signal_mv), np.isfinite(signal_mv)
    tops, usual = _tops(height, seen.any(axis=0))
    least = np.full(len(tops), _SHARE)
    # where some of the leads end the others speak alone
    count = (smooth(seen.astype(float), _EDGE_S / 3) > 0.98).sum(axis=0)
    if np.ptp(count[count > 0]) if (count > 0).any() else 0:
        edge = int(0.06 * RATE_HZ)
        few = [count[max(top - edge, 0) : top + edge].min() < 0.5 * count.max() for top in tops]
        least[few] = _SHARE_ALONE
    return _chosen(height / usual, tops, least)


def complexes_beside(strip_mv: np.ndarray, others_mv: list[np.ndarray], edges: np.ndarray) -> Complexes:
    """The QRS complexes of a rhythm strip (L, N) and of the columns (K, N) each that beat at the same times.

    A complex is as steep as the mean of what the strip and all leads together say, each by its usual complex and
    weighed by how far its complexes stand out, within bounds about what all leads say. Near the `edges` of columns,
    where a digitiser reads letters and bars, a strip that stands out well speaks alone. What the strip shows and the
    columns do not, or what both show faintly, is doubtful.
    """
    everything = np.concatenate([strip_mv, *others_mv])
    seen, strip_seen = np.isfinite(everything).any(axis=0), np.isfinite(strip_mv).any(axis=0)
    (strip, clear), (together, clear_together) = _view(strip_mv), _view(everything)
    near = np.zeros(len(strip), bool)
    for edge in edges:
        near[max(edge - int(_AT_EDGE_S * RATE_HZ), 0) : edge + int(_AT_EDGE_S * RATE_HZ)] = True
    alone = np.isfinite(everything).sum(axis=0) == np.isfinite(strip_mv).sum(axis=0)
    both = (clear * strip + clear_together * together) / (clear + clear_together)
    both = np.clip(both, _TOLD_BY_COLUMNS[0] * together, _TOLD_BY_COLUMNS[1] * together)
    capped = np.minimum(strip, 1.0)
    at_edge = np.minimum(strip, both if clear < _STANDS_OUT * clear_together else np.maximum(both, _EDGE * capped))
    height = np.where(strip_seen & near, at_edge, np.where(strip_seen, both, together))
    tops, usual = _tops(height, seen)
    found = _chosen(height / usual, tops, np.full(len(tops), _SHARE))
    reach = int(0.06 * RATE_HZ)
    doubtful = found.doubtful.copy()
    for k, at in enumerate(found.at):
        part = slice(max(at - reach, 0), at + reach)
        if not near[at] and not alone[at] and strip_seen[at]:
            told, all_told = strip[part].max(), together[part].max()
            doubtful[k] |= all_told < _SHARE or (told < _DOUBTFUL and all_told < _SHARE_ALONE)
    return replace(found, doubtful=doubtful)


def _view(signal_mv: np.ndarray) -> tuple[np.ndarray, float]:
    """(N,) the steepness of leads (L, N), 1 for a usual complex, and how far complexes stand out of it, 0.01 to 1."""
    height, seen = steepness(signal_mv), np.isfinite(signal_mv).any(axis=0)
    height = height / _tops(height, seen)[1]
    return height, max(1 - float(np.median(height[seen])), 0.1) ** 2 if seen.any() else 0.01


def _tops(height: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, float]:
    """(T,) the highest places at least `APART_S` apart, in time; and how high a usual complex is."""
    tops = np.flatnonzero((height[1:-1] >= height[:-2]) & (height[1:-1] > height[2:]) & (height[1:-1] > 0)) + 1
    apart, chosen = int(APART_S * RATE_HZ), []
    for top in tops[np.argsort(-height[tops], kind="stable")]:
        if all(abs(top - other) >= apart for other in chosen):
            chosen.append(int(top))
    if not chosen:
        return np.zeros(0, int), 1.0
    usual = float(np.median(height[chosen[: max(2, round(0.6 * seen.sum() / RATE_HZ))]]))
    return np.sort(chosen), max(usual, 1e-9)


def _chosen(height: np.ndarray, tops: np.ndarray, least: np.ndarray) -> Complexes:
    """Which of the `tops` (T,) of `height` (N,), 1 for a usual complex, are complexes: `least` (T,) high at least."""
    beats = _without_t_waves([int(t) for t, limit in zip(tops, least, strict=True) if height[t] >= limit], height)
    faint, possible = [], []
    usual_gap = float(np.median(np.diff(beats))) if len(beats) > 2 else np.inf
    between = list(zip(beats[:-1], beats[1:], strict=True))
    while between:
        first, last = between.pop()
        inside = [int(top) for top in tops if first + 0.5 * usual_gap < top < last - 0.5 * usual_gap]
        best = max(inside, key=lambda top: height[top], default=None)
        if best is None:
            continue
        if last - first > _LONG_GAP * usual_gap and height[best] >= _SHARE_IN_GAP:
            faint.append(best)
            between += [(first, best), (best, last)]
        elif last - first > _LONG_DOUBT * usual_gap and height[best] >= _DOUBTFUL:
            possible.append(best)
    at = np.array(sorted([*beats, *faint]), int)
    return Complexes(at, height[at], np.isin(at, faint) & (height[at] < _DOUBTFUL), np.array(sorted(possible), int))


def _without_t_waves(beats: list[int], height: np.ndarray) -> list[int]:
    """The beats less those that follow another within `_T_WAVE_S` and are much less steep (T waves), and
    those that come shortly before one (P waves).
    """
    kept = []
    for at in beats:
        if kept and at - kept[-1] < _T_WAVE_S * RATE_HZ and height[at] < _T_WAVE_SHARE * height[kept[-1]]:
            continue
        kept.append(at)
    return [at for k, at in enumerate(kept) if not _comes_before(kept, k, height)]


def _comes_before(beats: list[int], k: int, height: np.ndarray) -> bool:
    """Whether beat `k` stands free, but shortly before a steeper one: a paced or steep P wave."""
    if k + 1 >= len(beats):
        return False
    gap, free = beats[k + 1] - beats[k], beats[k] - beats[k - 1] if k else np.inf
    low = height[beats[k]] < _BEFORE_SHARE * height[beats[k + 1]]
    return bool(low and gap < _BEFORE_S * RATE_HZ and free > _BEFORE_FREE * gap)
