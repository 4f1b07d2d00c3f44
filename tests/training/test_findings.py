"""The recipe of the findings on the sample: trains, resumes, exports; folds keep patients apart."""

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from ecgscribe.cli.main import main, parser
from ecgscribe.cli.train_findings import DEFAULTS
from ecgscribe.core.errors import BadOption
from ecgscribe.data.simulate import simulate
from ecgscribe.findings.classifier import Classifier
from ecgscribe.findings.frame import FRAME_PX, lead_frame
from ecgscribe.findings.labels import labels_of
from ecgscribe.findings.nets import members_of
from ecgscribe.training.findings import FindingsOptions
from ecgscribe.training.findings_card import command_of
from ecgscribe.training.findings_draw import varied_frame, varied_windows
from ecgscribe.training.findings_export import best_share, joined
from ecgscribe.training.findings_run import (
    RARE,
    FindingsRun,
    compare_backbones,
    cross_validate,
    load,
    sizes_of,
    train_findings,
    with_simulated,
)

SAMPLE = "sample/ptb-xl"


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("findings")


def options(**other) -> FindingsOptions:
    return FindingsOptions(**{"epochs": 1, "least_label": 12, "bare": 1.0, "bare_end": 1.0, **other})


def a_run(work, **other) -> FindingsRun:
    from pathlib import Path

    fields = {"epochs": (("picture", 1), ("signal", 2)), "backbone": "resnet-tiny", "views": ("signal",)}
    return FindingsRun(Path(SAMPLE), work / "model", work, **{**fields, **other})


def test_the_command_offers_the_settings_of_the_recipe():
    recipe = FindingsOptions()
    assert {name: getattr(recipe, name) for name in DEFAULTS} == DEFAULTS


def test_the_card_prints_the_command_that_trains_each_view():
    told = command_of("signal", {**asdict(FindingsOptions(epochs=7)), "batch": 16}, members=3)
    given = told.replace("\\\n", " ").split()[3:]
    assert given[-6:] == ["--signal-epochs", "7", "--members", "3", "--batch", "16"]
    assert parser().parse_args(given).batch == 16 and "--ema" not in told
    later = command_of("picture", {**asdict(FindingsOptions()), "start": "x/picture.pt", "warm_up": 0.05})
    assert later.endswith("--picture-epochs 14 --warm-up 0.05 --start CHECKPOINT")


def test_frames_and_windows_are_the_same_for_the_same_seed():
    ecg = simulate("normal", 1, rate_hz=250).ecg
    for bare in (0.0, 1.0):
        first, again, other = (varied_frame(ecg, (1, seed, 5), 3, bare) for seed in (0, 0, 1))
        assert first[0].shape == FRAME_PX and (first[0] == again[0]).all() and (first[0] != other[0]).any()
    first, again, other = (varied_windows(ecg, (1, seed, 5)) for seed in (0, 0, 1))
    assert all((a == b).all() for a, b in zip(first, again, strict=True)) and (first[0] != other[0]).any()


@pytest.mark.slow
def test_training_resumes_where_it_stopped_and_its_folder_loads(work):
    said = []
    log = lambda text, **_: said.append(text)  # noqa: E731
    train_findings(a_run(work), options(), log=log)
    kept = torch.load(work / "signal" / "signal.pt", weights_only=True)
    assert [entry["epoch"] for entry in kept["history"]] == [0, 1]
    said.clear()
    train_findings(a_run(work), options(), log=log)
    assert not [line for line in said if line.startswith("signal")], "nothing is left to train"
    classifier = Classifier.from_pretrained(work / "model")
    result = classifier.read(None, simulate("normal", 2).ecg)
    assert len(result.findings) > 6 and "Acute MI" in result.not_assessed
    told = json.loads((work / "model" / "training.json").read_text())
    assert set(told["views"]) == {"signal"} and "| signal | 1 |" in (work / "model" / "README.md").read_text()
    with pytest.raises(BadOption, match="other options"):
        train_findings(a_run(work), options(rate=1e-4), log=log)
    start = str(work / "signal" / "signal.pt")
    later = a_run(work / "later", epochs=(("picture", 1), ("signal", 1)))
    train_findings(later, options(start=start, rate=1e-9), log=log)
    first, second = (torch.load(w / "signal" / "signal.pt", weights_only=True)["mean"] for w in (work, work / "later"))
    torch.testing.assert_close(second["head.1.weight"], first["head.1.weight"], atol=1e-4, rtol=0)
    with pytest.raises(BadOption, match="no checkpoint of these labels"):
        train_findings(a_run(work / "third"), options(start=start, least_label=60), log=log)


@pytest.mark.slow
def test_several_signal_nets_are_trained_and_exported_together(work):
    said = []
    few = {"epochs": (("picture", 1), ("signal", 1)), "members": 2}
    train_findings(a_run(work / "two", **few), options(batch=16), log=lambda text, **_: said.append(text))
    seeds = [json.loads(torch.load(work / "two" / place / "signal.pt", weights_only=True)["mark"])[2]["seed"]
             for place in ("signal", "signal-1")]  # fmt: skip
    assert seeds == [42, 43]
    folder = work / "two" / "model"
    assert members_of(Classifier.from_pretrained(folder).model.nets["signal"]) == 2
    told = json.loads((folder / "training.json").read_text())["views"]["signal"]["nets"]
    assert [net["seed"] for net in told] == [42, 43] and told[0]["settings"]["batch"] == 16
    card = (folder / "README.md").read_text()
    assert "| signal, seed 43 | 0 |" in card and "2 signal nets" in card
    with pytest.raises(BadOption, match="signal-2"):
        train_findings(a_run(work / "two", **{**few, "members": 3}), options(batch=16), export_only=True)
    with pytest.raises(BadOption, match="0 signal nets"):
        a_run(work, members=0)


@pytest.mark.slow
def test_nets_of_the_average_beat_are_trained_and_join_the_signal(work):
    said = []
    run = {"epochs": (("signal", 1), ("beat", 1)), "members": 2}
    first = a_run(work / "beats", views=("beat",), **run)
    with pytest.raises(BadOption, match="beside signal nets"):
        train_findings(first, options(batch=16), log=lambda text, **_: said.append(text))
    kept = {path.name: path.stat().st_mtime_ns for path in (work / "beats" / "cache").glob("beats*.npz")}
    assert {"beats-1.npz", "beats-2.npz"} <= set(kept)
    train_findings(a_run(work / "beats", views=("signal", "beat"), **run), options(batch=16), log=lambda *_, **__: 0)
    assert (work / "beats" / "cache" / "beats-1.npz").stat().st_mtime_ns == kept["beats-1.npz"], "made once"
    folder = work / "beats" / "model"
    classifier = Classifier.from_pretrained(folder)
    assert members_of(classifier.model.nets["beat"]) == 2 and classifier.model.calibration.beat_share is not None
    told = json.loads((folder / "training.json").read_text())["views"]
    assert set(told) == {"signal", "beat", "signal and beat"} and "worn_calibration_error" in told["signal and beat"]
    card = (folder / "README.md").read_text()
    assert "2 nets hear the average beat" in card and "--beat-epochs 1 --members 2" in card
    assert classifier.read(None, simulate("normal", 2).ecg).findings


def test_the_share_of_the_better_logits_is_the_greater():
    labels, _ = labels_of([{"NORM": 100.0, "SR": 0.0}] * 2, {"NORM": "NORM"}, 1)
    chance = np.random.default_rng(0)
    target = (chance.random((400, len(labels))) < 0.4).astype(float)
    good, bad = target * 3 - 1.5 + chance.normal(size=target.shape), chance.normal(size=target.shape)
    assert best_share(labels, good, bad, target).min() > 0.7
    mixed, share = joined(labels, bad[None], good[None], target)
    assert share.min() > 0.7 and mixed.shape == (1, 400, len(labels))


@pytest.mark.slow
def test_folds_keep_patients_apart_and_are_told_in_a_table(work):
    said = []
    run = a_run(work / "folds", epochs=(("picture", 1), ("signal", 1)))
    rows = cross_validate(run, options(batch=16), 2, log=lambda text, **_: said.append(text))
    assert [row["fold"] for row in rows] == [0, 1] and "+-" in said[-1]
    everything = sum(len(part) for part in load(run))
    assert sum(row["validation"] for row in rows) == everything
    with pytest.raises(BadOption, match="1 folds"):
        cross_validate(run, options(), 1)


@pytest.mark.slow
def test_backbones_are_compared_and_simulated_records_join(work):
    said = []
    run = a_run(work / "compared", epochs=(("picture", 1), ("signal", 1)), views=("picture",), simulated=1)
    train, _ = load(run)
    few = train.part(range(32))
    labels, _ = labels_of(train.codes, train.classes, 12)
    joined = with_simulated(run, few, labels, options())
    extra = joined.codes[32:]
    rare = {label.code for label in labels if label.task == "statement" and label.support < RARE}
    assert extra and all(set(codes) & rare for codes in extra) and len(joined) == 32 + len(extra)
    assert with_simulated(run, few, labels, options()).bank.signal_uv[-1].tolist() == joined.bank.signal_uv[-1].tolist()
    rows = compare_backbones(run, options(), ["resnet-tiny"], log=lambda text, **_: said.append(text))
    assert rows[0]["parameters"] > 1e5 and "| picture | resnet-tiny |" in said[-1]


def test_unknown_views_and_backbones_are_refused(tmp_path, capsys):
    given = ["train-findings", "--output", str(tmp_path / "m"), "--work", str(tmp_path / "w")]
    assert main([*given, "--views", "sound"]) == 2 and "sound" in capsys.readouterr().err
    with pytest.raises(BadOption, match="resnet-slim"):
        sizes_of("resnet-huge")


def test_frames_of_training_and_serving_are_one_function(work):
    from ecgscribe.data.render import render
    from ecgscribe.training.findings_draw import plain_frame

    ecg = simulate("normal", 4, rate_hz=250).ecg
    np.testing.assert_array_equal(plain_frame(ecg)[0], lead_frame(render(ecg, px_per_mm=5.0)[0])[0])
