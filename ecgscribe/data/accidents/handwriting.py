"""Handwriting on the page: notes over the header, numbers and words over the traces, a signature."""

from __future__ import annotations

import numpy as np

from ecgscribe.data.accidents.letters import Hand, signature, written
from ecgscribe.data.accidents.penstrokes import drawn_ink, inked
from ecgscribe.data.accidents.sheet import on_sheet
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

# Short neutral jottings as nurses and doctors leave them; no names of people.
_NOTES = (
    "NSR", "AF?", "STEMI?", "old", "repeat", "no change", "BP 130/80", "RR 145/90", "K+ 5.9", "14:35", "68 J",
    "male 54", "seen", "Dr. M", "c/p", "pre op", "post op", "QTc 480", "PR 0.22", "LBBB", "rate 72",
    "pain 3/10", "SpO2 97%", "Hb 8.2", "ok", "ward 4", "12.3.", "bed 7", "?", "!", "see echo", "T neg",
    "ST up", "-30", "HR 88", "copy", "Mg 0.7", "10 mg",
)  # fmt: skip


def _placed(strokes: list[np.ndarray], scene: Scene, at_px: tuple[float, float], turn: float) -> list[np.ndarray]:
    """Strokes in mm laid at a pixel with a turn (radians)."""
    cosine, sine = np.cos(turn) * scene.px_per_mm, np.sin(turn) * scene.px_per_mm
    placed = []
    for x, y in (stroke.T for stroke in strokes):
        placed.append(np.stack([cosine * x - sine * y + at_px[0], sine * x + cosine * y + at_px[1]], 1))
    return placed


def handwriting(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Up to nine jottings by one pen: header first, then anywhere over the traces, now and then signed. More of it
    is written as strength grows. Black ink counts as covering where it lies; blue and red do not."""
    hand, ink = Hand.drawn(chance), drawn_ink(chance)
    marks = []
    for note in range(chance.whole(4, 9)):
        strokes = written(chance.chosen(_NOTES), hand, chance)
        across, down = chance.between(0.04, 0.8), chance.between(0.03, 0.18 if note < 2 else 0.92)
        marks.append(_placed(strokes, scene, on_sheet(scene, across, down), 0.05 * chance.normal()))
    if chance.happens(0.5):
        at = on_sheet(scene, chance.between(0.5, 0.8), chance.between(0.85, 0.97))
        marks.append(_placed(signature(hand, chance), scene, at, 0.08 * chance.normal()))
    return scene if strength <= 0 else inked(scene, marks, ink, chance, strength)
