"""What was tried beside the published findings folder, as tables for its card: folds, backbones, a second training.

Each is a JSON file of `train-findings` (--folds, --compare) or of a script of bench/: a list of rows, or
{"command": how it was made, "note": what to know of it, "rows": [...]}.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ecgscribe.core.errors import BadModel
from ecgscribe.data.disk import write_text

START, END = "<!-- experiments -->", "<!-- end of experiments -->"
FILES = {
    "folds.json": "Cross-validation by patient",
    "backbones.json": "Picture backbones",
    "simulated.json": "Simulated records for rare statements",
    "signal_nets.json": "Signal nets",
    "second_training.json": "A second training",
}
_COLUMNS = (
    ("condition", "condition"),
    ("view", "view"),
    ("fold", "fold"),
    ("backbone", "backbone"),
    ("training", "training"),
    ("seed", "seed"),
    ("parameters", "parameters"),
    ("pages", "test pages"),
    ("validation", "validation records"),
    ("epoch", "best epoch"),
    ("plain_superclass", "superclass AUROC plain"),
    ("plain_all", "all plain"),
    ("plain_rare", "rare statements plain"),
    ("worn_superclass", "superclass worn"),
    ("worn_all", "all worn"),
    ("worn_rare", "rare statements worn"),
    ("superclass_auroc", "superclass AUROC"),
    ("normal_auroc", "normal AUROC"),
    ("statement_auroc", "statements AUROC"),
    ("within", "within the intervals, of 3"),
    ("seconds_an_epoch", "seconds an epoch"),
)
_BRACKETS = (
    "Square brackets: 95 % interval by patient; round ones: that of the difference to the first row, patients drawn "
    "anew."
)


def update_experiments(card: Path, folder: Path) -> tuple[str, ...]:
    """Writes the tables of the files of `FILES` in `folder` between the card's marks, or before its labels where it has
    none yet. Gives the names of the files that were there. Raises `BadModel` for a card with no place for them."""
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    if START not in text:
        if "\n## Labels" not in text:
            raise BadModel(f"{card} has no place for experiments.", f"Write {START} and {END} where they belong.")
        text = text.replace("\n## Labels", f"\n{START}\n{END}\n\n## Labels", 1)
    there = tuple(name for name in FILES if (folder / name).is_file())
    parts = [section(FILES[name], json.loads((folder / name).read_text(encoding="utf-8"))) for name in there]
    body = "\n\n".join(["## Experiments", *parts]) if parts else ""
    head, tail = text.split(START)[0], text.split(END, 1)[1]
    write_text(card, f"{head}{START}\n{body}\n{END}{tail}")
    return there


def section(title: str, held: Mapping | Sequence[Mapping]) -> str:
    """One file's heading, note, table, command."""
    fields = held if isinstance(held, Mapping) else {"rows": held}
    note = fields.get("note", "")
    if any(key.endswith("_difference") for row in fields["rows"] for key in row):
        note = f"{note} {_BRACKETS}".strip()
    parts = [f"### {title}", note, experiment_table(fields["rows"])]
    if fields.get("command"):
        parts.append(f"`{fields['command']}`")
    return "\n\n".join(part for part in parts if part)


def experiment_table(rows: Sequence[Mapping]) -> str:
    """The columns that the rows hold, in the order of `_COLUMNS`; of folds the mean and deviation below. In square
    brackets a score's 95 % interval, in round ones that of its difference to the first row."""
    columns = [(key, title) for key, title in _COLUMNS if any(key in row for row in rows)]
    lines = [f"| {' | '.join(title for _, title in columns)} |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_scored(row, key) for key, _ in columns) + " |" for row in rows]
    for view in dict.fromkeys(row["view"] for row in rows if "fold" in row):
        of_view = [row for row in rows if row["view"] == view]
        told = [
            f"{title} {_spread([row[key] for row in of_view])}"
            for key, title in columns
            if "plain" in key or "worn" in key
        ]
        lines.append(f"\n{view}, {len(of_view)} folds, mean and standard deviation: {', '.join(told)}.")
    return "\n".join(lines)


def _spread(values: Sequence[float]) -> str:
    deviation = f" ({np.std(values, ddof=1):.3f})" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{deviation}"


def _scored(row: Mapping, key: str) -> str:
    """The cell, with the interval of the difference to the first row where there is one, else with its own."""
    words = _cell(row.get(key))
    if f"{key}_difference" in row:
        low, high = row[f"{key}_difference"]
        return f"{words} ({low:+.3f} to {high:+.3f})"
    if f"{key}_interval" in row:
        low, high = row[f"{key}_interval"]
        return f"{words} [{low:.3f}, {high:.3f}]"
    return words


def _cell(value) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 10 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)
