"""`read`: files, folders, patterns; one bad file does not end the run; text and JSON."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from fakes_reader import CAPTION, save, use_fake_model

import ecgscribe.page
from ecgscribe.cli.main import main
from ecgscribe.cli.read import inputs_of
from ecgscribe.core.page import Page
from ecgscribe.core.report import Problem
from ecgscribe.text.writing import sentences

WHITE = np.full((30, 40, 3), 255, np.uint8)
BLACK = np.zeros((30, 40, 3), np.uint8)


@dataclass
class Found:
    """What the page room returns: dark pictures are refused."""

    page: Page | None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, picture):
        if picture.mean() > 100:
            return cls(Page(picture))
        return cls(None, (Problem("page", "no_grid", "No ECG grid was found.", "Show the page.", fatal=True),))


@pytest.fixture
def pages(monkeypatch, tmp_path):
    """A folder: two readable pictures, a dark one, a broken one, a text file, and a hidden one."""
    use_fake_model(monkeypatch)
    monkeypatch.setattr(ecgscribe.page, "find_page", Found.of)
    folder = tmp_path / "pages"
    (folder / "below").mkdir(parents=True)
    save(WHITE, folder / "a.png")
    save(WHITE, folder / "below" / "b.jpg")
    save(BLACK, folder / "c.png")
    (folder / "d.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (folder / "notes.txt").write_text("no picture")
    save(WHITE, folder / ".hidden.png")
    return folder


def test_one_file_as_text(pages, capsys):
    assert main(["read", str(pages / "a.png")]) == 0
    out, err = capsys.readouterr()
    assert sentences(CAPTION) in out and "a.png" in out and "Not a medical device" in out and err == ""


def test_one_file_as_json_is_one_object(pages, capsys):
    assert main(["read", str(pages / "a.png"), "--json", "-"]) == 0
    out, err = capsys.readouterr()
    fields = json.loads(out)
    assert fields["caption"] == CAPTION and fields["complete"] is True and fields["source"].endswith("a.png")


def test_one_bad_file_does_not_end_the_run(pages, capsys, tmp_path):
    target = tmp_path / "out.json"
    assert main(["read", str(pages), "--json", str(target)]) == 3
    fields = json.loads(target.read_text())
    assert [entry["source"].split("/")[-1] for entry in fields] == ["a.png", "b.jpg", "c.png", "d.png"]
    assert [entry["caption"] for entry in fields] == [CAPTION, CAPTION, None, None]
    err = capsys.readouterr().err
    failed = [line for line in err.splitlines() if line.startswith("no caption: ")]
    assert len(failed) == 2 and "c.png" in failed[0] and "No ECG grid" in failed[0] and "d.png" in failed[1]
    assert "1 files are no pictures" in err and "4/4 d.png" in err


def test_a_picture_without_signals_is_told_at_the_end(pages, capsys, tmp_path):
    """The pages of these tests have no leads: captions, but nothing to write."""
    assert main(["read", str(pages), "--wfdb", str(tmp_path / "w")]) == 3
    lines = capsys.readouterr().err.splitlines()
    told = [line for line in lines if line.startswith("no signals: ")]
    assert len(told) == 4 and all(
        name in line for name, line in zip(("a.png", "b.jpg", "c.png", "d.png"), told, strict=True)
    )
    assert "No ECG grid" in told[2] and lines[-4:] == told


def test_a_fault_of_ours_does_not_end_the_run_either(pages, monkeypatch, capsys):
    captioner = use_fake_model(monkeypatch)
    answers = iter([ZeroDivisionError("oops"), None])

    def read(page):
        error = next(answers)
        if error:
            raise error
        return CAPTION

    monkeypatch.setattr(captioner, "read", read, raising=False)
    assert main(["read", str(pages / "a.png"), str(pages / "below"), "--json", "-"]) == 3
    out, err = capsys.readouterr()
    first, second = json.loads(out)
    assert first["problems"][0]["code"] == "internal" and second["caption"] == CAPTION
    assert "ZeroDivisionError" in err and "Traceback" not in err


def test_the_shape_of_the_json_follows_the_arguments_not_the_number_found(pages, capsys):
    for arguments in ([str(pages / "below")], [str(pages / "a.*")]):
        assert main(["read", *arguments, "--json", "-"]) == 0
        assert len(json.loads(capsys.readouterr().out)) == 1


def test_patterns_and_missing_files(pages, capsys):
    assert main(["read", str(pages / "**" / "[ab].*"), str(pages / "absent.png")]) == 3
    out, err = capsys.readouterr()
    assert out.count(sentences(CAPTION)) == 2 and "no caption: " in err and "absent.png" in err
    assert main(["read", str(pages / "absent.png")]) == 2
    assert "absent.png" in capsys.readouterr().err


def test_an_empty_folder_is_said(tmp_path, monkeypatch, capsys):
    use_fake_model(monkeypatch)
    assert main(["read", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_each_file_once_and_named_files_whatever_they_are_called(pages):
    inputs = inputs_of([str(pages / "a.png"), str(pages), str(pages / "notes.txt")])
    assert [path.name for path in inputs.files] == ["a.png", "b.jpg", "c.png", "d.png", "notes.txt"]
    assert inputs.many and inputs.passed_over == 1


def test_interrupted_json_keeps_what_was_read(pages, monkeypatch, capsys):
    captioner = use_fake_model(monkeypatch)
    answers = iter([CAPTION])

    def read(page):
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(captioner, "read", read, raising=False)
    assert main(["read", str(pages), "--json", "-"]) == 130
    assert [entry["caption"] for entry in json.loads(capsys.readouterr().out)] == [CAPTION]


def test_pages_count_from_one(pages, capsys):
    assert main(["read", str(pages / "a.png"), "--page", "0"]) == 2
    assert "--page 0" in capsys.readouterr().err


def test_corners_given_by_hand(tmp_path, monkeypatch, capsys):
    from fakes_reader import ecg_page

    use_fake_model(monkeypatch)
    page, _ = ecg_page(px_per_mm=4.0)
    path = str(save(page.picture, tmp_path / "page.png"))
    height, width = page.size_px
    corners = ["--corners", "0,0", f"{width},0", f"{width},{height}", f"0,{height}"]
    assert main(["read", path, *corners, "--px-per-mm", "4", "--layout", "6x2", "--json", "-"]) == 0
    fields = json.loads(capsys.readouterr().out)
    assert fields["page"]["layout"] == "6x2" and fields["page"]["px_per_mm"][0] == pytest.approx(4.0)
    assert fields["problems"][0]["code"] == "by-hand"
    assert main(["read", path, "--layout", "6x2"]) == 2 and "--corners" in capsys.readouterr().err
    assert main(["read", path, path, *corners]) == 2 and "one picture" in capsys.readouterr().err
    assert main(["read", path, "--corners", "a", "b", "c", "d"]) == 2 and "x,y" in capsys.readouterr().err
