"""Where the beats are: QRS complexes found on all leads of a group at once, and which of them look alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.measure.prepare import RATE_HZ, Group, smooth, without_spikes

APART_S = 0.22
"""Two beats are at least so far apart: 270 a minute."""

ALIKE = 0.8
"""Correlation from which two complexes count as of one shape."""

_SHARE, _SHARE_ALONE, _SHARE_IN_GAP, _LONG_GAP = 0.42, 0.65, 0.22, 1.65
_PREMATURE = 0.82
_EDGE_S = 0.03
_T_WAVE_S, _T_WAVE_SHARE = 0.36, 0.55
_HALF_WIDTH_S, _MOST_SHIFT_S = 0.10, 0.03


@dataclass(frozen=True, eq=False)
class Beats:
    """`at` (B,) samples of the beats' fiducial points, aligned by shape; `shape` (B,) 0 for the ordinary one, 1, 2 ...
    for others.
    """

    at: np.ndarray
    shape: np.ndarray

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
    together = [signal for signal in beside if _in_step(clean, signal)]
    # on a page whose columns all began at one moment only the first column keeps step with the rhythm strip
    found = find_complexes(clean)
    if len(together) > 0.5 * len(beside):
        edges = np.array([edge for other in others for edge in (other.first, other.last)], int)
        found = _borne_out(find_complexes(np.concatenate([clean, *together])), clean, edges)
    if len(found) == 0:
        return Beats(found, np.zeros(0, int))
    quick = smooth(clean, 0.004) - smooth(clean, 0.1)
    shape = shapes_of(quick, found)
    return Beats(aligned(quick, found, shape), shape)


def steepness(signal_mv: np.ndarray) -> np.ndarray:
    """(N,) how steep all leads are together, about 1 at a QRS complex: the mean over leads of the smoothed absolute
    slope between 5 and 25 Hz, each lead's by its own largest.
    """
    band = smooth(signal_mv, 0.005) - smooth(signal_mv, 0.035)
    # at the edge of what was seen the two means lean to one side
    inside = smooth(np.isfinite(band).astype(float), _EDGE_S / 3) > 0.98
    slope = smooth(np.where(inside, np.abs(np.gradient(band, axis=1)), np.nan), 0.022)
    total, count = np.zeros(signal_mv.shape[1]), np.zeros(signal_mv.shape[1])
    for row in slope:
        seen = np.isfinite(row)
        largest = np.percentile(row[seen], 97.5) if seen.any() else 0.0
        if largest > 1e-4:
            total[seen] += np.minimum(row[seen] / largest, 2.0)
            count[seen] += 1
    return total / np.maximum(count, 1)


def find_complexes(signal_mv: np.ndarray) -> np.ndarray:
    """(B,) samples of the QRS complexes of leads (L, N) seen together."""
    height = steepness(signal_mv)
    tops = np.flatnonzero((height[1:-1] >= height[:-2]) & (height[1:-1] > height[2:]) & (height[1:-1] > 0)) + 1
    apart = int(APART_S * RATE_HZ)
    chosen = []
    for top in tops[np.argsort(-height[tops], kind="stable")]:
        if all(abs(top - other) >= apart for other in chosen):
            chosen.append(int(top))
    if not chosen:
        return np.zeros(0, int)
    seconds = np.isfinite(signal_mv).any(axis=0).sum() / RATE_HZ
    usual = float(np.median(height[chosen[: max(2, round(0.6 * seconds))]]))
    # where one column of a page ends and the next begins the strip speaks alone
    count = (smooth(np.isfinite(signal_mv).astype(float), _EDGE_S / 3) > 0.98).sum(axis=0)
    edge = int(0.06 * RATE_HZ)
    few = [count[max(top - edge, 0) : top + edge].min() < 0.5 * count.max() for top in chosen]
    least = np.where(few, _SHARE_ALONE, _SHARE) * usual
    if count.min() == count.max() or not np.ptp(count[count > 0]):
        least[:] = _SHARE * usual
    beats = _without_t_waves(sorted(t for t, limit in zip(chosen, least, strict=True) if height[t] >= limit), height)
    gaps = np.diff(beats)
    if len(gaps) >= 2:
        usual_gap = float(np.median(gaps))
        for first, last in zip(beats[:-1], beats[1:], strict=True):
            inside = [top for top in chosen if first + 0.5 * usual_gap < top < last - 0.5 * usual_gap]
            if last - first > _LONG_GAP * usual_gap and inside:
                best = max(inside, key=lambda top: height[top])
                if height[best] >= _SHARE_IN_GAP * usual:
                    beats = sorted([*beats, best])
    return np.array(beats, int)


def _without_t_waves(beats: list[int], height: np.ndarray) -> list[int]:
    """The beats less those that follow another within `_T_WAVE_S` and are much less steep: T waves."""
    kept = []
    for at in beats:
        if kept and at - kept[-1] < _T_WAVE_S * RATE_HZ and height[at] < _T_WAVE_SHARE * height[kept[-1]]:
            continue
        kept.append(at)
    return kept


def _borne_out(found: np.ndarray, strip: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The complexes less those next to an `edge` of a shorter lead at which the strip (L, N) itself lies still: what a
    digitiser read there of a letter or a bar.
    """
    if len(found) == 0:
        return found
    height, near = steepness(strip), int(0.06 * RATE_HZ)
    own = np.array([height[max(k - near, 0) : k + near].max() for k in found])
    at_edge = np.abs(found[:, None] - edges[None]).min(axis=1, initial=len(height)) < 0.12 * RATE_HZ
    return found[~(at_edge & (own < 0.25 * np.median(own)))]


def _in_step(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two groups of leads (L, N) are steep at the same times, where the second is seen."""
    seen = np.isfinite(second).any(axis=0) & np.isfinite(first).any(axis=0)
    pair = np.stack([steepness(first)[seen], steepness(second)[seen]])
    return bool(seen.sum() > RATE_HZ and pair.std(axis=1).min() > 0 and np.corrcoef(pair)[0, 1] > 0.5)


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
