"""`Classifier.read`: what comes out for pages, signals, both, and poor input; folders round trip and are checked."""

import json
import shutil

import numpy as np
import pytest
import torch
from findings_models import small_model

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadModel, BadOption
from ecgscribe.core.page import Page
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.evidence import blanked, ink_weights, stretches, strongest
from ecgscribe.findings.folder import save_folder
from ecgscribe.findings.frame import cell_box, lead_frame
from ecgscribe.findings.nets import members_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_folder(tmp_path_factory.mktemp("model") / "findings", small_model(), {"README.md": "card"})


def test_page_signals_and_both_give_every_label(classifier, page, ecg):
    for view, given in (("picture", (page, None)), ("signal", (None, ecg)), ("both", (page, ecg))):
        result = classifier.read(*given)
        assert {finding.view for finding in result.findings} == {view} and not result.problems
        assert [finding.code for finding in result.findings][:6] == ["ABNORMAL", "NORM", "MI", "STTC", "CD", "HYP"]
        assert len(result.findings) == len(classifier.labels) + 1
        assert set(result.not_assessed) == {"Acute MI", "TRIGU"}


def test_abnormal_mirrors_norm(classifier, page):
    by_code = {finding.code: finding for finding in classifier.read(page).findings}
    assert by_code["ABNORMAL"].probability == pytest.approx(1 - by_code["NORM"].probability)
    assert {by_code["ABNORMAL"].verdict, by_code["NORM"].verdict} in ({"present", "absent"}, {"uncertain"})


def test_evidence_lies_on_the_page_and_only_of_what_is_not_absent(classifier, page):
    height, width = page.size_px
    for finding in classifier.read(page).findings:
        assert len(finding.evidence) <= 3 and (not finding.evidence or finding.verdict != "absent")
        for x0, y0, x1, y1 in finding.evidence:
            assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height


def test_ink_weights_foretell_what_blanking_costs(classifier, page):
    """To first order: for faint ink the two agree."""
    frame, seen = lead_frame(page)
    frame = (frame // 12).astype(np.uint8)
    net = classifier.model.nets["picture"]
    whole = classifier.view_logits("picture", (frame, seen))[1]
    found = strongest(stretches(ink_weights(net, frame, seen, [1])[0], seen), 6)
    falls = [whole - classifier.view_logits("picture", (blanked(frame, s), seen))[1] for s in found]
    assert len(found) >= 3 and np.mean(np.array(falls) > 0) >= 0.6
    x0, y0, _, y1 = cell_box(found[0].slot)
    assert blanked(frame, found[0])[y0:y1, x0 + found[0].x0 : x0 + found[0].x1].max() == 0


def test_ink_weights_of_several_labels_are_those_of_each(classifier, page):
    net, held = classifier.model.nets["picture"], lead_frame(page)
    together = ink_weights(net, *held, [0, 3])
    apart = [ink_weights(net, *held, [k])[0] for k in (0, 3)]
    np.testing.assert_allclose(together, apart, atol=1e-7)
    assert ink_weights(net, *held, []).shape == (0, *held[0].shape)


def test_missing_leads_are_told_and_the_rest_is_read(classifier, page):
    some = Page(page.picture, px_per_mm=page.px_per_mm, panels=page.panels[:9])
    result = classifier.read(some)
    assert result.findings and [problem.code for problem in result.problems] == ["missing-leads"]
    few = classifier.read(Page(page.picture, px_per_mm=page.px_per_mm, panels=page.panels[:2]))
    assert not few.findings and few.problems[0].code == "few-leads"


def test_what_is_missing_on_picture_and_signals_alike_is_told_once(classifier, page, ecg):
    panels = page.panels[:6]
    signal = np.array(ecg.signal_mv)
    signal[[k for k, lead in enumerate(ecg.leads) if lead not in {panel.lead for panel in panels}]] = np.nan
    some = Page(page.picture, px_per_mm=page.px_per_mm, panels=panels)
    (problem,) = classifier.read(some, Ecg(signal, ecg.rate_hz)).problems
    assert (
        problem.code == "missing-leads"
        and "6 of 12 leads are missing on the picture and the signals" in problem.message
    )


def test_a_page_without_leads_and_an_empty_signal_are_told(classifier, page, ecg):
    bare = Page(page.picture)
    assert [problem.code for problem in classifier.read(bare).problems] == ["no-leads"]
    empty = Ecg(np.full((12, 2500), np.nan), 250)
    result = classifier.read(page, empty)
    assert result.findings[0].view == "picture" and result.problems[0].code == "no-signal"
    with pytest.raises(BadOption, match="nothing to read"):
        classifier.read(None)


def test_a_folder_gives_the_same_answers(classifier, folder, page, ecg):
    again = Classifier.from_pretrained(folder)
    before, after = (c.read(page, ecg).findings for c in (classifier, again))
    np.testing.assert_allclose([f.probability for f in after], [f.probability for f in before], atol=5e-3)
    assert len(again.revision) == 12 and [f.code for f in after] == [f.code for f in before]


def test_several_signal_nets_answer_with_their_mean_and_round_trip(page, ecg, tmp_path):
    model = small_model(3, members=3)
    inputs = Classifier(model).inputs(page, ecg)[0]["signal"]
    joined = Classifier(model).view_logits("signal", inputs)
    with torch.inference_mode():
        each = [net(*(torch.from_numpy(array) for array in inputs)).mean(0).numpy() for net in model.nets["signal"]]
    np.testing.assert_allclose(joined, np.mean(each, 0), atol=1e-6)
    assert np.ptp(each, axis=0).max() > 1e-3, "the members differ"
    again = Classifier.from_pretrained(save_folder(tmp_path / "m", model))
    assert members_of(again.model.nets["signal"]) == 3 and members_of(again.model.nets["picture"]) == 1
    np.testing.assert_allclose(again.view_logits("signal", inputs), joined, atol=5e-3)
    assert again.read(page, ecg).findings[0].view == "both"


def test_nets_of_the_average_beat_join_the_signal_and_round_trip(page, ecg, tmp_path):
    model = small_model(3, beats=2)
    classifier = Classifier(model)
    inputs = classifier.inputs(page, ecg)[0]["signal"]
    assert len(inputs) == 5 and len(Classifier(small_model(3)).inputs(page, ecg)[0]["signal"]) == 3
    share = model.calibration.beat_share
    with torch.inference_mode():
        windows = classifier.view_logits("signal", inputs[:3])
        beats = model.nets["beat"](*(torch.from_numpy(array) for array in inputs[3:]))[0].numpy()
    found = classifier.view_logits("signal", inputs)
    np.testing.assert_allclose(found, (1 - share) * windows + share * beats, atol=1e-5)
    again = Classifier.from_pretrained(save_folder(tmp_path / "m", model))
    assert members_of(again.model.nets["beat"]) == 2
    np.testing.assert_allclose(again.view_logits("signal", inputs), found, atol=5e-3)
    assert again.read(page, ecg).findings[0].view == "both" and again.read(None, ecg).findings[0].view == "signal"
    flat = again.read(None, Ecg(np.zeros((12, 2500)), 250))
    assert flat.findings, "without a beat the windows answer alone"


def test_nets_of_the_average_beat_need_signal_nets_and_shares(tmp_path):
    folder = save_folder(tmp_path / "m", small_model(beats=1))
    calibration = json.loads((folder / "calibration.json").read_text())
    shares = calibration.pop("beat_share")
    (folder / "calibration.json").write_text(json.dumps(calibration))
    with pytest.raises(BadModel, match="average beat"):
        Classifier.from_pretrained(folder)
    _edit(folder / "calibration.json", beat_share=shares)
    assert Classifier.from_pretrained(folder).hears_beats
    _edit(folder / "config.json", views=["picture", "beat"])
    with pytest.raises(BadModel, match="average beat"):
        Classifier.from_pretrained(folder)


def test_a_folder_from_before_there_were_members_still_loads(folder, tmp_path, page, ecg):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    config = json.loads((copy / "config.json").read_text())
    del config["members"]
    (copy / "config.json").write_text(json.dumps(config))
    old, new = (Classifier.from_pretrained(place).read(page, ecg).findings for place in (copy, folder))
    assert old == new


@pytest.mark.parametrize(
    "spoil, told",
    [
        (lambda folder: (folder / "calibration.json").unlink(), "has no calibration.json"),
        (lambda folder: (folder / "config.json").write_text("{"), "is no JSON"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x"), "does not load"),
        (lambda folder: _edit(folder / "config.json", labels=[]), "0 labels"),
        (lambda folder: _edit(folder / "config.json", members={"signal": 2}), "does not load"),
        (lambda folder: _edit(folder / "config.json", members={"signal": 0}), "0 members of the view 'signal'"),
        (lambda folder: _edit(folder / "config.json", schema="other/1"), "schema"),
        (lambda folder: _edit(folder / "calibration.json", picture_share=[0.5]), "shares of the picture"),
    ],
)
def test_broken_folders_are_refused_with_what_is_wrong(folder, tmp_path, spoil, told):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    spoil(copy)
    with pytest.raises(BadModel, match=told):
        Classifier.from_pretrained(copy)


def _edit(path, **fields):
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))
