"""Milliseconds of the processor for each stage from picture to signals, and the peak memory.

    python bench/page_stages.py [--rounds 3]

A flat scan of 2200 x 1700 pixels and a phone picture of twelve megapixels, drawn from a simulated record; one thread.
Each runs in a process of its own, so that its memory can be told.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time

import cv2
import numpy as np

from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.digitize import Digitizer
from ecgscribe.page import find_page
from ecgscribe.page.find import find_sheet
from ecgscribe.page.flat import flatten
from ecgscribe.page.locate import locate, look
from ecgscribe.page.ruling import find_ruling

PICTURES = {"scan": ("scan", 7.4, (1700, 2200)), "phone": ("phone", 11.0, (3000, 4000))}
"""Name -> preset, px a mm it is drawn at, size (H, W) that it is brought to."""

MOST_S = {"scan": 1.5, "phone": 4.0}
MOST_MB = 1500


def picture_of(name: str) -> np.ndarray:
    preset, px_per_mm, size = PICTURES[name]
    ecg = simulate("normal", 1).ecg
    made = make_page(ecg, 3, style="kaggle-red", layout="3x4+1", preset=preset, severity=0.5, px_per_mm=px_per_mm)
    return cv2.resize(made.picture, size[::-1], interpolation=cv2.INTER_AREA)


def stages(picture: np.ndarray, digitizer: Digitizer) -> dict[str, float]:
    """Stage -> ms of the processor; the whole reading last."""
    times: dict[str, float] = {}

    def timed(stage: str, call):
        begun = time.process_time()
        result = call()
        times[stage] = (time.process_time() - begun) * 1000
        return result

    ruling = timed("ruling", lambda: find_ruling(picture))
    outline, _ = timed("sheet", lambda: find_sheet(picture, ruling))
    flat = timed("flatten", lambda: flatten(picture, ruling, outline))
    seen = timed("rows", lambda: look(flat))
    timed("names and layout", lambda: locate(seen))
    page = timed("find_page, all of these", lambda: find_page(picture)).page
    timed("traces", lambda: digitizer.read(page, 500.0))
    times["picture to signals"] = times["find_page, all of these"] + times["traces"]
    return times


def one(name: str, rounds: int) -> None:
    picture = picture_of(name)
    drawn_mb = peak_mb()
    digitizer = Digitizer.from_pretrained(None)
    found = [stages(picture, digitizer) for _ in range(rounds + 1)][1:]  # the first fills caches
    height, width = picture.shape[:2]
    print(f"{name} {width} x {height}, asked: {MOST_S[name]} s")
    for stage in found[0]:
        print(f"  {stage:26s} {statistics.median(times[stage] for times in found):7.0f} ms")
    # what drawing the picture took is in the peak too
    print(f"  peak memory {peak_mb():.0f} MB (asked: {MOST_MB}; drawing the picture: {drawn_mb:.0f})")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--picture", choices=tuple(PICTURES), help="only this one, in this process")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    if args.picture:
        one(args.picture, args.rounds)
        return
    for name in PICTURES:
        command = [sys.executable, __file__, "--picture", name, "--rounds", str(args.rounds)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
