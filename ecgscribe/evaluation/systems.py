"""The captions of every control, beside the model's, for the rows that were asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecgscribe.core.errors import EcgscribeError
from ecgscribe.evaluation import controls
from ecgscribe.evaluation.predict import Prediction
from ecgscribe.evaluation.vectors import kind_of, page_of, page_vectors

MODEL = "model"
CONTROLS = ("modal", "random", "nearest", "blank", "shuffled")

Captions = list[str | None]


@dataclass
class Systems:
    """`captions` name -> one caption a row, `notes` what each is, `missing` why a control could not be made.

    `vectors` "train" and "test" -> (n, d) arrays when pages were embedded by the model.
    """

    captions: dict[str, Captions]
    notes: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    vectors: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, captions: Captions, note: str) -> None:
        self.captions[name], self.notes[name] = captions, note


def with_controls(
    predictions: Sequence[Prediction],
    captioner: Any,
    rows: Any,
    train_rows: Any | None,
    near_rows: Any | None,
    out: Path,
    batch: int = 8,
    seed: int = 0,
    progress: Callable[[str], Callable[[int, int], None]] = lambda name: lambda done, total: None,
) -> Systems:
    """The model and all controls.

    `rows` are those that were asked, `train_rows` those of the training split, `near_rows` those of them among
    which the nearest page is looked for (finding and embedding pages costs as much as reading them).
    """
    systems = Systems({MODEL: [p.caption for p in predictions]}, {MODEL: "the model, through the Reader"})
    _blank(systems, captioner, rows)
    _shuffled(systems, predictions, seed)
    if train_rows is None or len(train_rows) == 0:
        systems.missing |= dict.fromkeys(("modal", "random", "nearest"), "the dataset has no training rows")
        return systems
    captions = list(train_rows["caption"])
    modal = controls.modal_caption(captions)
    systems.add("modal", [modal] * len(rows), f"the most frequent training caption for every page: {modal!r}")
    drawn = controls.random_captions(captions, len(rows), seed)
    systems.add("random", list(drawn), f"a training caption drawn at random (seed {seed})")
    vectors = {
        "train": page_vectors(captioner, near_rows, out / "vectors-train.npz", batch, progress("training pages")),
        "test": page_vectors(captioner, rows, out / "vectors-test.npz", batch, progress("test pages")),
    }
    if vectors["train"].shape[1] != vectors["test"].shape[1]:
        systems.missing["nearest"] = "no page of one of the two sides could be read"
        return systems
    systems.vectors = vectors
    chosen = controls.nearest(vectors["train"], vectors["test"])
    near = list(near_rows["caption"])
    found = [near[k] if k >= 0 else None for k in chosen]
    note = f"the caption of the most similar of {len(near)} training pages ({kind_of(captioner)})"
    systems.add("nearest", found, note)
    return systems


def _blank(systems: Systems, captioner: Any, rows: Any) -> None:
    """The model on white paper, leads and scale as on the first asked page that can be read."""
    for row in rows:
        page = page_of(row["image"]["bytes"])
        if page is None:
            continue
        try:
            caption = captioner.read(controls.blank(page)).strip()
        except EcgscribeError:
            continue
        systems.add("blank", [caption or None] * len(rows), f"the model on a page with nothing on it: {caption!r}")
        return
    systems.missing["blank"] = "no page of the split could be read"


def _shuffled(systems: Systems, predictions: Sequence[Prediction], seed: int) -> None:
    order = controls.shuffled_order([p.patient_id for p in predictions], seed)
    if order is None:
        systems.missing["shuffled"] = "one patient has more than half of the rows, so pages cannot be exchanged"
        return
    given = systems.captions[MODEL]
    systems.add("shuffled", [given[k] for k in order], f"the model's caption of another patient's page (seed {seed})")
