"""Files of a reading: named after the picture, readable by others, absent where nothing was read."""

import numpy as np
import pytest
import wfdb
from fakes_reader import ecg_page, save
from PIL import Image

from ecgscribe.core.ecg import Ecg
from ecgscribe.core.errors import BadOption
from ecgscribe.core.report import Interpretation, LeadQuality
from ecgscribe.reader.draw import TRACE_COLOUR
from ecgscribe.reader.exports import Exports


@pytest.fixture
def reading(tmp_path):
    page, truth = ecg_page()
    path = save(page.picture, tmp_path / "one page.png")
    qualities = tuple(LeadQuality(lead, 1.0, 1.0) for lead in truth.ecg.leads)
    told = Interpretation(
        str(path), page, "sinus rhythm.", ecg=truth.ecg, qualities=qualities, traces_px=tuple(truth.traces_px)
    )
    return told, path


def test_every_file_is_named_after_the_picture(reading, tmp_path):
    told, path = reading
    out = tmp_path / "out"
    written = Exports(out, out, out, out, many=True).write(told, path)
    assert sorted(p.name for p in written) == ["one_page.csv", "one_page.fhir.json", "one_page.hea", "one_page.png"]
    record = wfdb.rdrecord(str(out / "one_page"))
    assert record.fs == told.ecg.rate_hz
    assert np.allclose(record.p_signal.T, told.ecg.signal_mv, atol=6e-4)
    assert not [p for p in out.iterdir() if p.name.startswith(".")]


def test_the_overlay_covers_the_trace(reading, tmp_path):
    told, path = reading
    Exports(overlay=tmp_path / "o.png").write(told, path)
    before, after = np.asarray(Image.open(path).convert("RGB")), np.asarray(Image.open(tmp_path / "o.png"))
    assert before.shape == after.shape
    inked = np.abs(after.astype(int) - TRACE_COLOUR).max(axis=2) < 60
    assert inked.sum() > 2000
    assert before[inked].mean() < before.mean() - 60, "the drawn line lies on ink"


def test_a_second_picture_of_the_same_name_does_not_overwrite_the_first(reading, tmp_path):
    told, path = reading
    exports = Exports(csv=tmp_path / "c", many=True)
    names = [exports.write(told, path)[0].name for _ in range(2)]
    assert names == ["one_page.csv", "one_page-2.csv"]


def test_no_two_pictures_share_a_name_whatever_they_are_called(reading, tmp_path):
    told, _ = reading
    exports = Exports(tmp_path / "w", tmp_path / "w", tmp_path / "w", many=True)
    stems = ["a", "a", "a-2", "A", "ä", "心", "電", "ecg", "x" * 60, "x" * 61]
    headers = [exports.write(told, tmp_path / f"{k}" / f"{stem}.png")[0] for k, stem in enumerate(stems)]
    names = [header.stem for header in headers]
    assert names == ["a", "a-2", "a-2-2", "A-3", "a-4", "ecg", "ecg-2", "ecg-3", "x" * 50, "x" * 48 + "-2"]
    assert len(list((tmp_path / "w").iterdir())) == 4 * len(stems)
    assert all(wfdb.rdrecord(str(header.with_suffix(""))).sig_len > 0 for header in headers)


def test_nothing_is_written_where_nothing_was_read(reading, tmp_path):
    told, path = reading
    for ecg in (None, Ecg(np.full((12, 50), np.nan, np.float32), 500.0), Ecg(np.zeros((12, 0), np.float32), 500.0)):
        empty = Interpretation(told.source, told.page, "sinus rhythm.", ecg=ecg)
        assert Exports(tmp_path / "w", tmp_path / "w", tmp_path / "w", tmp_path / "w.png").write(empty, path) == []
    assert not (tmp_path / "w").exists() and not (tmp_path / "w.png").exists()


def test_places_that_do_not_fit_are_refused(reading, tmp_path):
    told, path = reading
    with pytest.raises(BadOption, match="several pages"):
        Exports(overlay=tmp_path / "o.png", many=True)
    with pytest.raises(BadOption, match="no picture file"):
        Exports(overlay=tmp_path / "o.xyz")
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadOption, match="Cannot write"):
        Exports(wfdb=tmp_path / "file" / "below").write(told, path)
