"""Fluorescent marker over texts and traces: what lies under it stays readable."""

from __future__ import annotations

import numpy as np

from ecgscribe.data.accidents.fields import clouds, dyed, ramp
from ecgscribe.data.accidents.sheet import on_sheet
from ecgscribe.data.chance import Chance
from ecgscribe.data.scene import Scene

_COLOURS = ((0.98, 0.97, 0.28), (0.62, 0.96, 0.42), (1.0, 0.58, 0.76), (1.0, 0.76, 0.34), (0.52, 0.86, 0.98))


def highlighter(scene: Scene, chance: Chance, strength: float) -> Scene:
    """One to four strokes, 4 to 5 mm wide, over header lines and rows of the trace; darker where the pen stopped and
    along its edges. They come one after another as strength grows."""
    colour, strokes, per_mm = chance.chosen(_COLOURS), chance.whole(1, 4), scene.px_per_mm
    traces = [trace[np.isfinite(trace).all(axis=1)] for trace in scene.truth.traces_px]
    traces = [trace for trace in traces if len(trace) > 20]
    picture = scene.picture
    for stroke in range(strokes):
        on_trace, which = chance.happens(0.5), chance.between(0, 1)
        at = on_sheet(scene, chance.between(0.03, 0.6), chance.between(0.03, 0.9))
        length, wide = chance.between(15, 80) * per_mm, chance.between(3.8, 5.2) * per_mm
        slope, bow = chance.between(-0.03, 0.03), chance.between(-0.8, 0.8) * per_mm
        if on_trace and traces:
            trace = traces[int(which * len(traces))]
            at = (float(trace[len(trace) // 8, 0]), float(np.median(trace[:, 1])))
        rows, columns = int(wide + abs(slope) * length + 2 * abs(bow) + 6), int(length + 8)
        cloud = clouds(chance, (rows, columns), 3 * per_mm, octaves=2)
        share = float(np.clip(strength * strokes - stroke, 0, 1))
        if share <= 0:
            continue
        x = np.arange(columns, dtype=np.float32)[None, :]
        y = np.arange(rows, dtype=np.float32)[:, None] - rows / 2
        line = slope * (x - columns / 2) + bow * (2 * x / columns - 1) ** 2 - bow / 2
        inside = wide / 2 + 0.3 * per_mm * (cloud - 0.5) - np.abs(y - line)
        tilt = 0.12 * wide * np.sign(slope) * (y - line) / wide
        ends = np.minimum(x - 3 + tilt, columns - 3 - x + tilt)
        edge = np.minimum(inside, ends)
        density = ramp(edge, -0.6, 0.6) * (0.78 + 0.22 * cloud + 0.25 * np.exp(-np.maximum(edge, 0) / (0.35 * per_mm)))
        picture = dyed(picture, share * density, colour, (round(at[0]), round(at[1] - rows / 2)))
    return scene if strength <= 0 else scene.painted(picture)
