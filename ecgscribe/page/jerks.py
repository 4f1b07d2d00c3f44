"""A scanner's jerks: told where most bands of a page show one leap of a 5 mm line, then followed through the ruling.

Of a jerky page the lag behind an even one is a hidden chain of small steps and rare leaps, seen tenth by tenth of a
millimetre through the likeness of the paper to its mean 5 mm of ruling (forward-backward algorithm, Rabiner 1989, Proc.
IEEE 77:257).
"""

from __future__ import annotations

import numpy as np

LINE_MM = 5.0
FINE = 20  # steps a mm of profiles
BANDS, _LEAST_BANDS = 6, 4  # of a page, and those that must tell a leap
_WIDE_MM, _SEARCHED_MM = 0.45, 1.0  # half the width of a 5 mm line, and of where it is looked for
_LEAST_HEIGHT, _MOST_HEIGHT = 0.5, 2.5  # of the usual line's: others are no line
_ALIKE_HEIGHT = 0.7  # of the line's: what else is so dark beside it
_LEAP_MM, _FARTHEST_LEAP_MM = 0.17, 0.6
"""7 ms. Lines rounded to pixels stray by half a pixel, 0.06 mm at 200 dpi, and by 0.15 mm in most bands of real pages
without jerks. What lies farther off is another line."""
_ALIKE_MM = 0.12  # two bands' leaps of one line: a jerk is not everywhere alike on a sheet that lies askew
_NEIGHBOURS, _LEAST_PAIRS = 4, 3  # lines to either side that a line's own place is told from
_FARTHEST_MM = 1.5  # that the picture lags behind an even one
_STEPS = 2  # of profiles between two lags
_CHANGE_MM = 0.01  # the mean change of the lag from one step to the next
_LEAPS, _WIDE_LEAP_MM = 1e-4, 0.3  # the chance of a leap from one step to the next, and its mean height
_CLIPPED = 4.5  # ink is no ruling: no place counts more than three standard deviations
_INDEPENDENT = 0.04
"""Of a slab's steps. A pixel is about three of them, a line's places in all slabs err together: it was drawn on whole
pixels."""
_ROUNDS = 2


def lines(paper: np.ndarray, first: int) -> np.ndarray:
    """float64 (N,) mm by which each 5 mm line of a profile of `FINE` steps a mm lies to the right of an even ruling's
    that begins at step `first`, NaN where it is not seen."""
    smooth = np.convolve(np.pad(paper, 2, "edge"), np.ones(5) / 5, "valid")
    half, wide, period = int(_WIDE_MM * FINE), int(_SEARCHED_MM * FINE), int(LINE_MM * FINE)
    meant = np.arange(first, len(smooth), period)
    off, height = np.full(len(meant), np.nan), np.zeros(len(meant))
    for k, place in enumerate(meant):
        # lines may run away from even ones slowly
        near = off[max(k - _NEIGHBOURS, 0) : k]
        place += round(float(np.nanmedian(near)) * FINE) if np.isfinite(near).any() else 0
        begin, end = place - wide, place + wide + 1
        if begin < half or end + half > len(smooth):
            continue
        best = begin + int(smooth[begin:end].argmax())
        around = np.arange(best - half, best + half + 1)
        weights = np.maximum(smooth[around] - min(smooth[around[0]], smooth[around[-1]]), 0)
        height[k] = weights.max()
        # lines of 1 mm that look like those of 5 are taken for them, now and then
        beside = np.abs(np.arange(begin, end) - best) > half
        if (smooth[begin:end][beside] - smooth[best - half : best + half + 1].min()).max() > _ALIKE_HEIGHT * height[k]:
            continue
        if weights.sum() > 0:
            off[k] = ((weights * around).sum() / weights.sum() - meant[k]) / FINE
    seen = height > 0
    usual = float(np.median(height[seen])) if seen.any() else 0.0
    off[(height < _LEAST_HEIGHT * usual) | (height > _MOST_HEIGHT * usual)] = np.nan
    return off


def leaps(off: np.ndarray) -> np.ndarray:
    """float64 (N,) mm by which each line that strays by `off` (N,) lies to the right of the middle between lines as far
    to its left and right, NaN where these cannot tell: bent paper changes its pitch slowly."""
    padded = np.pad(off, _NEIGHBOURS, constant_values=np.nan)
    count, k = len(off), np.arange(1, _NEIGHBOURS + 1)[:, None]
    between = (padded[_NEIGHBOURS + np.arange(count) - k] + padded[_NEIGHBOURS + np.arange(count) + k]) / 2
    own = np.full(count, np.nan)
    told = np.isfinite(between).sum(axis=0) >= _LEAST_PAIRS
    own[told] = off[told] - np.nanmedian(between[:, told], axis=0)
    return own


def jerky(off: np.ndarray) -> bool:
    """Whether most bands of a page, one below the other, whose lines stray by `off` (B, N) show one leap of a line.
    Not where lines run away as on a photographed sheet."""
    strays = middle(off)
    if not np.isfinite(strays).any() or np.nanmax(np.abs(strays - np.nanmedian(strays))) > _FARTHEST_MM:
        return False
    own = np.stack([leaps(band) for band in off])
    return any(_longest(line) >= _LEAST_BANDS for line in own.T)


def middle(off: np.ndarray) -> np.ndarray:
    """(N,) the bands' median stray of every line, NaN where none shows it."""
    median = np.full(off.shape[1], np.nan)
    seen = np.isfinite(off).any(axis=0)
    median[seen] = np.nanmedian(off[:, seen], axis=0)
    return median


def _longest(own: np.ndarray) -> int:
    """How many bands, one below the other, show one leap."""
    longest = length = 0
    for k, leap in enumerate(own):
        is_leap = _LEAP_MM <= abs(leap) <= _FARTHEST_LEAP_MM
        goes_on = length > 0 and abs(leap - own[k - 1]) <= _ALIKE_MM
        length = length + 1 if is_leap and goes_on else int(is_leap)
        longest = max(longest, length)
    return longest


def followed(dark: np.ndarray, off: np.ndarray) -> np.ndarray:
    """(N,) mm by which the ruling of slabs of `dark` (J, N) paper, `FINE` steps a mm, lies to the right of an even one.

    `off` (J, N) in steps as in `_Columns`.
    """
    period, count = int(LINE_MM * FINE), dark.shape[1]
    contrast = np.sqrt(np.maximum(dark - np.quantile(dark, 0.1), 0))
    # in half steps: the lags, and the even place of every sample
    far = int(_FARTHEST_MM * FINE * 2)
    lags = np.arange(-far, far + 1)
    even = np.round(2 * (np.arange(count) + off)).astype(int)
    times = np.arange(count // _STEPS)
    middles = (times + 0.5) * _STEPS - 0.5
    change = _changes(lags / 2 / FINE)
    lag = np.zeros(count)
    for _ in range(_ROUNDS):
        ruling = _mean_ruling(contrast, even - np.round(2 * lag).astype(int), 2 * period)
        # letters and the sheet's edge make some slabs worse than others
        off_ruling = np.abs(contrast - ruling[(even - np.round(2 * lag).astype(int)) % (2 * period)])
        noise = 1.4826 * np.median(off_ruling, axis=1) + 1e-3
        cost = np.zeros((count, len(lags)))
        for seen, place, own in zip(contrast, even, noise, strict=True):
            meant = ruling[(place[:, None] - lags) % (2 * period)]
            cost += np.minimum(0.5 * ((seen[:, None] - meant) / own) ** 2, _CLIPPED)
        cost = _INDEPENDENT * cost[: len(times) * _STEPS].reshape(len(times), _STEPS, -1).sum(axis=1)
        likely = np.exp(cost.min(axis=1, keepdims=True) - cost)
        lag = np.interp(np.arange(count), middles, _mean_path(likely, change) @ lags / 2)
        lag -= np.median(lag)
    return lag / FINE


def _mean_ruling(contrast: np.ndarray, places: np.ndarray, period: int) -> np.ndarray:
    """(period,) the usual contrast at each place of the ruling."""
    order = np.argsort(places.ravel() % period, kind="stable")
    ends = np.searchsorted(places.ravel()[order] % period, np.arange(period + 1))
    values = contrast.ravel()[order]
    ruling = np.array([np.median(values[a:b]) if b > a else np.nan for a, b in zip(ends[:-1], ends[1:], strict=True)])
    known = np.flatnonzero(np.isfinite(ruling))
    return np.interp(np.arange(period), known, ruling[known], period=period)


def _changes(lags_mm: np.ndarray) -> np.ndarray:
    """(L, L) the chance of every lag after every other."""
    far = np.abs(lags_mm[:, None] - lags_mm[None])
    small, wide = (np.exp(-far / mean) for mean in (_CHANGE_MM, _WIDE_LEAP_MM))
    return (1 - _LEAPS) * small / small.sum(axis=1, keepdims=True) + _LEAPS * wide / wide.sum(axis=1, keepdims=True)


def _mean_path(likely: np.ndarray, change: np.ndarray) -> np.ndarray:
    """(T, L) the chance of every state at every time, of a chain seen as likely (T, L) with changes (L, L)."""
    chance = np.empty_like(likely)
    state = np.full(likely.shape[1], 1 / likely.shape[1])
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
