"""Decoding gives back exactly what was encoded, also after a trip through plain transformers."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecgscribe
from ecgscribe.captioner.tokenizer import SPECIAL_TOKENS, build_tokenizer, detokenise, start_token_id
from ecgscribe.core.errors import BadOption

TRAPS = [
    "0.12 s",
    "v4-v6",
    "st-t",
    "p-r 0.22 s",
    "120/min",
    "2:1 block",
    "extrasystole(s)",
    "qrs(t) abnormal",
    "axis +1.5, -0.3 mv",
    "st & t",
    "sinus rhythm, normal ecg. v1, v2.",
    "25 mm/s, 10 mm/mv 40%",
    'qtc 450 ms; [sic] "so-called" 5° >= 3',
]
WORDS = [
    "sinus",
    "rhythm",
    "0.12",
    "s",
    "v4-v6",
    "st-t",
    "120/min",
    "2:1",
    "qrs(t)",
    "+1.5",
    "-0.2",
    "&",
    "ecg.",
    "a,",
    "x;",
]
captions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=20).map(" ".join)
anything = st.text(
    alphabet=[chr(k) for k in range(32, 127) if not chr(k).isupper() and chr(k) not in "[]"], max_size=60
)


def back(tokenizer, text):
    ids = tokenizer(text).input_ids
    assert tokenizer.unk_token_id not in ids
    return tokenizer.decode(ids, skip_special_tokens=True)


@pytest.mark.parametrize("text", TRAPS)
def test_traps_come_back(tokenizer, text):
    assert back(tokenizer, text) == text


@settings(deadline=None)
@given(text=captions | anything.map(str.strip))
def test_any_caption_comes_back(tokenizer, text):
    assert back(tokenizer, text) == text


def test_glossary_comes_back(tokenizer):
    table = Path(ecgscribe.__file__).parent / "text" / "glossary.tsv"
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    column = rows[0].index("english")
    terms = {row[column].lower().strip() for row in rows[1:] if row[column].strip()}
    assert len(terms) > 100
    assert [term for term in terms if back(tokenizer, term) != term] == []


def test_start_token_in_front_is_dropped(tokenizer):
    ids = [tokenizer.bos_token_id, *tokenizer("pr 0.12 s").input_ids[1:]]
    assert tokenizer.decode(ids, skip_special_tokens=True) == "pr 0.12 s"


def test_special_tokens(tokenizer):
    assert [tokenizer.convert_tokens_to_ids(token) for token in SPECIAL_TOKENS] == list(range(7))
    assert tokenizer.convert_ids_to_tokens(start_token_id(tokenizer)) == "[DEC]"
    ids = tokenizer("normal ecg").input_ids
    assert (ids[0], ids[-1]) == (tokenizer.cls_token_id, tokenizer.sep_token_id)


def test_plain_processor_decodes_exactly(tokenizer, tmp_path):
    from transformers import BlipProcessor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    BlipProcessor(BlipImageProcessorPil(), tokenizer).save_pretrained(tmp_path)
    loaded = BlipProcessor.from_pretrained(tmp_path)
    for text in TRAPS:
        ids = loaded(text=text).input_ids
        assert ids == tokenizer(text).input_ids
        assert loaded.decode(ids, skip_special_tokens=True) == text
    assert "token_type_ids" not in loaded(text="normal ecg")


def test_same_texts_same_vocabulary():
    texts = ["sinus rhythm", "normal ecg, 0.12 s", "sinus bradycardia"] * 3
    assert build_tokenizer(texts, 300).get_vocab() == build_tokenizer(texts, 300).get_vocab()


def test_too_small_vocabulary_is_refused():
    with pytest.raises(BadOption, match="20 tokens"):
        build_tokenizer(["a"], vocab_size=20)


@pytest.mark.parametrize(
    "wordpiece, text",
    [
        ("pr 0. 12 s, st - t", "pr 0.12 s, st-t"),
        ("v4 - v6", "v4-v6"),
        ("120 / min, 2 : 1 block", "120/min, 2:1 block"),
        ("qrs ( t ) abnormal", "qrs(t) abnormal"),
        ("extrasystole ( s ).", "extrasystole(s)."),
        ("axis + 1. 5", "axis +1.5"),
        ("st & t", "st & t"),
    ],
)
def test_detokenise_mends_wordpiece(wordpiece, text):
    assert detokenise(wordpiece) == text


@pytest.mark.parametrize("text", TRAPS[:-1])
def test_detokenise_leaves_normal_form(text):
    assert detokenise(text) == text


@given(text=captions)
def test_detokenise_twice_is_once(text):
    assert detokenise(detokenise(text)) == detokenise(text)
