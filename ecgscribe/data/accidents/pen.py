"""Marks of a reader's pen at the traces: circles, arrows, underlines, caliper marks; and bars that redact."""

from __future__ import annotations

import cv2
import numpy as np

from ecgscribe.data.accidents.fields import bytes_of, grid, laid, opaque
from ecgscribe.data.accidents.letters import curve
from ecgscribe.data.accidents.penstrokes import drawn_ink, inked
from ecgscribe.data.accidents.sheet import on_sheet
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene


def _seen_traces(scene: Scene) -> list[np.ndarray]:
    """The finite points (N, 2) of every trace that has some inside the picture."""
    height, width = scene.size_px
    found = []
    for trace in scene.truth.traces_px:
        points = trace[np.isfinite(trace).all(axis=1)]
        points = points[(points[:, 0] > 0) & (points[:, 0] < width) & (points[:, 1] > 0) & (points[:, 1] < height)]
        if len(points) > 20:
            found.append(points)
    return found


def _spot(scene: Scene, chance: Chance) -> np.ndarray:
    """A point on a trace, or on the sheet where there is none."""
    traces = _seen_traces(scene)
    which, along = chance.between(0, 1), chance.between(0.05, 0.95)
    if not traces:
        return np.array(on_sheet(scene, which, along))
    trace = traces[int(which * len(traces))]
    return trace[int(along * len(trace))]


def _wobbly(points: np.ndarray, chance: Chance, shake_px: float) -> np.ndarray:
    return curve(points + shake_px * chance.normals(points.size).reshape(points.shape))


def pen_circles(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Up to four rings round beats, drawn by hand: not closed or overrun, some twice round."""
    ink, marks, per_mm = drawn_ink(chance), [], scene.px_per_mm
    for _ in range(chance.whole(1, 4)):
        middle = _spot(scene, chance)
        wide, high = chance.between(4, 13) * per_mm, chance.between(5, 12) * per_mm
        start, turns, lean = chance.between(0, 2 * np.pi), chance.between(0.93, 1.25), chance.between(-0.3, 0.3)
        turns += 1.0 if chance.happens(0.2) else 0.0
        angle = start + np.linspace(0, 2 * np.pi * turns, int(14 * turns))
        swell = 1 + 0.06 * np.linspace(-1, 1, len(angle))
        ring = np.stack([wide * np.cos(angle) * swell, high * np.sin(angle) * swell], 1)
        ring[:, 0] -= lean * ring[:, 1]
        marks.append([_wobbly(middle + ring, chance, 0.25 * per_mm)])
    return scene if strength <= 0 else inked(scene, marks, ink, chance, strength)


def pen_arrows(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Up to five arrows, 8 to 25 mm long, their heads at points of the trace."""
    ink, marks, per_mm = drawn_ink(chance), [], scene.px_per_mm
    for _ in range(chance.whole(1, 5)):
        tip = _spot(scene, chance)
        angle, length = chance.between(0, 2 * np.pi), chance.between(8, 25) * per_mm
        back = np.array([np.cos(angle), np.sin(angle)])
        side = np.array([-back[1], back[0]])
        tip = tip + back * 1.5 * per_mm
        bow = side * chance.between(-0.12, 0.12) * length
        shaft = np.array([tip + back * length, tip + back * length / 2 + bow, tip])
        barb = chance.between(2, 4) * per_mm
        head = np.array([tip + back * barb + side * 0.6 * barb, tip, tip + back * barb - side * 0.6 * barb])
        marks.append([_wobbly(shaft, chance, 0.2 * per_mm), head + 0.2 * per_mm * chance.normals(6).reshape(3, 2)])
    return scene if strength <= 0 else inked(scene, marks, ink, chance, strength)


def underlines(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Lines under printed texts, or across the header where the page has none; some double."""
    ink, marks, per_mm = drawn_ink(chance), [], scene.px_per_mm
    boxes = [box for _, box in scene.truth.texts if np.isfinite(box).all()]
    for _ in range(chance.whole(1, 4)):
        pick, across, down = chance.between(0, 1), chance.between(0.05, 0.7), chance.between(0.04, 0.2)
        length = chance.between(15, 45) * per_mm
        if boxes:
            box = boxes[int(pick * len(boxes))]
            start, end = box[3], box[2]
        else:
            start = np.array(on_sheet(scene, across, down))
            end = start + [length, 0.0]
        line = start + np.linspace(0, 1, 6)[:, None] * (end - start) + [0.0, 0.6 * per_mm]
        mark = [_wobbly(line, chance, 0.2 * per_mm)]
        if chance.happens(0.3):
            mark.append(_wobbly(line[::-1] + [0.0, 1.1 * per_mm], chance, 0.2 * per_mm))
        marks.append(mark)
    return scene if strength <= 0 else inked(scene, marks, ink, chance, strength)


def caliper_marks(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Small ticks over successive beats and a line that joins them, as an interval is measured with pen and paper."""
    ink, marks, per_mm = drawn_ink(chance), [], scene.px_per_mm
    traces = _seen_traces(scene)
    for _ in range(chance.whole(1, 3)):
        which, start, count = chance.between(0, 1), chance.between(0, 0.5), chance.whole(2, 5)
        step_mm, above = chance.between(13, 26), chance.between(6, 14) * per_mm
        shake = chance.normals(4 * count)
        if not traces:
            continue
        trace = traces[int(which * len(traces))]
        x0 = trace[0, 0] + start * (trace[-1, 0] - trace[0, 0])
        level = float(np.median(trace[:, 1])) - above
        xs = x0 + (np.arange(count) + 0.04 * shake[:count]) * step_mm * per_mm
        xs = xs[xs < trace[:, 0].max()]
        ticks = [
            np.array([[x + 0.2 * a * per_mm, level - 2.2 * per_mm], [x, level + 2.6 * per_mm]])
            for x, a in zip(xs, shake[count:], strict=False)
        ]
        if len(ticks) > 1:
            joined = np.array([[xs[0], level], [(xs[0] + xs[-1]) / 2, level + 0.3 * per_mm], [xs[-1], level]])
            marks.append([*ticks, curve(joined)])
    return scene if strength <= 0 or not marks else inked(scene, marks, ink, chance, strength)


def redaction(scene: Scene, chance: Chance, strength: float) -> Scene:
    """Names made unreadable: black bars laid on by a program, strips of white-out, or strokes of a felt pen over the
    header. One to four; they come one after another. What lies under them is covered."""
    kind, bars = chance.chosen(("bar", "bar", "white", "felt")), chance.whole(1, 4)
    colour = {"bar": (0, 0, 0), "white": (250, 249, 245), "felt": (22, 20, 24)}[kind]
    per_mm, done = scene.px_per_mm, scene
    for bar in range(bars):
        across, down = chance.between(0.0, 0.7), chance.between(0.01, 0.13)
        wide, high = chance.between(18, 60) * per_mm, chance.between(4, 8) * per_mm
        rough = grid(chance, 6, 24)
        share = float(np.clip(strength * bars - bar, 0, 1))
        if share <= 0:
            continue
        size = (max(3, round(high)), max(3, round(wide * share)))
        alpha = np.full(size, 255, np.uint8)
        if kind != "bar":
            ragged = cv2.resize(rough, (size[1], size[0]), interpolation=cv2.INTER_CUBIC)
            edge = np.minimum(np.arange(size[0]) + 0.5, size[0] - np.arange(size[0]) - 0.5)[:, None]
            ends = np.minimum(np.arange(size[1]) + 0.5, size[1] - np.arange(size[1]) - 0.5)[None, :]
            alpha = bytes_of(np.clip(np.minimum(edge, ends) - (0.2 + 1.1 * ragged) * per_mm * 0.8 + 0.5, 0, 1) * 0.97)
        x, y = on_sheet(done, across, down)
        picture, coverage = laid(done.picture, colour, alpha, (round(x), round(y)))
        done = done.painted(picture, opaque(coverage))
    return done
