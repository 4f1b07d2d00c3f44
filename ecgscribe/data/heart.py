"""From the events of a rhythm to the heart's dipole: every wave at its place, in its shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgscribe.data.atria import RETROGRADE_LENGTH_S, AtrialWave, p_bumps
from ecgscribe.data.chance import Chance
from ecgscribe.data.combine import shape_named
from ecgscribe.data.conditions import Request, rhythm_part, rule_of, variants_of
from ecgscribe.data.rhythm import Beat, Rhythm
from ecgscribe.data.shapes import SHAPES, Shape, bumps_mv, recovery_mv, scaled, with_axis
from ecgscribe.data.sinus import Breath

SPIKE_BEFORE_S = 0.012
"""A pacing impulse stands this long before the wave that it makes."""

SPIKE_S = 0.002


@dataclass(frozen=True)
class Heart:
    """One patient's heart: `main` is the shape of ordinary beats, `premature` that of ventricular ones, if any."""

    main: Shape
    premature: Shape | None
    gain: float

    def shape(self, kind: str, ordinary: str) -> Shape:
        """The shape of a beat of this kind in a record whose ordinary beats are of that kind."""
        return self.premature if kind == "ventricular" != ordinary else self.main

    def p_length_s(self, beat_pr_s: float | None, wave: AtrialWave) -> float:
        """The length of a P wave; it ends before the QRS that follows it."""
        length_s = RETROGRADE_LENGTH_S if wave.kind == "retrograde" else self.main.p_s
        return length_s if beat_pr_s is None else min(length_s, 0.8 * beat_pr_s)


def heart_of(request: Request, seed: int) -> Heart:
    """This seed's heart, with its axis, size and small personal differences."""
    chance = Chance(seed, "shape")
    rule = rule_of(request.condition)
    main = _personal(shape_named(rule.variant_shapes.get(request.variant, rule.shape)), chance)
    if request.axis_deg is not None:
        main = with_axis(main, request.axis_deg)
    main = scaled(main, request.gain)
    if rule.rhythm not in ("premature", "bigeminy", "trigeminy"):
        return Heart(main, None, request.gain)
    side = variants_of(request).get(rhythm_part(request.condition), "")
    premature = SHAPES["premature_left" if side == "left" else "premature_right"]
    return Heart(main, scaled(_personal(premature, chance), request.gain), request.gain)


def _personal(shape: Shape, chance: Chance) -> Shape:
    """Every heart lies and grows a little differently: each vector varies by some per cent, T most."""

    def varied(vector, spread: float, noise_mv: float):
        factor = min(1.6, max(0.5, 1.0 + spread * chance.normal()))
        return tuple(factor * v + noise_mv * chance.normal() for v in vector)

    return replace(
        shape,
        qrs=tuple(replace(bump, vector=varied(bump.vector, 0.07, 0.02)) for bump in shape.qrs),
        p=tuple(replace(bump, vector=varied(bump.vector, 0.15, 0.004)) for bump in shape.p),
        st_t=tuple(replace(bump, vector=varied(bump.vector, 0.12, 0.004)) for bump in shape.st_t),
        t=varied(shape.t, 0.16, 0.012),
        st=varied(shape.st, 0.2, 0.004),
        p_s=shape.p_s * (1.0 + min(0.08, max(-0.08, 0.05 * chance.normal()))),
    )


def dipole_mv(rhythm: Rhythm, heart: Heart, seed: int, breath: Breath, times_s: np.ndarray) -> np.ndarray:
    """(3, N) dipole of all P waves and beats at these evenly spaced times; the breath moves their size."""
    total = np.zeros((3, len(times_s)))
    chance = Chance(seed, "breath moves")
    depth, phase = chance.between(0.01, 0.04), chance.between(0, 6.28)

    def size(onset_s: np.ndarray) -> np.ndarray:
        return 1.0 + depth * np.sin(breath.angle(onset_s) + phase)

    for kind in sorted({beat.kind for beat in rhythm.beats}):
        shape = heart.shape(kind, rhythm.ordinary)
        _add_beats(total, times_s, [beat for beat in rhythm.beats if beat.kind == kind], shape, size)
    lengths_s = {id(beat.p): heart.p_length_s(beat.pr_s, beat.p) for beat in rhythm.beats if beat.p}
    waves = rhythm.p_waves
    for kind in sorted({wave.kind for wave in waves}):
        some = [wave for wave in waves if wave.kind == kind]
        onsets = np.array([wave.onset_s for wave in some])
        spans = np.array([lengths_s.get(id(wave)) or heart.p_length_s(None, wave) for wave in some])
        bumps = p_bumps(kind, heart.main.p, heart.gain)
        reach = max([1.0, *(bump.at + 4.0 * bump.width for bump in bumps if bump.trailing)])
        pieces = _Pieces(times_s, onsets, onsets + reach * spans)
        part = bumps_mv(bumps, (pieces.times_s - pieces.spread(onsets)) / pieces.spread(spans))
        pieces.add(total, part * pieces.spread(size(onsets)))
    _add_spikes(total, times_s, rhythm, chance.between(3.6, 6.0))
    return total


def _add_beats(total: np.ndarray, times_s: np.ndarray, beats: list[Beat], shape: Shape, size) -> None:
    onsets = np.array([beat.qrs_onset_s for beat in beats])
    qrs_s, qt_s = np.array([beat.qrs_s for beat in beats]), np.array([beat.qt_s for beat in beats])
    sizes = size(onsets)
    pieces = _Pieces(times_s, onsets, onsets + qrs_s)
    part = bumps_mv(shape.qrs, (pieces.times_s - pieces.spread(onsets)) / pieces.spread(qrs_s))
    pieces.add(total, part * pieces.spread(sizes))
    # the ST shift begins within the QRS complex
    pieces = _Pieces(times_s, onsets + 0.5 * qrs_s, onsets + qt_s)
    st_t_s = pieces.spread(qt_s - qrs_s)
    part = recovery_mv(shape, (pieces.times_s - pieces.spread(onsets + qrs_s)) / st_t_s, pieces.spread(qrs_s) / st_t_s)
    pieces.add(total, part * pieces.spread(sizes))


class _Pieces:
    """The samples between pairs of times, laid end to end, so that numpy works on all waves at once."""

    def __init__(self, times_s: np.ndarray, from_s: np.ndarray, to_s: np.ndarray):
        self._first, self._last = np.searchsorted(times_s, from_s), np.searchsorted(times_s, to_s)
        self._counts = self._last - self._first
        self.times_s = np.concatenate([times_s[a:b] for a, b in zip(self._first, self._last, strict=True)])

    def spread(self, values: np.ndarray) -> np.ndarray:
        """One value for each piece -> one for each sample."""
        return np.repeat(values, self._counts)

    def add(self, total: np.ndarray, part: np.ndarray) -> None:
        """Adds (3, samples of all pieces) to (3, N); pieces may overlap."""
        place = 0
        for first, last in zip(self._first, self._last, strict=True):
            total[:, first:last] += part[:, place : place + last - first]
            place += last - first


def _add_spikes(total: np.ndarray, times_s: np.ndarray, rhythm: Rhythm, height_mv: float) -> None:
    """Pacing impulses of 2 ms (at 100 Hz a fifth of their height is left)."""
    ventricle = np.array([0.25, -0.55, 0.35]) * height_mv
    atrium = np.array([0.15, 0.45, -0.2]) * 0.6 * height_mv
    moments = [(beat.qrs_onset_s, ventricle) for beat in rhythm.beats if beat.kind == "paced"]
    moments += [(wave.onset_s, atrium) for wave in rhythm.p_waves if wave.kind == "paced"]
    for onset_s, vector in moments:
        first, last = np.searchsorted(times_s, (onset_s - SPIKE_BEFORE_S, onset_s - SPIKE_BEFORE_S + SPIKE_S))
        total[:, first:last] += vector[:, None]
