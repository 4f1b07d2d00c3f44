"""The beats: QRS complexes of a group of leads, which of them look alike, and the intervals between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.measure.complexes import complexes_beside, complexes_of, steepness
from ecgscribe.measure.prepare import RATE_HZ, Group, smooth, without_spikes

ALIKE = 0.8
"""Correlation from which two complexes count as of one shape."""

_PREMATURE = 0.82
_UNLIKE_AND_LOW, _UNLIKE_AND_BETWEEN, _USUAL_WITHIN = 0.6, 0.8, 0.15
_UNSEEN_S = 0.15
_ALIKE_STEP, _ALIKE_STEP_NOISY, _SHIFTED_S, _STEP_S = 0.5, 0.25, 0.4, 0.04
_HALF_WIDTH_S, _MOST_SHIFT_S = 0.10, 0.03


@dataclass(frozen=True, eq=False)
class Beats:
    """`at` (B,) samples of the beats' fiducial points, aligned by shape; `shape` (B,) 0 for the ordinary one, 1, 2 ...
    for others; `doubtful` (B,) which may be none; `possible` (P,) samples of places that may be beats, though they
    were not taken; `unseen` (N,) samples at which no lead was seen.
    """

    at: np.ndarray
    shape: np.ndarray
    doubtful: np.ndarray
    possible: np.ndarray
    unseen: np.ndarray

    def intervals(self, doubtful: bool = True, possible: bool = False) -> np.ndarray:
        """(R,) samples between neighbouring beats, with or without those in doubt; none across an unseen stretch in
        which a beat may hide.
        """
        at = self.at if doubtful else self.at[~self.doubtful]
        at = np.sort(np.r_[at, self.possible]) if possible else at
        before = np.r_[0, np.cumsum(self.unseen)]
        hidden = [before[last] - before[first] for first, last in zip(at[:-1], at[1:], strict=True)]
        return np.diff(at)[np.array(hidden, int) <= _UNSEEN_S * RATE_HZ]

    @property
    def ordinary(self) -> np.ndarray:
        """(K,) bool: of the ordinary shape and not premature, where enough such beats are left."""
        alike = self.shape == 0
        if len(self.at) < 4:
            return alike
        rr = np.diff(self.at)
        timely = np.r_[True, rr >= _PREMATURE * np.quantile(rr, 0.75)]
        both = alike & timely
        return both if both.sum() >= max(3, 0.4 * alike.sum()) else alike


def beats_of(group: Group, others: tuple[Group, ...] = ()) -> Beats:
    """The beats of a group of leads; `others` seen meanwhile help to find them where they beat at the same times."""
    clean = without_spikes(group.signal_mv)
    beside = [without_spikes(other.signal_mv) for other in others]
    # on a page whose columns all began at one moment only the first column keeps step with the rhythm strip
    if sum(_in_step(clean, signal) for signal in beside) > 0.5 * len(beside):
        edges = np.array([edge for other in others for edge in (other.first, other.last)], int)
        found = complexes_beside(clean, beside, edges)
        unseen = ~np.isfinite(np.concatenate([clean, *beside])).any(axis=0)
    else:
        found, unseen = complexes_of(clean), ~np.isfinite(clean).any(axis=0)
    at, shape = found.at, np.zeros(len(found.at), int)
    if len(at):
        quick = smooth(clean, 0.004) - smooth(clean, 0.1)
        shape = shapes_of(quick, at)
        at = aligned(quick, at, shape)
    single = np.bincount(shape, minlength=1)[shape] == 1
    doubtful = found.doubtful | (single & (found.height < _UNLIKE_AND_LOW))
    # on a page a bar or a letter; on a recording it may well be an interpolated extrasystole
    extra = single & (found.height < _UNLIKE_AND_BETWEEN) & _between(at) & bool(others)
    possible = np.sort(np.r_[found.possible, at[extra]])
    return Beats(at[~extra], shape[~extra], doubtful[~extra], possible, unseen)


def _between(at: np.ndarray) -> np.ndarray:
    """(B,) which beats stand between two that are a usual interval apart."""
    between = np.zeros(len(at), bool)
    if len(at) > 4:
        gaps = np.diff(at)
        usual = np.median(gaps)
        between[1:-1] = np.abs(gaps[:-1] + gaps[1:] - usual) < _USUAL_WITHIN * usual
    return between


def _in_step(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two groups of leads (L, N) are steep at the same times, where the second is seen.

    They are much alike as they stand, or, where one is noisy, somewhat alike and more so than shifted by up to
    `_SHIFTED_S`.
    """
    seen = np.flatnonzero(np.isfinite(second).any(axis=0) & np.isfinite(first).any(axis=0))
    if len(seen) <= RATE_HZ:
        return False
    heights = [steepness(signal)[seen[0] : seen[-1] + 1] for signal in (first, second)]
    if min(height.std() for height in heights) == 0:
        return False
    one, other = (height - height.mean() for height in heights)
    most, middle = int(_SHIFTED_S * RATE_HZ), len(one) - 1
    alike = np.correlate(one, other, "full")[middle - most : middle + most + 1]
    likeness = alike[most] / np.sqrt(np.sum(one**2) * np.sum(other**2))
    near = abs(int(np.argmax(alike)) - most) <= _STEP_S * RATE_HZ
    return bool(likeness > _ALIKE_STEP or (likeness > _ALIKE_STEP_NOISY and near))


def shapes_of(quick: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(B,) 0 for complexes of the ordinary shape, 1 ... for others, by correlation over the leads that both show.

    The ordinary shape is the most frequent one; of two nearly as frequent ones the narrower.
    """
    likeness = likenesses(snippets(quick, at, int((_HALF_WIDTH_S + _MOST_SHIFT_S) * RATE_HZ)))
    pieces = snippets(quick, at, int(_HALF_WIDTH_S * RATE_HZ))
    count = len(at)
    left, classes = set(range(count)), []
    while left:
        members = max(
            (frozenset(j for j in left if likeness[i, j] >= ALIKE) | {i} for i in sorted(left)),
            key=lambda alike: (len(alike), -min(alike)),
        )
        classes.append(sorted(members))
        left -= members
    if len(classes) > 1 and len(classes[1]) >= 0.6 * len(classes[0]) and len(classes[1]) > 1:
        widths = [np.median([_width(pieces[k]) for k in members]) for members in classes[:2]]
        if widths[1] < 0.85 * widths[0]:
            classes[:2] = classes[1::-1]
    shape = np.zeros(count, int)
    for k, members in enumerate(classes):
        shape[members] = k
    return shape


def aligned(quick: np.ndarray, at: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """(B,) samples moved by up to 30 ms so that complexes of one shape lie on each other."""
    most, half = int(_MOST_SHIFT_S * RATE_HZ), int(_HALF_WIDTH_S * RATE_HZ)
    moved = at.copy()
    for kind in np.unique(shape):
        members = np.flatnonzero(shape == kind)
        wide = np.nan_to_num(snippets(quick, at[members], half + most))
        for _ in range(2 if len(members) > 1 else 0):
            template = _nan_mean(snippets(quick, moved[members], half))
            width = template.shape[1]
            scores = [np.einsum("lw,blw->b", template, wide[:, :, s : s + width]) for s in range(2 * most + 1)]
            moved[members] = at[members] + np.argmax(scores, axis=0) - most
    return moved


def snippets(signal: np.ndarray, at: np.ndarray, half: int) -> np.ndarray:
    """(B, L, 2 half + 1) the signal round each sample, NaN outside."""
    padded = np.pad(signal, ((0, 0), (half, half)), constant_values=np.nan)
    return np.stack([padded[:, k : k + 2 * half + 1] for k in at])


def likenesses(pieces: np.ndarray) -> np.ndarray:
    """(B, B) the greatest correlation of each pair of complexes (B, L, W) within the allowed shift, over the leads that
    both show.
    """
    most, (count, _, width) = int(_MOST_SHIFT_S * RATE_HZ), pieces.shape
    seen = np.isfinite(pieces).all(axis=2)
    pieces = np.where(seen[:, :, None], pieces, 0.0)[:, :, ::2]
    most, width = most // 2, pieces.shape[2]
    inner = pieces[:, :, most : width - most]
    both = seen.astype(float) @ seen.T.astype(float)
    own = np.einsum("alw,bl->ab", inner**2, seen.astype(float))
    best = np.zeros((count, count))
    for shift in range(2 * most + 1):
        other = pieces[:, :, shift : shift + inner.shape[2]]
        product = inner.reshape(count, -1) @ other.reshape(count, -1).T
        power = np.einsum("blw,al->ab", other**2, seen.astype(float))
        best = np.maximum(best, product / np.sqrt(own * power + 1e-12))
    best = np.where(both > 0, np.maximum(best, best.T), 0.0)
    np.fill_diagonal(best, 1.0)
    return best


def _width(piece: np.ndarray) -> float:
    """Spread in samples of a complex' power about its centre."""
    power = np.nansum(piece**2, axis=0)
    place = np.arange(len(power))
    centre = np.sum(place * power) / max(power.sum(), 1e-12)
    return float(np.sqrt(np.sum((place - centre) ** 2 * power) / max(power.sum(), 1e-12)))


def _nan_mean(stack: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is there, 0 where nothing is."""
    seen = np.isfinite(stack)
    return np.where(seen, stack, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
