"""The tables hold the numbers of results.json, and the card keeps everything else."""

import copy
import re

import pytest
from fakes import FakeReader, write_dataset

from ecgscribe.evaluation import systems
from ecgscribe.evaluation.ecg_captions import scorer
from ecgscribe.evaluation.run import Options, run
from ecgscribe.evaluation.table import fill_card, markdown

CARD = "---\nlicense: mit\n---\n# A model\n\n## Data\n\ntext\n\n## Scores\n\nNot scored.\n\n## Limits\n\nmany\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("table")
    dataset = write_dataset(folder / "d", {"train": [0, 1, 2, 3, 4], "test": [10, 11, 12, 13, 14, 15]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(systems, "page_of", lambda content: None)
        patch.setattr(scorer, "meteor_missing", lambda: "left out here")  # its start takes seconds
        options = Options("fake", str(dataset), folder / "out", resamples=40, tokenizer="rules")
        return run(options, FakeReader(answers=("sinus rhythm.", None, "atrial fibrillation.", "block.")))


def test_every_system_stands_there_with_its_number_and_interval(results):
    text = markdown(results)
    for name, system in results["systems"].items():
        line = next(row for row in text.splitlines() if re.match(rf"\| \**{name}\** ", row))
        number = system["scores"]["rouge_l"]
        assert f"{number['value']:.3f} [{number['low']:.3f}, {number['high']:.3f}]" in line
    assert "5 of 6 pages answered" in text
    assert "page/no-grid 1" in text
    assert "blank: not made; no page of the split could be read" in text
    assert "METEOR: not computed; left out here." in text
    assert "SPICE: not computed;" in text or results["systems"]["model"]["scores"]["spice"] is not None


def test_numbers_come_from_the_results_and_from_nowhere_else(results):
    changed = copy.deepcopy(results)
    changed["systems"]["model"]["scores"]["cider"] = {"value": 7.125, "low": 7.0, "high": 7.25}
    assert "7.125 [7.000, 7.250]" in markdown(changed)
    assert "7.125" not in markdown(results)


def test_findings_stand_beside_the_words(results):
    lines = markdown(results).splitlines()
    start = next(k for k, line in enumerate(lines) if "finding micro F1" in line)
    row = next(line for line in lines[start:] if line.startswith("| model "))
    scores = results["findings"]["model"]
    assert f"{scores['micro_f1']['value']:.3f}" in row
    assert f"{scores['contradictions']['value']:.3f}" in row
    assert "finding micro F1" not in markdown({k: v for k, v in results.items() if k != "findings"})


def test_tables_are_even(results):
    tables = [block for block in markdown(results).split("\n\n") if block.startswith("|")]
    assert len(tables) == 4
    for table in tables:
        assert len({len(line) for line in table.splitlines()}) == 1
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_card_keeps_its_other_sections_and_can_be_filled_again(results):
    once = fill_card(CARD, results)
    assert once.startswith(CARD[: CARD.index("Not scored.")])
    assert once.endswith("\n## Limits\n\nmany\n")
    assert "Not scored." not in once
    assert markdown(results) in once
    assert fill_card(once, results) == once
    last = fill_card("# A model\n", results)
    assert last.startswith("# A model\n\n## Scores\n\n")
    assert fill_card(last, results) == last
