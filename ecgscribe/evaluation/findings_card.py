"""The tables of `evaluate-findings` in words and figures, written into the model card between two marks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecgscribe.core.errors import BadModel
from ecgscribe.data.disk import write_text
from ecgscribe.evaluation.findings_outside import outside_text
from ecgscribe.evaluation.reliability_picture import drawn, save_reliability

START, END = "<!-- scores -->", "<!-- end of scores -->"
FLOORS = {
    ("clean", "superclass_auroc"): 0.90,
    ("phone", "superclass_auroc"): 0.87,
    ("bad-phone", "superclass_auroc"): 0.82,
    ("clean", "normal_auroc"): 0.93,
    ("clean", "statement_auroc"): 0.86,
    ("clean", "calibration_error"): 0.05,
    ("clean", "superclass_calibration_error"): 0.05,
}
"""What the published folder was asked to reach with what the reader gives; the calibration error at most."""
_COLUMNS = (
    ("superclass_auroc", "superclass AUROC"),
    ("superclass_average_precision", "AP"),
    ("normal_auroc", "normal AUROC"),
    ("statement_auroc", "statements AUROC"),
    ("challenge_f", "Challenge 2024 F"),
    ("f1_macro", "F1 macro"),
    ("f1_micro", "F1 micro"),
    ("hamming_loss", "Hamming"),
    ("calibration_error", "ECE"),
)
_ECGBENCH = (("ecgbench_auc", "AUC"), ("ecgbench_f1", "F1"), ("ecgbench_hamming", "Hamming"))
_VERDICTS = (("certain_share", "certain"), ("certain_correct", "of these right"))


PICTURE = "reliability.png"
"""The reliability curves, beside the card."""


def update_card(path: Path, result: Mapping) -> None:
    """Replaces what stands between the marks of the card, and draws `PICTURE` beside it. Raises `BadModel` for a card
    without them."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if START not in text or END not in text:
        raise BadModel(f"{path} has no place for scores.", f"Write {START} and {END} where they belong.")
    head, tail = text.split(START)[0], text.split(END, 1)[1]
    write_text(path, f"{head}{START}\n{scores_text(result)}\n{END}{tail}")
    save_reliability(result, path.with_name(PICTURE))


def scores_text(result: Mapping) -> str:
    """All tables of one evaluation, markdown."""
    parts = [
        f"## Scores on {result['split']} patients",
        "Pages of real PTB-XL records in random styles, layouts, speeds and gains, found and followed as a user's are "
        f"(model {result['model']}, digitiser {result['digitizer']}, seed {result['seed']}). Brackets: 95 % interval "
        "by patient. \"both\" is what the reader gives; \"recorded\" are the record's own signals without a page. "
        "A page that could not be read counts with the mean probability. Macro means over statements take those with "
        "ten or more cases.",
        floors_table(result),
        "### By condition",
        conditions_table(result["conditions"], _COLUMNS),
        "ECGBench's three figures (its AUC is the mean of sensitivity and specificity of the superclasses said), and "
        "the share of verdicts that are not \"uncertain\":",
        conditions_table(result["conditions"], (*_ECGBENCH, *_VERDICTS)),
        "### Controls",
        "What needs no look at the ECG; the shuffled ones read another patient's page.",
        _table({name: {"": held} for name, held in result["controls"].items()}, _COLUMNS, "control"),
        "### Calibration",
        f"![Reliability curves]({PICTURE})" if drawn(result) else "",
        *(reliability_table(name, result) for name in ("clean", "phone") if name in result["conditions"]),
        "### Evidence",
        occlusion_text(result.get("occlusion")),
        outside_text(result["outside"]) if result.get("outside") else "",
        "### Labels on clean pages",
        labels_table(result),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def floors_table(result: Mapping) -> str:
    """What was asked for beside what was reached."""
    lines = ["| floor | asked | reached (both) | |", "|---|---|---|---|"]
    names = {**dict(_COLUMNS), "superclass_calibration_error": "ECE of superclasses"}
    for (condition, score), asked in FLOORS.items():
        held = _last(result["conditions"].get(condition))
        if held is None or held[score]["value"] is None:
            lines.append(f"| {condition}: {names[score]} | {asked:.2f} | not measured | |")
            continue
        value = held[score]["value"]
        good = value <= asked if score.endswith("calibration_error") else value >= asked
        limit = "at most" if score.endswith("calibration_error") else "at least"
        lines.append(
            f"| {condition}: {names[score]} | {limit} {asked:.2f} | {_figure(held[score])} | "
            f"{'reached' if good else 'NOT reached'} |"
        )
    return "\n".join(lines)


def conditions_table(conditions: Mapping, columns) -> str:
    return _table(conditions, columns, "condition")


def _table(groups: Mapping, columns, first: str) -> str:
    """`groups` name -> view -> scores; a row for each."""
    lines = [f"| {first} | view | n | read | " + " | ".join(title for _, title in columns) + " |"]
    lines.append("|" + "---|" * (len(columns) + 4))
    for name, views in groups.items():
        for view, held in views.items():
            cells = " | ".join(_figure(held[score]) for score, _ in columns)
            lines.append(f"| {name} | {view} | {held['n']} | {held['read_share']:.2f} | {cells} |")
    return "\n".join(lines)


def reliability_table(condition: str, result: Mapping) -> str:
    """Said against found, over all labels."""
    held = _last(result["conditions"][condition])
    lines = [
        f"Reliability, {condition} pages (ECE of all labels {_figure(held['calibration_error'])}, of superclasses "
        f"{_figure(held['superclass_calibration_error'])}):",
        "",
        "| mean probability said | share that had it | cells |",
        "|---|---|---|",
    ]
    for point in held["reliability"]:
        lines.append(f"| {point['probability']:.3f} | {point['share']:.3f} | {point['n']} |")
    return "\n".join(lines)


def occlusion_text(held: Mapping | None) -> str:
    """The occlusion test in one sentence."""
    if not held or not held.get("findings"):
        return "No finding was present on the pages of the occlusion test."
    return (
        f"Occlusion test on {held['pages']} clean pages, {held['findings']} findings present: without the marked "
        f"stretch the logit falls by {held['marked_drop']:.3f} on average, without a random one by "
        f"{held['random_drop']:.3f}, without a random one with as much ink by {held['inked_drop']:.3f}. The marked "
        f"place costs more than random ones in {held['wins']:.0%} of findings (95 % interval {held['wins_low']:.0%} to "
        f"{held['wins_high']:.0%}), more than equally inked ones in {held['inked_wins']:.0%} "
        f"({held['inked_low']:.0%} to {held['inked_high']:.0%}); {held['chance']:.0%} would be chance."
    )


def labels_table(result: Mapping) -> str:
    """AUROC and average precision of each label on clean pages."""
    held = _last(result["conditions"].get("clean"))
    if held is None:
        return ""
    lines = ["| label | cases | AUROC | AP |", "|---|---|---|---|"]
    for label in held["labels"]:
        area, precision = ("-" if label[k] is None else f"{label[k]:.3f}" for k in ("auroc", "average_precision"))
        lines.append(f"| {label['code']} ({label['task']}) | {label['cases']} | {area} | {precision} |")
    return "\n".join(lines)


def _last(views: Mapping | None) -> Mapping | None:
    """The view that stands for what the reader gives."""
    return list(views.values())[-1] if views else None


def _figure(score: Mapping) -> str:
    if score["value"] is None:
        return "-"
    interval = "" if score["low"] is None else f" [{score['low']:.3f}, {score['high']:.3f}]"
    return f"{score['value']:.3f}{interval}"
