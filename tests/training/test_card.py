"""The card says what training.json says."""

import yaml

from ecgscribe.training.card import training_card
from ecgscribe.training.options import TrainOptions


def record(**changed) -> dict:
    options = TrainOptions.build({"dataset": "rows", "output": "m"} | changed)
    return {
        "name": "m",
        "options": options.recipe(),
        "rows": {"train": {"used": 12, "cut": 2, "dropped": {"no page: grid": 3}}},
        "steps": 40,
        "seconds": 12.3,
        "processes": 1,
        "device": "CPU",
        "parameters": 9394897,
        "preprocess_digest": options.pixels().digest,
        "best_validation_loss": None,
        "versions": {"torch": "2.13.0"},
    }


def test_numbers_appear():
    card = training_card(record())
    for text in ("12 rows", "2 captions cut", "3 rows left out (no page: grid)", "| steps | 40 |", "9,394,897"):
        assert text in card
    assert "from scratch" in card and "best validation loss" not in card
    assert "Not a medical device" in card


def test_front_matter_is_yaml_and_names_the_base():
    fine = training_card(record(scenario="base-7000"))
    front = yaml.safe_load(fine.split("---")[1])
    assert front["base_model"] == "Salesforce/blip-image-captioning-base"
    assert front["license"] == "apache-2.0"
    assert "Scenario `base-7000`" in fine
    assert "base_model" not in yaml.safe_load(training_card(record()).split("---")[1])
    assert "base_model" not in yaml.safe_load(training_card(record(init="/some/folder")).split("---")[1])


def test_scores_are_pointed_to_only_when_there_are_any():
    assert "Not scored yet" in training_card(record())
    assert "results.json" in training_card(record(), has_results=True)
