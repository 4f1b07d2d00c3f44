"""BLIP in miniature, from scratch: the architecture of the embedded model, about 9.6 million parameters."""

from __future__ import annotations

from ecgscribe.core.errors import BadOption


def small_config(
    tokenizer,
    image_size: int = 336,
    patch_size: int = 24,
    vision_layers: int = 6,
    text_layers: int = 4,
    hidden: int = 256,
    heads: int = 4,
    vision_inner: int = 1024,
    text_inner: int = 768,
    positions: int = 96,
    dropout: float = 0.1,
    label_smoothing: float = 0.0,
):
    """`BlipConfig` whose numbers fit `tokenizer`.

    Square pictures of `image_size` px in patches of `patch_size` px; `positions` the longest caption in
    tokens. Both towers start from normal(0, 0.02): transformers' default for the vision tower is 1e-10,
    which leaves it blind. Label smoothing belongs to the text part; BLIP ignores it elsewhere.
    Raises `BadOption` for sizes that do not fit.
    """
    from transformers import BlipConfig

    from ecgscribe.captioner.tokenizer import start_token_id

    if image_size % patch_size or hidden % heads:
        raise BadOption(
            f"Picture {image_size} px in patches of {patch_size} px, hidden {hidden} in {heads} heads: no fit.",
            "Both must divide without remainder.",
        )
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": hidden,
        "intermediate_size": text_inner,
        "num_hidden_layers": text_layers,
        "num_attention_heads": heads,
        "max_position_embeddings": positions,
        "projection_dim": hidden,
        "hidden_dropout_prob": dropout,
        "attention_probs_dropout_prob": dropout,
        "label_smoothing": label_smoothing,
        "initializer_range": 0.02,
        "bos_token_id": start_token_id(tokenizer),
        "sep_token_id": tokenizer.sep_token_id,
        "eos_token_id": tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    vision = {
        "hidden_size": hidden,
        "intermediate_size": vision_inner,
        "num_hidden_layers": vision_layers,
        "num_attention_heads": heads,
        "image_size": image_size,
        "patch_size": patch_size,
        "projection_dim": hidden,
        "initializer_range": 0.02,
    }
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=hidden, image_text_hidden_size=hidden)


def small_blip(tokenizer, seed: int = 0, **sizes):
    """`BlipForConditionalGeneration` with random weights drawn from `seed`; `sizes` as in `small_config`."""
    import torch
    from transformers import BlipForConditionalGeneration

    config = small_config(tokenizer, **sizes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return BlipForConditionalGeneration(config)
