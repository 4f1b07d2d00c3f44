"""The card of a findings folder made anew: scores and reliability curves from its results.json, experiments from JSON.

python bench/findings_card.py [--model models/ecg-findings] [--experiments docs/results]
"""

import argparse
import json
from pathlib import Path

from ecgscribe.evaluation.findings_card import update_card
from ecgscribe.evaluation.findings_experiments import update_experiments
from ecgscribe.findings.classifier import EMBEDDED

HERE = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    parser.add_argument("--experiments", type=Path, default=HERE / "docs" / "results")
    args = parser.parse_args()
    card, results = args.model / "README.md", args.model / "results.json"
    if results.is_file():
        update_card(card, json.loads(results.read_text(encoding="utf-8")))
    print(f"{card}: experiments of {', '.join(update_experiments(card, args.experiments)) or 'no file'}")


if __name__ == "__main__":
    main()
