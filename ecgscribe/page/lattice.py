"""Finds the ruling of ECG paper as a lattice: direction, pitch and phase, tile by tile, in any flat picture.

Method: the picture's darkness is cut into overlapping tiles; in a tile's Fourier spectrum a ruling is a sharp
peak in each of two perpendicular directions. The peaks of all tiles together give the direction and pitch; each
tile's own peak gives its pitch, direction and phase there; neighbouring phases are joined to line numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ecgscribe.core.threads import side_by_side

TILE_PX = 256
_STEP_PX = 96
_SLOWEST = 3.2  # cycles in a tile: fewer cannot be told from shading
_SHARPNESS = 6.0  # a tile's peak must stand so far above the ring around it
_FACTORS = (1.0, 2.0, 0.5, 5.0, 0.2, 2.5, 0.4, 3.0, 1 / 3)
_BAND = 0.17  # a tile's pitch may differ from the page's by this share (perspective)


@dataclass(frozen=True, eq=False)
class Family:
    """One direction of ruling. In the picture's points (x, y), pixels of the analysed copy.

    `frequency` (2,) cycles a pixel over the whole picture; per tile: `frequencies` (T, 2), `phases` (T,)
    cycles at the tile's centre (0 = on a line), `amplitudes` (T,) darkness, `good` (T,) bool.
    """

    frequency: np.ndarray
    frequencies: np.ndarray
    phases: np.ndarray
    amplitudes: np.ndarray
    good: np.ndarray

    @property
    def pitch_px(self) -> float:
        return float(1 / np.hypot(*self.frequency))


@dataclass(frozen=True, eq=False)
class Lattice:
    """Both rulings: `across` counts along x (upright lines), `down` along y; `centres` (T, 2), `shape` of tiles."""

    across: Family
    down: Family
    centres: np.ndarray
    shape: tuple[int, int]


def find_lattices(dark: np.ndarray) -> list[Lattice]:
    """Candidate rulings in a darkness map float32 (H, W); empty when there is none in two directions.

    A ruling shows as many harmonics; which of them can be followed best depends on blur, print and paper, so a slow,
    a strong and a fine one are offered.
    """
    spectra, power, centres, shape = _tile_spectra(dark)
    lattices = []
    for pair in _peak_pairs(power):
        families = [_measure(spectra, frequency) for frequency in pair]
        if None not in families:
            lattices.append(Lattice(families[0], families[1], centres, shape))
    return lattices


def _tile_spectra(dark: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, int]]:
    """complex64 (T, TILE, TILE // 2 + 1) spectra of the tiles, float32 (TILE, TILE // 2 + 1) the mean of their powers,
    each tile weighing the same; (T, 2) centres; (rows, columns) of tiles."""
    height, width = dark.shape
    pad_y, pad_x = max(TILE_PX - height, 0), max(TILE_PX - width, 0)
    if pad_y or pad_x:
        dark = cv2.copyMakeBorder(dark, 0, pad_y, 0, pad_x, cv2.BORDER_CONSTANT, value=float(np.median(dark)))
    ys, xs = (_starts(side) for side in dark.shape)
    window = np.hanning(TILE_PX + 1)[:-1].astype(np.float32)
    window = np.outer(window, window).astype(float)  # numpy transforms doubles twice as fast as singles
    spectra = np.empty((len(ys), len(xs), TILE_PX, TILE_PX // 2 + 1), np.complex64)

    def transformed(row: int) -> np.ndarray:
        """The mean power of one row of tiles, whose spectra are written down."""
        # the same arrays for every tile: new ones would cost as much as the transform
        tile, windowed = np.empty(window.shape, np.float32), np.empty(window.shape)
        exact = np.empty(spectra.shape[2:], np.complex128)
        power, own, part = np.zeros((3, *spectra.shape[2:]), np.float32)
        for column, x in enumerate(xs):
            _limited(dark[ys[row] : ys[row] + TILE_PX, x : x + TILE_PX], tile)
            tile -= tile.mean()
            np.multiply(tile, window, out=windowed)
            np.fft.rfft2(windowed, out=exact)
            spectrum = spectra[row, column]
            spectrum[:] = exact
            np.square(spectrum.real, out=own)
            own += np.square(spectrum.imag, out=part)
            own *= 1 / (own.mean() + 1e-18) / (len(ys) * len(xs))
            power += own
        return power

    power = sum(side_by_side(transformed, range(len(ys))))
    half = TILE_PX // 2
    centres = np.array([(x + half + 0.5, y + half + 0.5) for y in ys for x in xs])
    return spectra.reshape(-1, *spectra.shape[2:]), power, centres, (len(ys), len(xs))


def _limited(tile: np.ndarray, out: np.ndarray) -> None:
    """Writes the tile without what is darker than the ruling: traces and letters would drown it."""
    some = tile[::4, ::4].ravel()
    place = int(0.94 * len(some))
    some.partition(place)
    np.minimum(tile, max(some[place], np.float32(0.02)), out=out)


def _starts(side_px: int) -> list[int]:
    count = max(int(np.ceil((side_px - TILE_PX) / _STEP_PX)), 0) + 1
    return [round(k) for k in np.linspace(0, side_px - TILE_PX, count)]


def _peak_pairs(total: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of perpendicular peaks of a mean spectrum, in cycles a pixel, the x-like one first; no pair twice."""
    half = TILE_PX // 2
    fy = np.fft.fftfreq(TILE_PX)[:, None] * TILE_PX
    fx = np.arange(half + 1)[None, :]
    radius = np.hypot(fx, fy)
    relief = np.where((radius >= _SLOWEST) & (radius < half * 0.8), total / _ring_level(total, radius), 0.0)
    local = relief == cv2.dilate(relief, np.ones((3, 3)))
    pairs: list[tuple[np.ndarray, np.ndarray]] = []
    for least, power_of_radius in ((0.05, 1.0), (0.05, 0.0), (0.01, 0.0), (0.05, 2.0)):
        rows, columns = np.nonzero(local & (relief > max(5.0, least * relief.max())))
        heights = total[rows, columns] * radius[rows, columns] ** power_of_radius
        order = np.argsort(-heights)[:50]
        pair = _perpendicular(np.c_[columns[order], fy[rows[order], 0]], heights[order])
        if pair is not None and all(np.abs(np.subtract(pair, known)).max() > 0.01 for known in pairs):
            pairs.append(pair)
    return pairs


def _perpendicular(peaks: np.ndarray, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The strongest two of the peaks (N, 2) that stand at right angles and could belong to one ruling."""
    best, best_score = None, 0.0
    for k, (px, py) in enumerate(peaks):
        if abs(px) < abs(py):
            continue  # the x-like one leads
        for j, other in enumerate(peaks):
            score = min(heights[k], heights[j])
            if score <= best_score:
                continue
            # the two directions may show different harmonics of the ruling: 5 mm here, 1 mm there
            ratio = np.hypot(*other) / np.hypot(px, py)
            factor = min(_FACTORS, key=lambda f, r=ratio: abs(np.log(r / f)))
            turned = factor * np.array([[-py, px], [py, -px]])
            off = np.abs(turned - other).sum(axis=1).min()
            score *= 1.0 if factor == 1 else 0.5
            if score > best_score and off <= max(2.5, 0.09 * np.hypot(*other)):
                best, best_score = (peaks[k], other), score
    if best is None:
        return None
    first, second = (np.array(peak, float) / TILE_PX for peak in best)
    return first * (1 if first[0] > 0 else -1), second * (1 if second[1] > 0 else -1)


def _ring_level(total: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """The usual level at each radius: a ruling stands above it, noise and letters do not."""
    rings = np.minimum(np.log2(np.maximum(radius, 1)) * 4, 30).astype(int)
    level = np.array([np.median(total[rings == k]) if (rings == k).any() else 1.0 for k in range(rings.max() + 1)])
    return np.maximum(level[rings], 1e-12)


def _measure(spectra: np.ndarray, frequency: np.ndarray) -> Family | None:
    """Each tile's own peak near `frequency` (cycles a pixel), to a fraction of a bin."""
    centre = frequency * TILE_PX
    reach = max(_BAND * np.hypot(*centre), 1.5)
    margin = max(int(np.ceil(reach)) + 3, 6)  # a window's own peak is four bins wide
    offsets = np.arange(-margin, margin + 1)
    columns = np.round(centre[0]).astype(int) + offsets[None, :]
    rows = np.round(centre[1]).astype(int) + offsets[:, None]
    patch = _lookup(spectra, rows, columns)
    magnitude = np.abs(patch)
    distance = np.hypot(columns - centre[0], rows - centre[1])
    inside = distance <= reach
    flat = np.where(inside, magnitude, 0).reshape(len(spectra), -1)
    top = flat.argmax(axis=1)
    r, c = np.unravel_index(top, inside.shape)
    r, c = np.clip(r, 1, inside.shape[0] - 2), np.clip(c, 1, inside.shape[1] - 2)
    tiles = np.arange(len(spectra))
    peak = magnitude[tiles, r, c]
    background = np.median(magnitude.reshape(len(spectra), -1), axis=1)
    shift_x = _vertex(magnitude[tiles, r, c - 1], peak, magnitude[tiles, r, c + 1])
    shift_y = _vertex(magnitude[tiles, r - 1, c], peak, magnitude[tiles, r + 1, c])
    x_bins, y_bins = columns[0, c] + shift_x, rows[r, 0] + shift_y
    found = np.c_[x_bins, y_bins] / TILE_PX
    # the window is symmetric about the centre, so the phase there is that of the nearest bin
    phases = (np.angle(patch[tiles, r, c]) / (2 * np.pi)) % 1.0
    amplitudes = peak / (TILE_PX**2 / 4) * 2
    good = (peak > _SHARPNESS * background) & (amplitudes > 0.002)
    if good.sum() < max(2, 0.04 * len(good)):
        return None
    typical = np.median(found[good], axis=0)
    return Family(typical, found, phases, amplitudes, good)


def _lookup(spectra: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Entries of half spectra at any (row, column), the missing half being the mirrored conjugate; their phases count
    from the tile's centre: a shift by half a tile turns every second one."""
    rows, columns = np.broadcast_arrays(rows, columns)
    mirrored = columns < 0
    r = np.where(mirrored, -rows, rows) % TILE_PX
    c = np.minimum(np.abs(columns), TILE_PX // 2)
    values = spectra[:, r, c]
    values = np.where(mirrored, values.conj(), values)
    return np.where((r + c) % 2 == 1, -values, values)


def _vertex(left: np.ndarray, middle: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Offset of the maximum of a Hann-windowed peak from its highest bin, in bins (-0.5 to 0.5)."""
    # for a Hann window the ratio of neighbouring bins gives the frequency exactly: d = (2a - 1) / (a + 1)
    right_side = right > left
    ratio = np.where(right_side, right, left) / np.maximum(middle, 1e-12)
    offset = np.clip((2 * ratio - 1) / (ratio + 1), -0.5, 0.5)
    return np.where(right_side, offset, -offset)
