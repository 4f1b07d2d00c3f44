"""How well one page was digitised: every score of a pair (what is printed, what was read) in one call.

Beside the two competitions' scores stand figures that nothing can flatter: how much was read, how far it is off in
microvolts, how many leads failed, how late it is.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.challenge2024 import (
    ALIGNMENTS,
    aligned,
    asci_score,
    ks_score,
    offset_of,
    snr_db,
    weighted_difference_mv,
)
from ecgscribe.evaluation.kaggle2025 import decibels, kaggle_ratio

LEAST_COVERAGE = 0.5
"""A lead of which less was read has failed."""

LONGEST_LAG_S = 0.2


@dataclass(frozen=True)
class LeadScores:
    """Scores of one lead. dB, microvolts, ms; NaN where they cannot be had.

    `plain`, `official`, `mended` SNR and `ks`, `asci`, `weighted_uv` (these on the officially aligned pair) as in
    challenge2024.py; `coverage` the share of the printed samples that were read; `rmse_uv` over these, as they stand;
    `rmse_centred_uv` with the mean difference taken out; `correlation` Pearson's; `lag_ms` how late it is;
    `failed` when less than half was read or, the mean taken out, the noise is as strong as the signal.
    """

    lead: str
    plain: float
    coverage: float
    rmse_uv: float
    rmse_centred_uv: float
    correlation: float
    lag_ms: float
    failed: bool
    official: float = float("nan")
    mended: float = float("nan")
    ks: float = float("nan")
    asci: float = float("nan")
    weighted_uv: float = float("nan")


@dataclass(frozen=True)
class SignalScores:
    """Scores of one page: `record`, `patient`; `kaggle_ratio` (0 to 384) and its `kaggle_db`; means over leads of
    the Challenge's SNRs (NaN, an exact lead, left out as there), KS, ASCI, weighted difference; `coverage` and
    `rmse_uv`, `rmse_centred_uv` over all printed samples of the page; `failed_share` of its leads; `lag_ms` the
    median of the leads' absolute lags; `nan_leads`, `zero_leads` how many leads had those Challenge SNRs (plain);
    `leads` the scores of each; `missing` when nothing was read from the page at all.
    """

    record: str
    patient: str
    kaggle_ratio: float
    kaggle_db: float
    plain: float
    official: float
    mended: float
    ks: float
    asci: float
    weighted_uv: float
    coverage: float
    rmse_uv: float
    rmse_centred_uv: float
    correlation: float
    failed_share: float
    lag_ms: float
    nan_leads: int
    zero_leads: int
    missing: bool
    leads: tuple[LeadScores, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict:
        """Plain values; NaN becomes None."""
        fields = {**asdict(self), "leads": [_plain(asdict(lead)) for lead in self.leads]}
        return _plain(fields)


def score_page(truth: Ecg, read: Ecg | None, slow: bool = True) -> SignalScores:
    """All scores of one page.

    `truth` holds what is printed, NaN elsewhere; `read` the digitiser's signals in the same time, resampled to the
    truth's rate where it has another; None (no page, no output) counts as a page of zeros. `slow` False leaves the
    Challenge's alignment out (official, mended, KS, ASCI, weighted difference), which takes 3 s a page. Raises
    `BadOption` when nothing is printed.
    """
    printed = [lead for lead in truth.leads if np.isfinite(truth.lead_mv(lead)).any()]
    if not printed:
        raise BadOption(f"Nothing is printed on the page of record {truth.record!r}.", "Give the signals it shows.")
    pairs = {lead: (truth.lead_mv(lead).astype(float), at_rate(read, lead, truth)) for lead in printed}
    leads = tuple(_lead_scores(lead, *pair, truth.rate_hz, slow) for lead, pair in pairs.items())
    windows = {lead: _window(reference) for lead, (reference, _) in pairs.items()}
    ratio = kaggle_ratio(
        {lead: pairs[lead][0][window] for lead, window in windows.items()},
        {lead: pairs[lead][1][window] for lead, window in windows.items()},
        truth.rate_hz,
    )
    differences = [(estimate - reference)[_both(reference, estimate)] for reference, estimate in pairs.values()]
    centred = [part - part.mean() for part in differences if len(part)]
    wanted = sum(int(np.isfinite(reference).sum()) for reference, _ in pairs.values())
    plain = np.array([lead.plain for lead in leads])
    means = {
        name: _mean([getattr(lead, name) for lead in leads])
        for name in ("plain", "official", "mended", "ks", "asci", "weighted_uv", "correlation")
    }
    return SignalScores(
        record=truth.record,
        patient=truth.patient,
        kaggle_ratio=ratio,
        kaggle_db=float(decibels(ratio)),
        **means,
        coverage=sum(map(len, differences)) / wanted,
        rmse_uv=_rms_uv(np.concatenate(differences)),
        rmse_centred_uv=_rms_uv(np.concatenate([np.empty(0), *centred])),
        failed_share=float(np.mean([lead.failed for lead in leads])),
        lag_ms=_median([abs(lead.lag_ms) for lead in leads]),
        nan_leads=int(np.isnan(plain).sum()),
        zero_leads=int((plain == 0).sum()),
        missing=read is None or not np.isfinite(read.signal_mv).any(),
        leads=leads,
    )


def at_rate(read: Ecg | None, lead: str, truth: Ecg) -> np.ndarray:
    """(N,) the read lead at the truth's times; NaN where it was not read, all NaN without `read`."""
    count = truth.signal_mv.shape[1]
    values = np.full(count, np.nan)
    if read is None:
        return values
    signal = read.lead_mv(lead).astype(float)
    if read.rate_hz != truth.rate_hz:
        # linear between two read neighbours: a NaN on either side stays NaN
        times_s = np.arange(count) / truth.rate_hz
        signal = np.interp(times_s, np.arange(len(signal)) / read.rate_hz, signal, np.nan, np.nan)
    values[: len(signal)] = signal[:count]
    return values


def lag_ms(reference_mv: np.ndarray, estimate_mv: np.ndarray, rate_hz: float) -> float:
    """How many ms the estimate is late (negative: early): the peak of the correlation within 0.2 s, between samples
    by a parabola. NaN when too little is finite, or either is flat.
    """
    both = _both(reference_mv, estimate_mv)
    longest = round(LONGEST_LAG_S * rate_hz)
    if both.sum() <= 2 * longest:
        return float("nan")
    first, last = np.flatnonzero(both)[[0, -1]]
    pair = [signal[first : last + 1] for signal in (reference_mv, estimate_mv)]
    reference, estimate = (np.where(np.isfinite(s), s - np.nanmean(s), 0.0) for s in pair)
    if not (reference.any() and estimate.any()):
        return float("nan")
    middle = len(reference) - 1
    found = np.correlate(estimate, reference, "full")[middle - longest - 1 : middle + longest + 2]
    k = int(np.clip(np.argmax(found), 1, len(found) - 2))
    before, here, after = found[k - 1 : k + 2]
    bend = before - 2 * here + after
    return float(1000 * (k - longest - 1 + (0.5 * (before - after) / bend if bend < 0 else 0.0)) / rate_hz)


def _lead_scores(lead: str, reference: np.ndarray, estimate: np.ndarray, rate_hz: float, slow: bool) -> LeadScores:
    both = _both(reference, estimate)
    difference, wave = (estimate - reference)[both], reference[both]
    coverage = len(difference) / int(np.isfinite(reference).sum())
    centred_uv = _rms_uv(difference - difference.mean()) if len(difference) else float("nan")
    wave_uv = _rms_uv(wave - wave.mean()) if len(wave) else 0.0
    moving = len(wave) > 2 and wave.std() > 0 and estimate[both].std() > 0
    scores = LeadScores(
        lead=lead,
        plain=snr_db(reference, estimate),
        coverage=coverage,
        rmse_uv=_rms_uv(difference),
        rmse_centred_uv=centred_uv,
        correlation=float(np.corrcoef(wave, estimate[both])[0, 1]) if moving else float("nan"),
        lag_ms=lag_ms(reference, estimate, rate_hz),
        failed=bool(coverage < LEAST_COVERAGE or centred_uv >= wave_uv),
    )
    if not slow:
        return scores
    offset = offset_of(reference, estimate)
    moved = {name: aligned(reference, estimate, rate_hz, name, offset) for name in ALIGNMENTS[1:]}
    official = moved["official"]
    return LeadScores(
        **{name: value for name, value in asdict(scores).items() if name not in _ALIGNED},
        official=snr_db(reference, official),
        mended=snr_db(reference, moved["mended"]),
        ks=ks_score(reference, official),
        asci=asci_score(reference, official),
        weighted_uv=1000 * weighted_difference_mv(reference, official, rate_hz),
    )


_ALIGNED = ("official", "mended", "ks", "asci", "weighted_uv")


def _window(reference: np.ndarray) -> slice:
    """The longest run of finite samples: what Kaggle's metric, which knows no gaps, can score."""
    edges = np.flatnonzero(np.diff(np.r_[0, np.isfinite(reference).astype(np.int8), 0])).reshape(-1, 2)
    first, last = edges[int(np.argmax(edges[:, 1] - edges[:, 0]))]
    return slice(int(first), int(last))


def _both(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.isfinite(first) & np.isfinite(second)


def _rms_uv(difference_mv: np.ndarray) -> float:
    return float(1000 * np.sqrt(np.mean(difference_mv**2))) if len(difference_mv) else float("nan")


def _mean(values: list[float]) -> float:
    finite = [value for value in values if np.isfinite(value)]
    return float(np.mean(finite)) if finite else float("nan")


def _median(values: list[float]) -> float:
    finite = [value for value in values if np.isfinite(value)]
    return float(np.median(finite)) if finite else float("nan")


def _plain(fields: dict) -> dict:
    return {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in fields.items()}
