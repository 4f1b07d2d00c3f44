"""The batch and the loss: padding does not count, texts start as generation starts, division changes nothing."""

import numpy as np
import pytest
import torch

from ecgscribe.captioner.small import small_blip
from ecgscribe.captioner.tokenizer import build_tokenizer
from ecgscribe.training.collator import IGNORED, Collator, TokenLoss, token_text

CAPTIONS = ["sinus rhythm", "atrial fibrillation, st-t abnormality in v4-v6, 120/min", "normal ecg", "p-r 0.22 s"]


@pytest.fixture(scope="module")
def tokenizer():
    return build_tokenizer(CAPTIONS * 3, 300)


@pytest.fixture(scope="module")
def model(tokenizer):
    sizes = {"image_size": 32, "patch_size": 16, "vision_layers": 1, "text_layers": 1, "hidden": 32, "heads": 2}
    model = small_blip(tokenizer, dropout=0.0, **sizes)
    with torch.no_grad():  # opinions: a fresh model finds all tokens equally likely, and much would look alike
        model.text_decoder.bert.embeddings.word_embeddings.weight.mul_(10)
    return model


@pytest.fixture(scope="module")
def items(tokenizer):
    generator = np.random.default_rng(0)
    return [
        {"pixels": generator.normal(size=(3, 32, 32)).astype(np.float32), "ids": token_text(tokenizer, text, 96).ids}
        for text in CAPTIONS
    ]


def loss_of(model, batch, total=None, smoothing=0.0):
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    return TokenLoss(smoothing)(model(**inputs), batch["labels"], total)


def test_texts_start_as_generation_starts(model, tokenizer, items):
    batch = Collator(tokenizer.pad_token_id)(items)
    generated = model.generate(pixel_values=batch["pixel_values"], max_new_tokens=2)
    assert (batch["input_ids"][:, 0] == generated[:, 0]).all()
    assert tokenizer.convert_ids_to_tokens(int(generated[0, 0])) == "[DEC]"


def test_ids_end_with_the_token_that_stops_generation(model, tokenizer):
    text = token_text(tokenizer, CAPTIONS[0], 96)
    assert text.ids[-1] == model.config.text_config.sep_token_id
    assert tokenizer.decode(text.ids, skip_special_tokens=True) == CAPTIONS[0]


def test_too_long_captions_are_cut_without_an_end_and_say_so(tokenizer):
    whole, cut = token_text(tokenizer, CAPTIONS[1], 96), token_text(tokenizer, CAPTIONS[1], 6)
    assert (whole.cut, cut.cut, len(cut.ids)) == (False, True, 6)
    assert cut.ids == whole.ids[:6]
    assert tokenizer.sep_token_id not in cut.ids
    exact = token_text(tokenizer, CAPTIONS[1], len(whole.ids))
    assert exact == whole


def test_labels_ignore_padding_and_the_start(tokenizer, items):
    batch = Collator(tokenizer.pad_token_id)(items)
    for row, item in enumerate(items):
        length = len(item["ids"])
        assert (batch["labels"][row, length:] == IGNORED).all()
        assert batch["labels"][row, 0] == IGNORED
        assert batch["labels"][row, 1:length].tolist() == list(item["ids"][1:])
        assert batch["attention_mask"][row].sum() == length
    assert (batch["labels"] != IGNORED).sum() == sum(len(item["ids"]) - 1 for item in items)


def test_padding_does_not_change_the_loss(model, tokenizer, items):
    """The same rows with ten more columns of padding: same loss, same gradient."""
    batch = Collator(tokenizer.pad_token_id)(items)
    wider = {
        "pixel_values": batch["pixel_values"],
        "input_ids": torch.nn.functional.pad(batch["input_ids"], (0, 10), value=tokenizer.pad_token_id),
        "attention_mask": torch.nn.functional.pad(batch["attention_mask"], (0, 10)),
        "labels": torch.nn.functional.pad(batch["labels"], (0, 10), value=IGNORED),
    }
    assert loss_of(model, batch).item() == pytest.approx(loss_of(model, wider).item(), rel=1e-5)


def test_loss_is_blips_own_where_that_is_right(model, tokenizer, items):
    batch = Collator(tokenizer.pad_token_id)(items)
    assert loss_of(model, batch).item() == pytest.approx(model(**batch).loss.item(), rel=1e-5)


def test_blips_own_loss_counts_padding(model, tokenizer, items):
    """The trap itself: if transformers ever mends it, this test says so."""
    batch = Collator(tokenizer.pad_token_id)(items)
    raw = model(**{**batch, "labels": batch["input_ids"]}).loss.item()
    assert raw != pytest.approx(loss_of(model, batch).item(), rel=1e-3)


def test_label_smoothing_acts(model, tokenizer, items):
    batch = Collator(tokenizer.pad_token_id)(items)
    assert loss_of(model, batch, smoothing=0.2).item() != pytest.approx(loss_of(model, batch).item(), rel=1e-3)


@pytest.mark.parametrize("parts", [[1, 3], [2, 2], [1, 1, 1, 1]])
def test_divided_batches_give_the_gradient_of_the_whole(model, tokenizer, items, parts):
    collate = Collator(tokenizer.pad_token_id)
    total = (collate(items)["labels"] != IGNORED).sum()

    def gradient(groups):
        model.zero_grad()
        for group in groups:
            loss_of(model, collate(group), total).backward()
        return torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.grad is not None])

    groups, rest = [], list(items)
    for count in parts:
        groups.append(rest[:count])
        rest = rest[count:]
    assert torch.allclose(gradient(groups), gradient([items]), atol=1e-6)


def test_every_weight_learns(model, tokenizer, items):
    model.zero_grad()
    loss_of(model, Collator(tokenizer.pad_token_id)(items)).backward()
    dead = [name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert [name for name in dead if "key.bias" not in name] == []
