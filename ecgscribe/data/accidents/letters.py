"""A hand's letters as pen strokes: every glyph a few points, joined by smooth curves, bent by the writer's habits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgscribe.data.chance import Chance

# Each point is two hexadecimal digits: x from 0, y from 0; the base line is at y 4, small letters end at 9, tall ones
# at e. "|" lifts the pen.
_GLYPHS = {
    "0": "3e1d091534565a4d3e", "1": "1c3e34", "2": "0c1e3e4c390454", "3": "0d2e4d4b29474624 05", "4": "2e0858|4b44",
    "5": "4e1e0a2b4a473404", "6": "4e1b072445482907", "7": "0e5e24", "8": "2e0c1a385644240618 3a4c3e2e",
    "9": "4c2e0c1a3a4d44", "a": "482907143549 4554", "b": "0e0524472907", "c": "482906143545", "d": "48290714454e4554",
    "e": "074729062445", "f": "4d3e2b24|0949", "g": "48290715474942 2001", "h": "0e0407294844", "i": "191425|1b1c",
    "j": "292200|2b2c", "k": "0e04|490744", "l": "0e0524", "m": "0904081928242839 4844", "n": "090407294844",
    "o": "290714354829", "p": "0900|0829472405", "q": "48290714474940 52", "r": "0904072938", "s": "482917362405",
    "t": "2d253445|0a4a", "u": "0905244649 4454", "v": "092449", "w": "0914283459", "x": "0944|4904",
    "y": "090625484942 10", "z": "09490444", "A": "042e44|1838", "B": "040e3d3a09473504", "C": "4d2e092445",
    "D": "040e3d493504", "E": "4e0e0444|0939", "F": "4e0e04|0939", "G": "4d2e0824454929", "H": "0e04|4e44|0949",
    "I": "1e14", "J": "3e351406", "K": "0e04|4e0944", "L": "0e0444", "M": "040e294e44", "N": "040e444e",
    "O": "2e0b0724474b2e", "P": "040e3d3a09", "Q": "2e0b0724474b2e|3654", "R": "040e3d3a0944", "S": "4d2e0c29462405",
    "T": "0e5e|2e24", "U": "0e0624464e", "V": "0e244e", "W": "0e142b345e", "X": "0e44|4e04", "Y": "0e294e|2924",
    "Z": "0e4e0444", "/": "044e", "+": "2b26|0848", "-": "0838", ".": "1415", ",": "1512", ":": "1516|191a",
    "?": "0c2e4c2826|2425", "!": "2e27|2425", "%": "044e|0d1e2d1c0d|35465534 35", "=": "0738|0a3a", ">": "0b4805",
    "(": "3f1a06 32", ")": "0f2a2602",
}  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """One writer: `size_mm` of a tall letter, `slant` (x per y), `joined` chance that a small letter runs on into the
    next, `shake` of a point in letter units, `rise` of the line, `narrow` width of letters."""

    size_mm: float
    slant: float
    joined: float
    shake: float
    rise: float
    narrow: float

    @classmethod
    def drawn(cls, chance: Chance) -> Hand:
        """A writer by chance; letters 3.5 to 8 mm tall."""
        return cls(
            size_mm=chance.between(3.5, 8.0),
            slant=chance.between(-0.05, 0.5),
            joined=chance.between(0.0, 0.95),
            shake=chance.between(0.15, 0.5),
            rise=chance.between(-0.12, 0.12),
            narrow=chance.between(0.75, 1.1),
        )


def glyph(letter: str) -> list[np.ndarray]:
    """The strokes (N, 2) of a letter in letter units, y down, base line 0; none for a space or an unknown sign."""
    strokes = []
    for stroke in _GLYPHS.get(letter, "").split("|"):
        digits = stroke.replace(" ", "")
        points = [(int(digits[k], 16), 4 - int(digits[k + 1], 16)) for k in range(0, len(digits), 2)]
        if points:
            strokes.append(np.array(points, np.float64))
    return strokes


def curve(points: np.ndarray, steps: int = 6) -> np.ndarray:
    """A smooth line through the points (N, 2) (Catmull and Rom 1974), `steps` pieces between each two."""
    if len(points) < 3:
        part = np.linspace(0, 1, steps + 1)[:, None]
        return points[:1] + part * (points[-1:] - points[:1])
    padded = np.vstack([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, here, there, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = (np.arange(steps) / steps)[None, :, None]
    before, here, there, after = (p[:, None, :] for p in (before, here, there, after))
    line = 2 * here + (there - before) * t + (2 * before - 5 * here + 4 * there - after) * t**2
    line = (line + (3 * here - before - 3 * there + after) * t**3) / 2
    return np.vstack([line.reshape(-1, 2), points[-1:]])


def written(text: str, hand: Hand, chance: Chance) -> list[np.ndarray]:
    """Strokes (N, 2) in mm from the start of the line, y down; every letter a little different each time."""
    raw: list[np.ndarray] = []
    x = 0.0
    open_end = False
    for letter in text:
        strokes = glyph(letter)
        if not strokes:
            x, open_end = x + 3.5, False
            continue
        shift = np.array([x, chance.normal(0.0, 0.8 * hand.shake)])
        grow = 1 + 0.25 * hand.shake * chance.normal()
        moved = []
        for stroke in strokes:
            shaken = stroke + hand.shake * chance.normals(stroke.size).reshape(stroke.shape)
            moved.append(shaken * [hand.narrow * grow, grow] + shift)
        joins = open_end and letter.islower() and chance.happens(hand.joined)
        if joins:
            raw[-1] = np.vstack([raw[-1], moved[0]])
            raw.extend(moved[1:])
        else:
            raw.extend(moved)
        open_end = letter.islower() and len(strokes) == 1
        x += hand.narrow * float(max(s[:, 0].max() for s in strokes)) + 1.4 + 0.3 * chance.normal()
    unit = hand.size_mm / 10
    out = []
    for stroke in raw:
        smooth = curve(stroke)
        smooth = np.stack([smooth[:, 0] - hand.slant * smooth[:, 1], smooth[:, 1] + hand.rise * smooth[:, 0]], 1)
        out.append(smooth * unit)
    return out


def signature(hand: Hand, chance: Chance) -> list[np.ndarray]:
    """A signature in mm: a large first loop, a run of shrinking waves, a flourish back under it."""
    unit = hand.size_mm / 10
    count = chance.whole(6, 14)
    jumps = chance.normals(count * 2).reshape(count, 2)
    x = np.cumsum(np.abs(2.2 + 1.3 * jumps[:, 0]))
    height = 11 * np.exp(-np.arange(count) / (2.0 + 3.0 * chance.between(0, 1))) + 2.5
    y = np.where(np.arange(count) % 2 == 0, -height, 0.6) + jumps[:, 1]
    body = np.vstack([[0, 2], [-1.5, -8], [2.5, -15], [3, 3], np.stack([3 + x, y], 1)])
    strokes = [body]
    if chance.happens(0.7):
        end = body[-1]
        strokes.append(np.array([end, end + [4, 2], [end[0] * 0.4, 4.5], [end[0] * 1.1, 3 + chance.normal()]]))
    if chance.happens(0.5):
        strokes.append(np.array([[-2, -10], [6, -13 + chance.normal()], [end_x(body), -11]]))
    return [curve(stroke, 8) * [unit * 1.1, unit * 1.1] for stroke in strokes]


def end_x(points: np.ndarray) -> float:
    """The largest x of the points."""
    return float(points[:, 0].max())
