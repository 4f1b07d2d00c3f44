"""The digitised signals on ECG paper as one SVG: every panel where the page has it, at 25 mm/s and 10 mm/mV.

An SVG of our own and not a plotting library: no request, no megabytes of script, real ECG paper, gaps that stay gaps.
`script.py` zooms and moves it by changing its viewBox.
"""

from __future__ import annotations

import numpy as np

from ecgscribe.app.markup import escaped
from ecgscribe.core.ecg import Ecg
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.standards import STANDARD_SCALE
from ecgscribe.digitize.strips import page_scale, rows_of

_MM_PER_S, _MM_PER_MV = STANDARD_SCALE.mm_per_s, STANDARD_SCALE.mm_per_mv
_LEFT_MM, _EDGE_MM = 12.0, 4.0
_LEAST_MM, _MOST_MM = 8.0, 30.0  # room above and below a row's 0 mV
_BUTTONS = (("in", "Zoom in", "+"), ("out", "Zoom out", "−"), ("whole", "Show the whole ECG", "Whole"))
_HELP = (
    "Drag to move, pinch or hold Ctrl and turn the wheel to zoom. With the keyboard: + and − zoom, arrows move, "
    "0 shows the whole."
)


def signals(ecg: Ecg | None, page: Page | None) -> str:
    """HTML of the plot with its buttons; "" where nothing was read."""
    if ecg is None or page is None or not page.panels or not np.isfinite(ecg.signal_mv).any():
        return ""
    rows = rows_of(page.panels, page_scale(page))
    body, size = _rows([[page.panels[k] for k in row] for row in rows], ecg)
    leads = sorted({p.lead for p in page.panels if np.isfinite(_cut(ecg, p)).any()}, key=ecg.leads.index)
    label = f"Signals of {len(leads)} leads on ECG paper. {_HELP}"
    buttons = "".join(
        f'<button type="button" data-plot="{act}" aria-label="{words}" title="{words}">{sign}</button>'
        for act, words, sign in _BUTTONS
    )
    box = f"0 0 {size[0]:.1f} {size[1]:.1f}"
    drawn = (
        f'<svg class="plot" viewBox="{box}" data-whole="{box}" tabindex="0" role="img" aria-label="{escaped(label)}">'
        f"{_paper(size)}{body}</svg>"
    )
    return (
        f'<div class="signals"><div class="tools">{buttons}<span class="scale">{_MM_PER_S:g} mm/s, {_MM_PER_MV:g} '
        f'mm/mV</span></div><div class="paper">{drawn}</div><p class="help">{escaped(_HELP)}</p></div>'
    )


def _rows(rows: list[list[Panel]], ecg: Ecg) -> tuple[str, tuple[float, float]]:
    """The drawing, and (width, height) of the paper in mm."""
    left_px = min(panel.box_px[0] for row in rows for panel in row)
    parts, y, right = [], _EDGE_MM, 0.0
    for row in rows:
        cuts = [_cut(ecg, panel) * panel.sign for panel in row]
        up, down = _room(cuts)
        baseline = y + up
        parts.append(_pulse(baseline))
        for panel, cut in zip(row, cuts, strict=True):
            # where it stands on the page, in seconds of its own pace
            x = (panel.box_px[0] - left_px) * panel.length_s / (panel.box_px[2] - panel.box_px[0]) * _MM_PER_S
            parts.append(_panel(panel, cut, ecg.rate_hz, _LEFT_MM + x, baseline, up))
            right = max(right, _LEFT_MM + x + panel.length_s * _MM_PER_S)
        y = baseline + down
    return "".join(parts), (right + _EDGE_MM, y + _EDGE_MM)


def _cut(ecg: Ecg, panel: Panel) -> np.ndarray:
    """(N,) mV of a panel's own stretch of time."""
    first = max(round(panel.start_s * ecg.rate_hz), 0)
    return ecg.lead_mv(panel.lead)[first : first + round(panel.length_s * ecg.rate_hz)]


def _room(cuts: list[np.ndarray]) -> tuple[float, float]:
    """mm above and below 0 mV that a row needs."""
    values = np.concatenate(cuts) * _MM_PER_MV
    values = values[np.isfinite(values)]
    if values.size == 0:
        return _LEAST_MM, _LEAST_MM
    up, down = np.clip([values.max() + 2, 2 - values.min()], _LEAST_MM, _MOST_MM)
    return float(np.ceil(up)), float(np.ceil(down))


def _panel(panel: Panel, cut: np.ndarray, rate_hz: float, x_mm: float, baseline_mm: float, up: float) -> str:
    x = x_mm + np.arange(len(cut)) / rate_hz * _MM_PER_S
    y = baseline_mm - cut * _MM_PER_MV
    name = ("-" if panel.sign < 0 else "") + panel.lead
    seen = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.r_[False, seen, False]))
    path = "".join(
        "M" + " ".join(f"{a:.2f},{b:.2f}" for a, b in zip(x[i:j].tolist(), y[i:j].tolist(), strict=True))
        for i, j in zip(edges[::2], edges[1::2], strict=True)
        if j - i > 1
    )
    top = baseline_mm - min(up, 9.0) + 3.0
    drawn = f'<path class="trace" d="{path}"/>' if path else ""
    none = "" if path else f'<text class="none" x="{x_mm + 12:.1f}" y="{baseline_mm:.1f}">not read</text>'
    start = f'<path class="start" d="M{x_mm:.2f},{baseline_mm - 4:.2f} v8"/>'
    return f'<g data-lead="{name}">{start}{drawn}{none}<text x="{x_mm + 1:.1f}" y="{top:.1f}">{name}</text></g>'


def _pulse(baseline_mm: float) -> str:
    """1 mV high, 0.2 s wide."""
    return f'<path class="pulse" d="M3,{baseline_mm:.2f} h1 v{-_MM_PER_MV:g} h5 v{_MM_PER_MV:g} h1"/>'


def _paper(size: tuple[float, float]) -> str:
    """Lines every mm, stronger every 5 mm; in real ids, of which a page has one plot only."""
    patterns = "".join(
        f'<pattern id="paper-{step}" width="{step}" height="{step}" patternUnits="userSpaceOnUse">'
        f'<path class="line-{step}" d="M{step},0 H0 V{step}"/></pattern>'
        for step in (1, 5)
    )
    sheets = "".join(f'<rect width="{size[0]:.1f}" height="{size[1]:.1f}" fill="url(#paper-{k})"/>' for k in (1, 5))
    return f"<defs>{patterns}</defs>{sheets}"
