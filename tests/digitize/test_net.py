"""The network's shapes, its folder, and that folding and float16 change nothing that matters."""

import json

import numpy as np
import pytest
import torch

from ecgscribe.core.errors import BadModel
from ecgscribe.digitize.folder import load_network, save_network
from ecgscribe.digitize.net import TraceConfig, TraceNet, folded

SMALL = TraceConfig((8, 8, 8, 8), 1)


@pytest.fixture
def network():
    torch.manual_seed(0)
    made = TraceNet(SMALL)
    for module in made.modules():  # statistics as after some training
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2.0)
    return made


def image(width=64, seed=0):
    return np.random.default_rng(seed).uniform(0, 1, (2, 96, width)).astype(np.float32)


def test_every_column_has_a_distribution_over_heights_and_absence(network):
    first, second = network.probabilities([image(64), image(96)])
    assert first.shape == (128, 96) and second.shape == (192, 96)
    assert first.min() >= 0 and (first.sum(axis=1) < 1).all(), "the rest is absence"


def test_folding_the_normalisation_changes_nothing(network):
    before = network.probabilities([image()])[0]
    after = folded(network).probabilities([image()])[0]
    assert np.abs(before - after).max() < 1e-5


def test_a_saved_network_reads_the_same(network, tmp_path):
    before = network.probabilities([image()])[0]
    loaded, revision = load_network(save_network(network, tmp_path / "model"))
    assert np.abs(loaded.probabilities([image()])[0] - before).max() < 2e-3, "float16 weights"
    assert len(revision) == 12
    assert loaded.config == SMALL


def test_a_cell_tells_its_own_columns_and_heights():
    network = TraceNet(SMALL).eval()
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.copy_(torch.arange(40.0))
    logits = network(torch.zeros(1, 2, 32, 32))[0]
    assert logits.shape == (33, 64)
    # bias k of the head: row k // 8 of the cell, column k % 8; the last eight are absence
    assert torch.allclose(logits[:4, :8], torch.arange(32.0).reshape(4, 8))
    assert torch.allclose(logits[-1, :8], torch.arange(32.0, 40.0))
    assert torch.allclose(logits[4:8, 8:16], logits[:4, :8])


@pytest.mark.parametrize("break_it", ["no weights", "other kind", "other shape", "no json"])
def test_broken_folders_are_refused_in_one_sentence(network, tmp_path, break_it):
    folder = save_network(network, tmp_path / "model")
    config = folder / "config.json"
    fields = json.loads(config.read_text())
    if break_it == "no weights":
        (folder / "model.safetensors").unlink()
    elif break_it == "no json":
        config.write_text("{")
    else:
        change = {"model_type": "blip"} if break_it == "other kind" else {"channels": [4, 4, 4, 4]}
        config.write_text(json.dumps(fields | change))
    with pytest.raises(BadModel):
        load_network(folder)


def test_a_name_that_is_no_folder_and_no_hub_id_is_refused():
    with pytest.raises(BadModel):
        load_network("./nowhere")
