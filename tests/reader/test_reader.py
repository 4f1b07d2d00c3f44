"""`Reader`: never raises for a poor picture, names every problem, asks the model only about a page."""

import io
import json
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from fakes_reader import CAPTION, FakeCaptioner, ecg_page, fake_reader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import ecgscribe.page
from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadModel, BadOption
from ecgscribe.core.page import Page
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.core.report import Finding, LeadQuality, Problem
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.digitize import digitizer as digitizer_module
from ecgscribe.digitize.digitizer import Digitized
from ecgscribe.findings import classifier as classifier_module
from ecgscribe.findings.classifier import FindingsResult
from ecgscribe.reader import reader as module
from ecgscribe.reader.reader import Reader, default_model

GREY = np.full((40, 60, 3), 128, np.uint8)


@dataclass
class Found:
    """What the page room returns."""

    page: Page | None
    problems: tuple[Problem, ...] = ()


@pytest.fixture
def finds(monkeypatch):
    """Makes the page room return what the test wants; gives the pictures it was shown."""
    shown = []

    def use(found: Found) -> list[np.ndarray]:
        monkeypatch.setattr(ecgscribe.page, "find_page", lambda picture: shown.append(picture) or found, raising=False)
        return shown

    return use


def test_a_clean_page_is_complete(finds):
    finds(Found(Page(GREY)))
    reader = fake_reader()
    result = reader.read(GREY, source="a.png")
    assert result.complete and result.caption == CAPTION and result.source == "a.png"
    assert set(result.seconds) == {"picture", "page", "caption"} and min(result.seconds.values()) >= 0
    assert result.models == {"fake": "fake-1", "preprocess": reader.captioner.preprocess.digest}


def test_every_way_of_giving_a_picture_shows_the_same_pixels(finds, tmp_path):
    shown = finds(Found(Page(GREY)))
    pixels = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    file = tmp_path / "p.png"
    Image.fromarray(pixels).save(file)
    reader = fake_reader()
    names = [reader.read(given).source for given in (pixels, Image.fromarray(pixels), file, file.read_bytes())]
    assert all(np.array_equal(picture, pixels) for picture in shown) and len(shown) == 4
    assert names == ["ndarray", "Image", str(file), "bytes"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_no_bytes_make_it_raise(data):
    result = fake_reader().read(data, source="x")
    assert result.caption is None and result.problems[0].fatal and not result.complete
    assert (result.problems[0].step, result.problems[0].code) == ("picture", "unreadable")
    assert result.problems[0].message


def test_a_cut_file_is_a_problem():
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 90, 3), dtype=np.uint8)).save(stream, "PNG")
    result = fake_reader().read(stream.getvalue()[:2000])
    assert result.caption is None and result.page is None and result.problems[0].step == "picture"


def test_a_refused_page_is_not_captioned(finds):
    refusal = Problem("page", "no_grid", "No ECG grid was found.", "Show the whole page.", fatal=True)
    for page in (None, Page(GREY)):
        finds(Found(page, (refusal,)))
        reader = fake_reader()
        result = reader.read(GREY)
        assert result.caption is None and result.problems == (refusal,) and result.page is page
        assert reader.captioner.pages == [] and "caption" not in result.seconds


def test_a_doubtful_page_is_captioned_with_the_doubt(finds):
    doubt = Problem("layout", "assumed", "The layout was assumed.")
    finds(Found(Page(GREY), (doubt,)))
    result = fake_reader().read(GREY)
    assert result.caption == CAPTION and result.problems == (doubt,) and not result.complete


def test_a_silent_page_room_still_gives_a_reason(finds):
    finds(Found(None))
    assert [p.code for p in fake_reader().read(GREY).problems] == ["not_found"]


def test_a_model_that_needs_leads_says_so(finds):
    bands = Preprocess.lead_bands()
    finds(Found(Page(GREY)))
    reader = fake_reader(preprocess=bands)
    result = reader.read(GREY)
    assert result.caption is None and result.problems[-1].code == "leads_not_found"
    assert reader.captioner.pages == []
    page = ecg_page()[0]
    finds(Found(page))
    assert fake_reader(preprocess=bands).read(GREY).complete


@pytest.mark.parametrize("said", ["", "  \n"])
def test_an_empty_caption_is_none_with_a_reason(finds, said):
    finds(Found(Page(GREY)))
    result = fake_reader(caption=said).read(GREY)
    assert result.caption is None and [p.code for p in result.problems] == ["empty"]


def test_an_error_of_the_model_is_a_problem_and_a_bug_is_not_hidden(finds):
    finds(Found(Page(GREY)))
    result = fake_reader(error=BadOption("The model cannot.", "Retrain.")).read(GREY)
    assert result.caption is None
    assert [(p.step, p.message, p.hint, p.fatal) for p in result.problems] == [
        ("caption", "The model cannot.", "Retrain.", True)
    ]
    with pytest.raises(ZeroDivisionError):
        fake_reader(error=ZeroDivisionError()).read(GREY)


def test_steps_are_told_before_they_run(finds):
    finds(Found(Page(GREY)))
    steps: list[str] = []
    fake_reader().read(GREY, on_step=steps.append)
    assert steps == ["picture", "page", "caption"]


def test_the_model_is_named_by_the_environment_or_the_embedded_one(monkeypatch, tmp_path):
    monkeypatch.setenv("ECGSCRIBE_MODEL", " someone/some-model ")
    assert default_model() == "someone/some-model"
    monkeypatch.delenv("ECGSCRIBE_MODEL")
    monkeypatch.setattr(module, "EMBEDDED_MODEL", tmp_path)
    with pytest.raises(BadModel, match="ECGSCRIBE_MODEL"):
        default_model()
    (tmp_path / "config.json").write_text("{}")
    assert default_model() == str(tmp_path)


def test_from_pretrained_loads_the_named_folder_once_and_names_it(monkeypatch, tmp_path):
    from ecgscribe.captioner.blip import Captioner

    asked = []
    monkeypatch.setattr(Captioner, "from_pretrained", lambda name: asked.append(name) or FakeCaptioner())
    for place, name in ((digitizer_module, "Digitizer"), (classifier_module, "Classifier")):
        monkeypatch.setattr(place, "EMBEDDED", tmp_path / "not there")
        monkeypatch.setattr(getattr(place, name), "from_pretrained", lambda folder: folder)
    assert Reader.from_pretrained(tmp_path).name == tmp_path.name
    assert Reader.from_pretrained("someone/some-model").name == "someone/some-model"
    assert asked == [str(tmp_path), "someone/some-model"]
    bare = Reader.from_pretrained(tmp_path)
    assert bare.digitizer.revision == "classical" and bare.classifier is None
    named = Reader.from_pretrained(tmp_path, trace="a/trace", findings="a/findings")
    assert (named.digitizer, named.classifier) == ("a/trace", "a/findings")


def test_a_grid_that_shows_is_said(finds):
    dark, _ = ecg_page()
    finds(Found(dark))
    reader = fake_reader(preprocess=Preprocess.lead_bands())
    assert reader.read(GREY).complete, "a drawn page is mostly blank"
    picture = dark.picture.copy()
    picture[::4] = picture[:, ::4] = 40
    finds(Found(replace(dark, picture=picture)))
    told = reader.read(GREY)
    assert told.caption == CAPTION and not told.complete
    assert [problem.code for problem in told.problems] == ["grid_shows"]


@dataclass
class FakeDigitizer:
    """Gives `ecg` for every page, with one quality a lead."""

    ecg: Ecg
    revision: str = "traces-1"
    problems: tuple[Problem, ...] = ()
    coverage: float = 1.0

    def read(self, page):
        qualities = tuple(LeadQuality(lead, self.coverage, 1.0) for lead in self.ecg.leads)
        return Digitized(self.ecg, qualities, tuple(np.zeros((3, 2)) for _ in page.panels), self.problems)


@dataclass
class FakeClassifier:
    findings: tuple[Finding, ...] = ()
    revision: str = "findings-1"
    seen: list = field(default_factory=list)

    def read(self, page, ecg=None):
        self.seen.append((page, ecg))
        return FindingsResult(self.findings, ())


def full_reader(ecg: Ecg, findings: tuple[Finding, ...] = (), **captioner) -> Reader:
    return Reader(FakeCaptioner(**captioner), "fake", FakeDigitizer(ecg), FakeClassifier(findings))


def test_signals_measurements_and_findings_come_with_the_caption(finds):
    page, _ = ecg_page()
    finds(Found(page))
    ecg = simulate("normal", 3).ecg
    infarct = Finding("MI", "myocardial infarction", "superclass", 0.8, 0.4, "present", 90)
    reader = full_reader(ecg, (infarct,), caption="sinus rhythm. normal ecg.")
    result = reader.read(GREY)
    assert list(result.seconds) == ["picture", "page", "traces", "measurements", "findings", "caption"]
    assert result.ecg is ecg and len(result.qualities) == 12 and len(result.traces_px) == len(page.panels)
    rate = next(m for m in result.measurements if m.name == "rate")
    assert 50 <= rate.value <= 100 and [s.code for s in result.statements] == ["SR", "NORM"]
    assert reader.classifier.seen[0][1] is ecg and result.findings == (infarct,)
    assert result.models["ecg-trace"] == "traces-1" and result.models["ecg-findings"] == "findings-1"
    assert [p.code for p in result.problems] == ["disagreement"] and not result.complete
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert told["findings"][0]["code"] == "MI" and len(told["leads"]) == 12


def test_a_page_unlike_those_of_training_is_redrawn_for_the_caption(finds):
    ecg = simulate("normal", 3).ecg
    page, _ = render(ecg, layout="6x2", px_per_mm=4.0)
    finds(Found(page))
    reader = full_reader(ecg, caption="sinus rhythm.", preprocess=Preprocess.lead_bands())
    result = reader.read(GREY)
    assert [p.code for p in result.problems] == ["redrawn"]
    assert reader.captioner.pages[0].layout == "3x4+1" and result.page is page


def test_a_page_unlike_training_that_cannot_be_redrawn_is_doubted(finds):
    ecg = simulate("normal", 3).ecg
    page, _ = render(ecg, layout="6x2", px_per_mm=4.0)
    signal = ecg.signal_mv.copy()
    signal[ecg.leads.index("V3")] = np.nan
    finds(Found(page))
    reader = full_reader(Ecg(signal, ecg.rate_hz), preprocess=Preprocess.lead_bands())
    result = reader.read(GREY)
    assert "unlike-training" in [p.code for p in result.problems]
    assert reader.captioner.pages == [page]


def test_a_corrected_page_is_read_without_finding_it_again(finds):
    shown = finds(Found(None))
    page, _ = ecg_page()
    result = full_reader(simulate("normal", 3).ecg).read_page(page, "by hand")
    assert result.caption == CAPTION and result.source == "by hand" and shown == []


def test_without_traces_there_is_no_caption(finds):
    page, _ = ecg_page()
    finds(Found(page))
    reader = full_reader(simulate("normal", 3).ecg)
    reader.digitizer.coverage = 0.3
    result = reader.read(GREY)
    assert result.caption is None and "traces_not_read" in [p.code for p in result.problems]
    assert reader.captioner.pages == []


def test_the_page_of_the_result_is_the_one_that_was_read(finds):
    """The models see the panels as they were found, people those that were read."""
    found = ecg_page()[0]
    read = replace(found, panels=tuple(replace(p, lead="III") if p.rhythm else p for p in found.panels))

    class Renaming(FakeDigitizer):
        def read(self, page):
            return replace(super().read(page), page=read)

    finds(Found(found))
    reader = fake_reader()
    reader.digitizer = Renaming(simulate("normal", 3).ecg)
    result = reader.read(GREY)
    assert result.page is read and reader.captioner.pages == [found]
