"""A scanner's jerks: where its head or the sheet stood still or leapt, columns of the picture are stretched or lost.

A leap within a few millimetres squeezes a QRS complex that stands there; the mean of a stretch of ruling cannot show
it. Where most rows of a page tell of a jerk, the ruling is followed tenth by tenth of a millimetre: the lag of the
page behind an even one is a hidden chain whose steps are Laplace distributed, seen through the likeness of the bare
paper to the row's mean 5 mm of ruling (forward-backward algorithm, Rabiner 1989, Proc. IEEE 77:257).
"""

from __future__ import annotations

import numpy as np

LINE_MM = 5.0
FINE = 20  # steps a mm of profiles
_SLAB_MM = 2.0  # of a row's height: traces and letters cover few of its slabs
_WIDE_MM, _SEARCHED_MM = 0.45, 1.0  # half the width of a 5 mm line, and of where it is looked for
_LEAST_HEIGHT, _MOST_HEIGHT = 0.5, 2.5  # of the usual line's: others are no line
_LEAP_MM, _FARTHEST_LEAP_MM = 0.17, 0.6
"""7 ms. Lines rounded to pixels stray by half a pixel, 0.06 mm at 200 dpi, and by 0.14 mm on two real scans without
jerks. What lies farther off is another line."""
_ALIKE_MM = 0.12  # two rows' leaps of one line: a jerk is not everywhere alike on a sheet that lies askew
_LEAST_ROWS, _MOST_ROWS = 3, 0.6  # rows, and their share, that show a jerk
_NEIGHBOURS = 4  # lines a line's own place is told from
_FARTHEST_MM = 0.7
_STEPS = 2  # of profiles between two lags
_JUMP_MM = 0.01  # the mean change of the lag from one step to the next
_BEFORE_MM = 0.1  # the mean lag at a row's beginning
_CLIPPED = 4.5  # ink is no ruling: no place counts more than three standard deviations
_INDEPENDENT = 0.37  # of a profile's steps: a pixel is about three of them
_ROUNDS = 2


def paper_of(brightness: np.ndarray, high_mm: float) -> np.ndarray:
    """float64 (W,) darkness, 0 to 255, of the bare paper of each column of a row's brightness uint8 (H, W), `high_mm`
    high: the median over slabs of 2 mm."""
    slabs = np.array_split(255.0 - brightness, max(round(high_mm / _SLAB_MM), 1))
    return np.median([slab.mean(axis=0) for slab in slabs], axis=0)


def leaps(paper: np.ndarray, line_mm: float) -> np.ndarray:
    """float64 (N,) mm by which each 5 mm line of a profile of `FINE` steps a mm lies to the right of where its
    neighbours have it, NaN where it is not seen. `line_mm` from the profile's beginning to its first line."""
    smooth = np.convolve(np.pad(paper, 2, "edge"), np.ones(5) / 5, "valid")
    half, wide = int(_WIDE_MM * FINE), int(_SEARCHED_MM * FINE)
    count = max(int((len(paper) / FINE - line_mm) // LINE_MM) + 1, 0)
    off, height = np.full(count, np.nan), np.zeros(count)
    for k in range(count):
        meant = line_mm * FINE + LINE_MM * FINE * k
        first, end = int(meant) - wide, int(meant) + wide + 1
        if first < half or end + half > len(smooth):
            continue
        best = first + int(smooth[first:end].argmax())
        around = np.arange(best - half, best + half + 1)
        weights = smooth[around] - min(smooth[around[0]], smooth[around[-1]])
        weights = np.maximum(weights, 0)
        height[k] = weights.max()
        if weights.sum() > 0:
            off[k] = ((weights * around).sum() / weights.sum() - meant) / FINE
    seen = height > 0
    if not seen.any():
        return off
    usual = float(np.median(height[seen]))
    off[(height < _LEAST_HEIGHT * usual) | (height > _MOST_HEIGHT * usual)] = np.nan
    own = np.full(count, np.nan)
    for k in np.flatnonzero(np.isfinite(off)):
        others = np.delete(off[max(k - _NEIGHBOURS, 0) : k + _NEIGHBOURS + 1], min(k, _NEIGHBOURS))
        if np.isfinite(others).sum() >= _NEIGHBOURS:
            own[k] = off[k] - np.nanmedian(others)
    return own


def jerky(rows: list[tuple[np.ndarray, float, float]]) -> bool:
    """Whether most rows, and three at least, one below the other show one leap of one 5 mm line: a jerk crosses the
    sheet, fewer rows agree on flat pages too, where strokes or a bar stand beside a line. Of each row from top to
    bottom the profile of its paper, page mm of the profile's beginning and page mm of a line."""
    told = []
    for paper, first_mm, line_mm in rows:
        line = (line_mm - first_mm) % LINE_MM
        told.append({round((first_mm + line) / LINE_MM + k): leap for k, leap in enumerate(leaps(paper, line))})
    needed = max(_LEAST_ROWS, int(np.ceil(_MOST_ROWS * len(rows))))
    return any(_longest([row.get(number, np.nan) for row in told]) >= needed for number in set().union(*told))


def _longest(own: list[float]) -> int:
    """How many rows, one below the other, show one leap."""
    longest = length = 0
    for k, leap in enumerate(own):
        is_leap = _LEAP_MM <= abs(leap) <= _FARTHEST_LEAP_MM
        goes_on = length > 0 and abs(leap - own[k - 1]) <= _ALIKE_MM
        length = length + 1 if is_leap and goes_on else int(is_leap)
        longest = max(longest, length)
    return longest


def followed(paper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(places in mm from the profile's beginning, lags in mm): how far the ruling lies to the right of an even one.

    `paper` (N,) has `FINE` steps a mm and holds at least one period of the ruling.
    """
    period = int(LINE_MM * FINE)
    contrast = np.sqrt(np.maximum(paper - np.quantile(paper, 0.1), 0))
    whole = len(paper) // period * period
    steps = np.arange(len(paper))
    lags = np.arange(-2 * int(_FARTHEST_MM * FINE), 2 * int(_FARTHEST_MM * FINE) + 1) / 2  # half steps
    change = np.exp(-np.abs(lags[:, None] - lags[None]) / FINE / _JUMP_MM)
    change /= change.sum(axis=1, keepdims=True)
    before = np.exp(-np.abs(lags) / FINE / _BEFORE_MM)
    places = (np.arange(len(paper) // _STEPS) + 0.5) * _STEPS - 0.5
    lag = np.zeros(len(places))
    for _ in range(_ROUNDS):
        # the mean ruling, of the paper as straight as it is by now
        straight = np.interp(steps + np.interp(steps, places, lag), steps, contrast)
        ruling = np.median(straight[:whole].reshape(-1, period), axis=0)
        meant = np.interp((steps[:, None] - lags[None]) % period, np.arange(period + 1), np.r_[ruling, ruling[:1]])
        off = np.abs(contrast[:, None] - meant)
        noise = 1.4826 * float(np.median(off[:, len(lags) // 2])) + 1e-3
        cost = _INDEPENDENT * np.minimum(0.5 * (off / noise) ** 2, _CLIPPED)
        cost = cost[: len(places) * _STEPS].reshape(-1, _STEPS, len(lags)).sum(axis=1)
        lag = _mean_path(np.exp(cost.min(axis=1, keepdims=True) - cost), change, before) @ lags
        lag -= np.median(lag)
    return places / FINE, lag / FINE


def _mean_path(likely: np.ndarray, change: np.ndarray, before: np.ndarray) -> np.ndarray:
    """(T, L) the chance of every state at every time, of a chain seen as likely (T, L) with changes (L, L)."""
    chance = np.empty_like(likely)
    state = before / before.sum()
    for k, here in enumerate(likely):
        state = state @ change * here
        state /= state.sum()
        chance[k] = state
    after = np.ones(likely.shape[1])
    for k in range(len(likely) - 1, -1, -1):
        chance[k] *= after
        after = change @ (after * likely[k])
        after /= after.sum()
    return chance / chance.sum(axis=1, keepdims=True)
