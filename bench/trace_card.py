"""The scores in the card of a trace folder, and its results.json, from what `digitising.py --table --json FILE` kept.

python bench/trace_card.py FILE.json [--model models/ecg-trace] [--about "TEXT"]
"""

import argparse
import json
from pathlib import Path

from ecgscribe.digitize.digitizer import EMBEDDED

FIRST, LAST = "<!-- scores -->", "<!-- end of scores -->"
FIGURES = (
    ("plain dB", "plain", "median"),
    ("official dB", "official", "median"),
    ("mended dB", "mended", "median"),
    ("RMSE uV", "rmse_uv", "median"),
    ("coverage", "coverage", "mean"),
    ("lag ms", "lag_ms", "median"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", type=Path)
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    parser.add_argument("--about", default="", help="what the pages were and how the figures were made")
    args = parser.parse_args()
    conditions = json.loads(args.figures.read_text(encoding="utf-8"))
    results = {"about": args.about, "conditions": {name: rounded(row) for name, row in conditions.items()}}
    (args.model / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    card = args.model / "README.md"
    text = card.read_text(encoding="utf-8")
    if FIRST not in text or LAST not in text:
        raise SystemExit(f"{card} has no lines {FIRST!r} and {LAST!r} between which scores are written.")
    before, after = text.split(FIRST)[0], text.split(LAST)[1]
    card.write_text(f"{before}{FIRST}\n{args.about}\n\n{table(conditions)}\n{LAST}{after}", encoding="utf-8")
    print(card)


def table(conditions: dict[str, dict]) -> str:
    """One line a condition: the Kaggle 2025 score of the middle page, of nine in ten, of the set, then others."""
    names = ["pages", "n", "not read", "median dB", "p10", "set", *(name for name, _, _ in FIGURES), "failed leads"]
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    for name, row in conditions.items():
        kaggle = row["figures"]["kaggle_db"]
        span = f"{row['kaggle_set_db']:.1f} [{row['kaggle_set_low']:.1f}, {row['kaggle_set_high']:.1f}]"
        cells = [name, row["pages"], row["missing"], shown(kaggle["median"]), shown(kaggle["p10"]), span]
        cells += [shown(row["figures"][key][kind]) for _, key, kind in FIGURES]
        cells.append(f"{row['failed_leads']} of {row['leads']}")
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)


def shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"


def rounded(value):
    """Figures to four digits, so that the file stays small."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
