"""Simulated 12-lead ECGs whose beats, intervals, axis and codes are known.

The heart is one dipole that moves in three dimensions (heart.py), at the moments of a rhythm (rhythms.py),
seen through a fixed lead field (leadfield.py), with disturbances at each electrode (disturbance.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.standards import LEADS
from ecgscribe.data.atria import fibrillation_mv, flutter_mv
from ecgscribe.data.conditions import CONDITIONS, Request, codes_of, request_of
from ecgscribe.data.disturbance import disturbance_mv, loose_of
from ecgscribe.data.heart import dipole_mv, heart_of
from ecgscribe.data.heart_truth import truth_of
from ecgscribe.data.leadfield import project, twelve
from ecgscribe.data.reports import report_of
from ecgscribe.data.rhythms import rhythm_of
from ecgscribe.data.sinus import breath_of

__all__ = ["CONDITIONS", "NOTE", "Simulated", "simulate"]

NOTE = "simulated ECG, not a patient"
"""Printed on every page drawn from a simulated record."""

FINE_HZ = 1000
"""The rate at which the dipole moves; every other rate is filtered and read from it."""

MARGIN_S = 0.2
"""What is made before and after the record, for the filter."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """A simulated record and its truth.

    `condition` is the canonical name (parts of a joined one in order), `scp_codes` statement -> likelihood
    in per cent, `report` English in the corpus' manner, `request` what was asked or drawn. `truth`:

    - rate_bpm and rr_ms of the ventricles, atrial_rate_bpm (None in fibrillation and where no atria are seen);
    - pr_ms (None without P waves before the QRS), qrs_ms, qt_ms: medians of the record's ordinary beats;
      pr_range_ms smallest and greatest PR of these;
    - axis_deg of the heart, axis_shown_deg of the leads (another where the arms' electrodes are swapped);
    - variant, variants (part of the condition -> its variant), electrodes, missing_lead, loose (electrode,
      from_s, to_s ... or None);
    - beats_s: R peaks (greatest QRS vector) inside the record; beats: one dict for each of these with kind,
      p_kind, p_onset_s, p_end_s (None without a P wave of its own), qrs_onset_s, r_s, qrs_end_s, t_onset_s,
      t_end_s, which may lie outside the record at its ends;
    - p_waves: kind, p_onset_s, p_end_s of the P waves that no QRS follows. Flutter waves are not listed.
    """

    ecg: Ecg
    condition: str
    scp_codes: dict[str, float]
    report: str
    truth: dict
    request: Request


def simulate(condition: str, seed: int, rate_hz: float = 500, duration_s: float = 10.0, **wishes) -> Simulated:
    """A record of this condition, or of several joined by "+"; the same seed gives the same numbers.

    `wishes` set fields of `Request` instead of drawing them (rate_bpm=72, muscle_mv=0 ...). Signals are
    rounded to 1 uV in I, II and the chest leads; the other limb leads follow from I and II. Raises
    `BadOption` for an unknown condition or wish, conditions that contradict each other (combine.py), or a
    rate or length that cannot be made.
    """
    if not 50 <= rate_hz <= FINE_HZ:
        raise BadOption(f"Cannot simulate at {rate_hz} Hz.", f"Use 50 to {FINE_HZ} Hz.")
    if not 1.0 <= duration_s <= 3600.0:
        raise BadOption(f"Cannot simulate {duration_s} s.", "Use 1 to 3600 s.")
    request = request_of(condition, seed, wishes)
    breath, heart, rhythm = breath_of(seed), heart_of(request, seed), rhythm_of(request, seed, duration_s)
    times_s = np.arange(round((duration_s + 2 * MARGIN_S) * FINE_HZ)) / FINE_HZ - MARGIN_S
    dipole = dipole_mv(rhythm, heart, seed, breath, times_s)
    if rhythm.fibrillation:
        dipole += rhythm.fibrillation * fibrillation_mv(seed, times_s)
    if rhythm.flutter_origin_s is not None:
        dipole += flutter_mv(seed, times_s, rhythm.atrial_rate_bpm / 60.0, rhythm.flutter_origin_s)
    leads = project(dipole)
    if request.electrodes == "arms_swapped":
        # the right arm's electrode on the left arm: I is reversed, II and III change places
        leads[0], leads[1] = -leads[0], leads[1] - leads[0]
    loose = loose_of(request, seed, duration_s)
    leads += disturbance_mv(request, seed, times_s, breath, loose)
    signal = twelve(np.round(_sampled(leads, rate_hz, round(duration_s * rate_hz)), 3))
    if request.missing_lead:
        signal[LEADS.index(request.missing_lead)] = np.nan
    name = request.condition
    ecg = Ecg(signal, rate_hz, record=f"sim-{name}-{seed}", patient=f"sim-{seed}", note=NOTE)
    truth = truth_of(request, rhythm, heart, duration_s) | {"loose": None if loose is None else asdict(loose)}
    return Simulated(ecg, name, codes_of(request), report_of("en", name, truth), truth, request)


def _sampled(leads_mv: np.ndarray, rate_hz: float, count: int) -> np.ndarray:
    """(leads, count) from (leads, N) at FINE_HZ: low pass at 150 Hz, or at 45% of a lower rate, then sampled.

    The filter is summed tap by tap (no BLAS), and only where a sample is wanted if the rate allows it.
    """
    cut_hz = min(150.0, 0.45 * rate_hz)
    half = round(1.6 * FINE_HZ / cut_hz)
    steps = np.arange(-half, half + 1)
    taps = np.sinc(2 * cut_hz / FINE_HZ * steps) * (0.54 + 0.46 * np.cos(np.pi * steps / half))
    taps /= taps.sum()
    whole = FINE_HZ % rate_hz == 0
    step = int(FINE_HZ // rate_hz) if whole else 1
    first = round(MARGIN_S * FINE_HZ)
    length = count if whole else leads_mv.shape[1] - first - half

    def at(shift: int) -> np.ndarray:
        return leads_mv[:, first + shift :: step][:, :length]

    total = taps[half] * at(0)
    for k in range(1, half + 1):
        total += taps[half + k] * (at(k) + at(-k))
    if whole:
        return total
    fine_s, wanted_s = np.arange(total.shape[1]) / FINE_HZ, np.arange(count) / rate_hz
    return np.stack([np.interp(wanted_s, fine_s, row) for row in total])
