"""`evaluate.load("<this folder>")`: every caption score of ecgscribe in one `evaluate` module."""

from __future__ import annotations

import datasets
import evaluate

# `evaluate` copies only the files that this one names, so all four stand here; it takes any comment
# behind an import for the address of a file to download, so none stands there
from .corpus import METRICS, corpus_scores
from .java import SPICE_JARS
from .scorer import CaptionScorer
from .tokens import RULES

_DESCRIPTION = f"""BLEU-1 to 4, ROUGE-L, METEOR 1.5, CIDEr-D and SPICE of ECG captions, as COCO's evaluation
(pycocoevalcap) computes them, on the same tokens for both sides: PTBTokenizer where Java runs, else {RULES}.
What cannot run (METEOR without Java, SPICE without {" and ".join(SPICE_JARS)}) is None, with the
reason in `missing`."""

_INPUTS = """
predictions: generated captions (str); references: one reference caption each (str);
train_references: training captions, for CIDEr with a fixed scale (`cider_train_df`), optional;
tokenizer: "auto", "ptb" (Java) or "rules" (no Java).
Returns bleu_1 ... bleu_4, rouge_l, meteor, cider, cider_train_df, spice, n, missing, library.
"""

_CITATION = """@article{chen2015microsoft, title={Microsoft {COCO} Captions: Data Collection and Evaluation Server},
author={Chen, Xinlei and Fang, Hao and Lin, Tsung-Yi and Vedantam, Ramakrishna and Gupta, Saurabh and
Dollar, Piotr and Zitnick, C. Lawrence}, journal={arXiv:1504.00325}, year={2015}}"""


class EcgCaptions(evaluate.Metric):
    """The metric that `evaluate.load` finds here."""

    def _info(self) -> evaluate.MetricInfo:
        text = datasets.Value("string")
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features({"predictions": text, "references": text}),
        )

    def _compute(
        self,
        predictions: list[str],
        references: list[str],
        train_references: list[str] | None = None,
        tokenizer: str = "auto",
    ) -> dict:
        with CaptionScorer(references, train_references, tokenizer) as scorer:
            scores = corpus_scores(scorer.items(predictions))
            library, missing = scorer.library, dict(scorer.missing)
        values = {name: None if scores[name] is None else float(scores[name][0]) for name in METRICS}
        return values | {"n": len(references), "missing": missing, "library": library}
