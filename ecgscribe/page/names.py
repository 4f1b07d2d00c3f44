"""Lead names among the words of a page: what each word says, and how likely it is each lead's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ecgscribe.core.standards import LEADS
from ecgscribe.core.threads import side_by_side
from ecgscribe.page.ctc import Words, path_score, told
from ecgscribe.page.line_reader import LineReader
from ecgscribe.page.strips import strip_of
from ecgscribe.page.words import Lettering

LABELS = (*LEADS, "-aVR")
"""What can be a name: the leads, and aVR upside down."""

SIGN = "\u2665"
"""Text of a solid sign."""

READ = 0.6
"""A name that is so likely counts as read."""

_SURE_DIGIT = 0.6  # probability of a digit that is believed
_NAME_PX = 130  # strips of names are no wider
_LONGEST = 9  # letters of what may be a name
_RHYTHM = re.compile(r"^\W*[Rr]h[a-z]{2,}\W*(.*?)\W*$")
_AROUND = re.compile(r"^[|\[(*.:,]+|[\])*:.,;|]+$")


@dataclass(frozen=True, eq=False)
class Word:
    """`box_mm` (x0, y0, x1, y1) on the page; `text` as read, `sure` 0 to 1; `chances` (labels,) how likely the word is
    each name of `LABELS`: their sum is how likely it is a name at all; `figures` the text with "_" for every digit that
    may be another one, the text itself where none was given."""

    box_mm: tuple[float, float, float, float]
    text: str
    sure: float
    chances: np.ndarray
    figures: str | None = None

    @property
    def certain(self) -> str:
        """What may be taken for printed."""
        return self.text if self.figures is None else self.figures


def read_words(lettering: Lettering) -> list[Word]:
    """Reads every word of a page, top to bottom; with and without the ruling, where there is one."""
    seen_on = [lettering.dark] if lettering.bare is lettering.dark else [lettering.dark, lettering.bare]
    looks = side_by_side(lambda dark: _read(dark, lettering.boxes), seen_on)
    words, scale = [], lettering.px_per_mm * 2
    for box, *seen in zip(lettering.boxes, *looks, strict=True):
        text, sure, _, figures = max(seen, key=lambda one: one[1])
        chances = np.mean([chances for _, _, chances, _ in seen], axis=0)
        words.append(Word(_in_mm(box, scale), text, sure, chances, figures))
    words += [Word(_in_mm(box, scale), SIGN, 1.0, _none()) for box in lettering.signs]
    return sorted(words, key=lambda word: word.box_mm[1])


def _in_mm(box: np.ndarray, scale: tuple[float, ...]) -> tuple[float, float, float, float]:
    return tuple(float(v / s) for v, s in zip(box, scale, strict=True))


def _read(dark: np.ndarray, boxes: np.ndarray) -> list[tuple[str, float, np.ndarray, str]]:
    """(text, how sure, chances, text with sure digits only) of every box (N, 4) of darkness (H, W)."""
    strips = [strip_of(dark, tuple(box)) for box in boxes]
    columns = LineReader.packaged().read(strips)
    texts = [told(seen, _SURE_DIGIT) for seen in columns]
    short = [strip.shape[1] <= _NAME_PX for strip in strips]
    scored = [k for k, (text, _, _) in enumerate(texts) if short[k] and _may_be_name(text)]
    scores = dict(zip(scored, _lexicon()[2].scores_of([columns[k] for k in scored]), strict=True))
    read = []
    for k, (text, sure, figures) in enumerate(texts):
        known = short[k] or _RHYTHM.match(text)
        chances = name_chances(columns[k], text, scores.get(k)) if known else _none()
        read.append((text, sure, chances, figures))
    return read


def _may_be_name(text: str) -> bool:
    """Whether the spellings of names are to be compared with a text."""
    return bool(text) and len(text) <= _LONGEST and not _RHYTHM.match(text)


def name_chances(columns: np.ndarray, text: str, scores: np.ndarray | None = None) -> np.ndarray:
    """(labels,) probabilities from the reader's columns (T, letters + 1) and the text they say; `scores` of the columns
    where they are known.

    Each spelling's probability is compared with that of everything else, for which the likeliest path stands.
    """
    rhythm = _RHYTHM.match(text)
    if rhythm:
        return _exactly(rhythm.group(1))
    if not _may_be_name(text):
        return _none()
    spellings, owners, lexicon = _lexicon()
    scores = lexicon.scores(columns) if scores is None else scores
    best = np.full(len(LABELS), -np.inf)
    np.maximum.at(best, owners, scores)
    bare = _AROUND.sub("", text)
    known = bare in spellings
    other = -np.inf if known else path_score(columns)
    top = max(float(best.max()), other)
    weights = np.exp(best - top)
    return weights / (weights.sum() + np.exp(other - top) + 1e-3)


def _exactly(name: str) -> np.ndarray:
    chances = _none()
    spellings, owners, lexicon = _lexicon()
    if name in lexicon.words:
        chances[owners[lexicon.words.index(name)]] = 0.95
    return chances


def _none() -> np.ndarray:
    return np.zeros(len(LABELS))


@lru_cache(maxsize=1)
def _lexicon() -> tuple[frozenset[str], np.ndarray, Words]:
    """(all spellings, the label of each word, the words)."""
    spelled: list[tuple[str, int]] = []
    for number, label in enumerate(LABELS):
        forms = {label}
        if label.endswith(("aVR", "aVL", "aVF")):
            forms |= {label.upper()} | ({"- aVR"} if label.startswith("-") else set())
        elif label.startswith("V"):
            forms |= {label.lower(), label.replace("V", "C")}
        else:
            forms |= {" ".join(label), label.replace("I", "l"), label.replace("I", "1")} if label != "I" else {"l"}
        spelled += [(form, number) for form in sorted(forms)]
        spelled += [(f"|{form}", number) for form in sorted(forms) if label != "I"]
    words = tuple(word for word, _ in spelled)
    return frozenset(words), np.array([owner for _, owner in spelled]), Words(words)
