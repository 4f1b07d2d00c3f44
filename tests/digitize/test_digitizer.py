"""Laws of the digitiser with a network that knows the truth: geometry, time, gain, gaps, and what is missing."""

from dataclasses import replace

import numpy as np
import pytest

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadModel, BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.standards import LEADS, Scale
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.digitize import Digitizer
from ecgscribe.digitize.strips import STRIP_ROWS, cut_strips, page_scale, rows_of

PX_PER_MM = 4.0


class Oracle:
    """Stands in for the network: the true heights as bilinear weights; at `blind` (x0, x1) px it sees nothing."""

    def __init__(self, page: Page, traces_px, blind=None):
        self.page, self.traces_px, self.blind = page, traces_px, blind

    def probabilities(self, images):
        strips = cut_strips(self.page, page_scale(self.page))
        return [self._probability(strip) for strip in strips]

    def _probability(self, strip):
        columns = strip.image.shape[2] * 2
        made = np.zeros((columns, STRIP_ROWS), np.float32)
        centres = (np.arange(columns) + 0.5) / 2
        for k in strip.panels:
            trace = self.traces_px[k][np.isfinite(self.traces_px[k]).all(axis=1)]
            if len(trace) == 0:
                continue
            x, y = strip.from_page(trace).T
            inside = (centres >= x[0]) & (centres <= x[-1])
            height = np.interp(centres[inside], x, y) - 0.5
            low = np.clip(np.floor(height).astype(int), 0, STRIP_ROWS - 2)
            share = (height - low).astype(np.float32)
            rows = np.flatnonzero(inside)
            made[rows, low], made[rows, low + 1] = 1 - share, share
        if self.blind is not None:
            x = strip.to_page(centres, centres * 0)[:, 0]
            made[(x >= self.blind[0]) & (x < self.blind[1])] = 0
        return made


@pytest.fixture(scope="module")
def ecg():
    return simulate("normal", 3).ecg


def read(page, truth, blind=None, rate_hz=500.0, repair=False):
    return Digitizer(Oracle(page, truth.traces_px, blind), "oracle", repair).read(page, rate_hz)


def rmse_mv(ecg, digitized, page):
    """Of all leads, the page moved by up to 2.5 ms: rows that start on a line are put a hair beside it."""
    return min(_rmse_mv(ecg, digitized, page, late_s) for late_s in np.linspace(-0.0025, 0.0025, 11))


def test_the_foot_of_a_pulse_is_not_the_leads_first_sample(ecg):
    page, truth = render(ecg, layout="3x4+1", px_per_mm=PX_PER_MM)
    first = page.panels[0]
    trace = truth.traces_px[0].copy()
    # what a network sees where a pulse joins the trace: the falling stroke reaches 0.4 mm into the panel
    reach = trace[:, 0] < first.box_px[0] + 0.4 * PX_PER_MM
    trace[reach, 1] = first.baseline_px - 9 * PX_PER_MM
    digitized = Digitizer(Oracle(page, [trace, *truth.traces_px[1:]]), "oracle", False).read(page)
    read_mv = digitized.ecg.lead_mv(first.lead)[:100]
    assert np.isnan(read_mv[:3]).all() and np.nanmax(np.abs(read_mv - ecg.lead_mv(first.lead)[:100])) < 0.2


def _rmse_mv(ecg, digitized, page, late_s):
    errors = []
    for panel in page.panels:
        first, last = (int(round(s * ecg.rate_hz)) for s in (panel.start_s, panel.start_s + panel.length_s))
        mine = digitized.ecg.lead_mv(panel.lead)[first:last]
        places = np.arange(first, first + len(mine)) + late_s * ecg.rate_hz
        true = np.interp(places, np.arange(ecg.signal_mv.shape[1]), ecg.lead_mv(panel.lead))
        errors.append((mine - true)[5:-5])
    return float(np.sqrt(np.nanmean(np.concatenate(errors) ** 2)))


@pytest.mark.parametrize("layout", ["3x4+1", "3x4-cabrera", "6x2+1", "12x1"])
def test_what_is_drawn_is_read_back(ecg, layout):
    page, truth = render(ecg, layout=layout, px_per_mm=PX_PER_MM)
    digitized = read(page, truth)
    assert digitized.ecg.leads == LEADS
    assert rmse_mv(ecg, digitized, page) < 0.012, "25 uV a pixel here"
    assert all(quality.coverage > 0.98 for quality in digitized.qualities)
    assert len(digitized.traces_px) == len(page.panels)


@pytest.mark.parametrize("scale", [Scale(25, 5), Scale(25, 20), Scale(50, 10), Scale(25, 10, 5)])
def test_gain_and_speed_are_undone(ecg, scale):
    layout = "6x2" if scale.mm_per_s == 50 else "3x4+1"
    ecg = replace(ecg, signal_mv=ecg.signal_mv * 0.5)  # a strip reaches 28 mm up and down
    page, truth = render(ecg, layout=layout, px_per_mm=PX_PER_MM, scale=scale)
    assert rmse_mv(ecg, read(page, truth), page) < 0.1 / scale.gain("V1")


def test_panels_without_a_gain_are_read_at_10_mm_per_mv_and_say_so(ecg):
    page, truth = render(ecg, px_per_mm=PX_PER_MM)
    page = replace(page, panels=tuple(replace(panel, mm_per_mv=None) for panel in page.panels))
    digitized = read(page, truth)
    assert "gain-assumed" in [problem.code for problem in digitized.problems]
    assert rmse_mv(ecg, digitized, page) < 0.012


def test_a_moved_page_reads_the_same(ecg):
    page, truth = render(ecg, px_per_mm=PX_PER_MM)
    picture = np.pad(page.picture, ((13, 0), (7, 0), (0, 0)), constant_values=255)
    panels = tuple(
        replace(p, box_px=tuple(v + (7, 13)[k % 2] for k, v in enumerate(p.box_px)), baseline_px=p.baseline_px + 13)
        for p in page.panels
    )
    moved = replace(page, picture=picture, panels=panels)
    there = replace(truth, traces_px=tuple(trace + (7, 13) for trace in truth.traces_px))
    first, second = read(page, truth).ecg.signal_mv, read(moved, there).ecg.signal_mv
    assert np.nanmax(np.abs(first - second)) < 0.02


def test_the_rate_changes_only_the_number_of_samples(ecg):
    page, truth = render(ecg, px_per_mm=PX_PER_MM)
    fine, coarse = read(page, truth, rate_hz=500.0).ecg, read(page, truth, rate_hz=250.0).ecg
    assert coarse.signal_mv.shape[1] * 2 == fine.signal_mv.shape[1]
    assert np.nanmax(np.abs(coarse.signal_mv - fine.signal_mv[:, ::2])) < 0.05


def test_what_is_covered_is_nan_and_nothing_is_invented(ecg):
    page, truth = render(ecg, layout="3x4", px_per_mm=PX_PER_MM)
    panel = next(panel for panel in page.panels if panel.lead == "V1")
    x0, x1 = panel.box_px[0] + 40, panel.box_px[0] + 140
    digitized = read(page, truth, blind=(x0, x1))
    per_s = PX_PER_MM * 25
    first, last = (int((panel.start_s + (x - panel.box_px[0]) / per_s) * 500) for x in (x0, x1))
    signal = digitized.ecg.lead_mv("V1")
    assert np.isnan(signal[first + 12 : last - 12]).all()
    assert np.isfinite(signal[first - 100 : first - 12]).all()
    quality = next(quality for quality in digitized.qualities if quality.lead == "V1")
    assert quality.coverage == pytest.approx(1 - 100 / (2.5 * per_s), abs=0.03)


def test_a_lead_that_is_not_drawn_is_nan_and_named(ecg):
    signal = ecg.signal_mv.copy()
    signal[LEADS.index("V3")] = np.nan
    page, truth = render(Ecg(signal, ecg.rate_hz), px_per_mm=PX_PER_MM)
    digitized = read(page, truth)
    assert np.isnan(digitized.ecg.lead_mv("V3")).all()
    assert any("V3" in problem.message for problem in digitized.problems)
    assert next(quality for quality in digitized.qualities if quality.lead == "V3").coverage == 0


def test_short_leads_are_nan_outside_their_window(ecg):
    page, truth = render(ecg, px_per_mm=PX_PER_MM)
    signal = read(page, truth).ecg
    assert np.isfinite(signal.lead_mv("II")).mean() > 0.98
    assert np.isnan(signal.lead_mv("I")[1260:]).all()
    assert np.isnan(signal.lead_mv("V6")[:3700]).all()


def test_a_page_without_panels_gives_an_empty_ecg_and_a_reason():
    digitized = Digitizer().read(Page(np.full((50, 60, 3), 255, np.uint8)))
    assert digitized.ecg.signal_mv.shape == (12, 0)
    assert digitized.problems[0].fatal and digitized.problems[0].code == "no-panels"


def test_an_empty_page_is_read_as_nothing(ecg):
    page, _ = render(ecg, px_per_mm=PX_PER_MM)
    bare = replace(page, picture=np.full_like(page.picture, 250))
    digitized = Digitizer().read(bare)
    assert np.isnan(digitized.ecg.signal_mv).all()
    assert all(quality.coverage == 0 and quality.reason for quality in digitized.qualities)


def test_a_wrong_rate_and_a_wrong_folder_are_refused(tmp_path):
    with pytest.raises(BadOption):
        Digitizer().read(Page(np.zeros((5, 5, 3), np.uint8)), rate_hz=0)
    with pytest.raises(BadModel):
        Digitizer.from_pretrained(tmp_path)


@pytest.mark.parametrize(("layout", "rows"), [("3x4", 3), ("3x4+1", 4), ("3x4+3", 6), ("6x2+1", 7), ("12x1", 12)])
def test_rows_hold_the_panels_side_by_side(ecg, layout, rows):
    page, _ = render(ecg, layout=layout, px_per_mm=PX_PER_MM)
    found = rows_of(page.panels, page.px_per_mm)
    assert len(found) == rows
    assert sorted(sum(found, ())) == list(range(len(page.panels)))


def test_strips_know_the_way_back(ecg):
    page, _ = render(ecg, px_per_mm=6.3)
    for strip in cut_strips(page, page.px_per_mm):
        points = np.random.default_rng(0).uniform(0, 500, (20, 2))
        there = strip.from_page(points)
        assert np.allclose(strip.to_page(*there.T), points)
        assert strip.image.shape[1] == STRIP_ROWS and strip.image.shape[2] % 32 == 0
        assert 0 <= strip.image.min() and strip.image.max() <= 1


def test_the_page_that_comes_back_has_the_strip_under_the_name_it_runs_with(ecg):
    page, truth = render(ecg, layout="3x4+1", px_per_mm=PX_PER_MM)
    called = tuple(replace(panel, lead="III") if panel.rhythm else panel for panel in page.panels)
    digitized = read(replace(page, panels=called), truth)
    assert [problem.code for problem in digitized.problems] == ["strip-renamed"]
    assert [panel.lead for panel in digitized.page.panels] == [panel.lead for panel in page.panels]
    assert np.isfinite(digitized.ecg.lead_mv("II")).mean() > 0.95
    boxes = np.array([[panel.box_px for panel in given.panels] for given in (digitized.page, page)])
    assert np.abs(boxes[0] - boxes[1]).max() < PX_PER_MM
