"""What find_page refuses: pictures that are no ECG page, and pages of real records by preset.

    python bench/refusals.py [--not-ecg 200] [--ptbxl DIR --split-file CSV --split validation --pages 200] [--json FILE]

Prints every picture of something else that is read and every ECG page that is refused, with the codes. `--json` keeps
what an earlier run wrote of the other half.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import cv2
from not_ecg_pictures import KINDS, not_ecg_picture
from real_records import add_options, records_of
from results import keep, kept

from ecgscribe.data.engine import make_page
from ecgscribe.page import find_page

PRESETS = ("clean", "scan", "copy", "phone", "bad-phone", "screen")
SEED = 5000


def codes_of(result) -> list[str]:
    return [problem.code for problem in result.problems]


def others(count: int) -> dict:
    """Of `count` pictures of anything but an ECG: how many are refused, with which codes, and which are not."""
    kept, codes = [], Counter()
    for number in range(count):
        kind, picture = not_ecg_picture(number)
        result = find_page(picture)
        if result.page is None:
            codes[codes_of(result)[0]] += 1
            continue
        kept.append({"number": number, "kind": kind, "layout": result.page.layout, "codes": codes_of(result)})
        print("  read:", kept[-1], flush=True)
    print(f"no ECG: {count - len(kept)} of {count} refused {dict(codes)}", flush=True)
    return {"n": count, "kinds": len(set(KINDS)), "refused": count - len(kept), "codes": dict(codes), "read": kept}


def pages(ecgs: list) -> dict:
    """Of a page of every record, the presets in turn: how many are refused, and for how many leads are located."""
    table = {preset: {"n": 0, "refused": 0, "leads_located": 0, "codes": Counter()} for preset in PRESETS}
    for number, ecg in enumerate(ecgs):
        preset = PRESETS[number % len(PRESETS)]
        made = make_page(ecg, SEED + number, preset=preset)
        result, row = find_page(made.picture), table[preset]
        row["n"] += 1
        row["leads_located"] += result.page is not None and bool(result.page.panels)
        row["codes"].update(codes_of(result))
        if result.page is None:
            row["refused"] += 1
            style, layout = (made.choices[name] for name in ("style", "layout"))
            print(f"  refused: {number} {preset} {style} {layout} {codes_of(result)}", flush=True)
    for preset, row in table.items():
        row["codes"] = dict(row["codes"].most_common())
        print(f"{preset:10s} {row}")
    total = {key: sum(row[key] for row in table.values()) for key in ("n", "refused", "leads_located")}
    print(f"ECG pages: {total['refused']} of {total['n']} refused", flush=True)
    return {**total, "by_preset": table}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--not-ecg", type=int, default=200, metavar="N")
    add_options(parser, pages=200)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    found = kept(args.json)
    if args.not_ecg:
        found["not_ecg"] = others(args.not_ecg)
    if args.ptbxl:
        found["ecg_pages"] = {
            "split": args.split,
            **pages(records_of(args)),
        }
    keep(args.json, found)


if __name__ == "__main__":
    main()
