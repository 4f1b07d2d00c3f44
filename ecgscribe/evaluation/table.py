"""results.json as a page of Markdown, for the terminal and for the model card."""

from __future__ import annotations

import re
from typing import Any

from ecgscribe.evaluation.ecg_captions.corpus import METRICS

HEADING = "## Scores"
NAMES = dict(zip(METRICS, ("BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "METEOR", "CIDEr", "CIDEr (train df)",
                           "SPICE"), strict=True))  # fmt: skip
SHORT = ("bleu_1", "bleu_4", "rouge_l", "meteor", "cider", "cider_train_df", "spice")
FINDINGS = {
    "micro_f1": "finding micro F1", "macro_f1": "macro F1", "critical_misses": "critical missed",
    "contradictions": "contradicting", "hallucinations": "said, not in the report",
}  # fmt: skip


def markdown(results: dict[str, Any]) -> str:
    """Every table of one evaluation; the numbers are those of results.json and of nothing else."""
    parts = [_intro(results), _systems(results), _differences(results), _findings(results), _slices(results),
             _remarks(results)]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def fill_card(card: str, results: dict[str, Any]) -> str:
    """A model card whose section "## Scores" holds `markdown(results)`; the section is added when it is not there."""
    section = f"{HEADING}\n\n{markdown(results)}"
    found = re.search(rf"^{re.escape(HEADING)}\s*$", card, re.MULTILINE)
    if found is None:
        return f"{card.rstrip()}\n\n{section}"
    after = re.search(r"^#{1,2} ", card[found.end() :], re.MULTILINE)
    rest = "" if after is None else "\n" + card[found.end() + after.start() :]
    return card[: found.start()] + section + rest


def _intro(results: dict[str, Any]) -> str:
    data, share = results["dataset"], results["distinct_share"]
    lines = [
        f"{results['model']['name']} on the split {data['split']!r} of {data['name']}: {results['n_answered']} of "
        f"{results['n_asked']} pages answered ({data['patients']} patients); a page without a caption counts as an "
        f"empty one. Distinct captions: {_share(share)}. In brackets: 95 % intervals, "
        f"{results['bootstrap']['resamples']} resamples by patient."
    ]
    if results["problems"]:
        most = ", ".join(f"{name} {count}" for name, count in list(results["problems"].items())[:6])
        lines.append(f"Problems on pages: {most}.")
    return "\n\n".join(lines)


def _shown(results: dict[str, Any]) -> list[str]:
    """The metrics that at least one system has."""
    systems = results["systems"].values()
    return [name for name in METRICS if any(system["scores"][name] is not None for system in systems)]


def _systems(results: dict[str, Any]) -> str:
    metrics = _shown(results)
    rows = [
        [f"**{name}**" if name == "model" else name, *(_number(system["scores"][m]) for m in metrics),
         _share(system["distinct_share"])]
        for name, system in results["systems"].items()
    ]  # fmt: skip
    return _grid(["captions of", *(NAMES[m] for m in metrics), "distinct"], rows)


def _differences(results: dict[str, Any]) -> str:
    metrics = [name for name in SHORT if name in _shown(results)]
    rows = [
        [f"model − {name}", *(_number(system["model_minus"][m], signed=True) for m in metrics)]
        for name, system in results["systems"].items()
        if system["model_minus"] is not None
    ]
    head = ["difference, in pairs", *(NAMES[m] for m in metrics)]
    return _grid(head, rows) if rows else ""


def _findings(results: dict[str, Any]) -> str:
    """Scores of what the captions say, in coded findings."""
    systems = results.get("findings") or {}
    rows = [
        [name, *(_number(None if own[m]["value"] is None else own[m]) for m in FINDINGS)]
        for name, own in systems.items()
    ]
    return _grid(["captions of", *FINDINGS.values()], rows) if rows else ""


def _slices(results: dict[str, Any]) -> str:
    metrics = [name for name in SHORT if name in _shown(results)]
    rows = []
    for name, part in results["slices"].items():
        for system in ("model", "modal"):
            scores = part["scores"].get(system)
            if scores is not None:
                rows.append([name, str(part["n"]), system, *(_number(scores[m], bounds=False) for m in metrics)])
        if part["n"] == 0:
            rows.append([name, "0", "", *("" for _ in metrics)])
    return _grid(["part of the rows", "n", "captions of", *(NAMES[m] for m in metrics)], rows)


def _remarks(results: dict[str, Any]) -> str:
    lines = [f"{name}: {system['note']}." for name, system in results["systems"].items()]
    lines += [f"{name}: not made; {reason}." for name, reason in results["systems_missing"].items()]
    lines += [f"{NAMES[name]}: not computed; {reason}." for name, reason in results["metrics_missing"].items()]
    lines.append(_probe(results.get("probe") or {}))
    library = results["library"]
    used = [library["library"], f"tokens by {library['tokenizer']}", library["meteor"], library["java"]]
    lines.append("Computed with " + "; ".join(part for part in used if part) + ".")
    lines.append("CIDEr runs from 0 to 10, all else from 0 to 1; parts keep the whole set's document frequencies.")
    revisions = ", ".join(f"{name} {value}" for name, value in results["model"]["revisions"].items())
    commit = f", commit {results['commit'][:12]}" if results["commit"] else ""
    lines.append(f"{results['when']}, ecgscribe {results['version']}{commit}; {revisions}; "
                 f"rows {results['dataset']['digest']}.")  # fmt: skip
    return "\n".join(f"- {line}" for line in lines if line)


def _probe(probe: dict[str, Any]) -> str:
    if "macro" not in probe:
        return f"Linear probe of the vision tower: {probe['missing']}" if probe.get("missing") else ""
    classes = ", ".join(
        f"{name} {'-' if value is None else f'{value:.3f}'}"
        for name, value in zip(probe["classes"], probe["per_class"], strict=True)
    )
    return (
        f"Linear probe of the vision tower, superclass macro AUROC: {_number(probe['macro'])} ({classes}; the same "
        f"with shuffled labels {probe['shuffled_labels']:.3f})."
    )


def _number(number: dict[str, float | None] | None, signed: bool = False, bounds: bool = True) -> str:
    if number is None:
        return "-"
    form = "+.3f" if signed else ".3f"
    text = format(number["value"], form)
    if not bounds or number["low"] is None:
        return text
    return f"{text} [{number['low']:{form}}, {number['high']:{form}}]"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _grid(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table with even columns, so that it reads well in a terminal too."""
    table = [head, *rows]
    widths = [max(len(row[k]) for row in table) for k in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
             for row in table]  # fmt: skip
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
