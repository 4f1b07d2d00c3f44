"""The data engine's speed: clean and distorted pages, full and training size, PNG, processes, memory.

The baseline of every run is matplotlib drawing the same traces, without grid, letters and truth.

`--pages N` are drawn for the memory curve (10,000 for the whole question, 600 by default); `--peer PATH` of a checkout
of ecg-image-kit (github.com/alphanumericslab/ecg-image-kit) runs its generator on the same records beside ours, with
`--peer-python` of an environment in which it works.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
from measuring import compare

from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.distort import PRESETS
from ecgscribe.data.engine import make_page
from ecgscribe.data.png import encode_png
from ecgscribe.data.processes import mapped
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.training.draw import draw_varied

PX_PER_MM = 200 / 25.4  # a letter page of 11 x 8.5 inch is 2200 x 1700 pixels; an A4 page somewhat longer
SMALL_PX_PER_MM = 2.8
"""From here on, to 5 px/mm, `training.draw` draws the pages that the captioner learns on."""
ROUNDS = 9
CONDITIONS = ("normal", "lbbb", "atrial_fibrillation", "inferior_infarct")


def seconds(call, rounds: int = ROUNDS) -> float:
    """Median processor seconds of a call after one for caches; each round gets its number.

    Not the clock on the wall: a busy machine shall not be taken for slow code.
    """
    call(0)
    times = []
    for k in range(rounds):
        begun = time.process_time()
        call(k)
        times.append(time.process_time() - begun)
    return statistics.median(times)


def full_size() -> None:
    """Clean and distorted pages at 200 dpi, and their PNG."""
    ecgs = [simulate(name, 1).ecg for name in CONDITIONS]

    def page(k: int, preset: str = "clean", severity: float | None = None):
        wishes = {"layout": "3x4+1", "preset": preset, "severity": severity, "px_per_mm": PX_PER_MM}
        return make_page(ecgs[k % len(ecgs)], k, style="kaggle-red", **wishes)

    made = page(0)
    clean = seconds(page)
    written = seconds(lambda k: encode_png(page(k).picture, PX_PER_MM))
    height, width = made.picture.shape[:2]
    print(f"clean page of {width}x{height}: {1000 * clean:.0f} ms, drawn and encoded as PNG {1000 * written:.0f} ms")
    for preset in PRESETS:
        if preset != "clean":
            told = [seconds(lambda k, s=s, p=preset: page(k, p, s), 5) for s in (0.5, 1.0)]
            print(f"{preset} of it: severity 0.5 {1000 * told[0]:.0f} ms, 1.0 {1000 * told[1]:.0f} ms")


def beside_matplotlib(rounds: int = 3) -> None:
    """Clean and photographed pages, and matplotlib drawing the traces alone at the same size."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    ecg = simulate("normal", 1).ecg
    made = make_page(ecg, 1, style="kaggle-red", layout="3x4+1", px_per_mm=PX_PER_MM)
    height, width = made.picture.shape[:2]

    def plain() -> None:
        figure = plt.figure(figsize=(width / 200, height / 200), dpi=200)
        axes = figure.add_axes((0, 0, 1, 1))
        for trace in made.truth.traces_px:
            axes.plot(trace[:, 0], trace[:, 1], "k", linewidth=0.7)
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        figure.canvas.draw()
        plt.close(figure)

    for preset in ("clean", "phone"):
        wishes = {"layout": "3x4+1", "preset": preset, "severity": 0.5, "px_per_mm": PX_PER_MM}
        compare(
            f"{preset} pages of {width}x{height}",
            "pages",
            1,
            lambda wishes=wishes: make_page(ecg, 1, style="kaggle-red", **wishes),
            plain,
            "matplotlib, traces only",
            rounds,
        )


def training_size(pages: int) -> None:
    """Pages as the captioner sees them, and peak memory as they go on."""
    ecgs = [simulate(name, 1, rate_hz=250).ecg for name in CONDITIONS]
    road, batch = Preprocess.lead_bands(), 32

    def varied(k: int) -> None:
        draw_varied(ecgs[k % len(ecgs)], road, 14, (1, k), k // batch)

    marks = []
    begun = time.process_time()
    for k in range(pages):
        varied(k)
        if k + 1 in (pages // 4, pages):
            marks.append(
                (k + 1, time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            )
    (first, _, before), (last, spent, after) = marks
    clean = seconds(lambda k: render(ecgs[k % len(ecgs)], px_per_mm=SMALL_PX_PER_MM), 60)
    print(
        f"clean standard pages at {SMALL_PX_PER_MM:g} px/mm: {1 / clean:.0f} a second and core; "
        f"training pages, all kinds and accidents, into the model's frame: {last / spent:.0f}; "
        f"peak {before:.0f} MB after {first}, {after:.0f} MB after {last}"
    )


def small_page(k: int) -> int:
    """What a worker of the process curve does."""
    cv2.setNumThreads(1)
    return make_page(simulate("normal", 1).ecg, k, layout="3x4+1", px_per_mm=4.0, preset=None).picture.size


def processes(pages: int = 48) -> None:
    """The same pages by one process and by several; the start of the processes is not counted."""
    speeds = {}
    for count in sorted({1, 2, min(4, os.cpu_count() or 1)}):
        results = mapped(small_page, range(pages + 4 * count + 1), count)
        next(results)  # by now all processes are up, and a few pages ahead
        begun = time.perf_counter()
        for _ in results:
            pass
        speeds[count] = pages / (time.perf_counter() - begun)
    told = ", ".join(f"{count}: {speed:.1f}" for count, speed in speeds.items())
    print(f"pages of any kind at 4 px/mm, a second by processes: {told}; ratio of 2 to 1 {speeds[2] / speeds[1]:.2f}")


def peer(folder: Path, python: Path, records: int = 8) -> None:
    """ecg-image-kit's generator on the same records, each tool in its own process, plain pages at 200 dpi."""
    generator = folder / "codes" / "ecg-image-generator"
    if not (generator / "gen_ecg_images_from_data_batch.py").is_file():
        print(f"peer: {folder} holds no codes/ecg-image-generator of ecg-image-kit")
        return
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        ecgscribe = [sys.executable, "-m", "ecgscribe"]
        wanted = ["simulate", "--condition", "normal", "--count", str(records), "-o", str(place / "in")]
        subprocess.run([*ecgscribe, *wanted], check=True, capture_output=True)
        theirs = [str(python), "gen_ecg_images_from_data_batch.py", "-i", str(place / "in"), "-o", str(place / "a")]
        ours = [*ecgscribe, "render", str(place / "in"), "--dpi", "200", "--layout", "3x4+1", "-o", str(place / "b")]
        times = {}
        for name, command, home in (("theirs", [*theirs, "-se", "1"], generator), ("ours", ours, None)):
            begun = time.perf_counter()
            environment = {**os.environ, "MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3"}
            done = subprocess.run(command, cwd=home, capture_output=True, text=True, env=environment)
            times[name] = (time.perf_counter() - begun) / records
            if done.returncode or not list((place / ("a" if name == "theirs" else "b")).rglob("*.png")):
                said = (
                    done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or ["it wrote no picture"]
                )[-1]
                print(f"peer: {name} could not run: {said}")
                return
    ratio = times["theirs"] / times["ours"]
    print(
        f"peer: ecg-image-kit {times['theirs']:.2f} s a page, ours {times['ours']:.2f} s with its truth, "
        f"start included, {records} records; ratio {ratio:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=600, metavar="N")
    parser.add_argument("--peer", type=Path, metavar="PATH")
    parser.add_argument("--peer-python", type=Path, default=Path(sys.executable), metavar="PYTHON")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    full_size()
    beside_matplotlib()
    training_size(max(args.pages, 4))
    processes()
    if args.peer:
        peer(args.peer.resolve(), args.peer_python.absolute())


if __name__ == "__main__":
    main()
