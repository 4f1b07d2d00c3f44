"""Whether a picture shows more than one ECG page: the lead names of a page stand there twice, equally far apart."""

from __future__ import annotations

import numpy as np

from ecgscribe.page.names import LABELS, Word

_CLEAR = 0.6  # likelihood from which a name counts
_APART_MM = 70.0  # between the same name on two pages; rhythm rows repeat theirs nearer or alone
_ALIKE_MM = 12.0  # pages are not laid quite in line
_PAIRS = 5  # leads that stand on both pages; up to three repeat on one, as rhythm rows
_SEVERAL = ("I", "III", "aVR", "aVL", "aVF", "V2", "V3", "V4", "V6")
"""Leads that no layout shows twice."""


def two_sheets(words: list[Word] | tuple[Word, ...]) -> bool:
    """Whether the names of `_PAIRS` leads come again, all of them in the same direction and distance."""
    places: dict[str, list[tuple[float, float]]] = {}
    for word in words:
        best = int(word.chances.argmax())
        if word.chances[best] >= _CLEAR and LABELS[best] in _SEVERAL:
            places.setdefault(LABELS[best], []).append(word.box_mm[:2])
    steps, names = [], []
    for name, found in places.items():
        for k, one in enumerate(found):
            for other in found[k + 1 :]:
                step = np.subtract(other, one)
                step = step if (step @ (1.0, 0.5)) > 0 else -step
                if np.hypot(*step) >= _APART_MM:
                    steps.append(step)
                    names.append(name)
    if len(set(names)) < _PAIRS:
        return False
    steps = np.array(steps)
    near = np.hypot(*(steps[:, None] - steps[None]).transpose(2, 0, 1)) <= _ALIKE_MM
    return max(len({name for name, close in zip(names, row, strict=True) if close}) for row in near) >= _PAIRS
