"""Our digitiser beside ECG-Miner and ECGtizer on the same pages, in one run: scores and seconds of each.

    python bench/peers.py --python PYTHON [--ecg-miner CHECKOUT] [--ecgtizer CHECKOUT] [--ptbxl DIR --split-file CSV]
        [--pages 6] [--seed 1]

PYTHON has the peers' requirements (numpy below 2, OpenCV, pdf2image, torch ...). Pages: ECG-Miner's own LUDB pages
(validation/LUDB/original), ECGtizer's own PDFs (data/PTB-XL), and pages of ours, clean, scan and phone, in the look of
the Kaggle 2025 pages, of the sample's simulated records or of a PTB-XL folder's test patients. ECG-Miner is told layout
and pulse side; ours and ECGtizer are told nothing. Score: Kaggle 2025, dB a page; no output counts as zeros.
Seconds: of each tool's own process for the peers (start included), of the call for ours (model loaded).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas
from peers_run import RATE_HZ, Read, ecg_miner, ecgtizer, windows
from PIL import Image

from ecgscribe.core.picture import open_picture
from ecgscribe.core.standards import LEADS, STANDARD_SCALE
from ecgscribe.data.engine import make_page
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.digitize.digitizer import Digitizer
from ecgscribe.evaluation.kaggle2025 import decibels, kaggle_ratio
from ecgscribe.page import find_page

SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "ptb-xl"
CONDITIONS = (("clean", 0.0), ("scan", 0.5), ("phone", 0.5))


@dataclass(frozen=True)
class Case:
    """One page: its `file`, the `truth` per lead at 500 Hz, on which side the pulse stands."""

    kind: str
    file: Path
    truth: dict[str, np.ndarray]
    pulse: str


def of_table(file: Path) -> dict[str, np.ndarray]:
    """Windows of a csv of 5000 samples in mV."""
    table = pandas.read_csv(file)
    return windows(table.set_axis(list(LEADS), axis=1), RATE_HZ)


def at_500(signal_mv: np.ndarray, rate_hz: float) -> np.ndarray:
    """The same stretch of time at `RATE_HZ`."""
    if rate_hz == RATE_HZ:
        return signal_mv
    count = round(len(signal_mv) / rate_hz * RATE_HZ)
    return np.interp(np.arange(count) / RATE_HZ, np.arange(len(signal_mv)) / rate_hz, signal_mv)


def miner_pages(checkout: Path, count: int) -> Iterator[Case]:
    """ECG-Miner's own validation pages."""
    home = checkout / "validation" / "LUDB" / "original"
    for picture in sorted((home / "img").glob("*.png"))[:count]:
        truth = of_table(home / "signal" / f"{picture.stem}.csv")
        yield Case("ECG-Miner's LUDB pages", picture, truth, "right")


def ecgtizer_pages(checkout: Path, count: int) -> Iterator[Case]:
    """ECGtizer's own PDFs whose signals are beside them."""
    home = checkout / "data" / "PTB-XL"
    tables = (home / "Original" / f"{path.stem}.csv" for path in sorted((home / "PDF").glob("*_hr.pdf")))
    for table in [table for table in tables if table.is_file()][:count]:
        yield Case("ECGtizer's PDF pages", home / "PDF" / f"{table.stem}.pdf", of_table(table), "left")


def our_pages(folder: Path, split: Path | None, count: int, seed: int, place: Path) -> Iterator[Case]:
    """Generated pages of records of `folder`, of test patients where a split file is given."""
    source = PtbXl(folder, only_existing=True)
    rows = source.rows
    if split is not None:
        table = pandas.read_csv(split)
        test = set(table.loc[table["split"] == "test", "ecg_id"])
        rows = [row for row in rows if row.ecg_id in test]
    for number, row in enumerate(rows[:: max(len(rows) // count, 1)][:count]):
        ecg = source.ecg(row)
        table = pandas.DataFrame({lead: ecg.lead_mv(lead) for lead in LEADS})
        for preset, severity in CONDITIONS:
            made = make_page(
                ecg,
                seed + number,
                style="kaggle-red",
                layout="3x4+1",
                preset=preset,
                severity=severity,
                scale=STANDARD_SCALE,  # peers read 2.5 s a column
                px_per_mm=7.874,
                start_s=0.0,
                simultaneous=False,
            )
            file = place / f"{preset}-{number}.png"
            Image.fromarray(made.picture).save(file)
            shown = windows(table, ecg.rate_hz)
            yield Case(
                f"ours, {preset}", file, {lead: at_500(part, ecg.rate_hz) for lead, part in shown.items()}, "left"
            )


def ours(digitizer: Digitizer, file: Path) -> Read:
    """Page room and digitiser."""
    begun = time.perf_counter()
    found = find_page(open_picture(file))
    if found.page is None or not found.page.panels:
        said = found.problems[-1].code if found.problems else "no page"
        return Read(None, time.perf_counter() - begun, said)
    ecg = digitizer.read(found.page, RATE_HZ).ecg
    seconds = time.perf_counter() - begun
    signal = np.full((len(LEADS), int(10 * RATE_HZ)), np.nan)
    count = min(signal.shape[1], ecg.signal_mv.shape[1])
    signal[:, :count] = ecg.signal_mv[:, :count]
    shown = windows(pandas.DataFrame(dict(zip(LEADS, signal, strict=True))), RATE_HZ)
    return Read({lead: np.nan_to_num(part) for lead, part in shown.items()}, seconds)


def scored(case: Case, read: Read) -> float:
    """Kaggle dB of a page; no output is a page of zeros."""
    zeros = {lead: np.zeros(len(part)) for lead, part in case.truth.items()}
    return float(decibels(kaggle_ratio(case.truth, read.leads or zeros, RATE_HZ)))


def table(results: list[tuple[str, str, float, Read]]) -> None:
    """Prints a row for each kind of page and each tool."""
    print("| pages | tool | n | no output | median dB | lowest dB | median s |")
    print("|---|---|---|---|---|---|---|")
    for kind, tool in dict.fromkeys((kind, tool) for kind, tool, _, _ in results):
        mine = [(db, read) for k, t, db, read in results if (k, t) == (kind, tool)]
        values, failed = [db for db, _ in mine], sum(read.leads is None for _, read in mine)
        middle, seconds = np.median(values), np.median([read.seconds for _, read in mine])
        print(f"| {kind} | {tool} | {len(mine)} | {failed} | {middle:.1f} | {min(values):.1f} | {seconds:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="python3", help="interpreter with the peers' requirements")
    parser.add_argument("--ecg-miner", type=Path)
    parser.add_argument("--ecgtizer", type=Path)
    parser.add_argument("--ptbxl", type=Path, default=SAMPLE)
    parser.add_argument("--split-file", type=Path)
    parser.add_argument("--model", default=None, help="model folder (default: the embedded one)")
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    digitizer = Digitizer.from_pretrained(args.model)
    results: list[tuple[str, str, float, Read]] = []
    with tempfile.TemporaryDirectory() as place:
        cases = list(our_pages(args.ptbxl, args.split_file, args.pages, args.seed, Path(place)))
        cases += miner_pages(args.ecg_miner, args.pages) if args.ecg_miner else []
        cases += ecgtizer_pages(args.ecgtizer, args.pages) if args.ecgtizer else []
        for case in cases:
            tools: dict[str, Callable[[], Read]] = {"ecgscribe": lambda case=case: ours(digitizer, case.file)}
            is_pdf = case.file.suffix == ".pdf"
            if args.ecg_miner and not is_pdf:
                tools["ECG-Miner"] = lambda c=case: ecg_miner(args.ecg_miner.resolve(), args.python, c.file, c.pulse)
            if args.ecgtizer:
                tools["ECGtizer"] = lambda c=case: ecgtizer(args.ecgtizer.resolve(), args.python, as_pdf(c.file))
            for tool, run in tools.items():
                read = run()
                db = scored(case, read)
                results.append((case.kind, tool, db, read))
                print(f"{case.kind} {case.file.name} {tool}: {db:.1f} dB, {read.seconds:.1f} s {read.said}", flush=True)
    table(results)


def as_pdf(file: Path) -> Path:
    """The file, or the picture as a PDF of its own size at 200 dpi beside it."""
    if file.suffix == ".pdf":
        return file
    with tempfile.NamedTemporaryFile(suffix=".pdf", delete=False) as target:
        with Image.open(file) as picture:
            picture.convert("RGB").save(target.name, "PDF", resolution=200.0)
    return Path(target.name)


if __name__ == "__main__":
    main()
