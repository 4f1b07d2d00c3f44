"""Where training starts: own vocabulary, a folder, another picture size."""

import pytest
import torch

from ecgscribe.captioner.folder import load_blip
from ecgscribe.core.errors import BadModel
from ecgscribe.training.options import TrainOptions
from ecgscribe.training.start import resize_vision, small_sizes, start_model, start_tokenizer


@pytest.mark.parametrize("name, size, patch", [("blip", 384, 24), ("published", 224, 16), ("bands", 336, 24)])
def test_small_sizes_follow_the_preprocessing(name, size, patch):
    sizes = small_sizes(TrainOptions.build({"preprocess": name}))
    if name == "bands":
        assert sizes["image_size"] % sizes["patch_size"] == 0
    else:
        assert (sizes["image_size"], sizes["patch_size"]) == (size, patch)


def test_own_vocabulary_is_learnt_once(tmp_path):
    options = TrainOptions.build({"vocabulary": 300})
    first = start_tokenizer(options, ["sinus rhythm", "sinus rhythm, 0.12 s"], tmp_path / "t")
    again = start_tokenizer(options, ["other words entirely"] * 9, tmp_path / "t")
    assert first.get_vocab() == again.get_vocab()


def test_vision_resized_keeps_position_and_runs(tiny):
    model, _ = load_blip(tiny.start)
    before = model.vision_model.embeddings.position_embedding.detach().clone()
    resize_vision(model, 224)
    assert torch.equal(model.vision_model.embeddings.position_embedding, before)
    resize_vision(model, 448)
    table = model.vision_model.embeddings.position_embedding
    assert table.shape[1] == 65 and torch.equal(table[:, 0], before[:, 0])
    # corners of the larger grid stay near those of the smaller one
    assert (table[0, 1] - before[0, 1]).abs().mean() < (table[0, 1] - before[0, -1]).abs().mean()
    tokens = model.vision_model(torch.zeros(1, 3, 448, 448)).last_hidden_state
    assert tokens.shape[1] == 65


def test_resized_model_survives_its_folder(tiny, tmp_path):
    """Its config and table agree: it loads again by plain from_pretrained, and says the same."""
    from ecgscribe.captioner.folder import save_folder
    from ecgscribe.captioner.generation import Generation
    from ecgscribe.core.preprocess import Preprocess

    model, tokenizer = load_blip(tiny.start)
    resize_vision(model, 112)
    save_folder(tmp_path, model, tokenizer, Preprocess.blip(112), Generation(), half=False)
    again, _ = load_blip(tmp_path)
    pixels = torch.randn(1, 3, 112, 112, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        one, two = (m.eval().vision_model(pixels).last_hidden_state for m in (model, again))
    assert torch.equal(one, two)


def test_a_model_of_another_size_is_made_to_fit(tiny):
    model, _ = start_model(TrainOptions.build({"init": str(tiny.start), "preprocess": "bands"}))
    assert model.vision_model(torch.zeros(1, 3, 336, 336)).last_hidden_state.shape == (1, 37, 32)


def test_start_from_nothing_is_refused(tmp_path):
    with pytest.raises(BadModel, match="does not exist"):
        start_model(TrainOptions.build({"init": str(tmp_path / "nowhere")}))
