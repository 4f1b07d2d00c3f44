"""The command `statements`: lines into JSON, a table of agreement, one sentence for every wrong input."""

import argparse
import json

import pytest

from ecgscribe.cli import statements
from ecgscribe.core.errors import BadOption

HEAD = "ecg_id,patient_id,report,scp_codes,strat_fold\n"
ROWS = (
    "1,1,sinus rhythm. normal ecg.,\"{'NORM': 100.0, 'SR': 0.0}\",1\n"
    "2,2,sinus rhythm. normal ecg.,\"{'SR': 0.0}\",9\n"
    "3,3,sinusrhythmus inferiorer infarkt,\"{'IMI': 15.0, 'SR': 0.0}\",9\n"
    "4,4,trace only requested.,\"{'NORM': 100.0}\",9\n"
)


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    statements.add_parser(parser.add_subparsers())
    args = parser.parse_args(["statements", *map(str, words)])
    return statements.run(args)


def written(folder, name, text):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


def test_lines_into_json(tmp_path, capsys):
    assert command(written(tmp_path, "a.txt", "sinus rhythm, possible inferior infarct.\nlagetyp\n")) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert [said["code"] for said in first["statements"]] == ["SR", "IMI"]
    assert first["statements"][1]["certainty"] == "possible"
    assert second == {"caption": "lagetyp", "statements": [], "unread": ["lagetyp"]}


def test_lines_into_structured_captions(tmp_path, capsys):
    command(written(tmp_path, "a.txt", "ventricular premature complex(es), sinus rhythm\n"), "--structured")
    assert capsys.readouterr().out == "sinus rhythm. ventricular premature complexes.\n"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path, capsys):
    assert command(written(tmp_path, "a.txt", b"\xef\xbb\xbfsinus rhythm\n")) == 0
    assert json.loads(capsys.readouterr().out)["unread"] == []
    assert command(written(tmp_path, "a.csv", b"\xef\xbb\xbfreport,scp_codes\nsinus rhythm,{}\n")) == 0


def test_the_table(tmp_path, capsys):
    command(written(tmp_path, "a.csv", HEAD + ROWS))
    out = capsys.readouterr().out
    assert "3 reports; 1 of the file without a caption" in out
    lines = {line.split("|")[1].strip(): line for line in out.splitlines() if line.startswith("|")}
    assert lines["SR"].startswith("| SR | 3 | 3 | 1.00 | 1.00 | 1.00 |")
    assert lines["NORM"].startswith("| NORM | 1 | 2 | 0.50 | 1.00 | 0.67 |")
    assert lines["IMI"].startswith("| IMI | 1 | 1 | 1.00 | 1.00 | 1.00 | 1.00 | - | - | - |")


def test_folds_and_most(tmp_path, capsys):
    command(written(tmp_path, "a.csv", HEAD + ROWS), "--folds", "9", "--most", "1")
    out = capsys.readouterr().out
    assert "2 reports of folds 9" in out
    assert sum(line.startswith("| ") for line in out.splitlines()) == 3, "heading, SR, mean"


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("a.csv", HEAD + ROWS, ["--column", "text"], "no column 'text'"),
        ("a.csv", HEAD + ROWS, ["--codes", "codes"], "no column 'codes'"),
        ("a.csv", HEAD + ROWS, ["--folds", "nine"], "no list of numbers"),
        ("a.csv", HEAD + ROWS, ["--most", "0"], "--most 0"),
        ("a.csv", "report,scp_codes\nsinus rhythm,{}\n", ["--folds", "9"], "strat_fold"),
        ("a.csv", HEAD + "1,1,sinus rhythm,NORM,1\n", [], "'NORM' are no codes"),
        ("a.csv", b"report,scp_codes\n\xff\xfe\x00,{}\n", [], "not in UTF-8"),
        ("a.csv", "", [], "no column 'report'"),
        ("a.txt", b"\xff\xfe", [], "not in UTF-8"),
    ],
)
def test_wrong_input_is_one_sentence(tmp_path, name, content, options, message):
    with pytest.raises(BadOption, match=message):
        command(written(tmp_path, name, content), *options)


def test_a_missing_file(tmp_path):
    with pytest.raises(BadOption, match="Cannot read"):
        command(tmp_path / "none.csv")
