"""Texts out of the columns of the line reader: the likeliest one, and how likely given words are."""

from __future__ import annotations

import numpy as np

from ecgscribe.page.strips import ALPHABET

_CLASS = {letter: k + 1 for k, letter in enumerate(ALPHABET)}
_LEAST = float(np.exp(-700.0))
_TOGETHER = 24  # strips at a time: their sums stay near the processor


def told(columns: np.ndarray, least: float) -> tuple[str, float, str]:
    """(text, mean probability of its letters, the text with "_" for digits of less than `least` probability) of log
    probabilities (T, letters + 1), column by column."""
    letters, chances = _letters(columns)
    sure = [
        "_" if letter.isdigit() and chance < least else letter for letter, chance in zip(letters, chances, strict=True)
    ]
    return _text(letters), float(chances.mean()) if len(chances) else 0.0, _text(sure)


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
        return self.scores_of([columns])[0]

    def scores_of(self, strips: list[np.ndarray]) -> list[np.ndarray]:
        """`scores` of the columns of several strips, which are walked through together: a step of one alone is short
        work."""
        order = sorted(range(len(strips)), key=lambda k: -len(strips[k]))
        found: dict[int, np.ndarray] = {}
        for first in range(0, len(order), _TOGETHER):
            part = order[first : first + _TOGETHER]
            found |= zip(part, self._walked([strips[k] for k in part]), strict=True)
        return [found[k] for k in range(len(strips))]

    def _walked(self, strips: list[np.ndarray]) -> np.ndarray:
        """(strips, words) scores of strips from the longest to the shortest."""
        # each column against its likeliest letter: products of probabilities, ten times quicker than sums of logarithms
        tops = [columns.max(axis=1) for columns in strips]
        heard = np.zeros((len(strips[0]), len(strips), strips[0].shape[1]))
        for k, (columns, top) in enumerate(zip(strips, tops, strict=True)):
            heard[: len(columns), k] = np.exp((columns - top[:, None]).astype(float))
        state = np.zeros((len(strips), *self._labels.shape))
        reached, leapt = np.empty_like(state), np.empty_like(state[:, :, 2:])
        state[:, :, :2] = heard[0][:, self._labels[:, :2]]
        lengths = np.array([len(columns) for columns in strips])
        for step in range(1, len(heard)):
            left = int((lengths > step).sum())  # the longest come first
            old, new = state[:left], reached[:left]
            new[:] = old
            new[:, :, 1:] += old[:, :, :-1]
            new[:, :, 2:] += np.multiply(old[:, :, :-2], self._skip[:, 2:], out=leapt[:left])
            np.multiply(new, heard[step, :left][:, self._labels], out=old)
        rows = np.arange(len(self._labels))
        last = state[:, rows, self._last] + state[:, rows, self._last - 1]
        return np.log(np.maximum(last, _LEAST)) + np.array([float(top.sum()) for top in tops])[:, None]
