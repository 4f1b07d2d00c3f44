"""A second training beside the published one: both folders' scores on the same test pages, and whether they agree.

python bench/second_training.py FIRST/results.json SECOND/results.json [--json docs/results/second_training.json]

Both files come from `python -m ecgscribe evaluate-findings` with one --work folder, so that both read the same pages.
"""

import argparse
import json
from pathlib import Path

from ecgscribe.data.disk import write_text

SCORES = ("superclass_auroc", "normal_auroc", "statement_auroc")
VIEWS = ("picture", "signal", "both")


def rows_of(first: dict, second: dict) -> list[dict]:
    """A row a condition, view and training; scores of the first with their interval, of the second with whether they
    lie in it. Conditions that one of them lacks, or scored on another number of pages, are left out."""
    rows = []
    for condition, views in first["conditions"].items():
        other = second["conditions"].get(condition, {})
        for view in VIEWS:
            if view not in views or view not in other or views[view]["n"] != other[view]["n"]:
                continue
            head = {"condition": condition, "view": view, "pages": views[view]["n"]}
            published, again = dict(head, training="published"), dict(head, training="second")
            for score in SCORES:
                told = views[view][score]
                published[score], again[score] = told["value"], other[view][score]["value"]
                published[f"{score}_interval"] = [told["low"], told["high"]]
            again["within"] = sum(
                published[f"{score}_interval"][0] <= again[score] <= published[f"{score}_interval"][1]
                for score in SCORES
            )
            rows += [published, again]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--commands", default="", help="how the second was trained, for the record")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    rows = rows_of(*(json.loads(path.read_text(encoding="utf-8")) for path in (args.first, args.second)))
    again = [row for row in rows if "within" in row]
    told, of = sum(row["within"] for row in again), len(SCORES) * len(again)
    for row in again:
        print(row["condition"], row["view"], *(f"{row[score]:.3f}" for score in SCORES), f"{row['within']} of 3 within")
    print(f"{told} of {of} scores lie within the published folder's 95 % intervals")
    if args.json is not None:
        note = (
            "Every net trained again from another seed, on the same test pages as the published folder. "
            f"{told} of {of} scores lie within the published folder's 95 % intervals by patient."
        )
        held = {"command": args.commands, "note": note, "rows": rows}
        write_text(args.json, json.dumps(held, indent=1) + "\n")


if __name__ == "__main__":
    main()
