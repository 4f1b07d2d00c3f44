"""Between upload and page: the file goes at once, and nothing raises."""

import io
import logging

import numpy as np
import pytest
from fakes_reader import CAPTION, ecg_page, fake_reader
from PIL import Image

import ecgscribe.app.service as module
from ecgscribe.app.fields import FIND, correction_of
from ecgscribe.app.markup import escaped
from ecgscribe.app.service import BROKEN, FORGOTTEN, Service, shared_reader
from ecgscribe.app.uploads import private_folder, taken
from ecgscribe.core.errors import BadModel, EcgscribeError, UnreadablePicture
from ecgscribe.reader.correct import parsed_corners
from ecgscribe.reader.reader import Reader


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return private_folder()


def upload(folder, data: bytes, name: str = "page.png"):
    """What Gradio does: a folder named by the content's hash, the file in it."""
    path = folder / f"{abs(hash(data)):x}" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return str(path)


def page_png() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(ecg_page(px_per_mm=5.0)[0].picture).save(stream, "PNG")
    return stream.getvalue()


def test_taken_gives_the_bytes_and_deletes_file_and_folder(folder):
    path = upload(folder, b"abc")
    assert taken(path) == b"abc" and list(folder.rglob("*")) == []
    with pytest.raises(UnreadablePicture, match="no longer"):
        taken(path)


def test_other_files_are_neither_read_nor_deleted(folder, tmp_path):
    mine = tmp_path / "mine.png"
    mine.write_bytes(b"keep")
    for path in (str(mine), f"{folder}/../mine.png"):
        with pytest.raises(UnreadablePicture, match="not an upload"):
            taken(path)
    (folder / "x").mkdir(parents=True)
    (folder / "x" / "link.png").symlink_to(mine)
    with pytest.raises(UnreadablePicture, match="not an upload"):
        taken(str(folder / "x" / "link.png"))
    assert mine.read_bytes() == b"keep"


def test_a_private_folder_is_made_when_none_is_named(monkeypatch):
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    made = private_folder()
    assert made.stat().st_mode & 0o777 == 0o700 and private_folder() == made
    monkeypatch.delenv("GRADIO_TEMP_DIR")


def test_an_upload_is_read_shown_and_gone(folder):
    steps = []
    seen, fields = Service(fake_reader).upload(upload(folder, page_png()), steps.append)
    assert fields["caption"] == CAPTION and fields["source"] == "page.png" and "Sinus rhythm" in seen.card
    assert steps == ["picture", "page", "caption"] and list(folder.rglob("*")) == []


@pytest.mark.parametrize("data", [b"", b"just text", b"\x89PNG\r\n\x1a\n broken"])
def test_broken_uploads_get_a_sentence_without_server_paths(folder, data):
    seen, fields = Service(fake_reader).upload(upload(folder, data))
    assert fields["caption"] is None and "No caption" in seen.card
    assert str(folder) not in seen.card + str(fields) and "The file" in seen.card
    assert list(folder.rglob("*")) == []


def test_no_picture_and_no_model_are_sentences(folder):
    assert "No picture was chosen" in Service(fake_reader).upload(None)[0].card

    def missing():
        raise BadModel("There is no model.", "Name one.")

    seen, fields = Service(missing).upload(upload(folder, page_png()))
    assert "There is no model. Name one." in seen.card and fields is None and list(folder.rglob("*")) == []


def test_a_fault_of_ours_is_logged_and_said_in_one_sentence(folder, caplog):
    service = Service(lambda: fake_reader(error=ZeroDivisionError("secret")))
    with caplog.at_level(logging.ERROR):
        seen, fields = service.upload(upload(folder, page_png()))
    assert BROKEN in seen.card and "secret" not in seen.card and fields is None
    assert "ZeroDivisionError" in caplog.text and list(folder.rglob("*")) == []


def test_only_an_owner_is_remembered_and_a_new_reading_replaces_the_old(folder):
    service = Service(fake_reader)
    service.upload(upload(folder, page_png()))
    assert len(service.memory) == 0
    service.upload(upload(folder, page_png(), "one.png"), owner="a")
    service.upload(upload(folder, page_png(), "two.png"), owner="a")
    assert len(service.memory) == 1 and service.memory.get("a").name == "two.png"
    service.upload(upload(folder, b"no picture"), owner="a")
    assert service.memory.get("a") is None, "a reading that failed leaves none behind it"


def test_a_correction_reads_the_remembered_picture_again(folder):
    service = Service(fake_reader)
    first, _ = service.upload(upload(folder, page_png()), owner="a")
    assert len(parsed_corners(first.corners)) == 4
    seen, fields = service.correct("a", lambda: correction_of(first.corners, "6x2", 5.0, "50", FIND))
    assert fields["page"]["layout"] == "6x2" and fields["page"]["mm_per_s"] == 50.0 and fields["source"] == "page.png"
    assert "corners given by hand" in seen.card
    assert service.memory.get("a").interpretation.page.layout == "6x2" and list(folder.rglob("*")) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("1,2 3,4", FIND, None, FIND, FIND), "four points"),
        (("0,0 400,0 400,300 0,300", FIND, None, "fast", FIND), "no number"),
        (("0,0 400,0 0,300 400,300", FIND, None, FIND, FIND), "go round"),
    ],
)
def test_a_correction_that_cannot_be_is_a_sentence_and_keeps_the_reading(folder, given, said):
    service = Service(fake_reader)
    service.upload(upload(folder, page_png()), owner="a")
    seen, fields = service.correct("a", lambda: correction_of(*given))
    assert said in seen.card and fields is None and service.memory.get("a") is not None
    seen, _ = service.correct("b", lambda: correction_of("0,0 9,0 9,9 0,9", FIND, 1, FIND, FIND))
    assert escaped(FORGOTTEN) in seen.card
    with pytest.raises(EcgscribeError, match="no longer"):
        service.download("b", "csv")


def test_empty_fields_are_left_to_the_reader():
    empty = correction_of("0,0 400,0 400,300 0,300", FIND, 0, "", FIND)
    assert (empty.layout, empty.px_per_mm, empty.mm_per_s, empty.mm_per_mv) == (None, None, None, None)
    assert correction_of("0,0 400,0 400,300 0,300", FIND, None, "12,5", "5").mm_per_s == 12.5


def test_examples_stay(tmp_path):
    path = tmp_path / "example.png"
    path.write_bytes(page_png())
    assert Service(fake_reader).file(path)[1]["caption"] == CAPTION and path.exists()


def test_the_model_is_loaded_once(monkeypatch):
    loads = []
    module._loaded.cache_clear()
    monkeypatch.setattr(
        Reader, "from_pretrained", classmethod(lambda cls, model=None: loads.append(model) or cls(None))
    )
    assert shared_reader() is shared_reader() and loads == [None]
    module._loaded.cache_clear()


def test_pictures_that_are_no_ecg_are_refused_by_the_real_page_room(folder):
    stream = io.BytesIO()
    Image.fromarray(np.full((400, 600, 3), 200, np.uint8)).save(stream, "PNG")
    seen, fields = Service(fake_reader).upload(upload(folder, stream.getvalue()))
    assert fields["caption"] is None and fields["problems"][0]["fatal"] and "grid" in seen.card
