"""Predictions: one line a row, resumed after an interruption, never mixed with those of another model."""

import json

import pytest
from fakes import CAPTIONS, FakeReader, picture

from ecgscribe.core.errors import BadOption
from ecgscribe.evaluation.predict import Prediction, predict, problem_counts, write_json

WHO = {"models": {"fake": "1"}, "rows_digest": "abc"}
ROWS = [
    {"image": {"bytes": picture(k)}, "ecg_id": k, "patient_id": f"p{k}", "language": "de", "caption": CAPTIONS[k % 4]}
    for k in range(10)
]


def test_a_line_for_every_row(tmp_path):
    seen = []
    found = predict(FakeReader(), ROWS, tmp_path / "new", WHO, lambda done, total: seen.append((done, total)))
    lines = (tmp_path / "new/predictions.jsonl").read_text().splitlines()
    assert [Prediction.from_line(line) for line in lines] == found
    assert [p.caption for p in found] == [row["caption"] for row in ROWS]
    assert [(p.row, p.ecg_id, p.patient_id) for p in found] == [(k, k, f"p{k}") for k in range(10)]
    assert set(json.loads(lines[0])) >= {"ecg_id", "patient_id", "reference", "caption", "problems", "seconds"}
    assert seen[-1] == (10, 10)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        predict(FakeReader(stop_at=7), ROWS, tmp_path, WHO)
    again = FakeReader()
    found = predict(again, ROWS, tmp_path, WHO)
    assert again.calls == 4
    assert [p.caption for p in found] == [row["caption"] for row in ROWS]
    finished = FakeReader()
    predict(finished, ROWS, tmp_path, WHO)
    assert finished.calls == 0


def test_a_line_cut_off_by_a_crash_is_made_again(tmp_path):
    predict(FakeReader(), ROWS, tmp_path, WHO)
    path = tmp_path / "predictions.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-25])
    reader = FakeReader()
    assert len(predict(reader, ROWS, tmp_path, WHO)) == 10
    assert reader.calls == 1
    assert len(path.read_text().splitlines()) == 10


def test_a_damaged_file_is_refused_by_name(tmp_path):
    predict(FakeReader(), ROWS, tmp_path, WHO)
    (tmp_path / "predictions.jsonl").write_text('{"row": 0}\n')
    with pytest.raises(BadOption, match=r"predictions\.jsonl is damaged"):
        predict(FakeReader(), ROWS, tmp_path, WHO)


def test_predictions_of_another_model_are_not_mixed_in(tmp_path):
    predict(FakeReader(), ROWS, tmp_path, WHO)
    with pytest.raises(BadOption, match=r"another models.*Choose another --out"):
        predict(FakeReader(), ROWS, tmp_path, WHO | {"models": {"fake": "2"}})
    (tmp_path / "run.json").unlink()
    with pytest.raises(BadOption, match="unknown origin"):
        predict(FakeReader(), ROWS, tmp_path, WHO)


def test_pages_without_a_caption_and_faults_of_ours_are_kept_and_counted(tmp_path):
    reader = FakeReader(answers=(None, *CAPTIONS[1:]), fail_at=2)
    found = predict(reader, ROWS, tmp_path, WHO)
    assert [p.caption is None for p in found] == [True, True, False, False, True, False, False, False, True, False]
    assert "ZeroDivisionError" in found[1].problems[0]["message"]
    assert problem_counts(found) == {"page/no-grid": 3, "reader/internal": 1}


def test_json_is_written_whole_or_not_at_all(tmp_path):
    write_json(tmp_path / "r.json", {"a": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "r.json", {"a": float("nan")})
    assert json.loads((tmp_path / "r.json").read_text()) == {"a": 1}
