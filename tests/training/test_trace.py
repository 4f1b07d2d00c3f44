"""Training of the trace network: crops tell where their ink is, the loss prefers the truth, a run goes on."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ecgscribe.cli.train_trace import DEFAULTS
from ecgscribe.core.errors import BadOption
from ecgscribe.data.chance import Chance
from ecgscribe.data.simulate import simulate
from ecgscribe.training import trace
from ecgscribe.training.trace import RecordStore, TraceOptions, Trainer, train_records
from ecgscribe.training.trace_loss import trace_loss
from ecgscribe.training.trace_pages import CROP_COLUMNS, PER_PX, crops

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "ptb-xl"


def drawn(count, seed=5):
    ecg = simulate("normal", 1).ecg
    source = crops(lambda chance: ecg, seed)
    return [next(source) for _ in range(count)]


def test_the_truth_of_a_crop_lies_on_its_ink():
    on, beside = [], []
    for crop in drawn(16):
        traced = np.flatnonzero(np.isfinite(crop.height))
        x, y = (traced / PER_PX).astype(int), crop.height[traced].astype(int)
        dark = crop.image[0]
        on.append(dark[y, x])
        beside.append(dark[np.clip(y + 12, 0, dark.shape[0] - 1), x])
    assert np.concatenate(on).mean() > 3 * np.concatenate(beside).mean()


def test_the_same_seed_gives_the_same_crops():
    for one, other in zip(drawn(3), drawn(3), strict=True):
        assert np.array_equal(one.image, other.image)
        assert np.array_equal(one.height, other.height, equal_nan=True)
        assert one.height.shape == (CROP_COLUMNS * PER_PX,)


def logits_at(height, bins=48):
    made = -0.5 * ((torch.arange(bins)[None, :, None] + 0.5 - height[:, None, :]) / 0.7) ** 2
    return torch.cat([made, torch.full_like(made[:, :1], -20)], dim=1)


def test_the_loss_is_least_at_the_truth():
    height = 24 + 6 * torch.sin(torch.arange(40) / 6.0)[None]
    losses = [float(trace_loss(logits_at(height + off), height)[0]) for off in (-3.0, -1.0, 0.0, 1.0, 3.0)]
    assert np.argmin(losses) == 2 and losses[0] > losses[1] and losses[4] > losses[3]


def test_ignored_columns_teach_nothing_and_absent_ones_do():
    height = torch.full((1, 40), 20.0)
    height[0, 10:20] = torch.inf
    logits = logits_at(torch.full((1, 40), 20.0))
    other = logits.clone()
    other[0, :, 11:19] = 3.0
    assert float(trace_loss(logits, height)[0]) == pytest.approx(float(trace_loss(other, height)[0]), abs=1e-5)
    height[0, 10:20] = torch.nan
    sure = logits.clone()
    sure[0, -1, 10:20] = 30.0
    assert float(trace_loss(sure, height)[0]) < float(trace_loss(logits, height)[0])


def test_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(trace, "TraceConfig", lambda: trace.TraceNet().config.__class__((8, 8, 8, 8), 1))
    options = TraceOptions(batch=1, steps=10)
    image, height = torch.rand(1, 2, 64, 64), torch.full((1, 128), 30.0)
    first = Trainer(tmp_path, options)
    first.learn(image, height)
    first.save()
    second = Trainer(tmp_path, options)
    assert second.step == 1
    assert all(torch.equal(a, b) for a, b in zip(first.network.parameters(), second.network.parameters(), strict=True))
    one, other = first.learn(image, height)["loss"], second.learn(image, height)["loss"]
    assert one == pytest.approx(other, rel=1e-3)


def test_learning_lowers_the_loss(tmp_path, monkeypatch):
    monkeypatch.setattr(trace, "TraceConfig", lambda: trace.TraceNet().config.__class__((8, 8, 8, 8), 1))
    trainer = Trainer(tmp_path, TraceOptions(batch=1, steps=1000, learning_rate=1e-2))
    image = torch.zeros(1, 2, 64, 64)
    image[:, :, 30] = 1
    losses = [trainer.learn(image, torch.full((1, 128), 30.5))["loss"] for _ in range(60)]
    assert losses[-1] < 0.7 * losses[0]


def test_only_training_records_are_taken(tmp_path):
    split = tmp_path / "split.csv"
    split.write_text("ecg_id,split\n1,train\n2,test\n3,train\n")
    (tmp_path / "ptbxl_database.csv").write_text("ecg_id,filename_hr\n1,r/1\n2,r/2\n3,r/3\n")
    (tmp_path / "r").mkdir()
    for number in (1, 2, 3):
        (tmp_path / "r" / f"{number}.hea").write_text("")
    assert [path.name for path in train_records(tmp_path, split, frozenset({3}))] == ["1"]
    with pytest.raises(BadOption):
        train_records(tmp_path, split, frozenset({1, 3}))


def test_a_broken_record_is_passed_over(tmp_path):
    with pytest.raises(BadOption):
        RecordStore([tmp_path / "nothing"])(Chance(3, "x"))


def test_options_of_the_command_are_those_of_the_recipe():
    recipe = TraceOptions()
    assert {name: getattr(recipe, name) for name in DEFAULTS} == DEFAULTS
