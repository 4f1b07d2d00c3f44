"""Real or ours? A small discriminator on picture statistics, and what gives our pages away.

    python bench/realism_pictures.py REAL_PICTURE_OR_FOLDER... [--count 60] [--seed 1]

Tiles of 192 px that hold ink, of real pictures and of pages from the data engine, are described by a dozen numbers
(colours of paper, grid and ink, width of strokes, sharpness, noise and its spectrum, JPEG blocks). A forest tells them
apart in five folds by picture; printed are its AUROC by picture with an interval, two controls (real against real, with
the labels of whole pictures permuted; the plain standard page instead of the engine) and each number's own AUROC: what
is far from 0.5 gives ours away. 0.5 is the aim, 1.0 means that the two worlds do not touch.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from ecgscribe.core.picture import open_picture
from ecgscribe.data.chance import Chance
from ecgscribe.data.engine import make_page
from ecgscribe.data.render import render
from ecgscribe.data.simulate import CONDITIONS, simulate

TILE_PX, TILES = 192, 24
PRESETS = ("clean", "scan", "scan", "copy", "phone", "bad-phone")
"""Shares roughly as among the real pictures at hand: exports, scans and copies, photographs."""
NAMES = (
    "paper_red",
    "paper_green",
    "paper_blue",
    "paper_uneven",
    "middle_saturation",
    "middle_contrast",
    "ink_level",
    "ink_saturation",
    "ink_share",
    "stroke_px",
    "edge_px",
    "noise",
    "noise_red_to_green",
    "fine_to_coarse",
    "blocks",
)


def tiles(picture: np.ndarray, chance: Chance) -> list[np.ndarray]:
    """At most `TILES` square tiles that hold some ink but are not full of it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    found = []
    for _ in range(8 * TILES):
        if min(height, width) <= TILE_PX or len(found) == TILES:
            break
        top, left = chance.whole(0, height - TILE_PX), chance.whole(0, width - TILE_PX)
        part = grey[top : top + TILE_PX, left : left + TILE_PX]
        dark = float((part < 0.55 * np.median(part)).mean())
        if 0.004 < dark < 0.25 and np.median(part) > 90:
            found.append(picture[top : top + TILE_PX, left : left + TILE_PX])
    return found


def described(tile: np.ndarray) -> list[float]:
    """The numbers of `NAMES` for one tile, uint8 (192, 192, 3)."""
    grey = cv2.cvtColor(tile, cv2.COLOR_RGB2GRAY).astype(np.float32)
    high, low = np.quantile(grey, 0.9), float(np.quantile(grey, 0.002))
    ink = grey < (high + low) / 2
    paper = grey >= np.quantile(grey, 0.6)
    middle = ~ink & (grey <= np.quantile(grey, 0.25))
    spread = tile.max(axis=2).astype(np.float32) - tile.min(axis=2)
    rows = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 3)
    ridge = rows[rows == cv2.dilate(rows, np.ones((3, 3)))]
    ridge = ridge[ridge > 0]
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(grey, cv2.CV_32F, 0, 1) / 8)
    steepest = float(np.quantile(slope[ink], 0.95)) if ink.any() else 1.0
    fine = grey - cv2.GaussianBlur(grey, (0, 0), 1.0)
    coarse = cv2.GaussianBlur(grey, (0, 0), 1.0) - cv2.GaussianBlur(grey, (0, 0), 3.0)
    flat = paper & (cv2.dilate(ink.astype(np.uint8), np.ones((7, 7))) == 0)
    colours = [tile[:, :, k].astype(np.float32) for k in (0, 1)]
    grain = [float(np.std((c - cv2.GaussianBlur(c, (0, 0), 1.0))[flat])) if flat.sum() > 50 else 0.0 for c in colours]
    steps = np.abs(np.diff(grey, axis=1)).mean(axis=0)
    phases = [steps[k::8].mean() for k in range(8)]
    return [
        *(float(np.median(tile[:, :, k][paper])) for k in range(3)),
        float(np.std(cv2.GaussianBlur(grey, (0, 0), 12.0))),
        float(np.mean(spread[middle])) if middle.any() else 0.0,
        float(high - np.mean(grey[middle])) if middle.any() else 0.0,
        low,
        float(np.mean(spread[ink])) if ink.any() else 0.0,
        float(ink.mean()),
        2 * float(np.median(ridge)) if len(ridge) else 0.0,
        float((high - low) / max(steepest, 1.0)),
        grain[1],
        grain[0] / (grain[1] + 0.1),
        float(np.std(fine) / (np.std(coarse) + 0.1)),
        float(max(phases) / (np.median(phases) + 0.1)),
    ]


def ours(count: int, seed: int, plain: bool) -> Iterable[np.ndarray]:
    """Pages of the engine, or plain standard pages."""
    for k in range(count):
        chance = Chance(seed, "realism", str(k))
        ecg = simulate(chance.chosen(CONDITIONS), seed * 1000 + k).ecg
        if plain:
            yield render(ecg, px_per_mm=chance.between(4.5, 8.0))[0].picture
            continue
        preset, severity = chance.chosen(PRESETS), chance.between(0.1, 0.9)
        yield make_page(ecg, seed * 1000 + k, preset=preset, severity=severity).picture


def table(pictures: Iterable[np.ndarray], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(tiles, len(NAMES)) numbers and the index of each tile's picture."""
    rows, owners = [], []
    for k, picture in enumerate(pictures):
        described_tiles = [described(tile) for tile in tiles(picture, Chance(seed, "tiles", str(k)))]
        rows += described_tiles
        owners += [k] * len(described_tiles)
    return np.array(rows, np.float64).reshape(-1, len(NAMES)), np.array(owners)


def told_apart(real, other, seed: int) -> tuple[float, float, float, int, int]:
    """AUROC by picture (mean score of its tiles, out of fold) with a bootstrap interval over pictures, and both n."""
    x, y = np.vstack([real[0], other[0]]), np.r_[np.zeros(len(real[0])), np.ones(len(other[0]))]
    groups = np.r_[real[1], other[1] + real[1].max() + 1]
    score = np.zeros(len(y))
    for train, test in StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(x, y, groups):
        forest = RandomForestClassifier(200, min_samples_leaf=5, class_weight="balanced", random_state=seed)
        score[test] = forest.fit(x[train], y[train]).predict_proba(x[test])[:, 1]
    names = np.unique(groups)
    by_picture = np.array([score[groups == name].mean() for name in names])
    label = np.array([y[groups == name][0] for name in names])
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(500):
        pick = rng.integers(0, len(names), len(names))
        if 0 < label[pick].sum() < len(pick):
            drawn.append(roc_auc_score(label[pick], by_picture[pick]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return roc_auc_score(label, by_picture), low, high, int((label == 0).sum()), int(label.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=60, help="pages of ours (default: 60)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    paths = [p for root in args.real for p in (sorted(root.iterdir()) if root.is_dir() else [root])]
    paths = [p for p in paths if p.suffix.lower() in (".png", ".jpg", ".jpeg") and not p.stem.startswith("thumb")]
    real = table((open_picture(path) for path in paths), args.seed)
    engine, plain = (table(ours(args.count, args.seed, kind), args.seed) for kind in (False, True))
    half = np.isin(
        real[1], Chance(args.seed, "half").shuffled(list(np.unique(real[1])))[: len(np.unique(real[1])) // 2]
    )
    halves = [(real[0][side], np.unique(real[1][side], return_inverse=True)[1]) for side in (half, ~half)]
    for said, one, other in (
        ("real against the engine's pages", real, engine),
        ("real against plain standard pages", real, plain),
        ("real against real (control)", *halves),
    ):
        value, low, high, first, second = told_apart(one, other, args.seed)
        print(f"{said}: AUROC {value:.3f} [{low:.3f}, {high:.3f}], {first} and {second} pictures")
    print("| number | AUROC alone | median real | median ours |")
    for column, name in enumerate(NAMES):
        sides = [
            np.array([np.median(side[0][side[1] == k, column]) for k in np.unique(side[1])]) for side in (real, engine)
        ]
        alone = roc_auc_score(np.r_[np.zeros(len(sides[0])), np.ones(len(sides[1]))], np.concatenate(sides))
        print(f"| {name} | {alone:.2f} | {np.median(sides[0]):.2f} | {np.median(sides[1]):.2f} |")


if __name__ == "__main__":
    main()
