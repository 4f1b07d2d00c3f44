"""The dry run: right counts without weights or network, and a memory figure that is near the truth."""

import pytest
import torch

from ecgscribe.captioner.small import small_blip
from ecgscribe.captioner.tokenizer import build_tokenizer
from ecgscribe.cli.main import main
from ecgscribe.training.estimate import activation_bytes, config_of, estimate, wanted_rows
from ecgscribe.training.options import TrainOptions
from ecgscribe.training.scenarios import SCENARIOS

NOMINAL = {"base-7000": (5600, 14000), "base-14000": (11200, 28000), "base-21671-6": (17337, 26010)}
NOMINAL |= {"base-21671-10": (17337, 43350), "base-21671-12": (17337, 52020), "large-7000": (5600, 14000)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios(name):
    rows, steps = NOMINAL[name]
    guess = estimate(TrainOptions.build({"scenario": name}), {"train": 17337, "validation": 2167})
    assert (guess.train_rows, guess.steps) == (rows, steps)
    # published checkpoints: 224 and 446 million weights once the tied word table is counted once
    assert guess.parameters == pytest.approx(446e6 if "large" in name else 224e6, rel=0.01)
    assert 3e9 < guess.memory_bytes < 12e9


def test_steps_with_accumulation_and_processes():
    options = TrainOptions.build({"batch_size": 4, "accumulation": 2, "epochs": 3.0})
    assert estimate(options, {"train": 17}, processes=2).steps_per_epoch == 2
    assert estimate(options, {"train": 17}).steps == 9
    assert estimate(TrainOptions.build({"max_steps": 5}), {"train": 17}).steps == 5


def test_wanted_rows():
    assert wanted_rows(0, {"train": 7, "validation": 2}) == (7, 2)
    assert wanted_rows(100, {"train": 70, "validation": 20, "test": 5}) == (70, 10)


def test_activations_are_what_torch_really_keeps():
    """Counted on the meta device and, independently, from a real forward pass."""
    tokenizer = build_tokenizer(["a b c"] * 3, 250)
    sizes = {"image_size": 64, "patch_size": 16, "vision_layers": 2, "text_layers": 2, "hidden": 32, "heads": 2}
    real = small_blip(tokenizer, **sizes)
    with torch.device("meta"):
        hollow = type(real)(real.config)
    kept: dict[int, int] = {}
    weights = {weight.data_ptr() for weight in real.parameters()}

    def pack(tensor):
        if tensor.untyped_storage().data_ptr() not in weights:
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    ids = torch.zeros((3, 10), dtype=torch.long)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = real.train()(torch.zeros(3, 3, 64, 64), ids, torch.ones_like(ids), labels=ids)
    assert output.loss.requires_grad
    assert activation_bytes(hollow, 3, 10) == pytest.approx(sum(kept.values()), rel=0.2)


def test_dry_run_prints_and_needs_nothing(capsys):
    assert main(["train", "--scenario", "large-7000", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "5,600" in out and "14,000" in out and "GiB" in out


def test_dry_run_counts_a_folder(tiny, capsys):
    assert main(["train", "--dataset", str(tiny.dataset), "--epochs", "2", "--batch-size", "4", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "training rows      16" in out and "steps in all       8" in out


def test_dry_run_without_any_size_is_refused(capsys):
    assert main(["train", "--dry-run"]) == 2
    assert "--scenario" in capsys.readouterr().err


def test_config_of_a_folder(tiny):
    config = config_of(TrainOptions.build({"init": str(tiny.start), "preprocess": "bands"}))
    assert (config.vision_config.hidden_size, config.vision_config.image_size) == (32, 336)
