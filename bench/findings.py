"""Milliseconds of the findings on a page that is found and digitised, beside the bare forward passes of the same nets.

    OMP_NUM_THREADS=1 python bench/findings.py [--model DIR] [--pages 6]

Prints wall and processor time a page, with and without evidence; both count, since other work on the machine only
lengthens the first. The pages are simulated, of several layouts, their true panels and signals given.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import cv2
import torch

from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.findings.classifier import Classifier

CONDITIONS = ("normal", "lbbb", "atrial_fibrillation", "inferior_infarct", "lvh", "premature_ventricular")
"""What the pages show: the more findings, the more evidence is sought."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder; default: models/ecg-findings")
    parser.add_argument("--pages", type=int, default=6)
    args = parser.parse_args()
    threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    classifier = Classifier.from_pretrained(args.model)
    ecgs = [simulate(CONDITIONS[k % len(CONDITIONS)], k).ecg for k in range(args.pages)]
    pages = [make_page(ecg, k, preset="clean", px_per_mm=6.0).page for k, ecg in enumerate(ecgs)]
    inputs = [classifier.inputs(page, ecg)[0] for page, ecg in zip(pages, ecgs, strict=True)]

    def bare(k: int) -> None:
        for view, held in inputs[k].items():
            classifier.view_logits(view, held)

    rows = (
        ("bare forward passes", bare),
        ("findings without evidence", lambda k: classifier.read(pages[k], ecgs[k], evidence=False)),
        ("findings with evidence", lambda k: classifier.read(pages[k], ecgs[k])),
    )
    for name, call in rows:
        wall, processor = timed(call, len(pages))
        print(f"{name}: {wall:.0f} ms a page, {processor:.0f} ms of processor time ({threads} threads)")


def timed(call: Callable[[int], None], count: int) -> tuple[float, float]:
    """(wall, processor) milliseconds of one call, the medians over all pages after one call to warm up."""
    call(0)
    walls, processors = [], []
    for k in range(count):
        wall, processor = time.perf_counter(), time.process_time()
        call(k)
        walls.append(1000 * (time.perf_counter() - wall))
        processors.append(1000 * (time.process_time() - processor))
    return sorted(walls)[count // 2], sorted(processors)[count // 2]


if __name__ == "__main__":
    main()
