"""How well pages are found, straightened and scaled, by preset and severity, against the drawn pages' exact truth.

`--records FOLDER` draws the WFDB records in it (every n-th), else simulated ones; `--keep FOLDER` keeps the drawn pages
for the next run. Geometry is judged over the area of the traces after a shift only: a wrong scale, a turn or a
bend all count. Then pictures that are no ECG page are shown: how many are refused.
"""

import argparse
import pickle
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from not_ecg_pictures import not_ecg_picture

from ecgscribe.data.engine import make_page
from ecgscribe.data.records import read_record
from ecgscribe.data.simulate import CONDITIONS, simulate
from ecgscribe.page import find_page

PRESETS = ("clean", "scan", "copy", "phone", "bad-phone", "screen")
SEVERITIES = (0.2, 0.5, 0.8)
FOUND_PX = 12.0  # corners nearer than this count as found


@dataclass(frozen=True)
class Figures:
    """Of one page: `read` a page was found; `scaled` and with a scale; `turn` quarter turns it stands wrong;
    `corner_px` the worst corner; `mm` (median, p95, max) of the geometric error; `scale` relative error of px a mm,
    the worse direction; `seconds` of the processor; `codes` the problems."""

    read: bool
    scaled: bool
    turn: int
    corner_px: float
    mm: tuple[float, float, float]
    scale: float
    seconds: float
    codes: tuple[str, ...]
    panels: int


def figures_of(picture: np.ndarray, truth) -> Figures:
    """What `find_page` makes of a picture whose truth is known."""
    begun = time.process_time()
    result = find_page(picture)
    seconds = time.process_time() - begun
    codes, page, nan = tuple(problem.code for problem in result.problems), result.page, float("nan")
    if page is None:
        return Figures(False, False, 0, nan, (nan,) * 3, nan, seconds, codes, 0)
    corner = corner_error_px(result.corners_px, truth)
    if page.px_per_mm is None:
        return Figures(True, False, 0, corner, (nan,) * 3, nan, seconds, codes, len(page.panels))
    drawn_mm, found_mm = paired_mm(page, truth)
    turn, found_mm = turned_back(drawn_mm, found_mm)
    error = found_mm - drawn_mm
    error = np.hypot(*(error - np.median(error, axis=0)).T)
    slopes = [np.polyfit(drawn_mm[:, axis], found_mm[:, axis], 1)[0] for axis in (0, 1)]
    scale = max(abs(slope - 1) for slope in slopes)
    mm = tuple(float(np.quantile(error, share)) for share in (0.5, 0.95, 1.0))
    return Figures(True, True, turn, corner, mm, float(scale), seconds, codes, len(page.panels))


def corner_error_px(corners: np.ndarray, truth) -> float:
    """The worst corner, whichever is named the first; corners outside the picture are moved to its edge."""
    edge = np.array(truth.size_px[::-1], float)
    true, found = np.clip(truth.corners_px, 0, edge), np.clip(corners, 0, edge)
    return float(min(np.hypot(*(np.roll(found, k, axis=0) - true).T).max() for k in range(4)))


def paired_mm(page, truth) -> tuple[np.ndarray, np.ndarray]:
    """(N, 2) points over the traces' area in mm of the drawn sheet, and where the found page has them."""
    boxes = np.array([panel.box_px for panel in truth.panels])
    x = np.linspace(boxes[:, 0].min(), boxes[:, 2].max(), 36)
    y = np.linspace(boxes[:, 1].min(), boxes[:, 3].max(), 24)
    drawn = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    seen = truth.to_picture.points(drawn)
    inside = ((seen >= 0) & (seen < np.array(truth.size_px[::-1]))).all(axis=1)
    found = page.to_source.inverse.points(seen[inside])
    return drawn[inside] / np.array(truth.px_per_mm), found / np.array(page.px_per_mm)


def turned_back(drawn_mm: np.ndarray, found_mm: np.ndarray) -> tuple[int, np.ndarray]:
    """(quarter turns by which the found page stands wrong, the found points without them)."""
    centred = [points - points.mean(axis=0) for points in (drawn_mm, found_mm)]
    across = (centred[0] * centred[1]).sum()
    around = (centred[0][:, 0] * centred[1][:, 1] - centred[0][:, 1] * centred[1][:, 0]).sum()
    turn = int(np.round(np.arctan2(around, across) / (np.pi / 2))) % 4
    for _ in range(turn):
        found_mm = np.c_[found_mm[:, 1], -found_mm[:, 0]]
    return turn, found_mm


def drawn_pages(preset: str, severity: float, count: int, ecg_of, keep: Path | None):
    """(picture, truth) of `count` pages, every one of another seed, style and layout."""
    for seed in range(count):
        file = None if keep is None else keep / f"{preset}-{severity}-{seed}.pickle"
        if file is not None and file.is_file():
            yield pickle.loads(file.read_bytes())
            continue
        number = 1000 * PRESETS.index(preset) + int(100 * severity) * 7 + seed
        made = make_page(ecg_of(number), number, preset=preset, severity=severity)
        if file is not None:
            file.write_bytes(pickle.dumps((made.picture, made.truth, made.choices)))
        yield made.picture, made.truth, made.choices


def ecg_source(folder: Path | None):
    """number -> Ecg, of the records under a folder or simulated."""
    if folder is None:
        return lambda number: simulate(CONDITIONS[number % len(CONDITIONS)], number).ecg
    paths = sorted(folder.rglob("*.hea"))
    return lambda number: read_record(paths[number * 37 % len(paths)])


def row_of(name: str, found: list[Figures]) -> str:
    """One line of the table."""

    def median(values) -> float:
        known = [value for value in values if value == value]
        return statistics.median(known) if known else float("nan")

    scaled = [one for one in found if one.scaled]
    corners = sum(one.corner_px < FOUND_PX for one in found if one.read)
    low = sum(one.mm[0] < 0.3 for one in scaled)
    return (
        f"{name:15s} n {len(found):3d}  read {sum(one.read for one in found):3d}  scaled {len(scaled):3d}  "
        f"turned {sum(one.turn != 0 for one in scaled):2d}  panels {sum(one.panels > 0 for one in found):3d}  "
        f"corners {corners:3d} ({median(one.corner_px for one in found):6.1f} px)  "
        f"mm {median(o.mm[0] for o in scaled):6.3f} p95 {median(o.mm[1] for o in scaled):6.3f} "
        f"max {median(o.mm[2] for o in scaled):6.3f}  <0.3 {low:3d}  "
        f"scale {100 * median(one.scale for one in scaled):5.2f} %  "
        f"{median(one.seconds for one in found):5.2f} s (max {max(one.seconds for one in found):.2f})"
    )


def refusals(count: int) -> None:
    """How many of `count` pictures of anything but an ECG are refused, and which are not."""
    kept = []
    for number in range(count):
        kind, picture = not_ecg_picture(number)
        result = find_page(picture)
        if result.page is not None:
            kept.append(f"{number} {kind} {result.page.layout} {[problem.code for problem in result.problems]}")
    print(f"no ECG: {count - len(kept)} of {count} refused", *kept, sep="\n  ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--presets", nargs="*", default=PRESETS)
    parser.add_argument("--severities", nargs="+", type=float, default=SEVERITIES)
    parser.add_argument("--each", action="store_true", help="a line for every page")
    parser.add_argument("--not-ecg", type=int, default=200, metavar="N", help="pictures of other things")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
    source = ecg_source(given.records)
    for preset in given.presets:
        for severity in given.severities:
            found = []
            pages = drawn_pages(preset, severity, given.count, source, given.keep)
            for seed, (picture, truth, choices) in enumerate(pages):
                found.append(figures_of(picture, truth))
                if given.each:
                    print(f"  {seed} {choices['style']} {choices['layout']} {picture.shape} {found[-1]}", flush=True)
            print(row_of(f"{preset} {severity}", found), flush=True)
    refusals(given.not_ecg)


if __name__ == "__main__":
    main()
