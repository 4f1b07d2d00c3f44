"""How often caption, findings and measurements contradict each other on pages of real records, and who is right.

    python bench/agreement.py --ptbxl DIR --split-file CSV --work DIR [--split validation] [--count 60]
        [--presets clean phone] [--show 12] [--json FILE]

Draws pages, reads each as the reader does and keeps what it said in `--work` (a second start goes on, and after a
change of the rules only counts again; another model or seed needs another folder). Counts warnings by kind, and beside
each who the record sides with: of caption and findings the record's SCP codes (or statements akin), of measurements
those taken on the recorded ten seconds. `--show` prints so many pages with warnings in full, the true report beside.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import cv2
import torch
from results import keep

from ecgscribe.cli.ptbxl_options import add_ptbxl, excluded_of
from ecgscribe.core.report import Finding, Measurement, Statement
from ecgscribe.data.chance import Chance
from ecgscribe.data.engine import make_page
from ecgscribe.data.ptbxl import PtbXl, PtbXlRow
from ecgscribe.evaluation.findings_run import FindingsEvaluation, limited, split_rows
from ecgscribe.measure.measure import measure
from ecgscribe.reader.agree import Contradiction, contradictions, kin_of
from ecgscribe.reader.reader import Reader
from ecgscribe.text.statements import statements_of

SINUS = {"SR", "SARRH", "SBRAD", "STACH"}
RIGHT, WRONG = "the record bears the warning out", "the record does not"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_ptbxl(parser, required=True)
    parser.add_argument("--split", default="validation")
    parser.add_argument("--count", type=int, default=60, help="pages in all, shared out among the presets")
    parser.add_argument("--presets", nargs="+", default=["clean", "phone"])
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--findings", help="folder of the classifier; default: models/ecg-findings")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--show", type=int, default=12)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    pages = read_pages(args)
    told = [warnings_of(page) for page in pages]
    result = counted(pages, told) | {"split": args.split, "presets": args.presets, "seed": args.seed}
    print(tables(result))
    shown = [(page, found) for page, found in zip(pages, told, strict=True) if found]
    order = Chance(args.seed, "shown").shuffled(range(len(shown)))
    for k in order[: args.show]:
        print(in_full(*shown[k]))
    keep(args.json, result)


def read_pages(args: argparse.Namespace) -> list[dict]:
    """What the reader said of every page, read now or kept from before."""
    source = PtbXl(args.ptbxl, only_existing=True)
    wanted = FindingsEvaluation(args.ptbxl, args.work, args.split_file, args.split, excluded_of(args))
    rows = limited(split_rows(source, wanted, args.split), args.count, args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    reader, pages = None, []
    for number, row in enumerate(rows):
        preset = args.presets[number % len(args.presets)]
        kept = args.work / f"{args.seed}-{preset}-{row.ecg_id}.json"
        if not kept.is_file():
            reader = reader or Reader.from_pretrained(findings=args.findings)
            kept.write_text(json.dumps(read_page(reader, source, row, preset, args.seed)), encoding="utf-8")
        pages.append(json.loads(kept.read_text(encoding="utf-8")))
        if (number + 1) % 20 == 0:
            print(f"{number + 1} of {len(rows)} pages", flush=True)
    return pages


def read_page(reader: Reader, source: PtbXl, row: PtbXlRow, preset: str, seed: int) -> dict:
    """One page drawn and read; the measurements on the recorded signals beside."""
    ecg = source.ecg(row)
    drawn = Chance(seed, "agreement", preset, str(row.ecg_id)).whole(0, 2**31 - 1)
    read = reader.read(make_page(ecg, drawn, preset=preset, px_per_mm=6.0).picture)
    return {
        "ecg_id": row.ecg_id,
        "preset": preset,
        "report": row.report,
        "codes": sorted(row.scp_codes),
        "superclasses": list(row.superclasses),
        "caption": read.caption,
        "findings": [vars(finding) | {"evidence": ()} for finding in read.findings],
        "measurements": [m.to_dict() for m in read.measurements if not m.lead or m.name == "st"],
        "recorded": [m.to_dict() for m in measure(ecg) if not m.lead or m.name == "st"],
        "problems": [problem.code for problem in read.problems],
    }


def warnings_of(page: dict) -> list[tuple[Contradiction, str]]:
    """The page's contradictions, each with what the record says of it (`RIGHT`, `WRONG`)."""
    statements: tuple[Statement, ...] = statements_of(page["caption"]) if page["caption"] else ()
    findings = [Finding(**fields) for fields in page["findings"]]
    measured, recorded = ([Measurement.from_dict(m) for m in page[name]] for name in ("measurements", "recorded"))
    truly = {(held.between, held.about) for held in contradictions(statements, findings, recorded)}
    answers = []
    for held in contradictions(statements, findings, measured):
        if "sinus rhythm" in held.message:
            right = not SINUS & set(page["codes"])
        elif held.between == "caption and findings":
            right = _caption_wrong(held, page, statements)
        else:
            right = (held.between, held.about) in truly
        answers.append((held, RIGHT if right else WRONG))
    return answers


def _caption_wrong(held: Contradiction, page: dict, statements: tuple[Statement, ...]) -> bool:
    """Whether the record's codes side with the findings against the caption."""
    codes = set(page["codes"])
    if held.about == "NORM":
        return "NORM" not in codes
    denied = any(s.code == held.about and not s.present for s in statements)
    return bool(kin_of(held.about) & codes) == denied


def counted(pages: list[dict], told: list[list[tuple[Contradiction, str]]]) -> dict:
    """Pages, pages read, pages with warnings, and warnings by kind."""
    kinds = Counter((held.between, held.about, side) for found in told for held, side in found)
    presets = {}
    for page, found in zip(pages, told, strict=True):
        row = presets.setdefault(page["preset"], {"pages": 0, "captioned": 0, "warned": 0, "warnings": 0})
        row["pages"] += 1
        row["captioned"] += page["caption"] is not None
        row["warned"] += bool(found)
        row["warnings"] += len(found)
    names = sorted({key[:2] for key in kinds})
    rows = [
        {"between": b, "about": a, "warnings": kinds[b, a, RIGHT] + kinds[b, a, WRONG], "borne_out": kinds[b, a, RIGHT]}
        for b, a in names
    ]
    return {"by_preset": presets, "by_kind": rows}


def tables(result: dict) -> str:
    lines = ["| pages | n | captioned | with a warning | warnings |", "|---|---|---|---|---|"]
    for preset, row in result["by_preset"].items():
        lines.append(f"| {preset} | {row['pages']} | {row['captioned']} | {row['warned']} | {row['warnings']} |")
    lines += ["", "| between | about | warnings | the record bears them out |", "|---|---|---|---|"]
    for row in result["by_kind"]:
        lines.append(f"| {row['between']} | {row['about']} | {row['warnings']} | {row['borne_out']} |")
    return "\n".join(lines)


def in_full(page: dict, found: list[tuple[Contradiction, str]]) -> str:
    """One page for reading by eye."""
    present = [f"{f['code']} {f['probability']:.2f}" for f in page["findings"] if f["verdict"] == "present"]
    names = ("rate", "rr_variation", "p_present", "pr", "qrs", "qtc_fridericia", "axis")
    values = [{m["name"]: m["value"] for m in page[which] if not m["lead"]} for which in ("measurements", "recorded")]
    shown = [f"{name} {_number(values[0].get(name))}/{_number(values[1].get(name))}" for name in names]
    lines = [
        f"\n{page['ecg_id']} {page['preset']}: codes {' '.join(page['codes'])}; report: {page['report']}",
        f"  caption: {page['caption']}",
        f"  findings: {', '.join(present)}",
        f"  measured/recorded: {', '.join(shown)}",
    ]
    return "\n".join(lines + [f"  - {held.message} [{side}]" for held, side in found])


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


if __name__ == "__main__":
    main()
