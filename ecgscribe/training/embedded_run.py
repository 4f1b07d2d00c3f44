"""Data, vocabulary and folder around the recipe of the embedded model: PTB-XL folder in, model folder out."""

from __future__ import annotations

from pathlib import Path

from ecgscribe.captioner.folder import save_folder
from ecgscribe.captioner.generation import Generation
from ecgscribe.captioner.small import small_blip
from ecgscribe.captioner.tokenizer import build_tokenizer
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.text.caption import caption_of
from ecgscribe.text.translate import translator_named
from ecgscribe.training.embedded import EmbeddedOptions, EmbeddedTraining
from ecgscribe.training.language import report_bank
from ecgscribe.training.recordbank import fold_split, load_bank, read_split


def train_embedded(
    ptbxl: Path, split_file: Path | None, excluded: frozenset[int], output: Path, work: Path, options: EmbeddedOptions
) -> EmbeddedTraining:
    """Trains and writes the folder. `excluded` ecg_ids teach nothing, neither page nor report."""
    source = PtbXl(ptbxl)
    split = read_split(split_file) if split_file else fold_split(source)
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
    save_folder(output, training.model, tokenizer, preprocess, Generation())
    return training


def _vocabulary(folder: Path, captions: list[str]):
    """The tokenizer of this run: learnt once and kept, since a mended glossary would number the tokens anew."""
    from transformers import PreTrainedTokenizerFast

    if not folder.is_dir():
        temporary = folder.with_name(folder.name + ".tmp")
        build_tokenizer(captions, vocab_size=1500).save_pretrained(temporary)
        temporary.rename(folder)
    return PreTrainedTokenizerFast.from_pretrained(folder)
