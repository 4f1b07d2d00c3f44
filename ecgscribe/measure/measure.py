"""`measure`: everything that is measured on one recording or on what a page shows of it."""

from __future__ import annotations

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.report import Measurement
from ecgscribe.measure.amplitudes import amplitude_measurements, axis_measurements, no_amplitudes
from ecgscribe.measure.atria import p_waves
from ecgscribe.measure.average import Average, average_of
from ecgscribe.measure.intervals import interval_measurements, no_intervals
from ecgscribe.measure.prepare import LEAST_S, groups_of
from ecgscribe.measure.rhythm import no_rhythm, rhythm_measurements
from ecgscribe.measure.waves import Waves, delineate


def measure(ecg: Ecg) -> tuple[Measurement, ...]:
    """Measurements of `names.NAMES`, in that order; every one is there, NaN with its reason where it cannot be had.

    `ecg` in mV at any rate, NaN where nothing was seen: a whole recording, or the windows and rhythm strips of a page.
    """
    average, waves = average_beat(ecg)
    if average is None:
        reason = "No beat was found." if groups_of(ecg) else f"No lead was seen for {LEAST_S} s."
        return (*no_rhythm(reason), *no_intervals(reason), *no_amplitudes(reason))
    return measured(average, waves)


def measured(average: Average, waves: Waves) -> tuple[Measurement, ...]:
    """As `measure`, of an average beat and its marks (`average_beat`)."""
    intervals = interval_measurements(average, waves, p_waves(average, waves))
    p_known = any(m.name == "pr" and m.known for m in intervals)
    return (
        *rhythm_measurements(average),
        *intervals,
        *axis_measurements(average, waves, p_known),
        *amplitude_measurements(average, waves),
    )


def average_beat(ecg: Ecg) -> tuple[Average | None, Waves | None]:
    """The average ordinary beat of `ecg` with the marks of its waves; (None, None) without a beat."""
    groups = groups_of(ecg)
    average = average_of(groups) if groups else None
    return (None, None) if average is None else (average, delineate(average))
