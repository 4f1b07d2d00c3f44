"""Data, vocabulary and folder around the recipe of the embedded model: PTB-XL folder in, model folder out."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import torch
import transformers

import ecgscribe
from ecgscribe.captioner.folder import save_folder
from ecgscribe.captioner.generation import Generation
from ecgscribe.captioner.small import small_blip
from ecgscribe.captioner.tokenizer import build_tokenizer
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.split import splits_of
from ecgscribe.text.caption import caption_of
from ecgscribe.text.translate import translator_named
from ecgscribe.training.embedded import EmbeddedOptions, EmbeddedTraining
from ecgscribe.training.language import report_bank
from ecgscribe.training.recordbank import load_bank

TEMPLATE = Path(__file__).resolve().parents[2] / "model_card.md"
GENERATION = Generation(do_sample=True, temperature=0.55, top_p=0.95)
"""How the embedded model writes: chosen on validation captions (docs/log.md); the seed comes from the page."""


def train_embedded(
    ptbxl: Path, split_file: Path | None, excluded: frozenset[int], output: Path, work: Path, options: EmbeddedOptions
) -> EmbeddedTraining:
    """Trains and writes the folder. `excluded` ecg_ids teach nothing, neither page nor report."""
    source = PtbXl(ptbxl)
    split = splits_of(source.rows, split_file)
    translator = translator_named("glossary", None)
    captions = [caption_of(row.report, translator).text for row in source.rows]
    # every report may give words to the vocabulary; only training patients' reports teach sentences
    tokenizer = _vocabulary(work / "tokenizer", [caption for caption in captions if caption])
    held_out = {row.patient_id for row in source.rows if split.get(row.ecg_id) in ("validation", "test")}
    teaching = [
        (row, caption)
        for row, caption in zip(source.rows, captions, strict=True)
        if row.patient_id not in held_out and row.ecg_id not in excluded
    ]
    reports = report_bank([row for row, _ in teaching], [caption for _, caption in teaching])
    train = load_bank(source, split, "train", translator, work, excluded)
    validation = load_bank(source, split, "validation", translator, work, excluded)
    print(
        f"{len(train)} records to train, {len(validation)} to validate, {len(reports.captions)} reports, "
        f"{len(source.problems)} bad records",
        flush=True,
    )
    preprocess = Preprocess.lead_bands()
    model = small_blip(tokenizer, seed=options.seed)
    training = EmbeddedTraining(model, tokenizer, preprocess, train, validation, reports, options, work)
    training.run()
    written = {"README.md": _card(training), "training.json": _record(training)}
    save_folder(output, training.model, tokenizer, preprocess, GENERATION, written)
    return training


def _record(training: EmbeddedTraining) -> str:
    """training.json: options and what every epoch gave."""
    record = {
        "version": ecgscribe.__version__,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "options": asdict(training.options),
        "labels": len(training.names),
        "epochs": training.history,
    }
    return json.dumps(record, indent=1) + "\n"


def _card(training: EmbeddedTraining) -> str:
    """README.md from the template model_card.md; the section of scores is filled by evaluate_hf.py --update-card."""
    lines = [
        "| stage | epoch | seconds | training losses | superclass AUROC | caption loss |",
        "|---|---|---|---|---|---|",
    ]
    for entry in training.history:
        losses = ", ".join(f"{name} {value:.3f}" for name, value in entry["train"].items())
        lines.append(
            f"| {entry['stage']} | {entry['epoch']} | {entry['seconds_all']:.0f} | {losses} | "
            f"{entry.get('superclass_auroc', '')} | {entry.get('caption_loss', '')} |"
        )
    seconds = sum(entry["seconds_all"] for entry in training.history)
    told = (
        f"Batch {training.options.batch}, AdamW, one-cycle rates, seed {training.options.seed}; {seconds:.0f} s. "
        f"AUROC and caption loss are those of {len(training.validation)} validation records on plain pages with known "
        "places of the leads; the epoch with the lowest caption loss is kept."
    )
    parameters = sum(weight.numel() for weight in training.model.parameters())
    fields = {
        "parameters": f"{parameters / 1e6:.1f} million",
        "preprocess": training.preprocess.digest,
        "records": len(training.train),
        "validation": len(training.validation),
        "reports": len(training.reports.captions),
        "training": told + "\n\n" + "\n".join(lines),
        "command": "Command: `python -m ecgscribe train-embedded`; the options and every epoch are in training.json; "
        "how this run went, interruptions included, stands in docs/log.md.",
    }
    return re.sub(r"\{(\w+)\}", lambda found: str(fields[found[1]]), TEMPLATE.read_text(encoding="utf-8"))


def _vocabulary(folder: Path, captions: list[str]):
    """The tokenizer of this run: learnt once and kept, since a mended glossary would number the tokens anew."""
    from transformers import PreTrainedTokenizerFast

    if not folder.is_dir():
        temporary = folder.with_name(folder.name + ".tmp")
        build_tokenizer(captions, vocab_size=1500).save_pretrained(temporary)
        temporary.rename(folder)
    return PreTrainedTokenizerFast.from_pretrained(folder)
