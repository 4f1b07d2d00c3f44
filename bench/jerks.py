"""What a scanner's jerks cost, and what following them gives back: drawn pages with drawn jerks.

    python bench/jerks.py --ptbxl DIR --split-file CSV [--split validation] [--pages 12] [--seed 900] [--json FILE]

Every record is drawn as a clean page of the 3x4+1 layout; the columns of the picture are then stretched and lost as
where a sheet stands still and is pulled on: 3 to 8 jerks of 0.08 to 0.35 mm a page that rise over 4 to 15 mm and fall
within 0.1 to 3, and a wander of 0.03 mm; the sheet lies askew by up to half a degree. Every other page is turned into
black and white with grain. Printed: Kaggle 2025 dB of each page without jerks, with them, and with them followed.
"""

import argparse
from pathlib import Path
from unittest import mock

import cv2
import numpy as np
from digitising import score
from real_records import add_options, records_of
from results import keep
from scipy.ndimage import gaussian_filter1d

from ecgscribe.data.engine import make_page
from ecgscribe.digitize import Digitizer
from ecgscribe.evaluation.kaggle2025 import decibels
from ecgscribe.page import find_page

RATE_HZ = 500.0
STEP_MM = 0.1
BLACK = 165  # grey value below which a copy is black


def lags(rng: np.random.Generator, wide_mm: float) -> np.ndarray:
    """(N,) mm by which the columns lie to the right, every `STEP_MM`."""
    mm = np.arange(0, wide_mm, STEP_MM)
    lag = 0.03 * np.sqrt(4 * np.sqrt(np.pi) * 2 / STEP_MM) * gaussian_filter1d(rng.normal(size=len(mm)), 4 / STEP_MM)
    for _ in range(rng.integers(3, 9)):
        at, rise, fall = (
            rng.uniform(0, wide_mm),
            rng.uniform(4, 15),
            rng.uniform(*((0.1, 0.8), (0.8, 3))[rng.integers(2)]),
        )
        high = rng.uniform(0.08, 0.35) * rng.choice([1, 1, -1])
        lag += high * np.interp(mm, [at - rise, at, at + fall], [0, 1, 0])
    return lag


def jerked(picture: np.ndarray, px_per_mm: float, rng: np.random.Generator, black: bool) -> np.ndarray:
    """The picture uint8 (H, W, 3) as a scanner that jerks gives it."""
    height, width = picture.shape[:2]
    margin = 20 * px_per_mm
    lag = lags(rng, (width + 2 * margin) / px_per_mm) * px_per_mm
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-0.5, 0.5), 1.0)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x -= np.interp(x + margin, np.arange(len(lag)) * STEP_MM * px_per_mm, lag).astype(np.float32)
    x, y = (turn[k, 0] * x + turn[k, 1] * y + np.float32(turn[k, 2]) for k in (0, 1))
    x, y = x.astype(np.float32), y.astype(np.float32)
    moved = cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if black:
        grain = moved.min(axis=2) + rng.normal(0, 35, (height, width))
        moved = np.repeat(np.where(grain > BLACK, 255, 0).astype(np.uint8)[:, :, None], 3, axis=2)
    return moved


def read_db(digitizer: Digitizer, picture: np.ndarray, truth) -> float:
    """Kaggle 2025 dB of a picture found and read as a user's is; -30 where no leads are located."""
    page = find_page(picture).page
    if page is None or not page.panels:
        return -30.0
    return float(decibels(max(score(truth, digitizer.read(page, RATE_HZ))[0], 1e-3)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, 12, required=True)
    parser.add_argument("--seed", type=int, default=900)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    digitizer, rows = Digitizer.from_pretrained(), []
    for number, ecg in enumerate(records_of(args)):
        made = make_page(ecg, args.seed * 1000 + number, preset="clean", layout="3x4+1")
        rng = np.random.default_rng([args.seed, number])
        picture = jerked(made.picture, made.truth.px_per_mm[0], rng, bool(number % 2))
        row = [read_db(digitizer, made.picture, made.truth)]
        with mock.patch("ecgscribe.page.reading.steadied", return_value=None):
            row.append(read_db(digitizer, picture, made.truth))
        row.append(read_db(digitizer, picture, made.truth))
        rows.append(row)
        print(f"{number + 1}: flat {row[0]:.1f}, jerked {row[1]:.1f}, followed {row[2]:.1f} dB", flush=True)
    gained = np.array(rows)[:, 2] - np.array(rows)[:, 1]
    medians = np.median(rows, axis=0)
    print(f"median of {len(rows)} pages: flat {medians[0]:.1f}, jerked {medians[1]:.1f}, followed {medians[2]:.1f} dB")
    print(
        f"followed gains {gained.mean():+.1f} dB in the mean, {gained.min():+.1f} at least, {gained.max():+.1f} at most"
    )
    figures = {"seed": args.seed, "split": args.split, "flat_jerked_followed_db": np.round(rows, 2).tolist()}
    keep(args.json, figures)


if __name__ == "__main__":
    main()
