"""Whether the error that a lead's quality tells (LeadQuality.noise_mv) is the error that it has.

    python bench/lead_quality.py --ptbxl DIR --split-file CSV [--split validation] [--pages 20] [--seed 1]
        [--presets clean scan phone] [--json FILE]

Pages of real records go through find_page and the digitiser. Printed for each preset: Spearman's rank correlation of
told and true error over leads, how many leads lie within one and two of what was told, and a reliability table by
fifths of the told error. The true error is the deviation from what is printed, zero line apart, of leads of which a
second or more was read. Misplaced panels and wrong time axes count: they are errors too, though no spread of a trace
knows of them.
"""

import argparse
from pathlib import Path

import numpy as np
from real_records import add_options, records_of
from results import keep

from ecgscribe.core.standards import LEADS
from ecgscribe.data.engine import make_page
from ecgscribe.digitize import Digitizer
from ecgscribe.evaluation.page_truth import printed_ecg
from ecgscribe.page import find_page

RATE_HZ = 500.0


def pairs(ecgs: list, preset: str, seed: int, digitizer: Digitizer) -> np.ndarray:
    """(L, 2) mV told and true of every lead of every page that was found."""
    found = []
    for number, ecg in enumerate(ecgs):
        made = make_page(ecg, seed * 1000 + number, preset=preset, simultaneous=False)
        page = find_page(made.picture).page
        if page is None or not page.panels:
            continue
        read, truth = digitizer.read(page, RATE_HZ), printed_ecg(made.truth, RATE_HZ)
        for quality in read.qualities:
            own, true = read.ecg.lead_mv(quality.lead), truth.lead_mv(quality.lead)
            count = min(len(own), len(true))
            off = (own[:count] - true[:count])[np.isfinite(own[:count]) & np.isfinite(true[:count])]
            if len(off) >= RATE_HZ and np.isfinite(quality.noise_mv):
                found.append((quality.noise_mv, float(off.std())))
    return np.array(found).reshape(-1, 2)


def reliability(told_and_true: np.ndarray) -> dict:
    """Spearman's correlation, shares within one and two of what was told, and five bins by it (root mean squares)."""
    told, true = told_and_true.T
    ranks = [np.argsort(np.argsort(values)) for values in (told, true)]
    bins = [part for part in np.array_split(np.argsort(told), 5) if len(part)]
    return {
        "leads": len(told),
        "spearman": round(float(np.corrcoef(ranks)[0, 1]), 3),
        "within_1": round(float(np.mean(true <= told)), 3),
        "within_2": round(float(np.mean(true <= 2 * told)), 3),
        "bins": [
            {
                "told_uv": round(1000 * float(np.sqrt(np.mean(told[part] ** 2))), 1),
                "true_median_uv": round(1000 * float(np.median(true[part])), 1),
                "true_rms_uv": round(1000 * float(np.sqrt(np.mean(true[part] ** 2))), 1),
            }
            for part in bins
        ],
    }


def printed(title: str, found: dict) -> str:
    head = f"\n{title}: {found['leads']} leads, Spearman {found['spearman']}, within told {found['within_1']:.0%}, "
    lines = [
        head + f"within twice {found['within_2']:.0%}",
        "| told uV | true, median | true, rms |",
        "| --- " * 3 + "|",
    ]
    return "\n".join(lines + [f"| {' | '.join(str(value) for value in one.values())} |" for one in found["bins"]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, pages=20, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--presets", nargs="+", default=["clean", "scan", "phone"])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    digitizer, results = Digitizer.from_pretrained(None), {}
    ecgs = records_of(given)
    for preset in given.presets:
        found = pairs(ecgs, preset, given.seed, digitizer)
        if len(found) < len(LEADS):
            print(f"{preset}: too few leads ({len(found)})")
            continue
        results[preset] = reliability(found)
        print(printed(f"{preset}, {given.split}", results[preset]), flush=True)
    keep(given.json, results)


if __name__ == "__main__":
    main()
