"""README.md of models/ecg-findings: what it reads, says, and how it was made; the evaluation adds the scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from ecgscribe.evaluation.findings_card import END, START
from ecgscribe.findings.folder import FindingsModel
from ecgscribe.findings.nets import members_of
from ecgscribe.training.findings import FindingsOptions

_TEXT = """---
license: apache-2.0
library_name: ecgscribe
pipeline_tag: image-classification
tags:
- ecg
- medical
- multi-label
datasets:
- PTB-XL
---
# ecg-findings

What a 12-lead ECG shows, from the picture of its page, from its signals, or from both: normal or abnormal, the five
superclasses of PTB-XL, ten of the eleven labels of the PhysioNet Challenge 2024, and {statements} SCP statements, each
with a calibrated probability and a verdict: present, absent or uncertain. Not a medical device; not for diagnosis.

```python
from ecgscribe.findings.classifier import Classifier

found = Classifier.from_pretrained().read(page)  # an ecgscribe Page; read(page, ecg) or read(None, ecg) as well
for finding in found.findings:
    print(finding.code, finding.name, finding.probability, finding.verdict, finding.evidence)
```

## How it works
Small nets ({parameters:.1f} million weights together, float16 in the file), trained from scratch. The picture net
is a ResNet on a grey frame in which every lead has its own cell, 2.5 s wide and 4 mV high, whatever layout, speed and
gain of the page. {signal_nets}
the same 2.5 s of every lead and ten seconds of a rhythm strip with one encoder.{beat_nets}
Where picture and signals are to be had, their logits are averaged (the picture's share: {shares}).

Probabilities are calibrated on {patients} validation patients (Platt scaling drawn towards all labels, or isotonic
regression), on plain pages and pages after accidents. Thresholds have the greatest F1 on the same patients; labels with
fewer than eight cases there share one. A verdict whose confidence is below {confidence} is "uncertain": the odds are
then within a factor {factor:.1f} of the threshold's. A superclass is at least as likely as its statements, and NORM is
never present beside an abnormal class.

Not assessed: Acute MI (its labels need the 12SL statements of PTB-XL+; every infarct counts as "Old MI"), and the
statements with too few training records: {not_assessed}.

## Training
Real records of PTB-XL (Wagner et al. 2020, CC BY 4.0) by patient; one random variant of every record and epoch: page
style, layout, time window, gain, light, blur, noise, copies, missing leads; for signals noise, drift, jitter, gaps.
Asymmetric loss (Ridnik et al. 2021), class weights, diagnostic likelihoods as weights, running mean of the weights.

{settings}

{epochs}

{mark}

## Labels
{labels}
"""


def card(
    model: FindingsModel, histories: Mapping[str, Sequence[Mapping]], settings: Mapping[str, Mapping] | None = None
) -> str:
    """README.md of the folder; `histories` view -> what every epoch gave, `settings` view -> options of the (last)
    training."""
    limit = model.calibration.confidence
    shares = model.calibration.picture_share
    parameters = sum(weight.numel() for net in model.nets.values() for weight in net.parameters())
    return _TEXT.format(
        statements=sum(label.task == "statement" for label in model.labels),
        parameters=parameters / 1e6,
        signal_nets=signal_nets(model),
        beat_nets=beat_nets(model),
        shares=f"{shares[0]:.1f} for superclasses, {shares[-1]:.1f} for the rest",
        patients=model.calibration.patients,
        confidence=limit,
        factor=limit / (1 - limit),
        not_assessed=", ".join(model.not_assessed) or "none",
        settings=settings_lines(settings or {}, {view: members_of(net) for view, net in model.nets.items()}),
        epochs=epochs_table(histories),
        mark=f"{START}\nNot evaluated yet: `ecgscribe evaluate-findings --update-card` writes the tables here.\n{END}",
        labels=labels_table(model),
    )


def signal_nets(model: FindingsModel) -> str:
    """The beginning of the sentence about the signal net or nets."""
    count = members_of(model.nets["signal"]) if "signal" in model.nets else 0
    if count <= 1:
        return "The signal net hears"
    return f"{count} signal nets, trained alike from different seeds, their logits averaged, hear"


def beat_nets(model: FindingsModel) -> str:
    """The sentences about the nets of the average beat, "" without any."""
    if "beat" not in model.nets:
        return ""
    count, shares = members_of(model.nets["beat"]), model.calibration.beat_share
    nets = "A net hears" if count == 1 else f"{count} nets hear"
    return (
        f" {nets} the average beat of every\nlead, all aligned by their QRS complexes, with rhythm and intervals, so"
        " that leads can be compared although a page\nshows them at different times; these logits are averaged with the"
        f" signal's (share: {shares[0]:.1f} for superclasses, {shares[-1]:.1f} for the rest)."
    )


def settings_lines(settings: Mapping[str, Mapping], members: Mapping[str, int] | None = None) -> str:
    """The command that trains each view (its last training), and all options in words; `members` as of the folder."""
    return "\n\n".join(
        f"```sh\n{command_of(view, options, (members or {}).get(view, 1))}\n```\n\n{view}: "
        + ", ".join(f"{name.replace('_', '-')} {value}" for name, value in options.items())
        for view, options in settings.items()
    )


def command_of(view: str, options: Mapping, members: int = 1) -> str:
    """`train-findings` with what differs from the recipe's defaults."""
    usual = {field.name: field.default for field in fields(FindingsOptions)}
    words = [f"--views {view}", f"--{view}-epochs {options['epochs']}"]
    words += [f"--members {members}"] if members > 1 else []
    for name, value in options.items():
        if name == "start" and value:
            words.append("--start CHECKPOINT")
        elif name != "epochs" and value != usual[name]:
            words.append(f"--{name.replace('_', '-')} {value}")
    return (
        "python -m ecgscribe train-findings --ptbxl DIR --split-file split.csv --work WORK \\\n"
        f"  --output models/ecg-findings {' '.join(words)}"
    )


def epochs_table(histories: Mapping[str, Sequence[Mapping]]) -> str:
    """Validation AUROC of every epoch."""
    lines = [
        "| view | epoch | loss | superclass AUROC plain | all | superclass worn | all | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for view, epochs in histories.items():
        for entry in epochs:
            lines.append(
                f"| {view} | {entry['epoch']} | {entry['loss']:.4f} | {entry['plain_superclass']:.3f} | "
                f"{entry['plain_all']:.3f} | {entry['worn_superclass']:.3f} | {entry['worn_all']:.3f} | "
                f"{entry['seconds']:.0f} |"
            )
    return "\n".join(lines)


def labels_table(model: FindingsModel) -> str:
    """Every label with its support, the picture's threshold and how that was chosen."""
    view = next(view for view in ("picture", "signal", "both") if view in model.calibration.curves)
    limits, chosen = model.calibration.thresholds[view], model.calibration.chosen[view]
    lines = ["| code | name | task | training records | threshold | chosen by |", "|---|---|---|---|---|---|"]
    for label, limit, how in zip(model.labels, limits, chosen, strict=True):
        lines.append(f"| {label.code} | {label.name} | {label.task} | {label.support} | {limit:.2f} | {how} |")
    return "\n".join(lines)
