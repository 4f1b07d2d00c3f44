import csv
import io

import pytest

from ecgscribe.cli.main import main


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(
        'ecg_id,report,age\n1,"sinusrhythmus lagetyp normal",60\n2,sinusrytm quark,\n3," ",5\n', encoding="utf-8"
    )
    return path


def test_table_keeps_its_columns(table, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert main(["translate", str(table), "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [row["caption"] for row in rows] == ["sinus rhythm, normal axis.", "sinus rhythm quark.", ""]
    assert rows[1] == {
        "ecg_id": "2",
        "report": "sinusrytm quark",
        "age": "",
        "language": "sv",
        "caption": "sinus rhythm quark.",
        "unknown": "quark",
    }
    printed = capsys.readouterr().err
    assert "German: 1 reports, 100.00 % of 3 words" in printed and "Swedish: 1 reports, 50.00 % of 2 words" in printed
    assert set(tmp_path.iterdir()) == {table, out}


def test_lines(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("sinusrhythmus st-senkung in v4,5\n\nsinus rhythm.\n"))
    assert main(["translate", "-"]) == 0
    assert capsys.readouterr().out == "sinus rhythm, st depression in v4, v5.\n\nsinus rhythm.\n"


def test_missing_column_names_those_there(table, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert main(["translate", str(table), "--column", "text", "--out", str(out)]) == 2
    assert "no column 'text'. Choose --column from: ecg_id, report, age." in capsys.readouterr().err
    assert not out.exists() and not out.with_name("out.csv.partial").exists()


@pytest.mark.parametrize("content", [b"report\n\xff\xfe\xfa\n", b""])
def test_bad_files_give_one_sentence(tmp_path, capsys, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert main(["translate", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_report_of_a_megabyte(tmp_path, capsys):
    path = tmp_path / "long.csv"
    path.write_text("report\n" + "sinusrhythmus " * 80_000 + "\n")
    assert main(["translate", str(path), "--out", str(tmp_path / "out.csv")]) == 0


def test_no_such_file(capsys):
    assert main(["translate", "nowhere.csv"]) == 2
    assert "Cannot read nowhere.csv" in capsys.readouterr().err
