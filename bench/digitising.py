"""How well the digitiser reads: generated pages of real records by preset, and real pictures with truth.

    python bench/digitising.py --ptbxl DIR --split-file CSV --split validation --pages 10 [--model DIR | --classical]
        [--presets clean scan phone bad-phone] [--through truth find] [--photos DIR]
    python bench/digitising.py --table --ptbxl DIR --split-file CSV --split test --pages 30 [--photos DIR] [--json FILE]

Prints the Kaggle-2025 score (dB) of the median page, the set, the 10th percentile and the worst, failures, RMSE in uV
and milliseconds. `truth` gives the digitiser the true panels on an exactly rectified page, `find` what find_page saw.
`--table` prints every score of both competitions and those that cannot be gamed, through find_page, with bootstrap
intervals by patient.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from digitising_table import generated_cases, photo_case, print_table
from real_records import add_options, records_of

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.page import Page
from ecgscribe.core.standards import LEADS
from ecgscribe.core.warp import Warp
from ecgscribe.data.engine import make_page
from ecgscribe.digitize import Digitizer
from ecgscribe.evaluation.kaggle2025 import decibels, kaggle_ratio, kaggle_score
from ecgscribe.page import find_page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, pages=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--presets", nargs="+", default=["clean", "scan", "phone", "bad-phone"])
    parser.add_argument("--through", nargs="+", default=["truth", "find"], choices=("truth", "find"))
    parser.add_argument("--layout", help="one layout for every page; default: drawn")
    parser.add_argument("--photos", type=Path, help="folder with pictures and csv.gz truth")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--classical", action="store_true")
    parser.add_argument("--no-repair", action="store_true", help="leave Einthoven's and Goldberger's identities out")
    parser.add_argument("--table", action="store_true", help="every score by condition, through find_page")
    parser.add_argument("--fast", action="store_true", help="with --table: without the Challenge's slow alignment")
    parser.add_argument("--json", type=Path, help="with --table: all figures into this file")
    parser.add_argument("--out", type=Path, help="folder for overlays")
    args = parser.parse_args()
    cv2.setNumThreads(2)
    digitizer = Digitizer() if args.classical else Digitizer.from_pretrained(args.model)
    digitizer.repair = not args.no_repair
    if args.table:
        print_table(digitizer, conditions(args), not args.fast, args.json)
        return
    if args.photos:
        photos(digitizer, args)
    if args.ptbxl:
        ecgs = records_of(args)
        for preset in args.presets:
            generated(digitizer, ecgs, preset, args)


def conditions(args) -> dict[str, partial]:
    """Condition -> what makes its cases: presets over the split's records, then real pictures with truth."""
    made = {}
    if args.ptbxl:
        ecgs = records_of(args)
        made = {name: partial(generated_cases, ecgs, name, args.seed, args.layout) for name in args.presets}
    if args.photos:
        made |= {path.stem: partial(photo_cases, [path]) for path in pictures(args.photos)}
        made["pictures with truth"] = partial(photo_cases, pictures(args.photos))
    return made


def pictures(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.jpg"), *folder.glob("*.png")])


def photo_cases(paths: list[Path]) -> Iterable[tuple]:
    for path in paths:
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)[:, :, ::-1].copy()
        yield photo_case(path.stem, picture, *photo_truth(path.parent, path.stem))


def generated(digitizer: Digitizer, ecgs: list[Ecg], preset: str, args) -> None:
    for through in args.through:
        ratios, errors, seconds, failures = [], [], [], []
        for number, ecg in enumerate(ecgs):
            made = make_page(ecg, args.seed * 1000 + number, preset=preset, layout=args.layout)
            start = time.perf_counter()
            page = exact_page(made) if through == "truth" else find_page(made.picture).page
            found = time.perf_counter()
            if page is None or not page.panels:
                ratios.append(0.0)
                failures.append(number)
                continue
            read = digitizer.read(page, ecg.rate_hz)
            seconds.append((found - start, time.perf_counter() - found))
            ratio, rmse = score(made.truth, read)
            ratios.append(ratio)
            errors.append(rmse)
            if args.out:
                overlay(page, read, args.out / f"{preset}-{through}-{number}.png", f"{decibels(ratio):.1f} dB")
        report(f"{preset} {through}", ratios, errors, seconds, failures)


def exact_page(made) -> Page:
    """The picture rectified with its true map: what a perfect page finder would give."""
    truth = made.truth
    height, width = made.page.size_px
    back = truth.to_picture.inverse
    warp = back if isinstance(back, Warp) else Warp((back,))
    grid = warp.backward_map((height, width))
    picture = cv2.remap(made.picture, grid, None, cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return Page(picture, truth.to_picture, truth.px_per_mm, truth.layout, made.page.panels)


def score(truth, read) -> tuple[float, float]:
    """(Kaggle power ratio, RMSE in uV on what was read) of one page: each lead over the time that is printed."""
    rate_hz = truth.ecg.rate_hz
    true, mine, misses = {}, {}, []
    for lead in LEADS:
        panels = [panel for panel in truth.panels if panel.lead == lead]
        if not panels or lead in truth.absent:
            continue
        panel = max(panels, key=lambda one: one.length_s)
        first, last = (int(round(s * rate_hz)) for s in (panel.start_s, panel.start_s + panel.length_s))
        window = truth.ecg.lead_mv(lead)[first:last]
        window = window[: np.isfinite(window).sum()] if np.isnan(window).any() else window
        if len(window) == 0 or not np.isfinite(window).all():
            continue
        own = np.full(len(window), np.nan)
        start = min((one.start_s for one in truth.panels if one.lead == lead), default=0)
        got = read.ecg.lead_mv(lead)[first : first + len(window)]
        own[: len(got)] = got
        if np.isnan(own).all() and start == panel.start_s:
            # a found page counts its time from its own left edge
            zero = min(int(round(one.start_s * rate_hz)) for one in truth.panels)
            got = read.ecg.lead_mv(lead)[first - zero : first - zero + len(window)]
            own[: len(got)] = got
        true[lead], mine[lead] = window, own
        both = np.isfinite(own)
        if both.any():
            misses.append(own[both] - window[both] - np.mean(own[both] - window[both]))
    rmse = float(np.sqrt(np.mean(np.concatenate(misses) ** 2)) * 1000) if misses else np.nan
    return kaggle_ratio(true, mine, rate_hz), rmse


def report(name: str, ratios, errors, seconds, failures) -> None:
    db = np.array([decibels(max(ratio, 1e-3)) for ratio in ratios])
    page_ms, read_ms = (np.median(np.array(seconds), axis=0) * 1000) if seconds else (np.nan, np.nan)
    print(
        f"{name:16s} n {len(db):3d} median {np.median(db):6.2f} set {kaggle_score(ratios):6.2f}"
        f" p10 {np.quantile(db, 0.1):6.2f} min {db.min():6.2f} (page {int(db.argmin())}) failures {failures}"
        f" RMSE {np.nanmedian(errors) if errors else np.nan:5.1f} uV page {page_ms:5.0f} ms read {read_ms:5.0f} ms",
        flush=True,
    )


def overlay(page: Page, read, path: Path, words: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = page.picture.copy()
    for trace in read.traces_px:
        seen = ~np.isnan(trace).any(axis=1)
        for piece in np.split(np.arange(len(trace)), np.flatnonzero(np.diff(seen.astype(int))) + 1):
            if len(piece) > 1 and seen[piece[0]]:
                points = np.round((trace[piece] - 0.5) * 16).astype(np.int32)
                cv2.polylines(picture, [points], False, (0, 90, 255), 1, cv2.LINE_AA, 4)
    for panel in page.panels:
        x0, y0, x1, y1 = (int(v) for v in panel.box_px)
        cv2.line(picture, (x0, int(panel.baseline_px)), (x1, int(panel.baseline_px)), (0, 160, 0), 1)
        cv2.line(picture, (x0, y0), (x0, y1), (0, 160, 0), 1)
        cv2.putText(picture, panel.lead, (x0 + 4, y0 + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 130, 0), 1)
    cv2.putText(picture, words, (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (200, 0, 0), 2)
    cv2.imwrite(str(path), picture[:, :, ::-1])


def photos(digitizer: Digitizer, args) -> None:
    """Every picture with truth in the folder, through find_page, scored at the truth's own rate."""
    for path in pictures(args.photos):
        true, rate_hz = photo_truth(args.photos, path.stem)
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)[:, :, ::-1].copy()
        start = time.perf_counter()
        result = find_page(picture)
        middle = time.perf_counter()
        if result.page is None or not result.page.panels:
            print(f"{path.stem:40s} FAILED {[problem.code for problem in result.problems]}", flush=True)
            continue
        read = digitizer.read(result.page, rate_hz)
        mine = {lead: read.ecg.lead_mv(lead)[first : first + len(mv)] for lead, (first, mv) in true.items()}
        ratio = kaggle_ratio({lead: mv for lead, (_, mv) in true.items()}, mine, rate_hz)
        print(
            f"{path.stem:40s} {decibels(ratio):6.2f} dB page {middle - start:5.2f} s"
            f" read {time.perf_counter() - middle:5.2f} s {[problem.code for problem in result.problems]}",
            flush=True,
        )
        if args.out:
            overlay(result.page, read, args.out / f"{path.stem}.png", f"{decibels(ratio):.1f} dB")


def photo_truth(folder: Path, stem: str) -> tuple[dict[str, tuple[int, np.ndarray]], float]:
    """Lead -> (first sample, mV) of what the 3x4+1 page shows, and the rate."""
    name = next(p for p in (stem + ".100hz", stem, "-".join(stem.split("-")[:2])) if (folder / f"{p}.csv.gz").exists())
    with gzip.open(folder / f"{name}.csv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines))
    columns = {key.casefold(): key for key in rows[0]}
    count = len(rows)
    rate_hz = count / 10
    truth = {}
    for number, lead in enumerate(LEADS):
        values = np.array([float(row[columns[lead.casefold()]] or "nan") for row in rows])
        first, last = (0, count) if lead == "II" else (number // 3 * count // 4, (number // 3 + 1) * count // 4)
        truth[lead] = (first, values[first:last])
    return truth, rate_hz


if __name__ == "__main__":
    main()
