"""How often the captions of an evaluation say what the records' SCP codes hold: a first look at findings.

    python tools/said.py --predictions out/scores/predictions.jsonl --dataset out/dataset

For each code: the share of the records with it whose caption has the words, and of the records without it.
"""

import argparse
import json
from pathlib import Path

WORDS = {
    "NORM": "normal ecg", "AFIB": "atrial fibrillation", "STACH": "tachycardia", "SBRAD": "bradycardia",
    "PACE": "pace", "PVC": "ventricular", "CLBBB": "left bundle branch block", "CRBBB": "right bundle branch block",
    "IMI": "inferior",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--split", default="test")
    args = parser.parse_args()
    from ecgscribe.data.rows import load_rows

    rows = load_rows(args.dataset, args.split, decode=False)
    if isinstance(rows, dict):
        rows = rows[args.split]
    codes = {
        row["ecg_id"]: {held["code"] for held in row["scp_codes"]}
        for row in rows.select_columns(["ecg_id", "scp_codes"])
    }
    captions = [json.loads(line) for line in args.predictions.read_text().splitlines()]
    print("| code | words | said, of records with the code | said, of the others |\n|---|---|---|---|")
    for code, words in WORDS.items():
        told = {True: [], False: []}
        for answer in captions:
            told[code in codes[answer["ecg_id"]]].append(words in (answer["caption"] or ""))
        shares = [f"{sum(said)} of {len(said)}" for said in (told[True], told[False])]
        print(f"| {code} | {words} | {' | '.join(shares)} |")


if __name__ == "__main__":
    main()
