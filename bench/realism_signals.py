"""How real are the simulated signals? A small net sees simulated records only and is tested on real PTB-XL records.

    python bench/realism_signals.py PTBXL_FOLDER [--count 6000] [--epochs 8] [--seed 1]

Prints the AUROC of each SCP statement that both sides have, with its interval by patient, and two controls: the same
net after training on permuted labels, and (with --split CSV) the same net trained on real training patients.
Nothing real is used in training the first net, so every real record may be tested; with --split only the test split is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from scipy.signal import resample_poly
from sklearn.metrics import roc_auc_score
from torch import nn

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.conditions import rule_of
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.simulate import CONDITIONS, simulate
from ecgscribe.data.split import read_split_file
from ecgscribe.evaluation.bootstrap import interval, patient_weights

RATE_HZ = 100
FEWEST = 20  # real records a statement needs for a figure


def prepared(ecg: Ecg) -> np.ndarray:
    """(12, 1000) float32 at 100 Hz, the median of each lead removed, clipped to +-4 mV."""
    signal = np.nan_to_num(ecg.signal_mv.astype(np.float64))
    if ecg.rate_hz != RATE_HZ:
        signal = resample_poly(signal, RATE_HZ, int(ecg.rate_hz), axis=1)
    signal = signal[:, : 10 * RATE_HZ]
    signal = np.pad(signal, ((0, 0), (0, 10 * RATE_HZ - signal.shape[1])))
    return np.clip(signal - np.median(signal, axis=1, keepdims=True), -4, 4).astype(np.float32)


def simulated(count: int, seed: int) -> tuple[np.ndarray, list[set[str]]]:
    """`count` records, signals (count, 12, 1000) and their statements: the conditions in turn, in every second record a
    rhythm and a shape together where they can be, since most patients have more than one finding."""
    rhythms = [name for name in CONDITIONS if rule_of(name).shape == "normal"]
    signals, codes = [], []
    for k in range(count):
        condition, other = CONDITIONS[k // 2 % len(CONDITIONS)], Chance(seed, "other", str(k)).chosen(rhythms)
        try:
            made = simulate(f"{other}+{condition}" if k % 2 else condition, seed * 1_000_000 + k, rate_hz=RATE_HZ)
        except BadOption:  # the two contradict each other
            made = simulate(condition, seed * 1_000_000 + k, rate_hz=RATE_HZ)
        signals.append(prepared(made.ecg))
        codes.append(set(made.scp_codes))
        if k % 500 == 499:
            print(f"\r{k + 1} of {count} records simulated", end="", file=sys.stderr)
    return np.stack(signals), codes


def real(folder: Path, wanted: set[int] | None) -> tuple[list[int], np.ndarray, list[set[str]], list[str]]:
    """ecg_ids, signals, statements and patients of the readable records of a PTB-XL folder."""
    source = PtbXl(folder)
    rows = [
        row
        for row in source.rows
        if (wanted is None or row.ecg_id in wanted) and (folder / f"{row.filename_hr}.hea").is_file()
    ]
    ids, signals, codes, patients = [], [], [], []
    for row, ecg in source.good(rows):
        ids.append(row.ecg_id)
        signals.append(prepared(ecg))
        codes.append(set(row.scp_codes))
        patients.append(row.patient_id)
    return ids, np.stack(signals), codes, patients


def net(labels: int) -> nn.Module:
    """A small 1-D residual net: 0.3 M parameters."""

    class Block(nn.Module):
        def __init__(self, inside: int, outside: int):
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv1d(inside, outside, 7, 2, 3),
                nn.BatchNorm1d(outside),
                nn.ReLU(),
                nn.Conv1d(outside, outside, 7, 1, 3),
                nn.BatchNorm1d(outside),
            )
            self.short = nn.Conv1d(inside, outside, 1, 2)

        def forward(self, x):
            return torch.relu(self.main(x) + self.short(x))

    widths = (24, 32, 48, 64, 96)
    blocks = [Block(a, b) for a, b in zip((12, *widths[:-1]), widths, strict=True)]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(widths[-1], labels))


def trained(signals: np.ndarray, targets: np.ndarray, epochs: int, seed: int) -> nn.Module:
    """The net after `epochs` of one-cycle AdamW.

    Augmented by a gain for each lead (a body is no fixed lead field), time shift, white noise and slow wander.
    """
    torch.manual_seed(seed)
    model, batch = net(targets.shape[1]), 64
    x, y = torch.from_numpy(signals), torch.from_numpy(targets.astype(np.float32))
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    steps = epochs * (len(x) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for epoch in range(epochs):
        model.train()
        total, order = 0.0, torch.randperm(len(x))
        for begin in range(0, len(x) - batch + 1, batch):
            chosen = order[begin : begin + batch]
            gain = (1 + 0.2 * torch.randn(batch, 1, 1)) * (1 + 0.2 * torch.randn(batch, 12, 1))
            inputs = torch.roll(x[chosen], int(torch.randint(0, 1000, ())), 2) * gain
            inputs = inputs + 0.04 * torch.rand(batch, 1, 1) * torch.randn_like(inputs)
            wander = nn.functional.interpolate(torch.randn(batch, 12, 12), 1000, mode="linear", align_corners=True)
            inputs = inputs + 0.1 * torch.rand(batch, 1, 1) * wander
            loss = nn.functional.binary_cross_entropy_with_logits(model(inputs), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"\repoch {epoch + 1} of {epochs}: loss {total * batch / len(x):.4f}", file=sys.stderr)
    return model.eval()


def scores(model: nn.Module, signals: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return torch.cat([model(part) for part in torch.from_numpy(signals).split(256)]).numpy()


def auroc(values: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> tuple[float, float, float]:
    """AUROC and its 95 % interval by patient."""
    drawn = [roc_auc_score(truth, values, sample_weight=row) for row in weights if 0 < np.dot(row, truth) < np.sum(row)]
    return (roc_auc_score(truth, values), *interval(np.array(drawn)))


def labelled(codes: list[set[str]], names: list[str]) -> np.ndarray:
    return np.array([[name in row for name in names] for row in codes])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ptbxl", type=Path, help="folder in PTB-XL's layout with 500 Hz records")
    parser.add_argument(
        "--split", type=Path, help="csv of ecg_id and split: tests the test split and adds real training"
    )
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resamples", type=int, default=200)
    args = parser.parse_args()
    torch.set_num_threads(1)

    made, made_codes = simulated(args.count, args.seed)
    ids, signals, codes, patients = real(args.ptbxl, None)
    test, train = np.arange(len(ids)), np.array([], int)
    if args.split:
        split = read_split_file(args.split)
        test = np.array([k for k, ecg_id in enumerate(ids) if split.get(ecg_id) == "test"])
        train = np.array([k for k, ecg_id in enumerate(ids) if split.get(ecg_id) == "train"])
    names = sorted(set().union(*made_codes) & set().union(*codes))
    truth, goal = labelled(codes, names), labelled(made_codes, names)
    order = np.random.default_rng(args.seed).permutation(len(goal))
    results = {
        "simulated": scores(trained(made, goal, args.epochs, args.seed), signals[test]),
        "permuted": scores(trained(made, goal[order], args.epochs, args.seed), signals[test]),
    }
    if len(train):
        results["real"] = scores(trained(signals[train], truth[train], 2 * args.epochs, args.seed), signals[test])
    weights = patient_weights([patients[k] for k in test], args.resamples, args.seed)
    print(f"{args.count} simulated records of {len(CONDITIONS)} conditions; {len(test)} real test records")
    print("| statement | n | " + " | ".join(results) + " |")
    sums: dict[str, list[float]] = {key: [] for key in results}
    for column, name in enumerate(names):
        here = truth[test][:, column]
        if not FEWEST <= here.sum() <= len(test) - FEWEST:
            continue
        cells = []
        for key, values in results.items():
            value, low, high = auroc(values[:, column], here, weights)
            sums[key].append(value)
            cells.append(f"{value:.3f} [{low:.3f}, {high:.3f}]")
        print(f"| {name} | {here.sum()} | " + " | ".join(cells) + " |")
    print("| macro | | " + " | ".join(f"{np.mean(values):.3f}" for values in sums.values()) + " |")


if __name__ == "__main__":
    main()
