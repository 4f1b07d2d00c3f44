"""When the heart beats: the P waves and ventricular beats of a rhythm, and which belongs to which."""

from __future__ import annotations

from dataclasses import dataclass, field

from ecgscribe.data.atria import AtrialWave

AFTER_S = 1.0
"""Beats are made until this long after the record."""


@dataclass(frozen=True)
class Beat:
    """One ventricular beat. `qrs_onset_s` from the record's start (may lie outside it); `p` its own P wave.

    `kind`: sinus (conducted from a P wave of any kind but a premature one), atrial (premature, conducted),
    fibrillation and flutter (conducted from these), supraventricular (from the AV node, narrow), escape,
    ventricular (premature, or of a tachycardia), paced.
    """

    qrs_onset_s: float
    kind: str
    qrs_s: float
    qt_s: float
    p: AtrialWave | None = None

    @property
    def pr_s(self) -> float | None:
        """From the onset of P to that of QRS, None without a P wave before it."""
        return None if self.p is None else self.qrs_onset_s - self.p.onset_s


@dataclass(frozen=True)
class Rhythm:
    """A record's events in time, from before it begins until after it ends.

    `alone` are the P waves that no QRS follows. `ordinary` is the kind of beat whose intervals are the
    record's. `atrial_rate_bpm` is None where atria have no rate (fibrillation, none seen).
    `fibrillation` is the size of fibrillation waves, `flutter_origin_s` a moment when a flutter wave begins.
    """

    beats: list[Beat]
    ordinary: str
    alone: list[AtrialWave] = field(default_factory=list)
    atrial_rate_bpm: float | None = None
    fibrillation: float = 0.0
    flutter_origin_s: float | None = None

    @property
    def p_waves(self) -> list[AtrialWave]:
        """All P waves in the order of time."""
        return sorted([*self.alone, *(beat.p for beat in self.beats if beat.p)], key=lambda wave: wave.onset_s)


def qt_s(qtc_ms: float, rr_s: float) -> float:
    """QT at an RR interval from the corrected one by Fridericia's cube root (1920).

    Where the heart is so fast that T would run into the next QRS, T ends just before it.
    """
    return min(qtc_ms / 1000.0 * rr_s ** (1.0 / 3.0), 0.94 * rr_s)
