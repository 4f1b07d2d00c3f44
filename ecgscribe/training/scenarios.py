"""The six published scenarios by name, so that they can be repeated with one word.

Source: README and train.ipynb of debbyrofikomalik/ECG-Image-Captioning-using-BLIP (2025-07): (1) BLIP-base with
7,000 records, (2) 14,000, (3 to 5) 21,671 for 6, 10 and 12 epochs, (6) BLIP-large with 7,000; split 80:10:10; batch
of 4; pictures by `Preprocess.published()`; greedy captions of at most 50 tokens. The README does not say for how
many epochs 1, 2 and 6 were trained; the notebook shows 10 for 14,000 records, which is taken for all three.

What is not repeated: their loss counted padding (ours masks it), and a fixed 384 px enlargement of the 224 px
picture (the position table is shrunk instead: the same information at a third of the cost). Their optimiser, AdamW
whose rate swings between 5e-7 and 1e-6, is `PUBLISHED_OPTIMISER`, chosen with --published-optimiser; without it the
rates are those of our defaults.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecgscribe.core.errors import BadOption

BASE = "Salesforce/blip-image-captioning-base"
LARGE = "Salesforce/blip-image-captioning-large"

PUBLISHED_OPTIMISER = {
    "learning_rate": 5e-7,
    "weight_decay": 5e-7,
    "schedule": "published",
    "warmup_share": 0.0,
    "max_grad_norm": 0.0,
    "label_smoothing": 0.0,
    "seed": 2023,
}


@dataclass(frozen=True)
class Scenario:
    """One published training: `subset` records in all splits together, of which eight tenths train."""

    name: str
    init: str
    subset: int
    epochs: int

    def settings(self) -> dict:
        """The training options that the scenario fixes; any of them may still be given by hand."""
        return {
            "init": self.init,
            "subset": self.subset,
            "epochs": float(self.epochs),
            "preprocess": "published",
            "batch_size": 4,
            "accumulation": 1,
            "max_new_tokens": 50,
            "num_beams": 1,
            "keep": "best",
        }


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("base-7000", BASE, 7_000, 10),
        Scenario("base-14000", BASE, 14_000, 10),
        Scenario("base-21671-6", BASE, 21_671, 6),
        Scenario("base-21671-10", BASE, 21_671, 10),
        Scenario("base-21671-12", BASE, 21_671, 12),
        Scenario("large-7000", LARGE, 7_000, 10),
    )
}


def scenario_named(name: str) -> Scenario:
    """Raises `BadOption` for a name that is none of the six."""
    if name not in SCENARIOS:
        raise BadOption(f"There is no scenario {name!r}.", f"Known: {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]
