"""A small tokenizer of our own vocabulary whose decoding gives the text back exactly.

BERT's WordPiece forgets where blanks were ("0.12 s" comes back as "0. 12 s"). Here the blank before a
word is part of its token, so `tokenizer.decode(ids, skip_special_tokens=True)` restores the text with
plain transformers and no code of ours. The special tokens are BLIP's.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable

from ecgscribe.core.errors import BadOption

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]")
BLANK = "\u2581"
# What reports may hold beyond ASCII once compatibility forms are folded (micro sign, degree, comparison signs).
_SIGNS = "°μ±≥≤≠×→←↑↓–—'’“”€§"
_ALPHABET = sorted(set(string.printable) - set(string.ascii_uppercase) - set("\t\n\r\x0b\x0c ") | set(_SIGNS))
# A word with its blank, or one digit with its blank, or one other sign with its blank. Digits stay apart so
# that every number can be written; "v" and "4" of "v4" are two tokens of which the second has no blank.
_PIECES = rf"{BLANK}?[^\W\d_]+|{BLANK}?\d|{BLANK}?[^\w\s]|{BLANK}?_|{BLANK}"


def build_tokenizer(texts: Iterable[str], vocab_size: int = 1500, max_length: int = 96):
    """Learn a vocabulary of at most `vocab_size` tokens from captions.

    Returns a `PreTrainedTokenizerFast` with BLIP's special tokens ([DEC] is bos, [SEP] is eos and sep)
    that lower-cases, drops accents, adds [CLS] and [SEP], and decodes exactly. ASCII is always covered, other
    characters when `texts` hold them. Raises `BadOption` for a vocabulary too small for the alphabet.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    least = len(SPECIAL_TOKENS) + 2 * len(_ALPHABET) + 1
    if vocab_size < least:
        raise BadOption(f"A vocabulary of {vocab_size} tokens is too small.", f"Take at least {least}.")
    inner = Tokenizer(models.BPE(unk_token="[UNK]", fuse_unk=False))
    inner.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement=BLANK, prepend_scheme="always", split=False),
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
        ]
    )
    inner.decoder = decoders.Metaspace(replacement=BLANK, prepend_scheme="always", split=False)
    inner.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocab_size,
            min_frequency=2,
            special_tokens=list(SPECIAL_TOKENS),
            initial_alphabet=[*_ALPHABET, BLANK],
            show_progress=False,
        ),
    )
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(token, inner.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        bos_token="[DEC]",
        eos_token="[SEP]",
        additional_special_tokens=["[ENC]"],
        model_max_length=max_length,
        padding_side="right",
        clean_up_tokenization_spaces=False,
        model_input_names=["input_ids", "attention_mask"],
    )


def start_token_id(tokenizer) -> int:
    """The token that BLIP's decoder starts with: [DEC].

    Published BLIP checkpoints ship a plain BERT tokenizer that does not know it; there it is the one
    number after the vocabulary, 30522, as in their configuration. Raises `BadOption` otherwise.
    """
    if tokenizer.bos_token_id is not None:
        return tokenizer.bos_token_id
    if len(tokenizer) == 30522:
        return 30522
    raise BadOption(f"The tokenizer ({len(tokenizer)} tokens) has no start token.", "Give it bos_token='[DEC]'.")


def detokenise(text: str) -> str:
    """Captions decoded by a BERT WordPiece tokenizer, in our normal form again.

    Joins what WordPiece set apart: "0. 12 s" -> "0.12 s", "v4 - v6" -> "v4-v6", "120 / min" -> "120/min",
    "qrs ( t )" -> "qrs(t)". Needed only for models with a published BERT vocabulary; our own tokenizer
    decodes exactly. A text already in normal form stays as it is.
    """
    text = " ".join(text.split())
    text = re.sub(r" ([.,;:!?%)\]])", r"\1", text)
    text = re.sub(r"([(\[]) ", r"\1", text)
    text = re.sub(r"(\d)([.:]) (?=\d)", r"\1\2", text)
    text = re.sub(r"(?<=\w) ?([-/]) ?(?=\w)", r"\1", text)
    text = re.sub(r"(^| )([+-]) (?=\d)", r"\1\2", text)
    return re.sub(r"(?<=\w) \((s|es|t)\)", r"(\1)", text)
