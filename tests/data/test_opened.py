"""A built folder opened by others: plain datasets (also streaming), pandas, mlcroissant; configs and caption styles."""

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas
import pytest
from PIL import Image

from ecgscribe.core.errors import BadOption
from ecgscribe.data.build import BuildOptions, build
from ecgscribe.data.plan import make_plan
from ecgscribe.data.ptbxl import PtbXl
from ecgscribe.data.rows import caption_style_of, load_rows
from ecgscribe.data.split import splitter
from ecgscribe.data.subset import subset_rows
from ecgscribe.text.statements import canonical, statements_of
from ecgscribe.text.structured import caption_from
from ecgscribe.text.translate import GlossaryTranslator

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "ptb-xl"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Sixteen records of the sample with a photo each and signals, as the command builds them."""
    folder = tmp_path_factory.mktemp("opened") / "dataset"
    result = build(
        BuildOptions(SAMPLE, folder, px_per_mm=2.0, subset=20, photos=1, signals=True, caption_style="statements")
    )
    assert set(result.configs) == {"pages", "photos", "signals"} and "asked for" in result.subset
    assert sum(result.rows.values()) == 20
    return folder


@pytest.mark.parametrize("config", ["pages", "photos", "signals"])
def test_plain_datasets_give_typed_columns_and_stream(built, config):
    import datasets

    whole = datasets.load_dataset(str(built), config)
    features = whole["train"].features
    assert features["statements"].feature["code"] == datasets.Value("string")
    assert isinstance(features.get("image", datasets.Image()), datasets.Image)
    stream = datasets.load_dataset(str(built), config, streaming=True)
    assert set(stream) == set(whole) == {"train", "validation", "test"}
    for split in whole:
        assert [row["ecg_id"] for row in stream[split]] == whole[split]["ecg_id"][:]
    first = next(iter(stream["train"]))
    if config == "signals":
        assert features["signal_uv"] == datasets.Array2D((None, 12), "int16")
        ecg = next(ecg for row, ecg in PtbXl(SAMPLE).good() if row.ecg_id == first["ecg_id"])
        assert first["rate_hz"] == 100.0
        assert np.abs(np.asarray(first["signal_uv"]).T / 1000 - ecg.signal_mv).max() <= 0.000501
        assert whole["train"].with_format("numpy")[0]["signal_uv"].shape == (1000, 12)
    else:
        assert first["image"].size[0] > 400 and (first["variant"] == 0) == (config == "pages")


def test_without_a_name_the_pages_come(built):
    import datasets

    assert set(datasets.load_dataset(str(built))["train"]["variant"]) == {0}


def test_pandas_reads_the_files(built):
    frame = pandas.read_parquet(built / "data")
    assert len(frame) == 20 and set(frame["source"]) == {"ptb-xl"}
    assert all(Image.open(io.BytesIO(image["bytes"])).format == "PNG" for image in frame["image"])
    assert all(isinstance(entry["polarity"], str) for row in frame["statements"] for entry in row)
    signals = pandas.read_parquet(built / "signals")
    assert {np.stack(signal).shape for signal in signals["signal_uv"]} == {(1000, 12)}


CROISSANT = """
import json, sys
import mlcroissant, numpy
dataset = mlcroissant.Dataset(sys.argv[1])
def plain(value):
    return value.decode() if isinstance(value, bytes) else str(getattr(value, "size", value))
rows = [
    {"split": plain(row["pages/split"]), "ecg_id": row["pages/ecg_id"], "caption": plain(row["pages/caption"]),
     "size": list(row["pages/image"].size),
     "codes": [plain(entry["pages/statements/code"]) for entry in row["pages/statements"]]}
    for row in dataset.records("pages")
]
signal = next(iter(dataset.records("signals")))
shape = list(numpy.asarray(signal["signals/signal_uv"]).shape)
print(json.dumps({"errors": list(dataset.metadata.ctx.issues.errors), "rows": rows, "shape": shape}))
"""  # by itself: where `datasets` is imported too, its column type for arrays stops pandas (datasets 5.2, pandas 2.3)


def test_croissant_validates_and_is_iterated(built):
    pytest.importorskip("mlcroissant")
    command = [sys.executable, "-c", CROISSANT, str(built / "croissant.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["errors"] == [] and found["shape"] == [1000, 12] and len(found["rows"]) == 20
    frame = pandas.read_parquet(built / "data").set_index("ecg_id")
    assert {row["split"] for row in found["rows"]} == {"train", "validation", "test"}
    for row in found["rows"]:
        own = frame.loc[row["ecg_id"]]
        assert (row["size"], row["caption"]) == ([594, 420], own["caption"])
        assert row["codes"] == [entry["code"] for entry in own["statements"]]
    held = {entry["@id"]: entry["sha256"] for entry in json.loads((built / "croissant.json").read_text())[
        "distribution"] if "sha256" in entry}  # fmt: skip
    assert held == {
        path.relative_to(built).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in built.rglob("*.parquet")
    }


def test_both_texts_are_in_the_row_and_either_is_the_caption(built):
    rows = load_rows(built, decode=False)["train"]
    for row in rows:
        said = canonical(statements_of(row["caption"]))
        assert row["structured"] == caption_from(said)
        assert [entry["code"] for entry in row["statements"]] == [statement.code for statement in said]
    assert caption_style_of(built) == "statements" and caption_style_of(built, "report") == "report"
    assert caption_style_of(built / "elsewhere") == "report"
    own = load_rows(built, "train", decode=False, caption_style="")
    assert own["caption"][:] == [text for text in rows["structured"] if text]
    assert load_rows(built, "train", decode=False, caption_style="report")["caption"][:] == rows["caption"][:]
    with pytest.raises(BadOption, match="no caption style"):
        load_rows(built, caption_style="poem")


def test_an_absent_config_is_named(built, ptbxl, tmp_path):
    build(BuildOptions(ptbxl(rows=2), tmp_path / "out", px_per_mm=2.0))
    with pytest.raises(BadOption, match="no photos"):
        load_rows(tmp_path / "out", config="photos")
    with pytest.raises(BadOption, match="no config"):
        load_rows(built, config="sounds")


def test_smaller_builds_lie_in_larger_ones_and_training_takes_the_same_records(built, tmp_path):
    build(BuildOptions(SAMPLE, tmp_path, px_per_mm=1.0, subset=10))
    small, large = load_rows(tmp_path, decode=False), load_rows(built, decode=False)
    ids = {name: set(rows["ecg_id"]) for name, rows in small.items()}
    assert sum(map(len, ids.values())) == 10 and all(ids[name] <= set(large[name]["ecg_id"]) for name in ids)
    again = subset_rows(load_rows(built, decode=False, config="all"), 10, 42)
    assert {name: set(rows["ecg_id"]) for name, rows in again.items() if len(rows)} == ids
    assert len(again["train"]) == 2 * len(ids["train"]), "the page and its photo"
    card = (tmp_path / "README.md").read_text()
    assert "Smaller subsets of the same seed lie in it" in card and "10 asked for" in card


@pytest.mark.parametrize("split", ["patient", "folds"])
def test_plans_are_nested_in_both_splits(split):
    rows = PtbXl(SAMPLE).rows
    plans = [make_plan(rows, splitter(split, 42), GlossaryTranslator(), subset=size) for size in (20, 80)]
    small, large = ({(name, row.source.ecg_id) for name, row in plan.all()} for plan in plans)
    assert small < large and len(small) == 20 and len(large) == 80
