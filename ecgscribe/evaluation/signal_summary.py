"""Scores of many pages as one row of a table: n, median, 10th percentile, interval by patient, failures.

A page from which nothing was read stays in every figure as a page of zeros (see `score_page`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.bootstrap import interval, patient_weights
from ecgscribe.evaluation.kaggle2025 import decibels, kaggle_score
from ecgscribe.evaluation.signals import SignalScores

FIGURES = (
    "kaggle_db",
    "plain",
    "official",
    "mended",
    "ks",
    "asci",
    "weighted_uv",
    "coverage",
    "rmse_uv",
    "rmse_centred_uv",
    "correlation",
    "failed_share",
    "lag_ms",
)
LOW_IS_GOOD = ("weighted_uv", "rmse_uv", "rmse_centred_uv", "failed_share", "lag_ms")


@dataclass(frozen=True)
class Figure:
    """One score over pages: `n` pages that have it, `mean`, `median`, `p10` the value that nine pages in ten reach
    (the 90th percentile where low is good), and the 95 % interval of the mean by patients.
    """

    n: int
    mean: float
    median: float
    p10: float
    low: float
    high: float


@dataclass(frozen=True)
class SignalSummary:
    """`pages` how many, of `patients`; `missing` of which nothing was read; `kaggle_set_db` the competition's score
    of the set (dB of the mean ratio) with its interval; `figures` name of `FIGURES` -> `Figure`; `leads` and
    `failed_leads` over all pages.
    """

    pages: int
    patients: int
    missing: int
    kaggle_set_db: float
    kaggle_set_low: float
    kaggle_set_high: float
    leads: int
    failed_leads: int
    figures: dict[str, Figure]

    def to_dict(self) -> dict:
        """Plain values; NaN becomes None."""
        figures = {name: _plain(figure.__dict__) for name, figure in self.figures.items()}
        return _plain(self.__dict__) | {"figures": figures}


def summary(scores: Sequence[SignalScores], seed: int = 0) -> SignalSummary:
    """The summary of these pages; pages of one patient are resampled together. Raises `BadOption` without pages."""
    if not scores:
        raise BadOption("There are no pages to summarise.", "Score at least one page.")
    patients = [page.patient or page.record or f"page {k}" for k, page in enumerate(scores)]
    weights = patient_weights(patients, seed=seed)
    ratios = np.array([page.kaggle_ratio for page in scores])
    sets = [decibels(ratio) for ratio in weights @ ratios / weights.sum(axis=1)]
    low, high = interval(np.array(sets))
    return SignalSummary(
        pages=len(scores),
        patients=len(set(patients)),
        missing=sum(page.missing for page in scores),
        kaggle_set_db=kaggle_score(ratios),
        kaggle_set_low=low,
        kaggle_set_high=high,
        leads=sum(len(page.leads) for page in scores),
        failed_leads=sum(lead.failed for page in scores for lead in page.leads),
        figures={name: _figure(np.array([getattr(p, name) for p in scores]), weights, name) for name in FIGURES},
    )


def _figure(values: np.ndarray, weights: np.ndarray, name: str) -> Figure:
    known = np.isfinite(values)
    if not known.any():
        return Figure(0, *[float("nan")] * 5)
    drawn = weights[:, known]
    kept = drawn.sum(axis=1) > 0  # a draw may hold only patients without this figure
    means = drawn[kept] @ values[known] / drawn[kept].sum(axis=1)
    worst = np.quantile(values[known], 0.9 if name in LOW_IS_GOOD else 0.1)
    mean, median = float(values[known].mean()), float(np.median(values[known]))
    return Figure(int(known.sum()), mean, median, float(worst), *interval(means))


def table(rows: dict[str, SignalSummary]) -> str:
    """Markdown: one line per condition."""
    head = (
        "| condition | pages | missing | Kaggle set dB (95 %) | Kaggle page median, p10 | SNR plain | official |"
        " mended | RMSE uV | coverage | failed leads | lag ms |"
    )
    lines = [head, "|" + " --- |" * (head.count("|") - 1)]
    for name, row in rows.items():
        f = row.figures
        cells = [
            name,
            f"{row.pages}",
            f"{row.missing}",
            f"{row.kaggle_set_db:.2f} ({row.kaggle_set_low:.2f} to {row.kaggle_set_high:.2f})",
            f"{f['kaggle_db'].median:.2f}, {f['kaggle_db'].p10:.2f}",
            *(f"{f[word].mean:.2f}" for word in ("plain", "official", "mended")),
            f"{f['rmse_uv'].median:.0f}",
            f"{100 * f['coverage'].mean:.1f} %",
            f"{row.failed_leads} of {row.leads}",
            f"{f['lag_ms'].median:.1f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _plain(fields: dict) -> dict:
    return {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in fields.items()}
