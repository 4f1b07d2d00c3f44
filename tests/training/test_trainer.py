"""Whole trainings of a few steps: what is left behind, resuming, division of batches, refusals."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from model_files import MODEL_FILES
from safetensors.torch import load_file

from ecgscribe.captioner.blip import Captioner
from ecgscribe.core.errors import BadOption
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.training.collator import Collator, token_text
from ecgscribe.training.options import TrainOptions
from ecgscribe.training.trainer import published_share, train

ROOT = Path(__file__).resolve().parents[2]


def run(tiny, output, **given) -> Path:
    said = []
    folder = train(TrainOptions.build(tiny.options(output, **given)), said.append)
    (folder / "said.log").write_text("\n".join(said))
    return folder


def checkpoint(folder: Path, step: int) -> dict[str, torch.Tensor]:
    return load_file(folder / f"checkpoint-{step}" / "model.safetensors")


def farthest(one: dict, two: dict) -> float:
    assert one.keys() == two.keys()
    return max(float((one[name] - two[name]).abs().max()) for name in one)


@pytest.fixture(scope="module")
def trained(tiny, tmp_path_factory) -> Path:
    """Three steps with validation after each, the best kept."""
    return run(tiny, tmp_path_factory.mktemp("run") / "model", keep="best", save_steps=1, num_beams=2)


def test_a_complete_folder_is_left(trained):
    names = {path.name for path in trained.iterdir() if path.is_file()}
    assert names >= MODEL_FILES | {"train_options.json", "training.json"}
    assert not list(trained.glob(".writing-*"))


def test_reader_and_plain_transformers_load_it(trained):
    from transformers import BlipForConditionalGeneration, BlipProcessor

    captioner = Captioner.from_pretrained(trained, device="cpu")
    assert captioner.generation.num_beams == 2
    assert captioner.preprocess == Preprocess.published()
    pixels = np.zeros((1, 3, 224, 224), np.float32)
    plain = BlipForConditionalGeneration.from_pretrained(trained).eval()
    ids = plain.generate(torch.from_numpy(pixels), num_beams=2, max_new_tokens=80)
    text = BlipProcessor.from_pretrained(trained).batch_decode(ids, skip_special_tokens=True)
    assert captioner.read_pixels(pixels) == [text[0].strip()]
    assert plain.text_decoder.config.use_cache


def test_record_and_card_tell_the_same(trained):
    record = json.loads((trained / "training.json").read_text())
    card = (trained / "README.md").read_text()
    assert record["rows"]["train"] == {"used": 16, "cut": 0, "dropped": {}}
    assert (record["steps"], record["processes"]) == (3, 1)
    assert f"{record['best_validation_loss']:.4f}" in card
    assert card.startswith("---\nlicense:") and "Not a medical device" in card
    assert len([entry for entry in record["history"] if "eval_loss" in entry]) == 3


def test_nothing_tells_where_it_was_trained(trained, tiny):
    for path in trained.iterdir():
        if path.is_file() and path.suffix in (".json", ".md"):
            assert str(tiny.dataset.parent) not in path.read_text(), path.name


def test_the_best_weights_are_kept(trained):
    record = json.loads((trained / "training.json").read_text())
    losses = {entry["step"]: entry["eval_loss"] for entry in record["history"] if "eval_loss" in entry}
    assert record["best_validation_loss"] == min(losses.values())


def test_loss_falls(tiny, tmp_path):
    folder = run(tiny, tmp_path / "m", max_steps=30, learning_rate=3e-3)
    losses = [e["loss"] for e in json.loads((folder / "training.json").read_text())["history"] if "loss" in e]
    assert losses[-1] < losses[0] - 0.5


def test_resumed_is_bit_equal(tiny, tmp_path):
    """Four steps in one go, and two steps, interrupted, two more: every parameter equal, bit for bit."""
    whole = run(tiny, tmp_path / "whole", max_steps=4, save_steps=2)
    broken = tmp_path / "broken"
    broken.mkdir()
    options = TrainOptions.build(tiny.options(broken, max_steps=4, save_steps=2))
    with pytest.raises(KeyboardInterrupt):
        train(options, interrupt_after_step(2))
    assert not (broken / "model.safetensors").exists()
    written = (broken / "checkpoint-2" / "model.safetensors").stat().st_mtime_ns
    run(tiny, broken, max_steps=4, save_steps=2, resume=True)
    assert (broken / "checkpoint-2" / "model.safetensors").stat().st_mtime_ns == written, "it began anew"
    assert farthest(checkpoint(whole, 4), checkpoint(broken, 4)) == 0.0
    one, two = load_file(whole / "model.safetensors"), load_file(broken / "model.safetensors")
    assert farthest(one, two) == 0.0
    assert farthest(checkpoint(whole, 2), checkpoint(whole, 4)) > 0.0


def interrupt_after_step(step: int):
    """A `say` that arms an interruption: Trainer saves the checkpoint of `step`, then Ctrl-C comes."""
    from transformers import TrainerCallback

    from ecgscribe.training import trainer

    class Interrupt(TrainerCallback):
        def on_save(self, args, state, control, **kwargs):
            if state.global_step == step:
                raise KeyboardInterrupt

    plain = trainer.CaptionTrainer

    def armed(*args, **kwargs):
        trainer.CaptionTrainer = plain
        made = plain(*args, **kwargs)
        made.add_callback(Interrupt())
        return made

    trainer.CaptionTrainer = armed
    return lambda line: None


def test_accumulated_batches_equal_one_large_batch(tiny, tmp_path):
    """Same gradients, so the same parameters to rounding (BLIP in plain Trainer: four times the gradient)."""
    folders = [
        run(tiny, tmp_path / f"{size}x{count}", batch_size=size, accumulation=count, save_steps=3, max_grad_norm=0.5)
        for size, count in ((8, 1), (2, 4))
    ]
    norms = [first_norm(folder) for folder in folders]
    assert norms[0] == pytest.approx(norms[1], rel=1e-4)
    assert farthest(checkpoint(folders[0], 3), checkpoint(folders[1], 3)) < 2e-5


def first_norm(folder: Path) -> float:
    state = json.loads((folder / "checkpoint-3" / "trainer_state.json").read_text())
    return next(entry["grad_norm"] for entry in state["log_history"] if "grad_norm" in entry)


@pytest.mark.slow
def test_two_processes_equal_one_large_batch(tiny, tmp_path):
    """torchrun with two gloo processes of batch 4 against one process of batch 8."""
    alone = run(tiny, tmp_path / "alone", batch_size=8, save_steps=3)
    given = tiny.options(tmp_path / "two", batch_size=4, save_steps=3)
    flags = [part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_DATASETS_CACHE": str(tmp_path / "datasets")}
    environment["HF_HUB_OFFLINE"] = "1"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [*command, "train_hf.py", *flags], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "2 process(es)" in done.stderr
    assert json.loads((tmp_path / "two" / "training.json").read_text())["processes"] == 2
    assert farthest(checkpoint(alone, 3), checkpoint(tmp_path / "two", 3)) < 2e-5
    assert first_norm(alone) == pytest.approx(first_norm(tmp_path / "two"), rel=1e-4)


def test_bf16_and_gradient_checkpointing_run(tiny, tmp_path):
    plain = run(tiny, tmp_path / "plain", save_steps=3)
    half = run(tiny, tmp_path / "half", save_steps=3, bf16=True)
    lean = run(tiny, tmp_path / "lean", save_steps=3, gradient_checkpointing=True)
    assert 0.0 < farthest(checkpoint(plain, 3), checkpoint(half, 3)) < 0.02
    assert farthest(checkpoint(plain, 3), checkpoint(lean, 3)) < 1e-5


def test_workers_change_nothing(tiny, tmp_path):
    alone = run(tiny, tmp_path / "alone", save_steps=3)
    helped = run(tiny, tmp_path / "helped", save_steps=3, workers=1)
    assert farthest(checkpoint(alone, 3), checkpoint(helped, 3)) == 0.0


def test_no_caption_leaks_into_generation(trained, tiny):
    """What is generated depends on pixels alone: captions of the batch change nothing, and nothing can pass them."""
    import inspect

    captioner = Captioner.from_pretrained(trained, device="cpu")
    assert set(inspect.signature(captioner.read_pixels).parameters) == {"pixels", "seed"}
    pixels = np.random.default_rng(0).normal(size=(2, 3, 224, 224)).astype(np.float32)
    said = captioner.read_pixels(pixels)
    items = [
        {"pixels": picture, "ids": token_text(captioner.tokenizer, text, 96).ids}
        for picture, text in zip(pixels, ("zebra 0.99 s", "quartz rhythm"), strict=True)
    ]
    batch = Collator(captioner.tokenizer.pad_token_id)(items)
    leaked = captioner.decode(captioner.model.generate(**{k: v for k, v in batch.items() if k != "labels"}))
    assert any("zebra" in text or "quartz" in text for text in leaked), "the trap itself has gone"
    assert captioner.read_pixels(batch["pixel_values"].numpy()) == said
    assert not any("zebra" in text or "quartz" in text for text in said)


def test_too_long_captions_are_counted(tiny, tmp_path):
    folder = run(tiny, tmp_path / "m", max_tokens=6, max_steps=1)
    record = json.loads((folder / "training.json").read_text())
    assert 0 < record["rows"]["train"]["cut"] <= 16
    assert "were cut" in (folder / "said.log").read_text()
    assert f"{record['rows']['train']['cut']} captions cut at 6 tokens" in (folder / "README.md").read_text()


def test_a_second_training_in_the_same_folder_is_refused(trained, tiny):
    with pytest.raises(BadOption, match="already holds a training.*--resume"):
        run(tiny, trained)


def test_resuming_with_other_options_is_refused(trained, tiny):
    with pytest.raises(BadOption, match=r"learning_rate.*differ"):
        run(tiny, trained, keep="best", save_steps=1, num_beams=2, resume=True, learning_rate=5e-4)


def test_resuming_on_other_rows_is_refused(tiny, tmp_path):
    from training_rows import write_rows

    broken = tmp_path / "m"
    broken.mkdir()
    with pytest.raises(KeyboardInterrupt):
        train(TrainOptions.build(tiny.options(broken, save_steps=1)), interrupt_after_step(1))
    write_rows(tmp_path / "rows", "train", list(range(1, 16)))
    with pytest.raises(BadOption, match="dataset has changed"):
        run(tiny, broken, save_steps=1, dataset=str(tmp_path / "rows"), resume=True)


def test_a_finished_training_is_left_alone(trained, tiny):
    before = (trained / "model.safetensors").stat().st_mtime_ns
    run(tiny, trained, keep="best", save_steps=1, num_beams=2, resume=True)
    assert "already finished" in (trained / "said.log").read_text()
    assert (trained / "model.safetensors").stat().st_mtime_ns == before


def test_needed_options_are_named():
    with pytest.raises(BadOption, match="--dataset and --output"):
        train(TrainOptions.build({}), lambda line: None)


def test_published_schedule_is_the_notebooks():
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.AdamW([weight], lr=5e-7)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=500, eta_min=1e-6)
    for step in range(1200):
        assert theirs.get_last_lr()[0] == pytest.approx(5e-7 * published_share(step), rel=1e-6)
        optimizer.step()
        theirs.step()


@pytest.mark.slow
def test_from_scratch_with_its_own_vocabulary(tiny, tmp_path):
    folder = run(tiny, tmp_path / "small", init="small", vocabulary=400, max_steps=1, preprocess="published")
    captioner = Captioner.from_pretrained(folder, device="cpu")
    assert captioner.model.config.vision_config.image_size == 224
    assert len(captioner.tokenizer) <= 400
    assert (folder / "model.safetensors").stat().st_size < 19.5e6
    resumed = run(tiny, folder, init="small", vocabulary=400, max_steps=1, preprocess="published", resume=True)
    assert resumed == folder
