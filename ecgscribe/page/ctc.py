"""Texts out of the columns of the line reader: the likeliest one, and how likely given words are."""

from __future__ import annotations

import numpy as np

from ecgscribe.page.strips import ALPHABET

_CLASS = {letter: k + 1 for k, letter in enumerate(ALPHABET)}
_LEAST = float(np.exp(-700.0))


def likeliest(columns: np.ndarray) -> tuple[str, float]:
    """(text, mean probability of its letters) of log probabilities (T, letters + 1), column by column."""
    letters, chances = _letters(columns)
    return _text(letters), float(chances.mean()) if len(chances) else 0.0


def sure_digits(columns: np.ndarray, least: float) -> str:
    """The likeliest text of log probabilities (T, letters + 1), "_" for digits of less than `least` probability."""
    letters, chances = _letters(columns)
    sure = [
        "_" if letter.isdigit() and chance < least else letter for letter, chance in zip(letters, chances, strict=True)
    ]
    return _text(sure)


def _letters(columns: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The letters of the likeliest path and the greatest probability of each."""
    best = columns.argmax(axis=1)
    start = np.r_[True, best[1:] != best[:-1]]
    runs = np.flatnonzero(start)
    peaks = np.maximum.reduceat(columns[np.arange(len(best)), best], runs)
    kept = best[runs] > 0
    return [ALPHABET[k - 1] for k in best[runs][kept]], np.exp(peaks[kept])


def _text(letters: list[str]) -> str:
    return " ".join("".join(letters).split())


def path_score(columns: np.ndarray) -> float:
    """Log probability of the likeliest path through (T, letters + 1)."""
    return float(columns.max(axis=1).sum())


class Words:
    """A list of words whose log probabilities are had together; the forward sums of Graves et al. 2006, section 4.1."""

    def __init__(self, words: tuple[str, ...]):
        self.words = words
        longest = max(len(word) for word in words)
        self._labels = np.zeros((len(words), 2 * longest + 1), int)
        self._last = np.array([2 * len(word) for word in words])
        for k, word in enumerate(words):
            self._labels[k, 1 : 2 * len(word) : 2] = [_CLASS[letter] for letter in word]
        self._skip = np.zeros(self._labels.shape)
        self._skip[:, 2:] = (self._labels[:, 2:] > 0) & (self._labels[:, 2:] != self._labels[:, :-2])

    def scores(self, columns: np.ndarray) -> np.ndarray:
        """(words,) log probabilities of log probabilities (T, letters + 1); words less likely than the likeliest path
        by more than a double can tell (e ** -700) are given that much."""
        # each column against its likeliest letter: products of probabilities, ten times quicker than sums of logarithms
        tops = columns.max(axis=1)
        heard = np.exp((columns - tops[:, None]).astype(float))[:, self._labels]  # (T, words, states)
        state = np.zeros(self._labels.shape)
        state[:, :2] = heard[0, :, :2]
        for now in heard[1:]:
            reached = state.copy()
            reached[:, 1:] += state[:, :-1]
            reached[:, 2:] += state[:, :-2] * self._skip[:, 2:]
            state = reached * now
        rows = np.arange(len(state))
        last = state[rows, self._last] + state[rows, self._last - 1]
        return np.log(np.maximum(last, _LEAST)) + float(tops.sum())
