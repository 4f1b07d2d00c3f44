"""How does a digitiser that never saw our pages fare on ours, and on real ones of the same recordings?

    python bench/realism_digitiser.py TRUTH_FOLDER --peer ECG_MINER_CHECKOUT --peer-python PYTHON [--seed 1]

TRUTH_FOLDER holds pictures NAME.png|jpg of 3x4+1 pages with NAME.csv.gz or a csv.gz of the same stem's beginning (12
leads in mV over 10 s, NaN where a lead is not on the page). ECG-Miner (adofersan/ecg-miner, MIT) is run as it is, by an
interpreter that has its requirements, on each picture and on pages of the same recordings from the engine; it is told
layout and pulse side, both sides are tried and the better score counts. Printed is the Kaggle 2025 score in dB a page.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas
from peers_run import RATE_HZ, ecg_miner, windows
from PIL import Image

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.data.engine import make_page
from ecgscribe.evaluation.kaggle2025 import decibels, kaggle_ratio

CONDITIONS = (("clean", 0.0), ("scan", 0.3), ("scan", 0.8), ("copy", 0.5), ("phone", 0.3), ("phone", 0.8))


def peer_db(checkout: Path, python: str, picture: Path, truth: dict, rate_hz: float) -> tuple[float | None, str]:
    """The better dB of both pulse sides and which; None where the peer failed or took too long."""
    best, how = None, "no output"
    for side in ("left", "right"):
        read = ecg_miner(checkout, python, picture, side)
        if read.leads is None:
            how = how if best is not None else read.said
            continue
        leads = {
            lead: np.interp(np.arange(len(part)) / rate_hz, np.arange(len(other)) / RATE_HZ, other)
            for (lead, part), other in zip(truth.items(), read.leads.values(), strict=True)
        }
        value = float(decibels(kaggle_ratio(truth, leads, rate_hz)))
        if best is None or value > best:
            best, how = value, f"pulse {side}"
    return best, how


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peer", type=Path, required=True)
    parser.add_argument("--peer-python", required=True)
    parser.add_argument("--style", default="kaggle-red", help="style of our pages (default: the one of these pictures)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    drawn: dict[tuple[str, float], list[float | None]] = {condition: [] for condition in CONDITIONS}
    for csv in sorted(args.folder.glob("*.csv.gz")):
        stem = csv.name.removesuffix(".csv.gz")
        if stem.endswith("hz"):
            continue
        table = pandas.read_csv(csv)
        table = table[[column for column in table.columns if column.upper() in {lead.upper() for lead in LEADS}]]
        table.columns = [next(lead for lead in LEADS if lead.upper() == column.upper()) for column in table.columns]
        rate_hz = len(table) / 10
        truth = windows(table, rate_hz)
        for picture in sorted(p for p in args.folder.glob(f"{stem}*") if p.suffix in (".png", ".jpg")):
            value, how = peer_db(args.peer, args.peer_python, picture, truth, rate_hz)
            print(f"real {picture.name}: {'failed' if value is None else f'{value:.1f} dB'} ({how})", flush=True)
        ecg = Ecg(table[list(LEADS)].to_numpy(np.float32).T, rate_hz, record=stem)
        for preset, severity in CONDITIONS:
            made = make_page(
                ecg, args.seed, style=args.style, layout="3x4+1", preset=preset, severity=severity, px_per_mm=7.874
            )
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "page.png"
                Image.fromarray(made.picture).save(path)
                value, how = peer_db(args.peer, args.peer_python, path, truth, rate_hz)
            drawn[preset, severity].append(value)
            said = "failed" if value is None else f"{value:.1f} dB"
            print(f"ours {stem} {preset} {severity}: {said} ({how})", flush=True)
    print("| our pages | n | failed | median dB of the others |")
    for (preset, severity), values in drawn.items():
        good = [value for value in values if value is not None]
        middle = f"{np.median(good):.1f}" if good else "-"
        print(f"| {preset} {severity} | {len(values)} | {len(values) - len(good)} | {middle} |")


if __name__ == "__main__":
    main()
