"""The table of digitisation by condition: every score of issue 12 on the same pages, through find_page, with intervals.

Called by digitising.py --table. A page that was not found, or of which nothing was read, counts as a page of zeros.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from results import keep

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.data.engine import make_page
from ecgscribe.digitize import Digitizer
from ecgscribe.evaluation.page_truth import printed_ecg
from ecgscribe.evaluation.signal_summary import summary, table
from ecgscribe.evaluation.signals import SignalScores, score_page
from ecgscribe.page import find_page

Case = tuple[str, np.ndarray, Ecg]
"""(name, picture uint8 (H, W, 3), what it shows as `Ecg` in the time of the recording)."""


def print_table(
    digitizer: Digitizer, conditions: dict[str, Callable[[], Iterable[Case]]], slow: bool, out: Path | None
) -> None:
    """One line a condition as soon as it is done, then the whole table, seconds, refusals; JSON to `out`."""
    rows, seconds, unread, kept = {}, {}, {}, {}
    for name, cases in conditions.items():
        scores, spent, failures = scored(digitizer, cases(), slow)
        if not scores:
            continue
        rows[name], seconds[name], unread[name] = summary(scores), np.median(spent, axis=0), failures
        kept[name] = {
            **rows[name].to_dict(),
            "seconds_page": float(seconds[name][0]),
            "seconds_read": float(seconds[name][1]),
            "not_read": failures,
            "pages_each": [{"record": one.record, "kaggle_db": one.kaggle_db} for one in scores],
        }
        print(table({name: rows[name]}).splitlines()[-1], flush=True)
    print("\n" + table(rows) + "\n")
    print("| condition | KS | ASCI | weighted uV | seconds page, read (median) | not read |\n" + "| --- " * 6 + "|")
    for name, row in rows.items():
        f, (page_s, read_s) = row.figures, seconds[name]
        print(
            f"| {name} | {f['ks'].mean:.3f} | {f['asci'].mean:.3f} | {f['weighted_uv'].mean:.0f} |"
            f" {page_s:.2f}, {read_s:.2f} | {'; '.join(unread[name]) or 'none'} |"
        )
    keep(out, kept)


def scored(
    digitizer: Digitizer, cases: Iterable[Case], slow: bool
) -> tuple[list[SignalScores], list[tuple[float, float]], list[str]]:
    """(scores, seconds for page and reading, name and codes of what was not read) of the cases, one after another."""
    scores, spent, failures = [], [], []
    for name, picture, truth in cases:
        start = time.perf_counter()
        found = find_page(picture)
        middle = time.perf_counter()
        read = digitizer.read(found.page, truth.rate_hz).ecg if found.page is not None and found.page.panels else None
        spent.append((middle - start, time.perf_counter() - middle))
        scores.append(score_page(truth, read, slow))
        if scores[-1].missing:
            failures.append(f"{name} ({', '.join(problem.code for problem in found.problems)})")
    return scores, spent, failures


def generated_cases(ecgs: list[Ecg], preset: str, seed: int, layout: str | None) -> Iterable[Case]:
    """A page of each recording, drawn from its number and the seed."""
    for number, ecg in enumerate(ecgs):
        made = make_page(ecg, seed * 1000 + number, preset=preset, layout=layout)
        yield f"{preset} {number}", made.picture, printed_ecg(made.truth, ecg.rate_hz)


def photo_case(name: str, picture: np.ndarray, leads: dict[str, tuple[int, np.ndarray]], rate_hz: float) -> Case:
    """A picture with its truth: lead -> (first sample, mV)."""
    count = max(first + len(mv) for first, mv in leads.values())
    signal = np.full((len(LEADS), count), np.nan, np.float32)
    for lead, (first, mv) in leads.items():
        signal[LEADS.index(lead), first : first + len(mv)] = mv
    # pictures of one recording are named alike: kaggle-NUMBER-...
    return name, picture, Ecg(signal, rate_hz, record=name, patient=name if name.startswith("scan") else name[:15])
