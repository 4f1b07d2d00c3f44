"""A scanner's carriage: where its head or the sheet stood still or leapt, columns of the picture are repeated or lost.

A leap squeezes a QRS complex that stands there, and no smooth map of bent paper undoes it. It crosses the whole
picture along one of its columns (or rows), so every bit of ruling in that column tells of it: the paper is looked at in
slabs and bands along the picture's own columns, not the page's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ecgscribe.core.page import Page
from ecgscribe.core.warp import Bend
from ecgscribe.page.darkness import darkest
from ecgscribe.page.jerks import BANDS, FINE, LINE_MM, followed, jerky, lines, middle

_MOST_LEAN = 0.035  # two degrees: a sheet on a scanner lies straighter
_MOST_STRETCH = 0.01  # of the scale across the picture: a scanner has no perspective
_LEAST_MM = 40.0  # of rows of traces, both ways
_BESIDE_MM = 8.0  # of them the ruling goes on
_SLAB_MM = 4.0  # traces and letters cover few slabs of a column
_CURL_MM = 30.0  # half the stretch over which a band's own bend is told
_LEAST_SLOPE = 0.2  # columns repeated more often than five times are no carriage's


@dataclass(frozen=True, eq=False)
class _Columns:
    """A ruled picture seen along its columns, `turned` along its rows: `dark` (J, N) of each slab of paper, `FINE`
    steps a mm, at the picture's `at_px` (N,), and `off` (J, N) steps by which what a slab shows there lies further
    right on the paper than what the page's middle shows."""

    dark: np.ndarray
    off: np.ndarray
    at_px: np.ndarray
    turned: bool


def steadied(picture: np.ndarray, page: Page) -> tuple[np.ndarray, Bend] | None:
    """The picture uint8 (H, W, 3) as an even carriage would have given it, and the map from its points to those of the
    given picture, in which `page` was found; None where no jerk is seen along the rows of traces."""
    columns = _columns(picture, page)
    if columns is None:
        return None
    off, first = _band_lines(columns)
    if not jerky(off):
        return None
    return _evened(picture, replace(columns, off=columns.off + _curl(off, first, columns)))


def _columns(picture: np.ndarray, page: Page) -> _Columns | None:
    """None where the page is too small, lies too much askew or is seen in perspective."""
    if not page.panels or page.px_per_mm is None:
        return None
    boxes = np.array([panel.box_px for panel in page.panels])
    beside = _BESIDE_MM * page.px_per_mm[0]
    (x0, y0), (x1, y1) = boxes[:, :2].min(axis=0) - [beside, 0], boxes[:, 2:].max(axis=0) + [beside, 0]
    box = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    corners = page.to_source.points(box)
    top, right, bottom, left = np.roll(corners, -1, axis=0) - corners
    turned = bool(abs(top[1]) > abs(top[0]))
    if turned:
        picture, corners = picture.transpose(1, 0, 2), corners[:, ::-1]
        top, right, bottom, left = (side[::-1] for side in (top, right, bottom, left))
    wide_mm, high_mm = (x1 - x0) / page.px_per_mm[0], (y1 - y0) / page.px_per_mm[1]
    leans = max(abs(right[0] / right[1]), abs(left[0] / left[1]))
    if min(wide_mm, high_mm) < _LEAST_MM or leans > _MOST_LEAN or abs(top[0] / bottom[0] + 1) > _MOST_STRETCH:
        return None
    low = np.maximum(corners.min(axis=0), 0).astype(int)
    high = np.minimum(corners.max(axis=0), picture.shape[1::-1]).astype(int)
    if (high - low).min() < BANDS:
        return None
    part = darkest(picture[low[1] : high[1], low[0] : high[0]]).astype(np.float32)
    scale = wide_mm * FINE / abs(top[0])  # steps a pixel
    count = max(round(high_mm / _SLAB_MM), BANDS)
    slabs = 255 - cv2.resize(part, (part.shape[1], count), interpolation=cv2.INTER_AREA)
    pixels = np.arange(low[0], high[0]) + 0.5
    at_px = np.arange(pixels[0], pixels[-1], 1 / scale)
    dark = np.stack([np.interp(at_px, pixels, slab) for slab in slabs])
    # the columns of the paper lean, at the left perhaps otherwise than at the right
    height = ((np.arange(count) + 0.5) / count - 0.5) * part.shape[0]
    lean = np.interp(at_px, np.sort([corners[0, 0], corners[1, 0]]), _leans(left, right, corners))
    return _Columns(dark, -height[:, None] * lean * scale, at_px, turned)


def _leans(left: np.ndarray, right: np.ndarray, corners: np.ndarray) -> list[float]:
    """Pixels along a pixel down of the sides at the lesser and at the greater end."""
    sides = [left[0] / left[1], right[0] / right[1]]
    return sides if corners[0, 0] < corners[1, 0] else sides[::-1]


def _band_lines(columns: _Columns) -> tuple[np.ndarray, int]:
    """(B, N) mm by which each 5 mm line of each band, from top to bottom, lies to the right of an even ruling's, and
    the step at which that begins."""
    steps, period = np.arange(columns.dark.shape[1]), int(LINE_MM * FINE)
    straight = np.stack(
        [np.interp(steps, steps + off, dark) for dark, off in zip(columns.dark, columns.off, strict=True)]
    )
    bands = np.stack([np.median(band, axis=0) for band in np.array_split(straight, BANDS)])
    whole = len(steps) // period * period
    first = int(np.median(bands[:, :whole].reshape(-1, period), axis=0).argmax())
    return np.stack([lines(band, first) for band in bands]), first


def _curl(off: np.ndarray, first: int, columns: _Columns) -> np.ndarray:
    """(J, N) steps by which the paper of each slab lies further right than the plane has it: what the lines of its band
    stray from those of the others, over a stretch that no jerk fills."""
    period, (count, wide) = int(LINE_MM * FINE), columns.dark.shape
    own = off - middle(off)
    reach = int(_CURL_MM / LINE_MM)
    padded = np.pad(own, ((0, 0), (reach, reach)), constant_values=np.nan)
    windows = sliding_window_view(padded, 2 * reach + 1, axis=1)
    seen = np.isfinite(windows).any(axis=2)
    smooth = np.zeros(own.shape)
    smooth[seen] = np.nanmedian(windows[seen], axis=1) * FINE
    places = first + period * np.arange(off.shape[1])
    along = np.stack([np.interp(np.arange(wide), places, band) for band in smooth])
    middles = [rows.mean() for rows in np.array_split(np.arange(count), BANDS)]
    return np.stack([np.interp(np.arange(count), middles, column) for column in along.T], axis=1)


def _evened(picture: np.ndarray, columns: _Columns) -> tuple[np.ndarray, Bend]:
    """(the picture with its columns where an even carriage has them, the map from its points to the picture's)."""
    lag = followed(columns.dark, columns.off) * FINE
    steps = np.arange(len(lag))
    (height, width), turned = picture.shape[:2], columns.turned
    length = height if turned else width
    seen = np.linspace(0, length, length + 1)
    shift = np.interp(steps - lag, steps, columns.at_px) - columns.at_px
    even = seen + np.interp(seen, columns.at_px, shift)
    even = np.maximum.accumulate(even - _LEAST_SLOPE * seen) + _LEAST_SLOPE * seen
    source = (np.interp(np.arange(length) + 0.5, even, seen) - 0.5).astype(np.float32)
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    maps = np.broadcast_arrays(*((x[None], source[:, None]) if turned else (source[None], y[:, None])))
    straight = cv2.remap(
        picture, *(np.ascontiguousarray(one) for one in maps), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    nodes = np.zeros((length + 1, 2, 2) if turned else (2, length + 1, 2))
    if turned:
        nodes[:, :, 1] = (even - seen)[:, None]
    else:
        nodes[:, :, 0] = even - seen
    return straight, Bend(nodes, (height, width))
