"""The recipe of the embedded model: labels, batches, losses, and a run that goes on exactly where it stopped."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ecgscribe.captioner.small import small_blip
from ecgscribe.captioner.tokenizer import build_tokenizer
from ecgscribe.core.errors import BadOption
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.ptbxl import PtbXlRow
from ecgscribe.training.embedded import EmbeddedOptions, EmbeddedTraining
from ecgscribe.training.language import CodeTokens, caption_batch, report_bank
from ecgscribe.training.pretext import SUPERCLASSES, PretextHeads, label_matrix, label_names, statements_of
from ecgscribe.training.recordbank import RecordBank

CAPTIONS = ("sinus rhythm, normal axis, normal ecg.", "atrial fibrillation, left axis deviation.", "")


def bank(count: int = 16) -> RecordBank:
    rng = np.random.default_rng(0)
    rows = tuple(
        PtbXlRow(
            k,
            str(k),
            50.0,
            "male",
            "",
            {"NORM": 100.0} if k % 2 else {"AFIB": 0.0, "IMI": 80.0},
            ("NORM",) if k % 2 else ("MI",),
            1,
            "",
            "",
            True,
        )
        for k in range(count)
    )
    signal = (rng.standard_normal((count, 12, 2500)) * 100).astype(np.int16)
    return RecordBank(rows, tuple(CAPTIONS[k % 2] for k in range(count)), signal)


def training(work, **changes) -> EmbeddedTraining:
    options = replace(
        EmbeddedOptions(language_epochs=1, look_epochs=1, caption_epochs=2, batch=4, workers=0, least_label=2),
        **changes,
    )
    tokenizer = build_tokenizer(CAPTIONS * 4, vocab_size=300)
    model = small_blip(
        tokenizer, seed=1, vision_layers=3, text_layers=1, hidden=32, heads=2, vision_inner=32, text_inner=32
    )
    records = bank()
    reports = report_bank(records.rows, records.captions)
    return EmbeddedTraining(model, tokenizer, Preprocess.lead_bands(), records, records, reports, options, work)


def test_statements_are_the_clauses():
    assert statements_of("sinus rhythm, st depression in v4, v5. pr 0.24 s.") == [
        "sinus rhythm",
        "st depression in v4",
        "pr 0.24 s",
    ]


def test_labels_hold_superclasses_codes_and_statements():
    records = bank()
    names = label_names(records.rows, records.captions, least=3)
    assert tuple(names[:5]) == SUPERCLASSES and "code AFIB" in names and "said normal axis" in names
    matrix = label_matrix(names, records.rows, records.captions)
    assert matrix[1, names.index("NORM")] == 1 and matrix[1, names.index("code AFIB")] == 0
    assert matrix[1, names.index("said atrial fibrillation")] == 1
    assert label_names(records.rows, records.captions, least=100) == list(SUPERCLASSES)


def test_caption_batch_starts_as_generation_does_and_ignores_padding():
    tokenizer = build_tokenizer(CAPTIONS * 4, vocab_size=300)
    batch = caption_batch(tokenizer, CAPTIONS[:2], tokenizer.bos_token_id, 64, "cpu")
    assert (batch["input_ids"][:, 0] == tokenizer.bos_token_id).all()
    assert (batch["labels"][batch["attention_mask"] == 0] == -100).all()
    assert (batch["labels"][batch["attention_mask"] == 1] >= 0).all()


def test_dropped_codes_leave_one_empty_token():
    tokens, mask = CodeTokens(5, 8)([(0, 1, 2), ()], 1.0, np.random.default_rng(0))
    assert tokens.shape == (2, 1, 8) and mask.tolist() == [[1], [1]]


def test_unknown_trace_samples_do_not_count():
    heads = PretextHeads(8, 7)
    tokens = torch.randn(2, 1 + 4, 8)
    told = torch.zeros(2, 2, 2, 12)
    spoilt = told.clone()
    spoilt[0, 0, 0, :6] = float("nan")
    assert torch.isfinite(heads.trace_loss(tokens, spoilt))
    exact = heads.trace(tokens[:, 1:]).reshape(2, 2, 2, 12).detach()
    assert heads.trace_loss(tokens, exact).item() == pytest.approx(0, abs=1e-9)


def test_report_batches_cover_and_repeat(tmp_path):
    recipe = training(tmp_path)
    runs = []
    for _ in range(2):
        batches = recipe._report_batches(np.random.default_rng(1), 4)
        runs.append([next(batches).tolist() for _ in range(4)])
    assert runs[0] == runs[1]
    assert sorted(sum(runs[0], [])) == list(range(16)), "every report once an epoch"


@pytest.mark.parametrize(
    ("stage", "moved"),
    [("language", {"text_decoder"}), ("look", {"vision_model"}), ("caption", {"text_decoder", "vision_model"})],
)
def test_each_stage_trains_its_towers(tmp_path, stage, moved):
    recipe = training(tmp_path)
    optimizer = recipe._optimizer(stage)
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    for tower in ("text_decoder", "vision_model"):
        inside = [id(p) in held for p in getattr(recipe.model, tower).parameters()]
        assert all(inside) if tower in moved else not any(inside), tower


@pytest.mark.slow
def test_a_stopped_run_goes_on_exactly(tmp_path):
    whole = training(tmp_path / "whole")
    whole.run()
    part = training(tmp_path / "part")
    stop = {"at": 0}
    checkpoint = part._checkpoint

    def interrupted(*args):
        checkpoint(*args)
        stop["at"] += 1
        if stop["at"] == 3:  # after the first caption epoch
            raise KeyboardInterrupt

    part._checkpoint = interrupted
    with pytest.raises(KeyboardInterrupt):
        part.run()
    again = training(tmp_path / "part")
    again.run()
    assert [entry["stage"] for entry in again.history] == ["language", "look", "caption", "caption"]
    for (name, a), (_, b) in zip(whole.parts.state_dict().items(), again.parts.state_dict().items(), strict=True):
        assert torch.equal(a, b), name


def test_other_options_are_refused(tmp_path):
    options = {"language_epochs": 1, "look_epochs": 0, "caption_epochs": 0}
    training(tmp_path, **options).run()
    with pytest.raises(BadOption, match="other options"):
        training(tmp_path, **options, seed=7).run()


def test_the_command_has_the_defaults_of_the_recipe():
    from ecgscribe.cli.train_embedded import DEFAULTS

    options = EmbeddedOptions()
    assert {name: getattr(options, name) for name in DEFAULTS} == DEFAULTS
