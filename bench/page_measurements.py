"""How well rate, intervals and axis are measured through pictures.

    python bench/page_measurements.py --ptbxl DIR --split-file CSV [--split validation] [--count 24] [--presets phone]
    python bench/page_measurements.py --simulated 24 [--presets clean phone]
    python bench/page_measurements.py --pictures DIR [--printed FILE]
    each with [--json FILE], to which the run's tables are added

`--ptbxl` draws real records as pages (3x4 with a rhythm strip, 25 mm/s, 10 mm/mV) and takes the measurements on the
full ten seconds of twelve leads for true; `--simulated` has the simulator's own truth; `--pictures` compares with what
the pages print of themselves: as a person read it (`--printed`, JSON: page -> {"rate_bpm": 60, "pr_ms": ...}; then it
is counted how much of it the reader reads too), else as far as the reader reads it. A page that was not found or has
no leads counts as `no page` and, of drawn pages, is in no other column; `within 2` counts a value that is missing as
outside; `invented` are values where the truth has none.

The rate is 60 over the mean RR interval of all beats, ectopic ones and fibrillation too: for the truth of the ten
seconds, on the page of its rhythm strip, which shows the same ten seconds. Nothing is left out for being irregular.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from real_records import add_options, records_of
from results import keep, kept

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.picture import open_picture
from ecgscribe.core.standards import Scale
from ecgscribe.data.engine import make_page
from ecgscribe.data.simulate import simulate
from ecgscribe.digitize import Digitizer
from ecgscribe.measure.measure import measure
from ecgscribe.page import find_page

UNITS = {"rate": "bpm", "pr": "ms", "qrs": "ms", "qt": "ms", "axis": "deg"}
SIMULATED = {"rate": "rate_bpm", "pr": "pr_ms", "qrs": "qrs_ms", "qt": "qt_ms", "axis": "axis_shown_deg"}
PRINTED = {
    "rate_bpm": "rate",
    "pr_ms": "pr",
    "qrs_ms": "qrs",
    "qt_ms": "qt",
    "qtc_ms": "qtc_bazett",
    "axis_deg": "axis",
}
CONDITIONS = (
    *("normal", "sinus_bradycardia", "sinus_tachycardia", "first_degree_av_block", "lbbb", "rbbb"),
    *("atrial_fibrillation", "paced", "inferior_infarct", "ventricular_tachycardia", "atrial_flutter", "normal"),
)


def values_of(ecg: Ecg) -> dict[str, float]:
    return {m.name: m.value for m in measure(ecg) if not m.lead}


def off(name: str, measured: float, true: float) -> float:
    """The error; of axes the shorter way round."""
    return (measured - true + 180) % 360 - 180 if name.startswith("axis") else measured - true


def real(args: argparse.Namespace) -> list[tuple[str, Ecg, dict[str, float]]]:
    return [(ecg.record, ecg, values_of(ecg)) for ecg in records_of(args)]


def simulated(count: int) -> list[tuple[str, Ecg, dict[str, float]]]:
    made = []
    for k in range(count):
        one = simulate(CONDITIONS[k % len(CONDITIONS)], 100 + k)
        truth = {name: one.truth[key] for name, key in SIMULATED.items()}
        made.append((one.condition, one.ecg, {n: np.nan if v is None else v for n, v in truth.items()}))
    return made


def through(records: list, preset: str, digitizer: Digitizer) -> dict:
    """The table of one preset."""
    errors, invented, lost = {name: [] for name in UNITS}, dict.fromkeys(UNITS, 0), 0
    for number, (title, ecg, truth) in enumerate(records):
        fixed = {"layout": "3x4+1", "scale": Scale(25.0, 10.0), "start_s": 0.0, "simultaneous": False}
        page = find_page(make_page(ecg, 7000 + number, preset=preset, **fixed).picture).page
        if page is None or not page.panels:
            lost += 1
            continue
        found = values_of(digitizer.read(page, 500.0).ecg)
        for name in UNITS:
            if np.isfinite(truth[name]):
                errors[name].append(off(name, found[name], truth[name]))
            else:
                invented[name] += bool(np.isfinite(found[name]))
        if not abs(found["rate"] - truth["rate"]) <= 2:
            print(f"  {preset} {number} {title}: rate {found['rate']:.0f}, true {truth['rate']:.0f}")
    return {"pages": len(records), "no_page": lost, **{n: row(errors[n], invented[n]) for n in UNITS}}


def row(errors: list[float], invented: int = 0) -> dict:
    values = np.array(errors, float)
    known = values[np.isfinite(values)]
    made = {"n": len(values), "missing": len(values) - len(known), "invented": invented}
    if len(known):
        within = float(np.mean(np.abs(np.where(np.isfinite(values), values, np.inf)) <= 2))
        middle = {"bias": float(known.mean()), "sd": float(known.std()), "median_abs": float(np.median(np.abs(known)))}
        made |= {name: round(value, 2) for name, value in middle.items()} | {"within_2": round(within, 3)}
    return made


def agreement(folder: Path, told: dict[str, dict[str, float]], digitizer: Digitizer) -> dict:
    """Measured less printed, page by page and by quantity.

    `told` page -> what it prints, as a person read it; without it what the reader reads is taken for true.
    """
    errors, pages, read = {name: [] for name in PRINTED.values()}, [], {"right": 0, "wrong": 0, "not_read": 0}
    names = sorted(told) or sorted(p.name for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".png"))
    lost = 0
    for name in names:
        result = find_page(open_picture(folder / name))
        values = {key: value for key, value in (told.get(name) or result.printed).items() if key in PRINTED}
        if not values:
            continue
        for key in values if told else ():
            own = result.printed.get(key)
            read["not_read" if own is None else "right" if own == values[key] else "wrong"] += 1
        if result.page is None or not result.page.panels:
            lost += 1
            found = dict.fromkeys(PRINTED.values(), np.nan)
        else:
            found = values_of(digitizer.read(result.page, 500.0).ecg)
        for key, value in values.items():
            errors[PRINTED[key]].append(off(PRINTED[key], found[PRINTED[key]], value))
            measured = None if np.isnan(found[PRINTED[key]]) else round(found[PRINTED[key]], 1)
            pages.append({"page": name, "what": PRINTED[key], "printed": value, "measured": measured})
            less = "" if measured is None else f"{off(PRINTED[key], measured, value):+.1f}"
            print(f"| {name} | {PRINTED[key]} | {value:g} | {measured} | {less} |", flush=True)
    print(f"printed values by our own reader: {read}")
    table = {n: row(v) for n, v in errors.items() if v}
    return {"pages": len({one["page"] for one in pages}), "no_page": lost, **table, "each": pages, "read": read}


def printed(title: str, table: dict) -> str:
    head = "| | n | missing | invented | bias | SD | median of the absolute error | within 2 |"
    found = table["pages"] - table["no_page"]
    lines = [f"\n{title}: {table['pages']} pages, {table['no_page']} without leads"]
    if table["pages"] and "rate" in table:
        share = table["rate"].get("within_2", 0) * table["rate"]["n"]
        lines += [f"rate within 2 bpm on {share:.0f} of {found} pages with leads ({share / max(found, 1):.1%}), of all"]
        lines[-1] += f" {share / table['pages']:.1%}"
    lines += [head, "| --- " * 8 + "|"]
    for name, values in table.items():
        if name in (*UNITS, *PRINTED.values()):
            cells = ("n", "missing", "invented", "bias", "sd", "median_abs", "within_2")
            lines.append(f"| {name} | " + " | ".join(str(values.get(cell, "")) for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, pages=24, flag="--count")
    parser.add_argument("--simulated", type=int, default=0)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--printed", type=Path, help="JSON of what these pictures print, read by a person")
    parser.add_argument("--presets", nargs="+", default=["phone"])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    digitizer, tables = Digitizer.from_pretrained(None), {}
    for preset in given.presets:
        if given.ptbxl:
            records = real(given)
            tables[f"PTB-XL {given.split}, {preset}"] = through(records, preset, digitizer)
        if given.simulated:
            tables[f"simulated, {preset}"] = through(simulated(given.simulated), preset, digitizer)
    if given.pictures:
        told = json.loads(given.printed.read_text(encoding="utf-8")) if given.printed else {}
        tables["pages that print their own values"] = agreement(given.pictures, told, digitizer)
    for title, table in tables.items():
        print(printed(title, table))
    keep(given.json, kept(given.json) | tables)


if __name__ == "__main__":
    main()
