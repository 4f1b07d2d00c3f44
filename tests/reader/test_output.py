"""Text for people, JSON for programs, and the document that describes it."""

import json
import re
from pathlib import Path

import pytest
from fakes_reader import ecg_page

from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import SCHEMA, Interpretation, Problem
from ecgscribe.reader.output import JsonOutput, as_text

DOCUMENT = Path(__file__).parents[2] / "docs" / "json.md"
REFUSED = Interpretation(
    "b.png", problems=(Problem("page", "no_grid", "No grid was found.", "Show the page.", fatal=True),)
)


def read_page() -> Interpretation:
    problem = Problem("layout", "assumed", "The layout was assumed.")
    return Interpretation("a.png", ecg_page()[0], "sinus rhythm.", (problem,), {"page": 0.123456}, {"m": "1"})


def test_text_holds_caption_source_and_every_problem():
    text = as_text(read_page())
    assert text.splitlines()[0] == "a.png" and "  Sinus rhythm." in text and "note: The layout was assumed." in text
    text = as_text(REFUSED)
    assert "No caption." in text and "why: No grid was found. Show the page." in text


def test_one_object_for_one_and_a_list_for_many(tmp_path):
    one, many = tmp_path / "one.json", tmp_path / "many.json"
    for path, asked, count in ((one, False, 1), (many, True, 2)):
        output = JsonOutput(str(path), asked)
        for _ in range(count):
            output.add(read_page())
        assert not path.exists()
        output.close()
    assert json.loads(one.read_text()) == read_page().to_dict()
    assert json.loads(many.read_text()) == [read_page().to_dict()] * 2
    assert sorted(tmp_path.iterdir()) == [many, one]


def test_stopped_early_it_is_still_a_document(tmp_path, capsys):
    path = tmp_path / "none.json"
    JsonOutput(str(path), True).close()
    assert json.loads(path.read_text()) == []
    JsonOutput(str(tmp_path / "single.json"), False).close()
    assert sorted(tmp_path.iterdir()) == [path]
    output = JsonOutput("-", True)
    output.add(REFUSED)
    output.close()
    assert json.loads(capsys.readouterr().out) == [REFUSED.to_dict()]


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(BadOption, match="Cannot write"):
        JsonOutput(str(tmp_path / "no" / "x.json"), False)


def names_in(part: str) -> set[str]:
    """The field names of the first column of a table."""
    return set(re.findall(r"^\| `(\w+)`", part, re.M))


def test_the_document_names_every_field_and_no_other():
    fields = read_page().to_dict()
    assert fields["schema"] == SCHEMA and SCHEMA in DOCUMENT.read_text()
    text = DOCUMENT.read_text()
    top, rest = text.split("\n`page`:\n", 1)
    page, rest = rest.split("\n`panels[]`", 1)
    problems = rest.split("\n`problems[]`:\n", 1)[1]
    assert names_in(top) == set(fields)
    assert names_in(page) == set(fields["page"])
    assert names_in(problems) == set(fields["problems"][0])
    panel_text = text.split("`panels[]`:", 1)[1].split("\n\n", 1)[0]
    for name in fields["page"]["panels"][0]:
        assert f"`{name}`" in panel_text


def test_json_is_plain():
    text = json.dumps(read_page().to_dict(), allow_nan=False)
    assert json.loads(text) == read_page().to_dict()
