"""Milliseconds for each stage from picture to signals, of the processor and by the clock, and the peak memory.

    python bench/page_stages.py [--rounds 3] [--threads 2]

A flat scan of 2200 x 1700 pixels and a phone picture of twelve megapixels, drawn from a simulated record; on one
thread, and on as many as asked for (two by default: the floors are said for two cores). Each runs in a process of its
own, so that its memory can be told. By the clock the least of the rounds counts: other work on the machine adds to it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import cv2
import numpy as np
import torch

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


def stages(picture: np.ndarray, digitizer: Digitizer) -> dict[str, np.ndarray]:
    """Stage -> (2,) ms of the processor and by the clock; the whole reading last."""
    times: dict[str, np.ndarray] = {}

    def timed(stage: str, call):
        begun = np.array([time.process_time(), time.perf_counter()])
        result = call()
        times[stage] = (np.array([time.process_time(), time.perf_counter()]) - begun) * 1000
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


def one(name: str, rounds: int, threads: int) -> None:
    cv2.setNumThreads(threads)
    torch.set_num_threads(threads)
    picture = picture_of(name)
    drawn_mb = peak_mb()
    digitizer = Digitizer.from_pretrained(None)
    found = [stages(picture, digitizer) for _ in range(rounds + 1)][1:]  # the first fills caches
    height, width = picture.shape[:2]
    print(f"{name} {width} x {height}, threads: {threads}, asked on two cores: {MOST_S[name]} s")
    for stage in found[0]:
        processor, clock = np.array([times[stage] for times in found]).T
        print(f"  {stage:26s} {np.median(processor):7.0f} ms of the processor {clock.min():7.0f} ms by the clock")
    # what drawing the picture took is in the peak too
    print(f"  peak memory {peak_mb():.0f} MB (asked: {MOST_MB}; drawing the picture: {drawn_mb:.0f})")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--picture", choices=tuple(PICTURES), help="only this one, in this process")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    if args.picture:
        one(args.picture, args.rounds, args.threads)
        return
    for name in PICTURES:
        for threads in sorted({1, args.threads}):
            command = [sys.executable, __file__, "--picture", name]
            subprocess.run([*command, "--rounds", str(args.rounds), "--threads", str(threads)], check=True)


if __name__ == "__main__":
    main()
