"""Does the marked place matter? Its ink is really taken away, and so is that of random places of the same size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ecgscribe.core.page import Page
from ecgscribe.data.chance import Chance
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.evidence import Stretch, blanked, ink_of, ink_weights, stretches, strongest
from ecgscribe.findings.frame import lead_frame

RANDOM_PLACES = 4


def occlusion_test(classifier: Classifier, pages: Iterable[Page], seed: int = 0) -> dict:
    """For every finding that is present how far its logit falls, means: without the strongest stretch (`marked_drop`),
    without random ones (`random_drop`), without random ones with at least four fifths of its ink (`inked_drop`).

    `wins` and `inked_wins` are the shares of findings in which the marked place costs more than one of these random
    places taken by chance (half of it would be `chance`), with 95 % intervals that count a page, not a finding, as one
    draw; `findings` and `pages` how many there were.
    """
    net = classifier.model.nets["picture"]
    falls: list[tuple[int, float, np.ndarray, np.ndarray]] = []
    count = 0
    for number, page in enumerate(pages):
        held = lead_frame(page)
        count += 1
        logits = classifier.view_logits("picture", held)
        probability = classifier.probabilities("picture", {"picture": logits[None]})
        present = np.flatnonzero(classifier.verdicts("picture", probability)[0] == "present")
        chance = Chance(seed, "occlusion", str(number))
        for k, weights in zip(present, ink_weights(net, *held, present), strict=True):
            found = stretches(weights, held[1])
            best = strongest(found, 1)
            if not best:
                continue
            ink = ink_of(held[0], best[0])
            inked = [place for place in found if place != best[0] and ink_of(held[0], place) >= 0.8 * ink]
            drops = [_drops(classifier, held, int(k), logits, places) for places in _places(chance, best, found, inked)]
            falls.append((number, float(drops[0][0]), drops[1], drops[2]))
    if not falls:
        return {"pages": count, "findings": 0}
    answer = {"pages": count, "findings": len(falls), "marked_drop": float(np.mean([fall[1] for fall in falls]))}
    answer["random_drop"] = float(np.mean(np.concatenate([fall[2] for fall in falls])))
    inked = np.concatenate([fall[3] for fall in falls])
    answer["inked_drop"] = float(inked.mean()) if len(inked) else None
    answer |= _wins(falls, 2, "wins", "wins_low", "wins_high")
    answer |= _wins(falls, 3, "inked_wins", "inked_low", "inked_high")
    return answer | {"chance": 0.5}


def _places(
    chance: Chance, best: Sequence[Stretch], found: Sequence[Stretch], inked: Sequence[Stretch]
) -> tuple[list[Stretch], list[Stretch], list[Stretch]]:
    """The marked place, random ones, random ones with as much ink (none where there is no such place)."""
    return (
        [best[0]],
        [chance.chosen(found) for _ in range(RANDOM_PLACES)],
        [chance.chosen(inked) for _ in range(RANDOM_PLACES)] if inked else [],
    )


def _drops(classifier: Classifier, held, k: int, logits: np.ndarray, places: Sequence[Stretch]) -> np.ndarray:
    frame, seen = held
    return np.array(
        [logits[k] - classifier.view_logits("picture", (blanked(frame, place), seen))[k] for place in places]
    )


def _wins(falls, column: int, name: str, low: str, high: str) -> dict[str, float]:
    """Share of random places that cost less than the marked one; the interval by drawing pages anew."""
    numbers = np.array([fall[0] for fall in falls if len(fall[column])])
    won = np.array([float(np.mean(fall[1] > fall[column])) for fall in falls if len(fall[column])])
    if not len(won):
        return {name: float("nan"), low: float("nan"), high: float("nan")}
    generator, pages = np.random.default_rng(0), np.unique(numbers)
    rows = [np.flatnonzero(numbers == page) for page in pages]
    means = [
        won[np.concatenate([rows[k] for k in generator.integers(0, len(pages), len(pages))])].mean() for _ in range(500)
    ]
    lower, upper = np.quantile(means, [0.025, 0.975])
    return {name: float(won.mean()), low: float(lower), high: float(upper)}
