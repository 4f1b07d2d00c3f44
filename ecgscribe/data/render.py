"""Draws an `Ecg` as a page and tells exactly where everything is: `Ecg` -> `Page` and `PageTruth`.

The geometry of the page stands once, in page_plan.py; everything else follows from its panels.
"""

from __future__ import annotations

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption, BadRecord
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.standards import STANDARD_SCALE, Scale, layout_named
from ecgscribe.core.truth import PageTruth
from ecgscribe.data.header import Header
from ecgscribe.data.ink import drawn_px, inked, inked_rows, lay
from ecgscribe.data.lead_names import paint_patches, print_names
from ecgscribe.data.page_plan import layout_panels, pulses_px, separators_px
from ecgscribe.data.page_text import print_text, printed_matter
from ecgscribe.data.print_line import Rule
from ecgscribe.data.sheet import drawn_sheet
from ecgscribe.data.style_model import STANDARD, Style


def render(
    ecg: Ecg,
    style: Style = STANDARD,
    layout: str = "3x4+1",
    px_per_mm: float = 8.0,
    start_s: float = 0.0,
    seed: int = 0,
    scale: Scale = STANDARD_SCALE,
    starts_s: tuple[float, ...] | None = None,
    simultaneous: bool = False,
    header: Header | None = None,
) -> tuple[Page, PageTruth]:
    """Draws one page; the same arguments give the same bytes.

    `start_s` is the second at the left edge; columns follow one another in time, or all begin there where
    `simultaneous`; `starts_s` gives each column's start instead. `px_per_mm` is dpi / 25.4. `header` is printed
    as the style arranges it. `seed` is only recorded in the truth. Samples that are NaN or beyond the recording
    are left out; a lead that is missing, NaN throughout or flat is not drawn, its name is, and `truth.absent`
    says why. Raises `BadOption` for an unknown layout or a scale that does not fit, `BadRecord` (infinite) for
    infinite values.
    """
    if not 0 < px_per_mm < np.inf:
        raise BadOption(f"px_per_mm must be positive, got {px_per_mm}.", "Use 2 to 24 (50 to 600 dpi).")
    plan = layout_named(layout)
    panels = layout_panels(style, plan, scale, px_per_mm, start_s, starts_s, simultaneous)
    absent = absent_leads(ecg, panels)
    traces = tuple(trace_px(ecg, panel, scale, px_per_mm, panel.lead in absent) for panel in panels)
    pulses = pulses_px(style, panels, px_per_mm)
    panel_s = next(panel.length_s for panel in panels if not panel.rhythm)
    printed = printed_matter(style, scale, plan, panel_s, ecg.note, header)
    picture = drawn_sheet(style, px_per_mm).copy()
    paint_patches(picture, style, panels, px_per_mm)
    _ink_lines(picture, style, panels, traces, pulses, printed, px_per_mm)
    name_boxes = print_names(picture, style, panels, px_per_mm)
    texts = print_text(picture, style, printed, px_per_mm)
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    page = Page(picture, px_per_mm=(px_per_mm, px_per_mm), layout=layout, panels=panels)
    return page, PageTruth(
        corners,
        panels,
        traces,
        (px_per_mm, px_per_mm),
        ecg,
        seed,
        size_px=(height, width),
        hidden=tuple(_outside(trace, height, width) for trace in traces),
        name_boxes_px=name_boxes,
        texts=texts,
        pulses_px=pulses,
        trace_px=drawn_px(style.trace_mm * px_per_mm, style.pen),
        scale=scale,
        layout=layout,
        style=style.name,
        absent=absent,
    )


def absent_leads(ecg: Ecg, panels: tuple[Panel, ...]) -> dict[str, str]:
    """Lead -> why nothing of it is drawn, for the leads of these panels. Raises `BadRecord` for infinite values."""
    if np.isinf(ecg.signal_mv).any():
        lead = next(lead for lead in ecg.leads if np.isinf(ecg.lead_mv(lead)).any())
        raise BadRecord("infinite", f"Lead {lead} holds infinite values.", "Replace them by NaN: they are not drawn.")
    absent = {}
    for lead in dict.fromkeys(panel.lead for panel in panels):
        signal = ecg.lead_mv(lead)
        finite = signal[~np.isnan(signal)]
        if lead not in ecg.leads:
            absent[lead] = "missing: the recording lacks this lead"
        elif not len(finite):
            absent[lead] = "no values: NaN throughout"
        elif len(finite) > 1 and finite.min() == finite.max():
            absent[lead] = f"flat: {finite[0]:g} mV throughout"
        elif not any(_recorded(signal, panel, ecg.rate_hz) for panel in panels if panel.lead == lead):
            absent[lead] = "no values in the time shown"
    return absent


def trace_px(ecg: Ecg, panel: Panel, scale: Scale, px_per_mm: float, absent: bool = False) -> np.ndarray:
    """(N, 2) page points of one panel's samples; NaN heights where nothing was recorded or drawn."""
    index = _shown(panel, ecg.rate_hz)
    signal = ecg.lead_mv(panel.lead)
    inside = (index >= 0) & (index < len(signal))
    millivolts = np.full(len(index), np.nan)
    if not absent:
        millivolts[inside] = signal[index[inside]]
    x = panel.box_px[0] + (index / ecg.rate_hz - panel.start_s) * scale.mm_per_s * px_per_mm
    return np.c_[x, panel.baseline_px - panel.sign * millivolts * scale.gain(panel.lead) * px_per_mm]


def _shown(panel: Panel, rate_hz: float) -> np.ndarray:
    """Indices of the samples inside the panel's stretch of time, both ends included."""
    first, last = panel.start_s * rate_hz, (panel.start_s + panel.length_s) * rate_hz
    return np.arange(int(np.ceil(first - 1e-6)), int(np.floor(last + 1e-6)) + 1)


def _recorded(signal: np.ndarray, panel: Panel, rate_hz: float) -> bool:
    index = _shown(panel, rate_hz)
    index = index[(index >= 0) & (index < len(signal))]
    return bool(np.isfinite(signal[index]).any())


def _outside(trace: np.ndarray, height: int, width: int) -> np.ndarray:
    """(N,) True where the point lies off the sheet, so that nothing of it was drawn."""
    x, y = trace.T
    return (x < 0) | (x > width) | (y < 0) | (y > height)


def _ink_lines(picture, style: Style, panels, traces, pulses, printed, px_per_mm: float) -> None:
    """Lays traces, pulses, separators and rules onto the picture, lines of one width together."""
    between, between_mm = separators_px(style, panels, px_per_mm)
    groups = {style.trace_mm: [*pulses]}
    groups.setdefault(between_mm, []).extend(between)
    for rule in printed:
        if isinstance(rule, Rule):
            line = np.array([[rule.x0, rule.y0], [rule.x1, rule.y1]]) * px_per_mm
            groups.setdefault(rule.width_mm, []).append(line)
    for width_mm, lines in groups.items():
        width_px = width_mm * px_per_mm
        curves = traces if width_mm == style.trace_mm else ()
        y0, y1 = inked_rows([*curves, *lines], width_px, picture.shape[0])
        if y1 > y0:
            ink = inked(curves, (y0, y1), picture.shape[1], width_px, style.pen, style.upstroke, lines)
            lay(picture[y0:y1], ink, style.ink)
