"""The model card of a finished training: what was trained, on what, with what, and what it is not."""

from __future__ import annotations

from typing import Any

_FRONT = """---
license: apache-2.0
language: en
library_name: transformers
pipeline_tag: image-to-text
tags:
- ecg
- blip
- image-captioning
- ecgscribe
{base}---
"""
_BODY = """
# {title}

Writes an English report for a picture of a 12-lead ECG. {origin}

**Not a medical device; not for diagnosis.** It makes mistakes, also confident ones: a physician must check every word.

## Use

```python
from ecgscribe import Reader

print(Reader.from_pretrained("{name}").read("page.png").caption)
```

Plain transformers loads the folder too (`BlipForConditionalGeneration`, `BlipProcessor`); then the page must be cut
out and prepared as preprocess.json says, and the settings of generation.json must be passed to `generate`.

## Data

{data}

## Training

{training}

## Scores

{scores}
"""


def training_card(record: dict[str, Any], has_results: bool = False) -> str:
    """README.md from the record of a training (training.json)."""
    options = record["options"]
    scratch = options["init"] == "small"
    base = "" if scratch or not _is_hub_id(options["init"]) else f"base_model: {options['init']}\n"
    origin = (
        "Trained from scratch: a small BLIP with its own vocabulary."
        if scratch
        else f"Fine-tuned from `{options['init']}`."
    )
    scenario = f" Scenario `{options['scenario']}`." if options["scenario"] else ""
    return _FRONT.format(base=base) + _BODY.format(
        title=record["name"],
        name=record["name"],
        origin=origin + scenario,
        data=_bullets(_data_lines(record)),
        training=_table(record),
        scores="See results.json, written by evaluate_hf.py." if has_results else _not_scored(record),
    )


def _data_lines(record: dict[str, Any]) -> list[str]:
    lines = [f"data set: `{record['options']['dataset']}`"]
    for split, counts in record["rows"].items():
        line = f"{split}: {counts['used']} rows"
        if counts["cut"]:
            line += f", {counts['cut']} captions cut at {record['options']['max_tokens']} tokens"
        lines.append(line)
        lines += [f"{split}: {count} rows left out ({reason})" for reason, count in sorted(counts["dropped"].items())]
    return lines


def _table(record: dict[str, Any]) -> str:
    shown = (
        "preprocess epochs batch_size accumulation learning_rate weight_decay warmup_share schedule max_grad_norm "
        "label_smoothing bf16 keep seed"
    ).split()
    rows = [(name.replace("_", " "), record["options"][name]) for name in shown]
    rows += [
        ("processes", record["processes"]),
        ("steps", record["steps"]),
        ("seconds", round(record["seconds"])),
        ("device", record["device"]),
        ("parameters", f"{record['parameters']:,}"),
        ("preprocess digest", record["preprocess_digest"]),
        ("versions", ", ".join(f"{name} {version}" for name, version in record["versions"].items())),
    ]
    if record["best_validation_loss"] is not None:
        rows.append(("best validation loss", f"{record['best_validation_loss']:.4f} nats a token"))
    return "\n".join(["| what | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _not_scored(record: dict[str, Any]) -> str:
    return f"Not scored yet: run `python evaluate_hf.py --model {record['name']} --dataset DATASET --out DIR`."


def _bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _is_hub_id(name: str) -> bool:
    return name.count("/") == 1 and not name.startswith((".", "/"))
