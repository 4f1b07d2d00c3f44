"""How well layouts, leads, speed and gain are read, by preset, against the exact truth of pages drawn by the engine.

Style, layout, scale and resolution are drawn from the seed. A page counts as silently wrong when anything given out
(a lead's box by more than 2 mm, a name, speed or gain) is wrong and no problem of that kind says so.

    python bench/page_layout.py --pages 100
"""

import argparse
import json
import time
from collections import Counter
from dataclasses import asdict, dataclass

import cv2
import numpy as np

from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import CONDITIONS, simulate
from ecgscribe.page import find_page

PRESETS = ("clean", "scan", "phone", "bad-phone")
NEAR_MM = 2.0
VALUES = ("rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_ms", "axis_deg")


@dataclass(frozen=True)
class Outcome:
    """Of one page: what is right, what is wrong without a word, the problems' codes, printed values (told, right,
    printed on the page)."""

    scaled: bool
    layout: bool
    leads: int
    panels_right: int
    panels: int
    speed: bool
    gain: bool
    silent: tuple[str, ...]
    codes: tuple[str, ...]
    printed: tuple[int, int, int]
    seconds: float


def outcome_of(seed: int, preset: str) -> Outcome:
    """Draws the page of this seed and reads it."""
    simulated = simulate(CONDITIONS[seed % len(CONDITIONS)], seed)
    made = make_page(simulated.ecg, seed, preset=preset, facts=simulated.truth)
    begun = time.process_time()
    result = find_page(made.picture)
    seconds = time.process_time() - begun
    page, truth = result.page, made.truth
    codes = tuple(problem.code for problem in result.problems)
    panels = () if page is None else page.panels
    right = _right(page, truth) if panels else 0
    layout = bool(panels) and page.layout == truth.layout
    speed = bool(panels) and page.mm_per_s == truth.scale.mm_per_s
    gain = bool(panels) and all(panel.mm_per_mv == truth.scale.gain(panel.lead) for panel in panels)
    whole = right == len(truth.panels) == len(panels)
    silent = [
        kind
        for kind, fine in (("layout", whole), ("speed", speed), ("gain", gain))
        if panels and not fine and not any(code.startswith((kind, "page-bent")) for code in codes)
    ]
    header = made.choices["header"] or {}
    printed = {name: header[name] for name in VALUES if header.get(name) is not None}
    told = {name: value for name, value in result.printed.items() if printed}
    fine = sum(abs(value - printed[name]) <= 1 for name, value in told.items() if name in printed)
    return Outcome(
        page is not None and page.px_per_mm is not None,
        layout,
        len({panel.lead for panel in panels} & {panel.lead for panel in truth.panels}) if layout else 0,
        right,
        len(truth.panels),
        speed,
        gain,
        tuple(silent),
        codes,
        (len(told), fine, len(printed)),
        seconds,
    )


def _right(page, truth) -> int:
    """Panels with the right lead whose box and baseline are within `NEAR_MM`."""
    to_page = truth.to_picture.then(page.to_source.inverse)
    places = {}
    for panel in truth.panels:
        (x0, y0), (x1, y1) = to_page.points([[panel.box_px[k], panel.baseline_px] for k in (0, 2)])
        places[panel.lead, panel.rhythm] = np.array([x0, x1, (y0 + y1) / 2, panel.sign])
    right = 0
    for panel in page.panels:
        if (panel.lead, panel.rhythm) in places:
            found = np.array([panel.box_px[0], panel.box_px[2], panel.baseline_px, panel.sign])
            off = np.abs(found - places[panel.lead, panel.rhythm]) / (*page.px_per_mm[:1] * 2, page.px_per_mm[1], 1)
            right += bool((off[:3] < NEAR_MM).all() and off[3] == 0)
    return right


def summary_of(outcomes: list[Outcome]) -> dict:
    """Shares over pages."""
    count = len(outcomes)
    told, fine, printed = np.sum([outcome.printed for outcome in outcomes], axis=0)
    return {
        "pages": count,
        "scaled": round(sum(outcome.scaled for outcome in outcomes) / count, 3),
        "layout": round(sum(outcome.layout for outcome in outcomes) / count, 3),
        "all_panels": round(sum(outcome.panels_right == outcome.panels for outcome in outcomes) / count, 3),
        "panels": round(
            sum(outcome.panels_right for outcome in outcomes) / sum(outcome.panels for outcome in outcomes), 3
        ),
        "speed": round(sum(outcome.speed for outcome in outcomes) / count, 3),
        "gain": round(sum(outcome.gain for outcome in outcomes) / count, 3),
        "silent": round(sum(bool(outcome.silent) for outcome in outcomes) / count, 3),
        "silent_kinds": dict(Counter(kind for outcome in outcomes for kind in outcome.silent)),
        "no_word": round(sum(not outcome.codes for outcome in outcomes) / count, 3),
        "values_told": round(float(told / max(printed, 1)), 3),
        "values_right_of_told": round(float(fine / max(told, 1)), 3),
        "seconds": round(float(np.median([outcome.seconds for outcome in outcomes])), 2),
        "codes": dict(Counter(code for outcome in outcomes for code in outcome.codes)),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100, help="pages of each preset")
    parser.add_argument("--first", type=int, default=1000, help="first seed")
    parser.add_argument("--presets", nargs="+", default=list(PRESETS))
    parser.add_argument("--each", action="store_true", help="print every page")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    for preset in given.presets:
        outcomes = []
        for seed in range(given.first, given.first + given.pages):
            outcomes.append(outcome_of(seed, preset))
            if given.each:
                print(seed, json.dumps(asdict(outcomes[-1])), flush=True)
        print(preset, json.dumps(summary_of(outcomes)), flush=True)


if __name__ == "__main__":
    main()
