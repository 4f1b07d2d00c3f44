"""Options: the six scenarios, what wins over what, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecgscribe.core.errors import BadOption
from ecgscribe.training.options import TrainOptions
from ecgscribe.training.scenarios import SCENARIOS


def test_six_scenarios_as_published():
    assert [(s.init.rsplit("-", 1)[1], s.subset, s.epochs) for s in SCENARIOS.values()] == [
        ("base", 7000, 10),
        ("base", 14000, 10),
        ("base", 21671, 6),
        ("base", 21671, 10),
        ("base", 21671, 12),
        ("large", 7000, 10),
    ]
    for name in SCENARIOS:
        options = TrainOptions.build({"scenario": name})
        assert (options.preprocess, options.batch_size, options.max_new_tokens) == ("published", 4, 50)


def test_given_options_win_over_the_scenario_and_that_over_defaults():
    options = TrainOptions.build({"scenario": "base-7000", "epochs": 2.0})
    assert (options.epochs, options.subset, options.weight_decay) == (2.0, 7000, TrainOptions().weight_decay)


def test_published_optimiser():
    options = TrainOptions.build({"scenario": "base-7000", "published_optimiser": True})
    assert (options.learning_rate, options.weight_decay, options.schedule) == (5e-7, 5e-7, "published")
    assert TrainOptions.build({"scenario": "base-7000"}).learning_rate == 2e-5


def test_from_scratch_learns_faster_unless_told():
    assert TrainOptions.build({}).learning_rate == 3e-4
    assert TrainOptions.build({"learning_rate": 1e-4}).learning_rate == 1e-4
    assert TrainOptions.build({"init": "some/blip"}).learning_rate == 2e-5


def test_unknown_names_are_refused():
    with pytest.raises(BadOption, match="batchsize, epoch"):
        TrainOptions.build({"epoch": 3, "batchsize": 4})
    with pytest.raises(BadOption, match="base-700.*base-7000"):
        TrainOptions.build({"scenario": "base-700"})
    with pytest.raises(BadOption, match="'bandz'.*blip, published, bands"):
        TrainOptions.build({"preprocess": "bandz"})


@given(
    st.sampled_from(["epochs", "batch_size", "accumulation", "learning_rate", "max_new_tokens", "num_beams"]),
    st.integers(-5, 0),
)
def test_numbers_must_be_positive(name, value):
    with pytest.raises(BadOption, match=f"{value}"):
        TrainOptions.build({name: value})


@pytest.mark.parametrize("name", ["warmup_share", "label_smoothing", "dropout"])
def test_shares_are_below_one(name):
    with pytest.raises(BadOption, match="below 1"):
        TrainOptions.build({name: 1.0})


def test_recipe_leaves_out_where_and_how_it_runs():
    one = TrainOptions.build({"output": "a", "workers": 2, "dry_run": True, "resume": True, "push_to_hub": "o/n"})
    assert one.to_json() == TrainOptions.build({}).to_json()
    assert one.to_json() != TrainOptions.build({"seed": 1}).to_json()
