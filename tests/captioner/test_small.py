"""The small model starts awake, with the right special tokens, and fits its size."""

import pytest
import torch

from ecgscribe.captioner.small import small_blip, small_config
from ecgscribe.core.errors import BadOption

TINY = {"image_size": 48, "vision_layers": 1, "text_layers": 1, "hidden": 32, "heads": 2, "vision_inner": 32}


def test_size_of_the_embedded_model():
    """With the domain vocabulary of 1,500 it stays under 9.7 million parameters: under 19.5 MB in halves."""
    from transformers import BlipForConditionalGeneration

    class Tokens:
        bos_token_id, sep_token_id, pad_token_id = 5, 3, 0

        def __len__(self):
            return 1500

    with torch.device("meta"):
        model = BlipForConditionalGeneration(small_config(Tokens()))
    assert 9_000_000 < sum(p.numel() for p in model.parameters()) < 9_700_000


def test_vision_is_not_initialised_to_nothing(tokenizer):
    """transformers' own default (1e-10) makes two different pictures look alike to five decimals."""
    model = small_blip(tokenizer, **TINY).eval()
    for name, weight in model.vision_model.named_parameters():
        if weight.dim() > 1 and "weight" in name:
            assert weight.std() > 0.015, name
    pixels = torch.randn(2, 3, 48, 48, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        one, two = model.vision_model(pixels).last_hidden_state
    assert (one - two).abs().mean() > 0.1


def test_special_tokens_are_the_tokenizers(tokenizer):
    text = small_config(tokenizer, **TINY).text_config
    assert text.vocab_size == len(tokenizer)
    assert text.bos_token_id == tokenizer.convert_tokens_to_ids("[DEC]")
    assert text.sep_token_id == text.eos_token_id == tokenizer.sep_token_id
    assert text.pad_token_id == tokenizer.pad_token_id


def test_label_smoothing_reaches_the_decoder(tokenizer):
    model = small_blip(tokenizer, **TINY, label_smoothing=0.1)
    assert model.text_decoder.label_smoothing == 0.1


def test_seed_decides_the_weights_and_nothing_else(tokenizer):
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    one, two, other = (small_blip(tokenizer, seed=seed, **TINY) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_sizes_must_fit(tokenizer):
    with pytest.raises(BadOption, match="336 px in patches of 25 px"):
        small_config(tokenizer, patch_size=25)
