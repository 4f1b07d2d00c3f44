"""The sheet's edges by their straightness: on the flattened sheet they run along the ruling, whatever lies around it.

For every place left, right, above and below the ruled area it is asked whether the picture changes there along the
whole side. That finds the edge of white paper on a light desk, where a threshold of brightness finds nothing.
"""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.page.darkness import darkest
from ecgscribe.page.ruling import Ruling

_PX_PER_MM = 2.0
_AROUND_MM = 90.0  # looked at beyond the ruled area
_INSIDE_MM = 6.0  # an edge may lie so far inside the outermost places where the ruling was seen
_BAND_MM = 4.0  # what is compared on both sides of an edge
_GAP_MM = 0.5
_NEAR_MM = 3.0  # the exact place is looked for so far around
_LEAST_STEP = 3.0  # grey levels
_LEAST_SHARE = 0.8  # of the side that must change the same way
_BLANK = 10.0  # grey levels: beyond an edge to something brighter nothing may be printed
_SHEETS_MM = (297.0, 210.0, 279.4, 215.9, 420.0, 148.0)
_FITS_MM = 2.5
_FITTING = 1.6  # an edge that makes the sheet as wide as paper is sold weighs so much more

Edge = tuple[float, float, bool]
"""Place in px, strength in grey levels, whether something brighter lies beyond."""


def find_edges(picture: np.ndarray, ruling: Ruling) -> tuple[np.ndarray, np.ndarray]:
    """((2, 2) low and high corner of the sheet in mm of the ruling's flat paper, (2, 2) bool which of its sides were
    seen). A side that was not seen is NaN."""
    # what surrounds the outermost places where the ruling was seen may lie beyond the sheet already
    inner = ruling.flat_box_mm(whole=False)
    low, high = inner[0] - _AROUND_MM, inner[1] + _AROUND_MM
    frame = ruling.to_mm.points(_frame(picture))
    low, high = np.maximum(low, frame.min(axis=0)), np.minimum(high, frame.max(axis=0))
    if not (high > low).all():
        return np.full((2, 2), np.nan), np.zeros((2, 2), bool)
    sheet, valid = _view(picture, ruling, low, high)
    candidates = []
    for axis in (0, 1):
        turned, known = (sheet, valid) if axis == 0 else (sheet.transpose(1, 0, 2), valid.T)
        across = slice(*(_pixels(inner[:, 1 - axis] - low[1 - axis])))
        turned, known = turned[across], known[across]
        for end in (0, 1):
            candidates.append(_steps(turned, known, inner[:, axis] - low[axis], end))
    edges = np.full((2, 2), np.nan)
    for axis in (0, 1):
        pair = _chosen(candidates[2 * axis], candidates[2 * axis + 1])
        for end, place in enumerate(pair):
            if place is not None:
                edges[end, axis] = place / _PX_PER_MM + low[axis]
    return edges, np.isfinite(edges)


def _frame(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], float)


def _pixels(mm: np.ndarray) -> tuple[int, int]:
    return max(int(mm[0] * _PX_PER_MM), 0), int(mm[1] * _PX_PER_MM)


def _view(picture: np.ndarray, ruling: Ruling, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float32 (H, W, 3) the flat sheet with its surroundings, and bool (H, W) where the picture shows anything."""
    size = np.maximum(((high - low) * _PX_PER_MM).astype(int), 8)
    coarse = 8  # px between computed places
    columns, rows = size // coarse + 3
    x, y = (np.arange(count, dtype=float) - 0.5 for count in (columns, rows))
    flat = np.stack(np.meshgrid(x, y), axis=2) * coarse / _PX_PER_MM + low
    seen = ruling.picture_points(flat.reshape(-1, 2)).reshape(flat.shape)
    per_mm = float(np.mean(ruling.px_per_mm))
    factor = min(1.3 * _PX_PER_MM / per_mm, 1.0)
    if factor < 1:
        wide = (max(round(picture.shape[1] * factor), 8), max(round(picture.shape[0] * factor), 8))
        seen = seen * [wide[0] / picture.shape[1], wide[1] / picture.shape[0]]
        picture = cv2.resize(picture, wide, interpolation=cv2.INTER_AREA)
    fine = cv2.resize((seen - 0.5).astype(np.float32), (columns * coarse, rows * coarse))
    fine = fine[coarse : coarse + size[1], coarse : coarse + size[0]]
    view = cv2.remap(picture, fine, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    height, width = picture.shape[:2]
    return view, ((fine > 0) & (fine < [width - 1, height - 1])).all(axis=2)


def _steps(view: np.ndarray, valid: np.ndarray, inner: np.ndarray, end: int) -> list[Edge]:
    """The edges along y left (`end` 0) or right (1) of the ruled area, `inner` (2,) mm."""
    if len(view) < 20:
        return []
    if end == 1:
        flipped = _steps(view[:, ::-1], valid[:, ::-1], view.shape[1] / _PX_PER_MM - inner[::-1], 0)
        return [(view.shape[1] - place, strength, lid) for place, strength, lid in flipped]
    last = min(int((inner[0] + _INSIDE_MM) * _PX_PER_MM), view.shape[1] - 2)
    band, gap = int(_BAND_MM * _PX_PER_MM), int(_GAP_MM * _PX_PER_MM)
    total = np.pad(np.cumsum(view[:, : last + band + gap + 2], axis=1), ((0, 0), (1, 0), (0, 0)))
    places = np.arange(band + gap, max(min(last, total.shape[1] - band - gap - 1), band + gap))
    if len(places) == 0:
        return []
    inside = (total[:, places + gap + band] - total[:, places + gap]) / band
    outside = (total[:, places - gap] - total[:, places - gap - band]) / band
    step = inside - outside
    known = valid[:, places - gap - band] & valid[:, places + gap]
    step[~known] = np.nan
    enough = known.mean(axis=0) > 0.4
    if not enough.any():
        return []
    found = []
    usual = np.zeros((len(places), 3))
    usual[enough] = np.nanmedian(step[::2, enough], axis=0)
    same = (np.sign(step) == np.sign(usual)[None]) & (np.abs(step) > 0.3 * np.abs(usual)[None])
    share = np.where(enough[:, None], same.sum(axis=0) / np.maximum(known.sum(axis=0), 1)[:, None], 0)
    strength = (np.abs(usual) * np.where(share > _LEAST_SHARE, share, 0)).max(axis=1)
    for k in np.flatnonzero((strength > _LEAST_STEP) & (strength == cv2.dilate(strength[None], np.ones((1, 9)))[0])):
        brighter = usual[k][np.abs(usual[k]).argmax()] < 0
        if brighter and _printed(view[:, : places[k] - gap], valid[:, : places[k] - gap]):
            continue
        found.append((_exactly(view, valid, int(places[k])), float(strength[k]), bool(brighter)))
    return found


def _exactly(view: np.ndarray, valid: np.ndarray, place: int) -> float:
    """The place near `place`, in px, where the columns change most from one to the next."""
    near, band = int(_NEAR_MM * _PX_PER_MM), 2
    low, high = max(place - near - band, 0), min(place + near + band, view.shape[1])
    part = np.where(valid[:, low:high, None], view[:, low:high], np.nan)
    columns = np.nanmedian(part[:, valid[:, low:high].any(axis=0)], axis=0)
    if len(columns) < 2 * band + 1:
        return float(place)
    soft = (columns[:-1] + columns[1:]) / 2  # between pixels
    change = np.abs(soft[band:] - soft[:-band]).max(axis=1)
    weight = np.clip(change - 0.5 * change.max(), 0, None)
    top = int(change.argmax())
    reach = slice(max(top - 2, 0), top + 3)
    centre = float((np.arange(len(change))[reach] * weight[reach]).sum() / max(weight[reach].sum(), 1e-9))
    return low + centre + 1 + band / 2


def _printed(view: np.ndarray, valid: np.ndarray) -> bool:
    """Whether anything stands out where only a scanner's lid should be."""
    grey = darkest(view)
    if grey.shape[1] < 4:
        return True
    away = np.abs(grey - cv2.blur(grey, (31, 31)))
    return bool(valid.any() and np.quantile(away[valid], 0.99) > _BLANK)


def _chosen(lows: list[Edge], highs: list[Edge]) -> tuple[float | None, float | None]:
    """The pair of edges that together are strongest, paper as it is sold preferred; None for a side without any.

    Towards something brighter the frame of a printed grid looks like paper on a scanner's lid: only paper as it is sold
    is believed there.
    """
    best, choice = 0.0, (None, None)
    for low in [*lows, None]:
        for high in [*highs, None]:
            width = (high[0] - low[0]) / _PX_PER_MM if low is not None and high is not None else 0.0
            sold = is_sold(width)
            if not sold and ((low is not None and low[2]) or (high is not None and high[2])):
                continue
            strength = sum(edge[1] ** 0.5 for edge in (low, high) if edge is not None) * (_FITTING if sold else 1.0)
            if strength > best:
                best, choice = strength, (low and low[0], high and high[0])
    return choice


def is_sold(width_mm: float) -> bool:
    """Whether paper is sold in this width or height."""
    return min(abs(width_mm - sheet) for sheet in _SHEETS_MM) < _FITS_MM
