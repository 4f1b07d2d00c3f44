"""Frames: the same pixels as the reader's, kept once, and a reason where there is no page."""

import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from ecgscribe.core.picture import open_picture
from ecgscribe.core.preprocess import Preprocess
from ecgscribe.data.render import render
from ecgscribe.data.simulate import simulate
from ecgscribe.page import find_page
from ecgscribe.training.collator import TokenText
from ecgscribe.training.frames import FrameRows, frame_of, keep_frame, keep_frames


def as_png(picture: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def drawn() -> bytes:
    page, _ = render(simulate("normal", seed=3).ecg, px_per_mm=6.0, seed=1)
    return as_png(page.picture)


@pytest.fixture(scope="module")
def empty() -> bytes:
    return as_png(np.full((400, 600, 3), 255, np.uint8))


@pytest.mark.parametrize("preprocess", [Preprocess.blip(), Preprocess.published(), Preprocess.lead_bands()])
def test_training_sees_what_the_reader_sees(drawn, preprocess, tmp_path):
    """One picture by three roads: training's kept frame, the reader's page, plain BlipProcessor: bit-equal."""
    from ecgscribe.captioner.folder import processor_of
    from ecgscribe.captioner.tokenizer import build_tokenizer

    kept = keep_frame(drawn, preprocess, tmp_path)
    rows = FrameRows.of(preprocess, [kept], [TokenText((5, 9, 3), False)])
    training = rows[0]["pixels"]
    page = find_page(open_picture(drawn)).page
    assert np.array_equal(training, preprocess.pixels(page))
    processor = processor_of(build_tokenizer(["a"], 250), preprocess)
    plain = processor(images=Image.fromarray(preprocess.picture(page)), return_tensors="np").pixel_values[0]
    assert np.array_equal(training, plain)
    assert training.dtype == plain.dtype == np.float32


def test_a_kept_frame_is_not_made_again(drawn, tmp_path, monkeypatch):
    first = keep_frame(drawn, Preprocess.blip(), tmp_path)
    monkeypatch.setattr("ecgscribe.training.frames.frame_of", None)
    assert keep_frame(drawn, Preprocess.blip(), tmp_path) == first
    assert not list(tmp_path.glob("*.part"))


def test_no_page_leaves_a_reason_and_drops_the_row(drawn, empty, tmp_path):
    told = []
    kept = keep_frames([drawn, empty, b"no picture"], Preprocess.blip(), tmp_path, on_row=told.append)
    assert told == [1, 2, 3]
    assert [path.suffix for path in kept] == [".png", ".txt", ".txt"]
    texts = [TokenText((5, 9, 3), True)] * 3
    rows = FrameRows.of(Preprocess.blip(), kept, texts)
    assert (len(rows), rows.cut, sum(rows.dropped.values())) == (1, 1, 2)
    assert any(reason.startswith("no page: ") for reason in rows.dropped)


def test_empty_captions_are_dropped(drawn, tmp_path):
    kept = [keep_frame(drawn, Preprocess.blip(), tmp_path)] * 2
    rows = FrameRows.of(Preprocess.blip(), kept, [TokenText((5, 3), False), TokenText((5, 9, 3), False)])
    assert rows.dropped == Counter({"empty caption": 1}) and len(rows) == 1


def test_other_preprocessing_other_frames(drawn, tmp_path):
    keep_frames([drawn], Preprocess.blip(), tmp_path)
    keep_frames([drawn], Preprocess.published(), tmp_path)
    assert len(list(tmp_path.glob("frames-*/*.png"))) == 2


@pytest.mark.slow
def test_workers_keep_the_same_frames_in_order(drawn, empty, tmp_path):
    alone = keep_frames([drawn, empty, drawn], Preprocess.blip(), tmp_path / "a")
    helped = keep_frames([drawn, empty, drawn], Preprocess.blip(), tmp_path / "b", workers=2)
    assert [path.name for path in alone] == [path.name for path in helped]
    assert [path.read_bytes() for path in alone] == [path.read_bytes() for path in helped]


def test_frame_of_says_what_is_missing(empty):
    from ecgscribe.core.errors import EcgscribeError

    with pytest.raises(EcgscribeError, match="no page"):
        frame_of(empty, Preprocess.blip())
