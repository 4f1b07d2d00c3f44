"""From what each caption contributes to the scores of a set: sums first, so that resampling is one product."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

METRICS = ("bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "meteor", "cider", "cider_train_df", "spice")
"""Every score, all 0 to 1 but the two CIDEr, which are 0 to 10."""

# METEOR 1.5, English ranking task: Denkowski and Lavie 2014, table 2
_ALPHA, _BETA, _GAMMA, _DELTA = 0.85, 0.2, 0.6, 0.75
_STAGES = np.array([1.0, 0.6, 0.8, 0.6])  # exact, stem, synonym, paraphrase


@dataclass(frozen=True, eq=False)
class Items:
    """What each of n captions contributes.

    `bleu` (n, 10): candidate length, reference length, n-grams guessed 1-4, n-grams correct 1-4;
    `rouge_l`, `cider` (n,); `meteor` (n, 23) counts of METEOR 1.5; `cider_train_df`, `spice` (n,). The
    last three are None when they could not be computed.
    """

    bleu: np.ndarray
    rouge_l: np.ndarray
    cider: np.ndarray
    cider_train_df: np.ndarray | None = None
    meteor: np.ndarray | None = None
    spice: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.rouge_l)

    def take(self, chosen: np.ndarray) -> Items:
        """The items of an index or boolean array; their CIDEr keeps the document frequencies of the whole set."""
        return Items(*(None if part is None else part[chosen] for part in self._parts()))

    def _parts(self) -> list[np.ndarray | None]:
        return [getattr(self, field.name) for field in fields(self)]


def corpus_scores(items: Items, weights: np.ndarray | None = None) -> dict[str, np.ndarray | None]:
    """Every score of a set, or of many resamples of it.

    `weights` (B, n): how often each item counts in each resample; None for the set itself (B = 1).
    Returns metric -> (B,) float64, None for what could not be computed. Raises `ValueError` without items.
    """
    if len(items) == 0:
        raise ValueError("There are no captions to score.")
    counts = np.ones((1, len(items))) if weights is None else np.asarray(weights, dtype=np.float64)
    total = counts.sum(axis=1)

    def mean(part: np.ndarray | None) -> np.ndarray | None:
        return None if part is None else counts @ part / total

    bleu = bleu_of(counts @ items.bleu)
    meteor = None if items.meteor is None else meteor_of(_summed_meteor(items.meteor, counts))
    scores = {f"bleu_{n + 1}": bleu[:, n] for n in range(4)}
    scores |= {"rouge_l": mean(items.rouge_l), "meteor": meteor, "cider": mean(items.cider)}
    return scores | {"cider_train_df": mean(items.cider_train_df), "spice": mean(items.spice)}


def bleu_of(sums: np.ndarray) -> np.ndarray:
    """Summed counts (B, 10) -> corpus BLEU-1 to BLEU-4 (B, 4), with pycocoevalcap's two small constants."""
    tiny, small = 1e-15, 1e-9
    precision = (sums[:, 6:10] + tiny) / (sums[:, 2:6] + small)
    mean = np.cumprod(precision, axis=1) ** (1.0 / np.arange(1, 5))
    ratio = (sums[:, 0] + tiny) / (sums[:, 1] + small)
    with np.errstate(over="ignore"):
        brevity = np.exp(1 - 1 / np.minimum(ratio, 1.0))
    return mean * brevity[:, None]


def meteor_of(sums: np.ndarray) -> np.ndarray:
    """Summed counts (B, 23) -> METEOR 1.5 (B,).

    Fields: lengths of candidate and reference; their function words; for each of the four stages content
    matches of candidate and reference, function matches of both; chunks; matched words of both.
    """
    stages = sums[:, 4:20].reshape(len(sums), 4, 2, 2)  # stage, content or function, candidate or reference
    matches = np.einsum("s,bskc,k->bc", _STAGES, stages, np.array([_DELTA, 1 - _DELTA]))
    lengths, functions = sums[:, 0:2], sums[:, 2:4]
    weighted = _DELTA * (lengths - functions) + (1 - _DELTA) * functions
    share = np.divide(matches, weighted, out=np.zeros_like(matches), where=weighted > 0)
    precision, recall = share[:, 0], share[:, 1]
    below = _ALPHA * precision + (1 - _ALPHA) * recall
    mean = np.divide(precision * recall, below, out=np.zeros_like(below), where=below > 0)
    words = (sums[:, 21] + sums[:, 22]) / 2
    fragments = np.divide(sums[:, 20], words, out=np.zeros_like(words), where=words > 0)
    return mean * (1 - _GAMMA * fragments**_BETA)


def _summed_meteor(statistics: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Sums (B, 23); a caption that matches its whole reference in one piece adds no chunk, as in METEOR itself."""
    summable = statistics.copy()
    whole = (statistics[:, 21:23] == statistics[:, 0:2]).all(axis=1) & (statistics[:, 20] == 1)
    summable[whole, 20] = 0
    return counts @ summable
