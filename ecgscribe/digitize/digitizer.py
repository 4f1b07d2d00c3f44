"""`Digitizer`: page -> twelve leads in mV, with qualities, the traces on the page, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.page import Page, Panel
from ecgscribe.core.report import LeadQuality, Problem
from ecgscribe.core.standards import LEADS
from ecgscribe.digitize.classical import classical_probability
from ecgscribe.digitize.columns import put_together
from ecgscribe.digitize.ends import FAR_MM, moved, shift_of_ends, shifts_of_ends, shortened
from ecgscribe.digitize.gridline import RowLines, agreed, row_lines, snap_px
from ecgscribe.digitize.identities import disagreeing, repaired
from ecgscribe.digitize.path import decode
from ecgscribe.digitize.rhythm_lead import renamed
from ecgscribe.digitize.signals import PanelReading, joined, qualities_of, read_panel
from ecgscribe.digitize.strips import Strip, cut_strips, page_scale
from ecgscribe.digitize.tips import with_tips

EMBEDDED = Path(__file__).resolve().parents[2] / "models" / "ecg-trace"
_BESIDE_MM = 7.0  # paper looked at beside a row's ends for its ruling
_LOOSE = 0.005  # of the scale: rulings are known ten times better
_ROOM_MM = 1.0  # the ruling strays no further
_EDGE_MM, _EDGE_TRUST = 0.7, 0.15  # so near a panel's ends, what stands beside it is seen in it
_OF_SPREAD = 0.5  # the error of a height as a share of the network's spread: 0.54 in the mean of 36 pages with truth
_LITTLE = 0.5  # coverage of a lead below which it is named as a problem


@dataclass(frozen=True, eq=False)
class Digitized:
    """`ecg` (12, N) mV in the time of the recording, NaN = not seen; `qualities` one a lead; `traces_px` one (N, 2) a
    panel in page pixels, NaN where nothing was seen; `problems` in words; `page` as it was read (panels where the rows
    begin and end, strips under the name of the lead that they run with), None where nothing was."""

    ecg: Ecg
    qualities: tuple[LeadQuality, ...]
    traces_px: tuple[np.ndarray, ...]
    problems: tuple[Problem, ...] = ()
    page: Page | None = None


class Digitizer:
    """Reads the traces of a page with a network (`from_pretrained`), or without one (`Digitizer()`).

    `repair` lets simultaneous limb leads correct each other by Einthoven's and Goldberger's identities.
    """

    def __init__(self, network=None, revision: str = "classical", repair: bool = True):
        self.network, self.revision, self.repair = network, revision, repair

    @classmethod
    def from_pretrained(cls, folder_or_id: str | Path | None = None) -> Digitizer:
        """The digitiser of a model folder or Hub id; None is the embedded model. Raises `BadModel`, `Offline`."""
        from ecgscribe.digitize.folder import load_network

        network, revision = load_network(EMBEDDED if folder_or_id is None else folder_or_id)
        return cls(network, revision)

    def read(self, page: Page, rate_hz: float = 500.0) -> Digitized:
        """The leads of a page. A page without panels or scale gives an empty ECG and a fatal problem; never raises
        for a poor picture. Raises `BadOption` for a rate that is not positive."""
        if not 0 < rate_hz < np.inf:
            raise BadOption(f"The rate is {rate_hz} Hz; it must be positive.", "Use 500.")
        scale = page_scale(page)
        if not page.panels or scale is None:
            return _nothing(rate_hz)
        page, strips, probabilities = self._seen(page, scale)
        scale = page_scale(page) or scale
        lines = agreed([_lines(page, strip, scale) for strip in strips])
        page = replace(page, panels=moved(page.panels, snap_px(lines, _left(page.panels), scale[0])))
        readings = _readings(page, strips, probabilities, lines, scale, rate_hz)
        readings, together = put_together(readings, rate_hz)
        readings, misnamed = renamed(readings)
        signal, noise = joined(list(readings.values()))
        apart = disagreeing(signal, rate_hz)
        signal, changed = repaired(signal, _OF_SPREAD * noise, rate_hz) if self.repair else (signal, ())
        ecg = Ecg(signal.astype(np.float32), rate_hz)
        qualities = qualities_of(list(readings.values()), changed)
        traces = tuple(readings[k].points_px for k in range(len(page.panels)))
        page = replace(page, panels=tuple(readings[k].panel for k in range(len(page.panels))))
        problems = (*together, *misnamed, *_problems(page, qualities, apart))
        return Digitized(ecg, qualities, traces, problems, page)

    def _seen(self, page: Page, scale: tuple[float, float]) -> tuple[Page, list[Strip], list[np.ndarray]]:
        """The page with its panels moved to where the rows begin and end, its strips and what they show."""
        for last in (False, False, True):
            strips = cut_strips(page, scale)
            probabilities = self.probabilities(strips)
            if self.network is None:
                break
            if _loose(page):
                left_px, right_px = shifts_of_ends(page.panels, strips, probabilities)
                panels = moved(page.panels, left_px, right_px)
                # millimetres come from the rows' width
                grown = _width(panels) / _width(page.panels)
                page = replace(page, panels=panels, px_per_mm=tuple(side * grown for side in page.px_per_mm))
                scale = page.px_per_mm
                shift_px = max(abs(left_px), abs(right_px))
            else:
                shift_px = shift_of_ends(page.panels, strips, probabilities)
                page = replace(page, panels=moved(page.panels, shift_px))
            if last or abs(shift_px) <= FAR_MM * scale[0]:
                page = replace(page, panels=shortened(page.panels, strips, probabilities))
                break
        return page, strips, probabilities

    def probabilities(self, strips: list[Strip]) -> list[np.ndarray]:
        """float32 (C, H) of each strip: how likely its own trace lies at each height, per column."""
        if self.network is None:
            return [classical_probability(strip.image) for strip in strips]
        return self.network.probabilities([strip.image for strip in strips])


def _loose(page: Page) -> bool:
    """Whether the page's scale is only that of its rows, which are not known to their ends."""
    return page.px_per_mm_spread is not None and page.px_per_mm_spread[0] > _LOOSE * page.px_per_mm[0]


def _left(panels: tuple[Panel, ...]) -> float:
    return min(panel.box_px[0] for panel in panels)


def _width(panels: tuple[Panel, ...]) -> float:
    return max(panel.box_px[2] for panel in panels) - _left(panels)


def _lines(page: Page, strip: Strip, scale: tuple[float, float]) -> RowLines:
    """The ruling beside a strip's panels."""
    own = [page.panels[k] for k in strip.panels]
    span = (_left(own) - _BESIDE_MM * scale[0], max(panel.box_px[2] for panel in own) + _BESIDE_MM * scale[0])
    return row_lines(page.picture, float(np.mean([panel.baseline_px for panel in own])), span, scale)


def _readings(
    page: Page,
    strips: list[Strip],
    probabilities: list[np.ndarray],
    lines: list[RowLines],
    scale: tuple[float, float],
    rate_hz: float,
) -> dict[int, PanelReading]:
    """Every panel read by itself: what stands beside it (a pulse, a separator, another lead) leads its path astray."""
    cuts = []
    for strip, probability, ruling in zip(strips, probabilities, lines, strict=True):
        across = len(probability) / strip.image.shape[2]
        cuts += [_cut(page.panels[k], k, strip, probability, across, ruling, scale) for k in strip.panels]
    curves = decode([cut.probability for cut in cuts], [cut.trust for cut in cuts])
    return {
        cut.number: read_panel(
            page.panels[cut.number],
            cut.strip,
            with_tips(curve, cut.probability),
            scale,
            rate_hz,
            cut.across,
            cut.first_column,
            cut.ruling.straightened,
            page.panels[cut.strip.panels[0]],
            page.size_px[0],
        )
        for cut, curve in zip(cuts, curves, strict=True)
    }


@dataclass(frozen=True, eq=False)
class _Cut:
    """One panel's stretch of its strip: `probability` (C, H) from `first_column` on, `across` columns a strip pixel;
    `trust` (C,) less at the ends, where a pulse's or a separator's ink reaches in."""

    number: int
    strip: Strip
    probability: np.ndarray
    trust: np.ndarray
    across: float
    first_column: int
    ruling: RowLines


def _cut(
    panel: Panel,
    number: int,
    strip: Strip,
    probability: np.ndarray,
    across: float,
    ruling: RowLines,
    scale: tuple[float, float],
) -> _Cut:
    unit = strip.scale[0] * across
    ends = [(x - strip.origin_px[0]) * unit for x in (panel.box_px[0], panel.box_px[2])]
    # the ruling's strays move a panel's ends too
    room = _ROOM_MM * scale[0] * unit if ruling.stray_mm.any() else 0.0
    first = int(np.clip(np.floor(ends[0] - room), 0, len(probability) - 1))
    end = int(np.clip(np.ceil(ends[1] + room), first + 1, len(probability)))
    away = np.minimum(np.arange(first, end) + 0.5 - ends[0], ends[1] - np.arange(first, end) - 0.5)
    trust = np.clip(away / (_EDGE_MM * scale[0] * unit), _EDGE_TRUST, 1.0).astype(np.float32)
    return _Cut(number, strip, probability[first:end], trust, across, first, ruling)


def _nothing(rate_hz: float) -> Digitized:
    reason = "The leads were not located on the page."
    problem = Problem("traces", "no-panels", reason, "Use a straight, sharp picture of the whole page.", fatal=True)
    qualities = tuple(LeadQuality(lead, 0.0, 0.0, reason=reason) for lead in LEADS)
    return Digitized(Ecg(np.full((len(LEADS), 0), np.nan, np.float32), rate_hz), qualities, (), (problem,))


def _problems(page: Page, qualities: tuple[LeadQuality, ...], apart: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    problems = []
    poor = [quality.lead for quality in qualities if quality.coverage < _LITTLE]
    if poor:
        problems.append(
            Problem(
                "traces",
                "leads-not-read",
                f"Of {', '.join(poor)} less than half could be read.",
                "Use a sharper picture in which these leads are not covered.",
            )
        )
    if apart:
        problems.append(
            Problem(
                "traces",
                "leads-disagree",
                f"{', '.join(apart)} do not fit together by Einthoven's law: one of them may be misread, or their "
                "places on the page are taken wrongly.",
                "Compare these leads with the traces drawn over the page.",
            )
        )
    if any(panel.mm_per_mv is None for panel in page.panels):
        problems.append(
            Problem("traces", "gain-assumed", "The gain is not known: 10 mm/mV was assumed.", "Check the page's gain.")
        )
    return tuple(problems)
