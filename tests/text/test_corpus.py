"""All of PTB-XL's reports, where they lie beside the checkout."""

import csv
import time
from pathlib import Path

import pytest

from ecgscribe.text.caption import caption_of
from ecgscribe.text.coverage import Coverage
from ecgscribe.text.normalise import normalise
from ecgscribe.text.translate import GlossaryTranslator

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "ptb-xl" / "ptbxl_database.csv"
pytestmark = pytest.mark.skipif(not TABLE.exists(), reason="PTB-XL's table is not beside this checkout")


@pytest.fixture(scope="module")
def captions():
    translator = GlossaryTranslator()
    with TABLE.open(encoding="utf-8", newline="") as file:
        reports = [row["report"] for row in csv.DictReader(file)]
    return [(report, caption_of(report, translator)) for report in reports]


def test_coverage(captions):
    coverage = Coverage()
    for report, caption in captions:
        coverage.add(report, caption)
    assert coverage.unknown["de"] / coverage.words["de"] <= 0.005
    assert coverage.unknown["sv"] / coverage.words["sv"] <= 0.01
    assert coverage.wholly["de"] / coverage.reports["de"] >= 0.97
    assert coverage.wholly["sv"] / coverage.reports["sv"] >= 0.97
    assert coverage.dropped == {"empty": 2, "trace only requested": 365}
    assert "21837 reports" in coverage.lines()[0]


def test_languages_as_counted_by_hand(captions):
    found = [caption.language for _, caption in captions if not caption.dropped]
    assert abs(found.count("de") - 13964) < 40 and abs(found.count("sv") - 659) < 10


def test_no_boilerplate_survives(captions):
    for report, caption in captions:
        for trace in ("edit", "4.46", "unbest", "unconfirmed", "trace only", "4.4."):
            assert trace not in caption.text, (report, caption.text)


def test_every_caption_is_in_normal_form(captions):
    for text in {caption.text for _, caption in captions}:
        assert normalise(text) == text


def test_no_lead_list_is_left_short(captions):
    import re

    for report, caption in captions:
        assert not re.search(r"\bv\d[-,]\d", caption.text), (report, caption.text)


def test_at_least_a_thousand_reports_a_second():
    translator = GlossaryTranslator()
    with TABLE.open(encoding="utf-8", newline="") as file:
        reports = [row["report"] for row in csv.DictReader(file)][:4000]
    start = time.process_time()
    for report in reports:
        caption_of(report, translator)
    assert len(reports) / (time.process_time() - start) >= 1000
