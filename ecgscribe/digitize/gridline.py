"""The upright ruling beside each row of traces: where its 5 mm lines stand, and how far it strays along the row.

Software that draws the ruling starts its traces on a line, and what is left of a crease or of a scanner's jerk in the
straightened page shows in the lines: both are measured on the paper around each row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.page.darkness import darkest
from ecgscribe.page.jerks import FINE, LINE_MM

_HIGH_MM = 18.0  # paper looked at above and below a row's zero line
_COVERED = 0.65  # of that height that a line darkens: steep strokes of a tight page darken half
_WIDE_MM = 0.45  # half the width over which a line's middle is taken
_CLEARER, _SPREADS = 0.08, 3.0  # a 5 mm line stands over the 1 mm lines by so much of its height, and of their spread
_LEAST_CONTRAST = 2.0  # grey values
_STEP_MM = 2.5  # strays are told so far apart
_REACH_MM = 4.5  # half the paper that each is read from
_FARTHEST_MM = 1.0
_FAR_COST = 0.15  # likeness a mm2 of stray
_LEAST_LIKENESS = 0.65
_LEAST_KNOWN = 0.6  # of a row's places
_WORTH = 2.5  # times the noise: smaller strays are left alone
_ALIKE_MM, _ALIKE_SHARE = 0.06, 0.4  # strays of two rows that are one
_LEAST_AGREEING = 0.5  # of a page's strays
_SNAP_MM = 0.28
"""A start of the rows this near to a 5 mm line is on it. Ends are seen to 0.04 mm in the median of 45 generated pages
with a ruling, to 0.1 to 0.25 mm on real scans (a pulse joins the trace, the last sample is missing); of rows that start
anywhere a ninth is so near a line."""
_DRAWN_RIGHT_MM = 0.05  # of hair lines: plotting libraries move them to the next middle of a pixel, 0.06 mm at 200 dpi
_SAME_MM = 0.1  # lines of two rows that are one line


@dataclass(frozen=True, eq=False)
class RowLines:
    """Of one row: `line_mm` page mm of a 5 mm line in the mean of the row, None where they do not stand out from
    others; `at_mm` (K,) places on the page and `stray_mm` (K,) how far the ruling there lies to the right of where the
    row's mean has it, 0 where that is not worth a correction."""

    line_mm: float | None
    at_mm: np.ndarray
    stray_mm: np.ndarray

    def straightened(self, x_mm: np.ndarray) -> np.ndarray:
        """Where points seen at page mm `x_mm` (N,) would be if the ruling were even."""
        return x_mm - np.interp(x_mm, self.at_mm, self.stray_mm) if len(self.at_mm) else x_mm


def row_lines(
    picture: np.ndarray, y_px: float, span_px: tuple[float, float], px_per_mm: tuple[float, float]
) -> RowLines:
    """`RowLines` of the row with zero line `y_px` between two x of a page uint8 (H, W, 3)."""
    none = RowLines(None, np.zeros(0), np.zeros(0))
    high = _HIGH_MM * px_per_mm[1]
    top, bottom = max(int(y_px - high), 0), min(int(y_px + high), picture.shape[0])
    left, right = (int(np.clip(x, 0, picture.shape[1])) for x in span_px)
    if bottom - top < high or right - left < 4 * LINE_MM * px_per_mm[0]:
        return none
    # traces and letters cover few of a column's pixels, lines nearly all; a coloured line is dark in some channel
    dark = 255.0 - np.quantile(darkest(picture[top:bottom:2, left:right]), _COVERED, axis=0)
    mm = (np.arange(left, right) + 0.5) / px_per_mm[0]
    first = int(np.ceil(mm[0] / LINE_MM))
    count = int(np.floor(mm[-1] / LINE_MM)) - first
    fine = np.arange(count * int(LINE_MM * FINE)) / FINE + first * LINE_MM
    profile = np.interp(fine, mm, dark)
    folded = _limited(profile).reshape(count, -1).mean(axis=0)
    if np.ptp(folded) < _LEAST_CONTRAST:
        return none
    line = _line(folded)
    at, stray = _strays(_limited(profile), folded, first * LINE_MM)
    return RowLines(None if line is None else line + first * LINE_MM, at, stray)


def agreed(lines: list[RowLines]) -> list[RowLines]:
    """The rows' lines, strays only where the row above or below tells of them too: creases and jerks cross rows, what a
    dotted ruling and a compressed picture make of each other does not. Page without strays where few agree.

    `lines` from top to bottom.
    """
    agree = [np.zeros(len(row.at_mm), bool) for row in lines]
    for upper, lower in ((k, k + 1) for k in range(len(lines) - 1)):
        for one, other in ((upper, lower), (lower, upper)):
            if len(lines[one].at_mm) and len(lines[other].at_mm):
                there = np.interp(lines[one].at_mm, lines[other].at_mm, lines[other].stray_mm)
                own = lines[one].stray_mm
                agree[one] |= (np.abs(own - there) <= np.maximum(_ALIKE_MM, _ALIKE_SHARE * np.abs(own))) & (
                    own * there > 0
                )
    told = sum(int(np.count_nonzero(row.stray_mm)) for row in lines)
    borne_out = sum(int(np.count_nonzero(one)) for one in agree)
    if borne_out < _LEAST_AGREEING * told:
        return [replace(row, stray_mm=np.zeros(len(row.stray_mm))) for row in lines]
    return [replace(row, stray_mm=np.where(one, row.stray_mm, 0.0)) for row, one in zip(lines, agree, strict=True)]


def snap_px(lines: list[RowLines], start_px: float, px_per_mm: float) -> float:
    """Page px from where rows seem to start to the 5 mm line on which they do, right positive; 0 where at least two
    rows show no common line so near."""
    known = [row.line_mm for row in lines if row.line_mm is not None]
    if len(known) < 2:
        return 0.0
    start = start_px / px_per_mm
    off = (np.array(known) - _DRAWN_RIGHT_MM - start + LINE_MM / 2) % LINE_MM - LINE_MM / 2
    middle = float(np.median(off))
    if abs(middle) > _SNAP_MM or np.mean(np.abs(off - middle) <= _SAME_MM) < 0.6:
        return 0.0
    return middle * px_per_mm


def _limited(profile: np.ndarray) -> np.ndarray:
    """Without what is far darker than lines: separators, names, the table beside the page."""
    low, high = np.quantile(profile, (0.3, 0.99))
    return np.clip(profile, low, high)


def _line(folded: np.ndarray) -> float | None:
    """mm of the 5 mm line in a folded profile, None where it does not stand out from the 1 mm lines."""
    base = float(np.quantile(folded, 0.1))
    half = int(_WIDE_MM * FINE)
    smooth = np.convolve(np.r_[folded[-half:], folded, folded[:half]], np.ones(5) / 5, "same")[half:-half]
    best = int(smooth.argmax())
    others = [max(smooth[(best + k * FINE + j) % len(smooth)] for j in range(-3, 4)) for k in (1, 2, 3, 4)]
    over, height = smooth[best] - max(others), smooth[best] - base
    if height < _LEAST_CONTRAST or over < max(_CLEARER * height, _SPREADS * float(np.std(others))):
        return None
    around = np.arange(best - half, best + half + 1)
    weights = np.maximum(folded[around % len(folded)] - base, 0)
    return float((weights * around).sum() / weights.sum()) / FINE


def _strays(profile: np.ndarray, folded: np.ndarray, first_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """(places in page mm, strays in mm): the shift at which the paper around each place is most like the row's mean."""
    period = len(folded)
    reach, step, far = (int(mm * FINE) for mm in (_REACH_MM, _STEP_MM, _FARTHEST_MM))
    window = np.hanning(2 * reach + 1)
    total = window.sum()
    middles = np.arange(reach, len(profile) - reach, step)
    moves = np.arange(-far, far + 1)
    offsets = np.arange(-reach, reach + 1)
    dear = _FAR_COST * (moves / FINE) ** 2
    stray, known = np.zeros(len(middles)), np.zeros(len(middles), bool)
    expected: dict[int, tuple[np.ndarray, np.ndarray]] = {}  # by the place within a period: there are few
    for k, middle in enumerate(middles):
        own = profile[middle + offsets]
        own = (own - (own * window).sum() / total) * window
        if middle % period not in expected:
            meant = folded[(middle + offsets[None] - moves[:, None]) % period]
            meant = meant - (meant * window).sum(axis=1, keepdims=True) / total
            expected[middle % period] = meant, (meant**2 * window).sum(axis=1)
        meant, power = expected[middle % period]
        like = (meant * own).sum(axis=1) / np.sqrt(power * (own**2).sum() + 1e-9)
        # a far place must fit clearly better than a near one
        best = int((like - dear).argmax())
        inner = 0 < best < len(moves) - 1
        known[k] = inner and like[best] >= _LEAST_LIKENESS
        if inner:
            a, b, c = like[best - 1 : best + 2]
            stray[k] = (moves[best] + 0.5 * (a - c) / min(a - 2 * b + c, -1e-9)) / FINE
    places = first_mm + middles / FINE
    if known.mean() < _LEAST_KNOWN or known.sum() < 5:
        return np.zeros(0), np.zeros(0)
    filled = np.interp(places, places[known], stray[known])
    filled -= np.median(filled)
    calm = np.array([np.median(filled[max(k - 2, 0) : k + 3]) for k in range(len(filled))])
    noise = 1.4826 * float(np.median(np.abs(filled - calm))) + 0.02
    return places, np.where(np.abs(calm) > _WORTH * noise, calm, 0.0)
