"""`CaptionScorer`: many systems' captions against one set of references, each reference prepared once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from importlib import metadata

import numpy as np

from .corpus import Items
from .java import MeteorProcess, java_version, meteor_missing, ptb_tokens, spice_missing, spice_scores
from .tokens import RULES, ptb_like

TOKENIZERS = ("auto", "ptb", "rules")


class CaptionScorer:
    """Scores captions against `references`, one text each.

    `train_references` give the document frequencies of `cider_train_df`; `tokenizer` is "ptb" (Java),
    "rules" (no Java) or "auto" (ptb where Java runs). Both sides go through the same one.
    `missing` says per metric why it is None; `library` names tokenizer, libraries and versions.
    Raises `ValueError` for an unknown tokenizer or an empty set.
    """

    def __init__(
        self, references: Sequence[str], train_references: Sequence[str] | None = None, tokenizer: str = "auto"
    ):
        if tokenizer not in TOKENIZERS:
            raise ValueError(f"Tokenizer {tokenizer!r} does not exist; known: {', '.join(TOKENIZERS)}.")
        if len(references) == 0:
            raise ValueError("There are no references to score against.")
        self.missing: dict[str, str] = {}
        self._tokenizer = self._chosen(tokenizer)
        self._references = self.tokenise(references)
        self._test = _document_frequency(self._references)
        self._train = None if train_references is None else _document_frequency(self.tokenise(train_references))
        if not self._train or self._train[1] == 0:
            self._train = None
            self.missing["cider_train_df"] = "no training captions were given"
        if reason := spice_missing():
            self.missing["spice"] = reason
        if reason := meteor_missing():
            self.missing["meteor"] = reason
        self._meteor: MeteorProcess | None = None  # started when it is first needed: it takes seconds and a gigabyte

    @property
    def library(self) -> dict[str, str | None]:
        """What the scores were computed with."""
        names = {"ptb": "PTBTokenizer, Stanford CoreNLP 3.4.1, lower-cased", "rules": RULES}
        return {
            "library": f"pycocoevalcap {metadata.version('pycocoevalcap')}",
            "tokenizer": names[self._tokenizer],
            "numpy": np.__version__,
            "meteor": None if "meteor" in self.missing else "METEOR 1.5, English, -norm",
            "java": java_version(),
        }

    def tokenise(self, texts: Sequence[str]) -> list[str]:
        """Each text as its tokens, joined by blanks."""
        return ptb_tokens(texts) if self._tokenizer == "ptb" else [ptb_like(text) for text in texts]

    def items(self, predictions: Sequence[str | None]) -> Items:
        """What each prediction contributes; None counts as an empty caption.

        Raises `ValueError` unless there is one prediction for each reference.
        """
        if len(predictions) != len(self._references):
            raise ValueError(f"{len(predictions)} predictions for {len(self._references)} references.")
        hypotheses = self.tokenise([text or "" for text in predictions])
        references = self._references
        return Items(
            bleu=_bleu_counts(hypotheses, references),
            rouge_l=_rouge_l(hypotheses, references),
            cider=_cider(hypotheses, references, self._test),
            cider_train_df=None if self._train is None else _cider(hypotheses, references, self._train),
            meteor=self._run("meteor", hypotheses, self._meteor_statistics),
            spice=self._run("spice", hypotheses, spice_scores),
        )

    def close(self) -> None:
        """Ends the Java process of METEOR."""
        if self._meteor is not None:
            self._meteor.close()
            self._meteor = None

    def __enter__(self) -> CaptionScorer:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _chosen(self, tokenizer: str) -> str:
        if tokenizer == "ptb" and java_version() is None:
            raise ValueError("Tokenizer 'ptb' needs Java, which is not installed here; use 'auto' or 'rules'.")
        return ("rules" if java_version() is None else "ptb") if tokenizer == "auto" else tokenizer

    def _meteor_statistics(self, hypotheses: list[str], references: list[str]) -> np.ndarray:
        if self._meteor is None:
            self._meteor = MeteorProcess()
        return self._meteor.statistics(hypotheses, references)

    def _run(self, name: str, hypotheses: list[str], score) -> np.ndarray | None:
        """A Java score; a failure is kept as the reason why it is missing, in this and in all later calls."""
        if name in self.missing:
            return None
        try:
            return score(hypotheses, self._references)
        except Exception as error:  # whatever Java, its memory or the disk may raise: the other scores must survive
            self.missing[name] = f"failed here: {type(error).__name__}: {error}"
            return None


def _bleu_counts(hypotheses: list[str], references: list[str]) -> np.ndarray:
    from pycocoevalcap.bleu.bleu_scorer import BleuScorer

    scorer = BleuScorer(n=4)
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        scorer += (hypothesis, [reference])
    rows = [[item["testlen"], item["reflen"][0], *item["guess"], *item["correct"]] for item in scorer.ctest]
    return np.array(rows, dtype=np.float64)


def _rouge_l(hypotheses: list[str], references: list[str]) -> np.ndarray:
    from pycocoevalcap.rouge.rouge import Rouge

    rouge = Rouge()
    return np.array([rouge.calc_score([h], [r]) for h, r in zip(hypotheses, references, strict=True)])


def _document_frequency(texts: list[str]) -> tuple[dict[tuple[str, ...], float], int]:
    """In how many texts each n-gram of 1 to 4 words stands, and how many texts there are."""
    from pycocoevalcap.cider.cider_scorer import precook

    frequency: dict[tuple[str, ...], float] = defaultdict(float)
    for text in texts:
        for ngram in precook(text):
            frequency[ngram] += 1
    return frequency, len(texts)


def _cider(
    hypotheses: list[str], references: list[str], frequency: tuple[dict[tuple[str, ...], float], int]
) -> np.ndarray:
    """CIDEr-D per item with given document frequencies.

    pycocoevalcap takes log(number of its references) for the size of the corpus and reads its candidates
    only as far as there are any, so references are topped up with empty ones to that size.
    """
    from pycocoevalcap.cider.cider_scorer import CiderScorer

    known, documents = frequency
    scores: list[float] = []
    for start in range(0, len(hypotheses), documents):
        scorer = CiderScorer()
        for hypothesis, reference in zip(
            hypotheses[start : start + documents], references[start : start + documents], strict=True
        ):
            scorer += (hypothesis, [reference])
        scorer.crefs += [[]] * (documents - len(scorer.crefs))
        scorer.document_frequency = defaultdict(float, known)
        scores += scorer.compute_cider()
    return np.array(scores, dtype=np.float64)
