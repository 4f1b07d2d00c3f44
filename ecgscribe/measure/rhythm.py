"""Rate and regularity, from the leads that were seen longest."""

from __future__ import annotations

import math

import numpy as np

from ecgscribe.core.report import Measurement
from ecgscribe.measure.average import Average

METHOD = "QRS complexes of all leads together"
IRREGULAR_PERCENT, DOUBT_PERCENT = 12.0, 5.0
"""RR variation from which a rhythm counts as irregular; by how much it may hang on doubtful beats below that."""

TOO_FEW = "Fewer than two beats are seen in one stretch."


def rhythm_measurements(average: Average | None) -> list[Measurement]:
    """Beats, rate, mean RR, and the variation of RR: RMSSD (root mean square of successive differences) over the mean.

    The rate is 60 over the mean RR interval of every beat, premature and ectopic ones too, on a whole recording as on
    a page: of the rhythm strip, or of all columns together. The variation is not told where it hangs on beats that
    are doubtful: where with them the rhythm would be irregular and without them regular, or the other way round.
    """
    if average is None:
        return no_rhythm("No beat was found.")
    where = f"{METHOD}, {', '.join(average.rhythm_leads[:3])}{' ...' if len(average.rhythm_leads) > 3 else ''}"
    rr_s = average.rr_s
    count = average.beats_seen
    beats = Measurement("beats", float(count), "beats", f"{where}, in {average.rhythm_s:.1f} s", beats=count)
    if len(rr_s) == 0:
        return [beats, *no_rhythm(TOO_FEW)[1:]]
    rate_bpm = 60.0 / float(rr_s.mean())
    rates = 60.0 / rr_s
    found = {
        "rate": (rate_bpm, "bpm", f"60 over the mean RR interval; {where}", _spread(rates)),
        "rr": (1000 * float(rr_s.mean()), "ms", f"mean of {len(rr_s)} intervals; {where}", 1000 * _spread(rr_s)),
    }
    made = [Measurement(name, v, unit, how, beats=len(rr_s) + 1, spread=s) for name, (v, unit, how, s) in found.items()]
    if len(rr_s) < 3:
        few = f"Only {len(rr_s)} RR intervals are seen; 3 are needed."
        return [beats, *made, Measurement("rr_variation", math.nan, "%", reason=few)]
    variation = variation_percent(rr_s)
    others = [variation_percent(rr) for rr in average.rr_doubts_s if len(rr) >= 3]
    low, high = min([variation, *others]), max([variation, *others])
    if low < IRREGULAR_PERCENT and high - low > DOUBT_PERCENT:
        doubt = f"Some beats are not sure; with or without them RR varies by {low:.0f} or {high:.0f} %."
        return [beats, *made, Measurement("rr_variation", math.nan, "%", reason=doubt)]
    how = f"RMSSD over mean RR; {where}"
    return [beats, *made, Measurement("rr_variation", variation, "%", how, beats=len(rr_s) + 1)]


def variation_percent(rr_s: np.ndarray) -> float:
    """RMSSD of intervals (R,) over their mean, in %."""
    return 100 * float(np.sqrt(np.mean(np.diff(rr_s) ** 2))) / float(rr_s.mean())


def no_rhythm(reason: str) -> list[Measurement]:
    """All of them as not to be had."""
    units = {"beats": "beats", "rate": "bpm", "rr": "ms", "rr_variation": "%"}
    return [Measurement(name, math.nan, unit, reason=reason) for name, unit in units.items()]


def _spread(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
