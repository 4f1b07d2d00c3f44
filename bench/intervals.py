"""Errors of the measurements against the marks of LUDB's cardiologists, beside the CSE tolerances.

    python bench/intervals.py LUDB_FOLDER [--through clean,phone] [--neurokit] [--half first|second] [--limit N]
        [--classical] [--json FILE]

Single marks: each mark of each lead against ours in the same lead (within 150 ms, else missing). Intervals: one value
a record against the median of its beats' marks over all leads (bench/ludb.py). `--through` draws every record as a
page, digitises it with the digitiser of models/ecg-trace and measures that. The thresholds of ecgscribe/measure were
set on the first 75 records; the second half is the test.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from ludb import MARKS, Marked, global_intervals, ludb_records
from results import keep

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.standards import LEADS
from ecgscribe.measure.average import ZERO
from ecgscribe.measure.measure import average_beat, measure
from ecgscribe.measure.prepare import RATE_HZ

TOLERANCE_MS = {"p_onset": 10.2, "p_end": 12.7, "qrs_onset": 6.5, "qrs_end": 11.6, "t_end": 30.6}
"""Two standard deviations between the referees of the CSE study (Willems et al. 1985), as delineation papers quote."""

LIMITS = {"pr": (10, 10), "qrs": (10, 10), "qt": (25, 30)}
"""IEC 60601-2-25 for the CSE set: mean difference and standard deviation in ms."""

NEAR_S = 0.15


def our_marks(ecg: Ecg) -> dict[str, dict[str, np.ndarray]]:
    """lead -> mark -> seconds of every ordinary beat that shows the lead."""
    average, waves = average_beat(ecg)
    if average is None:
        return {}
    made = {}
    for k, lead in enumerate(average.leads):
        seen = np.array([np.isfinite(beat[ZERO - 20 : ZERO + 20]).all() for beat in average.stacks_mv[k]], bool)
        at_s = average.at[k][seen] / RATE_HZ
        made[lead] = {mark: at_s + (waves.lead[mark][k] - ZERO) / RATE_HZ for mark in MARKS}
    return made


def neurokit_marks(ecg: Ecg) -> dict[str, dict[str, np.ndarray]]:
    """The same by NeuroKit2's wavelet delineation of each lead, R peaks found on lead II."""
    import neurokit2

    names = {"p_onset": "ECG_P_Onsets", "p_end": "ECG_P_Offsets", "qrs_onset": "ECG_R_Onsets"}
    names |= {"qrs_end": "ECG_R_Offsets", "t_end": "ECG_T_Offsets"}
    rate = int(ecg.rate_hz)
    clean = {lead: neurokit2.ecg_clean(ecg.lead_mv(lead).astype(float), sampling_rate=rate) for lead in LEADS}
    _, info = neurokit2.ecg_peaks(clean["II"], sampling_rate=rate)
    made = {}
    for lead, signal in clean.items():
        try:
            _, waves = neurokit2.ecg_delineate(signal, info["ECG_R_Peaks"], sampling_rate=rate, method="dwt")
        except (ValueError, IndexError, ZeroDivisionError, TypeError):
            continue  # it fails on some leads; their marks count as missing
        made[lead] = {mark: np.array(waves[name], float) / rate for mark, name in names.items()}
    return made


def compared(record: Marked, found: dict, shown: Ecg) -> dict[str, list[float]]:
    """mark -> errors in ms, NaN for a mark of the cardiologist that has none of ours near; only what is shown."""
    errors = {mark: [] for mark in MARKS}
    for lead in LEADS:
        seen = np.isfinite(shown.lead_mv(lead))
        ours = found.get(lead, {})
        for mark in MARKS:
            times = ours.get(mark, np.empty(0))
            times = times[np.isfinite(times)]
            for at in record.marks[lead][mark]:
                k = round(at * shown.rate_hz)
                if not seen[max(0, k - 100) : k + 100].all():
                    continue
                best = times[np.argmin(np.abs(times - at))] - at if len(times) else np.inf
                errors[mark].append(1000 * best if abs(best) <= NEAR_S else float("nan"))
    return errors


def row(errors: list[float]) -> dict:
    values = np.array(errors, float)
    known = values[np.isfinite(values)]
    middle = known[np.abs(known) <= np.quantile(np.abs(known), 0.95)] if len(known) else known
    return {
        "n": len(values),
        "missing": round(float(np.mean(~np.isfinite(values))), 4) if len(values) else None,
        "bias_ms": round(float(known.mean()), 2) if len(known) else None,
        "sd_ms": round(float(known.std(ddof=1)), 2) if len(known) > 1 else None,
        "sd_middle95_ms": round(float(middle.std(ddof=1)), 2) if len(middle) > 1 else None,
        "median_abs_ms": round(float(np.median(np.abs(known))), 2) if len(known) else None,
    }


def assess(records: list[Marked], pages: dict[str, Ecg], marks_of) -> dict:
    """Rows of marks and intervals over these records, each as the `Ecg` of `pages`."""
    errors, intervals, seconds = {mark: [] for mark in MARKS}, {}, []
    p_told = {"p_marked": [0, 0], "no_p_marked": [0, 0]}
    for record in records:
        shown = pages[record.name]
        begun = time.process_time()
        found = marks_of(shown)
        seconds.append(time.process_time() - begun)
        for mark, values in compared(record, found, shown).items():
            errors[mark] += values
        if marks_of is not our_marks:
            continue
        values = {m.name: m.value for m in measure(shown) if not m.lead}
        for name, truth in global_intervals(record).items():
            if np.isfinite(truth):
                intervals.setdefault(name, []).append(values[name.removesuffix("_extremes")] - truth)
        marked = sum(len(record.marks[lead]["p_onset"]) for lead in LEADS) > 0
        told = p_told["p_marked" if marked else "no_p_marked"]
        told[0] += values["p_present"] == 1.0
        told[1] += 1
    return {
        "marks": {mark: row(values) for mark, values in errors.items()},
        "intervals": {name: row(values) for name, values in intervals.items()},
        "p_present": {name: {"yes": yes, "of": of} for name, (yes, of) in p_told.items() if of},
        "records": len(records),
        "seconds": round(float(np.median(seconds)), 3),
    }


def printed(title: str, result: dict) -> str:
    lines = [
        f"\n{title} ({result['seconds']} s of CPU a record for the marks)",
        "| | n | missing | bias | SD | SD of middle 95 % | limit |",
    ]
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    for name, values in {**result["marks"], **result["intervals"]}.items():
        limit = f"SD {TOLERANCE_MS[name]} (CSE)" if name in TOLERANCE_MS else ""
        limit = "bias {}, SD {} (IEC)".format(*LIMITS[name]) if name in LIMITS else limit
        share = "" if values["missing"] is None else f"{100 * values['missing']:.1f} %"
        numbers = (values["bias_ms"], values["sd_ms"], values["sd_middle95_ms"])
        lines.append(f"| {name} | {values['n']} | {share} | " + " | ".join(map(str, numbers)) + f" | {limit} |")
    told = [f"{key}: said in {v['yes']} of {v['of']}" for key, v in result["p_present"].items()]
    return "\n".join(lines + (["P waves: " + "; ".join(told)] if told else []))


def windows(ecg: Ecg) -> Ecg:
    """What a 3x4 page with a rhythm strip shows, without any error of drawing or reading."""
    signal = np.full_like(ecg.signal_mv, np.nan)
    quarter = ecg.signal_mv.shape[1] // 4
    for k, lead in enumerate(LEADS):
        shown = slice(None) if lead == "II" else slice(k // 3 * quarter, (k // 3 + 1) * quarter)
        signal[k, shown] = ecg.signal_mv[k, shown]
    return Ecg(signal, ecg.rate_hz, record=ecg.record, patient=ecg.patient)


def through_picture(ecg: Ecg, preset: str, digitizer) -> Ecg:
    """The record drawn as a 3x4+1 page, found in the picture and digitised again; all NaN when no page was found."""
    from ecgscribe.core.standards import Scale
    from ecgscribe.data.engine import make_page
    from ecgscribe.page.reading import find_page

    fixed = {"layout": "3x4+1", "scale": Scale(25.0, 10.0), "start_s": 0.0, "simultaneous": False, "px_per_mm": 8.0}
    made = make_page(ecg, int(ecg.record), preset=preset, **fixed)
    page = find_page(made.picture).page
    if page is None or not page.panels:
        return Ecg(np.full_like(ecg.signal_mv, np.nan), ecg.rate_hz)
    return digitizer.read(page, rate_hz=ecg.rate_hz).ecg


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ludb", type=Path)
    parser.add_argument("--through", default="", help="presets of the data engine, such as clean,phone")
    parser.add_argument("--neurokit", action="store_true", help="NeuroKit2 on the same records, marks only")
    parser.add_argument("--classical", action="store_true", help="digitise without the network")
    parser.add_argument("--limit", type=int, help="only so many records, spread evenly")
    parser.add_argument("--half", choices=("first", "second"))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    records = ludb_records(given.ludb)
    half = (len(records) + 1) // 2
    records = {"first": records[:half], "second": records[half:], None: records}[given.half]
    if given.limit:
        records = records[:: max(1, len(records) // given.limit)][: given.limit]
    results = {"signals": assess(records, {r.name: r.ecg for r in records}, our_marks)}
    results["windows of a page"] = assess(records, {r.name: windows(r.ecg) for r in records}, our_marks)
    if given.neurokit:
        few = records[:: max(1, len(records) // 20)][:20]  # it takes most of a second of CPU a record
        results["NeuroKit2 on signals"] = assess(few, {r.name: r.ecg for r in few}, neurokit_marks)
        results["ours on the same"] = assess(few, {r.name: r.ecg for r in few}, our_marks)
    if given.through:
        from ecgscribe.digitize.digitizer import Digitizer

        digitizer = Digitizer() if given.classical else Digitizer.from_pretrained(None)
        for preset in given.through.split(","):
            pages = {r.name: through_picture(r.ecg, preset, digitizer) for r in records}
            results[f"through {preset} pages"] = assess(records, pages, our_marks)
    for title, result in results.items():
        print(printed(f"{title}, {result['records']} records", result))
    keep(given.json, results)


if __name__ == "__main__":
    main()
