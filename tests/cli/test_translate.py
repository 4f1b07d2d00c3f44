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


def test_a_very_long_report(tmp_path, capsys):
    path = tmp_path / "long.csv"
    path.write_text("report\n" + "sinusrhythmus " * 20_000 + "\n")
    assert main(["translate", str(path), "--out", str(tmp_path / "out.csv")]) == 0


def test_no_such_file(capsys):
    assert main(["translate", "nowhere.csv"]) == 2
    assert "Cannot read nowhere.csv" in capsys.readouterr().err


def test_show_prints_before_and_after(table, capsys):
    assert main(["translate", str(table), "--show", "2", "--seed", "3"]) == 0
    first = capsys.readouterr().out
    assert first.count("before:") == 2 and first.count("after:") == 2
    assert main(["translate", str(table), "--show", "2", "--seed", "3"]) == 0
    assert capsys.readouterr().out == first
    assert main(["translate", str(table), "--show", "9"]) == 0
    out = capsys.readouterr().out
    assert out.count("before:") == 3 and "(no language; dropped: empty)" in out and "unknown: quark" in out
    assert main(["translate", str(table), "--show", "0"]) == 2


def test_held_out_wants_patients(table, tmp_path, capsys):
    assert main(["translate", str(table), "--held-out"]) == 2
    assert "no column 'patient_id'" in capsys.readouterr().err
    assert main(["translate", str(table), "--held-out", "--patient", "ecg_id"]) == 0
    assert "German: 1 reports" in capsys.readouterr().out
    lines = tmp_path / "lines.txt"
    lines.write_text("sinusrhythmus\n")
    assert main(["translate", str(lines), "--held-out"]) == 2
    assert "Only a csv file has a column of patients" in capsys.readouterr().err


def test_a_row_with_too_many_fields_is_not_cut_short(tmp_path, capsys):
    path = tmp_path / "in.csv"
    path.write_text("id,report\n1,sinusrhythmus\n2,sinusrhythmus,linkstyp\n")
    out = tmp_path / "out.csv"
    assert main(["translate", str(path), "--out", str(out)]) == 2
    assert "Line 3 has more fields" in capsys.readouterr().err
    assert set(tmp_path.iterdir()) == {path}


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path, capsys):
    path = tmp_path / "in.csv"
    path.write_bytes(b"\xef\xbb\xbfreport,id\nsinusrytm,1\n")
    assert main(["translate", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "sinusrytm,1,sv,sinus rhythm.,"


def test_broken_lines_in_utf8_leave_nothing_half_written(tmp_path, capsys):
    path = tmp_path / "in.txt"
    path.write_bytes(b"sinusrhythmus\n\xff\xfe\n" * 5000)
    assert main(["translate", str(path), "--out", str(tmp_path / "out.txt")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert set(tmp_path.iterdir()) == {path}


def test_an_earlier_result_survives_an_interruption(table, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out.csv"
    out.write_text("earlier")

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("ecgscribe.cli.translate.caption_of", interrupted)
    assert main(["translate", str(table), "--out", str(out)]) == 130
    assert capsys.readouterr().err == "ecgscribe translate: interrupted.\n"
    assert out.read_text() == "earlier" and set(tmp_path.iterdir()) == {table, out}


def test_full_disk_is_one_sentence(table, capsys, tmp_path):
    assert main(["translate", str(table), "--out", str(tmp_path / "no" / "such" / "out.csv")]) == 2
    assert "Cannot write" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "size"),
    [("sinusrhythmus ", 10_000_000)]
    + [
        (word, 300_000)
        for word in ("quarkspeise ", "x", "1,", "v1-", "(", "sinus rhythm. ", "in rhythm sinusrytm ej; ")
    ],
)
def test_a_report_of_megabytes(tmp_path, word, size):
    path = tmp_path / "long.csv"
    path.write_text('report\n"' + word * (size // len(word)) + '"\n')
    assert main(["translate", str(path), "--out", str(tmp_path / "out.csv")]) == 0


def test_online_asks_first_and_then_writes(table, tmp_path, monkeypatch, capsys):
    deep_translator = pytest.importorskip("deep_translator")
    asked = []

    def answer(self, text):
        asked.append(text)
        return text.replace("quark", "curd")

    monkeypatch.setattr(deep_translator.GoogleTranslator, "translate", answer)
    out = tmp_path / "out.csv"
    options = ["--translator", "google", "--cache", str(tmp_path / "cache.jsonl"), "--out", str(out)]
    assert main(["translate", str(table), *options]) == 0
    assert main(["translate", str(table), *options]) == 0
    assert asked == ["[1] quark"]
    assert "online translation: 1 of 1 texts" in capsys.readouterr().err
    assert list(csv.DictReader(out.open(encoding="utf-8")))[1]["caption"] == "sinus rhythm curd."


def test_online_from_standard_input_is_refused(capsys, tmp_path):
    assert main(["translate", "-", "--translator", "google", "--cache", str(tmp_path / "c")]) == 2
    assert "Name a file instead of - ." in capsys.readouterr().err
