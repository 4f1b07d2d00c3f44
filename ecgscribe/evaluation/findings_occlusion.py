"""Does the marked place matter? Its ink is really taken away, and so is that of a random place of the same size."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ecgscribe.core.page import Page
from ecgscribe.data.chance import Chance
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.evidence import blanked, ink_weights, stretches, strongest
from ecgscribe.findings.frame import lead_frame


def occlusion_test(classifier: Classifier, pages: Iterable[Page], seed: int = 0, random_places: int = 4) -> dict:
    """For every finding that is present: how far its logit falls without the strongest stretch (`marked_drop`) and
    without random ones (`random_drop`), means; `wins` the share of findings where the marked one costs more than the
    random ones on average, with a 95 % interval of the sign; `findings` and `pages` how many there were."""
    marked, random, count = [], [], 0
    net = classifier.model.nets["picture"]
    for number, page in enumerate(pages):
        frame, seen = lead_frame(page)
        logits = classifier.view_logits("picture", (frame, seen))
        probability = classifier.probabilities("picture", {"picture": logits[None]})
        verdict = classifier.verdicts("picture", probability)[0]
        count += 1
        chance = Chance(seed, "occlusion", str(number))
        for k in np.flatnonzero(verdict == "present"):
            found = stretches(ink_weights(net, frame, seen, int(k)), seen)
            best = strongest(found, 1)
            if not best:
                continue
            places = [best[0], *(chance.chosen(found) for _ in range(random_places))]
            falls = [float(logits[k] - classifier.view_logits("picture", (blanked(frame, p), seen))[k]) for p in places]
            marked.append(falls[0])
            random.append(float(np.mean(falls[1:])))
    if not marked:
        return {"pages": count, "findings": 0}
    won = np.array(marked) > np.array(random)
    spread = 1.96 * np.sqrt(max(won.mean() * (1 - won.mean()), 1e-9) / len(won))
    return {
        "pages": count,
        "findings": len(marked),
        "marked_drop": float(np.mean(marked)),
        "random_drop": float(np.mean(random)),
        "wins": float(won.mean()),
        "wins_low": float(max(won.mean() - spread, 0)),
        "wins_high": float(min(won.mean() + spread, 1)),
    }
