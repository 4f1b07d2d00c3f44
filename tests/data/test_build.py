"""The dataset builder: what comes out, and that it is the same bytes however it got there."""

import io
import json
from dataclasses import replace

import numpy as np
import pandas
import pyarrow.parquet
import pytest
from PIL import Image
from ptbxl_folder import damaged

from ecgscribe.core.errors import BadOption
from ecgscribe.data.build import BuildOptions, build
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.render import render
from ecgscribe.data.rows import Row, load_rows, split_files
from ecgscribe.text.caption import caption_of
from ecgscribe.text.translate import GlossaryTranslator


def options(folder, out, **changes):
    return replace(BuildOptions(folder, out, px_per_mm=2.0), **changes)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def table(folder, *configs):
    """All rows of a built folder as a list of `Row`."""
    files = [
        path for config in configs or ("pages",) for paths in split_files(folder, config).values() for path in paths
    ]
    return [Row.from_dict(row) for path in files for row in pyarrow.parquet.read_table(path).to_pylist()]


def test_every_row_holds_its_picture_caption_and_origin(ptbxl, tmp_path):
    folder = ptbxl(rows=12)
    result = build(options(folder, tmp_path / "out"))
    rows = {row.ecg_id: row for row in table(tmp_path / "out")}
    assert sum(result.rows.values()) == len(rows) == 12 and result.bad == []
    source, translator = PtbXl(folder), GlossaryTranslator()
    for origin, ecg in source.good():
        row = rows[origin.ecg_id]
        caption = caption_of(origin.report, translator)
        assert (row.caption, row.language, row.report) == (caption.text, caption.language, origin.report)
        assert (row.scp_codes, row.superclasses) == (origin.scp_codes, origin.superclasses)
        assert (row.patient_id, row.strat_fold, row.px_per_mm) == (origin.patient_id, origin.strat_fold, 2.0)
        page = render(ecg, px_per_mm=2.0, seed=row.seed)[0].picture
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(row.image))), page)
    assert len({row.seed for row in rows.values()}) == 12


def test_plain_load_dataset_gives_typed_columns(ptbxl, tmp_path):
    import datasets

    build(options(ptbxl(rows=30), tmp_path / "out"))
    data = datasets.load_dataset(str(tmp_path / "out"))
    assert set(data) == {"train", "validation", "test"}
    features = data["test"].features
    assert isinstance(features["image"], datasets.Image)
    assert features["superclasses"] == datasets.List(datasets.Value("string"))
    assert features["px_per_mm"] == datasets.Value("float32")
    assert data["test"][0]["image"].size == (594, 420)


def test_the_same_options_give_the_same_bytes(ptbxl, tmp_path):
    folder = ptbxl(rows=10)
    build(options(folder, tmp_path / "a", rows_per_shard=3))
    build(options(folder, tmp_path / "b", rows_per_shard=3))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    build(options(folder, tmp_path / "c", rows_per_shard=3, seed=7))
    assert contents(tmp_path / "a") != contents(tmp_path / "c")


class Stopper:
    """Presses Ctrl-C after so many rows, and counts the rows drawn and the rows kept."""

    def __init__(self, after=None):
        self.after, self.drawn, self.kept = after, 0, 0

    def row(self, done, total):
        self.drawn += 1
        if self.drawn == self.after:
            raise KeyboardInterrupt

    def shard(self, name, rows, kept):
        self.kept += rows if kept else 0


@pytest.mark.parametrize("after", [1, 3, 4, 11])
def test_an_interrupted_build_goes_on_and_ends_with_the_same_bytes(ptbxl, tmp_path, after):
    folder = ptbxl(rows=12)
    build(options(folder, tmp_path / "whole", rows_per_shard=3))
    with pytest.raises(KeyboardInterrupt):
        build(options(folder, tmp_path / "out", rows_per_shard=3), Stopper(after))
    with pytest.raises(BadOption, match="not finished"):
        load_rows(tmp_path / "out")
    second = Stopper()
    build(options(folder, tmp_path / "out", rows_per_shard=3), second)
    assert second.drawn + second.kept == 12
    assert (after - 1) - 2 <= second.kept < after  # a shard has at most three rows
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_spoilt_shard_is_drawn_again(ptbxl, tmp_path):
    folder = ptbxl(rows=9)
    build(options(folder, tmp_path / "out", rows_per_shard=3))
    before = contents(tmp_path / "out")
    (tmp_path / "out/data/train-00001.parquet").write_bytes(b"spoilt")
    again = Stopper()
    build(options(folder, tmp_path / "out", rows_per_shard=3), again)
    assert again.drawn == 3 and contents(tmp_path / "out") == before


@pytest.mark.slow
def test_several_processes_give_the_same_bytes(ptbxl, tmp_path):
    folder = damaged(ptbxl())
    build(options(folder, tmp_path / "one", rows_per_shard=3))
    build(options(folder, tmp_path / "two", rows_per_shard=3, processes=2))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_other_options_and_foreign_folders_are_refused(ptbxl, tmp_path):
    folder = ptbxl(rows=6)
    build(options(folder, tmp_path / "out"))
    before = contents(tmp_path / "out")
    with pytest.raises(BadOption, match=r"px_per_mm, seed differ"):
        build(options(folder, tmp_path / "out", seed=1, px_per_mm=3.0))
    assert contents(tmp_path / "out") == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("precious")
    with pytest.raises(BadOption, match="no dataset of ours"):
        build(options(folder, tmp_path / "mine"))


def test_bad_records_are_named_counted_and_left_out(ptbxl, tmp_path):
    result = build(options(damaged(ptbxl()), tmp_path / "out"))
    assert {bad.ecg_id: bad.code for bad in result.bad} == {
        2: "missing", 3: "nan", 4: "leads", 5: "checksum", 6: "header", 7: "length",
    }  # fmt: skip
    assert sorted(row.ecg_id for row in table(tmp_path / "out")) == [1, 8]
    text = (tmp_path / "out/README.md").read_text()
    assert "bad record (checksum): 1" in text and "(2 rows)" in text
    assert str(tmp_path) not in text + (tmp_path / "out/build.json").read_text()


def test_the_same_signal_under_two_numbers_is_kept_once(ptbxl, tmp_path):
    folder = ptbxl(rows=8)
    records = folder / "records100/00000"
    for suffix in (".dat", ".hea"):
        data = (records / f"00003_lr{suffix}").read_bytes().replace(b"00003_lr", b"00006_lr")
        (records / f"00006_lr{suffix}").write_bytes(data)
    splits = "".join(f"{k},{'test' if k == 6 else 'train'}\n" for k in range(1, 9))
    (tmp_path / "split.csv").write_text("ecg_id,split\n" + splits)
    chosen = options(folder, tmp_path / "out", split_file=tmp_path / "split.csv", rows_per_shard=2)
    result = build(chosen)
    assert [(bad.ecg_id, bad.code) for bad in result.bad] == [(6, "repeat")] and "ecg_id 3" in result.bad[0].message
    assert 6 not in {row.ecg_id for row in table(tmp_path / "out")} and result.rows["test"] == 0
    before = contents(tmp_path / "out")
    (tmp_path / "out/data/train-00000.parquet").unlink()
    assert build(chosen) == result and contents(tmp_path / "out") == before


def test_a_folder_without_any_usable_record_is_refused(ptbxl, tmp_path):
    folder = ptbxl(rows=2)
    for path in folder.rglob("*.dat"):
        path.unlink()
    with pytest.raises(BadOption, match="None of the 2 records"):
        build(options(folder, tmp_path / "out"))
    for path in folder.rglob("*.hea"):
        path.unlink()
    with pytest.raises(BadOption, match="2 records are not there"):
        build(options(folder, tmp_path / "other", only_existing=True))


def test_reports_without_words_are_dropped_with_the_reason(ptbxl, tmp_path):
    folder = ptbxl(rows=6)
    frame = pandas.read_csv(folder / "ptbxl_database.csv")
    frame.loc[[0, 3], "report"] = None
    frame.to_csv(folder / "ptbxl_database.csv", index=False)
    result = build(options(folder, tmp_path / "out"))
    assert sum(result.dropped.values()) == 2 and all(reason.startswith("report: ") for reason in result.dropped)
    assert sorted(row.ecg_id for row in table(tmp_path / "out")) == [2, 3, 5, 6]


def test_the_limit_counts_usable_rows_in_order(ptbxl, tmp_path):
    folder = ptbxl(rows=9)
    (folder / "records100/00000/00002_lr.hea").unlink()
    build(options(folder, tmp_path / "out", limit=4, only_existing=True))
    assert sorted(row.ecg_id for row in table(tmp_path / "out")) == [1, 3, 4, 5]


def test_folds_and_split_files_decide_the_split(ptbxl, tmp_path):
    folder = ptbxl(rows=20)
    assert build(options(folder, tmp_path / "folds", split="folds")).rows == {"train": 16, "validation": 2, "test": 2}
    (tmp_path / "split.csv").write_text("ecg_id,split\n1,test\n2,train\n3,validation\n4,dropped\n")
    result = build(options(folder, tmp_path / "file", split_file=tmp_path / "split.csv"))
    assert result.rows == {"train": 1, "validation": 1, "test": 1}
    assert result.dropped == {"dropped by the split file": 1, "not in the split file": 16}


def test_shared_patients_are_refused_at_build_and_at_load(ptbxl, tmp_path):
    folder = ptbxl(rows=40, patients=4)
    (tmp_path / "split.csv").write_text("ecg_id,split\n1,test\n5,train\n")
    with pytest.raises(BadOption, match="more than one split"):
        build(options(folder, tmp_path / "out", split_file=tmp_path / "split.csv"))
    build(options(folder, tmp_path / "random", split="random"))
    with pytest.raises(BadOption, match="more than one split"):
        load_rows(tmp_path / "random")
    assert sum(map(len, load_rows(tmp_path / "random", allow_shared_patients=True).values())) == 40
    build(options(folder, tmp_path / "patient"))
    load_rows(tmp_path / "patient")


def test_found_pictures_are_taken_byte_by_byte(ptbxl, tmp_path):
    folder, images = ptbxl(rows=4), tmp_path / "images"
    images.mkdir()
    for ecg_id, name in ((1, "00001_lr-0.png"), (2, "00002_hr-0.png"), (3, "00003_lr-0.png")):
        Image.new("L", (30 + ecg_id, 20), 200).save(images / name, compress_level=ecg_id)
    broken = images / "00003_lr-0.png"
    broken.write_bytes(broken.read_bytes()[:-20])
    result = build(options(folder, tmp_path / "out", images=images))
    rows = {row.ecg_id: row for row in table(tmp_path / "out")}
    assert rows[1].image == (images / "00001_lr-0.png").read_bytes()
    assert rows[2].image == (images / "00002_hr-0.png").read_bytes()
    assert rows[1].px_per_mm is None and rows[1].seed is None
    assert {bad.ecg_id: bad.code for bad in result.bad} == {3: "picture", 4: "missing"}
    less = build(options(folder, tmp_path / "less", images=images, only_existing=True))
    assert less.absent == 1 and [bad.ecg_id for bad in less.bad] == [3]
    with pytest.raises(BadOption, match="no folder of pictures"):
        build(options(folder, tmp_path / "none", images=tmp_path / "absent"))


def test_the_manifest_tells_how_the_folder_was_made(ptbxl, tmp_path):
    build(options(ptbxl(rows=5), tmp_path / "out", limit=3))
    manifest = json.loads((tmp_path / "out/build.json").read_text())
    assert manifest["complete"] and manifest["options"]["limit"] == 3
    assert sum(entry["rows"] for entry in manifest["shards"]) == 3


@pytest.mark.parametrize(("name", "value"), [("limit", 0), ("px_per_mm", -1.0), ("processes", -1)])
def test_senseless_options_are_refused(tmp_path, name, value):
    with pytest.raises(BadOption, match=name):
        BuildOptions(tmp_path, tmp_path, **{name: value})


def test_simulated_records_build_the_same_kind_of_dataset(tmp_path):
    made = BuildOptions(tmp_path / "none", tmp_path / "out", px_per_mm=2.0, simulated=40)
    result = build(made)
    rows = table(tmp_path / "out")
    assert sum(result.rows.values()) == len(rows) > 36 and result.bad == []
    assert len({row.patient_id for row in rows}) == len(rows), "every patient is invented for one record"
    assert all(row.caption and row.report and row.scp_codes for row in rows)
    assert len({tuple(row.scp_codes) for row in rows}) > 10
    build(replace(made, out=tmp_path / "other", seed=7))
    assert {row.image for row in rows}.isdisjoint(row.image for row in table(tmp_path / "other"))
    card = (tmp_path / "out" / "README.md").read_text()
    assert "simulated ECG, not a patient" in card and "apache-2.0" in card


def test_photos_stand_beside_the_clean_page_of_their_record(ptbxl, tmp_path):
    folder = ptbxl(rows=3)
    build(options(folder, tmp_path / "plain"))
    build(options(folder, tmp_path / "out", photos=2, rows_per_shard=2))
    clean = {row.ecg_id: row for row in table(tmp_path / "plain")}
    rows = table(tmp_path / "out", "pages", "photos")
    assert [(row.ecg_id, row.variant) for row in sorted(rows, key=lambda row: (row.ecg_id, row.variant))] == [
        (ecg_id, variant) for ecg_id in sorted(clean) for variant in (0, 1, 2)
    ]
    for row in rows:
        assert row.caption == clean[row.ecg_id].caption
        if row.variant == 0:
            assert row == clean[row.ecg_id]
        else:
            assert row.preset != "clean" and 0 < row.severity < 1 and row.style and row.seed
            assert Image.open(io.BytesIO(row.image)).format == "JPEG"
    assert len({row.image for row in rows}) == 9
    assert {config: sum(load_rows(tmp_path / "out", config=config).num_rows.values()) for config in (
        "pages", "photos", "all")} == {"pages": 3, "photos": 6, "all": 9}  # fmt: skip
    data = load_rows(tmp_path / "out", config="photos")
    for split in {name: None for name in data}:
        assert data[split].features["severity"].dtype == "float32"


@pytest.mark.slow
def test_simulated_photos_are_the_same_bytes_from_several_processes_and_after_an_interruption(tmp_path):
    made = BuildOptions(tmp_path, tmp_path / "one", px_per_mm=2.0, simulated=8, photos=1, rows_per_shard=3)
    build(made)
    build(replace(made, out=tmp_path / "two", processes=2))
    with pytest.raises(KeyboardInterrupt):
        build(replace(made, out=tmp_path / "again"), Stopper(5))
    build(replace(made, out=tmp_path / "again"))
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(tmp_path / "again")


def test_a_repeated_record_takes_its_photos_with_it(ptbxl, tmp_path):
    folder = ptbxl(rows=4)
    records = folder / "records100" / "00000"
    for ending in (".hea", ".dat"):
        first, second = (records / f"{k:05d}_lr{ending}" for k in (1, 3))
        second.write_bytes(first.read_bytes().replace(b"00001_lr", b"00003_lr"))
    result = build(options(folder, tmp_path / "out", photos=1, rows_per_shard=1, rate_hz=100))
    assert [(bad.ecg_id in (1, 3), bad.code) for bad in result.bad] == [(True, "repeat")]
    rows = table(tmp_path / "out", "pages", "photos")
    assert len(rows) == 6 and result.bad[0].ecg_id not in {row.ecg_id for row in rows}


def test_a_folder_from_before_the_variants_still_loads(ptbxl, tmp_path):
    build(options(ptbxl(rows=12), tmp_path / "out"))
    for files in split_files(tmp_path / "out").values():
        for path in files:
            old = pyarrow.parquet.read_table(path).drop_columns(["variant", "preset", "severity", "layout", "style"])
            pyarrow.parquet.write_table(old, path)
    rows = load_rows(tmp_path / "out")["train"]
    assert rows[0]["variant"] == 0 and rows[0]["preset"] == "" and rows[0]["severity"] is None


def test_simulated_records_and_photos_refuse_what_does_not_fit(ptbxl, tmp_path):
    with pytest.raises(BadOption, match="neither pictures"):
        BuildOptions(tmp_path, tmp_path / "out", simulated=3, images=tmp_path)
    with pytest.raises(BadOption, match="drawn from records"):
        BuildOptions(tmp_path, tmp_path / "out", photos=1, images=tmp_path)
    with pytest.raises(BadOption, match="simulated must be positive"):
        BuildOptions(tmp_path, tmp_path / "out", simulated=0)
